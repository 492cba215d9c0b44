"""What the viewer is asked to show."""

from dataclasses import dataclass
from pathlib import Path

from kmhc_engine.chroma import UNADJUSTED, Adjustments
from kmhc_engine.edits import UNEDITED, Edits


@dataclass(frozen=True)
class ViewedPhoto:
    """A photo and, once there is one, its result; of a file with several pages the first one shows.

    Attributes:
        source: The original.
        output: The colour photo that was written; None while it waits.
        chroma: The stored colour; with it the result is rendered afresh, with the edits.
        edits: What a person changed.
        adjustments: What it was coloured with before that.
        modified_ns: When the original was changed, as far as that is known; it is another photo then.
        remark: What to say over it while there is no result; empty says that it waits.
        turn: Quarter turns clockwise that the original takes.
    """

    source: Path
    output: Path | None = None
    chroma: Path | None = None
    edits: Edits = UNEDITED
    adjustments: Adjustments = UNADJUSTED
    modified_ns: int = 0
    remark: str = ""
    turn: int = 0

    @property
    def has_result(self) -> bool:
        """Whether it is in colour."""
        return (self.chroma or self.output) is not None

    def same_photo_as(self, other: "ViewedPhoto | None") -> bool:
        """Tell whether only the result may differ."""
        mine = (self.source, self.modified_ns, self.turn)
        return other is not None and mine == (other.source, other.modified_ns, other.turn)
