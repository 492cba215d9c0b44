"""Photos that are saved anew stay what they were coloured as, but for what a person changed."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from kmhc_desktop.app import App
from kmhc_desktop.main_window import MainWindow
from kmhc_engine.chroma import Adjustments
from kmhc_engine.edits import Edits
from kmhc_engine.jobs import OutputSettings
from tests.desktop.test_window import PATIENCE
from tests.desktop.viewer.test_desk import GREY, adjust, is_grey
from tests.desktop.viewer_photos import is_grey as is_grey_pixel


@pytest.fixture
def colour(loaded: App, photos: Path, qtbot):
    """Colours the photos as `kmhc colourise` would with these settings, and shows the first."""

    def run(settings: OutputSettings) -> MainWindow:
        window = loaded.window
        with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
            window.run.start(window._compute(), settings)
        window.desk.show_row(window.model.row(photos / "photo 0.jpg"))
        return window

    return run


def saved(window: MainWindow, qtbot) -> Path:
    """Save the photo that shows; return its result."""
    with qtbot.waitSignal(window.desk._saving.saved, timeout=PATIENCE):
        window.desk.panel.save_requested.emit()
    return Path(window.desk._row.output)


def test_a_copy_that_was_made_smaller_stays_so_when_its_photo_is_adjusted(loaded, colour, qtbot) -> None:
    window = colour(OutputSettings(longest_side=40))
    adjust(loaded, GREY)
    output = saved(window, qtbot)
    assert is_grey(output)
    assert Image.open(output).size == (40, 30)


def test_a_copy_keeps_the_quality_it_was_made_with(colour, qtbot) -> None:
    window = colour(OutputSettings(quality=30))
    with Image.open(window.desk._row.output) as image:
        before = image.quantization
    with Image.open(saved(window, qtbot)) as image:
        assert image.quantization == before


def test_what_a_person_changes_comes_on_top_of_the_strength_a_photo_was_coloured_with(loaded, colour, qtbot) -> None:
    def spread(path: str | Path) -> int:
        return int(np.ptp(np.asarray(Image.open(path)).astype(int), axis=-1).max())

    window = colour(OutputSettings(adjustments=Adjustments(saturation=0.4)))
    before = spread(window.desk._row.output)
    assert abs(spread(saved(window, qtbot)) - before) <= 4  # the stored colour is a little coarser
    adjust(loaded, Adjustments(saturation=2.0))
    assert before + 4 < spread(saved(window, qtbot)) < 2.5 * before


def test_a_photo_shows_with_the_strength_it_was_coloured_with(colour, start, qtbot) -> None:
    def shows_grey(window: MainWindow) -> bool | None:
        picture = window.desk.view.canvas._after
        return None if picture is None else is_grey_pixel(picture.levels[0].pixelColor(32, 24))

    window = colour(OutputSettings(adjustments=GREY))
    qtbot.waitUntil(lambda: shows_grey(window) is True, timeout=PATIENCE)
    window.close()
    again = start().window
    with qtbot.waitSignal(again.desk.view._loader.after_ready, timeout=PATIENCE):
        pass
    assert shows_grey(again)
    with qtbot.waitSignal(again.run.finished, timeout=PATIENCE):
        again.run.start(again._compute(), again._output_settings(), list(again.model.rows))
    qtbot.waitUntil(lambda: shows_grey(again) is False, timeout=PATIENCE)


def test_hints_are_for_the_first_page_and_adjustments_for_all(start, tmp_path, qtbot) -> None:
    (tmp_path / "scans").mkdir()
    first, second = (Image.new("L", (64, 48), grey) for grey in (90, 150))
    first.save(tmp_path / "scans" / "letters.tif", save_all=True, append_images=[second])
    window = start(tmp_path / "scans").window
    desk = window.desk
    qtbot.waitUntil(lambda: len(window.model) == 1, timeout=PATIENCE)
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.actions_["start"].trigger()

    def pages() -> list[np.ndarray]:
        with Image.open(saved(window, qtbot)) as image:
            return [np.asarray(page.convert("RGB")).astype(int) for page in ImageSequence.Iterator(image)]

    before = pages()
    desk.panel._choose((-26.0, 40.0), 54.0)
    desk.panel.add_stroke(((0.5, 0.5),))
    hinted = pages()
    assert np.abs(hinted[0] - before[0]).max() > 20
    assert (hinted[1] == before[1]).all()
    desk.panel._change(Edits(GREY, desk.panel.edits.hints), "")
    assert all(np.ptp(page, axis=-1).max() <= 4 for page in pages())
