"""Which part of a photo shows, and how large: an intention that holds for any photo and any size of the window."""

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Signal

_MOST = 16.0  # pixels of the screen for one of the photo
_FIT_MOST = 3.0  # a tiny photo is not blown up over a large screen
_ENOUGH = 0.99  # of the pixels that show: so few less look as sharp
_MARGIN = 0.25  # of what shows, on each side


@dataclass(frozen=True)
class Frame:
    """A place for a photo.

    Attributes:
        photo: The photo's size in pixels.
        pane: The place, in the widget's coordinates.
        ratio: Pixels of the screen for one of the widget's coordinates.
    """

    photo: QSize
    pane: QRectF
    ratio: float

    @property
    def fit(self) -> float:
        """The zoom at which the whole photo shows."""
        width, height = max(1, self.photo.width()), max(1, self.photo.height())
        return min(self.pane.width() / width, self.pane.height() / height, _FIT_MOST / self.ratio) * self.ratio


@dataclass(frozen=True)
class Sight:
    """What of a photo shows.

    Attributes:
        part: In 0..1 of the photo.
        zoom: Pixels of the screen for one of the photo.
    """

    part: QRectF
    zoom: float

    @property
    def halvings(self) -> int:
        """How often the photo may be halved and still be sharp."""
        return max(0, math.floor(-math.log2(_ENOUGH * self.zoom)))

    def widened(self) -> "Sight":
        """Return it with a margin, so that it holds when the photo is moved a little."""
        across, down = _MARGIN * self.part.width(), _MARGIN * self.part.height()
        return replace(self, part=self.part.adjusted(-across, -down, across, down) & QRectF(0, 0, 1, 1))

    def covers(self, other: "Sight") -> bool:
        """Tell whether all that the other one shows is in this one, as sharp."""
        return self.part.contains(other.part) and self.halvings <= other.halvings


class Viewport(QObject):
    """Zoom and centre, shared by all the panes that move together.

    Attributes:
        zoom: Pixels of the screen for one of the photo; None fits the photo in, whatever its size.
        centre: The point of the photo in the middle of the pane, in 0..1.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zoom: float | None = None
        self.centre = QPointF(0.5, 0.5)

    def zoom_in(self, frame: Frame) -> float:
        """Return the zoom as it is in this frame."""
        return frame.fit if self.zoom is None else self.zoom

    def placed(self, frame: Frame) -> QRectF:
        """Return where the whole photo lies; parts of it may be outside the pane."""
        scale = self.zoom_in(frame) / frame.ratio
        width, height = frame.photo.width() * scale, frame.photo.height() * scale
        left = _placed(self.centre.x(), width, frame.pane.left(), frame.pane.width())
        top = _placed(self.centre.y(), height, frame.pane.top(), frame.pane.height())
        return QRectF(left, top, width, height)

    def sight(self, frame: Frame) -> Sight:
        """Return what of the photo shows in this frame."""
        placed = self.placed(frame)
        shown = placed & frame.pane
        width, height = max(1.0, placed.width()), max(1.0, placed.height())
        corner = shown.topLeft() - placed.topLeft()
        part = QRectF(corner.x() / width, corner.y() / height, shown.width() / width, shown.height() / height)
        return Sight(part & QRectF(0, 0, 1, 1), self.zoom_in(frame))

    def fit(self) -> None:
        """Show the whole photo."""
        self._set(None, QPointF(0.5, 0.5))

    def actual_size(self) -> None:
        """Show each pixel of the photo as one of the screen."""
        self._set(1.0, self.centre)

    def zoom_by(self, factor: float, frame: Frame, at: QPointF | None = None) -> None:
        """Zoom; the point of the photo below `at` (else the middle) stays where it is."""
        at = frame.pane.center() if at is None else at  # a point at the origin counts as false
        zoom = self.zoom_in(frame) * factor
        least = min(frame.fit, 1.0)
        if factor < 1 and zoom <= least * 1.001:
            self.fit() if least == frame.fit else self._set(least, self.centre)
            return
        before = self.placed(frame)
        x, y = (at.x() - before.left()) / before.width(), (at.y() - before.top()) / before.height()
        zoom = min(zoom, _MOST)
        scale = zoom / frame.ratio
        offset = frame.pane.center() - at
        self._set(
            zoom,
            QPointF(x + offset.x() / (scale * frame.photo.width()), y + offset.y() / (scale * frame.photo.height())),
        )
        self._stay_inside(frame)

    def pan_by(self, delta: QPointF, frame: Frame) -> None:
        """Move the photo by a distance in the widget's coordinates."""
        self._stay_inside(frame)
        placed = self.placed(frame)
        self._set(self.zoom, self.centre - QPointF(delta.x() / placed.width(), delta.y() / placed.height()))
        self._stay_inside(frame)

    def _stay_inside(self, frame: Frame) -> None:
        placed, middle = self.placed(frame), frame.pane.center()
        x, y = (middle.x() - placed.left()) / placed.width(), (middle.y() - placed.top()) / placed.height()
        self.centre = QPointF(x, y)

    def _set(self, zoom: float | None, centre: QPointF) -> None:
        if (zoom, centre) != (self.zoom, self.centre):
            self.zoom, self.centre = zoom, centre
            self.changed.emit()


def _placed(centre: float, length: float, start: float, room: float) -> float:
    if length <= room:
        return start + (room - length) / 2
    return max(start + room - length, min(start, start + room / 2 - centre * length))
