"""Decodes and renders the viewed photo in a pool of threads. The newest wish wins; what comes too late is dropped."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QRectF, QSize, QThreadPool, Signal

from kmhc_desktop.viewer.open_photos import OpenPhoto, OpenPhotos
from kmhc_desktop.viewer.picture import Bytes, Detail, Picture, detail_of, picture_of, small_copy
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_desktop.viewer.viewport import Sight
from kmhc_engine.chroma import Chroma
from kmhc_engine.colour import Codes
from kmhc_engine.errors import Cancelled, KMHCError, printable
from kmhc_engine.hints import Hint, apply_hints
from kmhc_engine.originals import unreadable
from kmhc_engine.render import WHOLE, render

log = logging.getLogger(__name__)

QUICK_SIDE = 960  # pixels: on so many a change shows within a tenth of a second
_DRAFT_PIXELS = 2_500_000  # more at once would lag behind a slider
_WHOLE_SIGHT = Sight(QRectF(0, 0, 1, 1), 1.0)


@dataclass(frozen=True)
class _Wish:
    photo: ViewedPhoto
    generation: int  # a new one for each source
    sight: Sight | None = None  # where more pixels are wanted than a screen has


@dataclass(frozen=True)
class _Shown:
    wish: _Wish
    picture: Picture  # of the result
    sharp: Sight | None = None  # where it has more pixels than a screen


class PhotoLoader(QObject):
    """Makes the pictures of one photo at a time.

    First come pictures of screen size. Where one looks closer, the original comes with all its pixels, and of the
    result what shows is rendered, sharp. A change shows at once: on a smaller copy, or in what shows and nowhere else.

    Args:
        photos: Decoded photos; shared by loaders that show the same one.
        pool: Threads; shared likewise.
        result_only: Nobody looks at the original, so that it need not be made sharp.

    Attributes:
        before_ready: Carries the ViewedPhoto and its Picture.
        after_ready: As above, for the result.
        failed: Carries the ViewedPhoto and what to tell the user.
    """

    before_ready = Signal(object, object)
    after_ready = Signal(object, object)
    failed = Signal(object, str)
    _answered = Signal(object, object, object, str)  # as `_deliver` takes it
    _ended = Signal(object)  # carries the last wish that a task has fulfilled

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        photos: OpenPhotos | None = None,
        pool: QThreadPool | None = None,
        result_only: bool = False,
    ) -> None:
        super().__init__(parent)
        self._photos = photos or OpenPhotos()
        self._pool = pool or QThreadPool(self)
        if pool is None:
            self._pool.setMaxThreadCount(2)
        self._result_only = result_only
        self._wish: _Wish | None = None
        self._retired = False
        self._generation = 0
        self._sight: Sight | None = None
        self._working: set[int] = set()  # generations with a task
        self._before_shown = (0, False)  # of which generation, and with all its pixels
        self._shown: _Shown | None = None
        self._chroma: tuple[Path, int, tuple[Hint, ...], Chroma] | None = None
        self._answered.connect(self._deliver)
        self._ended.connect(self._go_on)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    def load(self, photo: ViewedPhoto) -> None:
        """Make the pictures of a photo; of the one at hand only the result is made again."""
        known = self._wish
        if known is not None and photo.same_photo_as(known.photo):
            self._start(_Wish(photo, known.generation, self._sight))
        else:
            self._generation += 1
            self._sight = None
            self._start(_Wish(photo, self._generation))

    def look_at(self, sight: Sight | None) -> None:
        """Have what is looked at as sharp as it shows; None if pictures of screen size are sharp enough."""
        self._sight = sight
        wish = self._wish
        if wish is None or sight is None or (wish.sight is not None and wish.sight.widened().covers(sight)):
            return
        self._start(replace(wish, sight=sight))

    def forget(self) -> None:
        """Drop the photo at hand."""
        self._wish = self._shown = self._chroma = None

    def retire(self) -> None:
        """Drop the photo at hand, and go when the work has ended: until then the threads need this object."""
        self.forget()
        self._retired = True
        if not self._working:
            self.deleteLater()

    def close(self) -> None:
        """End the work and wait for it."""
        self.forget()
        self._pool.waitForDone()

    def _start(self, wish: _Wish) -> None:
        self._wish = wish
        if wish.generation not in self._working:
            self._working.add(wish.generation)
            self._pool.start(lambda: self._work(wish))

    def _go_on(self, wish: _Wish) -> None:
        self._working.discard(wish.generation)
        current = self._wish
        if current is not None and current.generation == wish.generation and current is not wish:
            self._start(current)  # wished for after the task had looked for the last time
        elif self._retired and not self._working:
            self.deleteLater()

    def _deliver(self, wish: _Wish, before: Picture | None, after: Picture | None, error: str) -> None:
        if self._wish is None or self._wish.generation != wish.generation:
            return
        if error:
            self.failed.emit(wish.photo, error)
        if before is not None:
            self.before_ready.emit(wish.photo, before)
        if after is not None and wish.photo.chroma == self._wish.photo.chroma:
            self.after_ready.emit(wish.photo, after)

    # Below, all runs in the pool.

    def _work(self, wish: _Wish) -> None:
        """Answer a wish, and while it runs the newer ones for the same photo."""
        while True:
            try:
                self._fulfil(wish)
            except Cancelled:
                pass
            except (KMHCError, OSError) as error:
                refused = unreadable(wish.photo.source, error) if isinstance(error, OSError) else error
                self._answer(wish, error=str(refused))
            except Exception as error:
                log.exception("showing %s", wish.photo.source)
                name = printable(wish.photo.source.name)
                self._answer(wish, error=f"{name} cannot be shown ({error}). The log says more.")
            newest = self._wish
            if newest is None or newest.generation != wish.generation or newest is wish:
                break
            wish = newest
        self._ended.emit(wish)

    def _fulfil(self, wish: _Wish) -> None:
        number, photo = wish.generation, wish.photo
        opened = self._photos.get(photo.source, photo.turn, lambda early: self._answer(wish, before=early))
        if self._before_shown[0] != number:
            self._answer(wish, before=opened.before)
            self._before_shown = (number, opened.is_small)
        if photo.chroma is not None:
            self._render(wish, opened)
        elif photo.output is not None:
            self._read(wish, photo.output)
        if wish.sight is not None and not self._result_only and self._before_shown != (number, True):
            self._answer(wish, before=opened.sharp_before())
            self._before_shown = (number, True)

    def _answer(
        self, wish: _Wish, before: Picture | None = None, after: Picture | None = None, error: str = ""
    ) -> None:
        self._answered.emit(wish, before, after, error)

    def _render(self, wish: _Wish, opened: OpenPhoto) -> None:
        """Make the result from its stored colour."""
        shown, sight = self._shown_of(wish), None if opened.is_small else wish.sight
        same, check = shown is not None and shown.wish.photo == wish.photo, partial(self._check, wish)
        if shown is not None and same and _is_sharp(shown, sight):
            # Once more: a wish that was given up on the way may have shown something else since.
            self._answer(wish, after=shown.picture)
            return
        if shown is not None:
            # Not ended by newer wishes: while a slider moves, its changes must be seen.
            draft = sight if same or sight is None else _draft(sight, opened.size)
            self._answer(wish, after=self._quick(wish, opened, shown.picture, draft, lambda: None))
            if draft != sight:
                self._answer(wish, after=self._quick(wish, opened, shown.picture, sight, check))
        check()
        if shown is not None and same:
            picture = shown.picture
        else:
            pixels = self._pixels(wish, opened, opened.small_grey, check)
            picture = picture_of(pixels, opened.small_alpha, opened.size)
        sharp = None if sight is None else sight.widened()
        if sharp is not None:
            picture = replace(picture, detail=self._detail(wish, opened, sharp, check))
        self._answer(wish, after=picture)
        self._shown = _Shown(wish, picture, sharp)

    def _read(self, wish: _Wish, output: Path) -> None:
        """Take the result as it was written."""
        shown = self._shown_of(wish)
        if shown is not None and shown.wish.photo == wish.photo and _is_sharp(shown, wish.sight):
            return
        self._check(wish)
        result = self._photos.get(output)
        picture, sharp = (result.before, None) if wish.sight is None else (result.sharp_before(), _WHOLE_SIGHT)
        self._answer(wish, after=picture)
        self._shown = _Shown(wish, picture, sharp)

    def _shown_of(self, wish: _Wish) -> _Shown | None:
        shown = self._shown
        return shown if shown is not None and shown.wish.generation == wish.generation else None

    def _quick(
        self, wish: _Wish, opened: OpenPhoto, picture: Picture, sight: Sight | None, check: Callable[[], None]
    ) -> Picture:
        """Return what is to be seen soon; what the detail covers may be of before."""
        if sight is not None:
            return replace(picture, detail=self._detail(wish, opened, sight, check))
        grey, alpha = small_copy(opened.small_grey, QUICK_SIDE), opened.small_alpha
        alpha = None if alpha is None else small_copy(alpha, QUICK_SIDE)
        return picture_of(self._pixels(wish, opened, grey, check), alpha, opened.size)

    def _check(self, wish: _Wish) -> None:
        if self._wish is not wish:
            raise Cancelled

    def _detail(self, wish: _Wish, opened: OpenPhoto, sight: Sight, check: Callable[[], None]) -> Detail:
        grey, alpha = opened.halves[min(sight.halvings, len(opened.halves) - 1)]
        height, width = grey.shape
        left, right = math.floor(sight.part.left() * width), math.ceil(sight.part.right() * width)
        top, bottom = math.floor(sight.part.top() * height), math.ceil(sight.part.bottom() * height)
        rows, columns = slice(top, min(height, bottom)), slice(left, min(width, right))
        pixels = self._pixels(wish, opened, grey, check, (rows, columns))
        part = QRectF(left / width, top / height, pixels.shape[1] / width, pixels.shape[0] / height)
        return detail_of(pixels, None if alpha is None else alpha[rows, columns], part)

    def _pixels(
        self,
        wish: _Wish,
        opened: OpenPhoto,
        grey: Codes,
        check: Callable[[], None],
        part: tuple[slice, slice] = WHOLE,
    ) -> Bytes:
        photo = wish.photo
        assert photo.chroma is not None
        chroma = self._hinted(photo.chroma, photo.edits.hints, opened)
        pixels: Bytes = np.empty((*grey[part].shape, 3), np.uint8)
        top = 0
        adjustments = photo.edits.adjustments.after(photo.adjustments)
        guide = None if part == WHOLE else opened.lightness_for(chroma)
        for strip in render(grey, chroma, adjustments, check=check, part=part, guide=guide):
            pixels[top : top + len(strip)] = strip
            top += len(strip)
        return pixels

    def _hinted(self, path: Path, hints: tuple[Hint, ...], opened: OpenPhoto) -> Chroma:
        """Return the stored colour with the hints applied; the last one is kept, for the sliders."""
        version = path.stat().st_mtime_ns
        kept = self._chroma
        if kept is not None and kept[:3] == (path, version, hints):
            return kept[3]
        chroma = Chroma.load(path)
        if hints:
            chroma = apply_hints(chroma, opened.lightness_for(chroma), hints)
        self._chroma = (path, version, hints, chroma)
        return chroma


def _draft(sight: Sight, photo: QSize) -> Sight:
    """Return a view of the same part, halved until it has few pixels; of a large screen it is a little blurred."""
    pixels = sight.part.width() * photo.width() * sight.part.height() * photo.height()
    while pixels / 4**sight.halvings > _DRAFT_PIXELS:
        sight = replace(sight, zoom=sight.zoom / 2)
    return sight


def _is_sharp(shown: _Shown, sight: Sight | None) -> bool:
    return sight is None or (shown.sharp is not None and shown.sharp.covers(sight))
