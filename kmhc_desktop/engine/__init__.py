"""The engine's own process, the worker that keeps it alive, and what they say to each other."""
