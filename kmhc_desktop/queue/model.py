"""The queue: every photo of the chosen folders with its state, as a list that is filtered, searched and sorted.

The model does its own filtering and sorting, in one pass over plain records: a proxy would call back into Python for
every comparison, and 100,000 photos would stall the window for seconds.
"""

import bisect
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from enum import IntEnum, StrEnum
from operator import attrgetter
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from kmhc_desktop.queue.row import WAITING, Row
from kmhc_desktop.queue.state_text import state_text, tool_tip
from kmhc_engine.jobs import State
from kmhc_engine.scan import Found

Index = QModelIndex | QPersistentModelIndex
# The share of photos that are worth a look: those whose colours differ most from their mirror image's. A share, because
# the differences depend on the weights: on 87 colour photos made grey, and on 59 with other weights, they were 0.7 to
# 3.7 ab units and followed the true error only loosely (rank correlation 0.24 and 0.21; the difference between two
# working sizes, 0.24, was no better). So they say where to look first, not what is wrong.
REVIEW_SHARE = 0.1
_MANY = 32  # changes at once: from so many on, one look through the whole list is less work


class Role(IntEnum):
    """What the model tells of a row."""

    ROW = Qt.ItemDataRole.UserRole + 1  # the whole record
    PAUSED = Qt.ItemDataRole.UserRole + 2  # in hand, while the run is paused


class Filter(StrEnum):
    """Which photos are shown."""

    ALL = "all"
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    REVIEW = "review"


class Order(StrEnum):
    """How they are sorted."""

    FOLDER = "folder"
    NAME = "name"
    DATE = "date"
    SIZE = "size"
    DOUBT = "doubt"


_FILTER_STATES = {
    Filter.WAITING: WAITING,
    Filter.DONE: {State.DONE},
    Filter.FAILED: {State.FAILED},
    Filter.SKIPPED: {State.SKIPPED},
}
_ORDER_KEYS: dict[Order, Callable[[Row], Any]] = {
    Order.FOLDER: attrgetter("number"),
    Order.NAME: lambda row: (row.name.casefold(), row.number),
    Order.DATE: attrgetter("modified_ns", "number"),
    Order.SIZE: lambda row: (-row.size, row.number),
    Order.DOUBT: lambda row: (-(row.doubt or 0.0), row.number),
}


