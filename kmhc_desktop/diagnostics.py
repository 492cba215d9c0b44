"""The log, what to copy for a report, and the dialog that shows when the window itself fails."""

import logging
import platform
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QUrl, Signal, qVersion
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop.widgets.cards import primary
from kmhc_engine import __version__

log = logging.getLogger(__name__)
_TAIL = 12_000  # characters


def write_log(folder: Path) -> None:
    """Send the window's log to a file of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(folder / "window.log", maxBytes=500_000, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def diagnostics(log_folder: Path, device: str = "") -> str:
    """Return versions and the ends of the logs. No photo is named but those in the logs."""
    lines = [
        f"KMHC {__version__}, Python {platform.python_version()}, Qt {qVersion()}",
        f"{platform.platform()}, {platform.machine()}",
    ]
    if device:
        lines.append(f"Engine: {device}")
    for name in ("window.log", "engine.log", "engine-crash.log"):
        try:
            text = (log_folder / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if text.strip():
            lines += ["", f"--- {name}", text[-_TAIL:].strip()]
    return "\n".join(lines)


class CrashDialog(QDialog):
    """Says what happened, shows the log, and lets the window go on."""

    def __init__(self, summary: str, details: str, log_folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details = details
        self.setWindowTitle(self.tr("Something went wrong"))
        self.resize(680, 460)
        title = QLabel(self.tr("Something went wrong in the window"))
        title.setProperty("role", "title")
        text = QLabel(
            self.tr(
                "Your photos are safe: originals are only ever read. You can go on, or close KMHC and start again."
            ),
            wordWrap=True,
        )
        cause = QLabel(summary, wordWrap=True, textFormat=Qt.TextFormat.PlainText)  # it may name a file
        cause.setProperty("role", "error")
        self.log = QPlainTextEdit(details, readOnly=True)
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.log.setAccessibleName(self.tr("Log"))
        buttons = QDialogButtonBox()
        copy = QPushButton(self.tr("Copy diagnostics"))
        copy.clicked.connect(self.copy)
        show = QPushButton(self.tr("Show log folder"))
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder))))
        go_on = QPushButton(self.tr("Go on"))
        go_on.clicked.connect(self.accept)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(show, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(go_on, QDialogButtonBox.ButtonRole.AcceptRole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 20)
        layout.setSpacing(12)
        for widget in (title, text, cause, self.log, buttons):
            layout.addWidget(widget)
        primary(go_on)

    def copy(self) -> None:
        """Put the diagnostics on the clipboard."""
        QGuiApplication.clipboard().setText(self._details)


class CrashReporter(QObject):
    """Shows what `report` is given, `sys.excepthook` mostly, in a dialog, wherever it happened.

    Args:
        log_folder: Where the logs are.

    Attributes:
        crashed: Emitted with a summary and the details.
    """

    crashed = Signal(str, str)

    def __init__(self, log_folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log_folder = log_folder
        self._open: CrashDialog | None = None
        self.crashed.connect(self._show)

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log an exception and have it shown; may be called in any thread."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        log.critical("uncaught", exc_info=(kind, error, trace))
        text = "".join(traceback.format_exception(kind, error, trace))
        self.crashed.emit(f"{kind.__name__}: {error}", f"{text}\n{diagnostics(self._log_folder)}")

    def _show(self, summary: str, details: str) -> None:
        if self._open is not None:  # one at a time: a failing paint would open hundreds
            return
        self._open = CrashDialog(summary, details, self._log_folder, QApplication.activeWindow())
        self._open.finished.connect(self._forget)
        self._open.open()

    def _forget(self) -> None:
        if self._open is not None:
            self._open.deleteLater()
        self._open = None
