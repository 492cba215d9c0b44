"""Which of the files that PyInstaller found go into the program: entries of (target, source, kind)."""

import os
from collections.abc import Iterable
from fnmatch import fnmatch
from posixpath import dirname, normpath

import contents

_QT_TEXTS = tuple(f"_{language}.qm" for language in contents.LANGUAGES)


def place(target: str) -> str:
    """Return a place in the program with the separators that the patterns have."""
    return target.replace(os.sep, "/")


def matches(target: str, patterns: Iterable[str]) -> bool:
    """Tell whether a place in the program fits one of these patterns."""
    return any(fnmatch(place(target), pattern) for pattern in patterns)


def dropped(target: str) -> bool:
    """Tell whether what lies here stays out."""
    foreign = "/translations/qt" in place(target) and not place(target).endswith(_QT_TEXTS)
    return foreign or matches(target, contents.DROPPED_FILES)


def kept(entries: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Leave out what is dropped, and links to it.

    A link is judged by where it leads, not by whether something was found there: a framework of macOS is reached
    by links to folders, as `Versions/Current`, and without these it cannot be signed.
    """
    return [
        (target, source, kind)
        for target, source, kind in entries
        if not dropped(target)
        and not (kind == "SYMLINK" and dropped(normpath(f"{dirname(place(target))}/{place(source)}").lstrip("/")))
    ]
