"""The batch: many photos at once through decode, network, render and encode, with events for whoever watches.

Each worker thread takes one photo all the way. So many photos are on the way that the network always finds some to
predict together, and only so many threads compute at a time as there are cores. Knows neither torch nor Qt.
"""

import logging
import math
import queue
import threading
from collections.abc import Iterable, Iterator

from kmhc_engine.budget import PixelBudget
from kmhc_engine.cancel import CancelToken
from kmhc_engine.colouring import Colouring
from kmhc_engine.errors import Cancelled, ComputeError, NotAPhoto, OutputError, PhotoError
from kmhc_engine.jobs import Colouriser, Event, Job, OutputSettings, State
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.predictions import Predictions
from kmhc_engine.processes import cores
from kmhc_engine.task import Outcome, Task

__all__ = [
    "CancelToken",
    "Colouriser",
    "Event",
    "Job",
    "OutputSettings",
    "State",
    "render_batch",
    "run_batch",
    "tell_refused",
]

_log = logging.getLogger(__name__)

_PIXELS_AT_ONCE = 128_000_000
_MOST_WORKERS = 64
_WAKE_SECONDS = 0.5  # on Windows, Ctrl-C is heard only between waits


def run_batch(
    jobs: Iterable[Job], colouriser: Colouriser, token: CancelToken, folder: OutputFolder, settings: OutputSettings
) -> Iterator[Event]:
    """Colourise photos; what a run before this one has done is skipped.

    Args:
        jobs: Read as they are needed, so that a scan may still be going on.
        colouriser: Predicts colour.
        token: Stops, cancels or pauses the run; closing the iterator cancels it.
        folder: The output folder, held by the caller.
        settings: What the user chose.

    Yields:
        For every job at most one event RUNNING and exactly one end; the order of jobs is free.

    Raises:
        OutputError: The output folder cannot be written to any more (DiskFull: no room is left). Raised last; the jobs
            that were left are INTERRUPTED, and go on when the run is started again.
    """
    predictions = Predictions(colouriser, token)
    try:
        yield from _Run(jobs, token, folder, settings, predictions).events()
    finally:
        predictions.close()


def render_batch(
    jobs: Iterable[Job], token: CancelToken, folder: OutputFolder, settings: OutputSettings
) -> Iterator[Event]:
    """Make outputs anew from the stored colour, without the network; else like `run_batch`.

    Args:
        jobs: For all photos of the folder, `OutputFolder.recorded_jobs`.
        token: See `run_batch`.
        folder: See `run_batch`.
        settings: See `run_batch`.
    """
    yield from _Run(jobs, token, folder, settings, None).events()


def tell_refused(jobs: Iterable[Job]) -> Iterator[Event]:
    """Yield the ends of jobs none of which is to be tried: that takes neither network nor output folder."""
    for job in jobs:
        yield _event(job, _refusal(job))


class _Run:
    def __init__(
        self,
        jobs: Iterable[Job],
        token: CancelToken,
        folder: OutputFolder,
        settings: OutputSettings,
        predictions: Predictions | None,
    ) -> None:
        slots = cores()
        self._jobs = iter(jobs)
        self._token = token
        self._colouring = Colouring(folder, settings, token, predictions, slots)
        self._budget = PixelBudget(_PIXELS_AT_ONCE)
        self._turn = threading.Lock()
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._closed = False
        self._output_error: OutputError | None = None
        self._jobs_error: BaseException | None = None
        in_network = predictions.colouriser.batch_size if predictions else 0
        self._workers = [
            threading.Thread(target=self._work, name=f"kmhc-worker-{number}", daemon=True)
            for number in range(min(_MOST_WORKERS, slots + 1 + in_network))
        ]

    def events(self) -> Iterator[Event]:
        for worker in self._workers:
            worker.start()
        working = len(self._workers)
        try:
            while working:
                try:
                    event = self._events.get(timeout=_WAKE_SECONDS)
                except queue.Empty:
                    continue
                if event is None:
                    working -= 1
                else:
                    yield event
        finally:
            if working:
                self._closed = True
                self._token.cancel()
            for worker in self._workers:
                worker.join()
        if error := self._output_error or self._jobs_error:
            raise error

    def _work(self) -> None:
        try:
            while task := self._next():
                self._do(*task)
        finally:
            self._events.put(None)

    def _next(self) -> tuple[Task, int] | None:
        """Open the next photo that is to be coloured, when there is room for it; end those that are not."""
        with self._turn:
            while not self._closed and (job := self._next_job()):
                try:
                    outcome = self._refused(job) or self._colouring.prepare(job)
                except BaseException as error:
                    self._end(job, error)
                    continue
                if isinstance(outcome, Task):
                    return outcome, self._budget.take(math.prod(outcome.photo.size))
                self._events.put(_event(job, outcome))
            return None

    def _next_job(self) -> Job | None:
        try:
            return next(self._jobs, None)
        except BaseException as error:  # the scan behind it failed
            self._jobs_error = error
            return None

    def _refused(self, job: Job) -> Outcome | None:
        if self._token.stopping:
            return Outcome(State.CANCELLED)
        if self._output_error:
            return Outcome(State.INTERRUPTED, reason=str(self._output_error))
        return _refusal(job) if job.refusal else None

    def _do(self, task: Task, pixels: int) -> None:
        self._events.put(Event(task.job.id, State.RUNNING))
        try:
            outcome = self._colouring.run(task)
        except BaseException as error:
            self._end(task.job, error)
        else:
            self._events.put(_event(task.job, outcome, task.seconds))
        finally:
            self._budget.give(pixels)

    def _end(self, job: Job, error: BaseException) -> None:
        """Turn an error into the end of its job: a bad photo is a value, and the batch goes on."""
        state, reason = State.FAILED, ""
        match error:
            case Cancelled():
                state = State.CANCELLED
            case OutputError():
                self._output_error = self._output_error or error
                state, reason = State.INTERRUPTED, str(error)
            case PhotoError():
                state = State.SKIPPED if isinstance(error, NotAPhoto) else State.FAILED
                reason = f"{error.cause}. {error.remedy}".rstrip()
            case ComputeError():
                reason = str(error)
            case MemoryError():
                reason = "there is not enough memory for it. Close other programs, then try again."
            case OSError():
                reason = f"its output cannot be written ({error.strerror or error})."
            case _:
                _log.error("%s: unexpected error", job.source, exc_info=error)
                reason = f"an unexpected error stopped it ({type(error).__name__}: {error}). The log says more."
        if state in {State.FAILED, State.SKIPPED}:
            self._colouring.note_refusal(job, state, reason)
        self._events.put(Event(job.id, state, reason=reason))


def _refusal(job: Job) -> Outcome:
    return Outcome(State.FAILED if job.unreadable else State.SKIPPED, reason=job.refusal)


def _event(job: Job, outcome: Outcome, seconds: dict[str, float] | None = None) -> Event:
    return Event(job.id, outcome.state, outcome.output, outcome.reason, outcome.notes, seconds or {})
