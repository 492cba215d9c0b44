"""The strip below the photos: how far the run is, how fast, and how long it will take."""

from collections import Counter

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from kmhc_desktop.queue.run import Pace, Phase
from kmhc_engine.jobs import State

_NAME_WIDTH = 280  # pixels


def duration_text(seconds: float) -> str:
    """Return a time for people: "40 s", "3 min", "2 h 5 min"."""
    if seconds < 60:
        return QCoreApplication.translate("ProgressStrip", "{0} s").format(max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return QCoreApplication.translate("ProgressStrip", "{0} min").format(minutes)
    return QCoreApplication.translate("ProgressStrip", "{0} h {1} min").format(minutes // 60, minutes % 60)


class ProgressStrip(QWidget):
    """A thin bar with a line of text above it."""

    def __init__(self) -> None:
        super().__init__()
        self._left = QLabel()
        self._right = QLabel()
        self._right.setProperty("role", "secondary")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        texts = QHBoxLayout()
        texts.addWidget(self._left, 1)
        texts.addWidget(self._right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 10)
        layout.setSpacing(6)
        layout.addLayout(texts)
        layout.addWidget(self._bar)

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self._left.text()} {self._right.text()}".strip()

    def summary(self, states: Counter[State], photos: int, to_do: int, in_colour: int, *, scanning: bool) -> str:
        """Return what is in the queue, for people: "9 photos · 4 to colourise · 5 done"."""
        parts = [self.tr("%Ln photo(s)", "", photos)]
        if scanning:
            parts.append(self.tr("still looking…"))
        for count, text in (
            (to_do - in_colour, self.tr("{0} to colourise")),
            (in_colour, self.tr("{0} in colour already")),
            (states[State.DONE], self.tr("{0} done")),
            (states[State.FAILED], self.tr("{0} failed")),
            (states[State.SKIPPED], self.tr("{0} skipped")),
        ):
            if count:
                parts.append(text.format(QLocale().toString(count)))
        return " · ".join(parts)

    def say(self, text: str) -> None:
        """Show a sentence instead of the progress."""
        self._left.setText(text)
        self._right.clear()
        self._bar.hide()

    def show_run(self, pace: Pace, phase: Phase) -> None:
        """Show what a run does, and how far it is."""
        self._bar.show()
        self._bar.setRange(0, pace.total)
        self._bar.setValue(pace.ended)
        count = self.tr("{0} of {1} photos").format(*map(QLocale().toString, (pace.ended, pace.total)))
        self._left.setText(
            {
                Phase.RUNNING: count,
                Phase.PAUSED: self.tr("Paused · {0}").format(count),
                Phase.CANCELLING: self.tr("Cancelling…"),
            }[phase]
        )
        parts = []
        if phase is Phase.RUNNING and pace.seconds_left is not None:
            parts.append(self.tr("about {0} left").format(duration_text(pace.seconds_left)))
            speed = QLocale().toString(pace.per_minute, "f", 1 if pace.per_minute < 10 else 0)
            parts.append(self.tr("{0} photos a minute").format(speed))
        elif phase is Phase.RUNNING and pace.in_hand:
            name = self.fontMetrics().elidedText(pace.in_hand, Qt.TextElideMode.ElideMiddle, _NAME_WIDTH)
            parts.append(self.tr("Colourising {0}").format(name))
        elif phase is Phase.RUNNING and not pace.ended:
            parts.append(self.tr("Getting the engine ready…"))
        self._right.setText(" · ".join(parts))
