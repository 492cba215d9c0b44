"""What is in an album: which photos, in which order, in which chapters, with which words."""

import hashlib
import os
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path, PurePath

from kmhc_engine.album.captions import TABLE, Table, Told, clean, merged, named, told_by
from kmhc_engine.album.options import Options, Order
from kmhc_engine.errors import OutputError, printable
from kmhc_engine.jobs import State
from kmhc_engine.outputs import recorded
from kmhc_engine.records import Record
from kmhc_engine.scan import MARKER, is_folder, scan

_FAVOURITE = 4  # stars


@dataclass(frozen=True)
class AlbumPhoto:
    """A photo of an album.

    Attributes:
        name: Its path below the colourised folder, with slashes.
        colour: The colour photo.
        original: The photo it was made from; None where that is gone or unknown.
        stamp: Sizes and times of both files; another stamp means other pictures.
        told: Caption, date, rating, and who colourised it.
        turn: Quarter turns clockwise that the original takes to lie as the colour photo does.
    """

    name: str
    colour: Path
    original: Path | None
    stamp: tuple[int, ...]
    told: Told
    turn: int = 0

    @property
    def key(self) -> str:
        """Names the photo in addresses: safe everywhere, and tells nothing about the file."""
        return hashlib.blake2b(os.fsencode(self.name), digest_size=8).hexdigest()

    @property
    def favourite(self) -> bool:
        """Whether it is rated four stars or five."""
        return self.told.rating >= _FAVOURITE

    @property
    def chapter(self) -> str:
        """The folder it lies in, for people."""
        return named(" · ".join(PurePath(self.name).parts[:-1]))


@dataclass(frozen=True)
class LeftOut:
    """A photo that is not in the album.

    Attributes:
        name: Its path below the colourised folder.
        reason: Why, as a clause.
    """

    name: str
    reason: str

    def __str__(self) -> str:
        return f"{printable(self.name)}: {self.reason}."


@dataclass(frozen=True)
class Chapter:
    """The photos of one folder; an untitled one holds those that lie in no subfolder."""

    title: str
    photos: tuple[AlbumPhoto, ...]


