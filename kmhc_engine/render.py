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
    import cv2

    height, width = grey.shape
    dtype = "uint16" if depth == 16 else "uint8"
    table = lightness_table(grey.dtype.name)
    coefficients = _widened(_local_linear(grey, chroma, adjustments), width)
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        check()
        lightness = np.take(table, grey[top : top + rows], mode="clip")
        a, b, offset_a, offset_b = _interpolated(coefficients, top, lightness.shape[0], height)
        for channel, offset in ((a, offset_a), (b, offset_b)):
            channel *= lightness
            channel += offset
        yield lab_to_rgb(cv2.merge((lightness, a, b)), dtype)


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
    """Interpolate (h, 4 x width) to the rows of a strip: (4, rows, width), each plane's rows apart."""
    import cv2

    last = coefficients.shape[0] - 1
    position = np.clip((np.arange(top, top + rows) + 0.5) * (last + 1) / height - 0.5, 0, last)
    strip = np.empty((rows, coefficients.shape[1]), np.float32)
    for row, at in zip(strip, position.tolist(), strict=True):
        above = int(at)
        below = min(above + 1, last)
        # Row by row it stays in the cache, and no BLAS thread spins while other photos need the core.
        cv2.addWeighted(coefficients[above], 1 - (at - above), coefficients[below], at - above, 0, dst=row[:, None])
    return np.moveaxis(strip.reshape(rows, 4, -1), 1, 0)
