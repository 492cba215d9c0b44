"""The pixels of one picture in a file, band by band, in its own colours and its own orientation."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from PIL import Image

from kmhc_engine.colour import Codes

_BAND_PIXELS = 1 << 18
_PLAIN = {"1": "L", "La": "LA", "P": "RGB", "PA": "RGBA", "RGBX": "RGB", "RGBa": "RGBA", "YCbCr": "RGB"}
_READABLE = {"L", "LA", "RGB", "RGBA", "CMYK"}


class UnreadableMode(ValueError):
    """The samples of a picture are of a kind that photos do not have."""


class Raster(Protocol):
    """One picture.

    Attributes:
        size: Width and height.
        mode: What its colour is: "L", "RGB" or "CMYK".
        alpha: It has an alpha channel, behind the colour.
        dtype: "uint8" or "uint16".
        orientation: How it lies, 1 to 8 as EXIF counts.
    """

    size: tuple[int, int]
    mode: str
    alpha: bool
    dtype: str
    orientation: int

    def bands(self) -> Iterator[Codes]:
        """Yield rows (rows, width, channels) from top to bottom."""

    def small(self, size: tuple[int, int]) -> Image.Image:
        """Return a copy of the given width and height at eight bits, with its alpha if it has one."""


def band_rows(width: int) -> int:
    """Return how many rows of a width are worth taking at a time."""
    return max(1, _BAND_PIXELS // width)


class PillowRaster:
    """A picture that Pillow decodes, at eight bits, or more where it is grey.

    Args:
        image: The picture, not decoded yet.
        orientation: How it lies.
        white: The largest value of a sample of more than eight bits.
    """

    def __init__(self, image: Image.Image, orientation: int, white: int = 65535) -> None:
        self._image = image
        self._white = white
        self.orientation = orientation
        self.size = image.size
        deep = image.mode.startswith("I;16")
        self._as = "L" if deep else _PLAIN.get(image.mode, image.mode)
        if "transparency" in image.info and self._as in ("L", "RGB"):
            self._as += "A"
        if self._as not in _READABLE:
            raise UnreadableMode(image.mode)
        self.mode = self._as.removesuffix("A")
        self.alpha = self._as.endswith("A")
        self.dtype = "uint16" if deep else "uint8"

    def bands(self) -> Iterator[Codes]:
        """Yield rows (rows, width, channels)."""
        width, height = self.size
        rows = band_rows(width)
        for top in range(0, height, rows):
            part = self._image.crop((0, top, width, min(height, top + rows)))
            if self.dtype == "uint16":
                yield self._sixteen_bits(part)[..., None]
                continue
            samples = np.asarray(part if part.mode == self._as else part.convert(self._as))
            yield samples[..., None] if samples.ndim == 2 else samples

    def _sixteen_bits(self, part: Image.Image) -> Codes:
        samples = np.asarray(part).astype(np.uint16)
        if self._white == 65535:
            return samples
        return np.rint(np.minimum(samples, self._white) * (65535 / self._white)).astype(np.uint16)

    def small(self, size: tuple[int, int]) -> Image.Image:
        """Return a small copy."""
        if self.dtype == "uint16":
            return shrunk(self, size)
        factor = max(1, min(self.size[0] // size[0], self.size[1] // size[1]) // 2)
        image = self._image
        if factor > 1 and image.mode not in ("1", "P", "PA"):
            image = image.reduce(factor)
        if image.mode != self._as:
            image = image.convert(self._as)
        return image.resize(size, Image.Resampling.BOX)


def shrunk(raster: Raster, size: tuple[int, int]) -> Image.Image:
    """Shrink band by band, each to its share of the rows."""
    import cv2

    width, height = size
    scale = height / raster.size[1]
    bottom, strips = 0, []
    for band in raster.bands():
        top, bottom = bottom, bottom + len(band)
        rows = round(bottom * scale) - round(top * scale)
        if rows:
            eight = (band >> 8).astype(np.uint8) if band.itemsize == 2 else np.ascontiguousarray(band)
            strip = cv2.resize(eight, (width, rows), interpolation=cv2.INTER_AREA)
            strips.append(strip.reshape(rows, width, -1))
    samples = np.concatenate(strips)
    mode = raster.mode + ("A" if raster.alpha else "")
    return Image.frombuffer(mode, size, samples.tobytes(), "raw", mode, 0, 1)
