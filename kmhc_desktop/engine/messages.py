"""What the window and the engine's process say to each other: frozen records over a pipe."""

from dataclasses import dataclass
from pathlib import Path

from kmhc_engine.jobs import Event, OutputSettings
from kmhc_engine.scan import Found


@dataclass(frozen=True)
class Compute:
    """Which network to use, and how.

    Attributes:
        variant: Name, spec string or the title of the user's own weights.
        side: Working size in pixels; 0 for what suits the weights.
        device: "cuda", "mps", "cpu", or empty for the fastest.
        precision: "fp32", "bf16", "fp16", or empty for the fastest that keeps the colours.
    """

    variant: str
    side: int = 0
    device: str = ""
    precision: str = ""


# To the engine.


@dataclass(frozen=True)
class Prepare:
    """Load this network now; photos will follow."""

    compute: Compute


@dataclass(frozen=True)
class Batch:
    """Colourise the photos that follow in `Photos` messages, once `Go` has come.

    Attributes:
        number: Names the batch in the answers.
        compute: The network.
        settings: The outputs.
        output: The output folder.
    """

    number: int
    compute: Compute
    settings: OutputSettings
    output: Path


@dataclass(frozen=True)
class Photos:
    """Some of a batch's photos; few at once, because pickling many would stall the window."""

    found: tuple[Found, ...]


@dataclass(frozen=True)
class Go:
    """All photos of the batch have been sent."""


@dataclass(frozen=True)
class Pause:
    """Hold the batch where it is."""


@dataclass(frozen=True)
class Resume:
    """Go on."""


@dataclass(frozen=True)
class Cancel:
    """End the batch at once."""


@dataclass(frozen=True)
class Preview:
    """Predict one photo with some variants, before anything else.

    Attributes:
        source: The photo.
        computes: One network each.
        folder: Where the predicted colour goes.
        keeps_colour: A page in colour beside others that are not has its own colours, as it will be coloured.
        turn: Quarter turns clockwise that the photo takes.
    """

    source: Path
    computes: tuple[Compute, ...]
    folder: Path
    keeps_colour: bool = True
    turn: int = 0


@dataclass(frozen=True)
class Measure:
    """Find out how unsure the colours of photos are, when there is nothing else to do; a batch ends it.

    Attributes:
        compute: The network that predicted them; those of another are left out.
        photos: Original, stored colour, and the quarter turns clockwise with which that was predicted.
    """

    compute: Compute
    photos: tuple[tuple[Path, Path, int], ...]


@dataclass(frozen=True)
class Quit:
    """End the process."""


# From the engine.


@dataclass(frozen=True)
class Alive:
    """The engine's process is there and answers."""


@dataclass(frozen=True)
class Ready:
    """A network is loaded.

    Attributes:
        device: For people.
        reason: Why this device.
        precision: The precision in use.
        devices: Names of the devices of this computer, the fastest first.
    """

    device: str
    reason: str
    precision: str
    devices: tuple[str, ...]


@dataclass(frozen=True)
class Trouble:
    """Something that the user should know, as a text that can be acted on.

    Attributes:
        text: Names the thing, the cause and, if the user is to do something, the next step.
    """

    text: str


@dataclass(frozen=True)
class Progress:
    """A photo of a batch has reached a state.

    Attributes:
        source: The photo.
        event: As the engine gave it.
        chroma: Where its predicted colour is stored, once it is.
        turn: Quarter turns clockwise that it took, once it is in colour.
    """

    source: Path
    event: Event
    chroma: Path | None = None
    turn: int = 0


@dataclass(frozen=True)
class Doubt:
    """How unsure the colours of a photo are; found out when there is nothing else to do.

    Attributes:
        source: The photo.
        value: Mean difference, in ab units, to the colours predicted for the mirrored photo.
    """

    source: Path
    value: float


@dataclass(frozen=True)
class BatchEnded:
    """A batch is over; every photo has reached an end, unless there was an error.

    Attributes:
        batch: Its number.
        error: What stopped it, for people; empty if nothing did.
        of_folder: The error is the output folder's: photos of other folders may fare better.
    """

    batch: int
    error: str = ""
    of_folder: bool = False


@dataclass(frozen=True)
class Previewed:
    """The answer to a preview, one for each variant.

    Attributes:
        source: The photo.
        variant: As it was asked for.
        chroma: File with the predicted colour; None if there is none.
        error: Why not, for people.
        turn: As it was asked for.
    """

    source: Path
    variant: str
    chroma: Path | None = None
    error: str = ""
    turn: int = 0


Command = Prepare | Batch | Photos | Go | Pause | Resume | Cancel | Preview | Measure | Quit
Report = Alive | Ready | Trouble | Progress | Doubt | BatchEnded | Previewed


@dataclass(frozen=True)
class BatchRequest:
    """A whole batch, as the window orders it."""

    batch: Batch
    found: tuple[Found, ...]
