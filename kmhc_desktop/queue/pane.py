"""The pane with the photos: filters with their counts, search, order, and the cards."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop.queue.delegate import QueueDelegate
from kmhc_desktop.queue.model import Filter, Order, QueueModel
from kmhc_desktop.queue.row import WAITING, Row
from kmhc_desktop.theme import look
from kmhc_desktop.thumbnails import Thumbnails
from kmhc_desktop.widgets.card_view import CardView
from kmhc_desktop.widgets.flow_layout import FlowLayout
from kmhc_engine.jobs import State


class QueueView(CardView):
    """The cards of the queue.

    Args:
        delegate: Paints them.
    """

    def __init__(self, delegate: QueueDelegate) -> None:
        super().__init__(delegate.card_size(QFontMetrics(QApplication.font())))
        self.setItemDelegate(delegate)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the keys of the viewer and of the menus to them."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Delete):
            event.ignore()
            return
        super().keyPressEvent(event)


class QueuePane(QWidget):
    """Everything around the list of photos.

    Args:
        model: The queue.
        thumbnails: The pictures.

    Attributes:
        thumbnails: The pictures.
        current_changed: Emitted with the `Row` that is looked at, or None.
        selected: Emitted when the selection changes.
    """

    current_changed = Signal(object)
    selected = Signal()

    def __init__(self, model: QueueModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._model, self.thumbnails = model, thumbnails
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.context_actions: list[QAction] = []
        self._chips = self._make_chips()
        self._search = QLineEdit(placeholderText=self.tr("Search"), clearButtonEnabled=True)
        self._search.setProperty("role", "search")
        self._search.setAccessibleName(self.tr("Search by name"))
        self._search.setToolTip(self.tr("Search by name"))
        self._search_action = self._search.addAction(look().icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._order = self._make_order()
        self.view = QueueView(QueueDelegate(thumbnails, self))
        self.view.setAccessibleName(self.tr("Photos"))
        self.view.setModel(model)
        nothing = self.tr("No photo here matches. Choose another filter or clear the search.")
        self._nothing = QLabel(nothing, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, margin=24)
        self._nothing.setProperty("role", "secondary")
        self._lay_out()
        self._current: Path | None = None
        self._place = 0  # of the current photo in the list
        self._search_delay = QTimer(self, singleShot=True, interval=120)
        self._search_delay.timeout.connect(self._apply)
        self._repaint_delay = QTimer(self, singleShot=True, interval=16)
        self._repaint_delay.timeout.connect(self.view.viewport().update)
        self._count_delay = QTimer(self, singleShot=True, interval=100)
        self._count_delay.timeout.connect(self._show_counts)
        self._connect()
        self._show_counts()

    def _make_chips(self) -> dict[Filter, QPushButton]:
        group = QButtonGroup(self)
        chips = {}
        for chosen in Filter:
            chip = QPushButton()
            chip.setCheckable(True)
            chip.setChecked(chosen is Filter.ALL)
            chip.setProperty("role", "chip")
            group.addButton(chip)
            chip.clicked.connect(self._apply)
            chips[chosen] = chip
        return chips

    def _make_order(self) -> QComboBox:
        box = QComboBox()
        for order, text in (
            (Order.FOLDER, self.tr("By folder")),
            (Order.NAME, self.tr("By name")),
            (Order.DATE, self.tr("By date")),
            (Order.SIZE, self.tr("Largest first")),
            (Order.DOUBT, self.tr("Most unsure first")),
        ):
            box.addItem(text, order)
        box.setAccessibleName(self.tr("Order of the photos"))
        box.setToolTip(self.tr("Order of the photos"))  # on Linux the name that is read aloud is what is chosen
        return box

    def _lay_out(self) -> None:
        chips = FlowLayout(spacing=6)
        for chip in self._chips.values():
            chips.addWidget(chip)
        tools = QHBoxLayout()
        tools.addWidget(self._search, 1)
        tools.addWidget(self._order)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._nothing)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 12, 4, 0)
        outer.setSpacing(10)
        for inner in (tools, chips):
            box = QHBoxLayout()
            box.setContentsMargins(0, 0, 8, 0)
            box.addLayout(inner)
            outer.addLayout(box)
        outer.addLayout(self._stack, 1)

    def _connect(self) -> None:
        self._search.returnPressed.connect(self.view.setFocus)
        self._search.textChanged.connect(lambda: self._search_delay.start())
        self._order.currentIndexChanged.connect(self._apply)
        self._model.counted.connect(self._count_later)
        self._model.rowsInserted.connect(self._select_first)
        self._model.modelReset.connect(self._find_current_again)
        self.view.selectionModel().currentChanged.connect(self._follow)
        self.view.selectionModel().selectionChanged.connect(self.selected)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.view.verticalScrollBar().valueChanged.connect(self._tell_place)
        self.thumbnails.ready.connect(lambda: self._repaint_delay.isActive() or self._repaint_delay.start())
        look().changed.connect(self._recolour)

    # What the window asks.

    @property
    def current(self) -> Row | None:
        """The photo that is looked at."""
        return self._model.row(self._current) if self._current else None

    def chosen_rows(self) -> Sequence[Row]:
        """Return the selected photos, in the order of the list."""
        positions = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return [row for position in positions if (row := self._model.shown(position))]

    def step(self, by: int) -> None:
        """Look at the next photo (1) or the one before (-1)."""
        position = self.view.currentIndex().row() + by
        if 0 <= position < self._model.rowCount():
            self._choose(self._model.index(position))

    def show_only(self, chosen: Filter, order: Order | None = None) -> None:
        """Choose a filter, as a click on its chip would."""
        self._chips[chosen].setChecked(True)
        if order is not None:
            self._order.setCurrentIndex(self._order.findData(order))
        self._apply()

    def focus_search(self) -> None:
        """Put the cursor into the search."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    # What happens.

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape gives the search up."""
        if event.key() == Qt.Key.Key_Escape and self._search.hasFocus():
            self._search.clear()
            self.view.setFocus()
        else:
            super().keyPressEvent(event)

    def _recolour(self) -> None:
        self._search_action.setIcon(look().icon("search"))

    def _apply(self) -> None:
        chosen = next(one for one, chip in self._chips.items() if chip.isChecked())
        self._model.show_only(chosen, self._search.text(), Order(self._order.currentData()))
        self._show_counts()

    def _count_later(self) -> None:
        if not self._count_delay.isActive():
            self._count_delay.start()

    def _show_counts(self) -> None:
        states = self._model.states
        waiting = sum(states[one] for one in WAITING)
        for chosen, text, count in (
            (Filter.ALL, self.tr("All"), len(self._model)),
            (Filter.WAITING, self.tr("Waiting"), waiting),
            (Filter.DONE, self.tr("Done"), states[State.DONE]),
            (Filter.FAILED, self.tr("Failed"), states[State.FAILED]),
            (Filter.SKIPPED, self.tr("Skipped"), states[State.SKIPPED]),
            (Filter.REVIEW, self.tr("To review"), self._model.to_review),
        ):
            chip = self._chips[chosen]
            chip.setText(f"{text}  {self.locale().toString(count)}")
            chip.setVisible(count > 0 or chosen is Filter.ALL or chip.isChecked())
        self._stack.setCurrentIndex(0 if self._model.rowCount() or not len(self._model) else 1)

    def _select_first(self, _: QModelIndex, first: int, last: int) -> None:
        if not self.view.currentIndex().isValid():
            self._choose(self._model.index(0))
            if last - first + 1 == len(self._model) and not self._search.text():  # the first photos of all
                self.view.setFocus()

    def _find_current_again(self) -> None:
        if not len(self._model) and (self._search.text() or not self._chips[Filter.ALL].isChecked()):
            self._search.clear()  # what comes next are other photos: all of them are to be seen
            self.show_only(Filter.ALL)
            return
        index = self._model.index_of(self._current) if self._current else QModelIndex()
        if not index.isValid() and self._model.rowCount():
            index = self._model.index(min(self._place, self._model.rowCount() - 1))
        if index.isValid():
            self._choose(index)
        else:
            self._follow(index)

    def _choose(self, index: QModelIndex) -> None:
        """Look at one photo, and no other is selected, whatever key is held."""
        self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _follow(self, index: QModelIndex) -> None:
        row = self._model.shown(index.row()) if index.isValid() else None
        self._current = Path(row.path) if row else None
        self._place = max(0, index.row())
        self.current_changed.emit(row)

    def _tell_place(self) -> None:
        index = self.view.indexAt(QPoint(20, self.view.viewport().height() // 2))
        if index.isValid():
            self.thumbnails.look_at(index.row())

    def _show_menu(self, position: QPoint) -> None:
        if self.view.indexAt(position).isValid() and self.context_actions:
            menu = QMenu(self)
            menu.addActions(self.context_actions)
            menu.exec(self.view.viewport().mapToGlobal(position))
            menu.deleteLater()
