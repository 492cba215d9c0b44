"""A run over the queue: one batch after the other, what they report, and how long it will take."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from itertools import groupby
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from kmhc_desktop.engine.messages import (
    Batch,
    BatchEnded,
    BatchRequest,
    Compute,
    Doubt,
    Previewed,
    Progress,
    Ready,
    Report,
    Trouble,
)
from kmhc_desktop.engine.worker import Worker
from kmhc_desktop.queue.model import QueueModel
from kmhc_desktop.queue.portions import Portions
from kmhc_desktop.queue.row import WAITING, Row
from kmhc_desktop.thumbnails import modified_ns
from kmhc_engine.errors import printable
from kmhc_engine.jobs import OutputSettings, State
from kmhc_engine.processes import awake_time

TO_DO = {State.WAITING, State.INTERRUPTED, State.CANCELLED}
ENDED = {State.DONE, State.FAILED, State.SKIPPED, State.CANCELLED, State.INTERRUPTED}
_RECENT = 40  # photos that the speed is taken from


class Phase(Enum):
    """What the run does."""

    IDLE = auto()
    RUNNING = auto()
    PAUSED = auto()
    CANCELLING = auto()


@dataclass(frozen=True)
class Pace:
    """How far a run is.

    Attributes:
        ended: Photos that have reached an end.
        total: Photos of the run.
        per_minute: Photos a minute, lately; 0 while unknown.
        seconds_left: None while unknown.
        in_hand: Name of the photo that has been at work longest; empty while there is none.
    """

    ended: int = 0
    total: int = 0
    per_minute: float = 0.0
    seconds_left: float | None = None
    in_hand: str = ""


class Run(QObject):
    """Sends the queue's photos to the worker, folder by folder, and keeps the model up to date.

    Args:
        model: The queue.
        worker: Runs the engine.
        output_of: Says where the results of a root go.

    Attributes:
        per_minute: Photos a minute, when that was last known; 0 before.
        once_free: Told what to do as soon as nothing else writes into the output folders.
        blocked: The chosen folders and files of the last run whose results could not be written.
        any_failed: Whether a photo of the last run failed.
        phase_changed: Emitted with the new `Phase`.
        paced: Emitted with a `Pace`.
        finished: Emitted at the end of a run, with an error text; empty if all went well.
        troubled: Emitted with a `Trouble` for the user.
        ready: Emitted with a `Ready`.
        previewed: Emitted with a `Previewed`.
    """

    phase_changed = Signal(object)
    paced = Signal(object)
    finished = Signal(str)
    troubled = Signal(object)
    ready = Signal(object)
    previewed = Signal(object)

    def __init__(
        self, model: QueueModel, worker: Worker, output_of: Callable[[Path], Path], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._worker = worker
        self._output_of = output_of
        self._number = 0  # of the batch that was sent last
        self._roots: deque[Path] = deque()
        self._root = Path()
        self.once_free: Callable[[Callable[[], None]], None] = lambda do: do()
        self.blocked: list[Path] = []
        self.any_failed = False
        self._stood = 0  # photos that were done already, by the same network
        self._errors: list[str] = []
        self._sent: set[str] = set()  # photos that the engine has been given, and not ended
        self._compute: Compute | None = None
        self._settings = OutputSettings()
        self._only: set[str] | None = None  # the photos that were chosen for the run, if they were
        self._ends: deque[float] = deque(maxlen=_RECENT)
        self._paused_at = 0.0
        self._ended = self._total = 0
        self._in_hand: dict[Path, str] = {}  # names of photos
        self.per_minute = 0.0
        self._to_measure: set[str] = set()
        self._earlier: dict[str, str] = {}  # stored colours of photos that are started over
        self._before: dict[str, dict[str, object]] = {}  # what photos that had ended were
        self.phase = Phase.IDLE
        portions = Portions(self)
        worker.reported.connect(portions.add)
        portions.ready.connect(self._heed_all)

    @property
    def variant(self) -> str:
        """The variant that the run is at work with; empty while there is none."""
        return self._compute.variant if self._compute is not None and self.phase is not Phase.IDLE else ""

    @property
    def in_vain(self) -> str:
        """The variant that all photos which were chosen for the last run are coloured with already; mostly none."""
        if self._compute is None or self._only is None:
            return ""
        return self._compute.variant if 0 < self._stood == self._total else ""

    def start(self, compute: Compute, settings: OutputSettings, only: Sequence[Row] | None = None) -> None:
        """Run what is to be done.

        Args:
            compute: The network.
            settings: The outputs.
            only: Run these photos, and those that have ended once more; where an error keeps them from it they are as
                before. By default all that are to be done.
        """
        if self.phase is not Phase.IDLE:
            return
        begins = ENDED if only is not None else ENDED & TO_DO
        self._before = {
            row.path: {"state": row.state, "reason": row.reason, "doubt": row.doubt}
            for row in (self._model.rows if only is None else only)
            if row.state in begins and not row.refusal
        }
        again = {"state": State.WAITING, "reason": "", "doubt": None}
        self._model.update_all((path, again) for path in self._before)
        rows = [row for row in (self._model.rows if only is None else only) if row.state in TO_DO]
        self._only = None if only is None else {row.path for row in rows}
        self._compute, self._settings = compute, settings
        self._roots = deque(Path(root) for root in dict.fromkeys(row.root for row in rows))
        self._errors, self.blocked, self.any_failed, self._stood = [], [], False, 0
        self._sent.clear()
        self._ended, self._total = 0, len(rows)
        self._ends.clear()
        self._to_measure.clear()
        self._earlier = {row.path: row.chroma for row in rows if row.chroma is not None}
        self._model.update_all((path, {"chroma": None}) for path in self._earlier)
        if rows:
            self._ends.append(awake_time())
            self._enter(Phase.RUNNING)
            self.once_free(self._next_batch)

    def take_in(self) -> None:
        """Let photos that came or were replaced since the start of a run join it, when it runs all there is to do."""
        if self.phase not in (Phase.RUNNING, Phase.PAUSED) or self._only is not None:
            return
        new = dict.fromkeys(row.root for row in self._model.rows if row.state in TO_DO and row.path not in self._sent)
        self._roots.extend(root for root in map(Path, new) if root not in self._roots)
        self._total = self._ended + sum(self._model.states[state] for state in WAITING)
        self._tell_pace()

    def measure(self, compute: Compute) -> None:
        """Have it found out how unsure the colours are, where that is not known; a run goes first.

        Args:
            compute: The network, where no run has been; only its own colours can be measured.
        """
        if self.phase is not Phase.IDLE:
            return
        rows = [row for row in self._model.rows if row.state is State.DONE and row.doubt is None]
        new = {row.chroma: row for row in rows if row.chroma and row.chroma not in self._to_measure}
        self._to_measure.update(new)
        photos = [(Path(row.path), Path(chroma), row.turn) for chroma, row in new.items()]
        self._worker.measure(self._compute or compute, photos)

    def pause(self) -> None:
        """Hold the run."""
        if self.phase is Phase.RUNNING:
            self._worker.pause()
            self._paused_at = awake_time()
            self._enter(Phase.PAUSED)

    def resume(self) -> None:
        """Go on."""
        if self.phase is Phase.PAUSED:
            self._worker.resume()
            paused = awake_time() - self._paused_at
            self._ends = deque((end + paused for end in self._ends), maxlen=_RECENT)
            self._enter(Phase.RUNNING)

    def cancel(self) -> None:
        """End the run; what is not done can be run again."""
        if self.phase in (Phase.RUNNING, Phase.PAUSED):
            self._roots.clear()
            self._worker.cancel()
            self._enter(Phase.CANCELLING)

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self._model.show_paused(phase is Phase.PAUSED)
        self.phase_changed.emit(phase)
        self._tell_pace()

    def _next_batch(self) -> None:
        assert self._compute is not None
        while self._roots:
            root = self._root = self._roots.popleft()
            found = tuple(
                row.found
                for row in self._model.rows
                if row.root == str(root) and row.state in TO_DO and (self._only is None or row.path in self._only)
            )
            if found:
                self._sent.update(str(one.path) for one in found)
                self._number += 1
                batch = Batch(self._number, self._compute, self._settings, self._output_of(root))
                self._worker.run(BatchRequest(batch, found))
                if self.phase is Phase.PAUSED:  # before it could begin
                    self._worker.pause()
                return
        self._end()

    def _end(self) -> None:
        self._roots.clear()
        self._in_hand.clear()
        for row in [row for row in self._model.rows if row.state is State.RUNNING]:  # the engine was given up
            self._model.update(Path(row.path), state=State.INTERRUPTED)
        self._give_back_colours()
        if self._errors:
            rows = {path: self._model.row(path) for path in self._before}
            left = [path for path, row in rows.items() if row is not None and row.state is State.WAITING]
            self._model.update_all((path, {**self._before[path], "wanted": None}) for path in left)
        self._before = {}
        self._enter(Phase.IDLE)
        self.finished.emit("\n".join(dict.fromkeys(self._errors)))

    def _give_back_colours(self) -> None:
        """Photos that were to be started over, and were not, are as before."""
        rows = {path: self._model.row(path) for path in self._earlier}
        left = [path for path, row in rows.items() if row and row.chroma is None and row.state is not State.SKIPPED]
        # On a network disk that does not answer, Path.is_file would raise.
        kept = {path: self._earlier[path] for path in left if os.path.isfile(self._earlier[path])}  # noqa: PTH113
        self._model.update_all((path, {"chroma": chroma}) for path, chroma in kept.items())

    def _heed_all(self, reports: Sequence[Report]) -> None:
        steps: list[Callable[[], None]] = []
        for kind, alike in groupby(reports, type):
            if kind is Progress:
                steps.append(partial(self._progress, [one for one in alike if isinstance(one, Progress)]))
            else:
                steps += [partial(self._heed, report) for report in alike]
        self._take(iter(steps))

    def _take(self, steps: Iterator[Callable[[], None]]) -> None:
        try:
            for step in steps:
                step()
        except Exception:  # Qt has it told to the user; what comes behind it may be the end of the run
            QTimer.singleShot(0, self, lambda: self._take(steps))
            raise

    def _heed(self, report: Report) -> None:
        """Heed a report other than of progress, of which many come together."""
        match report:
            case BatchEnded(batch, error, of_folder):
                if batch != self._number or self.phase is Phase.IDLE:
                    return
                if error:
                    self._errors.append(error)
                if of_folder:
                    self.blocked.append(self._root)
                if error and not of_folder:
                    self._end()
                else:
                    self._next_batch()
            case Doubt(source, value):
                row = self._model.row(source)
                if row is not None and row.state is State.DONE:  # else the colours it is of are about to be replaced
                    self._model.update(source, doubt=value)
            case Trouble():
                self.troubled.emit(report)
            case Ready():
                self.ready.emit(report)
            case Previewed():
                self.previewed.emit(report)

    def _progress(self, reports: Sequence[Progress]) -> None:
        changed = [(report.source, self._changes(report)) for report in reports]
        self._tell_pace()
        self._model.update_all(changed)

    def _changes(self, report: Progress) -> dict[str, object]:
        """Count what became of a photo; return what changes in its row."""
        event = report.event
        changes: dict[str, object] = {"state": event.state, "reason": event.reason}
        if event.state not in (State.RUNNING, State.WAITING):
            changes |= {"notes": event.notes, "seconds": sum(event.seconds.values())}
            if event.output is not None:
                changes["output"] = str(event.output)
                changes["adjustments"] = self._settings.adjustments
                changes["edition"] = modified_ns(event.output)
                changes |= {"turn": report.turn, "wanted": None}
                if event.state is State.SKIPPED:  # done by an earlier run
                    changes |= {"state": State.DONE, "reason": ""}
                    self._stood += 1
            if report.chroma is not None:
                changes["chroma"] = str(report.chroma)
            self._sent.discard(str(report.source))
            self._ended += 1
            self.any_failed |= event.state is State.FAILED
            if event.state is State.DONE:
                self._ends.append(awake_time())
        if event.state is State.RUNNING:
            if not self._ended and not self._in_hand:  # until now the engine was getting ready
                self._ends = deque([awake_time()], maxlen=_RECENT)
            self._in_hand[report.source] = printable(report.source.name)
        else:
            self._in_hand.pop(report.source, None)
        return changes

    def _tell_pace(self) -> None:
        rate = 0.0
        if len(self._ends) > 1 and self._ends[-1] > self._ends[0]:
            rate = (len(self._ends) - 1) / (self._ends[-1] - self._ends[0])
            self.per_minute = 60 * rate
        left = (self._total - self._ended) / rate if rate else None
        in_hand = next(iter(self._in_hand.values()), "")
        self.paced.emit(Pace(self._ended, self._total, 60 * rate, left, in_hand))
