"""Chroma: the small map of colour that a network predicted for a photo, and what a person may do to it. No torch."""

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from kmhc_engine.colour import Codes, Floats, lightness_table
from kmhc_engine.errors import BrokenPhoto

MAX_BYTES = 100_000
_FINEST_STEP = 0.25  # ab units; finer than any eye and than an 8-bit photo


@dataclass(frozen=True)
class Adjustments:
    """What a person changes about the colours, without the network.

    Attributes:
        saturation: Factor on the chroma; 1 leaves it, 0 is grey.
        warmth: -1 (cool) to 1 (warm); black and white stay neutral.
        edges: How strictly colour follows the edges of the photo; 1 is normal, 0 not at all.
    """

    saturation: float = 1.0
    warmth: float = 0.0
    edges: float = 1.0

    def after(self, first: "Adjustments") -> "Adjustments":
        """Return the adjustments that do what `first` does and then these."""
        return Adjustments(
            self.saturation * first.saturation,
            max(-1.0, min(1.0, self.warmth + first.warmth)),
            self.edges * first.edges,
        )


UNADJUSTED = Adjustments()


@dataclass(frozen=True, eq=False)
class Chroma:
    """Predicted colour at working size, covering the whole photo.

    Attributes:
        ab: (h, w, 2), CIE a and b in -128..128.
        variant: The variant that predicted it ("KMHCNet_6").
        weights: SHA-256 of its weights.
        own: It is not predicted: the page is in colour, beside others that are not, and keeps its colours.
    """

    ab: Floats
    variant: str
    weights: str
    own: bool = False

    def save(self, path: Path) -> None:
        """Write the map as a PNG of at most 100 kB, a above b, in the finest steps that fit."""
        step = max(_FINEST_STEP, float(np.abs(self.ab).max(initial=0.0)) / 127)
        while len(data := self._png(step)) > MAX_BYTES:
            step *= 1.4
        temporary = path.with_name(f".{os.getpid()}-{path.name}")
        temporary.write_bytes(data)
        temporary.replace(path)

    def _png(self, step: float) -> bytes:
        codes = np.clip(np.rint(self.ab / step) + 128, 0, 255).astype(np.uint8)
        info = PngImagePlugin.PngInfo()
        for key, value in (("step", repr(step)), ("variant", self.variant), ("weights", self.weights)):
            info.add_itxt(f"kmhc:{key}", value)
        if self.own:
            info.add_itxt("kmhc:own", "")
        buffer = BytesIO()
        stacked = np.concatenate((codes[..., 0], codes[..., 1]))
        Image.fromarray(stacked).save(buffer, "PNG", pnginfo=info, compress_level=6)
        return buffer.getvalue()

    @classmethod
    def load(cls, path: Path) -> "Chroma":
        """Read a map that `save` wrote.

        Raises:
            BrokenPhoto: The file is missing, damaged or something else.
        """
        try:
            with Image.open(path, formats=["PNG"]) as image:
                image.load()
                text = image.info
                codes = np.asarray(image, dtype=np.float32)
            ab = (codes.reshape(2, codes.shape[0] // 2, -1) - 128) * np.float32(text["kmhc:step"])
            variant, weights = str(text["kmhc:variant"]), str(text["kmhc:weights"])
        except (OSError, ValueError, KeyError, SyntaxError) as error:
            raise BrokenPhoto(path, f"the stored colour cannot be read ({error})", "Colourise it again.") from error
        return cls(np.ascontiguousarray(np.moveaxis(ab, 0, -1)), variant, weights, "kmhc:own" in text)


def working_size(height: int, width: int, side: int) -> tuple[int, int]:
    """Return (h, w) of about side x side pixels in the photo's own aspect ratio; very long photos get less."""
    scale = min(side / (height * width) ** 0.5, 4.0 * side / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def lightness_at(grey: Codes, size: tuple[int, int]) -> Floats:
    """Return L in 0..100 of a grey photo (H, W) at the given (h, w)."""
    import cv2

    height, width = size
    shrinks = height <= grey.shape[0] and width <= grey.shape[1]
    small = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    lightness: Floats = lightness_table(small.dtype.name)[small]
    return lightness


def network_input(grey: Codes, side: int) -> Floats:
    """Return what the network sees: L (h, w) in 0..100 at working size (side x side pixels in all)."""
    height, width = grey.shape
    return lightness_at(grey, working_size(height, width, side))
