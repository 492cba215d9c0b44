"""A run over several folders, and what may go wrong with one of them."""

import errno
import threading
from pathlib import Path

from PySide6.QtCore import Qt

from kmhc_desktop import dialogs
from kmhc_desktop.engine.messages import BatchEnded, BatchRequest, Doubt, Progress
from kmhc_desktop.exports import Exports
from kmhc_desktop.queue import run as run_module
from kmhc_desktop.queue.model import QueueModel, Role
from kmhc_desktop.queue.run import Phase
from kmhc_desktop.viewer import saving
from kmhc_engine.chroma import Chroma
from kmhc_engine.jobs import Event, State
from tests.desktop import stub_engine
from tests.desktop.conftest import write_photo
from tests.desktop.test_window import PATIENCE, colourise, drop_and_wait, states


def test_a_folder_that_is_dropped_while_a_run_goes_on_joins_it(start, photos, tmp_path, qtbot) -> None:
    (tmp_path / "attic").mkdir()
    write_photo(tmp_path / "attic" / "photo.jpg", 99)
    app = start()
    drop_and_wait(app, qtbot, photos)
    app.window.actions_["start"].trigger()
    app.window.actions_["pause"].trigger()
    drop_and_wait(app, qtbot, tmp_path / "attic")
    assert "of 4" in app.window.strip.text
    with qtbot.waitSignal(app.window.run.finished, timeout=PATIENCE):
        app.window.actions_["pause"].trigger()
    assert states(app) == [State.DONE] * 4


def test_a_folder_whose_results_cannot_be_written_stops_no_other(start, photos, tmp_path, qtbot, monkeypatch) -> None:
    (tmp_path / "attic").mkdir()
    write_photo(tmp_path / "attic" / "photo.jpg", 99)
    (tmp_path / "shoebox colourised").write_text("in the way")
    app = start()
    drop_and_wait(app, qtbot, photos, tmp_path / "attic")
    colourise(app, qtbot)
    assert states(app) == [State.WAITING] * 3 + [State.DONE]
    assert "shoebox colourised" in app.window.banner.text
    monkeypatch.setattr(dialogs, "ask_for_folder", lambda *_: tmp_path / "elsewhere")
    elsewhere = next(one for one in app.window.banner._buttons if one.text() == "Save elsewhere…")
    with qtbot.waitSignal(app.window.run.finished, timeout=PATIENCE):
        elsewhere.click()
    assert states(app) == [State.DONE] * 4
    assert len(list((tmp_path / "elsewhere" / "shoebox").glob("*.jpg"))) == 3


def test_photos_of_a_cancelled_run_wait_again_in_the_next(start, photos, qtbot) -> None:
    app = start(photos, engine=stub_engine.serve_slow)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    run, model = app.window.run, app.window.model
    run.start(app.window._compute(), app.window._output_settings())
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        run.cancel()
    assert told(model) == ["Cancelled"] * 3
    run.start(app.window._compute(), app.window._output_settings())
    assert told(model) == ["Waiting"] * 3
    run._heed(BatchEnded(run._number, "The engine does not run."))
    assert told(model) == ["Cancelled"] * 3


def test_a_pause_does_not_count_for_the_speed(start, photos, qtbot, monkeypatch) -> None:
    now = 0.0
    monkeypatch.setattr(run_module, "awake_time", lambda: now)
    app = start(engine=stub_engine.serve_slow)
    drop_and_wait(app, qtbot, photos)
    run, paces = app.window.run, []
    run.paced.connect(paces.append)
    run.start(app.window._compute(), app.window._output_settings())
    now = 30.0
    run.pause()
    now = 1000.0
    run.resume()
    now = 1030.0
    run._heed_all([Progress(photos / "photo 0.jpg", Event("", State.DONE))])
    assert paces[-1].per_minute == 1.0
    assert paces[-1].seconds_left == 120.0


def test_the_time_the_engine_takes_to_start_does_not_count_for_the_speed(start, photos, qtbot, monkeypatch) -> None:
    now = 0.0
    monkeypatch.setattr(run_module, "awake_time", lambda: now)
    app = start(engine=stub_engine.serve_silently)
    drop_and_wait(app, qtbot, photos)
    run, paces = app.window.run, []
    run.paced.connect(paces.append)
    run.start(app.window._compute(), app.window._output_settings())
    now = 40.0
    run._heed_all([Progress(photos / "photo 0.jpg", Event("", State.RUNNING))])
    now = 41.0
    run._heed_all([Progress(photos / "photo 1.jpg", Event("", State.RUNNING))])
    now = 60.0
    run._heed_all([Progress(photos / "photo 0.jpg", Event("", State.DONE))])
    assert paces[-1].per_minute == 3.0
    assert paces[-1].seconds_left == 40.0


