"""Colour: sRGB and CIE Lab (D65), the paper's normalisation, and the edge of the sRGB gamut. No torch.

Ranges, throughout the engine: L in 0..100; a and b in about -110..110; sRGB as uint8 or uint16 codes, or as floats
in 0..1; grey is the sRGB code whose three channels are equal.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8] | NDArray[np.uint16]

AB_SCALE = 128.0

# Linear sRGB -> XYZ (IEC 61966-2-1). The white point is the sum of each row, so that greys are exactly neutral.
RGB_TO_XYZ = np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
WHITE = RGB_TO_XYZ.sum(axis=1)
_WHITED_XYZ_TO_RGB = (np.linalg.inv(RGB_TO_XYZ) * WHITE).tolist()


def normalise(lightness: Any) -> Any:
    """Turn L in 0..100 into the network's input x = (L - 50) / 100 (equation 2 inverted); array or tensor."""
    return (lightness - 50.0) / 100.0


def denormalise(p: Any) -> Any:
    """Turn the network's output p in -1..1 into ab = 128 p (equation 2, as used for colour); array or tensor."""
    return p * AB_SCALE


@cache
def linear_table(dtype: str) -> Floats:
    """Return linear light in 0..1 for every sRGB code of "uint8" or "uint16"."""
    codes = np.linspace(0.0, 1.0, np.iinfo(dtype).max + 1)
    linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


@cache
def lightness_table(dtype: str) -> Floats:
    """Return L in 0..100 for every grey code of "uint8" or "uint16"."""
    return lightness_of_luminance(linear_table(dtype).astype(np.float64)).astype(np.float32)


def lightness_of_luminance(luminance: NDArray[Any]) -> NDArray[Any]:
    """Turn relative luminance Y in 0..1 into L in 0..100 (CIE 1976)."""
    return 116.0 * _f(luminance) - 16.0


def luminance_of(rgb: Codes) -> Floats:
    """Return relative luminance Y in 0..1 of sRGB codes (…, 3)."""
    table = linear_table(rgb.dtype.name)
    red, green, blue = (table[rgb[..., channel]] * np.float32(RGB_TO_XYZ[1, channel]) for channel in range(3))
    luminance: Floats = red + green + blue
    return luminance


def rgb_to_lab(rgb: Codes) -> Floats:
    """Turn sRGB codes (…, 3) into Lab (…, 3)."""
    xyz = linear_table(rgb.dtype.name)[rgb] @ (RGB_TO_XYZ / WHITE[:, None]).T
    x, y, z = np.moveaxis(_f(xyz), -1, 0)
    return np.stack((116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)), axis=-1).astype(np.float32)


def lab_to_rgb(lab: Floats, dtype: str = "uint8") -> Codes:
    """Turn Lab (h, w, 3) into sRGB codes; colours outside sRGB lose chroma, and keep lightness and hue.

    Args:
        lab: L in 0..100, a and b; not changed.
        dtype: "uint8" or "uint16".
    """
    import cv2

    codes = _clipped_codes(lab, dtype)
    limit = np.iinfo(dtype).max
    # Only a pixel with a channel at its end can have been clipped.
    ends = np.flatnonzero(cv2.inRange(codes, (1, 1, 1), (limit - 1,) * 3) == 0)
    colours = lab.reshape(-1, 3).take(ends, axis=0)
    outside = np.flatnonzero(~_inside_srgb(colours, codes=limit))
    if outside.size:
        compressed = compress_chroma(colours.take(outside, axis=0))
        codes.reshape(-1, 3)[ends.take(outside)] = _clipped_codes(compressed[None], dtype)[0]
    return codes


def _clipped_codes(lab: Floats, dtype: str) -> Codes:
    import cv2

    if dtype == "uint8":
        codes: NDArray[np.uint8] = cv2.convertScaleAbs(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB), alpha=255.0)
        return codes
    linear = cv2.cvtColor(lab, cv2.COLOR_Lab2LRGB)  # OpenCV's own sRGB curve is not exact enough for 16 bit
    encoded = 1.055 * cv2.pow(np.maximum(linear, np.float32(1e-6)), 1 / 2.4) - np.float32(0.055)
    wide: NDArray[np.uint16] = np.rint(
        np.where(linear <= 0.0031308, linear * np.float32(12.92), encoded) * np.float32(65535)
    ).astype(np.uint16)
    return wide


def compress_chroma(lab: Floats) -> Floats:
    """Bring Lab colours (n, 3) into sRGB along constant lightness and hue."""
    import cv2

    lightness, a, b = cv2.split(lab[:, None])
    chroma, hue = cv2.cartToPolar(a, b)
    hue *= np.float32(_HUES / (2 * np.pi))
    row = np.clip(lightness, 0, 100) * np.float32((_LIGHTNESSES - 1) / 100)
    most = np.concatenate(  # remap takes pictures of less than 32,768 rows
        [
            cv2.remap(_most_chroma(), hue[k : k + 30000], row[k : k + 30000], cv2.INTER_LINEAR)
            for k in range(0, len(lab), 30000)
        ]
    )
    scale = np.minimum(1.0, most / np.maximum(chroma, 1e-6))
    compressed: Floats = cv2.merge((lightness, a * scale, b * scale))[:, 0]
    return compressed


_HUES, _LIGHTNESSES = 720, 401


@cache
def _most_chroma() -> Floats:
    """Return the largest chroma in sRGB by lightness (rows, 0..100) and hue (columns; the first stands again last)."""
    lightness = np.linspace(0.0, 100.0, _LIGHTNESSES)[:, None]
    hue = np.linspace(0.0, 2.0 * np.pi, _HUES, endpoint=False)[None]
    low, high = np.zeros((_LIGHTNESSES, _HUES)), np.full((_LIGHTNESSES, _HUES), 140.0)
    for _ in range(14):
        middle = (low + high) / 2
        a, b = middle * np.cos(hue), middle * np.sin(hue)
        inside = _inside_srgb(np.stack((np.broadcast_to(lightness, a.shape), a, b), axis=-1))
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.hstack((low, low[:, :1])).astype(np.float32)


def _inside_srgb(lab: NDArray[Any], codes: int = 65535) -> NDArray[np.bool_]:
    """Tell which Lab colours (…, 3) lie in sRGB, within half a step of so many codes."""
    lightness, a, b = np.ascontiguousarray(np.moveaxis(lab, -1, 0))  # twice as quick
    y = (lightness + 16.0) / 116.0
    x, z = y + a / 500.0, y - b / 200.0
    xyz = [np.where(t > 6 / 29, t * t * t, 3 * (6 / 29) ** 2 * (t - 4 / 29)) for t in (x, y, z)]
    lowest, highest = -0.5 / 12.92 / codes, 1.0 + 0.5 * 2.27 / codes  # the slopes of the sRGB curve at its ends
    inside = np.ones(lightness.shape, dtype=bool)
    for row in _WHITED_XYZ_TO_RGB:
        channel = row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2]
        inside &= (channel >= lowest) & (channel <= highest)
    return inside


def _f(t: NDArray[Any]) -> NDArray[Any]:
    return np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
