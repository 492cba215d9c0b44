"""Before and after on one canvas: split by a handle, side by side, or in turn; and a brush for colour hints."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from kmhc_desktop.theme import look
from kmhc_desktop.viewer.photo_canvas import Pane, PhotoCanvas, draw_chip
from kmhc_desktop.viewer.picture import Picture

_KNOB = 18.0
_GRIP = 14.0  # how near the line a press takes hold of it
_GAP = 2.0
_SPLIT_STEP = 0.01
_AIM_STEP = 0.01


class Mode(StrEnum):
    """How before and after are compared."""

    SPLIT = "split"
    SIDE_BY_SIDE = "side by side"
    TOGGLE = "toggle"


@dataclass(frozen=True)
class Brush:
    """What a stroke is painted with.

    Attributes:
        colour: For the screen.
        radius: Half the stroke's width, as a part of the photo's longer side.
    """

    colour: QColor
    radius: float


class CompareCanvas(PhotoCanvas):
    """Draws the two pictures of a photo in step.

    Attributes:
        stroke_painted: Carries the points of a stroke, (x, y) in 0..1 of the photo; one point for a click.
        brush_put_down: The user paints no more.
    """

    split_moved = Signal(float)
    flipped = Signal()
    stroke_painted = Signal(object)
    brush_put_down = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent=parent)
        self.mode = Mode.SPLIT
        self.split = 0.5
        self.shows_after = True
        self.brush: Brush | None = None
        self.waiting = ""  # said over the before picture while there is no after
        self._before: Picture | None = None
        self._after: Picture | None = None
        self._moves_split = False
        self._stroke: list[QPointF] = []
        self._painted: Pane | None = None  # where the stroke began; side by side it does not go on in the other
        self._aim: QPointF | None = None  # the brush, when the keyboard moves it; in 0..1 of the photo
        self.setMouseTracking(True)

    def set_before(self, picture: Picture | None) -> None:
        """Show the original."""
        self._before = picture
        self.refresh()

    def set_after(self, picture: Picture | None) -> None:
        """Show the result; None while it is waited for."""
        self._after = picture
        self.refresh()

    def set_mode(self, mode: Mode) -> None:
        """Compare in another way."""
        self.mode, self.shows_after = mode, True
        self.refresh()

    def flip(self) -> None:
        """Show the one in place of the other."""
        self.shows_after = not self.shows_after if self.mode is Mode.TOGGLE else False
        self.mode = Mode.TOGGLE
        self.refresh()
        self.flipped.emit()

    def set_split(self, split: float) -> None:
        """Put the handle at a part (0..1) of the width of what shows."""
        split = min(1.0, max(0.0, split))
        if split != self.split:
            self.split = split
            self.update()
            self.split_moved.emit(split)

    def set_brush(self, brush: Brush | None) -> None:
        """Paint with a brush, or move the photo again."""
        self.brush, self._stroke, self._aim = brush, [], None
        self.setCursor(Qt.CursorShape.CrossCursor if brush else Qt.CursorShape.ArrowCursor)
        self.update()

    def panes(self) -> list[Pane]:
        """Return the one or two pictures."""
        whole = QRectF(self.rect())
        before, after = self._before, self._after
        if before is None or after is None:
            one, label = (before, self.tr("Before")) if before is not None else (after, self.tr("After"))
            return [] if one is None else [Pane(whole, one, label, whole)]
        if self.mode is Mode.SIDE_BY_SIDE:
            half = QRectF(0, 0, (whole.width() - _GAP) / 2, whole.height())
            other = half.translated(half.width() + _GAP, 0)
            return [
                Pane(half, before, self.tr("Before"), half),
                Pane(other, after, self.tr("After"), other, label_right=True),
            ]
        paints = self.mode is Mode.SPLIT and self.brush is not None  # where one paints one wants to see the colour
        if self.mode is Mode.TOGGLE or paints:
            shown = Pane(whole, after, self.tr("After"), whole, label_right=True)
            return [shown if self.shows_after or paints else Pane(whole, before, self.tr("Before"), whole)]
        x = self._split_x(self._shown(after))
        left, right = QRectF(whole), QRectF(whole)
        left.setRight(x)
        right.setLeft(x)
        return [
            Pane(whole, before, self.tr("Before"), left),
            Pane(whole, after, self.tr("After"), right, label_right=True),
        ]

    @property
    def has_split(self) -> bool:
        """Whether the handle shows."""
        both = self._before is not None and self._after is not None
        return both and self.mode is Mode.SPLIT and self.brush is None

    def _shown(self, picture: Picture) -> QRectF:
        whole = QRectF(self.rect())
        return self.viewport.placed(self.frame_of(Pane(whole, picture, "", whole))) & whole

    def _split_x(self, shown: QRectF) -> float:
        return round(shown.left() + self.split * shown.width())

    def _handle(self) -> tuple[float, QRectF] | None:
        """Return where the handle's line is, and what of the photo shows."""
        if not self.has_split or self._after is None:
            return None
        shown = self._shown(self._after)
        return self._split_x(shown), shown

    # Drawing

    def shows_focus_frame(self) -> bool:
        """With a handle, the handle shows the focus."""
        return super().shows_focus_frame() and not self.has_split

    def paint_over(self, painter: QPainter) -> None:
        """Draw the handle, the stroke in hand and what is waited for."""
        handle = self._handle()
        if handle is not None:
            self._draw_handle(painter, *handle)
        if self._stroke and self.brush is not None:
            self._draw_stroke(painter, self.brush)
        if self._aim is not None and self.brush is not None:
            self._draw_aim(painter, self._aim, self.brush)
        if self.waiting and self._before is not None and self._after is None:
            room = QRectF(0, 0, self.width() - 60, self.height())
            text = QFontMetricsF(self.font()).boundingRect(room, Qt.TextFlag.TextWordWrap, self.waiting)
            place = text.adjusted(-14, -6, 14, 6)
            place.moveCenter(QPointF(self.width() / 2, self.height() - 16 - place.height() / 2))
            draw_chip(painter, place, self.waiting)

    def _draw_handle(self, painter: QPainter, x: float, shown: QRectF) -> None:
        painter.fillRect(QRectF(x - 2, shown.top(), 4, shown.height()), QColor(0, 0, 0, 70))
        painter.fillRect(QRectF(x - 1, shown.top(), 2, shown.height()), QColor(255, 255, 255, 235))
        middle = QPointF(x, shown.center().y())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 60))
        painter.drawEllipse(middle + QPointF(0, 1), _KNOB + 1.5, _KNOB + 1.5)
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(middle, _KNOB, _KNOB)
        pen = QPen(QColor("#2a2c30"), 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for side in (-1, 1):
            tip = middle + QPointF(side * 9.5, 0)
            back = QPointF(-side * 4.5, 0)
            painter.drawPolyline(QPolygonF([tip + back + QPointF(0, -4.5), tip, tip + back + QPointF(0, 4.5)]))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(look().colours.window), 5))
            painter.drawEllipse(middle, _KNOB + 3, _KNOB + 3)
            painter.setPen(QPen(QColor(look().colours.accent), 3))
            painter.drawEllipse(middle, _KNOB + 3, _KNOB + 3)

    def _draw_stroke(self, painter: QPainter, brush: Brush) -> None:
        for pane in self.panes():
            placed = self.viewport.placed(self.frame_of(pane))
            painter.save()
            painter.setClipRect(placed & pane.visible)
            path = QPainterPath(_within(placed, self._stroke[0]))
            for point in self._stroke[1:] or self._stroke:
                path.lineTo(_within(placed, point) + QPointF(0.01, 0))
            width = max(3.0, 2 * brush.radius * max(placed.width(), placed.height()))
            for colour, more in ((QColor(255, 255, 255, 200), 3.0), (brush.colour, 0.0)):
                pen = QPen(colour, width + more)
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.strokePath(path, pen)
            painter.restore()

    def _draw_aim(self, painter: QPainter, aim: QPointF, brush: Brush) -> None:
        placed = self.viewport.placed(self.frame_of(self.panes()[-1]))
        radius = max(5.0, brush.radius * max(placed.width(), placed.height()))
        middle = _within(placed, aim)
        painter.setBrush(brush.colour)
        painter.setPen(QPen(QColor("#16181b"), 4))
        painter.drawEllipse(middle, radius + 1, radius + 1)
        painter.setPen(QPen(QColor("#ffffff"), 2))
        painter.drawEllipse(middle, radius + 1, radius + 1)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take hold of the handle, begin a stroke, or take hold of the photo."""
        left = event.button() is Qt.MouseButton.LeftButton
        if left and self.brush is not None:
            self._painted = self.pane_at(event.position())
            point = self._on_photo(event.position())
            if point is not None:
                self._stroke, self._aim = [point], None
                self.update()
        elif left and self._near_handle(event.position()):
            self._moves_split = True
            self._move_split(event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move what is held."""
        if self._stroke:
            point = self._on_photo(event.position())
            if point is not None and point != self._stroke[-1]:
                self._stroke.append(point)
                self.update()
        elif self._moves_split:
            self._move_split(event.position())
        elif event.buttons() is Qt.MouseButton.NoButton and self.brush is None:
            near = self._near_handle(event.position())
            self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go; a stroke is finished."""
        if self._stroke:
            stroke = tuple((point.x(), point.y()) for point in self._stroke)
            self._stroke = []
            self.update()
            self.stroke_painted.emit(stroke)
        self._moves_split = False
        super().mouseReleaseEvent(event)
        if self.brush is not None:
            self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom, unless the brush or the handle was meant."""
        if self.brush is None and not self._near_handle(event.position()):
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def _near_handle(self, position: QPointF) -> bool:
        handle = self._handle()
        if handle is None:
            return False
        x, shown = handle
        reach = _KNOB if abs(position.y() - shown.center().y()) <= _KNOB else _GRIP / 2
        return abs(position.x() - x) <= reach and shown.top() <= position.y() <= shown.bottom()

    def _move_split(self, position: QPointF) -> None:
        handle = self._handle()
        if handle is not None:
            shown = handle[1]
            self.set_split((position.x() - shown.left()) / max(1.0, shown.width()))

    def _on_photo(self, position: QPointF) -> QPointF | None:
        """Return the point of the photo below a position; None beside the photo that is painted on."""
        pane = self._painted
        if pane is None or not pane.place.contains(position):
            return None
        placed = self.viewport.placed(self.frame_of(pane))
        x, y = (position.x() - placed.left()) / placed.width(), (position.y() - placed.top()) / placed.height()
        return QPointF(x, y) if 0 <= x <= 1 and 0 <= y <= 1 else None

    # Keyboard

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Put the brush down."""
        super().hideEvent(event)
        if self.brush is not None:
            self.brush_put_down.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Flip by the space bar, move the handle or the brush by the arrows; else zoom and move the photo."""
        key = Qt.Key(event.key())
        far = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if self.brush is not None and self.panes() and self._brush_key(key, far):
            return
        if key is Qt.Key.Key_Space:
            self.flip()
        elif self.has_split and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.set_split(self.split + (_SPLIT_STEP if key is Qt.Key.Key_Right else -_SPLIT_STEP) * far)
        elif self.has_split and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.set_split(float(key is Qt.Key.Key_End))
        else:
            super().keyPressEvent(event)

    def _brush_key(self, key: Qt.Key, far: int) -> bool:
        step = _AIM_STEP * far
        moves = {
            Qt.Key.Key_Left: (-step, 0.0),
            Qt.Key.Key_Right: (step, 0.0),
            Qt.Key.Key_Up: (0.0, -step),
            Qt.Key.Key_Down: (0.0, step),
        }
        if key is Qt.Key.Key_Escape:
            if self._stroke:
                self._stroke = []
            else:
                self.brush_put_down.emit()
        elif key in moves:
            aim = (self.viewport.centre if self._aim is None else self._aim) + QPointF(*moves[key])
            self._aim = QPointF(min(1.0, max(0.0, aim.x())), min(1.0, max(0.0, aim.y())))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._aim is not None:
            self.stroke_painted.emit(((self._aim.x(), self._aim.y()),))
        else:
            return False
        self.update()
        return True


def _within(place: QRectF, point: QPointF) -> QPointF:
    return QPointF(place.left() + point.x() * place.width(), place.top() + point.y() * place.height())
