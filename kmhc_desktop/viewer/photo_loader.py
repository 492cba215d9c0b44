"""Decodes and renders the viewed photo in a pool of threads. The newest wish wins; what comes too late is dropped."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QThreadPool, Signal

from kmhc_desktop.viewer.open_photos import OpenPhoto, OpenPhotos
from kmhc_desktop.viewer.picture import Bytes, Picture, picture_of, small_copy
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_engine.chroma import Chroma
from kmhc_engine.colour import Codes
from kmhc_engine.edits import Edits
from kmhc_engine.errors import Cancelled, KMHCError, printable
from kmhc_engine.hints import Hint
from kmhc_engine.originals import unreadable
from kmhc_engine.render import render

log = logging.getLogger(__name__)

QUICK_SIDE = 960  # pixels: on so many a change shows within a tenth of a second


@dataclass(frozen=True)
class _Wish:
    photo: ViewedPhoto
    generation: int  # a new one for each source
    sharp: bool


class PhotoLoader(QObject):
    """Makes the pictures of one photo at a time.

    First come pictures of screen size; with `sharpen`, also those with all the photo's pixels. A change shows on a
    smaller copy at once.

    Args:
        photos: Decoded photos; shared by loaders that show the same one.
        pool: Threads; shared likewise.

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
        self, parent: QObject | None = None, *, photos: OpenPhotos | None = None, pool: QThreadPool | None = None
    ) -> None:
        super().__init__(parent)
        self._photos = photos or OpenPhotos()
        self._pool = pool or QThreadPool(self)
        if pool is None:
            self._pool.setMaxThreadCount(2)
        self._wish: _Wish | None = None
        self._retired = False
        self._generation = 0
        self._working: set[int] = set()  # generations with a task
        self._before_shown = (0, False)  # of which generation, and with all its pixels
        self._after_shown: tuple[int, ViewedPhoto] | None = None
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
            self._start(_Wish(photo, known.generation, known.sharp))
        else:
            self._generation += 1
            self._start(_Wish(photo, self._generation, sharp=False))

    def sharpen(self) -> None:
        """Make the pictures of the photo at hand with all its pixels, from now on."""
        if self._wish is not None and not self._wish.sharp:
            self._start(_Wish(self._wish.photo, self._wish.generation, sharp=True))

    def forget(self) -> None:
        """Drop the photo at hand."""
        self._wish = None

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
                self._answer(wish, error=self.tr("{0} cannot be shown ({1}).").format(name, error))
            newest = self._wish
            if newest is None or newest.generation != wish.generation or newest is wish:
                break
            wish = newest
        self._ended.emit(wish)

    def _fulfil(self, wish: _Wish) -> None:
        number, photo = wish.generation, wish.photo
        opened = self._photos.get(photo.source, lambda early: self._answer(wish, before=early))
        if self._before_shown[0] != number:
            self._answer(wish, before=opened.before)
            self._before_shown = (number, opened.is_small)
        if self._after_shown != (number, photo):
            if self._after_shown is not None and self._after_shown[0] == number and photo.chroma is not None:
                # Not ended by newer wishes: while a slider moves, its changes must be seen.
                grey, alpha = small_copy(opened.small_grey, QUICK_SIDE), opened.small_alpha
                alpha = None if alpha is None else small_copy(alpha, QUICK_SIDE)
                self._answer(wish, after=self._rendered(wish, opened, grey, alpha, lambda: None))
            self._answer(wish, after=self._after(wish, opened))
            self._after_shown = (number, photo)
        if wish.sharp and not opened.is_small:
            if self._before_shown != (number, True):
                self._answer(wish, before=opened.sharp_before())
                self._before_shown = (number, True)
            self._answer(wish, after=self._after(wish, opened, sharp=True))

    def _answer(
        self, wish: _Wish, before: Picture | None = None, after: Picture | None = None, error: str = ""
    ) -> None:
        self._answered.emit(wish, before, after, error)

    def _after(self, wish: _Wish, opened: OpenPhoto, *, sharp: bool = False) -> Picture | None:
        self._check(wish)
        photo = wish.photo
        if photo.chroma is not None:
            grey, alpha = (opened.grey, opened.alpha) if sharp else (opened.small_grey, opened.small_alpha)
            return self._rendered(wish, opened, grey, alpha, partial(self._check, wish))
        if photo.output is None:
            return None
        result = self._photos.get(photo.output)
        return result.sharp_before() if sharp else result.before

    def _check(self, wish: _Wish) -> None:
        if self._wish is not wish:
            raise Cancelled

    def _rendered(
        self, wish: _Wish, opened: OpenPhoto, grey: Codes, alpha: Bytes | None, check: Callable[[], None]
    ) -> Picture:
        photo = wish.photo
        assert photo.chroma is not None
        chroma = self._hinted(photo.chroma, photo.edits, opened)
        pixels: Bytes = np.empty((*grey.shape, 3), np.uint8)
        top = 0
        adjustments = photo.edits.adjustments.after(photo.adjustments)
        for strip in render(grey, chroma, adjustments, check=check):
            pixels[top : top + len(strip)] = strip
            top += len(strip)
        return picture_of(pixels, alpha, opened.size)

    def _hinted(self, path: Path, edits: Edits, opened: OpenPhoto) -> Chroma:
        """Return the stored colour with the hints applied; the last one is kept, for the sliders."""
        version = path.stat().st_mtime_ns
        kept = self._chroma
        if kept is not None and kept[:3] == (path, version, edits.hints):
            return kept[3]
        chroma = edits.chroma(Chroma.load(path), opened.grey)
        self._chroma = (path, version, edits.hints, chroma)
        return chroma
