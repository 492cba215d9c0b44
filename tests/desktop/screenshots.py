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
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QMenu, QMenuBar, QWidget

from kmhc_desktop import dialogs
from kmhc_desktop.album.copy_dialog import CopyDialog
from kmhc_desktop.album.dialog import AlbumDialog
from kmhc_desktop.app import App, build
from kmhc_desktop.diagnostics import CrashDialog
from kmhc_desktop.engine.messages import Ready
from kmhc_desktop.engine.process import serve
from kmhc_desktop.engine.worker import Serve
from kmhc_desktop.fine_tuning.page import Stage, TrainingPage
from kmhc_desktop.folder_browser import FolderBrowser
from kmhc_desktop.queue.model import Filter, Order
from kmhc_desktop.queue.run import Phase
from kmhc_desktop.settings import SettingsStore, Theme, window_folder
from kmhc_desktop.settings_page import SettingsPage
from kmhc_desktop.variant_picker import VariantPicker
from kmhc_engine import resources
from kmhc_engine.jobs import State
from tests.desktop import stub_engine
from tests.desktop.fine_tuning import stub_training


def wait_for(condition: Callable[[], bool], limit_ms: int = 300_000) -> None:
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
        wait_for(self.at_rest)
        path = self._folder / f"{self._prefix}-{name}.png"
        (widget or self._app.window).grab().save(str(path))
        print(path)

    def at_rest(self) -> bool:
        """Whether the viewer and the thumbnails have done their work."""
        window = self._app.window
        made = window.pane.thumbnails
        return not (window.desk.view._loader._working or made._pending or made._in_work)

    def take_dialog(self, name: str, dialog: QDialog) -> None:
        """Show a dialog and save what it looks like."""
        dialog.show()
        self.take(name, dialog)
        dialog.close()


def reveal(browser: FolderBrowser, folder: Path) -> None:
    """Show a folder in the tree."""
    index = browser._files.index(str(folder))
    browser.tree.setCurrentIndex(index)
    browser.tree.expand(index)
    browser.tree.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtTop)


def open_window(theme: Theme, size: QSize, engine: Serve, language: str = "en") -> App:
    """Show a window in a language: "he" is English from right to left."""
    SettingsStore(window_folder() / "settings.ini").change(theme=theme, language=language)
    app = build(["kmhc"], engine)
    app.window.resize(size)
    app.window.show()
    return app


def take_all(folder: Path, theme: Theme, photos: Path, size: QSize, *, few: bool = False, language: str = "en") -> None:
    """Go through the states of a window."""
    engine = serve if os.environ.get("KMHC_SCREENSHOTS_ENGINE") == "real" else stub_engine.serve
    parts = [
        theme,
        f"{size.width()}x{size.height()}",
        "200" if "QT_SCALE_FACTOR" in os.environ else "",
        language.replace("en", ""),
    ]
    app = open_window(theme, size, engine, language)
    window = app.window
    reveal(window.browser, photos)
    camera = Camera(app, folder, "-".join(filter(None, parts)))
    camera.take("1-empty")
    window.roots.add([photos])
    wait_for(lambda: len(window.model) >= 9 and not window.roots.scanning)
    camera.take("2-loaded")
    window.start()
    wait_for(lambda: window.model.states[State.DONE] >= 3)
    app.worker.pause()  # else the run would be over before its picture is taken
    camera.take("3-running")
    app.worker.resume()
    wait_for(lambda: window.run.phase is Phase.IDLE)
    # The true doubts come first: they would take the place of those that are made up.
    wait_for(lambda: all(row.doubt is not None for row in window.model.rows if row.state is State.DONE))
    for number, row in enumerate(window.model.rows):
        if row.state is State.DONE:
            window.model.update(Path(row.path), doubt=10.0 - number)
    window.pane.step(2)
    settle(1500)
    camera.take("4-done")
    window.actions_["adjust"].trigger()
    window.desk.panel.add_stroke(((0.35, 0.3), (0.6, 0.35)))
    settle(1500)
    camera.take("5-adjust")
    window.desk.panel.undo_stack.undo()
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
        ready = Ready("CPU, 8 threads", "No graphics processor that PyTorch can use was found.", "bf16", ("cpu",))
        picker = VariantPicker(app.settings, window.variants, ready, parent=window)
        picker._more.setChecked(True)
        camera.take_dialog("10-variants", picker)
        camera.take_dialog("11-crash", CrashDialog("ValueError: no", "Traceback …\n" * 30, folder, window))
        QTimer.singleShot(900, lambda: photograph_modal(camera, "12-about"))
        dialogs.show_about(window, ready)
        QTimer.singleShot(900, lambda: photograph_modal(camera, "13-shortcuts"))
        dialogs.show_shortcuts(window, window.actions_)
        QTimer.singleShot(900, lambda: photograph_modal(camera, "22-closing"))
        dialogs.ask_before_closing(window)
        take_menus(camera, window.menuBar())
        take_training(camera, app)
    take_exports(camera, app)
    window.confirm_close = lambda: True
    window.close()
    window.deleteLater()


