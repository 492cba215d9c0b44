"""The window of KMHC. It never imports torch: the engine runs in a child process."""
