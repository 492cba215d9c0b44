"""Photos turned in the window where something comes in between: failures, later sessions, other folders."""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from kmhc_desktop.engine.messages import Previewed
from kmhc_engine.choices import ColourPhotos
from kmhc_engine.chroma import Chroma
from kmhc_engine.jobs import State
from kmhc_engine.outputs import OutputFolder
from tests.desktop.conftest import write_photo
from tests.desktop.test_turning import LYING, choose, rows, shows, size, turn
from tests.desktop.test_window import PATIENCE, colourise, drop_and_wait, states


def colour_png(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    colours = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    Image.fromarray(colours).save(path)


def test_a_run_that_is_tried_again_turns_nothing_twice(coloured, tmp_path, qtbot) -> None:
    window = coloured.window
    other = tmp_path / "second"
    other.mkdir()
    write_photo(other / "x.jpg", 90)
    drop_and_wait(coloured, qtbot, other)
    colourise(coloured, qtbot)
    assert states(coloured) == [State.DONE] * 4
    chosen = [rows(coloured)[0], rows(coloured)[3]]
    results = tmp_path / "second colourised"
    with OutputFolder(results), qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.start_over(chosen, turned=[(row.path, 1) for row in chosen])
    assert [row.turn for row in chosen] == [1, 0]
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        next(one for one in window.banner._buttons if one.text() == "Try again").click()
    assert [row.turn for row in chosen] == [1, 1]


def test_a_photo_whose_copy_was_deleted_is_coloured_and_shown_as_it_was_turned(coloured, photos, start, qtbot) -> None:
    choose(coloured, 0)
    turn(coloured, qtbot, "turn_right")
    out = Path(rows(coloured)[0].output)
    coloured.window.close()
    out.unlink()
    again = start()
    qtbot.waitUntil(lambda: len(again.window.model) == 3 and not again.window.roots.scanning, timeout=PATIENCE)
    colourise(again, qtbot)
    row = rows(again)[0]
    choose(again, 0)
    qtbot.waitUntil(lambda: again.window.desk.view.canvas._after is not None, timeout=PATIENCE)
    assert size(row.output) == LYING
    assert shows(again, *LYING)


def test_how_a_photo_was_turned_is_learnt_from_the_run_where_nothing_else_tells(coloured, photos, start, qtbot) -> None:
    choose(coloured, 0)
    turn(coloured, qtbot, "turn_right")
    out = Path(rows(coloured)[0].output)
    coloured.window.close()
    with OutputFolder(out.parent):
        again = start()
        qtbot.waitUntil(lambda: len(again.window.model) == 3 and not again.window.roots.scanning, timeout=PATIENCE)
    colourise(again, qtbot)
    row = rows(again)[0]
    assert size(row.output) == LYING
    assert row.turn == 1


def test_the_preview_of_a_photo_before_it_was_turned_does_not_show(loaded, qtbot) -> None:
    window = loaded.window
    choose(loaded, 0)
    asked = []
    loaded.worker.preview = lambda *a, **k: asked.append((a, k))
    window.desk.preview()
    window.actions_["turn_right"].trigger()
    window.desk.preview()
    src = Path(rows(loaded)[0].path)
    variant = asked[0][0][1][0].variant
    folder = asked[0][0][2]
    folder.mkdir(parents=True, exist_ok=True)
    first, second = folder / "1.png", folder / "2.png"
    Chroma(np.zeros((24, 32, 2), np.float32), variant, "w").save(first)
    Chroma(np.zeros((32, 24, 2), np.float32), variant, "w").save(second)
    window.desk.heed_preview(Previewed(src, variant, first))
    window.desk.heed_preview(Previewed(src, variant, second, turn=1))
    assert window.desk._photo.chroma == second


def test_nor_does_what_a_variant_made_of_it_before(loaded, qtbot) -> None:
    window = loaded.window
    choose(loaded, 0)
    asked = []
    loaded.worker.preview = lambda *a, **k: asked.append((a, k))
    window.actions_["compare"].trigger()
    window.actions_["turn_right"].trigger()
    src = Path(rows(loaded)[0].path)
    (cell,) = window.desk.grid.cells
    variant = asked[0][0][1][0].variant
    folder = asked[0][0][2]
    folder.mkdir(parents=True, exist_ok=True)
    first = folder / "1.png"
    Chroma(np.zeros((24, 32, 2), np.float32), variant, "w").save(first)
    window.desk.heed_preview(Previewed(src, variant, first))
    assert cell.chroma is None


def test_the_copy_of_a_photo_in_colour_is_shown_as_it_lies(start, tmp_path, qtbot) -> None:
    colour_png(tmp_path / "new" / "a.png")
    app = start(tmp_path / "new")
    app.window._settings.change(colour_photos=ColourPhotos.COPY)
    qtbot.waitUntil(lambda: len(app.window.model) == 1, timeout=PATIENCE)
    choose(app, 0)
    app.window.actions_["turn_right"].trigger()
    colourise(app, qtbot)
    qtbot.waitUntil(lambda: app.window.desk.view.canvas._after is not None, timeout=PATIENCE)
    c = app.window.desk.view.canvas
    assert c._before.size == c._after.size


def test_where_the_copies_were_away_they_are_not_forgotten(coloured, photos, tmp_path, qtbot) -> None:
    row = rows(coloured)[0]
    results = photos.with_name("shoebox colourised")
    results.rename(tmp_path / "aside")
    results.write_text("in the way")
    choose(coloured, 0)
    turn(coloured, qtbot, "turn_right")
    results.unlink()
    (tmp_path / "aside").rename(results)
    assert (row.state, row.quarters) == (State.DONE, 0)
    assert Path(row.output).is_file()


def test_a_photo_that_failed_may_be_turned_back(loaded, photos, start, qtbot) -> None:
    choose(loaded, 0)
    (photos / "photo 0.jpg").write_bytes((photos / "photo 0.jpg").read_bytes()[:300])
    drop_and_wait(loaded, qtbot, photos)
    loaded.window.actions_["turn_right"].trigger()
    colourise(loaded, qtbot)
    assert states(loaded)[0] is State.FAILED
    choose(loaded, 0)
    loaded.window.actions_["turn_left"].trigger()
    assert rows(loaded)[0].quarters == 0
    loaded.window.close()
    again = start()
    qtbot.waitUntil(lambda: len(again.window.model) == 3 and not again.window.roots.scanning, timeout=PATIENCE)
    assert rows(again)[0].quarters == 0


def test_what_was_to_be_turned_and_is_left_in_colour_does_not_wait_at_each_start(start, tmp_path, qtbot) -> None:
    colour_png(tmp_path / "new" / "a.png")
    app = start(tmp_path / "new")
    qtbot.waitUntil(lambda: len(app.window.model) == 1, timeout=PATIENCE)
    choose(app, 0)
    app.window.actions_["turn_right"].trigger()
    colourise(app, qtbot)
    assert states(app) == [State.SKIPPED]
    app.window.close()
    again = start()
    qtbot.waitUntil(lambda: len(again.window.model) == 1 and not again.window.roots.scanning, timeout=PATIENCE)
    assert states(again) == [State.SKIPPED]


def test_a_turn_that_was_cut_off_is_gone_on_with_at_the_next_start(coloured, start, qtbot) -> None:
    choose(coloured, 0)
    coloured.window.model.update(Path(rows(coloured)[0].path), wanted=1, state=State.RUNNING)  # and the power fails
    coloured.window.roots.remember(unfinished=True)
    again = start()
    qtbot.waitUntil(lambda: len(again.window.model) == 3 and not again.window.roots.scanning, timeout=PATIENCE)
    assert states(again) == [State.WAITING, State.DONE, State.DONE]
    colourise(again, qtbot)
    assert [row.turn for row in rows(again)] == [1, 0, 0]


def test_a_photo_coloured_anew_in_an_earlier_session_keeps_its_new_colours(start, tmp_path, qtbot) -> None:
    colour_png(tmp_path / "new" / "a.png")
    app = start(tmp_path / "new")
    app.window._settings.change(colour_photos=ColourPhotos.REDO)
    qtbot.waitUntil(lambda: len(app.window.model) == 1, timeout=PATIENCE)
    colourise(app, qtbot)
    assert rows(app)[0].chroma
    app.window._settings.change(colour_photos=ColourPhotos.SKIP)
    app.window.close()
    app = start()
    qtbot.waitUntil(lambda: len(app.window.model) == 1 and not app.window.roots.scanning, timeout=PATIENCE)
    choose(app, 0)
    turn(app, qtbot, "turn_left")
    row = rows(app)[0]
    assert row.chroma and size(row.output) == LYING


def test_a_photo_that_only_got_another_date_is_turned_still(loaded, photos, qtbot) -> None:
    choose(loaded, 0)
    loaded.window.actions_["turn_right"].trigger()
    os.utime(photos / "photo 0.jpg", ns=(10**18, 10**18))
    drop_and_wait(loaded, qtbot, photos)
    assert rows(loaded)[0].quarters == 1


def test_a_photo_that_failed_is_tried_again_as_it_was_turned(coloured, photos, qtbot) -> None:
    row = rows(coloured)[0]
    choose(coloured, 0)
    (photos / "photo 0.jpg").rename(photos / "aside")
    turn(coloured, qtbot, "turn_right")
    (photos / "aside").rename(photos / "photo 0.jpg")
    with qtbot.waitSignal(coloured.window.run.finished, timeout=PATIENCE):
        coloured.window.actions_["retry"].trigger()
    assert row.turn == 1


def test_a_page_in_colour_keeps_its_colours_whatever_is_turned_beside_it(start, tmp_path, qtbot) -> None:
    colour_png(tmp_path / "new" / "a.png")
    with Image.open(tmp_path / "new" / "a.png") as c:
        Image.new("L", (64, 48), 100).save(tmp_path / "new" / "b.tif", save_all=True, append_images=[c.convert("RGB")])
    app = start(tmp_path / "new")
    app.window._settings.change(colour_photos=ColourPhotos.REDO)
    qtbot.waitUntil(lambda: len(app.window.model) == 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: rows(app)[0].in_colour, timeout=PATIENCE)
    with qtbot.waitSignal(app.window.run.finished, timeout=PATIENCE):
        app.window.start_over(rows(app)[:1])
    app.window._settings.change(colour_photos=ColourPhotos.SKIP)
    colourise(app, qtbot)
    b = rows(app)[1]
    app.window.actions_["select_all"].trigger()
    turn(app, qtbot, "turn_right")
    assert any("keeps its colours" in n for n in b.notes)
