"""One process at a time in a run's folder: two would write over each other's photos and checkpoints."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import Timeout

from kmhc_engine import locks
from kmhc_engine.errors import printable
from training.errors import TrainingError

LOCK = ".lock"


def follows() -> bool:
    """Return whether this process shares the work of a run that another one leads; torchrun or Lightning say so."""
    return int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0"))) > 0


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a run's folder; the system lets it go when this process ends, however it does.

    Those that share a run's work do not hold it: the one that leads does.

    Args:
        folder: The folder; exists.

    Raises:
        TrainingError: Another training has it.
    """
    try:
        lock = locks.take(folder / LOCK)
    except Timeout as error:
        raise TrainingError(
            f"Another training is at work in {printable(folder)}. Wait until it has ended, or name another folder."
        ) from error
    except OSError:  # of a disk that is full, which says so soon enough
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.release()
