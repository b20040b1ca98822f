"""A verdict in words, line by line; the stand-alone verifier says the same."""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.records.audit_verification import Verdict


def told(verdict: Verdict) -> Iterator[str]:
    """What is wrong, then what holds, then the verdict."""
    for finding in verdict.findings:
        yield f"wrong: {finding.what}"
    if verdict.proven_rows:
        yield f"rows 1 to {verdict.proven_rows} are those of an anchored checkpoint"
    elif verdict.signed_rows:
        yield f"rows 1 to {verdict.signed_rows} are those of a signed checkpoint"
    if verdict.first_wrong_seq is None:
        yield (
            f"whole: {verdict.rows} rows, {verdict.checkpoints} checkpoints, "
            f"{verdict.anchored} anchored"
        )
    else:
        yield f"CHANGED: the first row that is wrong is {verdict.first_wrong_seq}"
