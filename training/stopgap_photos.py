"""Stands in for kmhc_engine.photos until that lands."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from kmhc_engine.errors import BrokenPhoto, NotAPhoto


class Tone(StrEnum):
    """Whether a photo has colour."""

    GREY = "grey"
    TINTED = "tinted"
    COLOUR = "colour"


class Photo:
    """A photo."""

    def __init__(self, image: Image.Image) -> None:
        self.image = ImageOps.exif_transpose(image).convert("RGB")

    @property
    def tone(self) -> Tone:
        """Its tone."""
        import cv2

        small = np.asarray(self.image.resize((64, 64)), np.float32) / 255
        lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).reshape(-1, 3)
        if np.hypot(lab[:, 1], lab[:, 2]).mean() < 2:
            return Tone.GREY
        design = np.stack([lab[:, 0] ** k for k in range(4)], 1)
        rest = lab[:, 1:] - design @ np.linalg.lstsq(design, lab[:, 1:], rcond=None)[0]
        return Tone.TINTED if np.hypot(*rest.T).mean() < 1.5 else Tone.COLOUR

    def thumbnail(self, side: int) -> NDArray[np.uint8]:
        """A small copy."""
        copy = self.image.copy()
        copy.thumbnail((side, side))
        return np.asarray(copy)


@contextmanager
def open_photo(path: Path) -> Iterator[Photo]:
    """Open a photo."""
    try:
        with Image.open(path) as image:
            image.load()
            photo = Photo(image)
    except UnidentifiedImageError as error:
        raise NotAPhoto(path, "it is not a photo") from error
    except OSError as error:
        raise BrokenPhoto(path, "the file is cut short") from error
    yield photo
