"""Renders the window in every state to PNG: `python -m tests.desktop.screenshots FOLDER`.

The network is a stand-in unless KMHC_SCREENSHOTS_ENGINE=real, so that it needs no weights.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from kmhc_desktop import dialogs
from kmhc_desktop.album_dialog import AlbumDialog
from kmhc_desktop.app import App, build
from kmhc_desktop.copy_dialog import CopyDialog
from kmhc_desktop.diagnostics import CrashDialog
from kmhc_desktop.engine_process import serve
from kmhc_desktop.messages import Ready
from kmhc_desktop.queue_model import Filter, Order
from kmhc_desktop.run import Phase
from kmhc_desktop.settings import Theme
from kmhc_desktop.settings_page import SettingsPage
from kmhc_desktop.training_page import Stage, TrainingPage
from kmhc_desktop.variant_picker import VariantPicker
from kmhc_engine import resources
from kmhc_engine.jobs import State
from tests.desktop import stub_engine, stub_training


def wait_for(condition: Callable[[], bool], limit_ms: int = 60_000) -> None:
    """Run the event loop until something holds."""
    loop, timer, end = QEventLoop(), QTimer(interval=20), QTimer(singleShot=True, interval=limit_ms)
    timer.timeout.connect(lambda: loop.quit() if condition() else None)
    end.timeout.connect(loop.quit)
    timer.start()
    end.start()
    loop.exec()


def settle(ms: int = 700) -> None:
    """Let thumbnails and the viewer finish."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


class Camera:
    """Takes the pictures."""

    def __init__(self, app: App, folder: Path, prefix: str) -> None:
        self._app, self._folder, self._prefix = app, folder, prefix

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Save what a widget, by default the window, looks like."""
        settle()
        wait_for(self._at_rest)
        path = self._folder / f"{self._prefix}-{name}.png"
        (widget or self._app.window).grab().save(str(path))
        print(path)

    def _at_rest(self) -> bool:
        """Whether the viewer and the thumbnails have done their work."""
        window = self._app.window
        made = window.pane.thumbnails
        return not (window.desk.view._loader._working or made._pending or made._in_work)

    def take_dialog(self, name: str, dialog: QDialog) -> None:
        """Show a dialog and save what it looks like."""
        dialog.show()
        self.take(name, dialog)
        dialog.close()


def take_all(folder: Path, theme: Theme, photos: Path, size: QSize, *, few: bool = False) -> None:
    """Go through the states of a window."""
    engine = serve if os.environ.get("KMHC_SCREENSHOTS_ENGINE") == "real" else stub_engine.serve
    prefix = f"{theme}-{size.width()}x{size.height()}" + ("-200" if "QT_SCALE_FACTOR" in os.environ else "")
    app = build(["kmhc"], engine)
    window = app.window
    app.settings.change(theme=theme)
    window.resize(size)
    window.show()
    window.browser.reveal(photos)
    camera = Camera(app, folder, prefix)
    camera.take("1-empty")
    window.roots.add([photos])
    wait_for(lambda: len(window.model) >= 9 and not window.roots.scanning)
    camera.take("2-loaded")
    window.start()
    wait_for(lambda: window.model.states[State.DONE] >= 3)
    camera.take("3-running")
    wait_for(lambda: window.run.phase is Phase.IDLE)
    for number, row in enumerate(window.model.rows):
        if row.state is State.DONE:
            window.model.update(Path(row.path), doubt=10.0 - number)
    window.pane.step(2)
    settle(1500)
    camera.take("4-done")
    window.actions_["adjust"].trigger()
    settle(1500)
    camera.take("5-adjust")
    window.actions_["adjust"].trigger()
    if not few:
        window.pane.show_only(Filter.FAILED)
        camera.take("6-failed")
        window.pane.show_only(Filter.REVIEW, Order.DOUBT)
        camera.take("7-review")
        window.pane.show_only(Filter.ALL, Order.FOLDER)
        window.actions_["compare"].trigger()
        for name in ("KMHCNet_8", "KMHCNet_9"):
            window.desk.grid.add(name)
        settle(4000)
        camera.take("8-compare")
        window.actions_["compare"].trigger()
        camera.take_dialog("9-settings", SettingsPage(app.settings, window))
        ready = Ready(window._compute(), "CPU, 8 threads", "No graphics processor was found.", "bf16", ("cpu",))
        picker = VariantPicker(app.settings, window.variants, app.look, ready, window)
        picker._more.setChecked(True)
        camera.take_dialog("10-variants", picker)
        camera.take_dialog("11-crash", CrashDialog("ValueError: no", "Traceback …\n" * 30, folder, window))
        QTimer.singleShot(900, lambda: photograph_modal(camera, "12-about"))
        dialogs.show_about(window, ready)
        QTimer.singleShot(900, lambda: photograph_modal(camera, "13-shortcuts"))
        dialogs.show_shortcuts(window, window.actions_)
        take_training(camera, app)
    take_exports(camera, app)
    window.confirm_close = lambda: True
    window.close()
    window.deleteLater()


def take_exports(camera: Camera, app: App) -> None:
    """Show the dialogs that export: the album's before and after, and the one for copies."""
    window, output = app.window, app.window.roots.output_of(Path(next(iter(app.window.model.rows)).root))
    done = [Path(row.output).name for row in window.model.rows if row.state is State.DONE and row.output]
    album = AlbumDialog([output], {output: done[:2]}, window.pane.thumbnails, app.look, parent=window)
    album.show()
    wait_for(lambda: not album.preview._image.isNull())
    settle(1500)
    camera.take("30-album", album)
    album.form.kind.setCurrentIndex(1)
    settle(1500)
    camera.take("31-album-pdf", album)
    album.form.kind.setCurrentIndex(0)
    album.make()
    wait_for(lambda: not album.strip.making)
    camera.take("32-album-made", album)
    album.reject()
    copies = CopyDialog({output: done}, {output: done[:2]}, app.settings, parent=window)
    copies.target.setText(str(output.with_name("Memory stick")))
    camera.take_dialog("33-copies", copies)


