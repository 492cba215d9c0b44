import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QLocale

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from kmhc_desktop.album.dialog import AlbumDialog
from kmhc_desktop.album.process import serve
from kmhc_desktop.album.work import AlbumWork
from kmhc_desktop.app import App, Application, build
from kmhc_desktop.fine_tuning.page import Stage, TrainingPage
from kmhc_desktop.language import use_language
from kmhc_desktop.queue.run import Phase
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.thumbnails import Thumbnails
from tests.desktop import stub_engine
from tests.desktop.album.steps import PATIENCE
from tests.desktop.fine_tuning.steps import STUB, check, colour_photos, reach


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("KMHC_HOME", str(folder))
    logging.getLogger("kmhc_desktop").setLevel(logging.ERROR)
    return folder


@pytest.fixture(scope="session")
def qapp_cls() -> type[Application]:
    """What pytest-qt makes the application of."""
    return Application


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of three small grey photos."""
    folder = tmp_path / "shoebox"
    folder.mkdir()
    for number in range(3):
        write_photo(folder / f"photo {number}.jpg", 60 + 40 * number)
    return folder


def write_photo(path: Path, grey: int) -> None:
    ramp = np.clip(np.full((48, 64), grey, np.int16) + np.arange(64) // 8 - 4, 0, 255).astype(np.uint8)
    Image.fromarray(ramp).save(path, quality=95)


@pytest.fixture
def start(qapp: object, home: Path) -> Iterator[Callable[..., App]]:
    """Builds windows, and closes those that are open in the end."""
    apps: list[App] = []

    def begin(*paths: Path, engine: object = stub_engine.serve) -> App:
        app = build(["kmhc", *map(str, paths)], engine)
        apps.append(app)
        app.window.show()
        return app

    yield begin
    for app in apps:
        app.window.confirm_close = lambda: True
        app.window.close()
        app.window.deleteLater()


@pytest.fixture
def coloured(start: Callable[..., App], photos: Path, qtbot) -> App:
    """A window whose three photos are in colour."""
    app = start(photos)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=30_000)
    with qtbot.waitSignal(app.window.run.finished, timeout=30_000):
        app.window.actions_["start"].trigger()
    return app


def phase_is(phase: Phase) -> Callable[[object], bool]:
    return lambda shown: shown is phase


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets processes that a test starts import this checkout."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture
def page(qtbot, tmp_path: Path, home: Path, importable: None) -> Iterator[TrainingPage]:
    """The fine-tune page."""
    page = TrainingPage(SettingsStore(tmp_path / "settings.ini"), home / "window" / "training", STUB)
    qtbot.addWidget(page)
    page.confirm_discard = lambda _: True
    page.show()
    yield page
    page.end()


@pytest.fixture
def killed(page: TrainingPage, qtbot, tmp_path: Path) -> Path:
    """The folder of a run whose process died when it had learnt something."""
    check(page, qtbot, colour_photos(tmp_path, "killed"))
    page.start()
    reach(page, qtbot, Stage.FAILED)
    return page._run


@pytest.fixture
def coloured_folder(tmp_path):
    """Three colour photos that an engine of old has left."""
    folder = tmp_path / "shoebox colourised"
    (folder / "Lake").mkdir(parents=True)
    for number, name in enumerate(("a.jpg", "b.jpg", "Lake/c.jpg")):
        pixels = np.full((48, 64, 3), (40 + 60 * number, 90, 120), np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return folder


@pytest.fixture
def open_album(qapp, qtbot, tmp_path):
    thumbnails = Thumbnails(tmp_path / "thumbnails")
    dialogs = []

    def opened(*folders, selection=None, serve=serve, listed=None):
        work = AlbumWork(serve=serve)
        dialog = AlbumDialog(folders, selection or {}, thumbnails, work, listed or {})
        dialogs.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog._photos is not None or dialog.strip.text.text() != "", timeout=PATIENCE)
        return dialog

    yield opened
    for dialog in dialogs:
        dialog._closing = True
        dialog.reject()
        assert not dialog._work.isRunning()
        dialog.deleteLater()
    thumbnails.stop()


@pytest.fixture
def german(qapp: object) -> Iterator[None]:
    """The window's texts in German."""
    use_language(qapp, "de")
    yield
    use_language(qapp, "en")
    QLocale.setDefault(QLocale.c())
