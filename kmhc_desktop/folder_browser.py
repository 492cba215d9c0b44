"""The dock with folders: recent ones, favourites, and the tree of the file system."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QDir, QItemSelection, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileSystemModel,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QSizePolicy,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop.settings import Settings, SettingsStore
from kmhc_desktop.theme import look
from kmhc_desktop.widgets.plain_tip import plain_tip
from kmhc_engine.errors import printable


class FolderList(QListView):
    """A short list of folders, as high as it needs to be.

    Attributes:
        opened: Emitted with a folder's path.
    """

    opened = Signal(object)

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setIconSize(QSize(16, 16))
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._clicked_twice = False
        self._clicked_at = 0  # when the mouse was pressed for more than a click, in milliseconds
        self.clicked.connect(self._open)

    def show_folders(self, folders: Sequence[str]) -> None:
        """Show these, the first on top."""
        self._model.clear()
        for folder in folders:
            item = QStandardItem(look().icon(self._icon), Path(folder).name or folder)
            item.setToolTip(plain_tip(folder))
            item.setData(folder, Qt.ItemDataRole.UserRole)
            self._model.appendRow(item)
        height = self.sizeHintForRow(0) if folders else 0
        self.setFixedHeight(height * len(folders) + 2)

    def highlight(self, folder: Path | None) -> None:
        """Select a folder if it is here, and no other."""
        rows = (self._model.index(row, 0) for row in range(self._model.rowCount()))
        index = next((index for index in rows if self.folder(index) == folder), QModelIndex())
        if index.isValid():
            self.setCurrentIndex(index)
        else:
            self.clearSelection()

    def folder(self, index: QModelIndex) -> Path:
        """Return the folder of a row."""
        return Path(str(index.data(Qt.ItemDataRole.UserRole)))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open by Return what the arrow keys have reached."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Do nothing: the first click has opened the folder, and another one may lie here now."""
        self._clicked_twice = True
        self._clicked_at = event.timestamp()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click, unless it is a third fast one."""
        if self._clicked_at > 0 and event.timestamp() - self._clicked_at < QApplication.doubleClickInterval():
            self.mouseDoubleClickEvent(event)
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End a click, if it was the first."""
        if not self._clicked_twice:
            super().mouseReleaseEvent(event)
        self._clicked_twice = False

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.folder(index))


