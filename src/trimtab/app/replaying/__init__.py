"""What `trimtab replay` does with a journal's past."""
