"""TIFF pages of sixteen bits a sample, decoded band by band.

Pillow reads them at eight bits, and OpenCV a page at a time, without grey and alpha. Strips and tiles stand alone in
TIFF, so a few of them in a file of their own, whose samples count as grey, go through OpenCV whatever the page holds.
"""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import accumulate, pairwise
from typing import BinaryIO

import numpy as np
from PIL import Image

from kmhc_engine.colour import Codes
from kmhc_engine.photos.directories import LONG, SHORT, Directory, integers, pack, whole
from kmhc_engine.photos.rasters import band_rows, shrunk

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _ORIENTATION = 256, 257, 258, 259, 262, 266, 274
_STRIPS, _SAMPLES, _ROWS, _STRIP_LENGTHS, _PLANAR, _PREDICTOR = 273, 277, 278, 279, 284, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_LENGTHS, _EXTRA, _FORMAT = 322, 323, 324, 325, 338, 339
_CODINGS = {1, 5, 8, 32773, 32946}  # none, LZW, Deflate, PackBits
_EXTRA_CODINGS = {34925: "lzma_decode", 50000: "zstd_decode"}  # read by imagecodecs, of the extra "16bit"
_ASSOCIATED, _UNASSOCIATED = 1, 2


class Tiff16Raster:
    """One page.

    Args:
        file: The TIFF file.
        page: The page's directory.
        order: Byte order of the file.
    """

    def __init__(self, file: BinaryIO, page: Directory, order: str) -> None:
        self._file, self._page, self._order = file, page, order
        self.size = (self._number(_WIDTH), self._number(_HEIGHT))
        self.mode = "RGB" if self._number(_PHOTOMETRIC) == 2 else "L"
        self._samples = self._number(_SAMPLES, 1)
        self._colours = len(self.mode) if self.mode == "RGB" else 1
        extra = self._number(_EXTRA, 0)
        self.alpha = self._samples > self._colours and extra in (_ASSOCIATED, _UNASSOCIATED)
        self._premultiplied = extra == _ASSOCIATED
        self.dtype = "uint16"
        turned = self._number(_ORIENTATION, 1)
        self.orientation = turned if 1 <= turned <= 8 else 1
        self._separate = self._number(_PLANAR, 1) == 2
        self._tiled = _TILES in page
        self._block = (
            (self._number(_TILE_WIDTH), self._number(_TILE_HEIGHT))
            if self._tiled
            else (self.size[0], min(self._number(_ROWS, self.size[1]), self.size[1]))
        )
        self._places = self._numbers(_TILES if self._tiled else _STRIPS)
        self._lengths = self._numbers(_TILE_LENGTHS if self._tiled else _STRIP_LENGTHS)
        if min(*self.size, *self._block, self._samples) < 1 or self._samples < self._colours:
            raise ValueError("a page without pixels")
        if self._number(_COMPRESSION, 1) == 1 and not self._tiled and self._block[1] == self.size[1]:
            self._cut_strips()

    def bands(self) -> Iterator[Codes]:
        """Yield rows (rows, width, channels)."""
        width, height = self.size
        down = -(-height // self._block[1])
        rows = band_rows(width)
        blocks = 1 if self._tiled else max(1, rows // self._block[1])
        for first, last in pairwise([*range(0, down, blocks), down]):
            band = self._band(first, last)
            for top in range(0, len(band), rows):  # a strip can be as high as the photo
                yield self._finished(band[top : top + rows])

    def small(self, size: tuple[int, int]) -> Image.Image:
        """Return a small copy."""
        return shrunk(self, size)

    def _cut_strips(self) -> None:
        """Cut strips as high as the page into shorter ones, which they are as well when they are not compressed."""
        width, height = self.size
        rows = band_rows(width)
        row_bytes = 2 * width * (1 if self._separate else self._samples)
        tops = range(0, height, rows)
        self._places = tuple(place + top * row_bytes for place in self._places for top in tops)
        self._lengths = tuple(min(rows, height - top) * row_bytes for _ in self._lengths for top in tops)
        self._block = (width, rows)

    def _band(self, first: int, last: int) -> Codes:
        """Decode rows of blocks into (rows, width, samples)."""
        if not self._separate:
            return self._blocks(first, last, 0, self._samples)
        wanted = self._colours + self.alpha
        return np.dstack([self._blocks(first, last, plane, 1) for plane in range(wanted)])  # type: ignore[return-value]

    def _blocks(self, first: int, last: int, plane: int, samples: int) -> Codes:
        """Decode rows of blocks of one plane into (rows, width, samples)."""
        import cv2

        width, height = self.size
        across = -(-width // self._block[0])
        down = -(-height // self._block[1])
        chosen = range(plane * down * across + first * across, plane * down * across + last * across)
        rows = (last - first) * self._block[1]
        if not self._tiled:
            rows = min(rows, height - first * self._block[1])
        if self._number(_COMPRESSION, 1) in _EXTRA_CODINGS:
            decoded: Codes | None = self._unpacked(chosen, across, rows, samples)
        else:
            data = self._small_file(chosen, (across * self._block[0] * samples, rows), samples)
            decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if decoded is None or decoded.shape != (rows, across * self._block[0] * samples):
            raise ValueError("the pixels cannot be decoded")
        if self._number(_PREDICTOR, 1) == 2:
            decoded = decoded.reshape(rows, across, self._block[0], samples)
            np.add.accumulate(decoded, axis=2, dtype=np.uint16, out=decoded)
        pixels: Codes = decoded.reshape(rows, -1, samples)
        return pixels[: height - first * self._block[1], :width]

    def _unpacked(self, blocks: range, across: int, rows: int, samples: int) -> Codes:
        """Decode a few blocks with imagecodecs into (rows, across x block width x samples)."""
        import imagecodecs

        decode = getattr(imagecodecs, _EXTRA_CODINGS[self._number(_COMPRESSION)])
        width = self._block[0] * samples
        decoded = np.empty((rows, across * width), np.uint16)
        for count, (place, length) in enumerate(self._extents(blocks)):
            self._file.seek(place)
            top, left = count // across * self._block[1], count % across * width
            target = decoded[top : top + self._block[1], left : left + width]
            try:
                data = decode(self._file.read(length), out=2 * self._block[1] * width)
            except RuntimeError as error:
                raise ValueError("the pixels cannot be decoded") from error
            if len(data) < 2 * target.size:
                raise ValueError("the file ends too early")
            target[:] = np.frombuffer(data, f"{self._order}u2", target.size).reshape(target.shape)
        return decoded

    def _extents(self, blocks: range) -> list[tuple[int, int]]:
        """Return where blocks begin and how long they are, in bytes."""
        if blocks.stop > min(len(self._places), len(self._lengths)):
            raise ValueError("a part of the page is missing")
        taken = slice(blocks.start, blocks.stop)
        return list(zip(self._places[taken], self._lengths[taken], strict=True))

    def _small_file(self, blocks: range, size: tuple[int, int], samples: int) -> bytearray:
        """Return a TIFF file of its own from a few blocks, each of whose samples counts as a grey pixel."""
        order = self._order
        extents = self._extents(blocks)
        lengths = [length for _, length in extents]
        directory = {
            _WIDTH: whole(LONG, order, size[0]),
            _HEIGHT: whole(LONG, order, size[1]),
            _BITS: whole(SHORT, order, 16),
            _COMPRESSION: whole(SHORT, order, self._number(_COMPRESSION, 1)),
            _PHOTOMETRIC: whole(SHORT, order, 1),
            _FILL_ORDER: whole(SHORT, order, self._number(_FILL_ORDER, 1)),
            _SAMPLES: whole(SHORT, order, 1),
        }
        if self._tiled:
            directory[_TILE_WIDTH] = whole(LONG, order, self._block[0] * samples)
            directory[_TILE_HEIGHT] = whole(LONG, order, self._block[1])
        else:
            directory[_ROWS] = whole(LONG, order, self._block[1])
        directory[_TILE_LENGTHS if self._tiled else _STRIP_LENGTHS] = whole(LONG, order, *lengths)
        tag = _TILES if self._tiled else _STRIPS
        directory[tag] = whole(LONG, order, *lengths)
        at = 8 + len(pack(directory, 8, order))
        directory[tag] = whole(LONG, order, *accumulate(lengths[:-1], initial=at))
        data = bytearray(at + sum(lengths))
        mark = b"II" if order == "<" else b"MM"
        data[:at] = mark + whole(SHORT, order, 42).raw + whole(LONG, order, 8).raw + pack(directory, 8, order)
        rest = memoryview(data)[at:]
        for place, length in extents:
            self._file.seek(place)
            if self._file.readinto(rest[:length]) < length:  # type: ignore[attr-defined]
                raise ValueError("the file ends too early")
            rest = rest[length:]
        return data

    def _finished(self, samples: Codes) -> Codes:
        samples = samples[..., : self._colours + self.alpha]
        if self._number(_PHOTOMETRIC) == 0:  # white is zero
            samples = samples.copy()
            samples[..., 0] = ~samples[..., 0]
        if self.alpha and self._premultiplied:
            colour, alpha = samples[..., :-1], samples[..., -1:]
            whole_colour = colour * (np.float32(65535) / np.maximum(alpha, 1))
            samples = np.dstack((np.minimum(whole_colour, 65535).astype(np.uint16), alpha))  # type: ignore[assignment]
        return samples

    def _numbers(self, tag: int) -> tuple[int, ...]:
        return integers(self._page, tag, self._order)

    def _number(self, tag: int, default: int | None = None) -> int:
        numbers = self._numbers(tag)
        if not numbers and default is None:
            raise ValueError(f"tag {tag} is missing")
        return numbers[0] if numbers else int(default or 0)


@cache
def _codings() -> frozenset[int]:
    return frozenset(_CODINGS | (_EXTRA_CODINGS.keys() if find_spec("imagecodecs") else set()))


def is_16_bit(page: Directory, order: str) -> bool:
    """Tell whether `Tiff16Raster` reads a page; others are for Pillow."""

    def numbers(tag: int, default: int) -> set[int]:
        return set(integers(page, tag, order) or (default,))

    return (
        numbers(_BITS, 1) == {16}
        and numbers(_FORMAT, 1) == {1}
        and numbers(_PHOTOMETRIC, 1) <= {0, 1, 2}
        and numbers(_COMPRESSION, 1) <= _codings()
        and numbers(_PREDICTOR, 1) <= {1, 2}
    )


def why_not_16_bit(page: Directory, order: str) -> str:
    """Return the reason why `Tiff16Raster` does not read a page of sixteen bits."""
    if set(integers(page, _COMPRESSION, order)) & (_EXTRA_CODINGS.keys() - _codings()):
        return "its compression needs the package imagecodecs (pip install 'kmhc[16bit]')"
    return "this kind of TIFF allows no more"
