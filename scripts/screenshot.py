"""Takes docs/pictures/overview.png from a running dashboard: python scripts/screenshot.py --url ..."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Exit 0 once the picture is written; 1, with what the browser said, otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8700")
    parser.add_argument("--out", default=str(ROOT / "docs" / "pictures" / "overview.png"))
    parser.add_argument("--scheme", choices=("dark", "light"), default="dark")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=1290)
    wanted = parser.parse_args()
    size = (str(wanted.width), str(wanted.height))
    script = str(ROOT / "web" / "e2e" / "screenshot.mjs")
    command = ["node", script, wanted.url, wanted.out, wanted.scheme, *size]
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        print(wanted.out)
    return min(code, 1)


if __name__ == "__main__":
    sys.exit(main())
