"""Colour hints: "this dress was blue". A stroke's colour spreads over its object and stops at the edges of the photo.

Levin, Lischinski and Weiss (2004) let neighbours of like lightness have like colour, and solve for the rest. Here the
network's colours stand wherever no hint reaches, so the same equations are solved for how far a hint reaches:

    sum over neighbours s of p:  w(p, s) (u(p) - u(s))  +  c(p) (u(p) - t(p))  =  0

with w = exp(-(difference of L)^2 / T^2), t and a large c under the strokes, and t = 0 and a small c, the pull of the
network's own colours, elsewhere. u has three layers: the reach, and the reach times a and b. Conjugate gradients solve
for them, preconditioned by a multigrid cycle whose coarse grids are sums of 2 x 2 pixels, so that they stay grids.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kmhc_engine.chroma import Chroma, lightness_at
from kmhc_engine.colour import Codes, Floats

_TOLERANCE_L = 4.0  # T: L units between neighbours that count as an edge
_WEAKEST = 1e-4  # no edge is perfectly tight, or a pixel could be cut off
_REACH = 0.5  # of the longer side: how far a hint goes over an even area
_UNLIKE_L = 20.0  # L units by which an area must differ from what lies under the strokes to count as something else
_UNLIKE_REACH = 12.0  # pixels: how far a hint goes there
_HELD = 1000.0  # c under a stroke
_FADES = (0.15, 0.45)  # reach below which the network's colours stay, above which the hint's colour stands alone
_PRECISION = 0.003
_MOST_STEPS = 60


@dataclass(frozen=True)
class Hint:
    """A stroke of colour on a photo.

    Attributes:
        points: The stroke, (x, y) in 0..1 of the photo's width and height; a single point is a click.
        radius: Half the stroke's width, as a part of the photo's longer side.
        ab: The colour, CIE a and b.
    """

    points: tuple[tuple[float, float], ...]
    radius: float
    ab: tuple[float, float]

    def turned(self, quarters: int) -> "Hint":
        """Return the stroke where it is after quarter turns of the photo clockwise."""
        points = self.points
        for _ in range(quarters % 4):
            points = tuple((1 - y, x) for x, y in points)
        return replace(self, points=points)


def hinted(chroma: Chroma, grey: Codes, hints: Sequence[Hint]) -> Chroma:
    """Return the colour of a photo (H, W, grey codes) with the hints applied."""
    height, width = chroma.ab.shape[:2]
    return apply_hints(chroma, lightness_at(grey, (height, width)), hints) if hints else chroma


def apply_hints(chroma: Chroma, guide: Floats, hints: Sequence[Hint]) -> Chroma:
    """Spread the hints' colours within their objects; all else keeps its colour exactly.

    Args:
        chroma: The network's colour, (h, w, 2).
        guide: The photo's L (h, w) in 0..100.
        hints: Strokes, at least one; where they cross, the later one counts.
    """
    strokes, pull = _drawn(hints, guide)
    reach, a, b = _spread(_Grid.over(guide, pull), strokes)
    colour = np.stack((a, b), axis=-1) / np.maximum(reach, 1e-6)[..., None]
    low, high = _FADES
    part = np.clip((reach - low) / (high - low), 0, 1)
    part = (part * part * (3 - 2 * part))[..., None]
    return replace(chroma, ab=chroma.ab + part * (colour - chroma.ab))


def _drawn(hints: Sequence[Hint], guide: Floats) -> tuple[Floats, Floats]:
    """Return the strokes (3, h, w), one and a and b where they are, zero elsewhere; and c (h, w)."""
    strokes = np.zeros((3, *guide.shape), np.float32)
    unlike = np.full(guide.shape, np.inf, np.float32)
    for hint in hints:
        under = _mask(hint, guide.shape)
        strokes[:, under] = np.array([[1.0], [hint.ab[0]], [hint.ab[1]]], np.float32)
        darkest, lightest = np.percentile(guide[under], (5, 95))
        unlike = np.minimum(unlike, np.maximum(0, np.maximum(darkest - guide, guide - lightest)))
    # The network's colours are held on to tighter in what is lighter or darker than the strokes.
    pull = (_REACH * max(guide.shape)) ** -2 + _UNLIKE_REACH**-2 * (1 - np.exp(-((unlike / _UNLIKE_L) ** 4)))
    return strokes, np.where(strokes[0] > 0, _HELD, pull).astype(np.float32)


def _mask(hint: Hint, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    import cv2

    height, width = shape
    drawn = np.zeros((height, width), np.uint8)
    stroke = (*hint.points, hint.points[-1])  # OpenCV draws no line of a single point
    points = np.clip(np.rint(np.array(stroke) * (width, height) - 0.5), 0, (width - 1, height - 1))
    cv2.polylines(drawn, [points.astype(np.int32)], isClosed=False, color=1)
    away = cv2.distanceTransform(1 - drawn, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)  # OpenCV's own thick lines are thicker
    mask: NDArray[np.bool_] = away <= max(0.0, hint.radius * max(height, width) - 0.5)
    return mask


@dataclass(frozen=True, eq=False)
class _Grid:
    """The equations on one grid: weights to the right (h, w-1) and downwards (h-1, w), and c (h, w)."""

    right: Floats
    down: Floats
    pull: Floats
    diagonal: Floats

    @classmethod
    def of(cls, right: Floats, down: Floats, pull: Floats) -> "_Grid":
        diagonal = pull.copy()
        diagonal[:, :-1] += right
        diagonal[:, 1:] += right
        diagonal[:-1] += down
        diagonal[1:] += down
        return cls(right, down, pull, diagonal)

    @classmethod
    def over(cls, guide: Floats, pull: Floats) -> "_Grid":
        def weight(difference: Floats) -> Floats:
            like: Floats = np.exp(-((difference / np.float32(_TOLERANCE_L)) ** 2))
            return np.maximum(like, np.float32(_WEAKEST))

        return cls.of(weight(np.diff(guide, axis=1)), weight(np.diff(guide, axis=0)), pull)

    def times(self, u: Floats) -> Floats:
        product = self.diagonal * u
        product[..., :, :-1] -= self.right * u[..., :, 1:]
        product[..., :, 1:] -= self.right * u[..., :, :-1]
        product[..., :-1, :] -= self.down * u[..., 1:, :]
        product[..., 1:, :] -= self.down * u[..., :-1, :]
        return product

    def coarser(self) -> "_Grid":
        # Summed over 2 x 2 pixels the equations would be twice too stiff between the sums; hence the halves.
        half = np.float32(0.5)
        right = half * _pairs(self.right[:, 1::2], -2)
        down = half * _pairs(self.down[1::2], -1)
        return self.of(right, down, _summed(self.pull))


def _pairs(values: Floats, axis: int) -> Floats:
    """Add neighbours two by two along an axis; a last odd one stays alone."""
    sums: Floats = np.add.reduceat(values, np.arange(0, values.shape[axis], 2), axis=axis)
    return sums


def _summed(values: Floats) -> Floats:
    return _pairs(_pairs(values, -2), -1)


def _spread(grid: _Grid, strokes: Floats) -> Floats:
    """Spread the three layers of the strokes; fewer than three colours need only as many layers."""
    colours = np.unique(strokes[:, strokes[0] > 0], axis=1)
    if colours.shape[1] >= 3:
        return _solved(grid, strokes)
    each = np.stack([(strokes == colour[:, None, None]).all(axis=0) for colour in colours.T])
    return np.tensordot(colours, _solved(grid, each.astype(np.float32)), axes=1).astype(np.float32)


def _solved(grid: _Grid, strokes: Floats) -> Floats:
    """Solve for all layers (n, h, w) at once by preconditioned conjugate gradients."""
    grids = [grid]
    while min(grids[-1].pull.shape) > 3:
        grids.append(grids[-1].coarser())
    u = strokes.copy()
    residual = np.float32(_HELD) * strokes - grid.times(u)
    better = _cycle(grids, residual)
    direction, slope = better, _dot(residual, better)
    enough = slope * np.float32(_PRECISION**2)
    for _ in range(_MOST_STEPS):
        if (slope <= enough).all():
            break
        product = grid.times(direction)
        step = slope / np.maximum(_dot(direction, product), np.float32(1e-30))
        u += step * direction
        residual -= step * product
        better = _cycle(grids, residual)
        previous, slope = slope, _dot(residual, better)
        direction *= slope / np.maximum(previous, np.float32(1e-30))
        direction += better
    return u


def _dot(one: Floats, other: Floats) -> Floats:
    """Return the inner product of each layer, (n, 1, 1)."""
    products: Floats = np.einsum("nij,nij->n", one, other)
    return products[:, None, None]


def _cycle(grids: Sequence[_Grid], residual: Floats) -> Floats:
    """Solve roughly: smooth, correct from the coarser grids, smooth again (a symmetric V-cycle)."""
    grid, *coarser = grids
    smoother = np.float32(0.8) / grid.diagonal
    u = smoother * residual
    if coarser:
        correction = _cycle(coarser, _summed(residual - grid.times(u)))
        height, width = residual.shape[-2:]
        u += correction.repeat(2, axis=-2).repeat(2, axis=-1)[..., :height, :width]
    u += smoother * (residual - grid.times(u))
    return u
