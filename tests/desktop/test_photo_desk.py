"""What a person changes about photos reaches their files, whatever comes between."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kmhc_desktop import photo_desk
from kmhc_desktop.app import App
from kmhc_engine.chroma import Adjustments
from kmhc_engine.edits import Edits, edits_path, load_edits, save_edits
from kmhc_engine.errors import OutputError
from tests.desktop.test_window import PATIENCE, colourise

GREY = Adjustments(saturation=0.0)


@pytest.fixture
def app(start, photos, qtbot) -> App:
    """A window whose photos are in colour."""
    app = start(photos)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    colourise(app, qtbot)
    return app


def is_grey(output: str | Path | None) -> bool:
    return int(np.ptp(np.asarray(Image.open(output)).astype(int), axis=-1).max()) <= 4


def test_photos_that_could_not_be_adjusted_like_the_others_are_named(app, monkeypatch) -> None:
    rows = list(app.window.model.rows)

    def full(edits: Edits, path: Path) -> None:
        if path == edits_path(Path(rows[1].chroma)):
            raise OutputError("The disk is full.")
        save_edits(edits, path)

    monkeypatch.setattr(photo_desk, "save_edits", full)
    app.window.actions_["select_all"].trigger()
    app.window.desk.panel.apply_to_others_requested.emit(GREY)
    assert "1 other photo" in app.window.banner.text
    assert "photo 1.jpg" in app.window.banner.text
    assert "The disk is full." in app.window.banner.text
    assert load_edits(edits_path(Path(rows[2].chroma)))[0] == Edits(GREY)
