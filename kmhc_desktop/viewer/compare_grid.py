"""One photo through several variants, side by side and zoomed together; the best one is picked."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from kmhc_desktop.engine.texts import translated
from kmhc_desktop.theme import look
from kmhc_desktop.viewer.open_photos import OpenPhotos
from kmhc_desktop.viewer.photo_canvas import PhotoCanvas, draw_frame
from kmhc_desktop.viewer.photo_loader import PhotoLoader
from kmhc_desktop.viewer.picture import Picture
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_desktop.viewer.viewport import Viewport
from kmhc_desktop.widgets.elided_label import ElidedLabel
from kmhc_desktop.widgets.own_keys import DELETE, OwnKeys

_THREADS = 2
_CLICK = 4  # pixels a click may stray


class Scope(StrEnum):
    """For which photos a variant is chosen."""

    PHOTO = "photo"
    SELECTION = "selection"
    FOLDER = "folder"


class VariantCell(PhotoCanvas):
    """What one variant made of the photo."""

    picked = Signal(str)

    def __init__(self, variant: str, viewport: Viewport, loader: PhotoLoader, parent: QWidget) -> None:
        super().__init__(viewport, parent)
        self.variant = variant
        self.chroma: Path | None = None
        self.loader = loader
        self.is_picked = False
        self._pressed_at: QPointF | None = None
        self.setAccessibleName(variant)
        self.setMinimumSize(180, 140)
        loader.after_ready.connect(self._show_result)
        loader.failed.connect(lambda _photo, message: self.set_message(translated(message)))
        self.looked_at.connect(loader.look_at)

    def show_chroma(self, source: Path, chroma: Path, turn: int) -> None:
        """Show the photo in the colours of a variant."""
        self.chroma = chroma
        self.loader.load(ViewedPhoto(source, chroma=chroma, turn=turn))

    def set_picked(self, picked: bool) -> None:
        """Mark the cell as the one that is picked."""
        self.is_picked = picked
        self.setAccessibleDescription(self.tr("picked") if picked else "")
        self.update()

    def paint_over(self, painter: QPainter) -> None:
        """Draw a frame around what is picked."""
        if self.is_picked:
            draw_frame(painter, self.rect(), 4)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(look().colours.text), 1.5, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(6, 6, -6, -6), 3, 3)

    def shows_focus_frame(self) -> bool:
        """The frame is for what is picked; the focus is dotted."""
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """What the keyboard reaches is picked, as in a list."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.picked.emit(self.variant)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where, to tell a click from a drag."""
        self._pressed_at = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click picks."""
        super().mouseReleaseEvent(event)
        if self._pressed_at is not None and (event.position() - self._pressed_at).manhattanLength() <= _CLICK:
            self.picked.emit(self.variant)
        self._pressed_at = None

    def _show_result(self, _photo: ViewedPhoto, picture: Picture) -> None:
        self.set_picture(picture, self.variant)


class CompareGrid(QWidget):
    """Shows what several variants make of one photo.

    Args:
        photos: Decoded photos; shared with what shows the same one.

    Attributes:
        variants: Says which variants can be tried: those whose weights are here.
        requested: Carries the names of variants to try, as a tuple.
        more_requested: The user wants variants whose weights are not here yet.
        chosen: Carries the name of a variant, and the Scope that it is for.
    """

    requested = Signal(object)
    more_requested = Signal()
    chosen = Signal(str, object)

    def __init__(self, photos: OpenPhotos | None = None) -> None:
        super().__init__()
        self.viewport = Viewport(self)
        self.picked = ""
        self._locked = False
        self._source: Path | None = None
        self._turn = 0  # quarters clockwise
        self._arranged = 1  # columns
        self._cells: dict[str, VariantCell] = {}
        self._photos = photos or OpenPhotos()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(_THREADS)
        self.variants: Callable[[], Sequence[str]] = list
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._empty = QLabel(self.tr("Add variants to see what each makes of this photo."), self)
        self._empty.setProperty("role", "secondary")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        column.addWidget(self._empty, 1)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        self._grid.setContentsMargins(4, 4, 4, 4)
        column.addLayout(self._grid, 1)
        column.addWidget(self._bar())
        OwnKeys(self, DELETE)
        look().changed.connect(self._show_icons)
        self._show_icons()
        self._enable()

    @property
    def cells(self) -> tuple[VariantCell, ...]:
        """The cells, in order."""
        return tuple(self._cells.values())

    def show_photo(self, source: Path | None, turn: int = 0) -> None:
        """Compare on another photo, or on none; the variants stay to be asked for again."""
        if (source, turn) == (self._source, self._turn):
            return
        self._source, self._turn = source, turn
        text = self.tr("{0} is at work…") if source is not None else self.tr("Choose a photo to compare on.")
        for cell in self.cells:
            cell.loader.forget()
            cell.chroma = None
            cell.set_picture(None)
            cell.set_message(text.format(cell.variant))
        if source is not None and self._cells:
            self.requested.emit(tuple(self._cells))
        self._enable()

    def show_result(self, source: Path, variant: str, result: Path | str, turn: int = 0) -> None:
        """Show what a variant makes of the photo, unless it was taken out meanwhile.

        Args:
            source: The photo; of another one than that which is compared on, nothing is shown.
            variant: Its name.
            result: Its Chroma file, or why there is none.
            turn: Quarter turns clockwise that the photo took; otherwise turned, nothing is shown.
        """
        cell = self._cells.get(variant)
        if cell is None or (source, turn) != (self._source, self._turn):
            return
        if isinstance(result, Path):
            cell.show_chroma(source, result, turn)
            if not self.picked:
                self.pick(variant)
        else:
            cell.set_picture(None)
            cell.set_message(f"{variant}\n\n{translated(result)}")
        self._enable()

    def add(self, variant: str) -> None:
        """Try one more variant."""
        if self._source is None or variant in self._cells:
            return
        loader = PhotoLoader(self, photos=self._photos, pool=self._pool, result_only=True)
        cell = self._cells[variant] = VariantCell(variant, self.viewport, loader, self)
        cell.set_message(self.tr("{0} is at work…").format(variant))
        cell.picked.connect(self.pick)
        loader.after_ready.connect(self._rearrange)
        self._arrange()
        self.requested.emit((variant,))
        self._enable()

    def remove(self, variant: str) -> None:
        """Take a variant out."""
        cell = self._cells.pop(variant, None)
        if cell is not None:
            cell.loader.retire()
            cell.deleteLater()
            if self.picked == variant:
                self.pick(next(iter(self._cells), ""))
            self._arrange()
            self._enable()

    def pick(self, variant: str) -> None:
        """Pick a variant; the buttons below apply it."""
        self.picked = variant
        for cell in self.cells:
            cell.set_picked(cell.variant == variant)
        self._lead_focus()
        self._enable()

    def choose(self, scope: Scope) -> None:
        """Apply what is picked."""
        if self._can_choose():
            self.chosen.emit(self.picked, scope)

    def lock(self, locked: bool) -> None:
        """Let nothing be applied while a run goes on."""
        self._locked = locked
        self._enable()

    def close_loaders(self) -> None:
        """End the work in the background; before the window goes."""
        for cell in self.cells:
            cell.loader.forget()
        self._pool.waitForDone()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Use the room for as large photos as can be."""
        super().resizeEvent(event)
        self._rearrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows move the pick, Enter applies it to the photo, Delete takes it out."""
        key = Qt.Key(event.key())
        names = list(self._cells)
        columns = self._arranged
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -columns, Qt.Key.Key_Down: columns}
        if key in steps and names:
            position = (names.index(self.picked) if self.picked in names else 0) + steps[key]
            if 0 <= position < len(names):
                self.pick(names[position])
                self._cells[names[position]].setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose(Scope.PHOTO)
        elif key in DELETE:
            self.remove(self.picked)
            self.setFocus()  # the next Delete is not to take the photo off the list
        else:
            super().keyPressEvent(event)

    def _lead_focus(self) -> None:
        """Have the focus of the whole be at what is picked, else at the first cell or the button that adds one."""
        self.setFocusProxy(self._cells.get(self.picked) or next(iter(self._cells.values()), self._add))

    # Places

    def _columns(self) -> int:
        """Return the number of columns that leaves the photo the most room."""
        count = max(1, len(self._cells))
        shape = next((pane.picture.size for cell in self.cells for pane in cell.panes()), QSize(3, 2))

        def size(columns: int) -> float:
            width, height = self.width() / columns, self.height() / -(-count // columns)
            return min(width / shape.width(), height / shape.height())

        return max(range(1, count + 1), key=size)

    def _rearrange(self) -> None:
        if self._columns() != self._arranged:
            self._arrange()

    def _arrange(self) -> None:
        self._lead_focus()
        columns = self._arranged = self._columns()
        for cell in self.cells:
            self._grid.removeWidget(cell)
        for number, cell in enumerate(self.cells):
            self._grid.addWidget(cell, number // columns, number % columns)
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, int(row * columns < len(self._cells)))
        for number in range(self._grid.columnCount()):
            self._grid.setColumnStretch(number, int(number < columns))
        # To where the buttons are, which then follow: else Tab would leave out all that was made before the cells.
        for one, after in pairwise((self._add, *self.cells, self._add)):
            self.setTabOrder(one, after)

    # The bar below

    def _bar(self) -> QWidget:
        bar = QWidget(self)
        bar.setProperty("role", "panel")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(8)
        self._add = QPushButton(self.tr("Add a variant"), bar)
        self._add.setIconSize(QSize(18, 18))
        menu = QMenu(self._add)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self._add.setMenu(menu)
        self._says = ElidedLabel(bar)
        self._says.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._says.setProperty("role", "secondary")
        row.addWidget(self._add)
        row.addWidget(self._says, 1)
        titles = {
            Scope.PHOTO: self.tr("This photo"),
            Scope.SELECTION: self.tr("Selection"),
            Scope.FOLDER: self.tr("Whole folder"),
        }
        self._choices: dict[Scope, QPushButton] = {}
        for scope, title in titles.items():
            button = QPushButton(title, bar)
            button.clicked.connect(lambda _=False, scope=scope: self.choose(scope))
            self._choices[scope] = button
            row.addWidget(button)
        self._choices[Scope.PHOTO].setProperty("role", "primary")
        return bar

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        for variant in self.variants():
            action = menu.addAction(variant.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(variant in self._cells)
            action.toggled.connect(lambda shown, variant=variant: self.add(variant) if shown else self.remove(variant))
        menu.addSeparator()
        menu.addAction(self.tr("Import or train others…")).triggered.connect(self.more_requested)

    def _can_choose(self) -> bool:
        cell = self._cells.get(self.picked)
        return cell is not None and cell.chroma is not None and not self._locked

    def _enable(self) -> None:
        self._empty.setVisible(not self._cells)
        self._add.setEnabled(self._source is not None)
        can = self._can_choose()
        wait = self.tr("Can be used when the run has ended") if self._locked and self._cells else ""
        self._says.setText(self.tr("Use {0} for").format(self.picked) if can else wait)
        for button in self._choices.values():
            button.setEnabled(can)

    def _show_icons(self) -> None:
        self._add.setIcon(look().icon("network"))
