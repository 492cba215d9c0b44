"""The worker: a QObject in its own thread that keeps the engine's process alive and relays what it says.

The window's side calls its methods directly: commands go through a queue and a bell, because a slot could not arrive
while the thread waits for the engine.
"""

import contextlib
import logging
import multiprocessing
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from kmhc_desktop.engine import messages
from kmhc_desktop.engine.process import serve
from kmhc_desktop.engine.unfinished import Unfinished
from kmhc_desktop.pipes import Pipe
from kmhc_engine.jobs import Event, State
from kmhc_engine.processes import awake_time, kept_awake

log = logging.getLogger(__name__)

Serve = Callable[[Pipe, Path], None]
_PORTION = 200  # photos in one message
_GIVE_UP = 3  # engines in a row that died before they did anything


@dataclass(frozen=True)
class Limits:
    """How long to wait, in seconds.

    Attributes:
        start: For any word of a new process, until it has loaded a network: on a slow disk or a busy computer libraries
            take long, and nothing else runs in the process while they load. It doubles with each restart in a row.
        silence: For any word later.
        photo: For any progress of a running batch.
        cancel: For a cancelled batch to end by itself.
    """

    start: float = 120.0
    silence: float = 30.0
    photo: float = 600.0
    cancel: float = 1.5


@dataclass
class _Running:
    batch: messages.Batch
    unfinished: Unfinished
    paused: bool = False
    cancelled_at: float | None = None
    sent: int = 0
    progress_at: float = field(default_factory=awake_time)


