"""What a photo tells besides its pixels: read from any format, and made ready for the colour copy."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kmhc_engine.photos.directories import Directory, DirectoryReader, integers
from kmhc_engine.photos.exif import Exif, exif_of, read_exif
from kmhc_engine.photos.iptc import datasets, in_photoshop_resources
from kmhc_engine.photos.png import Chunk, PngParts
from kmhc_engine.photos.provenance import is_xmp

_XMP, _IPTC, _PHOTOSHOP, _COMPRESSION = 700, 33723, 34377, 259
_DROPPED = "damaged {} dropped"


@dataclass(frozen=True)
class Metadata:
    """What a photo tells.

    Attributes:
        exif: Camera, dates, place, titles, and the orientation of the original's pixels.
        xmp: An XMP packet; may be empty.
        iptc: IPTC data sets; may be empty.
        dpi: Resolution of the upright photo across and down, in pixels an inch; None where it is not told.
        comment: The comment of a JPEG or GIF; may be empty.
        texts: Texts of a PNG, as its chunks.
        packed: False only for a TIFF that is not compressed.
        big: It is a BigTIFF.
        following: What the pages behind the first tell; nothing if that is the same.
    """

    exif: Exif = field(default_factory=Exif)
    xmp: bytes = b""
    iptc: bytes = b""
    dpi: tuple[float, float] | None = None
    comment: bytes = b""
    texts: tuple[Chunk, ...] = ()
    packed: bool = True
    big: bool = False
    following: tuple["Metadata", ...] = ()

    def on_its_side(self) -> "Metadata":
        """Return what is true of the photo when it has been turned by a quarter."""
        following = tuple(page.on_its_side() for page in self.following)
        return replace(self, dpi=self.dpi and self.dpi[::-1], following=following)


def from_pillow(info: Mapping[Any, Any]) -> tuple[Metadata, list[str]]:
    """Return the metadata that Pillow found, and what had to be dropped.

    Args:
        info: `Image.info`.
    """
    photoshop = info.get("photoshop")
    iptc = photoshop.get(0x0404, b"") if isinstance(photoshop, dict) else b""
    metadata = Metadata(xmp=_bytes(info, "xmp"), iptc=iptc, dpi=_dpi(info), comment=_bytes(info, "comment"))
    return _checked(_embedded(_bytes(info, "exif")), metadata)


def from_png(parts: PngParts) -> tuple[Metadata, list[str]]:
    """Return the metadata of a PNG, and what had to be dropped."""
    return _checked(_embedded(parts.exif), Metadata(xmp=parts.xmp, dpi=parts.dpi, texts=parts.texts))


def from_tiff(reader: DirectoryReader, page: Directory) -> tuple[Metadata, list[str]]:
    """Return the metadata of a TIFF page, and what had to be dropped."""
    iptc = page[_IPTC].raw if _IPTC in page else b""
    if not iptc and _PHOTOSHOP in page:
        iptc = in_photoshop_resources(page[_PHOTOSHOP].raw)
    xmp = page[_XMP].raw if _XMP in page else b""
    packed = integers(page, _COMPRESSION, reader.order) not in ((), (1,))
    metadata = Metadata(xmp=xmp, iptc=iptc, packed=packed, big=reader.big)
    return _checked(exif_of(reader, page), metadata)


def _embedded(block: bytes) -> Exif | None:
    """Return embedded EXIF; None if it is broken."""
    try:
        return read_exif(block) if block else Exif()
    except ValueError:
        return None


def _checked(exif: Exif | None, metadata: Metadata) -> tuple[Metadata, list[str]]:
    """Add EXIF, and leave out what is broken."""
    dropped = []
    metadata = replace(metadata, dpi=_plausible(metadata.dpi))
    if exif is None:
        dropped.append(_DROPPED.format("EXIF"))
    else:
        metadata = _with_exif(metadata, exif)
        dropped += [_DROPPED.format(part) for part in exif.damaged]
    if metadata.xmp and not is_xmp(metadata.xmp):
        metadata = replace(metadata, xmp=b"")
        dropped.append(_DROPPED.format("XMP"))
    elif b"HasExtendedXMP" in metadata.xmp:
        dropped.append("XMP beyond its first 64 kB dropped")
    try:
        datasets(metadata.iptc)
    except ValueError:
        metadata = replace(metadata, iptc=b"")
        dropped.append(_DROPPED.format("IPTC"))
    return metadata, dropped


def _with_exif(metadata: Metadata, exif: Exif) -> Metadata:
    dpi = metadata.dpi or _plausible(exif.dpi)
    if dpi and exif.orientation >= 5:  # the photo lies on its side
        dpi = (dpi[1], dpi[0])
    return replace(metadata, exif=exif, dpi=dpi)


def _plausible(dpi: tuple[float, float] | None) -> tuple[float, float] | None:
    """Return a resolution that every format can hold, else none."""
    return dpi if dpi and min(dpi) > 1 and max(dpi) < 65535 else None


def _bytes(info: Mapping[Any, Any], key: str) -> bytes:
    value = info.get(key)
    return value if isinstance(value, bytes) else b""


def _dpi(info: Mapping[Any, Any]) -> tuple[float, float] | None:
    if "exif" in info and info.get("jfif_unit") not in (1, 2):
        return None  # Pillow made up 72, or took it from EXIF
    try:
        across, down = (float(value) for value in info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down)
