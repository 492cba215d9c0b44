"""The photos of an album as a table: which are in it, in which order, with which captions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap

from kmhc_desktop.album.messages import Entry
from kmhc_desktop.thumbnails import Thumbnails
from kmhc_desktop.widgets.plain_tip import plain_tip
from kmhc_engine.album.options import Options, Order
from kmhc_engine.errors import printable

Index = QModelIndex | QPersistentModelIndex
THUMBNAIL = 44  # pixels
_ROWS = "application/x-kmhc-album-rows"


class Column(IntEnum):
    """What the table shows."""

    PHOTO = 0
    DATE = 1
    CAPTION = 2


class Choice(StrEnum):
    """Which photos are in the album."""

    ALL = "all"
    SELECTION = "selection"
    FAVOURITES = "favourites"
    TICKED = "ticked"


@dataclass(slots=True)
class _Row:
    entry: Entry
    number: int
    ticked: bool
    caption: str


class AlbumModel(QAbstractTableModel):
    """The photos of a colourised folder.

    Args:
        thumbnails: The window's.

    Attributes:
        changed: Emitted when the album would be another.
    """

    changed = Signal()

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._rows: list[_Row] = []
        self._selection: frozenset[str] = frozenset()
        self._followed: frozenset[str] | None = None  # names that are ticked because the window lists them
        self._captions: dict[str, str] = {}
        self.order = Order.NAME
        thumbnails.ready.connect(self._show_thumbnails)

    # What Qt asks.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return how many photos there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 - Qt's name
        """Return the title of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return {
                Column.PHOTO: self.tr("Photo"), Column.DATE: self.tr("Date"), Column.CAPTION: self.tr("Caption"),
            }[Column(section)]  # fmt: skip
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a role says of a cell."""
        row = self._rows[index.row()]
        match Column(index.column()), role:
            case Column.PHOTO, Qt.ItemDataRole.DisplayRole:
                return printable(row.entry.name)
            case Column.PHOTO, Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if row.ticked else Qt.CheckState.Unchecked
            case Column.PHOTO, Qt.ItemDataRole.DecorationRole:
                return self._thumbnail(row, index.row())
            case Column.DATE, Qt.ItemDataRole.DisplayRole:
                return row.entry.taken
            case Column.CAPTION, Qt.ItemDataRole.DisplayRole:
                return " ".join(row.caption.split())
            case Column.CAPTION, Qt.ItemDataRole.EditRole:
                return row.caption
            case Column.CAPTION, Qt.ItemDataRole.ToolTipRole:
                return plain_tip(row.caption)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        """Take a tick or a caption."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == Column.PHOTO:
            row.ticked = Qt.CheckState(value) is Qt.CheckState.Checked
        elif role == Qt.ItemDataRole.EditRole and index.column() == Column.CAPTION and str(value) != row.caption:
            row.caption = str(value)
            self._captions[row.entry.name] = row.caption
            if row.caption == row.entry.caption:
                del self._captions[row.entry.name]
        else:
            return False
        self.dataChanged.emit(index, index)
        self.changed.emit()
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Tell what can be done with a cell; below the last row something may be dropped."""
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.ItemIsDropEnabled
        flags = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled
        extra = {Column.PHOTO: flag.ItemIsUserCheckable, Column.CAPTION: flag.ItemIsEditable}
        return flags | extra.get(Column(index.column()), flag.NoItemFlags)

    # Moving by hand.

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        """Rows are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        """Return what may be dropped."""
        return [_ROWS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        """Take rows up."""
        data = QMimeData()
        data.setData(_ROWS, " ".join({str(index.row()) for index in indexes}).encode())
        return data

    def dropMimeData(  # noqa: N802 - Qt's name
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Put rows down between two others."""
        place = row if row >= 0 else parent.row() if parent.isValid() else len(self._rows)
        self.move(map(int, bytes(data.data(_ROWS).data()).split()), place)
        return False  # else the view would remove the rows it takes for copies

    def move(self, numbers: Iterable[int], place: int) -> None:
        """Move rows before another one; from now on the order is by hand."""
        numbers = sorted(numbers)
        moved = [self._rows[number] for number in numbers]
        before = [row for number, row in enumerate(self._rows[:place]) if number not in numbers]
        after = [row for number, row in enumerate(self._rows[place:], start=place) if number not in numbers]
        self._rearrange([*before, *moved, *after])
        self.order = Order.HAND
        self.changed.emit()

    # What the dialog asks.

    def load(
        self,
        entries: Sequence[Entry],
        options: Options,
        selection: Iterable[str],
        listed: Iterable[str] | None = None,
    ) -> None:
        """Show the photos of a folder, as the options have them.

        Args:
            entries: By name.
            options: Of the last export.
            selection: Names of those that are selected in the window.
            listed: Names of those that are ticked when nobody has chosen yet; None for all.
        """
        self.beginResetModel()
        self._selection = frozenset(selection)
        self._captions = dict(options.captions)
        names, self._followed = options.chosen, None
        if names is None and listed is not None and not options.favourites:
            names = tuple(listed)
            self._followed = frozenset(names).intersection(entry.name for entry in entries)
        chosen = None if names is None else {name: at for at, name in enumerate(names)}
        self._rows = [
            _Row(
                entry,
                number,
                (chosen is None or entry.name in chosen) and (entry.favourite or not options.favourites),
                self._captions.get(entry.name, entry.caption),
            )
            for number, entry in enumerate(entries)
        ]
        self.order = options.order
        if self.order is Order.HAND and chosen is not None:
            self._rows.sort(key=lambda row: chosen.get(row.entry.name, len(chosen)))
        self.endResetModel()
        self.sort_by(self.order)

    def options(self, before: Options) -> Options:
        """Return options with what is chosen here: photos, order, captions."""
        ticked = tuple(row.entry.name for row in self._rows if row.ticked)
        choice = self.choice
        open_to_more = self.order is not Order.HAND and choice in (Choice.ALL, Choice.FAVOURITES)
        chosen = None if open_to_more else ticked  # photos to come will be in the next album, or not
        favourites = chosen is None and choice is Choice.FAVOURITES
        return replace(before, order=self.order, chosen=chosen, favourites=favourites, captions=dict(self._captions))

    def lasting(self, options: Options) -> Options:
        """Return options as they are worth remembering: ticks that only follow the window's list are no choice."""
        if options.order is not Order.HAND and frozenset(options.chosen or ()) == self._followed:
            return replace(options, chosen=None)
        return options

    def count(self, choice: Choice) -> int:
        """Return how many photos a choice has."""
        return sum(self._belongs(row, choice) for row in self._rows)

    @property
    def choice(self) -> Choice:
        """What the ticks amount to."""
        ticks = [row.ticked for row in self._rows]
        for choice in (Choice.ALL, Choice.FAVOURITES, Choice.SELECTION):
            if any(ticks) and ticks == [self._belongs(row, choice) for row in self._rows]:
                return choice
        return Choice.TICKED

    def choose(self, choice: Choice) -> None:
        """Tick photos."""
        for row in self._rows:
            row.ticked = self._belongs(row, choice)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1))
        self.changed.emit()

    def sort_by(self, order: Order) -> None:
        """Put the photos in order; by hand leaves them as they are."""
        self.order = order
        rows = self._rows
        if order is not Order.HAND:
            rows = sorted(rows, key=attrgetter("number"))
        if order is Order.DATE:
            rows = sorted(rows, key=lambda row: row.entry.taken or "9999")
        self._rearrange(rows)
        self.changed.emit()

    def _belongs(self, row: _Row, choice: Choice) -> bool:
        match choice:
            case Choice.ALL:
                return True
            case Choice.FAVOURITES:
                return row.entry.favourite
            case Choice.SELECTION:
                return row.entry.name in self._selection
        return row.ticked

    def _rearrange(self, rows: list[_Row]) -> None:
        self.layoutAboutToBeChanged.emit()
        known = self.persistentIndexList()
        places = {id(row): at for at, row in enumerate(rows)}
        moved = [self.index(places[id(self._rows[index.row()])], index.column()) for index in known]
        self._rows = rows
        self.changePersistentIndexList(known, moved)
        self.layoutChanged.emit()

    def _thumbnail(self, row: _Row, position: int) -> QPixmap:
        """Return a square, so that names stand in line and rows are as high before their thumbnails are made."""
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        side = round(THUMBNAIL * ratio)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        image = self._thumbnails.get(str(row.entry.path), row.entry.edition, position)
        if image is not None and not image.isNull():
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            small = image.scaled(side, side, keep, smooth)
            painter = QPainter(pixmap)
            painter.drawImage((side - small.width()) // 2, (side - small.height()) // 2, small)
            painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _show_thumbnails(self, _: object) -> None:
        if self._rows:
            last = self.index(len(self._rows) - 1, Column.PHOTO)
            self.dataChanged.emit(self.index(0, Column.PHOTO), last, [Qt.ItemDataRole.DecorationRole])
