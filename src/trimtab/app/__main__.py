"""The command `trimtab`: every error that a person can mend is one line, and exit code 2."""

from __future__ import annotations

import sys

from trimtab.app import kernel_cache


def main() -> None:
    """Runs the command line."""
    kernel_cache.use()
    from trimtab.app.command_line import run  # noqa: PLC0415 - after the kernels' folder is set

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
