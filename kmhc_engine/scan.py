"""Find photos in folders: yielded as they are met, each real folder once, nothing opened that could hang."""

import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePath

from kmhc_engine.names import folded
from kmhc_engine.photos.signatures import HEAD, recognise

MARKER = ".kmhc"  # the folder that makes a folder an output folder of KMHC
NO_PHOTO = "it is not a photo"
_IN_THE_CLOUD = "only a placeholder is on this computer; download it from the cloud first"
PHOTO_LIBRARY = "it is a photo library; export its photos to a folder, and add that"

_SYSTEM_NAMES = {
    "$recycle.bin", "@eadir", "@recycle", "#recycle", "#snapshot", "__macosx", "desktop.ini", "ehthumbs.db",
    "icon\r", "lost+found", "recycler", "system volume information", "thumbs.db",
}  # fmt: skip
_WINDOWS_CLOUD = 0x400000 | 0x40000 | 0x1000  # RECALL_ON_DATA_ACCESS, RECALL_ON_OPEN, OFFLINE
_MAC_CLOUD = 0x40000000  # SF_DATALESS
# Of Photos, iPhoto and Aperture; beside the photos they hold small copies.
_MAC_LIBRARIES = (".photoslibrary", ".migratedphotolibrary", ".aplibrary", ".photolibrary")


@dataclass(frozen=True)
class Found:
    """A file that was met, or a folder that could not be opened.

    Attributes:
        path: The file as it was reached.
        relative: Its place below the given folder; starts with that folder's name where several were given.
        size: Bytes.
        modified_ns: Modification time, nanoseconds since 1970.
        refusal: Why it is no photo to colourise, as a clause; empty for a photo.
        unreadable: The refusal is a fault of the disk or its permissions, not the nature of the file.
        turn: Quarter turns clockwise that somebody wants; see `Job`.
    """

    path: Path
    relative: PurePath
    size: int = 0
    modified_ns: int = 0
    refusal: str = ""
    unreadable: bool = False
    turn: int | None = None


def scan(paths: Iterable[Path], *, output: Path | None = None) -> Iterator[Found]:
    """Walk files and folders, in the order of their names, and yield every regular file that is not hidden.

    Links are followed, but every real folder is visited once. Hidden and system files, pipes, sockets, devices,
    output folders of KMHC and `output` are passed over; photo libraries, and what is given by name and is no photo, are
    refused.

    Args:
        paths: Files and folders, mixed.
        output: A folder to stay out of; need not exist.
    """
    roots = list(dict.fromkeys(Path(os.path.abspath(path)) for path in paths))  # noqa: PTH100 - links stay links
    walk = _Walk(output, given=frozenset(roots))
    for root in roots:
        yield from walk.visit(root, PurePath(root.name) if len(roots) > 1 else PurePath())


