"""What a person changes about photos reaches their files, whatever comes between."""

from pathlib import Path

import numpy as np
from PIL import Image

from kmhc_desktop import photo_desk, saving
from kmhc_engine.chroma import Adjustments
from kmhc_engine.edits import Edits, edits_path, load_edits, save_edits
from kmhc_engine.errors import OutputError
from kmhc_engine.jobs import State
from tests.desktop.test_window import PATIENCE, states

GREY = Adjustments(saturation=0.0)


def is_grey(output: str | Path | None) -> bool:
    return int(np.ptp(np.asarray(Image.open(output)).astype(int), axis=-1).max()) <= 4


def test_photos_that_could_not_be_adjusted_like_the_others_are_named(coloured, monkeypatch) -> None:
    rows = list(coloured.window.model.rows)

    def full(edits: Edits, path: Path) -> None:
        if path == edits_path(Path(rows[1].chroma)):
            raise OutputError("The disk is full.")
        save_edits(edits, path)

    monkeypatch.setattr(photo_desk, "save_edits", full)
    coloured.window.actions_["select_all"].trigger()
    coloured.window.desk.panel.apply_to_others_requested.emit(GREY)
    assert "1 other photo" in coloured.window.banner.text
    assert "photo 1.jpg" in coloured.window.banner.text
    assert "The disk is full." in coloured.window.banner.text
    assert load_edits(edits_path(Path(rows[2].chroma)))[0] == Edits(GREY)


def test_a_save_that_failed_is_repeated_when_it_is_asked_for(coloured, qtbot, monkeypatch) -> None:
    desk, output = coloured.window.desk, coloured.window.pane.current.output
    with monkeypatch.context() as patched:
        patched.setattr(saving, "save_edited", _fail)
        desk.panel.adjusted.emit((GREY, ()))
        with qtbot.waitSignal(desk.troubled, timeout=PATIENCE):
            desk.panel.save_requested.emit()
    assert "The disk is full." in coloured.window.banner.text
    with qtbot.waitSignal(desk._saving.saved, timeout=PATIENCE):
        desk.save_all()
    assert is_grey(output)


def _fail(*_: object) -> None:
    raise OutputError("The disk is full.")


def test_edits_that_could_not_be_stored_are_stored_when_it_is_asked_for_again(coloured, qtbot, monkeypatch) -> None:
    desk, output = coloured.window.desk, coloured.window.pane.current.output
    desk.panel.adjusted.emit((GREY, ()))
    with monkeypatch.context() as patched, qtbot.assertNotEmitted(desk._saving.saved):
        patched.setattr(photo_desk, "save_edits", _fail)
        desk.panel.save_requested.emit()
    assert "The disk is full." in coloured.window.banner.text
    with qtbot.waitSignal(desk._saving.saved, timeout=PATIENCE):
        desk.panel.save_requested.emit()
    assert is_grey(output)


def test_the_photo_that_shows_is_written_whenever_it_is_asked_for(coloured, qtbot) -> None:
    with qtbot.waitSignal(coloured.window.desk._saving.saved, timeout=PATIENCE):
        coloured.window.desk.panel.save_requested.emit()


def test_photos_whose_saves_were_cut_off_are_written_after_the_next_start(coloured, start, qtbot) -> None:
    rows = list(coloured.window.model.rows)
    coloured.window.close()
    for row in rows[:2]:
        save_edits(Edits(GREY), edits_path(Path(row.chroma)))
    again = start()
    with qtbot.waitSignal(again.window.desk._saving.drained, timeout=PATIENCE):
        pass
    assert [is_grey(row.output) for row in rows] == [True, True, False]
    assert states(again) == [State.DONE] * 3


def test_a_preview_that_comes_while_variants_are_compared_shows_afterwards(start, photos, qtbot) -> None:
    window = start(photos).window
    qtbot.waitUntil(lambda: len(window.model) == 3, timeout=PATIENCE)
    answers = []
    window.run.previewed.connect(answers.append)
    window.actions_["preview"].trigger()
    window.actions_["compare"].trigger()
    qtbot.waitUntil(lambda: len(answers) == 1 + len(window.desk.grid.cells), timeout=PATIENCE)
    window.actions_["compare"].trigger()
    assert "at work" not in window.desk.view.canvas.waiting
    qtbot.waitUntil(lambda: window.desk.view.canvas.has_split, timeout=PATIENCE)
