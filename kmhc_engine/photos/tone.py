"""Whether a photo has colour: real colours, a tint, or none."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kmhc_engine.colour import Floats, rgb_to_lab

SIDE = 128  # pixels of the longer side of the copy that `tone_of` likes to see
_WORKING_SIDE = 48
_CURVE_STEPS = 8
_ROUNDS = 4
# Paper and lacquer yellow and stains are brown: along this direction in ab, differences count less.
_YELLOWING = np.array([0.3, 0.954])
_YELLOWING_COUNTS = 0.7
# Tuned on 472 colour photos, plain and faded, on tints of them, and on scans of old prints.
_NOISE_MEAN, _NOISE_PEAK = 1.5, 4.0
_FAINTEST_COLOURS = 2.8  # mean chroma; silver prints turn blue in places, but not more than that
_COLOUR = 0.64


class Tone(StrEnum):
    """How much colour a photo has."""

    GREY = "grey"
    TINTED = "tinted"
    COLOUR = "colour"


def tone_of(rgb: NDArray[np.uint8]) -> Tone:
    """Tell whether a photo is in colour.

    In a tinted photo colour follows from lightness, from place where it yellowed unevenly, and from nothing else. So ab
    is fitted by a curve of L and a paraboloid over the photo, and what the fit leaves decides.

    Args:
        rgb: A small copy in sRGB (h, w, 3), of about 128 pixels.
    """
    lab, variance = _at_working_size(rgb_to_lab(rgb))
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    if chroma.mean() < _NOISE_MEAN and np.percentile(chroma, 98) < _NOISE_PEAK:
        return Tone.GREY
    if chroma.mean() < _FAINTEST_COLOURS:
        return Tone.TINTED
    left = _left_by_the_fit(lab, variance)
    across = left @ np.array([-_YELLOWING[1], _YELLOWING[0]])
    along = left @ _YELLOWING * _YELLOWING_COUNTS
    strength = np.percentile(np.hypot(across, along), 85)
    # A strong tint leaves more, because scanners and JPEG bend it.
    return Tone.COLOUR if strength > _COLOUR * chroma.mean() ** 0.3 else Tone.TINTED


def _at_working_size(lab: Floats) -> tuple[Floats, Floats]:
    """Return Lab (h, w, 3) and the variance of L (h, w) that averaging took away."""
    import cv2

    scale = min(1.0, _WORKING_SIDE / max(lab.shape[:2]))
    size = (max(1, round(lab.shape[1] * scale)), max(1, round(lab.shape[0] * scale)))
    small = cv2.resize(lab, size, interpolation=cv2.INTER_AREA)
    squares = cv2.resize(lab[..., 0] ** 2, size, interpolation=cv2.INTER_AREA)
    return small, np.maximum(squares - small[..., 0] ** 2, 0)


def _left_by_the_fit(lab: Floats, variance: Floats) -> Floats:
    """Return ab (h, w, 2) less what lightness and place explain, without its noise."""
    import cv2

    height, width = variance.shape
    lightness, ab = lab[..., 0].ravel(), lab[..., 1:].reshape(-1, 2)
    y, x = (axis.ravel() for axis in np.mgrid[-0.5 : 0.5 : height * 1j, -0.5 : 0.5 : width * 1j])
    darkest, lightest = np.percentile(lightness, (1, 99))
    step = np.clip((lightness - darkest) / max(1.0, lightest - darkest), 0, 1) * _CURVE_STEPS
    curve = [np.maximum(0, 1 - np.abs(step - k)) for k in range(_CURVE_STEPS + 1)]
    # An average of a curve is not the curve of the average: second order in L, hence the variance.
    bend = [variance.ravel() / 100, variance.ravel() * (lightness - 50) / 5000]
    basis = np.stack((*curve, *bend, x, y, x * y, x * x, y * y), axis=1)
    damping = 1e-3 * len(basis) ** 0.5 * np.eye(basis.shape[1])
    weight = np.ones(len(basis))
    left = ab
    for _ in range(_ROUNDS):  # each with less trust in what stands out: stains, stamps, borders
        weighted = basis * weight[:, None]
        left = ab - basis @ np.linalg.solve(weighted.T @ weighted + damping, weighted.T @ (ab * weight[:, None]))
        distance = np.hypot(left[:, 0], left[:, 1])
        weight = 1 / np.sqrt(1 + (distance / max(1.0, 1.5 * float(np.median(distance)))) ** 2)
    quiet: Floats = cv2.blur(left.reshape(height, width, 2).astype(np.float32), (3, 3))
    return quiet
