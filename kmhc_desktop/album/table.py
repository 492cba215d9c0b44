"""The table of an album's photos: ticks, captions, and rows that can be moved by mouse and keyboard."""

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from kmhc_desktop.album.model import THUMBNAIL, AlbumModel, Column


class AlbumTable(QTreeView):
    """The table; a flat tree, because a tree shows where rows may be dropped.

    Args:
        model: What it shows.
    """

    def __init__(self, model: AlbumModel) -> None:
        super().__init__()
        self._photos = model
        self.setModel(model)
        self.setAccessibleName(self.tr("Photos of the album"))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.setAlternatingRowColors(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        trigger = QAbstractItemView.EditTrigger
        self.setEditTriggers(trigger.DoubleClicked | trigger.SelectedClicked | trigger.EditKeyPressed)
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)  # it would not become narrower than it is at first
        header.setSectionResizeMode(Column.CAPTION, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(Column.PHOTO, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(Column.PHOTO, 220)
        header.resizeSection(Column.DATE, 92)
        self.setToolTip(self.tr("F2 edits a caption, Space ticks, Alt with an arrow key moves. Rows can be dragged."))

    def end_editing(self) -> None:
        """Keep a caption that is being typed."""
        if self.state() is QAbstractItemView.State.EditingState:
            self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the selected rows with Alt, edit captions with F2 from any column, tick with Space."""
        keys = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in keys:
            self._move(keys[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_F2 and self.currentIndex().isValid():
            self.edit(self.currentIndex().siblingAtColumn(Column.CAPTION))
        elif event.key() == Qt.Key.Key_Space:
            self._tick()
        else:
            super().keyPressEvent(event)

    def moveCursor(  # noqa: N802 - Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Let Tab end the caption and go on to the next one."""
        if action is QAbstractItemView.CursorAction.MoveNext:
            below = self.indexBelow(self.currentIndex())
            return below.siblingAtColumn(Column.CAPTION) if below.isValid() else self.currentIndex()
        return super().moveCursor(action, modifiers)

    def _move(self, way: int) -> None:
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if not rows or (way < 0 and rows[0] == 0) or (way > 0 and rows[-1] == self._photos.rowCount() - 1):
            return
        self._photos.move(rows, rows[0] - 1 if way < 0 else rows[-1] + 2)
        self.scrollTo(self.currentIndex())

    def _tick(self) -> None:
        indexes = self.selectionModel().selectedRows(Column.PHOTO)
        role = Qt.ItemDataRole.CheckStateRole
        ticked = all(index.data(role) == Qt.CheckState.Checked for index in indexes)
        for index in indexes:
            self._photos.setData(index, Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked, role)
