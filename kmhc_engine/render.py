"""Photo + Chroma -> colour photo, in strips that stay in the processor's cache. No torch, no Qt.

The photo's own full-size lightness is kept. Chroma is upsampled along its edges by the fast guided filter (He and Sun
2015): local linear coefficients ab = A L + B at network size, upsampled, applied at full size.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from kmhc_engine.chroma import UNADJUSTED, Adjustments, Chroma, lightness_at
from kmhc_engine.colour import Codes, Floats, lab_to_rgb, lightness_table

_RADIUS = 1  # pixels at network size
_SMOOTHNESS = 12.0  # L units: lightness varying less than this counts as flat
_STRIP_PIXELS = 65_536
WHOLE = np.s_[:, :]
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
    part: tuple[slice, slice] = WHOLE,
    guide: Floats | None = None,
) -> Iterator[Codes]:
    """Colour a photo.

    Args:
        grey: sRGB grey codes (H, W) with the photo's own lightness.
        chroma: The predicted colour.
        adjustments: The person's wishes.
        depth: Bits of the result, 8 or 16.
        check: Called before every strip; what it raises ends the rendering.
        part: Rows and columns that are wanted; they look as they do in the whole.
        guide: The photo's L at the size of the chroma, where that is known already: of a large photo it takes long.

    Yields:
        Strips (rows, columns, 3) of sRGB codes, from top to bottom.
    """
    import cv2

    height, width = grey.shape
    dtype = "uint16" if depth == 16 else "uint8"
    table = lightness_table(grey.dtype.name)
    size = (chroma.ab.shape[0], chroma.ab.shape[1])
    coefficients = _local_linear(lightness_at(grey, size) if guide is None else guide, chroma, adjustments)
    wanted, position = grey[part], _positions(height, size[0])[part[0]]
    first = int(position[0])
    coefficients = _widened(coefficients[:, first : int(position[-1]) + 2], width, part[1])
    position -= first
    rows = max(1, _STRIP_PIXELS // wanted.shape[1])
    for top in range(0, wanted.shape[0], rows):
        check()
        lightness = np.take(table, wanted[top : top + rows], mode="clip")
        a, b, offset_a, offset_b = _interpolated(coefficients, position[top : top + rows])
        for channel, offset in ((a, offset_a), (b, offset_b)):
            channel *= lightness
            channel += offset
        yield lab_to_rgb(cv2.merge((lightness, a, b)), dtype)


def rendered(grey: Codes, chroma: Chroma, adjustments: Adjustments = UNADJUSTED, *, depth: int = 8) -> Codes:
    """Colour a whole photo at once: (H, W, 3). For small pictures and previews."""
    return np.concatenate(list(render(grey, chroma, adjustments, depth=depth)))


def _local_linear(guide: Floats, chroma: Chroma, adjustments: Adjustments) -> Floats:
    """Return (4, h, w): scale of a, scale of b, offset of a, offset of b."""
    import cv2

    ab = chroma.ab

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


def _widened(coefficients: Floats, width: int, columns: slice) -> Floats:
    """Interpolate (4, h, w) to the photo's width, and keep some columns: (h, 4 x columns)."""
    import cv2

    planes = [cv2.resize(plane, (width, plane.shape[0]), interpolation=cv2.INTER_LINEAR) for plane in coefficients]
    return np.concatenate([plane[:, columns] for plane in planes], axis=1)


def _positions(height: int, rows: int) -> NDArray[np.float64]:
    """Return where each of the photo's rows lies among those of the network."""
    return np.clip((np.arange(height) + 0.5) * rows / height - 0.5, 0, rows - 1)


def _interpolated(coefficients: Floats, position: NDArray[np.float64]) -> Floats:
    """Interpolate (h, 4 x columns) to the rows of a strip: (4, rows, columns), each plane's rows apart."""
    import cv2

    last = coefficients.shape[0] - 1
    strip = np.empty((len(position), coefficients.shape[1]), np.float32)
    for row, at in zip(strip, position.tolist(), strict=True):
        above = int(at)
        below = min(above + 1, last)
        # Row by row it stays in the cache, and no BLAS thread spins while other photos need the core.
        cv2.addWeighted(coefficients[above], 1 - (at - above), coefficients[below], at - above, 0, dst=row[:, None])
    return np.moveaxis(strip.reshape(len(position), 4, -1), 1, 0)
