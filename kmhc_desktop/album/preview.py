"""The picture of the album's first page, drawn anew soon after every change, by the album process."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kmhc_desktop.album.messages import Drawn
from kmhc_desktop.engine.texts import translated

_SOON = 150  # milliseconds without a further change


class AlbumPreview(QWidget):
    """Shows the first page. Never more than one drawing is asked for at a time.

    Attributes:
        wanted: Emitted with a size in pixels when a new picture is to be drawn.
        reason: Why there is no picture; empty while there is one.
    """

    wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.reason = ""
        self._drawing, self._stale = False, False
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._ask)
        self.setMinimumSize(280, 240)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Preview of the first page"))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return a comfortable size."""
        return QSize(300, 440)

    def refresh(self) -> None:
        """Have a new picture drawn soon."""
        self._stale = True
        self._soon.start()

    def show_drawn(self, drawn: Drawn) -> None:
        """Show a picture that has been drawn."""
        self._drawing = False
        width, height = drawn.size
        self.reason = translated(drawn.reason)
        self._image = QImage()
        if drawn.pixels:
            self._image = QImage(drawn.pixels, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        self.update()
        if self._stale:
            self._soon.start()

    def forget(self) -> None:
        """Expect no drawing: the process is busy, or was lost."""
        self._drawing = self._stale = False
        self._soon.stop()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the picture in the middle, or say why there is none."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image.isNull():
            painter.setPen(self.palette().placeholderText().color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            text = self.reason or self.tr("Looking for the photos…")
            painter.drawText(self.rect().adjusted(24, 24, -24, -24), int(flags), text)
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF((self.width() - size.width()) / 2, 0, size.width(), size.height())
        painter.drawImage(place, self._image)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(place.adjusted(0.5, 0.5, -0.5, -0.5))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Draw it in the new size."""
        self.refresh()

    def _ask(self) -> None:
        if self._drawing or not self._stale or not self.window().isVisible():
            return  # where there is no room for the picture, the reason that there is none still counts
        self._drawing, self._stale = True, False
        ratio = self.devicePixelRatioF()
        self.wanted.emit((round(self.width() * ratio), round(self.height() * ratio)))
