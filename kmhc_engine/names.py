"""Names of outputs: legal on every system, and no two alike even where case and accents do not count."""

import os
import re
import unicodedata
from collections.abc import Callable
from itertools import count
from pathlib import Path, PurePath

_MAX_BYTES = 255
_DEVICE = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(?= *(\.|$))", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_ALIKE = ({".jpg", ".jpeg", ".jpe", ".jfif"}, {".tif", ".tiff"})
PHOTO_SUFFIXES = {".png", ".webp", ".bmp", ".dib", ".gif", ".heic", ".heif", ".hif", ".avif"}.union(*_ALIKE)


def portable(relative: PurePath, *, strict: bool) -> PurePath:
    """Replace what other systems refuse.

    Args:
        relative: A path below the input folder.
        strict: The disk takes neither the characters that Windows forbids nor bytes that are not UTF-8.
    """
    parts = [_DEVICE.sub(r"\1_", part, count=1) for part in relative.parts]
    if strict:
        parts = [_FORBIDDEN.sub("_", part).rstrip(" .") or "_" for part in parts]
    return PurePath(*parts)


def with_suffix(wanted: PurePath, suffix: str) -> PurePath:
    """Give a photo's name the suffix of its format, and leave it alone where its own means the same."""
    own = wanted.suffix.lower()
    if own == suffix or any({own, suffix} <= alike for alike in _ALIKE):
        return wanted
    name = wanted.stem if own in PHOTO_SUFFIXES else wanted.name
    return wanted.with_name(name + suffix)


def numbered(wanted: PurePath, number: int) -> PurePath:
    """Return "name (2).jpg" for 2 and the name itself for 1, cut to what disks can store."""
    # "1. Mai 1953, Oma und Opa vor dem Haus" can be long, and has no suffix.
    suffix = wanted.suffix if len(os.fsencode(wanted.suffix)) < _MAX_BYTES // 2 else ""
    tail = (f" ({number})" if number > 1 else "") + suffix
    stem = wanted.name.removesuffix(suffix)
    while len(os.fsencode(stem + tail)) > _MAX_BYTES:
        stem = stem[:-1].rstrip(" .")
    return wanted.with_name(stem + tail)


def folded(path: PurePath) -> str:
    """Return what a disk compares that ignores case and the composition of accents."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path.as_posix()).casefold())


class Names:
    """Gives every source a path of its own below the output folder.

    Args:
        root: The output folder.
        ours: Tells whether the existing file at a path was written for a source, and left alone since.
    """

    def __init__(self, root: Path, ours: Callable[[PurePath, bytes], bool]) -> None:
        self._root = root
        self._ours = ours
        self._owners: dict[str, bytes] = {}
        self._folders: set[str] = set()
        self._kept: dict[tuple[bytes, str], PurePath] = {}

    def keep(self, source: bytes, wanted: PurePath, path: PurePath) -> None:
        """Reserve a path for the source that asked for `wanted`."""
        self._owners[folded(path)] = source
        self._folders.update(folded(parent) for parent in path.parents)
        self._kept[source, folded(wanted)] = path

    def claim(self, source: bytes, wanted: PurePath) -> PurePath:
        """Return the source's path: the one it had before, else the first free of "name", "name (2)" and so on."""
        kept = self._kept.get((source, folded(wanted)))
        if kept is not None and self._free(kept, source):
            return kept
        place = self._folder(wanted.parent) / wanted.name
        path = next(p for number in count(1) if self._free(p := numbered(place, number), source))
        self.keep(source, wanted, path)
        return path

    def _free(self, path: PurePath, source: bytes) -> bool:
        name = folded(path)
        if self._owners.get(name, source) != source or name in self._folders:
            return False
        return not os.path.lexists(self._root / path) or self._ours(path, source)

    def _folder(self, wanted: PurePath) -> PurePath:
        place = PurePath()
        for part in wanted.parts:
            place = next(p for number in count(1) if self._passable(p := numbered(place / part, number)))
        return place

    def _passable(self, folder: PurePath) -> bool:
        there = self._root / folder
        return folded(folder) not in self._owners and (there.is_dir() or not os.path.lexists(there))
