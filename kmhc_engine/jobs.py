"""What a batch is asked to do and what it answers: jobs, settings and events, all frozen."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol, Self

from kmhc_engine.choices import ColourPhotos, Format
from kmhc_engine.chroma import Adjustments
from kmhc_engine.colour import Floats

IN_COLOUR = "it is in colour already"  # why a photo is skipped


class State(StrEnum):
    """Where a job stands. All but WAITING and RUNNING are ends, and every job reaches exactly one."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Job:
    """One photo to colourise.

    Attributes:
        id: Names the job in its events; the same in every run.
        source: The photo.
        target: Where its output is wanted; a path in the output folder, of which suffix and number may change.
        refusal: Why it is not to be tried at all, as a clause.
        unreadable: The refusal is a failure, not a mere skip.
        turn: Quarter turns clockwise, 0 to 3, that the photo takes; None for as many as in an earlier run.
    """

    id: str
    source: Path
    target: Path
    refusal: str = ""
    unreadable: bool = False
    turn: int | None = None


@dataclass(frozen=True)
class OutputSettings:
    """What the user chose about the outputs.

    Attributes:
        format: The format of the outputs; None for each photo's own.
        quality: 1 to 100 for lossy formats; None for the format's default.
        adjustments: Saturation, warmth and edges.
        longest_side: Outputs are made smaller to at most so many pixels; None for full size.
        colour_photos: What becomes of photos that are in colour already.
    """

    format: Format | None = None
    quality: int | None = None
    adjustments: Adjustments = field(default_factory=Adjustments)
    longest_side: int | None = None
    colour_photos: ColourPhotos = ColourPhotos.SKIP

    @property
    def fingerprint(self) -> str:
        """A text that differs whenever the outputs would."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def of(cls, fingerprint: str) -> Self:
        """Return the settings that have a fingerprint; the defaults if it tells of none."""
        with suppress(ValueError, KeyError, TypeError):
            told = json.loads(fingerprint)
            told["format"] = Format(told["format"]) if told["format"] else None
            told["adjustments"] = Adjustments(**told["adjustments"])
            told["colour_photos"] = ColourPhotos(told["colour_photos"])
            return cls(**told)
        return cls()

    def then(self, adjustments: Adjustments) -> Self:
        """Return these settings with what a person changed about one photo on top."""
        return replace(self, adjustments=adjustments.after(self.adjustments))


@dataclass(frozen=True)
class Event:
    """A job has reached a state.

    Attributes:
        job_id: The job.
        state: Its state now.
        output: The colour photo; also that of an earlier run, when the job is skipped because it is done.
        reason: Why it failed or was skipped, for people.
        notes: What else people may want to know.
        seconds: Wall time by stage: "decode", "network", "render" (with encode), "write".
    """

    job_id: str
    state: State
    output: Path | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


class Colouriser(Protocol):
    """Predicts colour. All calls come from one thread."""

    @property
    def identity(self) -> str:
        """Variant, weights' hash, working size and precision: when it differs, so may the colours."""

    @property
    def variant(self) -> str:
        """Name of the variant."""

    @property
    def weights(self) -> str:
        """SHA-256 of the weights."""

    @property
    def side(self) -> int:
        """Working size: photos are shown to the network at about side x side pixels."""

    @property
    def batch_size(self) -> int:
        """How many photos it likes to get at once."""

    def predict(self, lightness: Sequence[Floats]) -> list[Floats]:
        """Turn L (h, w) in 0..100, all of one size, into ab (h, w, 2).

        Raises:
            ComputeError: It cannot, even one at a time, small and on the CPU.
        """
