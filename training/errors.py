"""The errors of training; every message names the thing, the cause and the next step."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kmhc_engine.atomic import whole_disk_errors
from kmhc_engine.errors import DiskFull, KMHCError, printable


class TrainingError(KMHCError):
    """Training or evaluation cannot go on as asked."""


class TooFewPhotos(TrainingError):
    """Not enough colour photos to learn from or to judge by."""


class PhotosTooSmall(TrainingError):
    """Photos smaller than the loss needs."""


class Diverged(TrainingError):
    """The loss or the weights are no longer finite."""


class Stopped(TrainingError):
    """The user or the system has ended a run.

    Args:
        message: What can be done now.
        exit_code: Of the process.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def typed(word: Path | str) -> str:
    """Return a path or a name as it is typed on a command line, where blanks need quotes."""
    return subprocess.list2cmdline([printable(word)]) if os.name == "nt" else shlex.quote(printable(word))


@contextmanager
def no_room_told(folder: Path, learnt: str = "") -> Iterator[None]:
    """Tell when a run's disk is full or gone.

    Args:
        folder: The run's.
        learnt: Name of the file in it without which nothing is learnt that the run could go on with.

    Raises:
        DiskFull: No room is left.
        OutputError: The folder is gone or cannot be written to any more.
    """
    try:
        with whole_disk_errors(folder):
            yield
    except DiskFull as error:
        goes_on = learnt and (folder / learnt).is_file()
        remedy = "go on with the run" if goes_on else "start again"
        raise DiskFull(f"{printable(folder)}: the disk is full. Make room, then {remedy}.") from error
