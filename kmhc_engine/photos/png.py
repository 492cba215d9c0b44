"""PNG (ISO 15948) by its chunks: taken apart for reading, and written in strips, at 8 and 16 bit, with metadata."""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from kmhc_engine.colour import Codes

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PIXEL_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_TEXT_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"tIME"}
XMP = b"XML:com.adobe.xmp"
_RAW_EXIF = {b"Raw profile type exif", b"Raw profile type APP1"}
_SUPERSEDED = {XMP, b"Software", b"Raw profile type xmp", b"Raw profile type icc", *_RAW_EXIF}
_LONGEST_INFLATED = 1 << 24  # bytes of one text or profile
_AVERAGE = 3  # the filter that packs photos best of those that numpy does fast

Chunk = tuple[bytes, bytes]


@dataclass(frozen=True)
class PngParts:
    """A PNG file taken apart.

    Attributes:
        bare: The same picture without its metadata, so that damage there costs no pixel.
        depth: Bits of a sample.
        animated: More pictures follow the first.
        exif: A TIFF block, or empty.
        xmp: An XMP packet, or empty.
        icc: A colour profile, or empty.
        dpi: Resolution across and down.
        texts: Chunks that describe the photo, as they are.
    """

    bare: bytes
    depth: int
    animated: bool
    exif: bytes
    xmp: bytes
    icc: bytes
    dpi: tuple[float, float] | None
    texts: tuple[Chunk, ...]


def take_apart(file: BinaryIO) -> PngParts:
    """Read a PNG file.

    Raises:
        ValueError: Its header is missing.
    """
    file.seek(0)
    data = memoryview(file.read())
    bare = bytearray(SIGNATURE)
    exif = xmp = icc = b""
    dpi, animated = None, False
    texts: list[Chunk] = []
    for kind, start, end in chunks(data):
        if kind in _PIXEL_CHUNKS:
            bare += data[start - 8 : end + 4]
            continue
        content = bytes(data[start:end]) if kind != b"fdAT" else b""
        keyword = content.partition(b"\0")[0]
        animated |= kind == b"acTL"
        if kind == b"eXIf":
            exif = content
        elif kind == b"iCCP":
            icc = _inflate(content[len(keyword) + 2 :]) or content  # what is no profile is noted later
        elif kind == b"pHYs" and len(content) == 9 and content[8] == 1:
            across, down = struct.unpack(">II", content[:8])
            dpi = (across * 0.0254, down * 0.0254) if across and down else None
        elif kind == b"iTXt" and keyword == XMP:
            xmp = _international_text(content)
        elif kind in {b"tEXt", b"zTXt"} and keyword in _RAW_EXIF:
            exif = exif or _raw_profile(_plain_text(kind, content))
        elif kind in _TEXT_CHUNKS and keyword not in _SUPERSEDED:
            texts.append((kind, content))
    if bare[12:16] != b"IHDR" or len(bare) < 33:
        raise ValueError("the header is missing")
    return PngParts(bytes(bare), bare[24], animated, exif, xmp, icc, dpi, tuple(texts))


def chunks(data: memoryview) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the content of every chunk; the last may be cut short."""
    at = 8
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = bytes(data[at + 4 : at + 8])
        yield kind, at + 8, min(at + 8 + length, len(data))
        if kind == b"IEND":
            return
        at += length + 12


def _inflate(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _LONGEST_INFLATED)
    except zlib.error:
        return b""


def _plain_text(kind: bytes, content: bytes) -> bytes:
    value = content.partition(b"\0")[2]
    return value if kind == b"tEXt" else _inflate(value[1:])


def _international_text(content: bytes) -> bytes:
    rest = content.partition(b"\0")[2]
    text = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    return _inflate(text) if rest[:1] == b"\1" else text


def _raw_profile(text: bytes) -> bytes:
    """Return EXIF as ImageMagick hides it in a text: a name, a length, hexadecimal digits."""
    digits = b"".join(text.split()[2:])
    return bytes.fromhex(digits.decode()) if re.fullmatch(rb"([0-9a-fA-F]{2})+", digits) else b""


def write_png(
    file: BinaryIO,
    size: tuple[int, int],
    strips: Iterable[Codes],
    *,
    depth: int,
    alpha: bool,
    dpi: tuple[float, float] | None,
    icc: bytes,
    exif: bytes,
    xmp: bytes,
    texts: Iterable[Chunk],
) -> None:
    """Write a PNG in strips; the photo is never in memory as a whole.

    Args:
        file: Where to.
        size: Width and height.
        strips: Rows (rows, width, 3 or 4) of uint8 or uint16 from top to bottom.
        depth: Their bits a channel, 8 or 16.
        alpha: They have four channels.
        dpi: Resolution across and down.
        icc: The colour profile.
        exif: A TIFF block.
        xmp: An XMP packet.
        texts: Further chunks.
    """
    file.write(SIGNATURE)
    write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", *size, depth, 6 if alpha else 2, 0, 0, 0))
    write_chunk(file, b"iCCP", b"sRGB\0\0" + zlib.compress(icc))
    if dpi:
        write_chunk(file, b"pHYs", struct.pack(">IIB", *(round(value / 0.0254) for value in dpi), 1))
    write_chunk(file, b"eXIf", exif)
    write_chunk(file, b"iTXt", XMP + b"\0\0\0\0\0" + xmp)
    for kind, content in texts:
        write_chunk(file, kind, content)
    packer = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)  # matches longer than runs are rare in photos
    above: Codes | None = None
    for strip in strips:
        rows = _bytes_of(strip)
        filtered = _averaged(rows, above, strip.itemsize * strip.shape[2])
        above = rows[-1:]
        if packed := packer.compress(filtered):
            write_chunk(file, b"IDAT", packed)
    write_chunk(file, b"IDAT", packer.flush())
    write_chunk(file, b"IEND", b"")


def write_chunk(file: BinaryIO, kind: bytes, content: bytes) -> None:
    """Write a chunk: its length, kind, content and checksum."""
    file.write(struct.pack(">I", len(content)) + kind)
    file.write(content)
    file.write(struct.pack(">I", zlib.crc32(content, zlib.crc32(kind))))


def _bytes_of(strip: Codes) -> Codes:
    samples = strip.astype(">u2").view(np.uint8) if strip.itemsize == 2 else strip
    return samples.reshape(len(strip), -1)


def _averaged(rows: Codes, above: Codes | None, pixel: int) -> bytes:
    """Apply the Average filter (clause 9.2) to rows of bytes; a pixel has so many."""
    upper = np.zeros_like(rows)
    upper[1:] = rows[:-1]
    if above is not None:
        upper[0] = above
    left = np.zeros_like(rows)
    left[:, pixel:] = rows[:, :-pixel]
    mean = (left & upper) + ((left ^ upper) >> 1)  # never carries beyond eight bits
    filtered = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
    filtered[:, 0] = _AVERAGE
    np.subtract(rows, mean, out=filtered[:, 1:])
    return filtered.tobytes()
