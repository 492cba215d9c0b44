"""Paints one photo of the queue as a card: thumbnail, state, name, and the reason or the time it took."""

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from kmhc_desktop.queue.model import Role
from kmhc_desktop.queue.progress_strip import duration_text
from kmhc_desktop.queue.row import Row
from kmhc_desktop.queue.state_text import state_text
from kmhc_desktop.theme import look
from kmhc_desktop.thumbnails import Thumbnails
from kmhc_engine.jobs import State

MARGIN = 8
_PICTURE = QSize(148, 111)
_BADGE = 24
_SHORT = 10  # seconds: tenths of more tell nothing
_ICONS = {
    State.RUNNING: "running",
    State.DONE: "check",
    State.SKIPPED: "skip",
    State.FAILED: "alert",
    State.CANCELLED: "cancelled",
    State.INTERRUPTED: "interrupted",
}


def _card_text(row: Row, paused: bool) -> str:
    """Return the state, with the reason or the time it took."""
    text = state_text(row, paused=paused)
    if row.reason or row.state is not State.DONE or row.seconds < 0.05:
        return text
    if row.seconds >= _SHORT:
        return f"{text} · {duration_text(row.seconds)}"
    return f"{text} · {QLocale().toString(row.seconds, 'f', 1)} s"


class QueueDelegate(QStyledItemDelegate):
    """Paints from the row's record, and from whether it is paused.

    Args:
        thumbnails: Where the pictures come from.
    """

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails, self._look = thumbnails, look()

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the size of a card; all are the same."""
        return self.card_size(option.fontMetrics)

    def card_size(self, metrics: QFontMetrics) -> QSize:
        """Return the size of a card in a font."""
        return QSize(_PICTURE.width() + 2 * MARGIN, _PICTURE.height() + 2 * metrics.height() + 3 * MARGIN + 6)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint a card."""
        row: Row | None = index.data(Role.ROW)
        if row is None:
            return
        rect: QRect = option.rect.adjusted(2, 2, -2, -2)
        state = option.state
        colours = self._look.colours
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if state & QStyle.StateFlag.State_Selected:
            self._fill(painter, rect, colours.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            self._fill(painter, rect, colours.hover)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 9, 9)
        picture = QRect(rect.left() + MARGIN - 2, rect.top() + MARGIN - 2, rect.width() - 2 * MARGIN + 4, 0)
        picture.setHeight(_PICTURE.height())
        self._paint_picture(painter, picture, row, index.row())
        paused = bool(index.data(Role.PAUSED))
        self._paint_badge(painter, picture, row, paused)
        self._paint_texts(painter, option, picture, row, paused)
        painter.restore()

    def _colour(self, row: Row, paused: bool) -> str:
        """Return what a photo's state is told in: only what fails or moves stands out."""
        colours = self._look.colours
        if row.state is State.FAILED:
            return colours.failed
        return colours.accent if row.state is State.RUNNING and not paused else colours.secondary

    def _fill(self, painter: QPainter, rect: QRect, colour: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawRoundedRect(rect, 10, 10)

    def _paint_picture(self, painter: QPainter, rect: QRect, row: Row, position: int) -> None:
        path = QPainterPath()
        path.addRoundedRect(rect, 7, 7)
        painter.fillPath(path, QColor(self._look.colours.window))
        image = self._thumbnail(row, position)
        if image is None or image.isNull():
            name = "photo" if image is None else "alert"
            icon = self._look.icon(name, self._look.colours.disabled)
            icon.paint(painter, QRect(rect.center().x() - 14, rect.center().y() - 14, 28, 28))
            return
        painter.save()
        painter.setClipPath(path)
        size = image.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        # A portrait or a panorama is shown whole; what is nearly of the card's shape fills it.
        if size.width() > 1.35 * rect.width() or size.height() > 1.35 * rect.height():
            size = image.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(0, 0, size.width(), size.height())
        target.moveCenter(rect.center())
        painter.setOpacity(0.45 if row.state is State.SKIPPED or row.waits_in_colour else 1.0)
        painter.drawImage(target, image)
        painter.restore()

    def _thumbnail(self, row: Row, position: int) -> QImage | None:
        if row.refusal:
            return QImage()
        if row.output and row.lies_as_wanted:
            image = self._thumbnails.get(row.output, row.edition, position)
            if image is not None:
                return image
        image = self._thumbnails.get(row.path, row.modified_ns, position)
        if image is None or not row.quarters:
            return image
        return image.transformed(QTransform().rotate(90 * row.quarters))

    def _paint_badge(self, painter: QPainter, picture: QRect, row: Row, paused: bool) -> None:
        name = "skip" if row.state is State.WAITING and row.in_colour else _ICONS.get(row.state)
        if name is None:
            return
        name, colours = "pause" if paused else name, self._look.colours
        badge = QRect(picture.right() - _BADGE - 5, picture.top() + 6, _BADGE, _BADGE)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.surface))
        painter.drawEllipse(badge)
        colour = colours.done if row.state is State.DONE else self._colour(row, paused)
        self._look.icon(name, colour).paint(painter, badge.adjusted(4, 4, -4, -4))

    def _paint_texts(
        self, painter: QPainter, option: QStyleOptionViewItem, picture: QRect, row: Row, paused: bool
    ) -> None:
        metrics: QFontMetrics = option.fontMetrics
        colours = self._look.colours
        rect = QRect(picture.left() + 2, picture.bottom() + 6, picture.width() - 4, metrics.height())
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(QColor(colours.text))
        painter.drawText(rect, align, metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, rect.width()))
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        painter.setPen(QColor(self._colour(row, paused)))
        rect.translate(0, metrics.height() + 1)
        text = QFontMetrics(font).elidedText(_card_text(row, paused), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, align, text)
