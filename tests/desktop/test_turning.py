"""Photos that lie on their side, turned in the window."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kmhc_desktop.app import App
from kmhc_desktop.queue.delegate import QueueDelegate
from kmhc_desktop.queue.row import Row
from kmhc_engine.choices import ColourPhotos
from kmhc_engine.edits import Edits, edits_path, load_edits, save_edits
from kmhc_engine.hints import Hint
from kmhc_engine.jobs import State
from kmhc_engine.outputs import OutputFolder
from tests.desktop.conftest import write_photo
from tests.desktop.test_window import PATIENCE, colourise, drop_and_wait, states

UPRIGHT, LYING = (64, 48), (48, 64)


def rows(app: App) -> list[Row]:
    return list(app.window.model.rows)


def choose(app: App, number: int) -> None:
    app.window.pane.view.setCurrentIndex(app.window.model.index_of(Path(rows(app)[number].path)))


def turn(app: App, qtbot, name: str) -> None:
    """Turn what is in colour, and wait until it is so again."""
    with qtbot.waitSignal(app.window.run.finished, timeout=PATIENCE):
        app.window.actions_[name].trigger()


def size(path: str | Path | None) -> tuple[int, int]:
    with Image.open(path or "") as image:
        return image.size


def shows(app: App, width: int, height: int) -> bool:
    canvas = app.window.desk.view.canvas
    sizes = [picture.size.toTuple() for picture in (canvas._before, canvas._after) if picture is not None]
    return len(sizes) == 2 and set(sizes) == {(width, height)}


def test_a_photo_that_waits_is_turned_and_coloured_upright(loaded, qtbot) -> None:
    choose(loaded, 0)
    loaded.window.actions_["turn_right"].trigger()
    assert states(loaded) == [State.WAITING] * 3
    assert loaded.window.desk._photo.turn == 1
    colourise(loaded, qtbot)
    assert [size(row.output) for row in rows(loaded)] == [LYING, UPRIGHT, UPRIGHT]
    qtbot.waitUntil(lambda: shows(loaded, *LYING), timeout=PATIENCE)


def test_the_thumbnail_of_a_photo_that_waits_is_turned(loaded, qtbot) -> None:
    view, row = loaded.window.pane.view, rows(loaded)[0]
    delegate = view.itemDelegate()
    assert isinstance(delegate, QueueDelegate)
    qtbot.waitUntil(lambda: delegate._thumbnail(row, 0) is not None, timeout=PATIENCE)
    before = delegate._thumbnail(row, 0).size()
    choose(loaded, 0)
    loaded.window.actions_["turn_left"].trigger()
    assert delegate._thumbnail(row, 0).size() == before.transposed()


def test_photos_in_colour_are_coloured_anew_at_once_and_their_originals_stay(coloured, photos, qtbot) -> None:
    originals = [path.read_bytes() for path in sorted(photos.iterdir())]
    choose(coloured, 1)
    turn(coloured, qtbot, "turn_left")
    assert states(coloured) == [State.DONE] * 3
    assert [size(row.output) for row in rows(coloured)] == [UPRIGHT, LYING, UPRIGHT]
    qtbot.waitUntil(lambda: shows(coloured, *LYING), timeout=PATIENCE)
    turn(coloured, qtbot, "turn_right")
    assert size(rows(coloured)[1].output) == UPRIGHT
    assert [path.read_bytes() for path in sorted(photos.iterdir())] == originals


def test_the_next_start_shows_photos_as_they_were_turned(coloured, photos, start, qtbot) -> None:
    write_photo(photos / "photo 3.jpg", 99)
    drop_and_wait(coloured, qtbot, photos)
    choose(coloured, 3)
    coloured.window.actions_["turn_right"].trigger()
    choose(coloured, 0)
    turn(coloured, qtbot, "turn_left")
    coloured.window.close()
    again = start()
    qtbot.waitUntil(lambda: [row.quarters for row in rows(again)] == [3, 0, 0, 1], timeout=PATIENCE)
    assert states(again) == [State.DONE] * 3 + [State.WAITING]
    colourise(again, qtbot)
    assert [size(row.output) for row in rows(again)] == [LYING, UPRIGHT, UPRIGHT, LYING]


def test_a_hint_stays_where_it_was_painted_when_its_photo_is_turned_and_saved(coloured, qtbot) -> None:
    row = rows(coloured)[0]
    save_edits(Edits(hints=(Hint(((0.25, 0.5),), 0.1, (10.0, -50.0)),)), edits_path(Path(row.chroma)))
    choose(coloured, 0)
    turn(coloured, qtbot, "turn_right")
    edits, _ = load_edits(edits_path(Path(row.chroma)))
    assert edits.hints[0].points == ((0.5, 0.25),)
    assert coloured.window.desk.panel.edits == edits
    coloured.window.desk.save()
    coloured.window.desk.save_all()
    qtbot.waitUntil(lambda: coloured.window.desk._saving.idle, timeout=PATIENCE)
    assert size(row.output) == LYING


def test_photos_that_could_not_be_turned_are_as_before(coloured, qtbot) -> None:
    row = rows(coloured)[0]
    before = (row.state, row.output, row.chroma, row.turn)
    choose(coloured, 0)
    with OutputFolder(Path(row.output).parent):  # somebody else works there
        turn(coloured, qtbot, "turn_right")
    assert (row.state, row.output, row.chroma, row.turn) == before
    assert size(row.output) == UPRIGHT


def test_another_variant_is_tried_on_the_photo_as_it_was_turned(loaded, qtbot) -> None:
    choose(loaded, 0)
    loaded.window.actions_["turn_right"].trigger()
    loaded.window.desk.preview()
    qtbot.waitUntil(lambda: shows(loaded, *LYING), timeout=PATIENCE)


def test_what_a_variant_made_is_told_apart_by_how_the_photo_was_turned(loaded, qtbot) -> None:
    choose(loaded, 0)
    loaded.window.actions_["compare"].trigger()
    (cell,) = loaded.window.desk.grid.cells
    for expected in (UPRIGHT, LYING, UPRIGHT):
        qtbot.waitUntil(
            lambda at=expected: [pane.picture.size.toTuple() for pane in cell.panes()] == [at], timeout=PATIENCE
        )
        loaded.window.actions_["turn_left"].trigger()


def test_nothing_is_turned_during_a_run_nor_what_is_no_photo(loaded, photos, qtbot) -> None:
    turns = [loaded.window.actions_[name] for name in ("turn_left", "turn_right")]
    choose(loaded, 0)
    assert all(action.isEnabled() for action in turns)
    with qtbot.waitSignal(loaded.window.run.finished, timeout=PATIENCE):
        loaded.window.actions_["start"].trigger()
        assert not any(action.isEnabled() for action in turns)
    (photos / "letter.jpg").write_text("Dear Ada")
    drop_and_wait(loaded, qtbot, photos)
    choose(loaded, 3)
    assert not any(action.isEnabled() for action in turns)


@pytest.mark.parametrize("setting", [ColourPhotos.COPY, ColourPhotos.REDO])
def test_a_photo_that_was_in_colour_is_turned_only_where_it_was_coloured_anew(start, tmp_path, qtbot, setting) -> None:
    (tmp_path / "new").mkdir()
    colours = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    Image.fromarray(colours).save(tmp_path / "new" / "a.png")
    app = start(tmp_path / "new")
    app.window._settings.change(colour_photos=setting)
    qtbot.waitUntil(lambda: len(app.window.model) == 1, timeout=PATIENCE)
    colourise(app, qtbot)
    choose(app, 0)
    assert app.window.actions_["turn_left"].isEnabled() == (setting is ColourPhotos.REDO)
    if setting is ColourPhotos.REDO:
        app.window._settings.change(colour_photos=ColourPhotos.SKIP)
        turn(app, qtbot, "turn_left")
        assert size(rows(app)[0].output) == LYING
