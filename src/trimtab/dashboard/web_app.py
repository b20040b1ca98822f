"""The built page, read once into memory; a page that says how to build it where it is missing."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from mimetypes import guess_type

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

_MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>trimtab</title>
<body style="font: 16px/1.6 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The page is not built</h1>
<p>The bot runs and its interface answers, but this installation has no web page.</p>
<p>Build it with Node 20.19 or newer, then start again:</p>
<pre>make web</pre>
<p>Meanwhile: <a href="/api/v1/overview">overview</a>, <a href="/api/docs">interface</a>,
<a href="/metrics">metrics</a>.</p>
</body></html>
"""

_FOR_EVER = "public, max-age=31536000, immutable"
"""Files under assets/ carry a hash of their content in their name."""


def web_handlers(root: Traversable | None = None) -> list[HTTPRouteHandler]:
    """Routes of the page's files; `root` is the folder of the built page."""
    pages = _read(root or files("trimtab.dashboard") / "_web")
    if "index.html" not in pages:
        pages = {"index.html": _MISSING.encode()}

    @get("/", include_in_schema=False, sync_to_thread=False)
    def page() -> Response[bytes]:
        """The page itself."""
        return _served("index.html", pages["index.html"])

    @get("/{path:path}", include_in_schema=False, sync_to_thread=False)
    def part(path: FromPath[str]) -> Response[bytes]:
        """One file that belongs to the page."""
        name = path.lstrip("/")
        if name not in pages:
            raise NotFoundException(f"there is no {name}")
        return _served(name, pages[name])

    return [page, part]


def _read(folder: Traversable, prefix: str = "") -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    found: dict[str, bytes] = {}
    for entry in folder.iterdir():
        if entry.is_dir():
            found |= _read(entry, f"{prefix}{entry.name}/")
        else:
            found[prefix + entry.name] = entry.read_bytes()
    return found


def _served(name: str, body: bytes) -> Response[bytes]:
    kind = guess_type(name)[0] or "application/octet-stream"
    cache = _FOR_EVER if name.startswith("assets/") else "no-cache"
    return Response(body, media_type=kind, headers={"cache-control": cache})