def test_no_photo_is_at_work_for_ever_when_the_engine_is_given_up(start, photos, qtbot) -> None:
    app = start(photos, engine=stub_engine.serve_slow)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    run = app.window.run
    run.start(app.window._compute(), app.window._output_settings())
    run._heed_all([Progress(photos / "photo 0.jpg", Event("", State.RUNNING))])
    run._heed(BatchEnded(run._number, "The engine does not run."))
    assert run.phase is Phase.IDLE
    assert states(app)[0] is State.INTERRUPTED
    assert app.window.actions_["start"].isEnabled()


def test_of_the_photos_in_hand_the_first_is_named(start, photos, qtbot) -> None:
    app = start(photos, engine=stub_engine.serve_silently)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    run, strip = app.window.run, app.window.strip
    run.start(app.window._compute(), app.window._output_settings())
    assert "Getting the engine ready…" in strip.text
    for number, state in ((1, State.RUNNING), (2, State.RUNNING)):
        run._heed_all([Progress(photos / f"photo {number}.jpg", Event("", state))])
        assert "Colourising photo 1.jpg" in strip.text
    run._heed_all([Progress(photos / "photo 1.jpg", Event("", State.FAILED))])
    assert "Colourising photo 2.jpg" in strip.text
    run._heed_all([Progress(photos / "photo 2.jpg", Event("", State.WAITING, reason="The engine stopped."))])
    assert "Colourising" not in strip.text
    run._heed(BatchEnded(run._number, "The engine does not run."))
    run.start(app.window._compute(), app.window._output_settings())
    assert "Getting the engine ready…" in strip.text


def told(model: QueueModel) -> list[str]:
    """What a screen reader hears of each photo's state."""
    role = Qt.ItemDataRole.AccessibleTextRole
    return [model.index(row).data(role).split(", ", 1)[1] for row in range(len(model))]


def test_photos_in_hand_are_held_with_the_run(start, photos, qtbot) -> None:
    app = start(photos, engine=stub_engine.serve_slow)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    run, model = app.window.run, app.window.model
    run.start(app.window._compute(), app.window._output_settings())
    run._heed_all([Progress(photos / "photo 0.jpg", Event("", State.RUNNING))])
    assert told(model) == ["Working…", "Waiting", "Waiting"]
    run.pause()
    run._heed_all([Progress(photos / "photo 1.jpg", Event("", State.RUNNING))])  # it was on its way
    assert told(model) == ["Paused", "Paused", "Waiting"]
    run._heed_all([Progress(photos / "photo 1.jpg", Event("", State.DONE))])
    with qtbot.waitSignal(model.dataChanged):
        run.resume()
    assert told(model) == ["Working…", "Done", "Waiting"]
    run.pause()
    run.cancel()
    assert told(model)[0] == "Working…"


def test_photos_in_hand_are_interrupted_when_the_engine_ends_while_it_is_paused(start, photos, qtbot) -> None:
    app = start(photos, engine=stub_engine.serve_slow)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    run, model = app.window.run, app.window.model
    run.start(app.window._compute(), app.window._output_settings())
    run._heed_all([Progress(photos / "photo 0.jpg", Event("", State.RUNNING))])
    run.pause()
    run._heed(BatchEnded(run._number, "The engine does not run."))
    assert told(model)[0] == "Interrupted"
    assert not model.index(0).data(Role.PAUSED)


def test_a_run_begins_when_what_was_adjusted_is_saved(coloured, photos, qtbot, monkeypatch) -> None:
    app = coloured
    write_photo(photos / "photo 3.jpg", 99)
    drop_and_wait(app, qtbot, photos)
    saving_ends = hold(monkeypatch)
    told = []
    monkeypatch.setattr(app.worker, "run", lambda batch, run=app.worker.run: told.append("run") or run(batch))
    monkeypatch.setattr(app.worker, "pause", lambda pause=app.worker.pause: told.append("pause") or pause())
    app.window.desk.panel.save_requested.emit()
    app.window.actions_["start"].trigger()
    app.window.actions_["pause"].trigger()
    assert told == ["pause"]
    with qtbot.waitSignal(app.window.desk._saving.saved, timeout=PATIENCE):
        saving_ends.set()
    qtbot.waitUntil(lambda: "run" in told, timeout=PATIENCE)
    assert told == ["pause", "run", "pause"]
    assert app.window.run.phase is Phase.PAUSED
    with qtbot.waitSignal(app.window.run.finished, timeout=PATIENCE):
        app.window.actions_["pause"].trigger()
    assert states(app) == [State.DONE] * 4


