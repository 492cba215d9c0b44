"""What is told about a photo: caption, date and rating, from its own metadata or from a captions.csv."""

import csv
import io
import re
import struct
import unicodedata
import warnings
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from kmhc_engine.errors import OutputError, printable

TABLE = "captions.csv"

_DATE = re.compile(r"(\d{4})(?:[-:.]?(\d\d)(?:[-:.]?(\d\d))?)?(?:\D|$)")
_INVISIBLE = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]")
_BY_THE_CAMERA = re.compile(r"(OLYMPUS|SONY|MINOLTA|SAMSUNG|KONICA|DIGITAL|CAMERA|DSC|PICTURE|\W|\d)+", re.IGNORECASE)
UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, SyntaxError, struct.error,
           RuntimeError, Image.DecompressionBombError)  # fmt: skip
_QUOTED = re.compile(r'"[^"]*"')
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "kmhc": "https://kmhc.invalid/ns/1.0/",
}
_XP_TITLE, _XP_COMMENT, _RATING = 0x9C9B, 0x9C9C, 0x4746
_MAX_CHARACTERS = 2000


@dataclass(frozen=True)
class Told:
    """What is told about a photo.

    Attributes:
        caption: Clean text, of one or more lines; may be empty.
        taken: "1954-07-12", "1954-07", "1954" or empty.
        rating: Stars, 0 to 5.
        colourised: Its colours are KMHC's.
        variant: Which variant's; empty when unknown.
    """

    caption: str = ""
    taken: str = ""
    rating: int = 0
    colourised: bool = False
    variant: str = ""


def clean(text: str) -> str:
    """Return a text without what is no text: control characters, direction marks, halves of characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8")))
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cn", "Cs", "Co"})
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:_MAX_CHARACTERS]


def named(name: str) -> str:
    """Return a file's or folder's name as text; what is no text in it is escaped."""
    return clean(printable(name))


def date(text: str) -> str:
    """Return the date that a text begins with, as far as it is known; empty for none."""
    found = _DATE.match(text.strip())
    if not found or found[1] == "0000":
        return ""
    year, month, day = found[1], found[2] or "", found[3] or ""
    if not "01" <= month <= "12":
        return year
    return f"{year}-{month}-{day}" if "01" <= day <= "31" else f"{year}-{month}"


def told_by(path: Path) -> Told:
    """Read what a photo says of itself in EXIF, IPTC and XMP; damaged metadata say nothing."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
            sources = [_xmp(image), _iptc(image), _exif(image)]
    except UNREADABLE:
        return Told()
    return merged(*sources)


def merged(*tellers: Told) -> Told:
    """Take each thing from the first that tells it."""
    return Told(
        next((t.caption for t in tellers if t.caption), ""),
        next((t.taken for t in tellers if t.taken), ""),
        next((t.rating for t in tellers if t.rating), 0),
        any(t.colourised for t in tellers),
        next((t.variant for t in tellers if t.variant), ""),
    )


def _exif(image: Image.Image) -> Told:
    try:
        exif = image.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        texts = [exif.get(ExifTags.Base.ImageDescription), exif.get(_XP_TITLE), exif.get(_XP_COMMENT),
                 inner.get(ExifTags.Base.UserComment)]  # fmt: skip
        caption = next(filter(None, (_exif_text(text, exif.endian) for text in texts)), "")
        taken = date(str(inner.get(ExifTags.Base.DateTimeOriginal, "")))
        rating = exif.get(_RATING, 0)
        stars = rating if isinstance(rating, int) and 0 <= rating <= 5 else 0
        return Told(caption, taken, stars, str(exif.get(ExifTags.Base.Software, "")).startswith("KMHC "))
    except UNREADABLE:
        return Told()


def _exif_text(value: object, endian: str | None) -> str:
    if isinstance(value, str):  # Pillow reads Latin-1, cameras and programs write UTF-8
        with suppress(UnicodeError):
            value = value.encode("latin-1").decode("utf-8")
        text = clean(str(value))
    elif isinstance(value, bytes):
        code, rest = value[:8], value[8:]
        if code == b"UNICODE\0":
            own = "utf-16-be" if endian == ">" else "utf-16-le"
            text = rest.decode("utf-16" if rest.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else own, "replace")
        elif code == b"ASCII\0\0\0":
            text = rest.decode("utf-8", "replace")
        else:  # Windows' own fields
            wide = value[1::2].count(0) > len(value) // 8
            text = value.decode("utf-16-le" if wide else "utf-8", "replace")
        text = clean(text)
    else:
        return ""
    return "" if _BY_THE_CAMERA.fullmatch(text) else text


def _iptc(image: ImageFile.ImageFile) -> Told:
    try:
        fields = IptcImagePlugin.getiptcinfo(image) or {}
    except UNREADABLE:
        return Told()

    def text(number: int) -> str:
        value = fields.get((2, number), b"")
        value = value[0] if isinstance(value, list) else value
        try:
            return value.decode("utf-8")
        except UnicodeError:
            return value.decode("cp1252", "replace")

    return Told(clean(text(120)) or clean(text(5)), date(text(55)))


def _xmp(image: Image.Image) -> Told:
    packet = image.info.get("xmp", b"")
    packet = packet.encode() if isinstance(packet, str) else packet
    if not packet or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return Told()
    try:
        root = ElementTree.fromstring(packet.strip(b"\0 \r\n\t"))
    except (ElementTree.ParseError, ValueError):
        return Told()

    def text(name: str) -> str:
        for place in (f".//{name}/rdf:Alt/rdf:li", f".//{name}"):
            found = root.find(place, _NAMESPACES)
            if found is not None and (found.text or "").strip():
                return found.text or ""
        prefix, _, local = name.partition(":")
        attribute = f"{{{_NAMESPACES[prefix]}}}{local}"
        return next((e.attrib[attribute] for e in root.iter() if attribute in e.attrib), "")

    rating = text("xmp:Rating")
    caption = clean(text("dc:description")) or clean(text("dc:title"))
    stars = int(rating) if rating in {"1", "2", "3", "4", "5"} else 0
    variant = clean(text("kmhc:Variant"))
    return Told(caption, date(text("photoshop:DateCreated")), stars, bool(variant), variant)


class Table:
    """The captions of a captions.csv: the photo's name or path, its caption, and its date if one likes.

    Commas, semicolons or tabs between them; a first row of headings is passed over. Spreadsheets write UTF-8, UTF-16
    or the code page of Western Europe; all are read.

    Args:
        path: The file.

    Raises:
        OutputError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        try:
            rows = list(_rows(_decoded(path.read_bytes())))
        except (OSError, csv.Error) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutputError(
                f"{printable(path)}: the captions cannot be read ({reason}). Save the table as CSV again."
            ) from error
        self._told = {_key(row[0]): Told(clean(row[1]), date(row[2]) if len(row) > 2 else "") for row in rows}

    def of(self, *names: str) -> Told:
        """Return what is told about a photo that goes by these names, with or without folder and suffix."""
        for name in names:
            for tried in (name, Path(name).name, Path(name).stem):
                if _key(tried) in self._told:
                    return self._told[_key(tried)]
        return Told()


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip().replace("\\", "/")).casefold()


def _decoded(data: bytes) -> str:
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str) -> Iterator[list[str]]:
    lines = _QUOTED.sub("", text).splitlines() or [""]

    def separates(mark: str) -> tuple[int, int]:  # in every row, and in the first one before all others
        return sum(mark in line for line in lines), -(lines[0] + mark).index(mark)

    between = max(",;\t", key=separates)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=between):
        if len(row) >= 2:
            yield row
