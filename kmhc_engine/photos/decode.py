"""Photos in: any common format, recognised by its content, upright, as grey of the photo's own lightness.

Originals are opened for reading only.
"""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kmhc_engine.colour import Codes
from kmhc_engine.errors import BrokenPhoto, NotAPhoto, PhotoError, PhotoTooLarge
from kmhc_engine.photos.metadata import Metadata
from kmhc_engine.photos.profile import Profile
from kmhc_engine.photos.rasters import Raster, UnreadableMode
from kmhc_engine.photos.signatures import HEAD, describe_stranger, recognise
from kmhc_engine.photos.sources import Source, open_source
from kmhc_engine.photos.tone import SIDE, Tone, tone_of

MAX_PIXELS = 250_000_000

Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own limit is lower, and the same for the whole process

_COPY_AGAIN = "Copy it again from where it came."


@dataclass(frozen=True, eq=False)
class Page:
    """The pixels of one picture, upright.

    Attributes:
        grey: sRGB-encoded grey (h, w) with the CIE lightness of the photo; uint8 or uint16.
        alpha: Opacity in the shape and type of `grey`, or None.
        depth: Bits a channel of the original, 8 or 16; the output should have as many.
    """

    grey: Codes
    alpha: Codes | None
    depth: int


class Photo:
    """An open photo; a context manager.

    Attributes:
        path: Where it is.
        format: "jpeg", "png", "tiff", "webp", "bmp", "gif", "heif" or "avif".
        page_count: How many pictures it has that are pages; more than 1 only for TIFF.
        notes: What people should know about it.
        turn: Quarter turns clockwise by which a person turns what lies on its side.
        metadata: What it tells besides its pixels.
        alpha: Its first page has transparency.
        size: Width and height of its first page, upright.
    """

    def __init__(self, path: Path, file: BinaryIO, source: Source, turn: int = 0) -> None:
        self.path = path
        self.turn = turn
        self._file = file
        self._source = source
        self.format = source.format
        self.page_count = source.page_count
        self.metadata: Metadata = source.metadata.on_its_side() if turn % 2 else source.metadata
        first = source.raster(0)
        _check_size(path, first)
        self.alpha = first.alpha
        self.size = first.size[::-1] if self._swaps_sides(first) else first.size
        self._profiles, note = _profiles(source.icc, first.mode)
        self.notes = (*source.notes, *note)
        self._tones: dict[int, Tone] = {}

    def __enter__(self) -> "Photo":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._source.release()
        self._file.close()

    @property
    def tone(self) -> Tone:
        """Whether its first page is in colour; see `page_tone`."""
        return self.page_tone(0)

    def in_colour(self, check: Callable[[], None]) -> bool:
        """Return whether all its pages are in colour; see `page_tone`.

        Args:
            check: Called before every page, of which there may be hundreds; what it raises ends the looking.
        """
        for index in range(self.page_count):
            check()
            if self.page_tone(index) is not Tone.COLOUR:
                return False
        return True

    def page_tone(self, index: int) -> Tone:
        """Return whether a page is in colour; decided on a small copy.

        Raises:
            BrokenPhoto, PhotoTooLarge: See `thumbnail`.
        """
        if index not in self._tones:
            with _decoding(self.path):
                plain = self._source.raster(index).mode == "L"
            self._tones[index] = Tone.GREY if plain else tone_of(self.thumbnail(SIDE, index))
        return self._tones[index]

    def thumbnail(self, side: int, index: int = 0) -> NDArray[np.uint8]:
        """Return a copy (h, w, 3) in sRGB, upright, of at most `side` pixels a side; transparency becomes white.

        Raises:
            BrokenPhoto: It cannot be decoded.
            PhotoTooLarge: The page has more than MAX_PIXELS.
        """
        with _decoding(self.path):
            raster = self._source.raster(index, small_side=side)
            _check_size(self.path, raster)
            lying = raster.size
            if index == 0:  # a JPEG's raster is smaller already
                lying = self.size[::-1] if self._swaps_sides(raster) else self.size
            scale = min(1.0, side / max(lying))
            small = raster.small((max(1, round(lying[0] * scale)), max(1, round(lying[1] * scale))))
            profile = self._profile(index, raster.mode)
            rgb = profile.to_srgb(small.convert(raster.mode) if raster.alpha else small)
            if raster.alpha:
                white = Image.new("RGB", rgb.size, "white")
                rgb = Image.composite(rgb, white, small.getchannel("A"))
            if self.page_count > 1:  # else the decoded picture is kept for `page`
                self._source.release()
            return np.ascontiguousarray(_upright(np.asarray(rgb), raster.orientation, self.turn))

    def page(self, index: int) -> Page:
        """Decode one page; only this page is in memory.

        Raises:
            BrokenPhoto: It cannot be decoded.
            PhotoTooLarge: The page has more than MAX_PIXELS.
        """
        with _decoding(self.path):
            plain = index == 0 and self.format == "jpeg" and self.tone is Tone.GREY
            raster = self._source.raster(index, luminance_only=plain)
            _check_size(self.path, raster)
            page = self._read(raster, self._profile(index, raster.mode))
            self._source.release()
            return page

    def _profile(self, index: int, mode: str) -> Profile:
        profile = self._profiles[index]
        return profile if profile.fits(mode) else Profile()

    def _read(self, raster: Raster, profile: Profile) -> Page:
        to_grey, dtype = profile.to_grey(raster.mode, raster.dtype)
        width, height = raster.size
        grey = np.empty((height, width), dtype)
        alpha = np.empty((height, width), dtype) if raster.alpha else None
        bottom = 0
        for band in raster.bands():
            top, bottom = bottom, bottom + len(band)
            if alpha is None:
                grey[top:bottom] = to_grey(band)
            else:
                grey[top:bottom] = to_grey(band[..., :-1])
                opacity = band[..., -1]
                alpha[top:bottom] = opacity * np.uint16(257) if opacity.dtype != alpha.dtype else opacity
        lying = raster.orientation, self.turn
        depth = 16 if raster.dtype == "uint16" else 8
        return Page(_upright(grey, *lying), None if alpha is None else _upright(alpha, *lying), depth)

    def _swaps_sides(self, raster: Raster) -> bool:
        return (raster.orientation >= 5) != bool(self.turn % 2)


