from collections.abc import Iterator
from pathlib import Path

import pytest

from kmhc_desktop.fine_tuning.page import Stage, TrainingPage
from kmhc_desktop.settings import SettingsStore
from tests.desktop.fine_tuning.steps import STUB, check, colour_photos, reach


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
