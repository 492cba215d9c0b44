"""Photo + Chroma -> colour photo, in strips that stay in the processor's cache. No torch, no Qt.

The photo's own full-size lightness is kept. Chroma is upsampled along its edges by the fast guided filter (He and Sun
2015): local linear coefficients ab = A L + B at network size, upsampled, applied at full size.
"""

from collections.abc import Callable, Iterator

import numpy as np

from kmhc_engine.chroma import UNADJUSTED, Adjustments, Chroma, lightness_at
from kmhc_engine.colour import Codes, Floats, lab_to_rgb, lightness_table

_RADIUS = 1  # pixels at network size
_SMOOTHNESS = 12.0  # L units: lightness varying less than this counts as flat
_STRIP_PIXELS = 65_536
_WARMEST = (6.0, 18.0)  # ab units at middle grey


def _keep_going() -> None:
    pass


def render(
    grey: Codes,
    chroma: Chroma,
    adjustments: Adjustments = UNADJUSTED,
    *,
    depth: int = 8,
    check: Callable[[], None] = _keep_going,
) -> Iterator[Codes]:
    """Colour a photo.

    Args:
        grey: sRGB grey codes (H, W) with the photo's own lightness.
        chroma: The predicted colour.
        adjustments: The person's wishes.
        depth: Bits of the result, 8 or 16.
        check: Called before every strip; what it raises ends the rendering.

    Yields:
        Strips (rows, W, 3) of sRGB codes, from top to bottom.
    """
    height, width = grey.shape
    dtype = "uint16" if depth == 16 else "uint8"
    table = lightness_table(grey.dtype.name)
    coefficients = _widened(_local_linear(grey, chroma, adjustments), width)
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        check()
        lightness = np.take(table, grey[top : top + rows], mode="clip")
        scale_a, scale_b, offset_a, offset_b = _interpolated(coefficients, top, lightness.shape[0], height)
        lab = np.empty((*lightness.shape, 3), np.float32)
        lab[..., 0] = lightness
        lab[..., 1] = scale_a * lightness + offset_a
        lab[..., 2] = scale_b * lightness + offset_b
        yield lab_to_rgb(lab, dtype)


def rendered(grey: Codes, chroma: Chroma, adjustments: Adjustments = UNADJUSTED, *, depth: int = 8) -> Codes:
    """Colour a whole photo at once: (H, W, 3). For small pictures and previews."""
    return np.concatenate(list(render(grey, chroma, adjustments, depth=depth)))


def _local_linear(grey: Codes, chroma: Chroma, adjustments: Adjustments) -> Floats:
    """Return (4, h, w): scale of a, scale of b, offset of a, offset of b."""
    import cv2

    ab = chroma.ab
    guide = lightness_at(grey, (ab.shape[0], ab.shape[1]))

    def mean(values: Floats) -> Floats:
        blurred: Floats = cv2.blur(values, (2 * _RADIUS + 1,) * 2, borderType=cv2.BORDER_REFLECT)
        return blurred

    mean_guide, mean_ab = mean(guide), mean(ab)
    variance = mean(guide * guide) - mean_guide**2
    covariance = mean(ab * guide[..., None]) - mean_ab * mean_guide[..., None]
    smoothness = (_SMOOTHNESS / max(adjustments.edges, 0.05)) ** 2
    scale = covariance / (variance + np.float32(smoothness))[..., None]
    offset = ab - scale * guide[..., None]  # at the network's own pixels its colours stay as they are
    scale, offset = (part * np.float32(adjustments.saturation) for part in (scale, offset))
    middle = 4 * (guide / 100) * (1 - guide / 100)
    offset += (middle * adjustments.warmth)[..., None] * np.array(_WARMEST, np.float32)
    return np.moveaxis(np.concatenate((scale, offset), axis=-1), -1, 0).astype(np.float32)


def _widened(coefficients: Floats, width: int) -> Floats:
    """Interpolate (4, h, w) to the photo's width: (h, 4 x width)."""
    import cv2

    planes = [cv2.resize(plane, (width, plane.shape[0]), interpolation=cv2.INTER_LINEAR) for plane in coefficients]
    return np.concatenate(planes, axis=1)


def _interpolated(coefficients: Floats, top: int, rows: int, height: int) -> Floats:
    """Interpolate (h, 4 x width) to the rows of a strip: (4, rows, width)."""
    last = coefficients.shape[0] - 1
    position = np.clip((np.arange(top, top + rows) + 0.5) * (last + 1) / height - 0.5, 0, last)
    first = int(position[0])
    known = coefficients[first : int(np.ceil(position[-1])) + 1]
    # A product with a thin matrix of tent weights is the fastest linear interpolation of so many columns;
    # by einsum, because the threads of a BLAS spin between strips and take the cores from other photos.
    weights = np.maximum(0, 1 - np.abs(position[:, None] - np.arange(first, first + len(known))))
    strip: Floats = np.einsum("rk,kw->rw", weights.astype(np.float32), known)
    return np.moveaxis(strip.reshape(rows, 4, -1), 1, 0)