@dataclass(frozen=True)
class Contents:
    """What is in an album.

    Attributes:
        folder: The colourised folder.
        title: Of the album.
        chapters: In order; none is empty.
        left_out: Photos that were wanted and are not there.
    """

    folder: Path
    title: str
    chapters: tuple[Chapter, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def photos(self) -> tuple[AlbumPhoto, ...]:
        """All photos, in order."""
        return tuple(photo for chapter in self.chapters for photo in chapter.photos)

    def only(self, photos: Container[AlbumPhoto]) -> "Contents":
        """Return the same without the photos that are not among these."""
        chapters = (replace(one, photos=tuple(p for p in one.photos if p in photos)) for one in self.chapters)
        return replace(self, chapters=tuple(chapter for chapter in chapters if chapter.photos))

    @property
    def years(self) -> str:
        """The years in which the photos were taken: "1912–1954", "1954" or empty."""
        years = sorted(photo.told.taken[:4] for photo in self.photos if photo.told.taken)
        return "–".join(dict.fromkeys((years[0], years[-1]))) if years else ""

    @property
    def colourised(self) -> bool:
        """Whether there is a photo whose colours are KMHC's."""
        return any(photo.told.colourised for photo in self.photos)

    @property
    def variants(self) -> str:
        """The variants that colourised the photos; empty when unknown."""
        return ", ".join(sorted({photo.told.variant for photo in self.photos if photo.told.variant}))


@dataclass(frozen=True)
class Gathered:
    """What lies in a folder, before anybody chooses.

    Attributes:
        folder: The colourised folder, absolute.
        photos: By name, with what the table of captions and they themselves tell.
        left_out: Photos that should be there and are not.
    """

    folder: Path
    photos: Mapping[str, AlbumPhoto]
    left_out: tuple[LeftOut, ...]


def collect(folder: Path, options: Options, captions: Path | None = None) -> Contents:
    """Find the photos of an album and what is told about them.

    Args:
        folder: A colourised folder of KMHC, or any folder of colour photos.
        options: Choice, order, captions.
        captions: A table of captions; by default captions.csv in the folder, if there is one.

    Raises:
        OutputError: There is no such folder, no photo in it, or its journal or captions cannot be read.
        FolderInUse: A run is working in the folder.
    """
    return arrange(gather(folder, captions, options.chosen), options)


def gather(folder: Path, captions: Path | None = None, chosen: Sequence[str] | None = None) -> Gathered:
    """Find photos and what is told about them.

    Args:
        folder: As for `collect`.
        captions: As for `collect`.
        chosen: Names of the photos that are of interest; None for all.

    Raises:
        OutputError: There is no such folder, or its journal or captions cannot be read.
        FolderInUse: A run is working in the folder.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay links
    if not is_folder(folder):
        raise OutputError(f"{printable(folder)}: there is no such folder. Choose a folder with colourised photos.")
    found = list(_recorded(folder) if is_folder(folder / MARKER) else _scanned(folder))
    if chosen is not None:
        wanted = set(chosen)
        found = [one for one in found if one.name in wanted]
    table = _table(folder, captions)
    photos = {one.name: _told(one, table) for one in found if isinstance(one, AlbumPhoto)}
    return Gathered(folder, photos, tuple(one for one in found if isinstance(one, LeftOut)))


def arrange(gathered: Gathered, options: Options) -> Contents:
    """Choose from what was gathered and put it in order; nothing is read.

    Raises:
        OutputError: Nothing is chosen.
    """
    found, left_out = dict(gathered.photos), list(gathered.left_out)
    if options.chosen is not None:
        wanted = set(options.chosen)
        gone = wanted.difference(found, (out.name for out in left_out))
        found = {name: photo for name, photo in found.items() if name in wanted}
        left_out = [out for out in left_out if out.name in wanted]
        left_out += (LeftOut(name, "it is not in the folder any more") for name in sorted(gone))
    photos = [_captioned(photo, options) for photo in found.values()]
    if options.favourites:
        photos = [photo for photo in photos if photo.favourite]
    folder = gathered.folder
    if not photos:
        raise OutputError(
            f"{printable(folder)}: no photo for the album"
            + (" is rated four stars or five. Rate some, or take all." if options.favourites and found else
               " is chosen. Choose some." if gathered.photos else
               ". Choose a folder with colourised photos.")
        )  # fmt: skip
    title = clean(options.title) or named(folder.name.removesuffix(" colourised")) or "KMHC"
    return Contents(folder, title, tuple(_chapters(_ordered(photos, options))), tuple(left_out))


def _recorded(folder: Path) -> Iterator[AlbumPhoto | LeftOut]:
    for record in recorded(folder):
        if record.output is None or record.state is State.RUNNING:
            continue
        name = record.output.path
        yield _photo(folder / name, name.as_posix(), source_of(record, folder), _by(record), record.turn)


def source_of(record: Record, folder: Path) -> Path:
    """Return the original that a record of a colourised folder is about."""
    return Path(os.path.normpath(folder / os.fsdecode(record.source)))


def _by(record: Record) -> Told:
    """Say who colourised a photo; one that was in colour already, and copied, has no stored colour."""
    colourised = bool(record.chroma)
    return Told(colourised=colourised, variant=record.identity.partition("|")[0] if colourised else "")


def _scanned(folder: Path) -> Iterator[AlbumPhoto | LeftOut]:
    for found in scan([folder]):
        if not found.refusal:
            yield _photo(found.path, found.relative.as_posix(), None, Told())
        elif found.unreadable:
            yield LeftOut(found.relative.as_posix(), found.refusal)


def _photo(colour: Path, name: str, original: Path | None, told: Told, turn: int = 0) -> AlbumPhoto | LeftOut:
    try:
        status = colour.stat()
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        return LeftOut(name, "the colour photo is gone" if gone else f"it cannot be read ({error.strerror or error})")
    stamp: tuple[int, ...] = (status.st_size, status.st_mtime_ns)
    try:
        before = original.stat() if original else None
    except OSError:
        before = original = None
    if before:
        stamp += (before.st_size, before.st_mtime_ns, *([turn] if turn else []))
    return AlbumPhoto(name, colour, original, stamp, told, turn)


def _table(folder: Path, captions: Path | None) -> Table | None:
    if captions is None and not (folder / TABLE).is_file():
        return None
    return Table(captions or folder / TABLE)


def _told(photo: AlbumPhoto, table: Table | None) -> AlbumPhoto:
    names = (photo.name, photo.original.name) if photo.original else (photo.name,)
    return replace(photo, told=merged(table.of(*names) if table else Told(), photo.told, told_by(photo.colour)))


def _captioned(photo: AlbumPhoto, options: Options) -> AlbumPhoto:
    if photo.name not in options.captions:
        return photo
    return replace(photo, told=replace(photo.told, caption=clean(options.captions[photo.name])))


def _ordered(photos: list[AlbumPhoto], options: Options) -> list[AlbumPhoto]:
    photos = sorted(photos, key=lambda photo: natural(photo.name))
    if options.order is Order.DATE:
        return sorted(photos, key=lambda photo: photo.told.taken or "9999")  # the undated come last, by name
    if options.order is Order.HAND and options.chosen is not None:
        place = {name: at for at, name in enumerate(options.chosen)}
        return sorted(photos, key=lambda photo: place[photo.name])
    return photos


def natural(name: str) -> tuple[object, ...]:
    """Return a key that sorts "photo 2" before "photo 10", and a folder's own photos before its subfolders."""
    *folders, last = name.split("/")
    parts = [(1, _numbers(folder)) for folder in folders]
    return (*parts, (0, _numbers(last)))


def _numbers(text: str) -> list[tuple[int, int, str]]:
    pieces = re.findall(r"[0-9]+|[^0-9]+", text.casefold())
    return [(0, int(piece), piece) if piece[0] in "0123456789" else (1, 0, piece) for piece in pieces]


def _chapters(photos: list[AlbumPhoto]) -> Iterator[Chapter]:
    first: dict[str, int] = {}
    for photo in photos:
        first.setdefault(str(PurePath(photo.name).parent), len(first))
    by_folder = sorted(photos, key=lambda photo: first[str(PurePath(photo.name).parent)])
    for _, members in groupby(by_folder, key=lambda photo: PurePath(photo.name).parent):
        chapter = tuple(members)
        yield Chapter(chapter[0].chapter, chapter)
