"""Photo after photo in a few threads, with progress, cancelling, and an account of what became of each."""

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from kmhc_engine.album.contents import AlbumPhoto, LeftOut
from kmhc_engine.cancel import CancelToken
from kmhc_engine.errors import Cancelled, KMHCError, PhotoError

_log = logging.getLogger(__name__)

T = TypeVar("T")
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Made:
    """How one photo went: whether its pictures were made anew, and what the user should know."""

    fresh: bool = True
    notes: tuple[str, ...] = ()


@dataclass
class Work:
    """Does one thing with every photo of an album.

    Attributes:
        token: Read before every photo and every page.
        progress: Called with photos done, photos in all, and the name of the last; in the caller's thread.
        left_out: Photos that could not be read.
        notes: What the user should know about the others.
        fresh: How many photos had pictures made.
        kept: How many had their pictures taken over from the album before.
        threads: How many photos are worked on side by side.
    """

    token: CancelToken = field(default_factory=CancelToken)
    progress: Progress = lambda done, total, name: None
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fresh: int = 0
    kept: int = 0
    threads: int = min(os.cpu_count() or 1, 4)

    def through(
        self, photos: Iterable[AlbumPhoto], make: Callable[[AlbumPhoto], tuple[T, Made]]
    ) -> Iterator[tuple[AlbumPhoto, T]]:
        """Yield each photo with what was made of it, in order; photos that cannot be read are left out.

        Only a few photos are in memory at a time.

        Raises:
            Cancelled: The user cancelled.
        """
        photos = tuple(photos)
        waiting: deque[tuple[AlbumPhoto, Future[tuple[T, Made]]]] = deque()
        coming = iter(photos)
        with ThreadPoolExecutor(self.threads) as pool:
            try:
                for done in range(len(photos)):
                    while len(waiting) < self.threads + 2 and (photo := next(coming, None)):
                        waiting.append((photo, pool.submit(self._checked, make, photo)))
                    photo, future = waiting.popleft()
                    self.token.check()
                    try:
                        result, made = future.result()
                    except PhotoError as error:
                        self.left_out.append(LeftOut(photo.name, error.cause))
                    except (KMHCError, Cancelled, OSError):
                        raise
                    except Exception as error:
                        _log.exception("%s: unexpected error", photo.colour)
                        reason = f"an unexpected error stopped it ({type(error).__name__}: {error}). The log says more"
                        self.left_out.append(LeftOut(photo.name, reason))
                    else:
                        self.notes += made.notes
                        self.fresh += made.fresh
                        self.kept += not made.fresh
                        yield photo, result
                    self.progress(done + 1, len(photos), photo.name)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _checked(self, make: Callable[[AlbumPhoto], tuple[T, Made]], photo: AlbumPhoto) -> tuple[T, Made]:
        self.token.check()
        return make(photo)
