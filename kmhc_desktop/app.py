"""Builds the application and wires its parts; starting the event loop is left to `run`."""

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from kmhc_desktop.diagnostics import CrashReporter, write_log
from kmhc_desktop.engine.process import serve
from kmhc_desktop.engine.worker import Serve, Worker
from kmhc_desktop.exports import Exports
from kmhc_desktop.fine_tuning_report import FineTuningReport
from kmhc_desktop.language import use_language
from kmhc_desktop.main_window import MainWindow
from kmhc_desktop.run_report import RunReport
from kmhc_desktop.settings import SettingsStore, window_folder
from kmhc_desktop.theme import look
from kmhc_engine import __version__, resources

_SWITCH_INTERVAL = 0.001  # seconds: a scan in a thread holds the window up no longer than this


class _Tidying(QObject):
    """Has Python's garbage collected in the window's thread: a widget that another thread collects would crash."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        gc.disable()
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._tidy)
        self._timer.start()

    def _tidy(self) -> None:
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return


class Application(QApplication):
    """The application, which also opens what macOS hands over: photos dropped on its icon, or opened with KMHC.

    Attributes:
        opens: Is given the paths that came together, each in an event of its own.
    """

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self.opens: Callable[[list[Path]], object] = list
        self._handed_over: list[Path] = []

    def event(self, event: QEvent) -> bool:
        """Gather what is to be opened until no more comes."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self._handed_over.append(Path(event.file()))
            QTimer.singleShot(0, self._open)
            return True
        return super().event(event)

    def _open(self) -> None:
        paths, self._handed_over = self._handed_over, []
        if paths:
            self.opens(paths)


@dataclass(frozen=True)
class App:
    """The parts of a running window."""

    application: QApplication
    settings: SettingsStore
    worker: Worker
    window: MainWindow


def build(arguments: list[str], engine: Serve = serve) -> App:
    """Build the window and start its engine; neither shows nor waits.

    Args:
        arguments: The command line; folders and files after the program's name are opened.
        engine: What the engine's process runs; the tests have a stand-in.
    """
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else Application(arguments[:1])
    application.setApplicationName("kmhc")
    application.setApplicationDisplayName("KMHC")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("kmhc")
    application.setWindowIcon(QIcon(str(resources.folder() / "icons" / "kmhc.svg")))
    sys.setswitchinterval(_SWITCH_INTERVAL)
    if application.findChild(_Tidying) is None:
        _Tidying(application)
    folder = window_folder()
    settings = SettingsStore(folder / "settings.ini")
    use_language(application, settings.current.language)
    look().use(settings.current.theme)
    worker = Worker(folder / "logs", engine)
    window = MainWindow(settings, worker, folder)
    RunReport(window)
    FineTuningReport(window)
    Exports(window, settings)
    if isinstance(application, Application):
        application.opens = window.roots.add
    worker.start()
    window.begin([_path(text) for text in arguments[1:]])
    return App(application, settings, worker, window)


def _path(text: str) -> Path:
    """Some file managers give addresses rather than names."""
    return Path(QUrl(text).toLocalFile()) if text.startswith("file://") else Path(text)


def run(arguments: list[str]) -> int:
    """Show the window and stay until it closes; return the exit code."""
    logs = window_folder() / "logs"
    try:
        write_log(logs)
    except OSError as error:
        return _refuse(arguments, error)
    app = build(arguments)
    sys.excepthook = CrashReporter(logs, app.application).report
    app.window.show()
    return app.application.exec()


def _refuse(arguments: list[str], error: OSError) -> int:
    """Say why the window cannot open; return the exit code."""
    application = QApplication(arguments[:1])
    application.setApplicationName("kmhc")
    use_language(application, "")  # which one was chosen stands in that folder
    text = QCoreApplication.translate(
        "MainWindow", "KMHC cannot write to its own folder {0} ({1}). Check its permissions and the room on the disk."
    )
    box = QMessageBox(QMessageBox.Icon.Critical, "KMHC", text.format(window_folder(), error.strerror))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
    return 1
