"""Thumbnails: made in a pool of threads, nearest to the view first, kept on the disk and, a few hundred, in memory."""

import logging
import os
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtGui import QImage

from kmhc_engine.errors import KMHCError
from kmhc_engine.photos import open_photo

log = logging.getLogger(__name__)

SIDE = 320
_IN_MEMORY = 300
_PENDING = 400
_ON_DISK = 20_000
_THREADS = 2


def modified_ns(path: Path) -> int:
    """Return when a file was changed, in nanoseconds since 1970; 0 if it is gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@dataclass(frozen=True)
class Wanted:
    """A thumbnail: of which file, and which state of the file."""

    path: str
    version: int


class Thumbnails(QObject):
    """Makes thumbnails.

    Args:
        folder: Where they are kept; made when missing.

    Attributes:
        ready: Emitted with the path of a photo whose thumbnail can be had now.
    """

    ready = Signal(object)
    _made = Signal(object, object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._images: OrderedDict[Wanted, QImage] = OrderedDict()
        self._pending: dict[Wanted, int] = {}
        self._in_work: set[Wanted] = set()
        self._centre = 0
        self._lock = threading.Lock()
        self._stopped = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_THREADS)
        self._made.connect(self._keep)
        self._pool.start(self._prune)

    def get(self, path: str, version: int, position: int) -> QImage | None:
        """Return a thumbnail, or None and make it; a null image says that there can be none.

        Args:
            path: The photo.
            version: Changes whenever the photo does.
            position: Its place in the list, to tell what is near.
        """
        wanted = Wanted(path, version)
        image = self._images.get(wanted)
        if image is not None:
            self._images.move_to_end(wanted)
            return image
        with self._lock:
            if wanted in self._in_work:
                return None
            is_new = wanted not in self._pending
            self._pending[wanted] = position
            if len(self._pending) > _PENDING:
                farthest = max(self._pending, key=lambda one: abs(self._pending[one] - self._centre))
                del self._pending[farthest]
        if is_new and not self._stopped:
            self._pool.start(self._make_nearest)
        return None

    def look_at(self, position: int) -> None:
        """Say where in the list the view is."""
        self._centre = position

    def stop(self) -> None:
        """Give up what is under way."""
        self._stopped = True
        self._pool.clear()
        self._pool.waitForDone()

    def _keep(self, wanted: Wanted, image: QImage) -> None:
        self._images[wanted] = image
        while len(self._images) > _IN_MEMORY:
            self._images.popitem(last=False)
        with self._lock:
            self._in_work.discard(wanted)
        self.ready.emit(Path(wanted.path))

    # Below, all runs in the pool.

    def _make_nearest(self) -> None:
        with self._lock:
            if not self._pending or self._stopped:
                return
            wanted = min(self._pending, key=lambda one: abs(self._pending[one] - self._centre))
            del self._pending[wanted]
            self._in_work.add(wanted)
        try:
            image = self._from_disk_or_photo(wanted)
        except (KMHCError, OSError) as error:
            log.info("no thumbnail: %s", error)
            image = QImage()
        except Exception:
            log.exception("thumbnail of %s", wanted.path)
            image = QImage()
        if not self._stopped:
            self._made.emit(wanted, image)

    def _from_disk_or_photo(self, wanted: Wanted) -> QImage:
        key = f"{wanted.path}|{wanted.version}|{SIDE}".encode("utf-8", "surrogatepass")
        kept = self._folder / f"{blake2b(key, digest_size=16).hexdigest()}.jpg"
        image = QImage(str(kept))
        if image.isNull():
            with open_photo(Path(wanted.path)) as photo:
                pixels = photo.thumbnail(SIDE)
            height, width = pixels.shape[:2]
            image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
            with suppress(OSError):  # the disk is full, or a virus scanner has the file: then it is made again some day
                self._folder.mkdir(parents=True, exist_ok=True)
                temporary = kept.with_suffix(f".{threading.get_ident()}")
                if image.save(str(temporary), "JPEG", 88):  # type: ignore[call-overload]
                    temporary.replace(kept)
        return image

    def _prune(self) -> None:
        """Keep the folder from growing for ever: the oldest go."""
        try:
            with os.scandir(self._folder) as entries:
                files = sorted(((entry.stat().st_mtime, entry.path) for entry in entries), reverse=True)
            for _, path in files[_ON_DISK:]:
                Path(path).unlink(missing_ok=True)
        except OSError as error:
            log.info("thumbnails are not pruned: %s", error)
