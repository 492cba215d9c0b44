"""EXIF (CIPA DC-008): what a camera or scanner wrote about a photo, read from it and written to the colour copy."""

import re
from dataclasses import dataclass, field
from io import BytesIO

from kmhc_engine.photos.directories import (
    LONG,
    LONG8,
    SHORT,
    UNDEFINED,
    Directory,
    DirectoryReader,
    Entry,
    integers,
    pack,
    rational,
    text,
    whole,
)

_ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT, _SOFTWARE = 274, 282, 283, 296, 305
_PADDING, _OFFSET_SCHEMA = 59932, 59933
_PHOTO, _GPS, _INTEROPERABILITY = 34665, 34853, 40965
_VERSION, _MAKER_NOTE, _COLOR_SPACE, _PIXEL_WIDTH, _PIXEL_HEIGHT, _GAMMA = 36864, 37500, 40961, 40962, 40963, 42240
_THUMBNAIL_COMPRESSION, _THUMBNAIL_AT, _THUMBNAIL_LENGTH = 259, 513, 514

# What is true of the old file's pixels and layout only. Private tags may hold places in the old file, so only the
# descriptive ones stay: ratings, the copyright, and the titles that Windows writes.
_STRUCTURE = {*range(254, 269), *range(273, 289), 290, 291, 292, 293, 296, 297, 301, *range(317, 348)}
_STRUCTURE |= {*range(351, 357), *range(512, 533), 559, 700}
_PRIVATE_KEPT = {18246, 18249, 33432, *range(40091, 40096)}
_FIRST_PRIVATE = 18000
_STALE = {_COLOR_SPACE, _PIXEL_WIDTH, _PIXEL_HEIGHT, _GAMMA, _INTEROPERABILITY, _PADDING, _OFFSET_SCHEMA}
_CLASSIC_TYPES = range(1, 14)


@dataclass(frozen=True)
class Exif:
    """EXIF without what is stale in a colour copy: layout, orientation, resolution, thumbnail.

    Attributes:
        order: Byte order of the entries, "<" or ">".
        image: What describes the picture (IFD0).
        photo: What describes the shot (the Exif directory).
        gps: Where it was taken.
        orientation: How the pixels of the original lie, 1 to 8; written as 1.
        dpi: Resolution across and down, where it is told.
        had_thumbnail: The original has an embedded preview.
        damaged: What had to be left out: "camera data", "GPS".
    """

    order: str = "<"
    image: Directory = field(default_factory=dict)
    photo: Directory = field(default_factory=dict)
    gps: Directory = field(default_factory=dict)
    orientation: int = 1
    dpi: tuple[float, float] | None = None
    had_thumbnail: bool = False
    damaged: tuple[str, ...] = ()

    def directories(
        self, at: int, size: tuple[int, int], software: str, *, big: bool = False
    ) -> tuple[bytes, Directory]:
        """Return EXIF for a TIFF file: what has to stand at an offset, and IFD0's entries, which point to it.

        Args:
            at: Offset in the file; even.
            size: Width and height of the written photo.
            software: The program that writes it.
            big: The file is a BigTIFF.
        """
        place = LONG8 if big else LONG
        photo = {**self.photo, _COLOR_SPACE: whole(SHORT, self.order, 1)}
        photo.setdefault(_VERSION, Entry(UNDEFINED, 4, b"0232"))
        photo[_PIXEL_WIDTH], photo[_PIXEL_HEIGHT] = (whole(LONG, self.order, side) for side in size)
        image = {**self.image, _SOFTWARE: text(software)}
        image[_PHOTO] = whole(place, self.order, at)
        block = pack(photo, at, self.order, big=big)
        if self.gps:
            image[_GPS] = whole(place, self.order, at + len(block))
            block += pack(self.gps, at + len(block), self.order, big=big)
        return block, image

    def block(
        self, size: tuple[int, int], software: str, dpi: tuple[float, float] | None, thumbnail: bytes = b""
    ) -> bytes:
        """Return EXIF as other formats embed it, a TIFF file of its own without pixels.

        Args:
            size: Width and height of the written photo.
            software: The program that writes it.
            dpi: Resolution across and down.
            thumbnail: A JPEG of at most 64 kB.
        """
        order = self.order
        block, image = self.directories(8, size, software)
        image[_ORIENTATION] = whole(SHORT, order, 1)
        if dpi:
            image |= resolution(dpi, order)
        first = 8 + len(block)
        following = first + len(pack(image, first, order)) if thumbnail else 0
        block += pack(image, first, order, following=following)
        if thumbnail:
            preview = {
                _THUMBNAIL_COMPRESSION: whole(SHORT, order, 6),
                _THUMBNAIL_AT: whole(LONG, order, 0),
                _THUMBNAIL_LENGTH: whole(LONG, order, len(thumbnail)),
            }
            preview[_THUMBNAIL_AT] = whole(LONG, order, following + len(pack(preview, following, order)))
            block += pack(preview, following, order) + thumbnail
        version = whole(SHORT, order, 42).raw + whole(LONG, order, first).raw
        return (b"II" if order == "<" else b"MM") + version + block

    def without_maker_note(self) -> "Exif":
        """Return it without the camera's own data, which can be too long for a JPEG."""
        photo = {tag: entry for tag, entry in self.photo.items() if tag != _MAKER_NOTE}
        return Exif(self.order, self.image, photo, self.gps)


