"""What there is to see of a training: how far it is, its curves, and sample photos as they improve."""

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from kmhc_desktop.fine_tuning.chart import TrainingChart
from kmhc_desktop.queue.progress_strip import duration_text

_MOST_COLUMNS = 4  # of a sheet
_BELOW_HEAD = 4  # pixels


class SheetView(QScrollArea):
    """Shows a sheet of photos as wide as there is room, its columns under their heads."""

    def __init__(self) -> None:
        super().__init__(widgetResizable=False)
        self._label = QLabel()
        self._picture = QPixmap()
        self._head = QWidget(self)
        self._head.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as the columns are in every language
        columns = QHBoxLayout(self._head)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        self._heads = [QLabel() for _ in range(_MOST_COLUMNS)]
        for head in self._heads:
            head.setProperty("role", "secondary")
            head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            columns.addWidget(head)
        self.setWidget(self._label)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(self.tr("Sample photos"))

    @property
    def empty(self) -> bool:
        """Whether nothing shows."""
        return self._picture.isNull()

    @property
    def heads(self) -> list[str]:
        """What stands above the columns."""
        return [head.text() for head in self._heads if not head.isHidden()]

    def show_samples(self, path: Path) -> None:
        """Show what a training has learnt so far: a PNG of three columns; one that is gone leaves the last."""
        self._show(path, self.tr("Grey"), self.tr("Colourised"), self.tr("True"))

    def show_verdict(self, path: Path) -> None:
        """Show what has come of it: a PNG of four columns; one that is gone leaves the last."""
        self._show(path, self.tr("Grey"), self.tr("Before"), self.tr("After"), self.tr("True"))

    def _show(self, path: Path, *heads: str) -> None:
        picture = QPixmap(str(path))
        if picture.isNull():
            return
        self._picture = picture
        for label in self._heads[len(heads) :]:
            label.hide()
        for label, text in zip(self._heads, heads, strict=False):
            label.setText(text)
            label.show()
        self.setViewportMargins(0, self._head.sizeHint().height() + _BELOW_HEAD, 0, 0)
        self._scale()

    def clear(self) -> None:
        """Show nothing."""
        self._picture = QPixmap()
        self._scale()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the width."""
        super().resizeEvent(event)
        self._scale()

    def _scale(self) -> None:
        ratio = self.devicePixelRatioF()
        width = round(min(self.viewport().width() * ratio, self._picture.width() * max(1.0, ratio)))
        self._head.setVisible(not self.empty)
        if self.empty or width < 1:
            self._label.clear()
            self._label.resize(QSize(0, 0))
            return
        scaled = self._picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
        scaled.setDevicePixelRatio(ratio)
        self._label.setPixmap(scaled)
        self._label.resize(scaled.deviceIndependentSize().toSize())
        left = self._label.mapTo(self, QPoint()).x()  # not at the edge where the script runs from right to left
        self._head.setGeometry(left, 0, self._label.width(), self._head.sizeHint().height())


class TrainingWatch(QWidget):
    """The larger part of the page."""

    def __init__(self) -> None:
        super().__init__()
        lower, higher = self.tr("lower is better"), self.tr("higher is better")
        explained = self.tr("What training makes smaller, on the photos it learns from.")
        self.loss = TrainingChart(self.tr("Loss"), lower, explained, noisy=True)
        explained = self.tr("Mean CIEDE2000 difference to the true colours, on the photos to tune by.")
        self.difference = TrainingChart(self.tr("Colour difference"), lower, explained)
        explained = self.tr("Likeness to the true photo by MS-SSIM, on the photos to tune by.")
        self.accuracy = TrainingChart(self.tr("Accuracy"), higher, explained, unit=" %")
        self.sheet = SheetView()
        self._text = QLabel(wordWrap=True)
        self._left = QLabel()
        self._left.setProperty("role", "secondary")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName(self.tr("Progress of the training"))
        self._estimate = self._judging = 0.0
        self._first: tuple[int, float] | None = None
        texts = QHBoxLayout()
        texts.addWidget(self._text, 1)
        texts.addWidget(self._left)
        charts = QHBoxLayout()
        charts.setSpacing(12)
        for chart in (self.loss, self.difference, self.accuracy):
            card = QFrame()
            card.setProperty("role", "card")
            inside = QVBoxLayout(card)
            inside.setContentsMargins(14, 12, 14, 10)
            inside.addWidget(chart)
            charts.addWidget(card, 1)
        sheet = QFrame()
        sheet.setProperty("role", "card")
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(12, 12, 4, 12)
        inside.addWidget(self.sheet)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(texts)
        layout.addWidget(self._bar)
        layout.addLayout(charts)
        layout.addWidget(sheet, 1)

    @property
    def text(self) -> str:
        """What the line above the bar says."""
        return f"{self._text.text()} {self._left.text()}".strip()

    def clear(self) -> None:
        """Show nothing of the last training any more."""
        for chart in (self.loss, self.difference, self.accuracy):
            chart.clear()
        self.sheet.clear()
        self.end("")

    def begin(self, text: str) -> None:
        """Start or go on, with something to say until the first step is done."""
        self._first = None
        self._estimate = self._judging = 0.0
        self.say(text)
        self._bar.setRange(0, 0)
        self._bar.show()

    def say(self, text: str) -> None:
        """Say something in the place of the steps."""
        self._text.setText(text)
        self._left.clear()

    def end(self, text: str) -> None:
        """Nothing moves any more."""
        self.say(text)
        self._bar.hide()

    def heed(self, event: dict[str, Any]) -> None:
        """Show an event of `kmhc train --progress json`."""
        match event:
            case {"event": "preparing", "done": done, "of": of}:
                count = self.locale().toString
                decoding = self.tr("Decoding photo {0} of {1}").format(count(done), count(of))
                self.say(decoding if done < of else self.tr("Trying some steps, to say how long it will take…"))
            case {"event": "started", "seconds": seconds, "judging": judging}:
                self._estimate, self._judging = seconds, judging
                self.say(self.tr("The first step takes longest…"))
                self._left.setText(self.tr("about {0} left").format(duration_text(seconds)))
            case {"event": "step", "step": step, "of": of, "loss": loss}:
                self._show_step(step, of)
                self.loss.add(step, loss, of)
            case {"event": "epoch", "epoch": epoch, "of": of, "measures": measures}:
                self._bar.setRange(0, 1000)
                self._bar.setValue(round(1000 * epoch / of))
                for chart, name in ((self.difference, "ciede2000"), (self.accuracy, "accuracy")):
                    if name in measures:
                        chart.add(epoch, measures[name], of)
                if epoch == of:
                    self._judge()
            case {"event": "judging"}:
                self._judge()
            case {"event": "sample", "path": path}:
                self.sheet.show_samples(Path(path))

    def _judge(self) -> None:
        self._bar.setRange(0, 0)  # nobody knows how far that is
        self.say(self.tr("Judging the held-out photos…"))

    def _show_step(self, step: int, of: int) -> None:
        now = time.monotonic()
        if self._first is None or step < self._first[0]:
            self._first = step, now
        done = step - self._first[0]
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(1000 * step / of))
        count = self.locale().toString
        self._text.setText(self.tr("Step {0} of {1}").format(count(step), count(of)))
        seconds = (now - self._first[1]) / done * (of - step) + self._judging if done else self._estimate
        self._left.setText(self.tr("about {0} left").format(duration_text(seconds)))
