"""Photos decoded for the screen, a few of them kept. Runs in pools of threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QSize

from kmhc_desktop.viewer.picture import Bytes, Picture, as_bytes, halved, picture_of, small_copy
from kmhc_engine.chroma import Chroma, lightness_at
from kmhc_engine.colour import Codes, Floats
from kmhc_engine.photos import Tone, open_photo

SCREEN_SIDE = 1600  # pixels: enough for a photo that is shown whole on most screens
_KEPT = 2  # photos


@dataclass(frozen=True, eq=False)
class OpenPhoto:
    """A photo, decoded.

    Attributes:
        path: The photo.
        turn: Quarter turns clockwise that it takes.
        size: Its size.
        grey: sRGB grey codes (H, W), as rendering takes them.
        small_grey: The same at screen size, 8 bit.
        alpha: Opacity (H, W), where there is any.
        small_alpha: The same at screen size.
        before: The original as it looks, at screen size.
        tinted: The original is not plain grey.
    """

    path: Path
    turn: int
    size: QSize
    grey: Codes
    small_grey: Bytes
    alpha: Bytes | None
    small_alpha: Bytes | None
    before: Picture
    tinted: bool
    _lightness: dict[tuple[int, int], Floats] = field(default_factory=dict, init=False, repr=False)

    @property
    def is_small(self) -> bool:
        """Whether the copy at screen size is the whole photo."""
        return self.grey.shape == self.small_grey.shape

    @cached_property
    def halves(self) -> tuple[tuple[Codes, Bytes | None], ...]:
        """Grey and opacity at full size, and halved once, twice and so on, as long as that is more than screen size."""
        kept = [(self.grey, self.alpha)]
        while max(kept[-1][0].shape) >= 2 * max(self.small_grey.shape):
            grey, alpha = kept[-1]
            kept.append((halved(grey), None if alpha is None else halved(alpha)))
        return tuple(kept)

    def lightness_for(self, chroma: Chroma) -> Floats:
        """Return its L at the size (h, w) of its colour; it is kept, as of a large photo it takes long."""
        size = (chroma.ab.shape[0], chroma.ab.shape[1])
        if size not in self._lightness:
            self._lightness[size] = lightness_at(self.grey, size)
        return self._lightness[size]

    def sharp_before(self) -> Picture:
        """Return the original with all its pixels.

        Raises:
            PhotoError, OSError: It cannot be read any more.
        """
        if not self.tinted:
            return picture_of(as_bytes(self.grey), self.alpha, self.size)
        with open_photo(self.path, self.turn) as photo:
            return picture_of(photo.thumbnail(max(photo.size)), self.alpha, self.size)


def decoded(path: Path, turn: int, early: Callable[[Picture], None]) -> OpenPhoto:
    """Decode a photo's first page, upright and in sRGB.

    Args:
        path: The photo.
        turn: Quarter turns clockwise that it takes.
        early: Given the original at screen size, where that can be had sooner than the whole.

    Raises:
        PhotoError, OSError: It cannot be read.
    """
    with open_photo(path, turn) as photo:
        tinted = photo.tone is not Tone.GREY
        quick = photo.format == "jpeg"
        rgb = photo.thumbnail(SCREEN_SIDE) if tinted or quick else None
        if rgb is not None and quick:
            early(picture_of(rgb, None, QSize(*photo.size)))
        content = photo.page(0)
    alpha = None if content.alpha is None else as_bytes(content.alpha)
    small_alpha = None if alpha is None else small_copy(alpha, SCREEN_SIDE)
    small_grey = as_bytes(small_copy(content.grey, SCREEN_SIDE))
    height, width = content.grey.shape
    size = QSize(width, height)
    before = picture_of(rgb if tinted and rgb is not None else small_grey, small_alpha, size)
    return OpenPhoto(path, turn, size, content.grey, small_grey, alpha, small_alpha, before, tinted)


class OpenPhotos:
    """Keeps the photos opened last; asked for one by several threads, it decodes it once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: OrderedDict[tuple[Path, int, int], _Slot] = OrderedDict()

    def get(self, path: Path, turn: int = 0, early: Callable[[Picture], None] = lambda _: None) -> OpenPhoto:
        """Return a photo, decoded afresh if the file has changed; see `decoded`.

        Raises:
            PhotoError, OSError: It cannot be read.
        """
        key = (path, path.stat().st_mtime_ns, turn)
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > _KEPT:
                self._slots.popitem(last=False)
        with slot.lock:
            if slot.photo is None:
                slot.photo = decoded(path, turn, early)
            return slot.photo


@dataclass(eq=False)
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    photo: OpenPhoto | None = None
