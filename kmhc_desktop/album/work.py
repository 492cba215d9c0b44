"""The window's side of the process that makes albums and copies: nothing here keeps the window waiting."""

import logging
import multiprocessing
import queue
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal

from kmhc_desktop.album import messages
from kmhc_desktop.album.process import PATIENCE, serve
from kmhc_desktop.pipes import Pipe

log = logging.getLogger(__name__)


class AlbumWork(QThread):
    """Talks to the process: starts it with the first command, and again after it died.

    Args:
        serve: What the process runs; the tests have stand-ins.

    Attributes:
        reported: Emitted with a `messages.Report`.
    """

    reported = Signal(object)

    def __init__(self, parent: QObject | None = None, serve: Callable[[Pipe], None] = serve) -> None:
        super().__init__(parent)
        self._serve = serve
        self._spawn = multiprocessing.get_context("spawn")
        self._commands: queue.SimpleQueue[messages.Command | None] = queue.SimpleQueue()
        self._bell, self._bell_rope = self._spawn.Pipe(duplex=False)
        self._process: Any = None
        self._pipe: Pipe | None = None

    def tell(self, command: messages.Command) -> None:
        """Send a command; the answer comes as a report."""
        self._commands.put(command)
        self._bell_rope.send_bytes(b"!")
        self.start()

    def close(self) -> None:
        """End the thread; the process ends by itself as soon as it has cleared away what it has begun."""
        if self.isRunning():
            self._commands.put(None)
            self._bell_rope.send_bytes(b"!")
            self.wait()

    def run(self) -> None:
        """Relay commands and reports until told to stop; runs in this thread."""
        try:
            while self._relay():
                pass
        except Exception:
            log.exception("talking to the album process")
            self.reported.emit(messages.Failed("The export stopped unexpectedly. The log says more; try it again."))
        finally:
            self._end()

    def _relay(self) -> bool:
        waiting = [self._bell, self._pipe] if self._pipe else [self._bell]
        for ready in wait(waiting):
            if ready is self._bell:
                self._bell.recv_bytes()
                command = self._commands.get()
                if command is None:
                    return False
                self._send(command)
            elif self._pipe is not None:
                self._receive(self._pipe)
        return True

    def _send(self, command: messages.Command) -> None:
        if self._pipe is None:
            ours, theirs = self._spawn.Pipe()
            process = self._spawn.Process(target=self._serve, args=(theirs,), name="albums", daemon=True)
            process.start()
            theirs.close()
            self._pipe, self._process = ours, process
        try:
            self._pipe.send(command)
        except OSError:
            self._lost()

    def _receive(self, pipe: Pipe) -> None:
        try:
            report = pipe.recv()
        except (EOFError, OSError):
            self._lost()
        else:
            self.reported.emit(report)

    def _lost(self) -> None:
        self._end()
        log.error("the album process died")
        self.reported.emit(messages.Failed("The export stopped, perhaps for want of memory. Try it again."))

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
            # The window does not wait for this, but the end of the program does: it would kill the process.
            name = "end of albums"
            threading.Thread(target=_see_off, args=(self._process,), name=name, daemon=False).start()
            self._pipe = None


def _see_off(process: Any) -> None:
    process.join(PATIENCE)
    process.kill()
    process.join()
