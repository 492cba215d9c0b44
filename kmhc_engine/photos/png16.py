"""PNG of sixteen bits a channel, decoded band by band.

Pillow reads it at eight bits, and OpenCV the whole photo, twice over. A row of PNG needs only the row above it, so a
few rows below a row that is known are a small PNG of their own for OpenCV.
"""

import zlib
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image

from kmhc_engine.colour import Codes
from kmhc_engine.photos.png import SIGNATURE, chunks, write_chunk
from kmhc_engine.photos.rasters import band_rows, shrunk

_CHANNELS = {0: [0], 2: [2, 1, 0], 4: [2, 3], 6: [2, 1, 0, 3]}  # of what OpenCV makes, by colour type
_PIECE = 1 << 16
_KEPT_PIXELS = 50_000_000


class Png16Raster:
    """A 16-bit PNG.

    Args:
        data: The file.
        orientation: How it lies.
    """

    dtype = "uint16"

    def __init__(self, data: bytes, orientation: int) -> None:
        self._data = data
        self.orientation = orientation
        self.size = (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
        self._kind = data[25]
        self.mode = "RGB" if self._kind in (2, 6) else "L"
        self.alpha = self._kind in (4, 6)
        self._kept: list[Codes] | None = None

    def bands(self) -> Iterator[Codes]:
        """Yield rows (rows, width, channels)."""
        if self._kept is None and self.size[0] * self.size[1] <= _KEPT_PIXELS:
            self._kept = list(self._decoded())
        yield from self._decoded() if self._kept is None else self._kept

    def small(self, size: tuple[int, int]) -> Image.Image:
        """Return a small copy."""
        return shrunk(self, size)

    def _decoded(self) -> Iterator[Codes]:
        interlaced = self._data[28] != 0
        if interlaced:
            yield self._pixels(self._data)
            return
        above = b""
        for rows in self._filtered_rows():
            pixels = self._pixels(self._small_file(above + rows))
            yield pixels[1:] if above else pixels
            above = b"\0" + pixels[-1].astype(">u2").tobytes()

    def _filtered_rows(self) -> Iterator[bytes]:
        """Yield the bytes of a few rows at a time, each row behind the number of its filter."""
        width, height = self.size
        row = self._row_bytes()
        unpacker = zlib.decompressobj()
        pieces = self._packed_pieces()
        rest: bytes | memoryview = b""
        for top in range(0, height, band_rows(width)):
            wanted = row * min(band_rows(width), height - top)
            rows = bytearray()
            while len(rows) < wanted:
                rest = rest or next(pieces, b"")
                if not rest:
                    raise ValueError("the pixels end too early")
                rows += unpacker.decompress(rest, wanted - len(rows))
                rest = unpacker.unconsumed_tail
            yield bytes(rows)
        for piece in (rest, *pieces):
            unpacker.decompress(piece, 1)
        if not unpacker.eof:
            raise ValueError("the pixels have no end")

    def _packed_pieces(self) -> Iterator[memoryview]:
        data = memoryview(self._data)
        for kind, start, end in chunks(data):
            if kind == b"IDAT":
                for at in range(start, end, _PIECE):
                    yield data[at : min(at + _PIECE, end)]

    def _row_bytes(self) -> int:
        return 1 + 2 * len(_CHANNELS[self._kind]) * self.size[0]

    def _small_file(self, rows: bytes) -> bytes:
        head = bytearray(self._data[16:29])
        head[4:8] = (len(rows) // self._row_bytes()).to_bytes(4, "big")
        file = BytesIO()
        file.write(SIGNATURE)
        write_chunk(file, b"IHDR", bytes(head))
        write_chunk(file, b"IDAT", zlib.compress(rows, 0))
        write_chunk(file, b"IEND", b"")
        return file.getvalue()

    def _pixels(self, data: bytes) -> Codes:
        import cv2

        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if pixels is None:
            raise ValueError("the pixels cannot be decoded")
        shaped: Codes = pixels[..., None] if pixels.ndim == 2 else pixels
        return shaped[..., _CHANNELS[self._kind]]
