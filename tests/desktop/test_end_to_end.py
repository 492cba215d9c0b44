"""From the drop to the copies on a stick, with the bundled weights and the sample photos: the slow look at it all."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider

from kmhc_desktop.album.copy_dialog import CopyDialog
from kmhc_desktop.engine.process import serve
from kmhc_desktop.settings import SaveEdits
from kmhc_desktop.viewer.colour_swatches import SwatchButton
from kmhc_engine import resources
from kmhc_engine.jobs import State
from kmhc_engine.variants import DEFAULT
from tests.desktop.test_window import drop_and_wait

PATIENCE = 600_000
NAMES = ("cameraman.jpg", "wardenclyffe.jpg", "cat.jpg")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400)]


def pixels(path: str) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def test_drop_colourise_compare_mend_and_export(start, tmp_path: Path, qtbot) -> None:
    folder = tmp_path / "Grandmother"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(resources.folder() / "samples" / name, folder)
    originals = {path: path.read_bytes() for path in folder.iterdir()}
    app = start(engine=serve)
    window = app.window
    app.settings.change(save_edits=SaveEdits.AT_ONCE)

    drop_and_wait(app, qtbot, folder)
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.actions_["start"].trigger()
    rows = list(window.model.rows)
    assert {row.state for row in rows} == {State.DONE}
    for row in rows:
        assert np.ptp(pixels(row.output), axis=-1).mean() > 5, f"{row.name} is still grey"

    with qtbot.waitSignal(window.run.previewed, timeout=PATIENCE) as previewed:
        window.actions_["compare"].trigger()
    assert (previewed.args[0].variant, previewed.args[0].error) == (DEFAULT.name, "")
    window.actions_["compare"].trigger()

    window.actions_["adjust"].trigger()
    panel, view, row = window.desk.panel, window.desk.view, window.pane.current
    qtbot.waitUntil(lambda: view.canvas.has_split and panel._parts.isVisible(), timeout=PATIENCE)
    before = pixels(row.output)
    next(one for one in panel.findChildren(SwatchButton) if one.swatch.name == "Navy").click()
    with qtbot.waitSignal(window.desk._saving.saved, timeout=PATIENCE):
        QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=view.canvas.rect().center())
    assert len(panel.edits.hints) == 1
    hinted = pixels(row.output)
    blue = hinted[..., 2] - hinted[..., 0]
    assert (blue - (before[..., 2] - before[..., 0])).max() > 40, "the hint shows in the file"
    with qtbot.waitSignal(window.desk._saving.saved, timeout=PATIENCE):
        QTest.keyClick(panel._sliders["saturation"].findChild(QSlider), Qt.Key.Key_Home)
    assert np.ptp(pixels(row.output), axis=-1).max() <= 8

    output = window.roots.output_of(folder)
    copies = CopyDialog({output: list(NAMES)}, {}, app.settings, parent=window)
    qtbot.addWidget(copies)
    copies.target.setText(str(tmp_path / "stick"))
    copies.make()
    qtbot.waitUntil(lambda: len(list((tmp_path / "stick").glob("*.jpg"))) == len(NAMES), timeout=PATIENCE)
    copies.reject()
    assert {path: path.read_bytes() for path in folder.iterdir()} == originals
