"""The dialog that turns a colourised folder into an album."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from PySide6.QtCore import QLocale, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop.album import messages
from kmhc_desktop.album.form import AlbumForm
from kmhc_desktop.album.making_strip import MakingStrip
from kmhc_desktop.album.model import AlbumModel, Choice
from kmhc_desktop.album.pane import AlbumPane
from kmhc_desktop.album.preview import AlbumPreview
from kmhc_desktop.album.table import AlbumTable
from kmhc_desktop.album.work import AlbumWork
from kmhc_desktop.dialogs import ask_before_replacing, reveal
from kmhc_desktop.theme import look
from kmhc_desktop.thumbnails import Thumbnails
from kmhc_desktop.widgets.cards import choice_box, scrolled
from kmhc_desktop.widgets.screen_room import resize_within_screen
from kmhc_engine.album.options import Kind, Options, Order, remember

_ENDINGS = {Kind.PDF: (".pdf",), Kind.SHEET: (".png", ".pdf"), Kind.ZIP: (".zip",), Kind.WEB_ZIP: (".zip",)}
_LEAST = QSize(780, 420)
_ROOM_FOR_PREVIEW = 1040  # pixels of the width; with fewer, form and preview would leave the photos less than 340


class AlbumDialog(QDialog):
    """Makes albums.

    Args:
        folders: Colourised folders; the first is shown.
        selection: Names of the photos that are selected in the window, by folder.
        listed: Names of those in the window's list, by folder; of a folder that is not here, all are.
        thumbnails: The window's.
        work: Talks to the process that does it.

    Attributes:
        confirm_replace: Asked before a file that is there is replaced; returns whether to.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        selection: Mapping[Path, Sequence[str]],
        thumbnails: Thumbnails,
        work: AlbumWork | None = None,
        listed: Mapping[Path, Sequence[str]] = MappingProxyType({}),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._selection, self._listed = selection, listed
        self._photos: messages.Photos | None = None
        self._kept: tuple[Options, Kind, Path] | None = None  # as the folder remembers it
        self._place = Path()  # the folder of what "Save as" showed last
        self._closing = False
        self._work = work or AlbumWork(self)
        self.confirm_replace: Callable[[Path], bool] = lambda target: ask_before_replacing(self, target.name)
        self.setWindowTitle(self.tr("Export album"))
        self.form = AlbumForm()
        self.model = AlbumModel(thumbnails, self)
        self.table = AlbumTable(self.model)
        self.preview = AlbumPreview()
        self.strip = MakingStrip(self.tr("Export album"), can_open=True)
        self.folder = choice_box([(_told_apart(one, folders), str(one)) for one in folders], str(folders[0]))
        self.choice = QComboBox()
        self.order = choice_box(
            [
                (self.tr("By name"), Order.NAME),
                (self.tr("By date"), Order.DATE),
                (self.tr("By hand"), Order.HAND),
            ],
            Order.NAME,
        )
        self.target = QLineEdit()
        self._lay_out()
        self._connect()
        self.setMinimumSize(_LEAST)
        resize_within_screen(self, 1180, 690)

    def _lay_out(self) -> None:
        self._left = scrolled(self.form, 312)
        self._pane = AlbumPane(self.table, self.choice, self.order)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self._left)
        middle.addWidget(self._pane, 1)
        middle.addWidget(self.preview)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addLayout(self._head())
        layout.addLayout(middle, 1)
        layout.addLayout(self._target_row())
        layout.addWidget(self.strip)

    def _head(self) -> QHBoxLayout:
        title = QLabel(self.tr("Export album"))
        title.setProperty("role", "title")
        self.folder.setAccessibleName(self.tr("Folder"))
        self.folder.setVisible(self.folder.count() > 1)
        row = QHBoxLayout()
        row.addWidget(title)
        row.addStretch(1)
        row.addWidget(self.folder)
        return row

    def _target_row(self) -> QHBoxLayout:
        label = QLabel(self.tr("Save as"))
        label.setBuddy(self.target)
        self.target.setAccessibleName(self.tr("Save as"))
        self._choose = QPushButton(self.tr("Choose…"), autoDefault=False)
        self._choose.clicked.connect(self._choose_target)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(label)
        row.addWidget(self.target, 1)
        row.addWidget(self._choose)
        return row

    def _connect(self) -> None:
        self._work.reported.connect(self._heed)
        self.form.changed.connect(self._change)
        self.form.kind.currentIndexChanged.connect(self._show_target)
        self.model.changed.connect(self._change)
        self.model.changed.connect(self._show_choice)
        self.choice.activated.connect(lambda: self.model.choose(Choice(self.choice.currentData())))
        self.order.activated.connect(lambda: self.model.sort_by(Order(self.order.currentData())))
        self.folder.currentIndexChanged.connect(self._look_at_folder)
        self.preview.wanted.connect(self._draw)
        self.strip.begin.clicked.connect(self.make)
        self.strip.cancel_requested.connect(lambda: self._work.tell(messages.Cancel()))
        self.strip.close_button.clicked.connect(self.reject)
        self.strip.reveal_requested.connect(reveal)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look for the photos when it first shows."""
        super().showEvent(event)
        if self._photos is None:
            self.table.setFocus()
            self._look_at_folder()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the preview out where the photos need its room."""
        super().resizeEvent(event)
        self.preview.setVisible(self.width() >= _ROOM_FOR_PREVIEW)

    def options(self) -> Options:
        """Return what is chosen."""
        return self.model.options(self.form.options())

    def make(self) -> None:
        """Begin the export."""
        if self._photos is None:
            self._look_at_folder()
            return
        target, kind = self._target(), self.form.chosen_kind
        if target is None:
            self.strip.show_error(self.tr("Say where the album is to go."))
            return
        replace = kind is not Kind.WEB and target.exists()
        if replace and not self.confirm_replace(target):
            return
        self._show_path(target)
        self._set_editable(False)
        self.strip.show_progress()
        options = self.options()
        lasting = self.model.lasting(options)
        self._work.tell(messages.MakeAlbum(self._photos.folder, kind, target, options, replace, lasting))

    def reject(self) -> None:
        """Close, and remember what is chosen; an export under way is given up first."""
        if self.strip.making:
            self._closing = True
            self.strip.cancel.click()
            return
        self._remember()
        self._work.close()
        super().reject()

    def _remember(self) -> None:
        """Keep captions, order and the like with the folder: to type them again would be much work."""
        self.table.end_editing()
        if self._photos is not None and self._chosen() != self._kept:
            remember(self._photos.folder, *self._chosen())

    def _chosen(self) -> tuple[Options, Kind, Path]:
        kind = self.form.chosen_kind
        assert self._photos is not None
        return self.model.lasting(self.options()), kind, self._target() or self._photos.targets[kind]

    def _target(self) -> Path | None:
        """Return where the album goes: a bare name takes the place of the one shown, and ends as its kind does."""
        kind, path = self.form.chosen_kind, Path(self.target.text().strip()).expanduser()
        if not path.name or self._photos is None:
            return None
        path = self._place / path
        endings = _ENDINGS.get(kind, ())
        return path if not endings or path.suffix.lower() in endings else path.with_name(path.name + endings[0])

    def _look_at_folder(self) -> None:
        self._remember()
        self._photos = None
        self.preview.forget()
        self.strip.begin.setText(self.tr("Export album"))
        self.strip.show_idle(possible=False)
        self._work.tell(messages.ListPhotos(Path(self.folder.currentData()), QLocale().bcp47Name().partition("-")[0]))

    def _heed(self, report: messages.Report) -> None:
        match report:
            case messages.Photos():
                self._show_photos(report)
            case messages.Drawn():
                self.preview.show_drawn(report)
                if not self.strip.making:
                    self.strip.begin.setEnabled(not report.reason)
                    if report.reason and not self.preview.isVisible():
                        self.strip.show_idle(self.preview.reason, possible=False)
            case messages.Progress():
                self.strip.show_progress(report)
            case messages.Made():
                self._set_editable(True)
                self._kept = self._chosen()  # by the export
                self.strip.show_made(report)
                self.preview.refresh()  # what was changed just before was not drawn
            case messages.Failed():
                given_up = self.strip.making
                self._set_editable(True)
                if self._photos is None:
                    self.strip.begin.setText(self.tr("Try again"))
                if report.text:
                    self.strip.show_error(report.text)
                else:
                    self.strip.show_idle(self.tr("Cancelled. What was there before is as it was."))
                self.preview.forget()
                if given_up:
                    self.preview.refresh()
        if self._closing and not self.strip.making:
            self.reject()

    def _show_photos(self, photos: messages.Photos) -> None:
        self._photos = photos
        title = photos.folder.name.removesuffix(" colourised")
        selection, listed = self._selection.get(photos.folder, ()), self._listed.get(photos.folder)
        self.model.load(photos.entries, photos.options, selection, listed)
        self.form.load(photos.options, photos.kind, title)
        self.table.setCurrentIndex(self.model.index(0, 0))  # so that the focus is seen, and Space ticks
        self._show_choice()
        self._show_target()
        self._kept = self._chosen()
        self.strip.show_idle()
        self.preview.refresh()

    def _set_editable(self, editable: bool) -> None:
        for widget in (self._left, self._pane, self.folder, self.target, self._choose):
            widget.setEnabled(editable)

    def _change(self) -> None:
        if self._photos is not None:
            self.strip.show_idle()
            self.preview.refresh()

    def _show_choice(self) -> None:
        texts = {
            Choice.ALL: self.tr("All ({0})"),
            Choice.SELECTION: self.tr("Selected in the window ({0})"),
            Choice.FAVOURITES: self.tr("Favourites ({0})"),
            Choice.TICKED: self.tr("Ticked ({0})"),
        }
        current = self.model.choice
        self.choice.clear()
        for choice, text in texts.items():
            count = self.model.count(choice)
            if (count and choice is not Choice.TICKED) or choice is current:
                self.choice.addItem(text.format(self.locale().toString(count)), choice)
        self.choice.setCurrentIndex(self.choice.findData(current))
        self._pane.fit()
        self.order.setCurrentIndex(self.order.findData(self.model.order))

    def _show_target(self) -> None:
        if self._photos is not None:
            self._show_path(self._photos.targets[self.form.chosen_kind])

    def _show_path(self, path: Path) -> None:
        self.target.setText(str(path))
        self._place = path.parent

    def _choose_target(self) -> None:
        known, kind = self._target() or self._place, self.form.chosen_kind
        title = self.tr("Where the album goes")
        if kind is Kind.WEB:
            folder = QFileDialog.getExistingDirectory(self, title, str(known.parent))
            if folder:
                self._show_path(Path(folder) / known.name)
            return
        asked_later = QFileDialog.Option.DontConfirmOverwrite
        wanted = " ".join(f"*{ending}" for ending in _ENDINGS[kind])
        name, _ = QFileDialog.getSaveFileName(self, title, str(known), wanted, options=asked_later)
        if name:
            self.target.setText(name)
            self._show_path(self._target() or known)

    def _draw(self, size: tuple[int, int]) -> None:
        if self._photos is None or self.strip.making:
            self.preview.forget()
            return
        self._work.tell(messages.Draw(self._photos.folder, self.form.chosen_kind, self.options(), size, look().dark))


def _told_apart(folder: Path, folders: Sequence[Path]) -> str:
    """Return a folder's name, with that of the one above where several have it."""
    alone = [other.name for other in folders].count(folder.name) == 1
    return folder.name if alone else f"{folder.name} ({folder.parent.name})"
