"""Look for photos in a thread of the pool, and hand them over in portions while the walk goes on."""

import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal

from kmhc_desktop.engine.doubts import DOUBTS, load_doubts
from kmhc_desktop.thumbnails import modified_ns
from kmhc_engine.chroma import UNADJUSTED, Adjustments
from kmhc_engine.edits import edits_path
from kmhc_engine.errors import KMHCError, printable
from kmhc_engine.jobs import OutputSettings, State
from kmhc_engine.names import PHOTO_SUFFIXES
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.scan import MARKER, Found, scan

log = logging.getLogger(__name__)

_PORTION = 100  # photos: the window takes so many at once, and must not stall
_INTERVAL = 0.1  # seconds


@dataclass(frozen=True)
class Ended:
    """How a photo ended in an earlier run.

    Attributes:
        source: The photo.
        state: DONE, FAILED or SKIPPED.
        reason: Why.
        output: The colour photo.
        chroma: Its stored colour.
        adjustments: What the colour photo was made with.
        doubt: How unsure that is, in ab units.
        edition: Modification time of the colour photo, nanoseconds.
        unsaved: A person changed it later than that.
        seen: Size and modification time of the photo then; zeros if they are not known.
    """

    source: Path
    state: State
    reason: str
    output: Path | None = None
    chroma: Path | None = None
    adjustments: Adjustments = UNADJUSTED
    doubt: float | None = None
    edition: int = 0
    unsaved: bool = False
    seen: tuple[int, int] = (0, 0)


class Scanning(QObject):
    """Walks folders.

    Attributes:
        found: Emitted with the root and a tuple of `Found`.
        known: Emitted with a tuple of `Ended`.
        unreachable: Emitted with a root that cannot be opened, and whether it is there at all.
        troubled: Emitted with a text for the user.
        finished: Emitted with the root, when all of it has been seen.
    """

    found = Signal(object, object)
    known = Signal(object)
    unreachable = Signal(object, bool)
    troubled = Signal(str)
    finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._stop = threading.Event()

    def look_at(self, root: Path, output: Path) -> None:
        """Walk a folder or look at a file.

        Args:
            root: What was chosen.
            output: Where its results go, or went in an earlier run.
        """
        stop = self._stop
        self._pool.start(lambda: self._walk(root, output, stop))

    def stop(self) -> None:
        """Give up what is under way."""
        self._stop.set()
        self._pool.clear()
        self._pool.waitForDone()
        self._stop = threading.Event()

    def _walk(self, root: Path, output: Path, stop: threading.Event) -> None:
        try:
            portion: list[Found] = []
            last = time.monotonic()
            for one in scan([root], output=output):
                if stop.is_set():
                    return
                if one.unreadable and one.path == root and not _called_a_photo(one):
                    self.unreachable.emit(root, os.path.exists(root))  # noqa: PTH110 - this one never raises
                elif not one.refusal or one.unreadable or one.path == root or _called_a_photo(one):
                    portion.append(one)
                if len(portion) >= _PORTION or (portion and time.monotonic() - last > _INTERVAL):
                    self.found.emit(root, tuple(portion))
                    portion, last = [], time.monotonic()
            if portion:
                self.found.emit(root, tuple(portion))
            if (output / MARKER).is_dir():
                self._tell_known(output)
        except KMHCError as error:  # the output folder is in use: what it knows will come later
            log.info("%s", error)
        except Exception:
            log.exception("scanning %s", root)
        if not stop.is_set():
            self.finished.emit(root)

    def _tell_known(self, output: Path) -> None:
        with OutputFolder(output) as folder:
            if folder.warning:
                self.troubled.emit(f"{printable(output)}: {folder.warning}")
            ended = tuple(_ended(folder))
        for first in range(0, len(ended), _PORTION):
            self.known.emit(ended[first : first + _PORTION])


def _called_a_photo(found: Found) -> bool:
    """Other files in the folder are not worth a row."""
    return found.path.suffix.lower() in PHOTO_SUFFIXES


def _ended(folder: OutputFolder) -> Iterator[Ended]:
    settings_of = cache(OutputSettings.of)  # mostly one for all photos
    doubts = load_doubts(folder.path / MARKER / DOUBTS)
    jobs = {folder.key(job.source): job.source for job in folder.recorded_jobs()}
    # Few photos have edits: to list the folder once is faster than to ask for each, above all on a network disk.
    edited = {path: modified_ns(path) for path in (folder.path / MARKER / "chroma").glob("*.json")}
    for record in folder.journal.records():
        source = jobs[record.source]
        if folder.stands(record) and record.output is not None:
            chroma = folder.chroma(record.chroma, 0) if record.chroma else None
            doubt = doubts.get(chroma.name) if chroma else None
            path = folder.path / record.output.path
            edition = modified_ns(path)
            unsaved = chroma is not None and edited.get(edits_path(chroma), 0) > edition
            adjustments = settings_of(record.settings).adjustments
            yield Ended(source, State.DONE, record.reason, path, chroma, adjustments, doubt, edition, unsaved)
        elif record.state in (State.FAILED, State.SKIPPED):
            seen = (record.fingerprint.size, record.fingerprint.modified_ns)
            yield Ended(source, record.state, record.reason, seen=seen)
