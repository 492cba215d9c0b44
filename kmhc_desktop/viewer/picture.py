"""A photo of any size for the screen: the same picture at smaller and smaller scales."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage

from kmhc_engine.colour import Codes

Bytes = NDArray[np.uint8]
_Pixels = TypeVar("_Pixels", Bytes, Codes)

_SMALLEST = 400  # pixels of the longer side
# Larger levels are kept in fewer bytes a pixel; they are drawn near 1:1, where that is fast too.
_FAST_PIXELS = 8_000_000


@dataclass(frozen=True, eq=False)
class Detail:
    """A part of a photo, sharper than the levels.

    Attributes:
        part: Which, in 0..1 of the photo.
        image: Its pixels.
    """

    part: QRectF
    image: QImage

    def placed(self, photo: QRectF) -> QRectF:
        """Return where it lies when the whole photo is at a place."""
        corner = photo.topLeft() + QPointF(self.part.left() * photo.width(), self.part.top() * photo.height())
        return QRectF(corner, QSizeF(self.part.width() * photo.width(), self.part.height() * photo.height()))


@dataclass(frozen=True, eq=False)
class Picture:
    """A photo's levels.

    Attributes:
        size: The photo's own size; the levels may all be smaller.
        levels: The largest first, each about half of the one before.
        detail: What lies over them, where one looks closely.
    """

    size: QSize
    levels: tuple[QImage, ...]
    detail: Detail | None = None

    @property
    def translucent(self) -> bool:
        """Whether a background shows through."""
        return self.levels[0].hasAlphaChannel()

    def level(self, scale: float) -> QImage:
        """Return the smallest level that is sharp when a photo's pixel is drawn as `scale` pixels of the screen."""
        wanted = scale * self.size.width() * 0.99
        return next((level for level in reversed(self.levels) if level.width() >= wanted), self.levels[0])

    def is_sharp_at(self, scale: float) -> bool:
        """Tell whether a larger level would show more."""
        return self.levels[0].width() >= min(1.0, scale) * self.size.width() * 0.99


def picture_of(pixels: Bytes, alpha: Bytes | None = None, size: QSize | None = None) -> Picture:
    """Make a picture and its smaller levels.

    Args:
        pixels: Grey (h, w) or sRGB (h, w, 3).
        alpha: Opacity (h, w).
        size: The photo's own size, where the pixels are a smaller copy.
    """
    height, width = pixels.shape[:2]
    levels = [_image(pixels, alpha)]
    while max(height, width) >= 2 * _SMALLEST and min(height, width) >= 2:
        height, width = height // 2, width // 2
        pixels = _shrunk(pixels, height, width)
        alpha = None if alpha is None else _shrunk(alpha, height, width)
        levels.append(_image(pixels, alpha))
    return Picture(size or levels[0].size(), tuple(levels))


def detail_of(pixels: Bytes, alpha: Bytes | None, part: QRectF) -> Detail:
    """Make a detail; the arguments are as for `picture_of` and `Detail`."""
    return Detail(part, _image(pixels, alpha))


def as_bytes(codes: Codes) -> Bytes:
    """Return 8-bit codes of 8- or 16-bit ones."""
    import cv2

    if codes.dtype == np.uint8:
        return codes.astype(np.uint8, copy=False)
    scaled: Bytes = cv2.convertScaleAbs(codes, alpha=1 / 257)
    return scaled


def small_copy(codes: _Pixels, side: int) -> _Pixels:
    """Return a copy whose longer side is at most `side` pixels."""
    height, width = codes.shape[:2]
    scale = side / max(height, width)
    return codes if scale >= 1 else _shrunk(codes, max(1, round(height * scale)), max(1, round(width * scale)))


def halved(codes: _Pixels) -> _Pixels:
    """Return a copy half as wide and half as high."""
    return _shrunk(codes, max(1, codes.shape[0] // 2), max(1, codes.shape[1] // 2))


def _shrunk(pixels: _Pixels, height: int, width: int) -> _Pixels:
    import cv2

    result: _Pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    return result


def _image(pixels: Bytes, alpha: Bytes | None) -> QImage:
    import cv2

    height, width = pixels.shape[:2]
    grey = pixels.ndim == 2
    if alpha is not None:
        image = QImage(width, height, QImage.Format.Format_ARGB32)
        rows = _rows(image)
        cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGRA if grey else cv2.COLOR_RGB2BGRA, dst=rows)
        rows[..., 3] = alpha
        return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    if height * width > _FAST_PIXELS:
        image = QImage(width, height, QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888)
        _rows(image)[...] = pixels.reshape(height, width, -1)
        return image
    image = QImage(width, height, QImage.Format.Format_RGB32)
    cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGRA if grey else cv2.COLOR_RGB2BGRA, dst=_rows(image))
    return image


def _rows(image: QImage) -> Bytes:
    """Return the image's own memory as (h, w, bytes a pixel)."""
    depth = image.depth() // 8
    rows = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * depth].reshape(image.height(), image.width(), depth)