def take_menus(camera: Camera, bar: QMenuBar) -> None:
    """Show every menu."""
    for number, action in enumerate(bar.actions(), 23):
        menu = action.menu()
        if isinstance(menu, QMenu):
            menu.popup(bar.mapToGlobal(bar.actionGeometry(action).bottomLeft()))
            camera.take(f"{number}-menu", menu)
            menu.close()


def take_exports(camera: Camera, app: App) -> None:
    """Show the dialogs that export: the album's before and after, and the one for copies."""
    window, output = app.window, app.window.roots.output_of(Path(next(iter(app.window.model.rows)).root))
    done = [Path(row.output).name for row in window.model.rows if row.state is State.DONE and row.output]
    album = AlbumDialog([output], {output: done[:2]}, window.pane.thumbnails, parent=window)
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
        page = TrainingPage(app.settings, Path(temporary) / "runs", command, app.window)
        page.confirm_discard = lambda _: True
        page.show()
        camera.take("14-training-empty", page)
        for name, stage in (
            ("cut off", Stage.CHECKING),
            ("too few", Stage.FAILED),
            ("patient", Stage.TRAINING),
            ("Summer 1936", Stage.VERDICT),
        ):
            folder = Path(temporary) / name
            folder.mkdir()
            for number in range(24):
                (folder / f"{number}.jpg").touch()
            page.setup.choose(folder)
            if stage is Stage.CHECKING:
                camera.take("15-training-checking", page)
                page.stop()
                continue
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


def choose_font(application: QApplication) -> None:
    """Use a font of desktops where it is installed: offscreen Qt has none of a system's."""
    if "Inter" in QFontDatabase.families():
        application.setFont(QFont("Inter", 10))


def main() -> None:
    """Take all the pictures, or with QT_SCALE_FACTOR a few for a dense screen."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary) / "ada"
        home.mkdir()
        os.environ["HOME"] = str(home)
        for name in ("Documents", "Music", "Pictures", "Scans"):
            (home / name).mkdir()
        choose_font(QApplication(["kmhc"]))
        scaled = "QT_SCALE_FACTOR" in os.environ
        large, small = QSize(1440, 900), QSize(1280, 720)
        themes = (Theme.LIGHT, Theme.DARK)
        if scaled:
            rounds = [(QSize(1280, 800), theme, "en", True) for theme in themes]
        else:
            rounds = [(large, theme, "en", False) for theme in themes]
            rounds += [(small, theme, "en", True) for theme in themes]
            rounds += [(small, Theme.LIGHT, "de", False), (small, Theme.DARK, "he", False)]
        for number, (size, theme, language, few) in enumerate(rounds):
            os.environ["KMHC_HOME"] = str(Path(temporary) / str(number))
            place = home / "Pictures"
            take_all(folder, theme, make_photos(place), size, few=few, language=language)
            shutil.rmtree(place)


if __name__ == "__main__":
    main()
