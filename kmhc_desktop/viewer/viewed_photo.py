"""What the viewer is asked to show."""

from dataclasses import dataclass
from pathlib import Path

from kmhc_engine.chroma import UNADJUSTED, Adjustments
from kmhc_engine.edits import Edits
from kmhc_engine.hints import Hint


@dataclass(frozen=True)
class ViewedPhoto:
    """A photo and, once there is one, its result.

    Attributes:
        source: The original.
        output: The colour photo that was written; None while it waits.
        chroma: The stored colour; with it the result is rendered afresh, with the edits below.
        adjustments: Saturation, warmth, edge following.
        hints: Strokes of colour.
        page: The page of a file with several.
        remark: What to say over it while there is no result; empty says that it waits.
    """

    source: Path
    output: Path | None = None
    chroma: Path | None = None
    adjustments: Adjustments = UNADJUSTED
    hints: tuple[Hint, ...] = ()
    page: int = 0
    remark: str = ""

    @property
    def edits(self) -> Edits:
        """The adjustments and the hints."""
        return Edits(self.adjustments, self.hints)

    def shows_same_page_as(self, other: "ViewedPhoto | None") -> bool:
        """Tell whether only the result may differ."""
        return other is not None and (self.source, self.page) == (other.source, other.page)
