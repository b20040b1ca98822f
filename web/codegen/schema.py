"""Prints the JSON Schema of everything that the server sends to a page."""

from __future__ import annotations

import sys
from typing import Any, cast

import msgspec

from trimtab.dashboard.messages import Alive, Resync, Snapshot
from trimtab.records.overview_patch import Patch

MESSAGES = (Snapshot, Resync, Alive, Patch)


def schema() -> bytes:
    """Indented and in a fixed order, so that a change shows as a small difference.

    Fields with a default are sent too, so they are required; a patch names only what changed.
    """
    roots, parts = msgspec.json.schema_components(MESSAGES, ref_template="#/definitions/{name}")
    for name, part in parts.items():
        if "properties" in part and name != Patch.__name__:
            part["required"] = [*part["properties"]]
    found = {"title": "Message", "anyOf": [*roots], "definitions": _plain(parts)}
    return msgspec.json.format(msgspec.json.encode(found, order="sorted"), indent=2) + b"\n"


def _plain(part: Any) -> Any:
    """Without defaults, and with tuples in the older words that generators understand."""
    if isinstance(part, list):
        return [_plain(each) for each in cast("list[object]", part)]
    if not isinstance(part, dict):
        return part
    named = cast("dict[str, Any]", part)
    kept = {key: _plain(value) for key, value in named.items() if key != "default"}
    if "prefixItems" in kept:
        kept["items"] = kept.pop("prefixItems")
    return kept


if __name__ == "__main__":
    sys.stdout.buffer.write(schema())
