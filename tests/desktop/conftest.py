import logging
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QLocale

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":  # where Qt without a screen looks for no letters by itself
    os.environ.setdefault("QT_QPA_FONTDIR", str(Path(os.environ["WINDIR"], "Fonts")))

from kmhc_desktop.app import App, Application, build
from kmhc_desktop.engine import worker
from kmhc_desktop.language import use_language
from tests.desktop import stub_engine


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


@pytest.fixture(scope="session")
def quick_processes() -> SimpleNamespace:
    """A way to start processes that have imported already what the stand-in for the engine needs."""
    if sys.platform != "linux":  # Windows cannot fork, and a Mac's own libraries do not bear it
        return SimpleNamespace(get_context=multiprocessing.get_context)
    multiprocessing.set_forkserver_preload([stub_engine.__name__])
    return SimpleNamespace(get_context=lambda _: multiprocessing.get_context("forkserver"))


@pytest.fixture
def start(
    qapp: object, home: Path, quick_processes: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., App]]:
    """Builds windows, and closes those that are open in the end."""
    apps: list[App] = []

    def begin(*paths: Path, engine: object = stub_engine.serve) -> App:
        with monkeypatch.context() as patch:
            if engine is stub_engine.serve:
                patch.setattr(worker, "multiprocessing", quick_processes)
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
def loaded(start: Callable[..., App], photos: Path, qtbot) -> App:
    """A window with three grey photos."""
    app = start(photos)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=30_000)
    return app


@pytest.fixture
def coloured(loaded: App, qtbot) -> App:
    """A window whose three photos are in colour."""
    with qtbot.waitSignal(loaded.window.run.finished, timeout=30_000):
        loaded.window.actions_["start"].trigger()
    return loaded


@pytest.fixture
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets processes that a test starts import this checkout."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture
def german(qapp: object) -> Iterator[None]:
    """The window's texts in German."""
    use_language(qapp, "de")
    yield
    use_language(qapp, "en")
    QLocale.setDefault(QLocale.c())
