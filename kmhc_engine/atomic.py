"""Files that appear whole or not at all, and never in the place of another."""

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kmhc_engine.errors import DiskFull, OutputError, printable

TEMPORARY = ".kmhc-"

_FULL = {errno.ENOSPC, errno.EDQUOT}
_GONE = {errno.EROFS, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN}
_ALMOST_FULL = 1 << 20  # bytes


def temporary_beside(target: Path) -> Path:
    """Return a fresh name in the target's folder; short, because the target's own may be as long as names get."""
    return target.with_name(f"{TEMPORARY}{secrets.token_hex(6)}.part")


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, and wait until they are on the disk.

    Raises:
        OSError: It cannot be made, or its drive is not there.
    """
    if not folder.is_dir():
        if folder == folder.parent:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_file(path: Path) -> os.stat_result:
    """Wait until a file's content is on the disk; return its status."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk, where the system has a way to ask for it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:  # some network disks cannot
            raise
    finally:
        os.close(descriptor)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears whole or not at all, even when the power fails; an earlier one stays until then."""
    temporary = path.with_name(f".{os.getpid()} {path.name}.part")  # not `TEMPORARY`: see `edits.save_edits`
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def rename_new(temporary: Path, target: Path) -> None:
    """Move a file to a name that is free.

    Raises:
        FileExistsError: The name is taken; nothing has changed.
    """
    if os.name == "nt":
        temporary.rename(target)  # refuses on its own
        return
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:
        # FAT, exFAT and some network disks have no hard links: take the name first, then replace our own empty file.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            temporary.replace(target)
        except OSError:
            target.unlink()
            raise
    else:
        temporary.unlink()


def disk_full(folder: Path) -> DiskFull:
    """Return the error that says so of a run."""
    return DiskFull(
        f"{printable(folder)}: the disk is full. Make room, then start again: the run goes on where it stopped."
    )


def _gone(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{printable(folder)}: the output folder cannot be written to any more "
        f"({error.strerror or error}). Check its disk or connection, then start again to go on."
    )


@contextmanager
def whole_disk_errors(
    folder: Path,
    full: Callable[[Path], DiskFull] = disk_full,
    gone: Callable[[Path, OSError], OutputError] = _gone,
) -> Iterator[None]:
    """Tell errors of the output folder's disk, which end the run, from those of one file, which pass through.

    Args:
        folder: Where it writes.
        full: Says that no room is left; by default of a run.
        gone: Says that the folder cannot be written to; by default of a run.

    Raises:
        DiskFull: No room is left.
        OutputError: The folder is gone or cannot be written to any more.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise full(folder) from error
        if error.errno in _GONE or not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where a share is gone
            raise gone(folder, error) from error
        if error.errno is None and shutil.disk_usage(folder).free < _ALMOST_FULL:
            raise full(folder) from error  # image libraries lose the error's number
        raise
