# The part of the official client that the tests read our stand-in with.
