"""What a hand does to a canvas, and what an eye sees there."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

NO_KEY = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def shown(canvas):
    pane = canvas.panes()[0]
    return canvas.viewport.placed(canvas.frame_of(pane))


def at(canvas, x, y):
    """Return the point of the widget at a part of the photo."""
    place = shown(canvas)
    return QPoint(round(place.left() + x * place.width()), round(place.top() + y * place.height()))


def colour(canvas, point):
    image = canvas.grab().toImage()
    return image.pixelColor(point * image.devicePixelRatio())


def wheel(canvas, point, notches, modifiers=NO_KEY):
    position = QPointF(point)
    event = QWheelEvent(
        position, position, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def press_key(canvas, key, modifiers=NO_KEY):
    QTest.keyClick(canvas, key, modifiers)
