"""Look for photos in a thread of the pool, and hand them over in portions while the walk goes on."""

import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal

from kmhc_desktop.engine.doubts import DOUBTS, load_doubts
from kmhc_desktop.thumbnails import modified_ns
from kmhc_engine.chroma import UNADJUSTED, Adjustments
from kmhc_engine.edits import edits_path
from kmhc_engine.errors import BrokenPhoto, KMHCError, printable
from kmhc_engine.jobs import OutputSettings, State
from kmhc_engine.names import PHOTO_SUFFIXES
from kmhc_engine.originals import digest
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.records import Fingerprint, Record
from kmhc_engine.scan import MARKER, PHOTO_LIBRARY, Found, scan

log = logging.getLogger(__name__)

_PORTION = 100  # photos: the window takes so many at once, and must not stall
_INTERVAL = 0.1  # seconds


@dataclass(frozen=True)
class Ended:
    """How a photo ended in an earlier run.

    Attributes:
        source: The photo.
        state: DONE, FAILED or SKIPPED.
        record: What the journal keeps of it.
        output: The colour photo.
        chroma: Its stored colour.
        adjustments: What the colour photo was made with.
        doubt: How unsure that is, in ab units.
        edition: Modification time of the colour photo, nanoseconds.
        unsaved: A person changed it later than that.
    """

    source: Path
    state: State
    record: Record
    output: Path | None = None
    chroma: Path | None = None
    adjustments: Adjustments = UNADJUSTED
    doubt: float | None = None
    edition: int = 0
    unsaved: bool = False


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
            stamps: dict[Path, tuple[int, int]] = {}
            last = time.monotonic()
            for one in scan([root], output=output):
                if stop.is_set():
                    return
                stamps[one.path] = (one.size, one.modified_ns)
                if one.unreadable and one.path == root and not _of_interest(one):
                    self.unreachable.emit(root, os.path.exists(root))  # noqa: PTH110 - this one never raises
                elif not one.refusal or one.unreadable or one.path == root or _of_interest(one):
                    portion.append(one)
                if len(portion) >= _PORTION or (portion and time.monotonic() - last > _INTERVAL):
                    self.found.emit(root, tuple(portion))
                    portion, last = [], time.monotonic()
            if portion:
                self.found.emit(root, tuple(portion))
            if (output / MARKER).is_dir():
                self._tell_known(output, stamps, stop)
        except KMHCError as error:  # the output folder is in use: what it knows will come later
            log.info("%s", error)
        except Exception:
            log.exception("scanning %s", root)
        if not stop.is_set():
            self.finished.emit(root)

    def _tell_known(self, output: Path, stamps: Mapping[Path, tuple[int, int]], stop: threading.Event) -> None:
        with OutputFolder(output) as folder:
            if folder.warning:
                self.troubled.emit(f"{printable(output)}: {folder.warning}")
            ended = [one for one in _ended(folder) if one.source in stamps]
        touched: list[tuple[Record, Record]] = []
        for first in range(0, len(ended), _PORTION):
            told: list[Ended] = []
            for one in ended[first : first + _PORTION]:  # some are read, without the lock, which a run may want
                now = None if stop.is_set() else _as_it_is(one, stamps[one.source])
                if now is not None:
                    told.append(one)
                    if now != one.record:
                        touched.append((one.record, now))
            self.known.emit(tuple(told))
        if touched:
            _keep(touched, output)


def _of_interest(found: Found) -> bool:
    """Other files in the folder are not worth a row."""
    return found.path.suffix.lower() in PHOTO_SUFFIXES or found.refusal == PHOTO_LIBRARY


def _as_it_is(ended: Ended, stamp: tuple[int, int]) -> Record | None:
    """Return the record with the photo's time as it is now, or None if another photo has taken its place."""
    known = ended.record.fingerprint
    if (known.size, known.modified_ns) in (stamp, (0, 0)):  # zeros: it could not be asked for when it was refused
        return ended.record
    with suppress(BrokenPhoto):
        if known.digest and known.size == stamp[0] and digest(ended.source) == known.digest:
            return replace(ended.record, fingerprint=Fingerprint(*stamp, known.digest))
    return None


def _keep(touched: Sequence[tuple[Record, Record]], output: Path) -> None:
    """Have the journal know new times of photos, so that these are not read at each start."""
    with OutputFolder(output) as folder:
        for before, now in touched:
            if folder.journal.get(before.source) == before:
                folder.journal.finish(now)


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
            yield Ended(source, State.DONE, record, path, chroma, adjustments, doubt, edition, unsaved)
        elif record.state in (State.FAILED, State.SKIPPED):
            yield Ended(source, record.state, record)