class QueueModel(QAbstractListModel):
    """The photos of all chosen folders.

    Attributes:
        counted: Emitted when the number of photos in any state may have changed.
        states: How many photos there are in each state.
        in_colour: How many that wait are in colour already.
    """

    counted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Row] = {}
        self._shown: list[Row] = []
        self._filter, self._search, self._order = Filter.ALL, "", Order.FOLDER
        self._next_number = 0
        self._paused = False
        self.states: Counter[State] = Counter()
        self.in_colour = 0
        self._doubts: list[float] = []  # of the photos that are done, sorted
        self._review_from = math.inf  # fixed while one reviews, so that the list stays

    # What Qt asks.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return how many photos are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a role says of a row."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        row = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.ToolTipRole:
                return tool_tip(row)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{row.name}, {state_text(row, paused=self.is_paused(row))}"
            case Role.ROW:
                return row
            case Role.PAUSED:
                return self.is_paused(row)
        return None

    # What the window asks.

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def to_review(self) -> int:
        """How many photos are worth a look."""
        return len(self._doubts) - bisect.bisect_left(self._doubts, self._first_doubt())

    @property
    def rows(self) -> Iterable[Row]:
        """All photos, shown or not, in the order of the scan."""
        return self._rows.values()

    def row(self, path: Path | str) -> Row | None:
        """Find a photo."""
        return self._rows.get(str(path))

    def is_paused(self, row: Row) -> bool:
        """Whether a photo is in hand, while the run is paused."""
        return self._paused and row.state is State.RUNNING

    def shown(self, position: int) -> Row | None:
        """Return the photo at a position of the list."""
        return self._shown[position] if 0 <= position < len(self._shown) else None

    def index_of(self, path: Path) -> QModelIndex:
        """Return where a photo is shown; invalid if it is not."""
        row = self._rows.get(str(path))
        position = self._position(row) if row else -1
        return self.index(position) if position >= 0 else QModelIndex()

    # What changes.

    def add(self, root: Path, found: Sequence[Found]) -> None:
        """Take in what a scan has found; photos that are there already stay as they are, but for those replaced since.

        Of a photo that is in hand, or done and now out of reach, nothing changes.
        """
        new = []
        replaced = {}
        for one in found:
            path = str(one.path)
            if (known := self._rows.get(path)) is not None:
                kept = known.state is State.RUNNING or (known.state is State.DONE and one.refusal)
                if not kept and (known.size, known.modified_ns) != (one.size, one.modified_ns):
                    anew = _first_row(known.number, known.root, known.relative, one)
                    if known.size == one.size:  # mostly only its date is another
                        anew.wanted = known.wanted
                    replaced[path] = {field.name: getattr(anew, field.name) for field in fields(Row)}
                continue
            row = _first_row(self._next_number, str(root), str(one.relative), one)
            self._next_number += 1
            self._rows[path] = row
            self._count(row, 1)
            new.append(row)
        self._show_further([row for row in new if self._passes(row)])
        if replaced:
            self.update_all(replaced.items())
        elif new:
            self.counted.emit()

    def update(self, path: Path, **changes: Any) -> None:
        """Change fields of a photo; a photo that is gone is ignored."""
        self.update_all([(path, changes)])

    def update_all(self, changed: Iterable[tuple[Path | str, Mapping[str, Any]]]) -> None:
        """Change fields of many photos, and count them once."""
        rows: dict[Row, None] = {}  # each once
        for path, changes in changed:
            row = self._rows.get(str(path))
            if row is None:
                continue
            self._count(row, -1)
            for name, value in changes.items():
                setattr(row, name, value)
            self._count(row, 1)
            rows[row] = None
        if len(rows) < _MANY:
            for row in rows:
                self._show_change(row)
        else:
            self._show_changes(rows)
        self.counted.emit()

    def show_paused(self, paused: bool) -> None:
        """Show photos in hand as paused, or as at work."""
        if paused != self._paused:
            self._paused = paused
            for row in self.rows:
                if row.state is State.RUNNING:
                    self._show_change(row)

    def _show_change(self, row: Row) -> None:
        position = self._position(row)
        passes = self._passes(row)
        if position >= 0 and not passes:
            self.beginRemoveRows(QModelIndex(), position, position)
            del self._shown[position]
            self.endRemoveRows()
        elif position < 0 and passes:
            key = _ORDER_KEYS[self._order]
            position = next((at for at, other in enumerate(self._shown) if key(other) > key(row)), len(self._shown))
            self.beginInsertRows(QModelIndex(), position, position)
            self._shown.insert(position, row)
            self.endInsertRows()
        elif position >= 0:
            self.dataChanged.emit(self.index(position), self.index(position), [Role.ROW])

    def _show_changes(self, rows: Iterable[Row]) -> None:
        """Show many changes with one look for where they are, and one signal for a stretch of them."""
        places = {row: at for at, row in enumerate(self._shown)}
        passing = {row: self._passes(row) for row in rows}
        if stay := [places[row] for row, passes in passing.items() if passes and row in places]:
            self.dataChanged.emit(self.index(min(stay)), self.index(max(stay)), [Role.ROW])
        gone = sorted(places[row] for row, passes in passing.items() if not passes and row in places)
        for first, last in reversed(_stretches(gone)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._shown[first : last + 1]
            self.endRemoveRows()
        self._show_further([row for row, passes in passing.items() if passes and row not in places])

    def _show_further(self, rows: Sequence[Row]) -> None:
        if not rows:
            return
        key, first = _ORDER_KEYS[self._order], len(self._shown)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._shown.extend(sorted(rows, key=key))
        self.endInsertRows()
        if first and key(self._shown[first]) < key(self._shown[first - 1]):
            self._sort()

    def remove(self, paths: Iterable[Path]) -> None:
        """Take photos off the list; their files stay."""
        gone = [row for path in paths if (row := self._rows.pop(str(path), None))]
        for row in gone:
            self._count(row, -1)
        self._rearrange()
        self.counted.emit()

    def put_back(self, rows: Iterable[Row]) -> None:
        """Put photos that were taken off where they were."""
        for row in rows:
            if row.path not in self._rows:
                self._rows[row.path] = row
                self._count(row, 1)
        self._rows = {row.path: row for row in sorted(self._rows.values(), key=attrgetter("number"))}
        self._rearrange()
        self.counted.emit()

    def clear(self) -> None:
        """Take all photos off the list."""
        self.beginResetModel()
        self._rows.clear()
        self._shown.clear()
        self.states.clear()
        self.in_colour = 0
        self._doubts.clear()
        self.endResetModel()
        self.counted.emit()

    def show_only(self, chosen: Filter, search: str = "", order: Order | None = None) -> None:
        """Choose which photos are shown, and how they are sorted."""
        if chosen is Filter.REVIEW and self._filter is not Filter.REVIEW:
            self._review_from = self._first_doubt()
        self._filter, self._search = chosen, unicodedata.normalize("NFC", search.strip()).casefold()
        self._order = order or self._order
        self._rearrange()

    def _rearrange(self) -> None:
        self.beginResetModel()
        self._shown = sorted((row for row in self._rows.values() if self._passes(row)), key=_ORDER_KEYS[self._order])
        self.endResetModel()

    def _sort(self) -> None:
        """Bring those that are shown in order; what is selected stays selected."""
        self.layoutAboutToBeChanged.emit()
        known = self.persistentIndexList()
        rows = [self._shown[index.row()] for index in known]
        self._shown.sort(key=_ORDER_KEYS[self._order])
        places = {row: at for at, row in enumerate(self._shown)}
        self.changePersistentIndexList(known, [self.index(places[row]) for row in rows])
        self.layoutChanged.emit()

    def _passes(self, row: Row) -> bool:
        if self._filter is Filter.REVIEW:
            if not self._doubtful(row):
                return False
        elif self._filter is not Filter.ALL and row.state not in _FILTER_STATES[self._filter]:
            return False
        return self._search in row.name.casefold() if self._search else True

    def _count(self, row: Row, by: int) -> None:
        self.states[row.state] += by
        self.in_colour += by * row.waits_in_colour
        if row.state is State.DONE and row.doubt is not None:
            if by > 0:
                bisect.insort(self._doubts, row.doubt)
            else:
                del self._doubts[bisect.bisect_left(self._doubts, row.doubt)]

    def _first_doubt(self) -> float:
        """Return from which doubt on a photo is worth a look; infinity while too few are known."""
        count = len(self._doubts)
        worth = min(round(REVIEW_SHARE * count), math.isqrt(count))
        return self._doubts[-worth] if worth else math.inf

    def _doubtful(self, row: Row) -> bool:
        return row.state is State.DONE and row.doubt is not None and row.doubt >= self._review_from

    def _position(self, row: Row) -> int:
        if row.number < len(self._shown) and self._shown[row.number] is row:
            return row.number
        try:
            return self._shown.index(row)
        except ValueError:
            return -1


def _first_row(number: int, root: str, relative: str, found: Found) -> Row:
    """Return a photo of which nothing has become yet."""
    place = number, root, str(found.path), relative
    row = Row(*place, found.size, found.modified_ns, found.refusal, found.unreadable, wanted=found.turn)
    if found.refusal:
        row.state, row.reason = State.FAILED if found.unreadable else State.SKIPPED, found.refusal
    return row


def _stretches(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and the last of each stretch without a gap; the positions are sorted."""
    stretches: list[tuple[int, int]] = []
    for at in positions:
        first = stretches.pop()[0] if stretches and stretches[-1][1] == at - 1 else at
        stretches.append((first, at))
    return stretches
