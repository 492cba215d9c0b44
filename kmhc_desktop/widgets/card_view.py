"""A list view that shows cards of one size in as many columns as fit.

Where a card lies is computed, not laid out: QListView's own layout takes 0.2 seconds with 100,000 cards, after every
change. It stays a QListView, so that screen readers find a list.
"""

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem

Index = QModelIndex | QPersistentModelIndex
Move = QAbstractItemView.CursorAction


class CardView(QListView):
    """Cards in columns.

    Args:
        card: The size of a card; the columns share the width that is left.
    """

    def __init__(self, card: QSize) -> None:
        super().__init__()
        self._card = card
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    # Where things are.

    @property
    def columns(self) -> int:
        """How many cards lie side by side."""
        return max(1, self.viewport().width() // self._card.width())

    def _count(self) -> int:
        model = self.model()
        return model.rowCount() if model is not None else 0

    def _place(self, position: int) -> QRect:
        """Return where a card lies in the whole list, from its top: in the middle of its column."""
        columns, width = self.columns, self.viewport().width()
        row, column = divmod(position, columns)
        if self.isRightToLeft():
            column = columns - 1 - column
        left = max(0, ((2 * column + 1) * width // columns - self._card.width()) // 2)
        return QRect(QPoint(left, row * self._card.height()), self._card)

    def _positions(self, rect: QRect) -> range:
        """Return the cards of the lines that a part of the viewport touches."""
        top, bottom = rect.top() + self.verticalOffset(), rect.bottom() + self.verticalOffset()
        first = max(0, top // self._card.height()) * self.columns
        return range(first, min(self._count(), (bottom // self._card.height() + 1) * self.columns))

    def visualRect(self, index: Index) -> QRect:  # noqa: N802 - Qt's name
        """Return where a card is in the viewport."""
        return self._place(index.row()).translated(0, -self.verticalOffset()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802 - Qt's name
        """Return the card at a point of the viewport."""
        for position in self._positions(QRect(point, QSize(1, 1))):
            if self._place(position).translated(0, -self.verticalOffset()).contains(point):
                return self.model().index(position, 0)
        return QModelIndex()

    def verticalOffset(self) -> int:  # noqa: N802 - Qt's name
        """Return how far it is scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:  # noqa: N802 - Qt's name
        """Return 0: it is as wide as its viewport."""
        return 0

    def doItemsLayout(self) -> None:  # noqa: N802 - Qt's name
        """Know how high it all is."""
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:  # noqa: N802 - Qt's name
        """Give the scroll bar its range."""
        lines, room = -(-self._count() // self.columns), self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, lines * self._card.height() - room))
        bar.setEnabled(bar.maximum() > 0)  # with nothing to scroll its handle does not show
        bar.setPageStep(room)
        bar.setSingleStep(self._card.height() // 3)

    def scrollTo(  # noqa: N802 - Qt's name
        self, index: Index, _: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a card into view, by no more than it takes."""
        if not index.isValid():
            return
        self.updateGeometries()  # cards may have come since
        bar, place, room = self.verticalScrollBar(), self._place(index.row()), self.viewport().height()
        if place.top() < bar.value():
            bar.setValue(place.top())
        elif place.bottom() >= bar.value() + room:
            bar.setValue(place.bottom() + 1 - room)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 - Qt's name
        """Move what shows."""
        self.viewport().scroll(dx, dy)

    # What is chosen.

    def moveCursor(self, action: Move, _: Qt.KeyboardModifier) -> QModelIndex:  # noqa: N802 - Qt's name
        """Return where a key leads to."""
        count, columns, at = self._count(), self.columns, self.currentIndex().row()
        page = max(1, self.viewport().height() // self._card.height()) * columns
        ahead = -1 if self.isRightToLeft() else 1
        steps = {
            Move.MoveLeft: -ahead,
            Move.MoveRight: ahead,
            Move.MovePrevious: -1,
            Move.MoveNext: 1,
            Move.MoveUp: -columns,
            Move.MoveDown: columns,
            Move.MovePageUp: -page,
            Move.MovePageDown: page,
            Move.MoveHome: -count,
            Move.MoveEnd: count,
        }
        target = at + steps[action] if at >= 0 else 0
        if action in (Move.MoveUp, Move.MoveDown) and not 0 <= target < count:
            target = at  # there is no line above or below
        return self.model().index(max(0, min(count - 1, target)), 0) if count else QModelIndex()

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:  # noqa: N802 - Qt's name
        """Select what a rubber band touches; else all from the card at one corner to the card at the other."""
        selection, model = QItemSelection(), self.model()
        if self.state() is QAbstractItemView.State.DragSelectingState:
            band, offset = rect.normalized(), self.verticalOffset()
            for position in self._positions(band):
                if self._place(position).translated(0, -offset).intersects(band):
                    selection.select(model.index(position, 0), model.index(position, 0))
        else:
            ends = sorted(index.row() for index in map(self.indexAt, (rect.topLeft(), rect.bottomRight())))
            if ends[0] >= 0:
                selection.select(model.index(ends[0], 0), model.index(ends[1], 0))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, _: QItemSelection) -> QRegion:  # noqa: N802 - Qt's name
        """Return what to repaint when a selection changes: all that shows, which is not much."""
        return QRegion(self.viewport().rect())

    # What shows.

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the cards that show."""
        painter = QPainter(self.viewport())
        current, selected = self.currentIndex(), self.selectionModel()
        under_mouse = self.indexAt(self.viewport().mapFromGlobal(self.cursor().pos())) if self.underMouse() else None
        for position in self._positions(event.rect()):
            index = self.model().index(position, 0)
            option = QStyleOptionViewItem()
            self.initViewItemOption(option)
            option.rect = self.visualRect(index)
            option.state &= ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver)
            if selected.isSelected(index):
                option.state |= QStyle.StateFlag.State_Selected
            if index == current and self.hasFocus():
                option.state |= QStyle.StateFlag.State_HasFocus
            if index == under_mouse:
                option.state |= QStyle.StateFlag.State_MouseOver
            self.itemDelegate().paint(painter, option, index)
        painter.end()
