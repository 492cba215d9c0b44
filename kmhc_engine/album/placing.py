"""Albums appear whole or not at all, and never in the place of what is not KMHC's."""

import ctypes
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path, PurePath

from filelock import FileLock, Timeout

from kmhc_engine import atomic, locks
from kmhc_engine.errors import DiskFull, FolderInUse, OutputError, printable
from kmhc_engine.names import numbered
from kmhc_engine.scan import MARKER

_ALBUM = Path(MARKER, "album")  # the folder it lies in also keeps the scan for photos out of albums
_ABOUT = "This folder is an album made by KMHC. KMHC may replace these files in it:"
_SWAP = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
_HERE = -100  # AT_FDCWD


@contextmanager
def album_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside the album's place, and put it there when all went well.

    An export that fails or is killed leaves the old album as it was. What others have put into it moves to the new one.

    Args:
        target: Where the album is to be: a free name, or an earlier album.

    Raises:
        FolderInUse: Another export to the same place is going on.
        OutputError: Something else is there, or the place cannot be written to.
        DiskFull: No room is left.
    """
    old = _beside(target, "old")
    with _errors(target), workshop(target) as new:
        if is_album(old) and not os.path.lexists(target):  # killed in the middle of exchanging
            old.rename(target)
        refuse_strangers(target)
        _discard(old, target)
        (new / _ALBUM).write_text(f"{_ABOUT}\n", encoding="utf-8")
        yield new
        listing = [_ABOUT, *(path.as_posix() for path in _files(new)), ""]
        (new / _ALBUM).write_text("\n".join(listing), encoding="utf-8")
        _put(new, target, old)
        atomic.sync_folder(target.parent)
    with _errors(target):  # this can take long, and the next export may be in the workshop already
        _discard(old, target)


@contextmanager
def album_file(target: Path, *, replace: bool) -> Iterator[Path]:
    """Give a temporary file, in a folder with room for more, and put it in its place when all went well.

    Args:
        target: Where the file is to be.
        replace: Whether a file that is there may be replaced.

    Raises:
        FolderInUse: Another export to the same place is going on.
        OutputError: The name is taken, or the place cannot be written to.
        DiskFull: No room is left.
    """
    if os.path.lexists(target) and not (replace and target.is_file()):  # a device or a pipe is no album
        raise _taken_name(target)
    with _errors(target), workshop(target) as room:
        temporary = room / f"album{target.suffix}"
        yield temporary
        atomic.sync_file(temporary)
        if replace:
            temporary.replace(target)
        else:
            try:
                atomic.rename_new(temporary, target)
            except FileExistsError:
                raise _taken_name(target) from None
        atomic.sync_folder(target.parent)


@contextmanager
def workshop(target: Path, *, inside: bool = False) -> Iterator[Path]:
    """Give an empty folder that is this export's alone; the next one to the same place removes what a kill left.

    Args:
        target: Where the export goes.
        inside: The folder lies in the target, which is a folder and is made when missing; else beside it.

    Raises:
        FolderInUse: Another export to the same place is going on.
        OSError: The place cannot be written to.
    """
    place = target / "inside" if inside else target
    rooms = _beside(place, "new").name
    folder = place.with_name(f"{rooms}-{secrets.token_hex(3)}")
    atomic.make_folder(place.parent)
    with _alone(target, _beside(place, "lock")) as lock:
        for other in place.parent.glob(f"{rooms}*"):
            with suppress(OSError):
                if locks.left_behind(other, lock):
                    shutil.rmtree(other, ignore_errors=True)
        (folder / MARKER).mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(target: Path, place: Path) -> Iterator[FileLock]:
    """Keep other exports to the same place away, where the disk has locks."""
    try:
        lock = locks.take(place)
    except Timeout:
        raise FolderInUse(
            f"{printable(target)}: another export to this place is going on. Wait until it has ended."
        ) from None
    try:
        yield lock
    finally:
        if os.name == "nt":  # which deletes no open file, nor one that another export has taken by now
            lock.release()
        with suppress(OSError):
            place.unlink()
        lock.release()


def _beside(target: Path, state: str) -> Path:
    name = hashlib.blake2b(os.fsencode(target.name), digest_size=6).hexdigest()
    return target.with_name(f"{atomic.TEMPORARY}album-{name}-{state}")


def is_album(folder: Path) -> bool:
    """Tell whether a folder is an album that KMHC made."""
    return (folder / _ALBUM).is_file() and not folder.is_symlink()


def refuse_strangers(target: Path) -> None:
    """Raise an OutputError when something is at the target that is not an album of KMHC's."""
    if os.path.lexists(target) and not is_album(target):
        raise OutputError(
            f"{printable(target)}: this is not an album made by KMHC, so it stays as it is. Choose another place."
        )


def disk_full(target: Path) -> DiskFull:
    """Return the error that says so of an album or of copies: unlike a run, they do not go on where they stopped."""
    return DiskFull(f"{printable(target)}: the disk is full. Make room, or choose another place.")


def _discard(old: Path, target: Path) -> None:
    """Delete the album before; what others have put into it moves to the one that took its place."""
    if is_album(old):  # else a kill has left a part of it, and nothing of others
        ours = set((old / _ALBUM).read_text(encoding="utf-8").splitlines())
        for path in [path for path in _files(old) if path.as_posix() not in ours]:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            free = next(place for k in count(1) if not os.path.lexists(place := target / numbered(path, k)))
            (old / path).rename(free)
    shutil.rmtree(old, ignore_errors=True)


def _files(album: Path) -> Iterator[PurePath]:
    for at, folders, names in os.walk(album):
        place = Path(at)
        names += [name for name in folders if (place / name).is_symlink()]
        folders[:] = [name for name in folders if place != album or name != MARKER]
        yield from ((place / name).relative_to(album) for name in names)


def _put(new: Path, target: Path, old: Path) -> None:
    if not os.path.lexists(target):
        new.rename(target)
        return
    if os.name != "nt":  # which cannot exchange
        new.rename(old)  # so that what others have put into the album never is in `new`, which will be deleted
        if _exchanged(old, target):
            return
        old.rename(new)
    target.rename(old)  # should the process be killed here, the next export puts the old album back
    try:
        new.rename(target)
    except OSError:
        old.rename(target)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change their names in one step, where the system can."""
    with suppress(OSError, AttributeError):
        if sys.platform == "linux":
            library = ctypes.CDLL(None, use_errno=True)
            return bool(library.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _SWAP) == 0)
        if sys.platform == "darwin":
            library = ctypes.CDLL(None, use_errno=True)
            return bool(library.renamex_np(os.fsencode(one), os.fsencode(other), _SWAP) == 0)
    return False


@contextmanager
def _errors(target: Path) -> Iterator[None]:
    def unwritable(_: Path, error: OSError) -> OutputError:
        return OutputError(
            f"{printable(target)}: the album cannot be written ({error.strerror or error}). Choose another place."
        )

    try:
        with atomic.whole_disk_errors(target.parent, lambda _: disk_full(target), unwritable):
            yield
    except OSError as error:
        raise unwritable(target, error) from error


def _taken_name(target: Path) -> OutputError:
    return OutputError(f"{printable(target)}: there is already something of this name. Choose another name.")
