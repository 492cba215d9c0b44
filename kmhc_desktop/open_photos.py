"""Photos decoded for the screen, a few of them kept. Runs in pools of threads."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QSize

from kmhc_desktop.picture import Bytes, Picture, as_bytes, picture_of, small_copy
from kmhc_engine.colour import Codes
from kmhc_engine.photos import Tone, open_photo

SCREEN_SIDE = 1280  # pixels: on so many a change shows within a tenth of a second


@dataclass(eq=False)
class OpenPhoto:
    """A page of a photo, decoded.

    Attributes:
        size: Its size.
        grey: sRGB grey codes (H, W), as rendering takes them.
        small_grey: The same at screen size, 8 bit.
        alpha: Opacity (H, W), where there is any.
        before: The original as it looks, at screen size.
    """

    size: QSize
    grey: Codes
    small_grey: Bytes
    alpha: Bytes | None
    before: Picture
    _rgb: Bytes | None = field(repr=False)

    @property
    def small_alpha(self) -> Bytes | None:
        """Opacity at screen size."""
        return None if self.alpha is None else as_bytes(small_copy(self.alpha, SCREEN_SIDE))

    @property
    def is_small(self) -> bool:
        """Whether the copy at screen size is the whole photo."""
        return self.grey.shape == self.small_grey.shape

    def sharp_before(self) -> Picture:
        """Return the original with all its pixels."""
        return picture_of(as_bytes(self.grey) if self._rgb is None else self._rgb, self.alpha, self.size)


def open_page(path: Path, page: int) -> OpenPhoto:
    """Decode a page of a photo, upright and in sRGB.

    Raises:
        PhotoError, OSError: It cannot be read.
    """
    with open_photo(path) as photo:
        content = photo.page(page)
        height, width = content.grey.shape
        # A tinted or coloured original is shown as it is. Only the first page can be had in colour.
        rgb = photo.thumbnail(max(height, width)) if page == 0 and photo.tone is not Tone.GREY else None
    alpha = None if content.alpha is None else as_bytes(content.alpha)
    size = QSize(width, height)
    small_grey = as_bytes(small_copy(content.grey, SCREEN_SIDE))
    small = small_grey if rgb is None else as_bytes(small_copy(rgb, SCREEN_SIDE))
    small_alpha = None if alpha is None else as_bytes(small_copy(alpha, SCREEN_SIDE))
    return OpenPhoto(size, content.grey, small_grey, alpha, picture_of(small, small_alpha, size), rgb)


class OpenPhotos:
    """Keeps the photos opened last; asked for one by several threads, it decodes it once.

    Args:
        kept: How many.
    """

    def __init__(self, kept: int = 2) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._slots: OrderedDict[tuple[Path, int, int], _Slot] = OrderedDict()

    def get(self, path: Path, page: int) -> OpenPhoto:
        """Return a page, decoded afresh if the file has changed.

        Raises:
            PhotoError, OSError: It cannot be read.
        """
        key = (path, page, path.stat().st_mtime_ns)
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > self._kept:
                self._slots.popitem(last=False)
        with slot.lock:
            if slot.photo is None:
                slot.photo = open_page(path, page)
            return slot.photo


@dataclass(eq=False)
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    photo: OpenPhoto | None = None
