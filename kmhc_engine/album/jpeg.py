"""JPEG files without their metadata, and with new ones, every pixel as it was."""

import re
from collections.abc import Iterator

_END, _SCAN = 0xD9, 0xDA
_ALONE = {0x01, *range(0xD0, 0xD8)}
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_MAX_SEGMENT = 65533


def retold(data: bytes, exif: bytes, xmp: bytes) -> bytes:
    """Return a JPEG whose metadata are replaced: only the colour profile stays. So do no further images behind it.

    Args:
        data: A JPEG file.
        exif: An EXIF block that begins with "Exif"; empty for none.
        xmp: An XMP packet; empty for none.

    Raises:
        ValueError: The file is cut short or no JPEG.
    """
    kept: list[bytes | memoryview] = [b"\xff\xd8"]
    told = [_segment(0xE1, exif)] if exif else []
    if xmp:
        told.append(_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp))
    for marker, segment in _segments(data):
        if told and marker != 0xE0:  # EXIF comes first, but for the JFIF header
            kept += told
            told = []
        if not _tells(marker, segment):
            kept.append(segment)
    return b"".join(kept)


def check(data: bytes) -> None:
    """Raise a ValueError where a JPEG file is cut short or none."""
    for _ in _segments(data):
        pass


def _segments(data: bytes) -> Iterator[tuple[int, memoryview]]:
    if data[:2] != b"\xff\xd8":
        raise ValueError("it is not a JPEG")
    view, at = memoryview(data), 2
    while True:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 2 > len(data) or data[at] != 0xFF:
            raise ValueError("the JPEG is damaged")
        marker = data[at + 1]
        alone = marker in _ALONE or marker == _END
        end = at + 2 + (0 if alone else int.from_bytes(data[at + 2 : at + 4]))
        if marker == _SCAN:
            following = _AFTER_SCAN.search(data, end)
            if not following:
                raise ValueError("the JPEG is cut short")
            end = following.start()
        yield marker, view[at:end]
        if marker == _END:
            return
        at = end


def _tells(marker: int, segment: memoryview) -> bool:
    """Tell whether a segment is metadata and not needed to show the picture."""
    if marker == 0xE2:
        return bytes(segment[4:16]) != b"ICC_PROFILE\0"
    return marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE)


def _segment(marker: int, content: bytes) -> bytes:
    if len(content) > _MAX_SEGMENT:
        return b""
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content
