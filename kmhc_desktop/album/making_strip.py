"""The foot of a dialog that makes something: the button to begin, progress, what came of it, and what to do with it."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from kmhc_desktop.album.messages import Made, Progress
from kmhc_desktop.engine.texts import translated
from kmhc_desktop.theme import restyle
from kmhc_engine.errors import printable


def open_file(path: Path) -> None:
    """Open a file or folder with the system's program for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class MakingStrip(QWidget):
    """The foot.

    Args:
        begin: Text of the button that begins.
        can_open: What is made is a file that people open; else only its folder is shown.

    Attributes:
        begin: The button that begins.
        close_button: The button that closes the dialog.
        cancel_requested: Emitted when the user wants it no more.
        reveal_requested: Emitted with the path to show in the file manager.
        open_requested: Emitted with the path to open.
    """

    cancel_requested = Signal()
    reveal_requested = Signal(object)
    open_requested = Signal(object)

    def __init__(self, begin: str, *, can_open: bool) -> None:
        super().__init__()
        self._made: Path | None = None
        self._can_open = can_open
        self.making = False
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setAccessibleName(self.tr("What went wrong, photo by photo"))
        self.details.setMinimumHeight(40)
        self.details.setMaximumHeight(84)
        self.details.hide()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.begin = QPushButton(begin)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.open = QPushButton(self.tr("Open"))
        self.reveal = QPushButton(self.tr("Show in file manager"))
        self.close_button = QPushButton(self.tr("Close"))
        for button in (self.begin, self.cancel, self.open, self.reveal, self.close_button):
            button.setAutoDefault(False)
        self.cancel.clicked.connect(self._cancel)
        self.open.clicked.connect(lambda: self.open_requested.emit(self._made))
        self.reveal.clicked.connect(lambda: self.reveal_requested.emit(self._made))
        self.open_requested.connect(open_file)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.text, 1)
        for button in (self.open, self.reveal, self.close_button, self.cancel, self.begin):
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        layout.addWidget(self.details)
        layout.addLayout(buttons)
        self.show_idle()

    def show_idle(self, text: str = "", *, possible: bool = True) -> None:
        """Offer to begin.

        Args:
            text: What there is to say.
            possible: Whether it can begin.
        """
        self._show(text)
        self.begin.setEnabled(possible)

    def show_progress(self, progress: Progress | None = None) -> None:
        """Show how far it is; nothing yet when it has just begun."""
        if progress is None:
            self._show(self.tr("Looking for the photos…"), making=True)
            self.bar.setRange(0, 0)
            return
        if self.cancel.isEnabled():
            done, total = map(self.locale().toString, (progress.done, progress.total))
            self.text.setText(self.tr("{0} of {1}: {2}").format(done, total, printable(progress.name)))
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)

    def show_made(self, made: Made) -> None:
        """Show what came of it."""
        self._made = made.path
        parts = [self.tr("%Ln photo(s) exported.", "", made.photos)]
        if made.skipped:
            parts.append(self.tr("%Ln name(s) taken, passed over.", "", made.skipped))
        if made.problems:
            parts.append(self.tr("%Ln photo(s) left out.", "", len(made.problems)))
        self._show(" ".join(parts), made=made.photos + made.skipped > 0)
        if lines := (*made.problems, *made.notes):
            self.details.setPlainText("\n".join(map(translated, lines)))
            self.details.show()

    def show_error(self, text: str) -> None:
        """Show why it could not be made."""
        self._show(translated(text), error=True)

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.text.setText(self.tr("Cancelling…"))
        self.cancel_requested.emit()

    def _show(self, text: str, *, making: bool = False, made: bool = False, error: bool = False) -> None:
        over = self.making and not making
        self.making = making
        self.text.setText(text)
        opens = made and self._can_open
        for widget, role in (
            (self.text, "error" if error else ""),
            (self.begin, "" if made else "primary"),
            (self.open, "primary"),
            (self.reveal, "" if opens else "primary"),
        ):
            restyle(widget, role=role)
        self.bar.setVisible(making)
        self.details.hide()
        self.begin.setVisible(not making)
        self.begin.setEnabled(True)
        self.cancel.setVisible(making)
        self.cancel.setEnabled(True)
        self.close_button.setVisible(not making)
        self.open.setVisible(opens)
        self.reveal.setVisible(made)
        if over:  # the button to cancel had the focus
            (self.open if opens else self.reveal if made else self.begin).setFocus()
