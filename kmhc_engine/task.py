"""A photo on its way through the batch, and how it ended."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from kmhc_engine.jobs import Job, State
from kmhc_engine.photos import Format, Photo
from kmhc_engine.records import Record


@dataclass(frozen=True)
class Outcome:
    """How a photo ended, where nothing failed."""

    state: State
    output: Path | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """A photo that is open and whose output has a name.

    Attributes:
        job: What was asked.
        key: The source, as the journal calls it.
        size: Bytes of the source.
        modified_ns: Modification time of the source.
        known: What the journal knows of it.
        turn: Quarter turns clockwise that it takes.
        photo: The open photo.
        format: The output's format.
        path: The output's place below the output folder.
        notes: What is to be told, filled in on the way.
        stack: Closes the photo and removes what is left of its output.
        clock: Tells seconds, and stands still while the run is paused.
        seconds: By stage, filled in on the way.
    """

    job: Job
    key: bytes
    size: int
    modified_ns: int
    known: Record | None
    turn: int
    photo: Photo
    format: Format
    path: PurePath
    notes: list[str]
    stack: ExitStack
    clock: Callable[[], float]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time until the end of the block to a stage."""
        start = self.clock()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + self.clock() - start
