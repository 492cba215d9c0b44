"""`kmhc train` in a process of its own, and what it tells: one event a line, as JSON."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from kmhc_engine.processes import kmhc_command

log = logging.getLogger(__name__)

_END_WITHIN = 3000  # milliseconds
_LAST_WORDS = 400  # characters


class TrainingProcess(QObject):
    """Runs one `kmhc train` at a time. It ends with the window, because its standard input does.

    Args:
        command: The words with which `kmhc` starts.

    Attributes:
        told: Emitted with each event, a dictionary that has its name under `event`; `kmhc train --help` has no list,
            training/progress.py has.
        ended: Emitted at the end, unless it was stopped, with an error for people; empty if all went well.
    """

    told = Signal(object)
    ended = Signal(str)

    def __init__(self, command: Sequence[str] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = list(command or kmhc_command())
        self._process: QProcess | None = None
        self._unread = b""
        self._noise = b""
        self._error = ""

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    def start(self, arguments: Sequence[str | Path], scratch: Path | None = None) -> None:
        """Run `kmhc train`.

        Args:
            arguments: Its words.
            scratch: Where temporary files go: one that is killed leaves its own behind.
        """
        assert self._process is None
        self._unread = self._noise = b""
        self._error = ""
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        if scratch is not None:
            environment.insert("TMPDIR", str(scratch))
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_noise)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        words = [*self._command[1:], "train", *map(str, arguments), "--progress", "json", "--led"]
        process.start(self._command[0], words)

    def stop(self) -> None:
        """End the process at once; what it has learnt so far lies in its folder. Waits for the end."""
        process, self._process = self._process, None
        if process is None:
            return
        process.blockSignals(True)
        process.kill()
        process.waitForFinished(_END_WITHIN)
        process.deleteLater()

    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._unread = (self._unread + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            self._heed(line)

    def _heed(self, line: bytes) -> None:
        try:
            event: Any = json.loads(line)
        except ValueError:  # a library that prints
            self._noise = (self._noise + line + b"\n")[-4 * _LAST_WORDS :]
            return
        if not isinstance(event, dict):
            return
        if event.get("event") == "error":
            self._error = str(event.get("message", ""))
        self.told.emit(event)

    def _read_noise(self) -> None:
        if self._process is not None:
            self._noise = (self._noise + self._process.readAllStandardError().data())[-4 * _LAST_WORDS :]

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            text = self.tr("{0} could not be started: {1}. Install KMHC again.")
            self._close(text.format(self._command[0], self._process.errorString()))

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._process is None:
            return
        self._read()
        self._read_noise()
        if status is QProcess.ExitStatus.NormalExit and code == 0:
            self._close("")
            return
        log.warning("training ended with %s, code %d: %s", status.name, code, self._noise.decode(errors="replace"))
        self._close(self._error or self._last_words(code, crashed=status is QProcess.ExitStatus.CrashExit))

    def _last_words(self, code: int, *, crashed: bool) -> str:
        lines = [line for line in self._noise.decode(errors="replace").splitlines() if line.strip()]
        if lines:
            text = self.tr("Training stopped by itself. Its last words: {0}")
            return text.format(lines[-1].strip()[-_LAST_WORDS:])
        if crashed:  # without a word: the system has ended it, mostly for want of memory
            return self.tr("Training stopped without a word; the memory may not have sufficed. Close other programs.")
        return self.tr("Training stopped without a word (exit code {0}).").format(code)

    def _close(self, error: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self.ended.emit(error)
