"""Other back-testers on the bench's work: each in an interpreter of its own, where it is installed.

`child` and the files beside it run in that interpreter: they import numpy, the library and each
other, nothing else.
"""