def test_a_run_that_waits_for_a_save_can_be_cancelled(coloured, photos, qtbot, monkeypatch) -> None:
    app = coloured
    write_photo(photos / "photo 3.jpg", 99)
    drop_and_wait(app, qtbot, photos)
    saving_ends = hold(monkeypatch)
    app.window.desk.panel.save_requested.emit()
    app.window.actions_["start"].trigger()
    app.window.actions_["cancel"].trigger()
    with qtbot.waitSignal(app.window.run.finished, timeout=PATIENCE):
        saving_ends.set()
    assert states(app) == [State.DONE] * 3 + [State.WAITING]


def test_photos_that_are_not_started_over_after_all_are_adjusted_and_exported_as_before(
    coloured, qtbot, monkeypatch
) -> None:
    window = coloured.window
    colours = [row.chroma for row in window.model.rows]
    saving_ends = hold(monkeypatch)
    window.desk.save()
    window.actions_["select_all"].trigger()
    window.actions_["again"].trigger()
    assert not window.desk.panel._can_edit(), "what is changed now would be lost"
    window.actions_["cancel"].trigger()
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        saving_ends.set()
    assert [row.chroma for row in window.model.rows] == colours
    assert window.desk.panel._can_edit()
    assert window.actions_["album"].isEnabled()
    (names,) = window.findChild(Exports)._finished(window.model.rows).values()
    assert names == [f"photo {number}.jpg" for number in range(3)]
    assert window.actions_["start"].isEnabled()


def test_a_run_ends_though_the_disk_of_the_colours_does_not_answer_any_more(coloured, qtbot, monkeypatch) -> None:
    window = coloured.window
    saving_ends = hold(monkeypatch)
    window.desk.save()
    window.start_over(list(window.model.rows))
    window.actions_["cancel"].trigger()

    def silent(path: Path, **_: object) -> None:
        raise OSError(errno.EHOSTDOWN, "Host is down", str(path))

    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        saving_ends.set()
        monkeypatch.setattr(Path, "stat", silent)
    monkeypatch.undo()
    assert window.run.phase is Phase.IDLE


def hold(monkeypatch) -> threading.Event:
    """Let photos be saved only after this event."""
    event, save = threading.Event(), saving.save_edited
    monkeypatch.setattr(saving, "save_edited", lambda *photo: event.wait(PATIENCE / 1000) and save(*photo))
    return event


def test_photos_whose_starting_over_cannot_begin_are_as_before(coloured, photos, qtbot) -> None:
    window = coloured.window
    qtbot.waitUntil(lambda: all(row.doubt is not None for row in window.model.rows), timeout=PATIENCE)
    before = [(row.state, row.doubt, row.output, row.chroma) for row in window.model.rows]
    window.actions_["select_all"].trigger()
    coloured.settings.change(variant="KMHCNet_1")  # its weights are gone
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.actions_["again"].trigger()
    assert "no weights" in window.banner.text
    assert [button.text() for button in window.banner._buttons] == ["Try again"], "another folder would not help"
    assert [(row.state, row.doubt, row.output, row.chroma) for row in window.model.rows] == before
    coloured.settings.change(variant="KMHCNet_8")
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        try_again(window)
    assert {Chroma.load(Path(row.chroma)).variant for row in window.model.rows} == {"KMHCNet_8"}
    assert states(coloured) == [State.DONE] * 3


def test_what_cannot_begin_is_tried_again_with_the_variant_it_was_for(coloured, qtbot, monkeypatch) -> None:
    window, asked = coloured.window, []
    monkeypatch.setattr(
        coloured.worker, "run", lambda batch, run=coloured.worker.run: asked.append(batch) or run(batch)
    )
    rows = list(window.model.rows)[:2]
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.start_over(rows, "KMHCNet_1")
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        try_again(window)
    assert [one.batch.compute.variant for one in asked] == ["KMHCNet_1"] * 2
    assert [len(one.found) for one in asked] == [2, 2]
    assert states(coloured) == [State.DONE] * 3


