"""What the window and the process that makes albums tell each other: frozen records that can be pickled."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kmhc_engine.album.options import Kind, Options

if TYPE_CHECKING:  # an album needs none of it
    from kmhc_engine.album.copies import Wish

# To the process.


@dataclass(frozen=True)
class ListPhotos:
    """Find the photos of a colourised folder.

    Attributes:
        folder: The folder.
        language: Of the album's own words, where the folder had no album yet.
    """

    folder: Path
    language: str = "en"


@dataclass(frozen=True)
class Draw:
    """Draw the first page.

    Attributes:
        folder: The folder.
        kind: Of the album.
        options: Of the album.
        size: Width and height, in pixels.
        dark: What the theme AUTO means.
    """

    folder: Path
    kind: Kind
    options: Options
    size: tuple[int, int]
    dark: bool


@dataclass(frozen=True)
class MakeAlbum:
    """Export an album; see `kmhc_engine.album.exporting`."""

    folder: Path
    kind: Kind
    target: Path
    options: Options
    replace: bool
    lasting: Options


@dataclass(frozen=True)
class CopyPhotos:
    """Copy colour photos; see `kmhc_engine.album.copies`.

    Attributes:
        chosen: Names of the photos by colourised folder.
        wish: How copies are wanted.
    """

    chosen: tuple[tuple[Path, tuple[str, ...]], ...]
    wish: "Wish"


@dataclass(frozen=True)
class Cancel:
    """Give up the album or the copies in the making."""


# From the process.


@dataclass(frozen=True)
class Entry:
    """A photo of the folder.

    Attributes:
        name: Its path below the folder, with slashes.
        path: The colour photo.
        edition: Its modification time, in nanoseconds.
        caption: What it and the table of captions tell.
        taken: "1954-07-12", "1954-07", "1954" or empty.
        favourite: It is rated four stars or five.
    """

    name: str
    path: Path
    edition: int
    caption: str
    taken: str
    favourite: bool


@dataclass(frozen=True)
class Photos:
    """The photos of a folder, by name, and what the last export was like.

    Attributes:
        targets: Where albums of each kind go when nobody says.
    """

    folder: Path
    entries: tuple[Entry, ...]
    options: Options
    kind: Kind
    targets: dict[Kind, Path]


@dataclass(frozen=True)
class Drawn:
    """The first page, as RGB bytes without padding; none when there is nothing to draw, and then the reason."""

    size: tuple[int, int] = (0, 0)
    pixels: bytes = b""
    reason: str = ""


@dataclass(frozen=True)
class Progress:
    """So many photos of so many are done."""

    done: int
    total: int
    name: str


@dataclass(frozen=True)
class Made:
    """An album or copies are there.

    Attributes:
        path: What to open: a page, a file, or the folder of the copies.
        photos: How many photos are in it.
        skipped: How many copies were passed over, because their names were taken.
        problems: A sentence for every photo that is not in it.
        notes: What the user should know about others.
    """

    path: Path
    photos: int
    skipped: int = 0
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """It could not be done, or was cancelled.

    Attributes:
        text: For people; empty when it was cancelled.
    """

    text: str = ""


Command = ListPhotos | Draw | MakeAlbum | CopyPhotos | Cancel
Report = Photos | Drawn | Progress | Made | Failed
