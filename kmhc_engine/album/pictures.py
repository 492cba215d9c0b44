"""The pictures of an album: decoded small and fast, with metadata that tell no more than they should."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import ExifTags, Image, ImageOps

from kmhc_engine import __version__
from kmhc_engine.album.captions import UNREADABLE, Told
from kmhc_engine.errors import PhotoTooLarge
from kmhc_engine.photos import MAX_PIXELS, open_photo
from kmhc_engine.photos.exif import describes

SOFTWARE = f"KMHC {__version__}"
JPEG_QUALITY, WEBP_QUALITY = 82, 78
THUMBNAIL = 480  # pixels of the longer side
WHOLE = 1 << 30  # as large as it is

ORIENTATION = ExifTags.Base.Orientation

_MAX_EXIF = 65533  # bytes
_TURNS = (Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)  # clockwise: 1, 2, 3
_DIRECTORIES = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" \
xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">\
{}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


@dataclass(frozen=True)
class PictureMetadata:
    """What goes into a picture's file: an EXIF block and an XMP packet, ready to be written."""

    exif: bytes
    xmp: bytes


def metadata(told: Told, *, before: bool = False, kept: Image.Exif | None = None) -> PictureMetadata:
    """Return the metadata of an album picture: date and caption, and where its colours come from.

    Args:
        told: Caption, date, and who colourised it.
        before: It is the original, whose colours are its own.
        kept: Further EXIF that is to stay, if it can be written and is not too long for a JPEG.
    """
    exif = kept or Image.Exif()
    exif[ExifTags.Base.Orientation] = 1
    parts = []
    if told.colourised and not before:
        exif[ExifTags.Base.Software] = SOFTWARE
        parts.append(f"<xmp:CreatorTool>{SOFTWARE}</xmp:CreatorTool>")
        parts.append(f"<Iptc4xmpExt:DigitalSourceType>{_SOURCE}</Iptc4xmpExt:DigitalSourceType>")
        note = "Colourised with KMHC" + (f", variant {told.variant}" if told.variant else "")
        parts.append(f"<photoshop:Instructions>{escape(note)}</photoshop:Instructions>")
    if told.caption:
        exif[ExifTags.Base.ImageDescription] = told.caption.encode()
        text = escape(told.caption)
        item = f'<rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt>'
        parts.append(f"<dc:description>{item}</dc:description>")
    if told.taken:
        parts.append(f"<photoshop:DateCreated>{told.taken}</photoshop:DateCreated>")
        if len(told.taken) == len("1954-07-12"):
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = told.taken.replace("-", ":") + " 00:00:00"
    try:
        block = exif.tobytes()
    except UNREADABLE:  # entries of a type that Pillow does not write
        block = b""
    if kept is not None and not 0 < len(block) <= _MAX_EXIF:
        return metadata(told, before=before)
    return PictureMetadata(block, _XMP.format("".join(parts)).encode())


def load(path: Path, least: int, most: int, turn: int = 0) -> Image.Image:
    """Read a photo upright, in sRGB, on white, at about the size that is wanted.

    A JPEG is decoded straight to a half, a quarter or an eighth where that leaves the longer side at `least` pixels
    or more: no work is spent on pixels that nobody will see.

    Args:
        path: The photo.
        least: Pixels of the longer side that suffice.
        most: Pixels of the longer side at most.
        turn: Quarter turns clockwise that it takes.

    Returns:
        An image in mode "L" or "RGB".

    Raises:
        NotAPhoto, BrokenPhoto, PhotoTooLarge: It cannot be shown.
    """
    try:
        image = _scaled_jpeg(path, least)
        if image is None:
            with open_photo(path) as photo:
                image = Image.fromarray(photo.thumbnail(-(-max(photo.size) // _scale(max(photo.size), least))))
    except MemoryError as error:
        raise PhotoTooLarge(path, "there is not memory enough for it", "Make a smaller copy of it.") from error
    image = shrunk(image, most)
    return image.transpose(_TURNS[turn - 1]) if turn else image


def _scale(longer: int, least: int) -> int:
    return next((scale for scale in (8, 4, 2) if longer // scale >= least), 1)


def _scaled_jpeg(path: Path, least: int) -> Image.Image | None:
    """Read an sRGB JPEG without the copies that the general way makes; None for all else, damaged files among it."""
    with suppress(*UNREADABLE), Image.open(path, formats=["JPEG"]) as image:
        icc = image.info.get("icc_profile", b"")
        foreign = icc and b"sRGB" not in icc and b"s\0R\0G\0B" not in icc
        if foreign or image.mode not in ("L", "RGB") or image.width * image.height > MAX_PIXELS:
            return None
        scale = _scale(max(image.size), least)
        image.draft(None, (max(1, image.width // scale), max(1, image.height // scale)))
        ImageOps.exif_transpose(image, in_place=True)
        image.load()
        image.info.clear()  # Pillow would write the comment again
        return image
    return None


def exif_of(path: Path) -> Image.Exif:
    """Read what EXIF tells of a photo, and not of the layout of its file. Damaged EXIF is empty."""
    exif = Image.Exif()
    with suppress(*UNREADABLE), Image.open(path) as image:
        exif = image.getexif()
        for ifd in _DIRECTORIES:
            exif.get_ifd(ifd)
        for tag in [tag for tag in exif if tag not in (ORIENTATION, *_DIRECTORIES) and not describes(tag)]:
            del exif[tag]
    return exif


def shrunk(image: Image.Image, most: int) -> Image.Image:
    """Make an image's longer side `most` pixels long, unless it is shorter."""
    longer = max(image.size)
    if longer <= most:
        return image
    width, height = (max(1, round(side * most / longer)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def small(image: Image.Image, width: int, height: int) -> Image.Image:
    """Reduce an image by the whole number that leaves it at about the given size, and no smaller in both directions."""
    factor = max(1, min(image.width // width, image.height // height))
    return image.reduce(factor) if factor > 1 else image


def cover(sizes: Sequence[tuple[str, tuple[int, int]]], chosen: str) -> int:
    """Return the place of the photo that goes on the cover, at its full width.

    Args:
        sizes: Name, width and height of each photo, in order.
        chosen: Name of the one that a person wants; else it is the first in landscape format that is not too small.
    """
    wide = [at for at, (_, (width, height)) in enumerate(sizes) if 1.2 < width / height < 2.5]
    named = (at for at, (name, _) in enumerate(sizes) if name == chosen)
    sharp = (at for at in wide if max(sizes[at][1]) >= THUMBNAIL)
    return next(named, next(sharp, next(iter(wide), 0)))


def write(image: Image.Image, path: Path, about: PictureMetadata) -> None:
    """Write a picture as JPEG or WebP, as its suffix says."""
    if path.suffix == ".webp":
        image.save(path, "WEBP", quality=WEBP_QUALITY, method=0, exif=about.exif, xmp=about.xmp)
    else:
        image.save(path, "JPEG", quality=JPEG_QUALITY, exif=about.exif, xmp=about.xmp)