def take_training(camera: Camera, app: App) -> None:
    """Go through the states of the fine-tune page."""
    command = [sys.executable, str(Path(stub_training.__file__))]
    with tempfile.TemporaryDirectory() as temporary:
        page = TrainingPage(app.settings, app.look, Path(temporary) / "runs", command, app.window)
        page.show()
        camera.take("14-training-empty", page)
        for name, stage in (("too few", Stage.FAILED), ("patient", Stage.TRAINING), ("Summer 1936", Stage.VERDICT)):
            folder = Path(temporary) / name
            folder.mkdir()
            for number in range(24):
                (folder / f"{number}.jpg").touch()
            page.setup.choose(folder)
            if stage is Stage.FAILED:
                settle(100)
                camera.take("15-training-checking", page)
            wait_for(lambda: page.stage in (Stage.CHECKED, Stage.FAILED))
            if stage is not Stage.FAILED:
                camera.take("16-training-checked", page)
                page.start()
                wait_for(lambda: page.stage is not Stage.TRAINING or len(page.watch.difference.points) == 2)
                wait_for(lambda stage=stage: page.stage is stage)
            number = {Stage.FAILED: 17, Stage.TRAINING: 18, Stage.VERDICT: 19}[stage]
            camera.take(f"{number}-training-{stage.name.lower()}", page)
            if stage is Stage.TRAINING:
                settle(500)
                page.stop()
                camera.take("20-training-stopped", page)
                page.discard()
        page.keep()
        wait_for(lambda: page.stage is Stage.KEPT)
        camera.take("21-training-kept", page)
        page.close()


def photograph_modal(camera: Camera, name: str) -> None:
    """Save what the dialog that waits looks like, and close it."""
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QDialog):
        camera.take(name, dialog)
        dialog.close()


def make_photos(folder: Path) -> Path:
    """Copy the samples beside two files that cannot be used."""
    photos = folder / "Grandmother's album"
    shutil.copytree(resources.folder() / "samples", photos)
    (photos / "torn.jpg").write_bytes((photos / "cat.jpg").read_bytes()[:500])
    (photos / "letter.jpg").write_text("Dear all")
    return photos


def main() -> None:
    """Take all the pictures, or with --scaled a few for a large screen."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "ada"
        home.mkdir()
        os.environ["HOME"] = str(home)
        for name in ("Documents", "Music", "Pictures", "Scans"):
            (home / name).mkdir()
        application = QApplication(["kmhc"])
        if "Inter" in QFontDatabase.families():
            application.setFont(QFont("Inter", 10))
        scaled = "QT_SCALE_FACTOR" in os.environ
        sizes = [QSize(1280, 800)] if scaled else [QSize(1440, 900), QSize(1280, 720)]
        for number, size in enumerate(sizes):
            for theme in (Theme.LIGHT, Theme.DARK):
                os.environ["KMHC_HOME"] = str(Path(temporary) / f"{number}{theme}")
                place = home / "Pictures"
                take_all(folder, theme, make_photos(place), size, few=scaled or number > 0)
                shutil.rmtree(place)


if __name__ == "__main__":
    main()
