"""A photo that can be zoomed and moved, by mouse, touchpad, touch and keyboard."""

import sys
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from kmhc_desktop.theme import look
from kmhc_desktop.viewer.picture import Picture
from kmhc_desktop.viewer.viewport import Frame, Viewport

_WHEEL_STEP = 1.25  # for one notch
_KEY_STEP = 1.25
_PAN_STEP = 60.0
_CHIP_MARGIN = 12.0
_SQUARE = 8  # of the checkerboard


@dataclass(frozen=True, eq=False)
class Pane:
    """A place with a picture in it; the part outside `visible` is not drawn."""

    place: QRectF
    picture: Picture
    label: str
    visible: QRectF
    label_right: bool = False


class PhotoCanvas(QWidget):
    """Shows one picture. Subclasses show several through `panes`.

    Attributes:
        looked_at: Carries the Sight for which pictures of screen size are not sharp enough, or None.
    """

    looked_at = Signal(object)

    def __init__(self, viewport: Viewport | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport = viewport or Viewport(self)
        self.viewport.changed.connect(self.refresh)
        self._picture: Picture | None = None
        self._label = ""
        self._message = ""
        self._dragged_from: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        if sys.platform != "darwin":  # there the touchpad's own event comes, unless this swallows it and its place
            self.grabGesture(Qt.GestureType.PinchGesture)
        look().changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for the room of a small photo."""
        return QSize(640, 480)

    def set_picture(self, picture: Picture | None, label: str = "") -> None:
        """Show a picture with a label in its corner."""
        self._picture, self._label = picture, label
        self.refresh()

    def set_message(self, message: str) -> None:
        """Say something where no picture is."""
        self._message = message
        self.update()

    def panes(self) -> list[Pane]:
        """Return what is to be drawn where; all panes are of one size."""
        if self._picture is None:
            return []
        place = QRectF(self.rect())
        return [Pane(place, self._picture, self._label, place)]

    def frame_of(self, pane: Pane) -> Frame:
        """Return the pane's frame for the viewport."""
        return Frame(pane.picture.size, pane.place, self.devicePixelRatioF())

    def pane_at(self, position: QPointF) -> Pane | None:
        """Return the pane below a point, else the first."""
        panes = self.panes()
        return next((pane for pane in panes if pane.place.contains(position)), panes[0] if panes else None)

    def zoom_percent(self) -> int | None:
        """Return the zoom as people know it, where 100 is a pixel for a pixel; None without a photo."""
        panes = self.panes()
        return round(100 * self.viewport.zoom_in(self.frame_of(panes[0]))) if panes else None

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom around a point, else around the middle."""
        pane = self.pane_at(at if at is not None else QPointF())
        if pane is not None:
            self.viewport.zoom_by(factor, self.frame_of(pane), at)

    def pan_by(self, delta: QPointF) -> bool:
        """Move the photo; return whether there was anything to move."""
        pane = self.pane_at(QPointF())
        if pane is None:
            return False
        placed = self.viewport.placed(self.frame_of(pane))
        if not pane.place.adjusted(-1, -1, 1, 1).contains(placed):
            self.viewport.pan_by(delta, self.frame_of(pane))
            return True
        return False

    def refresh(self) -> None:
        """Draw again, and tell where a sharper picture would show."""
        self.update()
        sights = [(pane.picture, self.viewport.sight(self.frame_of(pane))) for pane in self.panes()]
        self.looked_at.emit(next((sight for picture, sight in sights if not picture.is_sharp_at(sight.zoom)), None))

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the panes, then what lies over them."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look().colours.window))
        for pane in self.panes():
            self._draw(painter, pane)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._message and not self.panes():
            painter.setPen(QColor(look().colours.secondary))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), flags, self._message)
        self.paint_over(painter)
        for pane in self.panes():
            self._draw_label(painter, pane)
        if self.hasFocus() and self.shows_focus_frame():
            draw_frame(painter, self.rect(), 2)
        painter.end()

    def paint_over(self, painter: QPainter) -> None:
        """Draw what lies over the photos; for subclasses."""

    def shows_focus_frame(self) -> bool:
        """Tell whether the keyboard's focus is shown as a frame; for subclasses that show it otherwise."""
        return bool(self.panes())

    def _draw(self, painter: QPainter, pane: Pane) -> None:
        frame = self.frame_of(pane)
        placed = self.viewport.placed(frame)
        shown = placed & pane.visible & pane.place
        if shown.isEmpty():
            return
        painter.save()
        zoom = self.viewport.zoom_in(frame)
        # Above 4:1 the photo's pixels are what one wants to see.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom < 4)
        painter.setBrushOrigin(placed.topLeft())
        images = [(pane.picture.level(zoom), placed)]
        # From farther away it would stand out: it is made to be drawn near 1:1, and looks rough when it is shrunk.
        if (detail := pane.picture.detail) is not None and not pane.picture.is_sharp_at(zoom):
            images.append((detail.image, detail.placed(placed)))
        for image, place in images:
            painter.setClipRect(shown & place)
            if pane.picture.translucent:
                painter.fillRect(shown & place, QBrush(_checkerboard(look().dark)))
            _draw_part(painter, image, place, shown & place)
        painter.restore()

    def _draw_label(self, painter: QPainter, pane: Pane) -> None:
        if not pane.label:
            return
        shown = self.viewport.placed(self.frame_of(pane)) & pane.visible & pane.place
        metrics = QFontMetricsF(self.font())
        width, height = metrics.horizontalAdvance(pane.label) + 20, metrics.height() + 8
        if shown.width() < width + 2 * _CHIP_MARGIN:
            return
        x = shown.right() - _CHIP_MARGIN - width if pane.label_right else shown.left() + _CHIP_MARGIN
        draw_chip(painter, QRectF(x, shown.top() + _CHIP_MARGIN, width, height), pane.label)

    # Mouse, touchpad, touch

    def event(self, event: QEvent) -> bool:
        """Zoom by the gestures of touchpads and touch screens."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_by(1 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom_by(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint())))
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom; two fingers on a touchpad move the photo instead."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if not event.pixelDelta().isNull() and event.phase() is not Qt.ScrollPhase.NoScrollPhase and not control:
            self.pan_by(QPointF(event.pixelDelta()))
        elif event.angleDelta().y():
            self.zoom_by(_WHEEL_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take hold of the photo."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._dragged_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move the photo that is held."""
        if self._dragged_from is not None and self.pan_by(event.position() - self._dragged_from):
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._dragged_from = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let the photo go."""
        self._dragged_from = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show the photo's own pixels there, or the whole photo again."""
        pane = self.pane_at(event.position())
        if pane is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        frame = self.frame_of(pane)
        zoom = self.viewport.zoom_in(frame)
        if self.viewport.zoom is None and zoom < 1:
            self.viewport.zoom_by(1 / zoom, frame, event.position())
        else:
            self.viewport.fit()

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom by + and -, fit by 0, own pixels by 1, move by the arrows."""
        arrows = {
            Qt.Key.Key_Left: QPointF(1, 0),
            Qt.Key.Key_Right: QPointF(-1, 0),
            Qt.Key.Key_Up: QPointF(0, 1),
            Qt.Key.Key_Down: QPointF(0, -1),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(_KEY_STEP)
        elif key is Qt.Key.Key_Minus:
            self.zoom_by(1 / _KEY_STEP)
        elif key is Qt.Key.Key_0:
            self.viewport.fit()
        elif key is Qt.Key.Key_1:
            self.viewport.actual_size()
        elif key not in arrows or not self.pan_by(arrows[key] * _PAN_STEP):
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Hide where the keyboard was."""
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the zoom's intention."""
        super().resizeEvent(event)
        self.refresh()


def _draw_part(painter: QPainter, image: QImage, place: QRectF, shown: QRectF) -> None:
    """Draw only what shows of an image, to whole pixels of it, so that nothing shakes while it is moved."""
    if shown.isEmpty():
        return
    scale_x, scale_y = image.width() / place.width(), image.height() / place.height()
    part = QRectF(
        (shown.left() - place.left()) * scale_x,
        (shown.top() - place.top()) * scale_y,
        shown.width() * scale_x,
        shown.height() * scale_y,
    )
    whole = QRectF(part.toAlignedRect().adjusted(-1, -1, 1, 1) & image.rect())
    target = QRectF(
        place.left() + whole.left() / scale_x,
        place.top() + whole.top() / scale_y,
        whole.width() / scale_x,
        whole.height() / scale_y,
    )
    painter.drawImage(target, image, whole)


def draw_frame(painter: QPainter, place: QRect, width: int) -> None:
    """Draw a frame within the edge of a place; it has the corners of photos, which would stick out of round ones."""
    painter.setPen(QPen(QColor(look().colours.accent), width, j=Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = width / 2
    painter.drawRect(QRectF(place).adjusted(inset, inset, -inset, -inset))


def draw_chip(painter: QPainter, place: QRectF, text: str) -> None:
    """Draw a small label that can be read over any photo."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 17, 19, 165))
    radius = min(14.0, place.height() / 2)
    painter.drawRoundedRect(place, radius, radius)
    painter.setPen(QColor(255, 255, 255, 235))
    painter.drawText(place.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)


@cache
def _checkerboard(dark: bool) -> QPixmap:
    one, other = ("#2a2c30", "#383b40") if dark else ("#ffffff", "#dcdcdc")
    board = QPixmap(2 * _SQUARE, 2 * _SQUARE)
    board.fill(QColor(one))
    painter = QPainter(board)
    painter.fillRect(0, 0, _SQUARE, _SQUARE, QColor(other))
    painter.fillRect(_SQUARE, _SQUARE, _SQUARE, _SQUARE, QColor(other))
    painter.end()
    return board
