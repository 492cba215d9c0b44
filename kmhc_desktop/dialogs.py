"""The small dialogs of the window, and what it asks of the system."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QProcess, Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication, QIcon, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QSystemTrayIcon,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop import updates
from kmhc_desktop.actions import Actions
from kmhc_desktop.diagnostics import diagnostics
from kmhc_desktop.engine.messages import Ready
from kmhc_desktop.engine.texts import translated
from kmhc_desktop.queue.run import Phase
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.settings_page import SettingsPage
from kmhc_desktop.widgets.cards import primary
from kmhc_engine import __version__, resources
from kmhc_engine.names import PHOTO_SUFFIXES

if TYPE_CHECKING:
    from kmhc_desktop.main_window import MainWindow


def ask_for_folder(parent: QWidget, recent: Sequence[str]) -> Path | None:
    """Have a folder chosen; None if the user thought better of it."""
    start = recent[0] if recent else str(Path.home())
    name = QFileDialog.getExistingDirectory(
        parent, QCoreApplication.translate("Dialogs", "Open a folder of photos"), start
    )
    return Path(name) if name else None


def ask_for_photos(parent: QWidget, recent: Sequence[str]) -> list[Path]:
    """Have photos chosen."""
    start = recent[0] if recent else str(Path.home())
    kinds = " ".join(f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES))
    title = QCoreApplication.translate("Dialogs", "Add photos")
    photos = QCoreApplication.translate("Dialogs", "Photos")
    every = QCoreApplication.translate("Dialogs", "All files")
    names, _ = QFileDialog.getOpenFileNames(parent, title, start, f"{photos} ({kinds});;{every} (*)")
    return [Path(name) for name in names]


def ask_before_closing(window: "MainWindow") -> bool:
    """Ask whether to give up what is under way; return whether to close."""
    translate = QCoreApplication.translate
    told, texts = translate("MainWindow", "KMHC is still at work."), []
    if window.run.phase is not Phase.IDLE:
        texts.append(translate("MainWindow", "What is done stays done. The next start offers to go on with the rest."))
    if window.training.running and window.training.has_learnt:
        texts.append(translate("MainWindow", "Fine-tuning stops, and goes on later: Tools, Fine-tune… offers it."))
    elif window.training.running:
        texts.append(translate("MainWindow", "Fine-tuning has learnt nothing yet, and nothing of it is kept."))
    if not window.desk.all_stored:
        unstored = translate("MainWindow", "Some adjustments are not stored.")
        if texts:
            texts.append(unstored)
        else:
            told = unstored
        texts.append(translate("MainWindow", "They will be lost. The message above the photos says why."))
    return _agreed(
        window,
        (translate("MainWindow", "Close KMHC?"), told, " ".join(texts)),
        translate("MainWindow", "Close"),
        translate("MainWindow", "Keep working"),
    )


def ask_before_discarding(parent: QWidget, title: str) -> bool:
    """Ask whether to delete a training and its result; return whether to."""
    translate = QCoreApplication.translate
    return _agreed(
        parent,
        (
            translate("Dialogs", "Discard it?"),
            translate("Dialogs", "“{0}” will be deleted.").format(title),
            translate("Dialogs", "What it has learnt cannot be brought back. Your photos stay."),
        ),
        translate("Dialogs", "Discard"),
        translate("Dialogs", "Cancel"),
    )


def ask_before_removing(parent: QWidget, name: str) -> bool:
    """Ask whether to delete the weights of a variant; return whether to."""
    translate = QCoreApplication.translate
    return _agreed(
        parent,
        (
            translate("Dialogs", "Remove the weights?"),
            translate("Dialogs", "The weights of “{0}” will be deleted from this computer.").format(name),
            translate("Dialogs", "Photos that they coloured keep their colours. This cannot be undone."),
        ),
        translate("Dialogs", "Remove"),
        translate("Dialogs", "Cancel"),
    )


def ask_before_replacing(parent: QWidget, name: str) -> bool:
    """Ask whether to replace a file by an album; return whether to."""
    translate = QCoreApplication.translate
    return _agreed(
        parent,
        (translate("AlbumDialog", "Replace it?"), translate("AlbumDialog", "{0} is there already.").format(name), ""),
        translate("AlbumDialog", "Replace"),
        translate("AlbumDialog", "Cancel"),
    )


def _agreed(parent: QWidget, question: tuple[str, str, str], yes: str, no: str) -> bool:
    """Ask a question that has a title, a sentence and what follows; Return answers no."""
    box = QMessageBox(parent)
    title, text, consequence = question
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)  # it may name a variant
    box.setText(text)
    box.setInformativeText(consequence)
    agree = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(no, QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is agree


def show_settings(parent: QWidget, settings: SettingsStore) -> None:
    """Show the page of settings."""
    page = SettingsPage(settings, parent)
    page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    page.exec()


def show_shortcuts(parent: QWidget, actions: Actions) -> None:
    """Show what the keyboard can do."""
    translate = QCoreApplication.translate
    dialog, layout = _plain(parent, translate("Dialogs", "Shortcuts"))
    native = QKeySequence.SequenceFormat.NativeText
    viewer = [
        (translate("Dialogs", "Before or after"), translate("Dialogs", "Space")),
        (translate("Dialogs", "Move the split"), "← →"),
        (translate("Dialogs", "Zoom"), "+ − 0 1"),
        (translate("Dialogs", "Undo an adjustment"), QKeySequence(QKeySequence.StandardKey.Undo).toString(native)),
        (translate("Dialogs", "Out of full screen, comparison or search"), translate("Dialogs", "Esc")),
    ]
    rows = [*actions.shortcuts(), *viewer]
    half = -(-len(rows) // 2)  # in two columns they find room on a small screen
    columns = QHBoxLayout()
    columns.setSpacing(32)
    for column in (rows[:half], rows[half:]):
        form = QFormLayout(horizontalSpacing=20, verticalSpacing=7)
        for text, keys in column:
            label = QLabel(keys)
            label.setProperty("role", "secondary")
            form.addRow(text, label)
        columns.addLayout(form)
    layout.insertLayout(1, columns)
    dialog.exec()


def show_updates(parent: QWidget) -> None:
    """Ask whether there is a newer version: the only time that KMHC uses the network."""
    translate = QCoreApplication.translate
    dialog, layout = _plain(parent, translate("Updates", "Updates"))
    text = QLabel(wordWrap=True, openExternalLinks=True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
    text.setMinimumSize(420, 60)
    layout.insertWidget(1, text)
    check = updates.UpdateCheck()
    check.answered.connect(text.setText)
    if url := updates.address():
        text.setText(translate("Updates", "Looking for a newer version…"))
        check.start(url)
    else:
        text.setText(
            translate(
                "Updates", "This copy does not know where newer versions are published. Ask where you got it from."
            )
        )
    dialog.exec()


def show_about(parent: QWidget, ready: Ready | None) -> None:
    """Show versions and licences."""
    translate = QCoreApplication.translate
    dialog, layout = _plain(parent, "KMHC")
    picture = QLabel()
    picture.setPixmap(QIcon(str(resources.folder() / "icons" / "kmhc.svg")).pixmap(72, 72))
    layout.insertWidget(0, picture)
    lines = [
        translate("Dialogs", "Colourises black-and-white photos on your own computer."),
        translate("Dialogs", "Version {0}, Qt {1}, Python {2}").format(
            __version__, qVersion(), ".".join(map(str, sys.version_info[:3]))
        ),
        translate("Dialogs", "MIT licence. With Qt for Python (LGPL), PyTorch (BSD), OpenCV (Apache) and others."),
        translate(
            "Dialogs",
            "After Hossain, “KMHCNet: a gray-scale image colorization approach using ResNet encoder based UNet++ "
            "convolutional autoencoder”.",
        ),
    ]
    if ready is not None:
        device, reason = translated(ready.device), translated(ready.reason)
        lines.append(translate("Dialogs", "Engine: {0}, {1}. {2}").format(device, ready.precision, reason))
    text = QLabel("\n\n".join(lines), wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setMinimumWidth(420)
    layout.insertWidget(2, text)
    dialog.exec()


def _plain(parent: QWidget, title: str) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    heading = QLabel(title)
    heading.setProperty("role", "title")
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    primary(buttons.button(QDialogButtonBox.StandardButton.Close))
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 22, 24, 20)
    layout.setSpacing(14)
    layout.addWidget(heading)
    layout.addWidget(buttons)
    return dialog, layout


def copy_diagnostics(logs: Path, ready: Ready | None) -> str:
    """Put versions and logs on the clipboard; return what to tell the user about that."""
    device = f"{ready.device}, {ready.precision}" if ready else ""
    QGuiApplication.clipboard().setText(diagnostics(logs, device))
    return QCoreApplication.translate(
        "Dialogs", "Versions and logs are on the clipboard. Paste them where you ask for help."
    )


def open_folder(folder: Path) -> None:
    """Show a folder in the system's file manager."""
    folder.mkdir(parents=True, exist_ok=True)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def reveal(file: Path) -> None:
    """Show a file in the system's file manager, selected where that is possible."""
    if sys.platform == "win32":
        subprocess.Popen(f'explorer /select,"{file}"')  # with these quotes: else a comma would end the name
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(file)])
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))


def notify(window: QWidget, text: str) -> None:
    """Say that a run has ended, to somebody who looks elsewhere."""
    if window.isActiveWindow():
        return
    QApplication.alert(window)
    if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
        tray = window.findChild(QSystemTrayIcon)
        if tray is None:
            tray = QSystemTrayIcon(window.windowIcon(), window)
            for clicked in (tray.messageClicked, tray.activated):
                clicked.connect(lambda: _come_back(window))
                clicked.connect(tray.hide)
        tray.show()
        tray.showMessage("KMHC", text, window.windowIcon())


def _come_back(window: QWidget) -> None:
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)  # activating it would leave it so
    window.raise_()
    window.activateWindow()
