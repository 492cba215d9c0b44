from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMenu

from kmhc_desktop.app import App
from kmhc_desktop.fine_tuning.page import Stage, TrainingPage
from tests.desktop.fine_tuning.steps import STUB, check, colour_photos, reach


@pytest.fixture
def app(start: Callable[..., App], home: Path, importable: None) -> App:
    """A window whose fine-tune page has a stand-in for `kmhc train`."""
    app = start()
    runs = home / "window" / "training"
    app.window.training.page = TrainingPage(app.settings, runs, STUB, parent=app.window)
    app.window.actions_["train"].trigger()
    return app


def entry(app: App) -> str:
    """Return what the menu says of fine-tuning when it is opened."""
    action = app.window.actions_["train"]
    (menu,) = [one for one in app.window.menuBar().findChildren(QMenu) if action in one.actions()]
    menu.aboutToShow.emit()
    return action.text()


def test_the_end_of_a_fine_tuning_is_told_when_its_page_is_closed(app, qtbot, tmp_path) -> None:
    page = app.window.training.page
    check(page, qtbot, colour_photos(tmp_path, "album"))
    assert entry(app) == "Fine-tune…"
    page.start()
    page.close()
    assert entry(app) == "Fine-tuning is running…"
    assert not app.window.banner.text
    reach(page, qtbot, Stage.VERDICT)
    assert app.window.banner.text == "Fine-tuning has ended."
    assert entry(app) == "Fine-tune…"
    (show,) = app.window.banner._buttons
    show.click()
    assert page.isVisible()


def test_a_fine_tuning_that_failed_is_told_too(app, qtbot, tmp_path) -> None:
    page = app.window.training.page
    check(page, qtbot, colour_photos(tmp_path, "killed"))
    page.start()
    page.close()
    reach(page, qtbot, Stage.FAILED)
    assert app.window.banner.text == "Fine-tuning has stopped before its end."


def test_an_end_that_the_page_shows_is_not_told_twice(app, qtbot, tmp_path) -> None:
    page = app.window.training.page
    check(page, qtbot, colour_photos(tmp_path, "album"))
    page.start()
    reach(page, qtbot, Stage.VERDICT)
    assert not app.window.banner.text
