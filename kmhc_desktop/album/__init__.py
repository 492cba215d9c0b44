"""Making albums and copies: the dialogs, and the process that does the work."""