class Worker(QObject):
    """Runs the engine in a child process.

    Args:
        log_folder: Where the engine writes its log.
        serve: What the child runs: `process.serve`, or a stand-in.
        limits: How patient to be.

    Attributes:
        reported: Emitted with a `messages.Report`.
    """

    reported = Signal(object)

    def __init__(self, log_folder: Path, serve: Serve = serve, limits: Limits | None = None) -> None:
        super().__init__()
        self._log_folder = log_folder
        self._serve = serve
        self._limits = limits or Limits()
        self._spawn = multiprocessing.get_context("spawn")
        self._commands: queue.SimpleQueue[messages.Command | messages.BatchRequest] = queue.SimpleQueue()
        self._bell, self._bell_rope = self._spawn.Pipe(duplex=False)
        self._rope_lock = threading.Lock()
        self._process: Any = None
        self._pipe: Pipe | None = None
        self._heard = self._loaded = False
        self._deadline = 0.0
        self._deaths = 0
        self._compute: messages.Compute | None = None
        self._running: _Running | None = None
        self._previews: dict[tuple[Path, str, int], messages.Preview] = {}
        self._awake, self._kept_awake = contextlib.ExitStack(), False
        self._thread = QThread()
        self.moveToThread(self._thread)
        self._thread.started.connect(self._work)

    # Called from the window's thread.

    def start(self) -> None:
        """Start the thread, and in it the engine."""
        self._thread.start()

    def prepare(self, compute: messages.Compute) -> None:
        """Have a network loaded before it is needed."""
        self._tell(messages.Prepare(compute))

    def run(self, request: messages.BatchRequest) -> None:
        """Run a batch; the one before must have ended."""
        self._tell(request)

    def pause(self) -> None:
        """Hold the batch."""
        self._tell(messages.Pause())

    def resume(self) -> None:
        """Go on with the batch."""
        self._tell(messages.Resume())

    def cancel(self) -> None:
        """End the batch, within two seconds."""
        self._tell(messages.Cancel())

    def preview(
        self,
        source: Path,
        computes: Sequence[messages.Compute],
        folder: Path,
        *,
        keeps_colour: bool = True,
        turn: int = 0,
    ) -> None:
        """Predict one photo before anything else; a `Previewed` comes for each network."""
        self._tell(messages.Preview(source, tuple(computes), folder, keeps_colour, turn))

    def measure(self, compute: messages.Compute, photos: Sequence[tuple[Path, Path, int]]) -> None:
        """Have doubts measured when there is nothing else to do; a `Doubt` comes for each photo that can be."""
        for first in range(0, len(photos), _PORTION):
            self._tell(messages.Measure(compute, tuple(photos[first : first + _PORTION])))

    def close(self) -> None:
        """End the engine and the thread; waits for both."""
        self._tell(messages.Quit())
        self._thread.quit()
        self._thread.wait()

    def _tell(self, command: messages.Command | messages.BatchRequest) -> None:
        self._commands.put(command)
        with self._rope_lock:
            self._bell_rope.send_bytes(b"!")

    # Below, all runs in the worker's thread.

    @Slot()
    def _work(self) -> None:
        self._guarded(self._launch)
        with self._awake:
            while not self._guarded(self._wait_and_obey):
                self._guarded(self._stay_awake)
        self._end_process()

    def _guarded(self, step: Callable[[], bool | None]) -> bool | None:
        try:
            return step()
        except Exception as error:  # an exception here would only be printed, and the window would wait for ever
            log.exception("the worker failed")
            self._give_up(f"The connection to the engine failed ({error}). Start again; a new engine begins.")
            return False

    def _wait_and_obey(self) -> bool:
        """Wait for a command, a word of the engine or its death; return True when it is time to quit."""
        things: list[Any] = [self._bell]
        if self._pipe is not None:
            things += [self._pipe, self._process.sentinel]
        ready = wait(things, timeout=self._patience())
        if self._bell in ready:
            while self._bell.poll():
                self._bell.recv_bytes()
        while not self._commands.empty():  # also those behind one that failed
            command = self._commands.get()
            if isinstance(command, messages.Quit):
                return True
            self._obey(command)
        if self._pipe is not None and (self._pipe in ready or self._process.sentinel in ready):
            self._listen()
        self._watch()
        return False

    def _patience(self) -> float:
        now = awake_time()
        cancelled_at = self._running.cancelled_at if self._running else None
        until_cancel = cancelled_at + self._limits.cancel - now if cancelled_at else 1.0
        return max(0.0, min(1.0, until_cancel, self._deadline - now if self._pipe else 1.0))

    def _stay_awake(self) -> None:
        """Keep the computer from falling asleep while photos are coloured, and only then."""
        at_work = self._running is not None and not self._running.paused
        if at_work and not self._kept_awake:
            self._awake.enter_context(kept_awake())
        elif not at_work:
            self._awake.close()
        self._kept_awake = at_work

    def _launch(self) -> None:
        # While OpenCV is imported its own folder is on `sys.path`: a process that begins then inherits that and dies.
        import cv2  # noqa: F401

        pipe, end = self._spawn.Pipe()
        process = self._spawn.Process(target=self._serve, args=(end, self._log_folder), name="kmhc-engine", daemon=True)
        process.start()
        end.close()
        self._pipe, self._process = pipe, process
        self._heard = self._loaded = False
        self._wait_for_word()
        if self._compute is not None:
            self._send(messages.Prepare(self._compute))

    def _wait_for_word(self) -> None:
        patience = self._limits.silence if self._loaded else self._limits.start * 2**self._deaths
        self._deadline = awake_time() + patience

    def _send(self, command: messages.Command) -> None:
        try:
            if self._pipe is not None:
                self._pipe.send(command)
        except OSError:
            pass  # it has died; the wait will say so

    def _obey(self, command: messages.Command | messages.BatchRequest) -> None:
        running = self._running
        match command:
            case messages.BatchRequest(batch, found):
                self._compute = batch.compute
                self._running = _Running(batch, Unfinished(found))
            case messages.Prepare(compute):
                self._compute = compute
            case messages.Preview(source, computes, turn=turn):
                self._previews |= {(source, compute.variant, turn): command for compute in computes}
            case messages.Pause() if running is not None:
                running.paused = True
            case messages.Resume() if running is not None:
                running.paused = False
            case messages.Cancel() if running is not None:
                running.paused, running.cancelled_at = False, awake_time()
        if self._pipe is None:  # given up before
            if not isinstance(command, messages.BatchRequest | messages.Prepare | messages.Preview):
                return  # the user asks for nothing: what was told of the fault stays to be read
            self._deaths = 0
            self._launch()
        if isinstance(command, messages.BatchRequest):
            self._send_part()
            return
        if running is not None:
            running.progress_at = awake_time()
        self._send(command)

    def _send_part(self) -> None:
        assert self._running is not None
        found = self._running.unfinished.next_part()
        self._running.sent = len(self._running.unfinished.paths)
        self._send(self._running.batch)
        for first in range(0, len(found), _PORTION):
            self._send(messages.Photos(found[first : first + _PORTION]))
        self._send(messages.Go())
        if self._running.paused:
            self._send(messages.Pause())
        self._running.progress_at = awake_time()

    def _listen(self) -> None:
        assert self._pipe is not None
        try:
            while self._pipe is not None and self._pipe.poll():
                self._heed(self._pipe.recv())
        except (EOFError, OSError):
            self._died("it stopped by itself")
        else:
            if self._pipe is not None and not self._process.is_alive() and not self._pipe.poll():
                self._died("it stopped by itself")

    def _heed(self, report: messages.Report) -> None:
        self._heard = True
        self._loaded = self._loaded or isinstance(report, messages.Ready)
        self._wait_for_word()
        match report:
            case messages.Alive():
                return
            case messages.Progress(source, event):
                self._deaths = 0
                if self._running is not None:
                    self._running.unfinished.note(source, event.state)
                    self._running.progress_at = awake_time()
            case messages.BatchEnded(error=error):
                if self._running is not None and not error and self._running.unfinished:
                    if self._running.cancelled_at is not None:
                        self._cancel_the_rest()
                    elif len(self._running.unfinished.paths) < self._running.sent:
                        self._send_part()  # a suspect has run alone; the others go on
                        return
                    else:
                        text = "The engine ended without finishing these photos. The log says more; start again."
                        report = messages.BatchEnded(report.batch, text)
                self._running = None
            case messages.Previewed(source, variant, turn=turn):
                self._previews.pop((source, variant, turn), None)
        self.reported.emit(report)

    def _watch(self) -> None:
        """Notice what the engine does not say."""
        if self._pipe is None:
            return
        now = awake_time()
        running = self._running
        if now > self._deadline:
            self._kill("it did not answer" if self._heard else "it did not start")
        elif running is None:
            return
        elif running.cancelled_at is not None:
            if now > running.cancelled_at + self._limits.cancel:
                self._cancel_the_rest()
                self._running = None
                self.reported.emit(messages.BatchEnded(running.batch.number))
                self._end_process()
                self._launch()
                for preview in dict.fromkeys(self._previews.values()):  # these were not given up
                    self._send(preview)
        elif not running.paused and now > running.progress_at + self._limits.photo:
            self._kill("it was stuck")

    def _kill(self, reason: str) -> None:
        self._process.kill()
        self._died(reason)

    def _died(self, reason: str) -> None:
        self._process.join()
        code = self._process.exitcode
        log.warning("the engine died: %s (exit code %s)", reason, code)
        self._end_process()
        self._deaths += 1
        self._refuse_previews("The engine stopped while it worked on this photo. Try again, or use a smaller variant.")
        at_work = self._loaded and self._running is not None and not self._running.paused
        failed, again = self._running.unfinished.engine_died(at_work=at_work) if self._running else ([], [])
        for path in failed:
            text = "The engine stopped twice on this photo. Its memory may not suffice: try a smaller working size."
            self._progress(path, State.FAILED, text)
        if self._deaths >= _GIVE_UP and not again and not failed:
            text = (
                f"The engine does not run: {reason}. Restart KMHC; if that does not help, see Help, Copy diagnostics."
            )
            self._give_up(text)
            return
        for path in again:
            self._progress(path, State.WAITING, "The engine stopped on this photo. It is tried once more.")
        self.reported.emit(messages.Trouble(f"The engine was started again, because {reason}."))
        self._launch()
        if self._running is not None:
            if self._running.cancelled_at is not None:
                self._cancel_the_rest()
            if self._running.cancelled_at is not None or not self._running.unfinished:
                number, self._running = self._running.batch.number, None
                self.reported.emit(messages.BatchEnded(number))
            else:
                self._send_part()

    def _give_up(self, text: str) -> None:
        """Do without an engine until the user asks again."""
        self._end_process()
        self.reported.emit(messages.Trouble(text))
        self._refuse_previews(text)
        if self._running is not None:
            number, self._running = self._running.batch.number, None
            self.reported.emit(messages.BatchEnded(number, text))

    def _refuse_previews(self, text: str) -> None:
        for source, variant, turn in self._previews:
            self.reported.emit(messages.Previewed(source, variant, error=text, turn=turn))
        self._previews.clear()

    def _cancel_the_rest(self) -> None:
        assert self._running is not None
        for path in self._running.unfinished.paths:
            self._progress(path, State.CANCELLED, "")

    def _progress(self, path: Path, state: State, reason: str) -> None:
        self.reported.emit(messages.Progress(path, Event("", state, reason=reason)))

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None
