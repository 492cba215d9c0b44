"""Originals, which are only ever read: what identifies their content, and what to say when they cannot be read."""

import hashlib
from pathlib import Path

from kmhc_engine.errors import BrokenPhoto


def stamp(path: Path) -> tuple[int, int]:
    """Return size in bytes and modification time in nanoseconds.

    Raises:
        BrokenPhoto: It cannot be read.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise unreadable(path, error) from error
    return status.st_size, status.st_mtime_ns


def digest(path: Path) -> bytes:
    """Return a hash of the content.

    Raises:
        BrokenPhoto: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "blake2b").digest()[:32]
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> BrokenPhoto:
    """Return the error that says so."""
    return BrokenPhoto(path, f"it cannot be read ({error.strerror or error})", "Check that it is still there.")
