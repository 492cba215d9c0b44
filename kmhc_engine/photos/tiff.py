"""TIFF (6.0, BigTIFF) written in strips: any number of pages, 8 and 16 bit, with metadata."""

import zlib
from collections.abc import Iterable
from typing import BinaryIO

from kmhc_engine.colour import Codes
from kmhc_engine.photos.directories import BYTE, LONG, LONG8, SHORT, UNDEFINED, Directory, Entry, pack, whole
from kmhc_engine.photos.exif import Exif, resolution

CLASSIC_LIMIT = 4_000_000_000  # bytes that a classic TIFF can hold, with room for its directories
_NONE, _DEFLATE = 1, 8


class TiffWriter:
    """Writes one page after the other; no page is ever in memory as a whole.

    Args:
        file: Empty, seekable.
        order: Byte order, "<" or ">".
        big: BigTIFF, for files that may pass 4 GB.
        packed: Deflate, else uncompressed.
    """

    def __init__(self, file: BinaryIO, order: str, *, big: bool, packed: bool) -> None:
        self._file = file
        self._order = order
        self._big = big
        self._packed = packed
        mark = b"II" if order == "<" else b"MM"
        if big:
            file.write(mark + b"".join(whole(SHORT, order, n).raw for n in (43, 8, 0)) + bytes(8))
        else:
            file.write(mark + whole(SHORT, order, 42).raw + bytes(4))
        self._pointer = 8 if big else 4  # where the offset of the next page has to be filled in

    def page(
        self,
        size: tuple[int, int],
        strips: Iterable[Codes],
        *,
        alpha: bool,
        exif: Exif,
        dpi: tuple[float, float] | None,
        icc: bytes,
        xmp: bytes,
        iptc: bytes,
        software: str,
    ) -> None:
        """Append a page.

        Args:
            size: Width and height.
            strips: Rows (rows, width, 3 or 4) of uint8 or uint16 from top to bottom; all but the last as many rows.
            alpha: They have four channels.
            exif: What the page tells, in the byte order of the file.
            dpi: Resolution across and down.
            icc: The colour profile.
            xmp: An XMP packet.
            iptc: IPTC data sets.
            software: The program that writes it.
        """
        order, file = self._order, self._file
        offsets, lengths = [], []
        rows, depth = 0, 8
        for strip in strips:
            rows, depth = max(rows, len(strip)), 8 * strip.itemsize
            data = self._strip(strip)
            offsets.append(file.tell())
            lengths.append(len(data))
            file.write(data)
        file.write(b"\0" * (file.tell() % 2))
        block, directory = exif.directories(file.tell(), size, software, big=self._big)
        file.write(block)
        channels = 4 if alpha else 3
        directory |= {
            256: whole(LONG, order, size[0]),
            257: whole(LONG, order, size[1]),
            258: whole(SHORT, order, *[depth] * channels),
            259: whole(SHORT, order, _DEFLATE if self._packed else _NONE),
            262: whole(SHORT, order, 2),
            273: whole(LONG8 if self._big else LONG, order, *offsets),
            274: whole(SHORT, order, 1),
            277: whole(SHORT, order, channels),
            278: whole(LONG, order, rows),
            279: whole(LONG8 if self._big else LONG, order, *lengths),
            284: whole(SHORT, order, 1),
            700: Entry(BYTE, len(xmp), xmp),
            34675: Entry(UNDEFINED, len(icc), icc),
        }
        directory |= resolution(dpi, order) if dpi else {}
        if self._packed:
            directory[317] = whole(SHORT, order, 2)
        if alpha:
            directory[338] = whole(SHORT, order, 2)
        if iptc:
            directory[33723] = Entry(UNDEFINED, len(iptc), iptc)
        self._append(directory)

    def _strip(self, strip: Codes) -> bytes:
        if self._packed:
            difference = strip.copy()  # the predictor (section 14)
            difference[:, 1:] -= strip[:, :-1]
            strip = difference
        data = strip.astype(f"{self._order}u{strip.itemsize}").tobytes()
        if not self._packed:
            return data
        packer = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)
        return packer.compress(data) + packer.flush()

    def _append(self, directory: Directory) -> None:
        at = self._file.tell()
        self._file.write(pack(directory, at, self._order, big=self._big))
        end = self._file.tell()
        self._file.seek(self._pointer)
        self._file.write(whole(LONG8 if self._big else LONG, self._order, at).raw)
        self._file.seek(end)
        slots = (8, 20) if self._big else (2, 12)
        self._pointer = at + slots[0] + slots[1] * len(directory)
