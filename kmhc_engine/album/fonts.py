"""Letters for printed albums: the fonts of the computer, one after another, until each character has a shape."""

import os
import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import arabic_reshaper
import reportlab
from bidi.algorithm import get_display  # the quicker one in `bidi` leaves brackets the wrong way round
from PIL import ImageFont, features
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

# The first that is there sets the look; the others help out with scripts that it lacks.
_LOOK = (
    "georgia.ttf",
    "NotoSerif-Regular.ttf",
    "DejaVuSerif.ttf",
    "LiberationSerif-Regular.ttf",
    "Times New Roman.ttf",
)
_HELP = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "segoeui.ttf", "arial.ttf", "Arial Unicode.ttf", "arialuni.ttf",
    "NotoSansHebrew-Regular.ttf", "NotoSansArabic-Regular.ttf", "NotoSansDevanagari-Regular.ttf",
    "Lohit-Devanagari.ttf", "Nirmala.ttf", "Nirmala.ttc", "DroidSansFallbackFull.ttf", "simhei.ttf", "malgun.ttf",
)  # fmt: skip
_FOLDERS = {
    "win32": (Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"),),
    "darwin": (Path("/System/Library/Fonts"), Path("/Library/Fonts")),
}
_RIGHT_TO_LEFT = range(0x590, 0x900)
_HEH_WITH_HAMZA = re.compile("\u0647\u0654(?!\\w)")  # of Persian, at the end of a word; the reshaper drops marks
_HEH_AND_HAMZA = {"\ufba4": "\ufee9\u0654", "\ufba5": "\ufeea\u0654"}  # by itself, and joined to what is before
_JOINED = (range(0x900, 0xE00), range(0xF00, 0x10A0), range(0x1780, 0x1800))  # India, Tibet and Burma, Cambodia
_MEASURED = 256  # pixels; in small letters, each stands at a whole pixel
_ORNAMENTS = {"So", "Sk", "Mn", "Me", "Cf"}  # pictographs, and what changes the look of the character before


@dataclass(frozen=True)
class Face:
    """A font: its name in PDFs, and its file."""

    name: str
    path: Path

    def has(self, character: str) -> bool:
        """Tell whether the font has a shape for a character."""
        return ord(character) in pdfmetrics.getFont(self.name).face.charToGlyph


@cache
def faces() -> tuple[Face, ...]:
    """Return the fonts to use, the best first; there is always one, which reportlab brings along."""
    there = {}
    for folder in _FOLDERS.get(sys.platform, (Path("/usr/share/fonts"), Path("~/.local/share/fonts").expanduser())):
        for at, _, names in os.walk(folder):
            there.update({name.casefold(): Path(at, name) for name in names})
    look = [there[name.casefold()] for name in _LOOK if name.casefold() in there][:1]
    wanted = [*look, *(there[name.casefold()] for name in _HELP if name.casefold() in there)]
    wanted.append(Path(reportlab.__file__).with_name("fonts") / "Vera.ttf")
    return tuple(face for face in map(_registered, wanted) if face)


def _registered(path: Path) -> Face | None:
    try:
        pdfmetrics.registerFont(TTFont(path.stem, str(path)))
    except (TTFError, OSError):
        return None
    return Face(path.stem, path)


def note_lacking(texts: Iterable[str], notes: list[str]) -> None:
    """Add notes when words would be printed with "?" for letters that no font has, or in letters that do not join."""
    characters = set().union(*texts) - {"?", "\n"}
    lacking = {one for one in characters if any("?" in text for _, text in runs(one))}
    if lacking:
        notes.append("This computer has no letters for some words: “?” stands for them.")
    if any(_asks_to_join(one) for one in characters - lacking) and not joins():
        notes.append("This computer cannot join the letters of some words as their script asks for.")


@cache
def joins() -> bool:
    """Tell whether letters can be drawn that join, move and stack, as in Devanagari: Pillow then finds FriBiDi."""
    return bool(features.check("raqm"))


def joined(text: str) -> bool:
    """Tell whether the letters of a text join, so that it is drawn with the font of `drawing`."""
    return _asks_to_join(text) and joins()


def _asks_to_join(text: str) -> bool:
    return any(ord(character) in script for character in text for script in _JOINED)


def drawing(face: Face, size: int, text: str) -> ImageFont.FreeTypeFont:
    """Return a font to draw a run with.

    Args:
        face: The font of the run.
        size: In pixels.
        text: Of the run.
    """
    layout = ImageFont.Layout.RAQM if joined(text) else ImageFont.Layout.BASIC
    return ImageFont.truetype(face.path, size, layout_engine=layout)


def runs(line: str) -> list[tuple[Face, str]]:
    """Split a line into pieces of one font each, in the order in which they stand on paper from left to right.

    A letter that no font has becomes "?"; a pictograph is left out, with the space behind it.
    """
    if any(ord(c) in _RIGHT_TO_LEFT for c in line):
        line = str(get_display(_shaped(line)))
    pieces: list[tuple[Face, str]] = []
    left_out = False
    for character in line:
        marks = unicodedata.category(character)[0] in "MC"  # what belongs to the letter before comes from its font
        tried = (pieces[-1][0], *faces()) if pieces and marks else faces()
        face = next((face for face in tried if face.has(character)), None)
        if face is None:
            if unicodedata.category(character) in _ORNAMENTS:
                left_out = True
                continue
            face, character = faces()[0], "?"
        if left_out and character == " " and (not pieces or pieces[-1][1].endswith(" ")):
            continue
        left_out = False
        if pieces and pieces[-1][0] == face:
            pieces[-1] = (face, pieces[-1][1] + character)
        else:
            pieces.append((face, character))
    return pieces


def _shaped(line: str) -> str:
    """Join Arabic letters; heh with hamza, for which few fonts have a shape, is put together from both."""
    line = str(arabic_reshaper.reshape(_HEH_WITH_HAMZA.sub("\u06c0", line)))
    for whole, parts in _HEH_AND_HAMZA.items():
        if not any(face.has(whole) for face in faces()):
            line = line.replace(whole, parts)
    return line


def width(line: str, size: float) -> float:
    """Return how wide a line is, in the unit of the size."""
    return sum(advance(face, text, size) for face, text in runs(line))


def advance(face: Face, text: str, size: float) -> float:
    """Return how far a run goes, in the unit of the size."""
    if joined(text):
        return _measuring(face).getlength(text) * size / _MEASURED
    return float(pdfmetrics.stringWidth(text, face.name, size))


@cache
def _measuring(face: Face) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, _MEASURED, layout_engine=ImageFont.Layout.RAQM)


def lines(text: str, size: float, room: float, most: int) -> list[str]:
    """Break a text into lines that fit the room; what exceeds the last one ends in "…"."""
    broken = list(islice(_broken(text, size, room), most + 1))
    if len(broken) <= most:
        return broken
    last = broken[most - 1]
    while last and width(last + "…", size) > room:
        last = last[:-1]
    return [*broken[: most - 1], last.rstrip() + "…"]


def balanced(text: str, size: float, room: float, most: int) -> list[str]:
    """Break a text into as few lines as `lines` does, of about one length."""
    broken = lines(text, size, room, most)
    for percent in range(98, 50, -2):
        tried = lines(text, size, room * percent / 100, most)
        if len(tried) > len(broken) or " ".join(tried) != " ".join(broken):  # a word broke, or was cut
            break
        broken = tried
    return broken


def _broken(text: str, size: float, room: float) -> Iterator[str]:
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}".strip()
            if line and width(longer, size) > room:
                yield line
                line = word
            else:
                line = longer
            while len(line) > 1 and width(line, size) > room:  # one word, longer than a line
                fits = max(1, bisect_right(range(1, len(line)), room, key=lambda n: width(line[:n], size)))
                yield line[:fits]
                line = line[fits:]
        yield line
