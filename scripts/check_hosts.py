"""No tracked file names a package registry's host or a path of somebody's machine.

Lock files that name a host bind everyone to it; a machine's path works for one person only.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

REGISTRY = re.compile(
    r"registry\.[\w-]+\.(?:org|com)|py[p]i\.org|python[h]osted|--(?:extra-)?index-url|--find-l[i]nks"
)
MACHINE = re.compile(r"(?<![\w.~}-])/(?:work|root|Users/\w+|home/\w+)/")
ELSEWHERE = re.compile(r"\.\./shared(?!/(?:live|api|ui|format))")


def tracked() -> list[Path]:
    """Files that git tracks and that are still there."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True)
    names = [Path(name) for name in listed.stdout.split("\0") if name]
    return [name for name in names if name.is_file()]


def complaints(path: Path) -> list[str]:
    """Lines of one file that name what may not be named; binary files have none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
    return [
        f"{path}:{number}: names {found.group(0)!r}: take it out"
        for number, line in enumerate(lines, start=1)
        for pattern in (REGISTRY, MACHINE, ELSEWHERE)
        if (found := pattern.search(line))
    ]


def main() -> int:
    """Prints every such line; 1 if there is one."""
    found = [complaint for path in tracked() for complaint in complaints(path)]
    print("\n".join(found), end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
