"""Skin tone as the true photo shows it, so that results can be given by it where nobody has labelled the photos.

The tone is the individual typology angle of skin pixels in the largest face (Chardon et al. 1991):
ITA = atan((L* - 50) / b*). Light and exposure move it, so that groups tell of photos, not of persons.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import atan2, degrees

import numpy as np
from numpy.typing import NDArray

from kmhc_engine.colour import rgb_to_lab
from training.errors import TrainingError

RGB = NDArray[np.uint8]
_LIMITS = ((55, "1 very light"), (41, "2 light"), (28, "3 intermediate"), (10, "4 tan"), (-30, "5 brown"))
TONES = (*(name for _, name in _LIMITS), "6 dark")
_SMALLEST = 28  # pixels: side of a face
_SHARE = 0.5  # of the middle of a face that is skin; what has less is mostly no face


@dataclass(frozen=True, eq=False)
class Skin:
    """The skin of a face.

    Attributes:
        tone: Its group, "1 very light" to "6 dark".
        rows: Where the middle of the face is.
        columns: Likewise.
        mask: Which pixels there are skin.
    """

    tone: str
    rows: slice
    columns: slice
    mask: NDArray[np.bool_]


def skin_finder() -> Callable[[RGB], Skin | None]:
    """Return what finds the skin of the largest face in a photo (h, w, 3), if there is one.

    Raises:
        TrainingError: scikit-image, which finds faces, is not installed.
    """
    try:
        from skimage.data import lbp_frontal_face_cascade_filename
        from skimage.feature import Cascade
    except ModuleNotFoundError as error:
        raise TrainingError(
            "Finding faces needs scikit-image, which the standalone program leaves out. "
            "Install it beside KMHC with `pip install scikit-image`."
        ) from error
    cascade = Cascade(lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]

    def find(photo: RGB) -> Skin | None:
        size = min(photo.shape[:2])
        faces = cascade.detect_multi_scale(
            img=photo,
            scale_factor=1.15,
            step_ratio=1,
            min_size=(_SMALLEST, _SMALLEST),
            max_size=(size, size),
            min_neighbor_number=3,
        )
        largest_first = sorted(faces, key=lambda face: -face["height"])
        found = (skin_of(photo, face["r"], face["c"], face["height"], face["width"]) for face in largest_first)
        return next((skin for skin in found if skin), None)

    return find


def skin_of(photo: RGB, top: int, left: int, height: int, width: int) -> Skin | None:
    """Return the skin in the middle of a face, or None if there is too little for a face."""
    rows = slice(top + height // 5, top + height - height // 5)
    columns = slice(left + width // 5, left + width - width // 5)
    lab = rgb_to_lab(np.ascontiguousarray(photo[rows, columns]))
    lightness, a, b = np.moveaxis(lab, -1, 0)
    chroma, hue = np.hypot(a, b), np.degrees(np.arctan2(b, a))
    mask = (lightness > 10) & (lightness < 97) & (chroma > 7) & (chroma < 48) & (hue > 15) & (hue < 85)
    if mask.mean() < _SHARE:
        return None
    return Skin(tone(float(np.median(lightness[mask])), float(np.median(b[mask]))), rows, columns, mask)


def tone(lightness: float, b: float) -> str:
    """Return the group of a skin colour, by the limits that are usual for the angle."""
    angle = degrees(atan2(lightness - 50, b))
    return next((name for limit, name in _LIMITS if angle > limit), TONES[-1])