def resolution(dpi: tuple[float, float], order: str) -> Directory:
    """Return the entries that tell how many pixels an inch has, across and down."""
    return {
        _X_RESOLUTION: rational(dpi[0], order),
        _Y_RESOLUTION: rational(dpi[1], order),
        _RESOLUTION_UNIT: whole(SHORT, order, 2),
    }


def read_exif(block: bytes) -> Exif:
    """Read EXIF as formats embed it, with or without its "Exif" mark.

    Raises:
        ValueError: It is broken.
    """
    reader = DirectoryReader(BytesIO(re.sub(rb"^(Exif\0\0)+", b"", block)))
    pages = reader.chain()
    image = next(pages, {})
    try:
        preview = next(pages, {})
    except ValueError:
        preview = {}
    return exif_of(reader, image, had_thumbnail=_THUMBNAIL_AT in preview)


def describes(tag: int) -> bool:
    """Tell whether an entry of IFD0 describes the photo, and not the layout of its file."""
    return tag not in _STRUCTURE and (tag < _FIRST_PRIVATE or tag in _PRIVATE_KEPT)


def exif_of(reader: DirectoryReader, page: Directory, *, had_thumbnail: bool = False) -> Exif:
    """Return the EXIF of a TIFF page, or of the first directory of a block; damage below it costs that part only."""
    turned = (integers(page, _ORIENTATION, reader.order) or (1,))[0]
    image = {tag: entry for tag, entry in page.items() if describes(tag)}
    photo, gps = (_below(reader, page, tag) for tag in (_PHOTO, _GPS))
    damaged = [name for name, part in (("camera data", photo), ("GPS", gps)) if part is None]
    return Exif(
        reader.order,
        _classic(image),
        _classic({tag: entry for tag, entry in (photo or {}).items() if tag not in _STALE}),
        _classic(gps or {}),
        turned if 1 <= turned <= 8 else 1,
        _dpi(page, reader.order),
        had_thumbnail,
        tuple(damaged),
    )


def _below(reader: DirectoryReader, page: Directory, tag: int) -> Directory | None:
    """Return the directory that an entry points to; None where there is none at that place."""
    places = integers(page, tag, reader.order)
    try:
        return reader.at(places[0])[0] if places else {}
    except ValueError:
        return None


def _classic(directory: Directory) -> Directory:
    """Leave out what only BigTIFF can hold."""
    return {tag: entry for tag, entry in directory.items() if entry.type in _CLASSIC_TYPES}


def _dpi(page: Directory, order: str) -> tuple[float, float] | None:
    unit = (integers(page, _RESOLUTION_UNIT, order) or (2,))[0]
    factor = {2: 1.0, 3: 2.54}.get(unit)
    values = []
    for tag in (_X_RESOLUTION, _Y_RESOLUTION):
        raw = page[tag].raw if tag in page else b""
        if len(raw) != 8 or factor is None:
            return None
        endian = "little" if order == "<" else "big"
        above, below = (int.from_bytes(raw[k : k + 4], endian) for k in (0, 4))  # type: ignore[arg-type]
        values.append(factor * above / below if below else 0.0)
    return (values[0], values[1])