def test_failed_photos_whose_retry_cannot_begin_are_tried_again_alone(start, photos, qtbot) -> None:
    (photos / "photo 1.jpg").write_bytes((photos / "photo 0.jpg").read_bytes()[:300])
    app = start(photos)
    window = app.window
    qtbot.waitUntil(lambda: len(window.model) == 3, timeout=PATIENCE)
    colourise(app, qtbot)
    before = window.model.row(photos / "photo 1.jpg").reason
    write_photo(photos / "photo 3.jpg", 90)
    drop_and_wait(app, qtbot, photos)
    write_photo(photos / "photo 1.jpg", 90)
    app.settings.change(variant="KMHCNet_1")  # its weights are gone
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.actions_["retry"].trigger()
    assert states(app) == [State.DONE, State.FAILED, State.DONE, State.WAITING]
    assert window.model.row(photos / "photo 1.jpg").reason == before
    app.settings.change(variant="KMHCNet_8")
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        try_again(window)
    assert states(app) == [State.DONE] * 3 + [State.WAITING]


def test_photos_that_were_opened_anew_meanwhile_are_tried_again_too(coloured, photos, qtbot) -> None:
    window = coloured.window
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.start_over(list(window.model.rows), "KMHCNet_1")  # its weights are gone
    window.actions_["clear"].trigger()
    drop_and_wait(coloured, qtbot, photos)
    assert states(coloured) == [State.DONE] * 3
    with qtbot.waitSignal(window.run.phase_changed):
        try_again(window)
    qtbot.waitUntil(lambda: window.run.phase is Phase.IDLE, timeout=PATIENCE)
    assert states(coloured) == [State.DONE] * 3


def test_what_cannot_be_started_over_where_it_lies_goes_elsewhere(
    coloured, photos, tmp_path, qtbot, monkeypatch
) -> None:
    window, results = coloured.window, photos.with_name("shoebox colourised")
    results.rename(tmp_path / "aside")
    results.write_text("in the way")
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.start_over(list(window.model.rows)[:2])
    monkeypatch.setattr(dialogs, "ask_for_folder", lambda *_: tmp_path / "elsewhere")
    elsewhere = next(one for one in window.banner._buttons if one.text() == "Save elsewhere…")
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        elsewhere.click()
    assert len(list((tmp_path / "elsewhere" / "shoebox").glob("*.jpg"))) == 2
    assert states(coloured) == [State.DONE] * 3


def test_photos_in_colour_that_are_coloured_all_the_same_are_so_when_the_rest_is_tried_again(
    coloured, photos, qtbot, monkeypatch
) -> None:
    window, asked = coloured.window, []
    window.model.update_all((Path(row.path), {"state": State.SKIPPED}) for row in window.model.rows)

    def make_one(request: BatchRequest) -> None:
        asked.append(request.batch.settings.colour_photos)
        made = Event("1", State.DONE)
        coloured.worker.reported.emit(Progress(photos / "photo 0.jpg", made))
        coloured.worker.reported.emit(BatchEnded(request.batch.number, "The engine stopped."))

    monkeypatch.setattr(coloured.worker, "run", make_one)
    with qtbot.waitSignal(window.run.finished):
        window.start_over(list(window.model.rows))
    assert states(coloured) == [State.DONE, State.SKIPPED, State.SKIPPED]
    try_again(window)
    assert asked == ["redo", "redo"]


def test_a_doubt_of_colours_that_are_about_to_be_replaced_comes_too_late(coloured, photos, qtbot) -> None:
    window = coloured.window
    window.start_over(list(window.model.rows), "KMHCNet_8")
    window.run._heed(Doubt(photos / "photo 0.jpg", 9.0))
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        assert window.model.row(photos / "photo 0.jpg").doubt is None
    qtbot.waitUntil(lambda: all(row.doubt is not None for row in window.model.rows), timeout=PATIENCE)


def test_nothing_is_started_over_while_a_run_goes_on(coloured, qtbot) -> None:
    run, rows = coloured.window.run, list(coloured.window.model.rows)
    coloured.window.start_over(rows[:1], "KMHCNet_8")
    run.pause()
    run.start(run._compute, run._settings, rows[1:])
    assert states(coloured)[1:] == [State.DONE] * 2
    with qtbot.waitSignal(run.finished, timeout=PATIENCE):
        run.resume()


def try_again(window) -> None:
    next(one for one in window.banner._buttons if one.text() == "Try again").click()
