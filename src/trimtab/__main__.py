"""`python -m trimtab` is the command `trimtab`."""

from trimtab.app.__main__ import main

main()
