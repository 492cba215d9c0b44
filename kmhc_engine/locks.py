"""Locks that keep other processes away from a folder, on disks that know locks."""

import errno
import time
from pathlib import Path

from filelock import FileLock

_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}  # as some network disks answer
_LONG_AGO = 24 * 60 * 60  # seconds


def take(place: Path) -> FileLock:
    """Take a lock without waiting; on a disk that knows none, what is returned is not held.

    Args:
        place: The file of the lock.

    Raises:
        Timeout: Another process has it.
        OSError: The file cannot be made.
    """
    # Without `thread_local=False`, only the thread that took the lock could let it go. A soft lock is a file that after
    # a kill on another computer would keep everybody away for good.
    lock = FileLock(place, timeout=0, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
    return lock


def left_behind(path: Path, lock: FileLock) -> bool:
    """Tell whether a temporary file or folder is what a kill left; where no lock is held, another may be at work on it.

    Raises:
        OSError: It cannot be looked at.
    """
    return lock.is_locked or time.time() - path.lstat().st_mtime > _LONG_AGO
