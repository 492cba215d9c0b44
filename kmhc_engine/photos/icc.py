"""Colour profiles made of curves and primaries (ICC.1:2022), read at sixteen bits; ImageCms has eight."""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ImageCms

from kmhc_engine.colour import RGB_TO_XYZ, linear_table

Curve = NDArray[np.float64]

# Linear sRGB -> XYZ as profiles give it, adapted to D50 (IEC 61966-2-1 with Bradford's matrix).
_SRGB_TO_D50 = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
_TO_LUMINANCE = RGB_TO_XYZ[1] @ np.linalg.inv(_SRGB_TO_D50)
_CODES = np.linspace(0.0, 1.0, 65536)
_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}


@dataclass(frozen=True, eq=False)
class Curves:
    """From samples to luminance: one curve a channel and what each channel weighs.

    Attributes:
        linear: Linear light in 0..1 at each of 65,536 codes, for each channel.
        weights: Relative luminance in sRGB of each channel at its fullest; their sum is 1.
    """

    linear: tuple[Curve, ...]
    weights: NDArray[np.float64]

    def luminance(self, dtype: str) -> list[Curve]:
        """Return what each channel adds to luminance at every code of "uint8" or "uint16"."""
        step = 257 if dtype == "uint8" else 1
        return [curve[::step] * weight for curve, weight in zip(self.linear, self.weights, strict=True)]


def srgb_curves() -> Curves:
    """Return those of sRGB."""
    return Curves((linear_table("uint16").astype(np.float64),) * 3, RGB_TO_XYZ[1])


def read_curves(icc: bytes) -> Curves | None:
    """Read a grey or RGB profile; return None if it is made of tables.

    Raises:
        ValueError: It is broken.
    """
    tags = _tags(icc)
    try:
        if icc[20:24] != b"XYZ " or b"A2B0" in tags:
            return None
        if icc[16:20] == b"GRAY":
            return Curves((_curve(tags[b"kTRC"]),), np.ones(1))
        if icc[16:20] != b"RGB " or b"rTRC" not in tags:
            return None
        linear = tuple(_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC"))
        primaries = np.array([_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]).T
    except (KeyError, struct.error) as error:
        raise ValueError("a broken profile") from error
    weights = np.maximum(_TO_LUMINANCE @ primaries, 0.0)  # some wide gamuts have a blue that no light has
    if not weights.sum() > 0:
        raise ValueError("a profile without light")
    return Curves(linear, weights / weights.sum())  # white stays white, whatever was rounded


def srgb_profile() -> bytes:
    """Return the sRGB profile that outputs embed; the same bytes every time."""
    icc = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    icc[24:36] = struct.pack(">6H", 1999, 10, 18, 0, 0, 0)  # when it was made; of the standard, that is
    return bytes(icc)


def _tags(icc: bytes) -> dict[bytes, bytes]:
    count = int.from_bytes(icc[128:132], "big")
    tags = {}
    for at in range(132, 132 + 12 * min(count, 200), 12):
        entry = icc[at : at + 12]
        if len(entry) == 12:
            start, length = struct.unpack(">II", entry[4:])
            tags[entry[:4]] = icc[start : start + length]
    return tags


def _xyz(tag: bytes) -> list[float]:
    return [value / 65536 for value in struct.unpack_from(">3i", tag, 8)]


def _curve(tag: bytes) -> Curve:
    """Return linear light at each of 65,536 codes (clauses 10.6 and 10.18)."""
    kind, count = tag[:4], struct.unpack_from(">I", tag, 8)[0]
    if kind == b"curv" and count > 1:
        values = np.array(struct.unpack_from(f">{min(count, 65536)}H", tag, 12)) / 65535
        return np.interp(_CODES, np.linspace(0, 1, len(values)), values)
    if kind == b"curv":
        return _CODES ** (struct.unpack_from(">H", tag, 12)[0] / 256 if count else 1.0)
    if kind != b"para":
        raise ValueError("an unknown kind of curve")
    function = struct.unpack_from(">H", tag, 8)[0]
    if function not in _PARAMETERS:
        raise ValueError("an unknown kind of curve")
    given = [value / 65536 for value in struct.unpack_from(f">{_PARAMETERS[function]}i", tag, 12)]
    return _parametric(function, given)


def _parametric(function: int, given: list[float]) -> Curve:
    gamma, a, b, c, d, e, f = (*given, *(1.0, 0.0, 0.0, 0.0, 0.0, 0.0)[len(given) - 1 :])
    low: Any = c * _CODES
    if function in (1, 2):
        d, low = (-b / a if a else 0.0), 0.0
    if function == 2:
        e, low = c, c
    if function == 4:
        low = c * _CODES + f
    high = np.maximum(a * _CODES + b, 0.0) ** gamma + e
    return np.clip(np.where(d <= _CODES, high, low), 0.0, 1.0)