def open_photo(path: Path, turn: int = 0) -> Photo:
    """Open a photo for reading, whatever its name ends in.

    Args:
        path: Where it is.
        turn: Quarter turns clockwise, 0 to 3, that it takes beyond what the file says of how it lies.

    Raises:
        NotAPhoto: It is something else; the error says what.
        BrokenPhoto: It is damaged, cut short or cannot be read.
        PhotoTooLarge: It has more than MAX_PIXELS.
    """
    file = _open_file(path)
    try:
        with _decoding(path):
            head = file.read(HEAD)
        if not head:
            raise NotAPhoto(path, "the file is empty", _COPY_AGAIN)
        format = recognise(head)
        if not format:
            raise NotAPhoto(path, *describe_stranger(head))
        with _decoding(path):
            return Photo(path, file, open_source(path, file, format), turn)
    except BaseException:
        file.close()
        raise


def _open_file(path: Path) -> BinaryIO:
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise NotAPhoto(path, "it is a folder", "Choose the photos in it.")
        if not stat.S_ISREG(mode):
            raise NotAPhoto(path, "it is no file but a pipe, a socket or a device")
        return path.open("rb")
    except OSError as error:
        cause = f"it cannot be read ({error.strerror or error})"
        raise BrokenPhoto(path, cause, "Check that it is still there and that you may read it.") from error


@contextmanager
def _decoding(path: Path) -> Iterator[None]:
    """Turn what decoders raise into BrokenPhoto; on damaged bytes that can be nearly any error."""
    try:
        yield
    except (PhotoError, MemoryError):
        raise
    except UnreadableMode as error:
        cause = f"its samples are of a kind that photos do not have ({error})"
        raise NotAPhoto(path, cause, "Save it as an 8-bit or 16-bit photo.") from error
    except OSError as error:
        if error.errno is not None:
            cause = f"it cannot be read ({error.strerror or error})"
            raise BrokenPhoto(path, cause, "Check the disk that it is on.") from error
        raise _damaged(path, error) from error
    except Exception as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> BrokenPhoto:
    said = " ".join(str(error).split())  # libheif ends its lines
    return BrokenPhoto(path, f"it is damaged or cut short ({said})", _COPY_AGAIN)


def _check_size(path: Path, raster: Raster) -> None:
    width, height = raster.size
    if width * height > MAX_PIXELS:
        cause = f"it has {width:,} x {height:,} pixels, and {MAX_PIXELS // 1_000_000} million are the limit"
        raise PhotoTooLarge(path, cause, "Make a smaller copy and colourise that.")


def _profiles(icc: list[bytes], mode: str) -> tuple[list[Profile], tuple[str, ...]]:
    """Return the profile of each page, of which the first is in `mode`, and what had to be dropped."""
    opened = {content: _opened(content) for content in icc}
    profiles = [opened[content] or Profile() for content in icc]
    if None in opened.values():
        return profiles, ("damaged colour profile dropped",)
    if not profiles[0].fits(mode):
        return profiles, ("colour profile dropped: it is for other photos than this",)
    return profiles, ()


def _opened(icc: bytes) -> Profile | None:
    try:
        return Profile(icc)
    except ValueError:
        return None


def _upright(pixels: Any, orientation: int, turn: int) -> Any:
    """Turn pixels (h, w) or (h, w, c) as EXIF's orientation says, and then by quarters clockwise."""
    import cv2

    if orientation >= 5:
        pixels = cv2.transpose(pixels)
    flip = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}.get(orientation)
    if flip is not None:
        pixels = cv2.flip(pixels, flip)
    return cv2.rotate(pixels, turn - 1) if turn else pixels  # ROTATE_90_CLOCKWISE is 0