def is_folder(path: Path) -> bool:
    """Tell whether a folder is there, as far as one may look; a network disk that does not answer has none."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises then


def as_stored(paths: Iterable[Path]) -> list[Path]:
    """Return paths, absolute, spelled as the disk has them, where case and the composition of accents do not count.

    Typed in other letters, a folder is the same to Windows and to a Mac, but to no journal. Links stay links.
    """
    listed = cache(_names)  # a shell may have given each of ten thousand photos of a folder
    stored = []
    for path in paths:
        place = Path(os.path.abspath(path))  # noqa: PTH100
        spelled = Path(place.anchor)
        for name in place.parts[1:]:
            spelled /= name if name in listed(spelled) else _stored_name(spelled, name, listed(spelled))
        stored.append(spelled)
    return stored


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 - only the names
    except OSError:
        return frozenset()


def _stored_name(folder: Path, name: str, names: Iterable[str]) -> str:
    if not os.path.lexists(folder / name):
        return name
    alike = [one for one in names if folded(PurePath(one)) == folded(PurePath(name))]
    return alike[0] if len(alike) == 1 else name


def identity(folder: Path, status: os.stat_result) -> object:
    """Return what is the same for a folder by whatever link or spelling it was reached."""
    return (status.st_dev, status.st_ino) if status.st_ino else folder.resolve()  # some network disks number no files


class _Walk:
    def __init__(self, output: Path | None, given: frozenset[Path]) -> None:
        self._output = output
        self._given = given
        self._visited: set[object] = set()

    def visit(self, root: Path, relative: PurePath) -> Iterator[Found]:
        name = PurePath(root.name)
        try:
            status = root.stat()
        except OSError as error:
            yield _unreadable(root, name, error)
            return
        if not stat.S_ISDIR(status.st_mode):
            yield _looked_at(root, name) or Found(root, name, refusal="it is a pipe or a device, not a file")
        elif self._is_output(root, status):
            reason = "it is an output folder of KMHC; choose the folder with the original photos"
            yield Found(root, name, refusal=reason)
        elif _is_library(root):
            yield Found(root, name, refusal=PHOTO_LIBRARY)
        else:
            yield from self._below(root, relative)

    def _below(self, root: Path, relative: PurePath) -> Iterator[Found]:
        folders, links = [(root, relative)], deque[tuple[Path, PurePath]]()
        while folders or links:
            # Links come last: a folder that is inside anyway is met in its own place.
            folder, place = folders.pop() if folders else links.popleft()
            try:
                status = folder.stat()
                if self._seen(folder, status) or (folder != root and self._is_output(folder, status)):
                    continue
                with os.scandir(folder) as entries:
                    listing = sorted(entries, key=lambda entry: (entry.name.casefold(), entry.name))
            except OSError as error:
                yield _unreadable(folder, place, error)
                continue
            below: list[tuple[Path, PurePath]] = []
            for entry in listing:
                path = folder / entry.name
                if _cloud_stub(entry.name):
                    yield Found(path, place / entry.name, refusal=_IN_THE_CLOUD)
                elif _hidden(entry):
                    continue
                elif _is_folder(entry) and _is_library(path):
                    yield Found(path, place / entry.name, refusal=PHOTO_LIBRARY)
                elif _is_folder(entry):
                    (links if entry.is_symlink() else below).append((path, place / entry.name))
                elif path not in self._given and (found := _looked_at(path, place / entry.name)):
                    yield found
            folders.extend(reversed(below))

    def _seen(self, folder: Path, status: os.stat_result) -> bool:
        known = (place := identity(folder, status)) in self._visited
        self._visited.add(place)
        return known

    def _is_output(self, folder: Path, status: os.stat_result) -> bool:
        if is_folder(folder / MARKER):
            return True
        try:
            return self._output is not None and os.path.samestat(status, self._output.stat())
        except OSError:
            return False


def _cloud_stub(name: str) -> bool:
    return name.startswith(".") and name.endswith(".icloud")


def _is_library(folder: Path) -> bool:
    return folder.suffix.casefold() in _MAC_LIBRARIES


def _hidden(entry: "os.DirEntry[str]") -> bool:
    if entry.name.startswith((".", "~$")) or entry.name.casefold() in _SYSTEM_NAMES:
        return True
    try:
        status = entry.stat(follow_symlinks=False) if hasattr(os.stat_result, "st_file_attributes") else None
    except OSError:
        return False
    # Not "system" alone, which makes a folder show an icon of its own.
    return status is not None and bool(getattr(status, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_HIDDEN)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that goes round in a circle
        return False


def _looked_at(path: Path, relative: PurePath) -> Found | None:
    """Describe a file by its first bytes; None for what is no file."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return None
        refusal = _refusal(path, status)
    except OSError as error:
        return _unreadable(path, relative, error)
    return Found(path, relative, status.st_size, status.st_mtime_ns, refusal)


def _refusal(path: Path, status: os.stat_result) -> str:
    attributes, flags = getattr(status, "st_file_attributes", 0), getattr(status, "st_flags", 0)
    if attributes & _WINDOWS_CLOUD or flags & _MAC_CLOUD:
        return _IN_THE_CLOUD  # opening it would fetch it
    if status.st_size == 0:
        return "it is empty"
    # Without O_NONBLOCK, a pipe that took the file's place meanwhile would hang the scan.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        head = os.read(descriptor, HEAD)
    finally:
        os.close(descriptor)
    return "" if recognise(head) else NO_PHOTO


def _unreadable(path: Path, relative: PurePath, error: OSError) -> Found:
    if isinstance(error, FileNotFoundError) and path.is_symlink():
        return Found(path, relative, refusal="it is a link to a file that is not there", unreadable=True)
    return Found(path, relative, refusal=f"it cannot be read ({error.strerror or error})", unreadable=True)
