"""Finds out which waiting photos are in colour already, before a run: in one thread, when nothing else is to do."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, QThread, QThreadPool, Signal

from kmhc_desktop.queue.model import QueueModel
from kmhc_engine.errors import Cancelled, KMHCError
from kmhc_engine.jobs import State
from kmhc_engine.photos import open_photo

log = logging.getLogger(__name__)

_INTERVAL = 0.2  # seconds between two reports


class Tones(QObject):
    """Marks the photos of the queue that are in colour.

    Args:
        model: The queue.
    """

    _found = Signal(object)

    def __init__(self, model: QueueModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._known: set[tuple[str, int]] = set()  # photos that were looked at, as they were then
        self._stop = threading.Event()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pool.setThreadPriority(QThread.Priority.LowPriority)
        self._found.connect(self._mark)

    def look(self) -> None:
        """Look at the waiting photos that have not been looked at."""
        self.hold()
        paths = [
            (row.path, row.modified_ns)
            for row in self._model.rows
            if row.state is State.WAITING and (row.path, row.modified_ns) not in self._known
        ]
        if paths:
            stop = self._stop
            self._pool.start(lambda: self._work(paths, stop))

    def hold(self) -> None:
        """Make room for other work; `look` goes on where this ends. Waits for no photo: a large one takes seconds."""
        self._stop.set()
        self._pool.clear()
        self._stop = threading.Event()

    def stop(self) -> None:
        """Stop for good, and wait for that."""
        self.hold()
        self._pool.waitForDone()

    def _mark(self, found: Sequence[tuple[tuple[str, int], bool]]) -> None:
        for photo, in_colour in found:
            self._known.add(photo)
            row = self._model.row(Path(photo[0]))
            if in_colour and row is not None and row.modified_ns == photo[1]:
                self._model.update(Path(photo[0]), in_colour=True)

    # Below, all runs in the pool.

    def _work(self, photos: Sequence[tuple[str, int]], stop: threading.Event) -> None:
        found: list[tuple[tuple[str, int], bool]] = []
        last = time.monotonic()

        def check() -> None:
            if stop.is_set():
                raise Cancelled

        with suppress(Cancelled):
            for photo in photos:
                check()
                found.append((photo, _is_in_colour(Path(photo[0]), check)))
                if time.monotonic() - last > _INTERVAL:
                    self._found.emit(tuple(found))
                    found, last = [], time.monotonic()
        self._found.emit(tuple(found))


def _is_in_colour(path: Path, check: Callable[[], None]) -> bool:
    try:
        with open_photo(path) as photo:
            return photo.in_colour(check)
    except Cancelled:
        raise
    except (KMHCError, OSError):  # the run will say what is wrong with it
        return False
    except Exception:
        log.exception("looking at %s", path)
        return False
