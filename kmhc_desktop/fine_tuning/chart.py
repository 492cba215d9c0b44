"""A curve that grows while training runs: its value now, and how it came there."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kmhc_desktop.theme import look

_DOTS = 24  # up to so many points are marked
_SMOOTHED = 12  # steps that the line of a noisy curve averages over
_HEAD, _FOOT = 34, 20  # pixels


class TrainingChart(QWidget):
    """One curve over the steps of a run.

    Args:
        title: What is drawn.
        hint: What is good, such as "lower is better".
        explained: What the value is, at length.
        unit: Behind the values.
        noisy: The points are faint, and the line averages over them.

    Attributes:
        points: What is drawn: (step, value).
    """

    def __init__(self, title: str, hint: str, explained: str, *, unit: str = "", noisy: bool = False) -> None:
        super().__init__()
        self._title, self._hint, self._unit, self._noisy = title, hint, unit, noisy
        self.points: list[tuple[float, float]] = []
        self._end = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)
        self.setToolTip(explained)
        look().changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a size that shows the curve well."""
        return QSize(280, 150)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the smallest size at which it can be read."""
        title, hint = QFontMetricsF(self._bold()), QFontMetricsF(self.font())
        return QSize(math.ceil(max(title.horizontalAdvance(self._title), hint.horizontalAdvance(self._hint))), 110)

    def clear(self) -> None:
        """Begin a new curve."""
        self.points = []
        self.setAccessibleDescription("")
        self.update()

    def add(self, step: float, value: float, end: float) -> None:
        """Add a point.

        Args:
            step: Where; a later point takes the place of those from there on, as a resumed run does.
            value: What; one that is no number is left out.
            end: The run's last step.
        """
        if not math.isfinite(value):
            return
        self.points = [*((s, v) for s, v in self.points if s < step), (step, value)]
        self._end = max(end, step, 1.0)
        self.setAccessibleDescription(f"{self._number(value)}, {self._hint}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw title, value, scale and curve."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = look().colours
        secondary = QColor(colours.secondary)
        line = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        head = QRectF(0, 0, self.width(), _HEAD - 12)
        painter.setFont(self._bold())
        painter.setPen(QColor(colours.text))
        shown = self._smoothed() if self._noisy else self.points
        value = self._number(shown[-1][1]) if shown else ""
        metrics = painter.fontMetrics()
        top = float(_HEAD)
        painter.drawText(head, Qt.AlignmentFlag.AlignTrailing | line, value)
        if metrics.horizontalAdvance(f"{self._title}  {value}") > self.width():  # then it has a line of its own
            head.translate(0, metrics.height())
            top += metrics.height()
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(head, Qt.AlignmentFlag.AlignLeading | line, title)
        painter.setFont(self.font())
        painter.setPen(secondary)
        foot = QRectF(0, self.height() - _FOOT + 4, self.width(), _FOOT - 4)
        hint = self.fontMetrics().elidedText(self._hint, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeading | line, hint)
        plot = QRectF(0, top, self.width(), self.height() - top - _FOOT)
        painter.setPen(QPen(QColor(colours.border), 1))
        for share in (0.0, 0.5, 1.0):
            y = plot.top() + share * plot.height()
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        if shown:
            self._draw_curve(painter, plot, shown)
        painter.end()

    def _draw_curve(self, painter: QPainter, plot: QRectF, shown: Sequence[tuple[float, float]]) -> None:
        values = [value for _, value in self.points]
        low, high = min(values), max(values)
        margin = 0.1 * (high - low) or 0.05 * abs(high) or 1.0
        low, high = low - margin, high + margin

        def place(step: float, value: float) -> QPointF:
            across = plot.left() + 4 + (plot.width() - 8) * step / self._end
            return QPointF(across, plot.bottom() - plot.height() * (value - low) / (high - low))

        accent = QColor(look().colours.accent)
        path = QPainterPath(place(*shown[0]))
        for point in shown[1:]:
            path.lineTo(place(*point))
        if self._noisy:
            faint = QColor(look().colours.control)
            faint.setAlphaF(0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faint)
            for point in self.points:
                painter.drawEllipse(place(*point), 1.5, 1.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(accent, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(path)
        painter.setBrush(accent)
        painter.setPen(Qt.PenStyle.NoPen)
        dots = shown if len(shown) <= _DOTS and not self._noisy else shown[-1:]
        for point in dots:
            painter.drawEllipse(place(*point), 3.0, 3.0)

    def _bold(self) -> QFont:
        font = self.font()
        font.setBold(True)
        return font

    def _smoothed(self) -> list[tuple[float, float]]:
        values = [value for _, value in self.points]
        windows = [values[max(0, at - _SMOOTHED + 1) : at + 1] for at in range(len(values))]
        return [(step, sum(window) / len(window)) for (step, _), window in zip(self.points, windows, strict=True)]

    def _number(self, value: float) -> str:
        return self.locale().toString(float(value), "f", 1 if abs(value) >= 10 else 2) + self._unit
