"""Is recorded data fit to be traded on? Each check tells all that it finds, not only the first."""
