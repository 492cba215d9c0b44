"""What a person changed about one photo: adjustments and colour hints, kept in a small file beside its Chroma."""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from kmhc_engine import atomic
from kmhc_engine.chroma import UNADJUSTED, Adjustments, Chroma
from kmhc_engine.colour import Codes
from kmhc_engine.errors import printable
from kmhc_engine.hints import Hint, hinted

_FORMAT = 1
_MAX_BYTES = 4_000_000
_LIMITS = {"saturation": (0.0, 4.0), "warmth": (-1.0, 1.0), "edges": (0.0, 4.0)}


@dataclass(frozen=True)
class Edits:
    """What a person changed about one photo.

    Attributes:
        adjustments: Saturation, warmth, edge following.
        hints: Strokes of colour, in the order in which they were painted.
    """

    adjustments: Adjustments = UNADJUSTED
    hints: tuple[Hint, ...] = ()

    def chroma(self, chroma: Chroma, grey: Codes) -> Chroma:
        """Return the photo's colour with the hints applied; render it with the adjustments.

        Args:
            chroma: What the network predicted.
            grey: The photo, sRGB grey codes (H, W) of any size.
        """
        return hinted(chroma, grey, self.hints)

    def turned(self, quarters: int) -> "Edits":
        """Return the same after quarter turns of the photo clockwise."""
        return replace(self, hints=tuple(hint.turned(quarters) for hint in self.hints))


UNEDITED = Edits()


def edits_path(chroma: Path) -> Path:
    """Return where the edits of a photo lie: beside its Chroma."""
    return chroma.with_suffix(".json")


def save_edits(edits: Edits, path: Path) -> None:
    """Write the edits whole or not at all; edits that change nothing leave no file.

    Raises:
        DiskFull, OutputError: See `atomic.whole_disk_errors`.
    """
    with atomic.whole_disk_errors(path.parent):
        if edits == UNEDITED:
            path.unlink(missing_ok=True)
            return
        temporary = path.with_suffix(".part")  # not one of `atomic`'s: who takes the folder meanwhile removes those
        try:
            temporary.write_text(to_json(edits), encoding="utf-8")
            atomic.sync_file(temporary)
            temporary.replace(path)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        atomic.sync_folder(path.parent)


def load_edits(path: Path) -> tuple[Edits, str]:
    """Return the saved edits, and what the user should know about them; mostly an empty text.

    A damaged file is set aside, its name ending in ".damaged", and the photo counts as unedited.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError("too large")
        return from_json(path.read_text(encoding="utf-8")), ""
    except FileNotFoundError:
        return UNEDITED, ""
    except (OSError, ValueError) as error:
        aside = path.with_name(path.name + ".damaged")
        with suppress(OSError):
            os.replace(path, aside)  # noqa: PTH105 - says what it does
        return UNEDITED, (
            f"{printable(path.name)}: the adjustments saved for this photo cannot be read ({error}). "
            f"They were set aside as {printable(aside.name)}; adjust the photo again."
        )


def to_json(edits: Edits) -> str:
    """Return the edits as text for a file or the clipboard."""
    return json.dumps({"format": _FORMAT, **asdict(edits)})


def from_json(text: str) -> Edits:
    """Read what `to_json` wrote.

    Raises:
        ValueError: The text is something else.
    """
    try:
        data = json.loads(text)
        if data["format"] != _FORMAT:
            raise ValueError(f"format {data['format']!r} is unknown")
        adjustments = {key: _number(data["adjustments"][key], *limits) for key, limits in _LIMITS.items()}
        return Edits(Adjustments(**adjustments), tuple(_hint(hint) for hint in data["hints"]))
    except (KeyError, TypeError, IndexError, RecursionError) as error:
        raise ValueError(f"not as KMHC writes them: {error!r}") from error


def _hint(data: Any) -> Hint:
    points = tuple(_pair(point, 0.0, 1.0) for point in data["points"])
    if not points:
        raise ValueError("a stroke without points")
    return Hint(points, _number(data["radius"], 0.0, 1.0), _pair(data["ab"], -128.0, 128.0))


def _pair(values: Sequence[Any], low: float, high: float) -> tuple[float, float]:
    first, second = values
    return _number(first, low, high), _number(second, low, high)


def _number(value: Any, low: float, high: float) -> float:
    number = float(value)
    if not low <= number <= high:
        raise ValueError(f"{number} is not in {low} to {high}")
    return number
