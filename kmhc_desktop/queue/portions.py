"""Gathers what the engine says, so that the end of 10,000 photos at once does not stall the window."""

from collections import deque

from PySide6.QtCore import QObject, QTimer, Signal

from kmhc_desktop.engine.messages import Report

_INTERVAL = 16  # milliseconds: one frame
_MOST = 500  # reports: taking in so many takes about as long


class Portions(QObject):
    """Hands reports over in portions, in their order, with room between them for the window's own work.

    Attributes:
        ready: Emitted with a list of reports.
    """

    ready = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reports: deque[Report] = deque()
        self._timer = QTimer(self, singleShot=True, interval=_INTERVAL)
        self._timer.timeout.connect(self._hand_over)

    def add(self, report: Report) -> None:
        """Take a report, to be handed over soon."""
        self._reports.append(report)
        if not self._timer.isActive():
            self._timer.start()

    def _hand_over(self) -> None:
        portion = [self._reports.popleft() for _ in range(min(_MOST, len(self._reports)))]
        if self._reports:
            self._timer.start()
        self.ready.emit(portion)
