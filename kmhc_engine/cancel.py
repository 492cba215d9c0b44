"""Cancelling, stopping and pausing a run, from any thread or signal handler."""

import threading
from time import perf_counter

from kmhc_engine.errors import Cancelled


class CancelToken:
    """What the user wants of a run, set by the user's side and read by the work between any two steps.

    One token serves one run: what is cancelled stays cancelled.
    """

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._cancelled = threading.Event()
        self._going = threading.Event()
        self._going.set()
        self._pauses: tuple[float, float | None] = (0.0, None)  # seconds so far, and since when one lasts

    def stop(self) -> None:
        """Finish the photos in hand and begin no other."""
        self._stopping.set()
        self.resume()

    def cancel(self) -> None:
        """End at once, within the photos in hand."""
        self._cancelled.set()
        self.stop()

    def pause(self) -> None:
        """Hold the work where it is, until `resume`, `stop` or `cancel`."""
        if not self._stopping.is_set() and self._going.is_set():
            self._pauses = (self._pauses[0], perf_counter())
            self._going.clear()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._pauses = (perf_counter() - self.clock(), None)
        self._going.set()

    def clock(self) -> float:
        """Return seconds of a clock that stands still while paused."""
        paused, since = self._pauses
        return (perf_counter() if since is None else since) - paused

    @property
    def stopping(self) -> bool:
        """Whether no further photo is to begin."""
        return self._stopping.is_set()

    def check(self) -> None:
        """Wait while paused.

        Raises:
            Cancelled: The run was cancelled.
        """
        self._going.wait()
        if self._cancelled.is_set():
            raise Cancelled
