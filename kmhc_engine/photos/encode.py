"""Photos out: JPEG, PNG, TIFF and WebP in sRGB, with what the original told and who coloured it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from kmhc_engine.choices import Format
from kmhc_engine.colour import Codes
from kmhc_engine.photos.exif import Exif
from kmhc_engine.photos.icc import srgb_profile
from kmhc_engine.photos.iptc import as_texts, photoshop_block
from kmhc_engine.photos.metadata import Metadata
from kmhc_engine.photos.png import write_png
from kmhc_engine.photos.provenance import Provenance, tell
from kmhc_engine.photos.tiff import CLASSIC_LIMIT, TiffWriter

if TYPE_CHECKING:
    from kmhc_engine.photos.decode import Photo

_JPEG_QUALITY, _WEBP_QUALITY = 92, 90
_LONGEST_SEGMENT = 65_533 - 64  # bytes of metadata that a JPEG takes in one piece
_THUMBNAIL_SIDE = 160  # pixels; what EXIF expects
_SIDES = {"jpeg": 65_500, "webp": 16_383}  # pixels; what these formats can hold


@dataclass(frozen=True, eq=False)
class RenderedPage:
    """One page in colour.

    Attributes:
        height: Rows.
        width: Columns.
        depth: Bits a channel, 8 or 16.
        strips: sRGB codes (rows, width, 3) of uint8 or uint16, from top to bottom; all but the last of the same rows.
        alpha: Opacity (height, width), uint8 or uint16, or None.
    """

    height: int
    width: int
    depth: int
    strips: Iterator[Codes]
    alpha: Codes | None = None


def choose_format(photo: "Photo", wanted: Format | None, longest_side: int | None = None) -> tuple[Format, str]:
    """Choose the format of a photo's colour copy: the one wanted, else its own.

    Args:
        photo: The photo.
        wanted: What the user chose.
        longest_side: The copy is made smaller to at most so many pixels; None for full size.

    Returns:
        The format, and a note where it is another than one would expect; empty otherwise.
    """
    longest = min(max(photo.size), longest_side or max(photo.size))
    if wanted and wanted is not Format.TIFF and photo.page_count > 1:
        return Format.TIFF, f"written as TIFF: {wanted.upper()} has no pages"
    if wanted is Format.JPEG and photo.alpha:
        return Format.PNG, "written as PNG: JPEG has no transparency"
    if longest > _SIDES.get(wanted or photo.format, longest):  # what moves in WebP may be longer than its photos
        return Format.PNG, "written as PNG: the photo is too long for the other format"
    if wanted:
        return wanted, ""
    if photo.format in [*Format]:
        return Format(photo.format), ""
    lossy = photo.format in ("heif", "avif")
    chosen = Format.JPEG if lossy and not photo.alpha and longest <= _SIDES["jpeg"] else Format.PNG
    names = {"heif": "HEIC", "avif": "AVIF"}
    name = names.get(photo.format, photo.format.upper())
    return chosen, f"written as {chosen.upper()}: KMHC reads {name}, but does not write it"


def encode(
    target: Path,
    format: Format,
    pages: Iterable[RenderedPage],
    metadata: Metadata,
    provenance: Provenance,
    quality: int | None = None,
) -> tuple[str, ...]:
    """Write a photo.

    Args:
        target: A file of the caller's own, made or emptied.
        format: Its format.
        pages: What is in it; more than one only for TIFF. Taken one after the other.
        metadata: What the original told.
        provenance: Who coloured it.
        quality: 1 to 100 for JPEG and WebP; None for 92 and 90.

    Returns:
        What people should know.

    Raises:
        OSError: It cannot be written; the number of a full disk is kept.
        ValueError: The strips have more bits than the format, or do not fill the page.
    """
    if format is Format.TIFF:
        return _write_tiff(target, pages, metadata, provenance)
    page = next(iter(pages))
    if page.depth > format.depth:
        raise ValueError(f"{format} holds {format.depth} bits a channel")
    if format is Format.PNG:
        return _write_png(target, page, metadata, provenance)
    return _write_by_pillow(target, format, page, metadata, provenance, quality)


def _write_by_pillow(
    target: Path,
    format: Format,
    page: RenderedPage,
    metadata: Metadata,
    provenance: Provenance,
    quality: int | None,
) -> tuple[str, ...]:
    image = _assembled(page, alpha=format is Format.WEBP and page.alpha is not None)
    notes: list[str] = []
    options: dict[str, Any]
    if format is Format.JPEG:
        exif = _jpeg_exif(image, metadata, provenance, notes)
        xmp = tell(metadata.xmp, provenance, {})
        if len(xmp) > _LONGEST_SEGMENT:
            xmp = tell(b"", provenance, {})
            notes.append("XMP dropped: too long for a JPEG")
        if len(metadata.comment) > _LONGEST_SEGMENT:
            notes.append("comment cut: too long for a JPEG")
        options = {
            "quality": quality or _JPEG_QUALITY,
            "subsampling": "4:4:4",
            "comment": metadata.comment[:_LONGEST_SEGMENT],
            "exif": b"Exif\0\0" + exif,
            "xmp": xmp,
            "extra": _iptc_segment(metadata.iptc, notes),
        }
        if metadata.dpi:
            options["dpi"] = metadata.dpi
    else:
        exif = metadata.exif.block(image.size, provenance.software, metadata.dpi, _thumbnail(image, metadata.exif))
        xmp = tell(metadata.xmp, provenance, as_texts(metadata.iptc))
        options = {"quality": quality or _WEBP_QUALITY, "method": 2, "exif": exif, "xmp": xmp}
    # Into memory first: writing by itself, Pillow loses the number of a disk's error.
    buffer = BytesIO()
    image.save(buffer, format.upper(), icc_profile=srgb_profile(), **options)
    with target.open("wb") as file:
        file.write(buffer.getbuffer())
    return tuple(notes)


def _assembled(page: RenderedPage, *, alpha: bool) -> Image.Image:
    """Return the page as an image; it takes four bytes a pixel in Pillow anyway, and so needs no second copy."""
    import cv2

    pixels = np.empty((page.height, page.width, 4), np.uint8)
    bottom = 0
    for strip in _strips(page, alpha=alpha):
        top, bottom = bottom, bottom + len(strip)
        if alpha:
            pixels[top:bottom] = strip
        else:
            cv2.cvtColor(strip, cv2.COLOR_RGB2RGBA, dst=pixels[top:bottom])
    mode = "RGBA" if alpha else "RGBX"
    return Image.frombuffer(mode, (page.width, page.height), pixels, "raw", mode, 0, 1)


def _strips(page: RenderedPage, *, alpha: bool) -> Iterator[Codes]:
    """Yield strips with alpha as their fourth channel, if they are to have it."""
    bottom = 0
    for strip in page.strips:
        if 8 * strip.itemsize != page.depth:
            raise ValueError(f"a strip of {strip.dtype} in a page of {page.depth} bits")
        top, bottom = bottom, bottom + len(strip)
        if not alpha:
            yield strip
            continue
        assert page.alpha is not None
        opacity = page.alpha[top:bottom]
        if opacity.itemsize > strip.itemsize:
            opacity = ((opacity.astype(np.uint32) + 128) // 257).astype(np.uint8)
        elif opacity.itemsize < strip.itemsize:
            opacity = opacity * np.uint16(257)
        yield np.dstack((strip, opacity))  # type: ignore[misc]
    if bottom != page.height:
        raise ValueError(f"strips of {bottom} rows for a page of {page.height}")


def _thumbnail(image: Image.Image, exif: Exif) -> bytes:
    """Return a new embedded preview where the original had one."""
    if not exif.had_thumbnail:
        return b""
    small = image.reduce(max(1, max(image.size) // (2 * _THUMBNAIL_SIDE))).convert("RGB")
    small.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    buffer = BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def _jpeg_exif(image: Image.Image, metadata: Metadata, provenance: Provenance, notes: list[str]) -> bytes:
    exif, thumbnail = metadata.exif, _thumbnail(image, metadata.exif)
    block = exif.block(image.size, provenance.software, metadata.dpi, thumbnail)
    if len(block) > _LONGEST_SEGMENT:
        block = exif.without_maker_note().block(image.size, provenance.software, metadata.dpi, thumbnail)
        notes.append("maker note dropped: too long for a JPEG")
    if len(block) > _LONGEST_SEGMENT:
        block = Exif().block(image.size, provenance.software, metadata.dpi, thumbnail)
        notes.append("EXIF dropped: too long for a JPEG")
    return block


def _iptc_segment(iptc: bytes, notes: list[str]) -> bytes:
    if not iptc:
        return b""
    if len(iptc) > _LONGEST_SEGMENT:
        notes.append("IPTC dropped: too long for a JPEG")
        return b""
    content = photoshop_block(iptc)
    return b"\xff\xed" + (len(content) + 2).to_bytes(2, "big") + content


def _write_png(target: Path, page: RenderedPage, metadata: Metadata, provenance: Provenance) -> tuple[str, ...]:
    size = (page.width, page.height)
    alpha = page.alpha is not None
    with target.open("wb") as file:
        write_png(
            file,
            size,
            _strips(page, alpha=alpha),
            depth=page.depth,
            alpha=alpha,
            dpi=metadata.dpi,
            icc=srgb_profile(),
            exif=metadata.exif.block(size, provenance.software, metadata.dpi),
            xmp=tell(metadata.xmp, provenance, as_texts(metadata.iptc)),
            texts=(*metadata.texts, (b"tEXt", b"Software\0" + provenance.software.encode())),
        )
    return ()


def _write_tiff(
    target: Path, pages: Iterable[RenderedPage], metadata: Metadata, provenance: Provenance
) -> tuple[str, ...]:
    with target.open("wb") as file:
        writer: TiffWriter | None = None
        for page, told in zip(pages, chain((metadata, *metadata.following), repeat(metadata)), strict=False):
            alpha = page.alpha is not None
            if writer is None:
                size = page.height * page.width * (4 if alpha else 3) * page.depth // 8
                big = metadata.big or (1 + len(metadata.following)) * size > CLASSIC_LIMIT
                writer = TiffWriter(file, metadata.exif.order, big=big, packed=metadata.packed)
            writer.page(
                (page.width, page.height),
                _strips(page, alpha=alpha),
                alpha=alpha,
                exif=told.exif,
                dpi=told.dpi,
                icc=srgb_profile(),
                xmp=tell(told.xmp, provenance, {}),
                iptc=told.iptc,
                software=provenance.software,
            )
    return ()