class FolderBrowser(QWidget):
    """Chooses folders.

    Args:
        settings: Where the recent ones and the favourites are.

    Attributes:
        chosen: Emitted with the folder whose photos are to be shown.
    """

    chosen = Signal(object)

    def __init__(self, settings: SettingsStore) -> None:
        super().__init__()
        self._settings = settings
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._files = QFileSystemModel(self)
        self._files.setFilter(QDir.Filter.Dirs | QDir.Filter.NoDotAndDotDot | QDir.Filter.Drives)
        self._files.setRootPath(QDir.homePath())
        self.tree = QTreeView(headerHidden=True, animated=False, indentation=14)
        self.tree.setModel(self._files)
        self.tree.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self._tree_title = self._title(self.tr("Computer"))
        if sys.platform != "win32":  # the system's own folders are of no interest; Open folder reaches them all
            self.tree.setRootIndex(self._files.index(QDir.homePath()))
            self._tree_title.setText(self.tr("Home"))
        for column in range(1, self._files.columnCount()):
            self.tree.hideColumn(column)
        self.tree.setAccessibleName(self.tr("Folders of this computer"))
        self.recent = FolderList("recent")
        self.recent.setAccessibleName(self.tr("Recent folders"))
        self.favourites = FolderList("star-filled")
        self.favourites.setAccessibleName(self.tr("Favourite folders"))
        self._recent_title = self._title(self.tr("Recent"))
        self._favourites_title = self._title(self.tr("Favourites"))
        self._folder: Path | None = None  # the one that the buttons are for
        self._star = QPushButton()
        self._star.clicked.connect(lambda: self._folder and self._toggle_favourite(self._folder))
        self._show = QPushButton(self.tr("Show photos"))
        self._show.clicked.connect(lambda: self._folder and self.chosen.emit(self._folder))
        self._lay_out()
        self.tree.activated.connect(lambda index: self.chosen.emit(self._path(index)))
        self._follow(self.tree, self._path)
        for short in (self.recent, self.favourites):
            short.opened.connect(self.chosen)
            self._follow(short, short.folder)
        settings.changed.connect(self._heed_settings)
        look().changed.connect(self._refresh)
        self._refresh()

    def _follow(self, view: QAbstractItemView, folder_of: Callable[[QModelIndex], Path]) -> None:
        """Have the buttons and a menu for what is selected in a view."""

        def point(selected: QItemSelection) -> None:
            if not selected.isEmpty():
                self.point_at(folder_of(selected.indexes()[0]))

        def show_menu(position: QPoint) -> None:
            if (index := view.indexAt(position)).isValid():
                self._show_menu(folder_of(index), view.viewport().mapToGlobal(position))

        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.selectionModel().selectionChanged.connect(point)
        view.customContextMenuRequested.connect(show_menu)

    def point_at(self, folder: Path) -> None:
        """Make the buttons those of a folder, and let no other seem selected."""
        self._folder = folder
        self._highlight()
        self._name_buttons()

    def _highlight(self) -> None:
        self.recent.highlight(self._folder)
        self.favourites.highlight(self._folder)
        if not any(self._path(index) == self._folder for index in self.tree.selectedIndexes()):
            self.tree.clearSelection()

    def _heed_settings(self, before: Settings, after: Settings) -> None:
        self._refresh()
        if after.recent and after.recent[:1] != before.recent[:1]:  # it is shown now
            self.point_at(Path(after.recent[0]))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._show, 1)
        buttons.addWidget(self._star, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 8, 12)
        layout.setSpacing(4)
        for title, content in (
            (self._favourites_title, self.favourites),
            (self._recent_title, self.recent),
            (self._tree_title, self.tree),
        ):
            layout.addWidget(title)
            layout.addWidget(content)
        layout.addLayout(buttons)

    def _title(self, text: str) -> QLabel:
        label = QLabel(text, margin=4)
        label.setProperty("role", "section")
        return label

    def _refresh(self) -> None:
        current = self._settings.current
        self.recent.show_folders(current.recent[:5])
        self.favourites.show_folders(current.favourites)
        for title, short, folders in (
            (self._recent_title, self.recent, current.recent),
            (self._favourites_title, self.favourites, current.favourites),
        ):
            title.setVisible(bool(folders))
            short.setVisible(bool(folders))
        self._star.setIcon(look().icon("star"))
        self._show.setIcon(look().icon("photo"))
        self._highlight()
        self._name_buttons()

    def _name_buttons(self) -> None:
        known = self._is_favourite(self._folder)
        self._star.setText(self.tr("Unstar") if known else self.tr("Star"))
        tip = self.tr("Take this folder off the favourites") if known else self.tr("Keep this folder as a favourite")
        name = "" if self._folder is None else printable(self._folder)
        self._star.setToolTip(f"{tip}\n{name}")
        self._show.setToolTip(plain_tip(name))
        for button in (self._star, self._show):
            button.setEnabled(self._folder is not None)

    def _is_favourite(self, folder: Path | None) -> bool:
        return str(folder) in self._settings.current.favourites

    def _path(self, index: QModelIndex) -> Path:
        return Path(self._files.filePath(index))

    def _toggle_favourite(self, folder: Path) -> None:
        known = self._settings.current.favourites
        name = str(folder)
        self._settings.change(
            favourites=tuple(one for one in known if one != name) if name in known else (*known, name)
        )

    def _show_menu(self, folder: Path, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(look().icon("photo"), self.tr("Show photos"), lambda: self.chosen.emit(folder))
        known = self._is_favourite(folder)
        text = self.tr("Take off the favourites") if known else self.tr("Add to favourites")
        menu.addAction(look().icon("star"), text, lambda: self._toggle_favourite(folder))
        menu.exec(place)
        menu.deleteLater()
