"""What the samples of a photo mean: sRGB for the eye, and grey of the same CIE lightness for the network."""

from collections.abc import Callable
from functools import cache, cached_property
from io import BytesIO
from itertools import product

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from kmhc_engine.colour import Codes, Floats, luminance_of
from kmhc_engine.photos.icc import Curve, read_curves, srgb_curves

ToGrey = Callable[[Codes], Codes]

_MODES = {b"GRAY": "L", b"RGB ": "RGB", b"CMYK": "CMYK"}
_LATTICE = 52  # 255 in steps of 5
_SAME = 0.5 / 255


class Profile:
    """The colour profile of a photo.

    Args:
        icc: An ICC profile; empty for sRGB.

    Raises:
        ValueError: It is broken, or none of grey, RGB or CMYK.
    """

    def __init__(self, icc: bytes = b"") -> None:
        self._icc = icc
        self._mode = _MODES.get(icc[16:20], "") if icc else "RGB"
        if not self._mode:
            raise ValueError("a profile of something else")
        self._curves = read_curves(icc) if icc else srgb_curves()
        if icc:
            try:
                opened = ImageCms.ImageCmsProfile(BytesIO(icc))
                self._transform = ImageCms.buildTransform(opened, _srgb(), self._mode, "RGB")
            except (ImageCms.PyCMSError, OSError) as error:
                raise ValueError("a broken profile") from error

    def fits(self, mode: str) -> bool:
        """Tell whether photos in "L", "RGB" or "CMYK" can have this profile."""
        return not self._icc or mode == self._mode or (mode, self._mode) == ("L", "RGB")

    def to_srgb(self, image: Image.Image) -> Image.Image:
        """Return an image in L, RGB or CMYK as 8-bit sRGB."""
        if not self._icc:
            return image.convert("RGB")
        if image.mode == "L" and self._mode == "RGB":
            image = image.convert("RGB")
        converted = ImageCms.applyTransform(image, self._transform)
        assert converted is not None
        return converted

    def to_grey(self, mode: str, dtype: str) -> tuple[ToGrey, str]:
        """Return what turns samples into sRGB grey of the same lightness, and the dtype of that.

        Args:
            mode: What the samples are: "L", "RGB" or "CMYK".
            dtype: "uint8" or "uint16".

        Returns:
            A function of (rows, width, channels) to (rows, width). Grey in sRGB stays as it is; all else gets 16 bits.
        """
        if mode == "L" and not self._icc:
            return _first_channel, dtype
        if mode == "L":
            luminance = self._grey_luminance(dtype)
            plain = np.sum(srgb_curves().luminance(dtype), axis=0)
            if np.abs(_encoded(luminance) - _encoded(plain)).max() < _SAME:
                return _first_channel, dtype
            table = _codes(_encoded(luminance))
            return lambda samples: table[samples[..., 0]], "uint16"
        if mode == "RGB" and self._curves:
            return _luminance_sum(self._curves.luminance(dtype), dtype), "uint16"
        if mode == "RGB" and dtype == "uint16":
            return self._through_lattice, "uint16"
        return self._through_eight_bits(mode), "uint16"

    def _grey_luminance(self, dtype: str) -> Curve:
        if self._curves:
            total: Curve = np.sum(self._curves.luminance(dtype), axis=0)
            return total
        ramp = np.asarray(self.to_srgb(Image.fromarray(np.arange(256, dtype=np.uint8)[None])))
        codes = np.linspace(0, 255, np.iinfo(dtype).max + 1)
        luminance: Curve = np.interp(codes, np.arange(256), luminance_of(ramp)[0])
        return luminance

    def _through_eight_bits(self, mode: str) -> ToGrey:
        to_grey, _ = Profile().to_grey("RGB", "uint8")

        def convert(samples: Codes) -> Codes:
            eight = samples if samples.dtype == np.uint8 else (samples >> 8).astype(np.uint8)
            image = Image.frombuffer(mode, eight.shape[1::-1], np.ascontiguousarray(eight), "raw", mode, 0, 1)
            return to_grey(np.asarray(self.to_srgb(image)))

        return convert

    def _through_lattice(self, samples: Codes) -> Codes:
        """Interpolate between points at which ImageCms was asked: its eight bits a channel leave no steps."""
        position = samples * np.float32((_LATTICE - 1) / 65535)
        low = np.minimum(position.astype(np.intp), _LATTICE - 2)
        above = position - low
        grey = np.zeros(samples.shape[:2], np.float32)
        for corner in product((0, 1), repeat=3):
            weight = np.prod(np.where(corner, above, 1 - above), axis=-1)
            red, green, blue = np.moveaxis(low + corner, -1, 0)
            grey += weight * self._lattice[red, green, blue]
        return _codes(grey)

    @cached_property
    def _lattice(self) -> Floats:
        """sRGB-encoded grey in 0..1 at 52 x 52 x 52 points of the profile's RGB."""
        steps = np.arange(0, 256, 255 // (_LATTICE - 1), dtype=np.uint8)
        points = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(1, -1, 3)
        luminance = luminance_of(np.asarray(self.to_srgb(Image.fromarray(points))))
        return _encoded(luminance).astype(np.float32).reshape((_LATTICE,) * 3)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _first_channel(samples: Codes) -> Codes:
    return samples[..., 0]


def _luminance_sum(luminance: list[Curve], dtype: str) -> ToGrey:
    """Add up what the channels give, and encode the sum."""
    import cv2

    tables = [(table * 65535).astype(np.float32) for table in luminance]
    tables[0] += np.float32(0.5)  # so that cutting off rounds
    encode = _encode_table()

    def eight_bits(samples: Codes) -> Codes:
        parts = cv2.LUT(np.ascontiguousarray(samples), table_of_three)
        return encoded(cv2.transform(parts, np.ones((1, 3), np.float32)))

    def sixteen_bits(samples: Codes) -> Codes:
        red, green, blue = (np.take(tables[k], samples[..., k], mode="clip") for k in range(3))
        return encoded(red + green + blue)

    def encoded(total: Floats) -> Codes:
        grey: Codes = np.take(encode, total.astype(np.uint16), mode="clip")
        return grey

    table_of_three = np.stack(tables, axis=-1)[None]
    return eight_bits if dtype == "uint8" else sixteen_bits


@cache
def _encode_table() -> NDArray[np.uint16]:
    """Return the 16-bit sRGB code of every luminance in steps of 1/65535."""
    return _codes(_encoded(np.linspace(0.0, 1.0, 65536)))


def _encoded(luminance: Floats | Curve) -> Curve:
    """Return the sRGB code in 0..1 of linear light in 0..1 (IEC 61966-2-1)."""
    linear = np.clip(np.asarray(luminance, np.float64), 0.0, 1.0)
    codes: Curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return codes


def _codes(encoded: Floats | Curve) -> NDArray[np.uint16]:
    codes: NDArray[np.uint16] = np.rint(np.clip(encoded, 0.0, 1.0) * 65535).astype(np.uint16)
    return codes
