"""Pieces of windows that know nothing of photos and runs."""
