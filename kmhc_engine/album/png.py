"""PNG files without their metadata, and with new ones, every pixel as it was."""

import io
import zlib

from kmhc_engine.photos import png

_HEAD = 33  # bytes of the signature and the header
_END = b"\0\0\0\0IEND\xae\x42\x60\x82"


def check(data: bytes) -> None:
    """Raise a ValueError where a PNG file is cut short or none."""
    end = max((end for _, _, end in png.chunks(memoryview(data))), default=0)
    if data[12:16] != b"IHDR" or data[end - 8 : end + 4] != _END:
        raise ValueError("the PNG is cut short")


def retold(data: bytes, exif: bytes, xmp: bytes) -> bytes:
    """Return a PNG whose metadata are replaced: only the colour profile stays.

    Args:
        data: A PNG file.
        exif: An EXIF block that begins with "Exif".
        xmp: An XMP packet.

    Returns:
        The file; empty where it has no profile, so that its colours cannot be told without its other metadata.

    Raises:
        ValueError: The file is cut short or no PNG.
    """
    parts = png.take_apart(io.BytesIO(data))
    if not parts.bare.endswith(_END):
        raise ValueError("the PNG is cut short")
    if not parts.icc:
        return b""
    told = io.BytesIO()
    told.write(parts.bare[:_HEAD])
    png.write_chunk(told, b"iCCP", b"profile\0\0" + zlib.compress(parts.icc))
    png.write_chunk(told, b"eXIf", exif.removeprefix(b"Exif\0\0"))
    png.write_chunk(told, b"iTXt", png.XMP + b"\0\0\0\0\0" + xmp)
    told.write(parts.bare[_HEAD:])
    return told.getvalue()
