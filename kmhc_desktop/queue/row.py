"""What the queue knows of one photo."""

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePath

from kmhc_engine.chroma import UNADJUSTED, Adjustments
from kmhc_engine.jobs import State
from kmhc_engine.scan import Found

WAITING = {State.WAITING, State.RUNNING, State.INTERRUPTED, State.CANCELLED}
_NO_TEXT = re.compile("[\ud800-\udfff]")  # bytes that are no UTF-8; on Windows halves of pictographs


@dataclass(slots=True, eq=False)
class Row:
    """One photo. Paths are strings: 100,000 of them stay small.

    Attributes:
        number: Place in the order of the scan.
        root: The folder or file that was chosen.
        path: The photo.
        relative: Its place below the root.
        size: Bytes.
        modified_ns: Nanoseconds since 1970.
        refusal: Why it is no photo to colourise; empty for a photo.
        unreadable: The refusal is a fault of the disk.
        state: Where it stands.
        reason: Why it failed or was skipped.
        notes: What else people may want to know.
        output: The colour photo, once there is one.
        chroma: Its predicted colour, once there is one.
        adjustments: What the colour photo was made with, before a person changed it.
        seconds: How long it took.
        doubt: How unsure its colours are, in ab units.
        edition: Modification time of the output, nanoseconds: it is another picture when this changes.
        in_colour: The photo was found to be in colour already.
        turn: Quarter turns clockwise with which it was coloured.
        wanted: Quarter turns clockwise that somebody wants; None for as many as before.
    """

    number: int
    root: str
    path: str
    relative: str
    size: int = 0
    modified_ns: int = 0
    refusal: str = ""
    unreadable: bool = False
    state: State = State.WAITING
    reason: str = ""
    notes: tuple[str, ...] = ()
    output: str | None = None
    chroma: str | None = None
    adjustments: Adjustments = UNADJUSTED
    seconds: float = 0.0
    doubt: float | None = None
    edition: int = 0
    in_colour: bool = False
    turn: int = 0
    wanted: int | None = None

    @property
    def name(self) -> str:
        """The file's name, fit to be shown, and its letters as people type them: a Mac parts them from their dots."""
        name = os.path.basename(self.path)  # noqa: PTH119 - ten times as fast, and this runs for every row
        if name.isascii():
            return name
        return unicodedata.normalize("NFC", _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", name))

    @property
    def quarters(self) -> int:
        """By how many quarters clockwise it is shown turned."""
        return self.turn if self.wanted is None else self.wanted

    @property
    def lies_as_wanted(self) -> bool:
        """Whether its colours lie as it is shown; else they are about to be made anew."""
        return self.quarters == self.turn

    @property
    def waits_in_colour(self) -> bool:
        """Whether it waits, and is in colour already."""
        return self.in_colour and self.state in WAITING

    @property
    def found(self) -> Found:
        """The photo as the engine takes it: as its scan gave it, turned as somebody wants."""
        place = Path(self.path), PurePath(self.relative)
        return Found(*place, self.size, self.modified_ns, self.refusal, self.unreadable, self.wanted)
