"""What becomes of trainings that are stopped, fail, are let go of, or lose their window."""

import json
import subprocess
import sys

import pytest
from PySide6.QtWidgets import QMessageBox

from kmhc_desktop import dialogs
from kmhc_desktop.fine_tuning.page import Stage, Training, TrainingPage
from kmhc_desktop.fine_tuning.run_folders import claim, has_learnt, new_folder, undecided, verdict, waiting
from tests.desktop.fine_tuning.steps import (
    PATIENCE,
    STUB,
    check,
    colour_photos,
    left_behind,
    reach,
    shown,
    started_again,
    stop_at_step_3,
    train,
)


def test_a_stopped_training_waits_for_the_next_start(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "patient"))
    page.start()
    qtbot.waitUntil(lambda: len(page.watch.difference.points) == 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: has_learnt(page._run), timeout=PATIENCE)
    page.buttons["stop"].click()
    assert page.stage is Stage.STOPPED
    assert not page.process.running
    later = started_again(page, qtbot)
    assert later.stage is Stage.STOPPED
    assert "“patient”" in later._message.text()
    later.go_on()
    reach(later, qtbot, Stage.VERDICT)
    later.discard()
    assert undecided(later._runs) is None


def test_a_training_that_fails_before_it_has_learnt_anything_leaves_nothing(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "refused"))
    page.start()
    reach(page, qtbot, Stage.FAILED)
    assert "fits no photo" in page._message.text()
    assert shown(page) == {"close", "again"}
    assert not any(page._runs.iterdir())


def test_photos_that_will_not_do_leave_a_waiting_run_alone(page, qtbot, tmp_path, killed) -> None:
    page.setup.choose(colour_photos(tmp_path, "too few"))
    reach(page, qtbot, Stage.FAILED)
    assert "at least 20 photos" in page._message.text()
    assert shown(page) == {"close", "again"}
    assert (killed / "last.ckpt").is_file()
    assert started_again(page, qtbot)._run == killed


def test_two_trainings_begun_in_one_second_have_folders_of_their_own(tmp_path) -> None:
    first = new_folder(tmp_path)
    first.mkdir()
    second = new_folder(tmp_path)
    assert second.name > first.name
    second.mkdir()
    assert new_folder(tmp_path) not in (first, second)


def test_a_training_stopped_before_it_has_learnt_anything_leaves_nothing_and_offers_no_older_one(
    page, qtbot, tmp_path, killed
) -> None:
    check(page, qtbot, colour_photos(tmp_path, "early"))
    stop_at_step_3(page, qtbot)
    assert page.stage is Stage.CHECKED
    assert "nothing was learnt yet, and nothing is kept" in page._message.text()
    assert [folder.name for folder in page._runs.glob("*/")] == [killed.name]


def test_a_run_that_was_let_go_of_is_offered_when_the_page_opens_again(page, tmp_path, killed) -> None:
    page.setup.choose(colour_photos(tmp_path, "Album"))
    page.close()
    assert page.stage is Stage.EMPTY
    page.show()
    assert page.stage is Stage.STOPPED
    assert page._run == killed


def test_a_run_of_an_earlier_day_says_what_it_is_of(page, tmp_path, killed) -> None:
    page.setup.choose(colour_photos(tmp_path, "Album"))
    page.close()
    page.show()
    assert (page.setup._folder.text(), page.setup.title.text()) == ("killed", "killed")
    assert page.setup._choose.property("role") != "primary"
    page.discard()
    assert page.stage is Stage.EMPTY
    assert (page.setup._folder.text(), page.setup.title.text()) == ("", "")


def test_a_run_that_failed_takes_no_other_name(page, qtbot, tmp_path, killed) -> None:
    assert not page.setup.title.isEnabled()
    check(page, qtbot, colour_photos(tmp_path, "Album"))
    assert page.setup.title.isEnabled()


def test_no_training_takes_the_name_of_a_run_that_waits(page, qtbot, tmp_path, killed) -> None:
    page.setup.choose(tmp_path / "killed")
    reach(page, qtbot, Stage.CHECKED)
    page.start()
    assert page.setup.title.text() == page._title == "killed 2"


def test_a_run_that_has_ended_waits_with_its_verdict(page, qtbot, tmp_path) -> None:
    train(page, qtbot, colour_photos(tmp_path, "Attic"))
    later = started_again(page, qtbot)
    assert later.stage is Stage.STOPPED
    assert "“Attic”" in later._message.text()
    assert later.buttons["go_on"].text() == "See the verdict"
    assert later._hint.title.text() == "A training has ended"
    later.go_on()
    assert later.stage is Stage.VERDICT  # at once: there is nothing to compute
    assert not later.process.running
    assert "Better on 5 of 6" in later._message.text()
    assert not later.watch.sheet.empty
    later.discard()
    check(later, qtbot, tmp_path / "Attic")
    later.start()
    assert "training goes on" in later._message.text()
    later.end()


def test_of_several_trainings_the_latest_is_offered(tmp_path) -> None:
    for name in ("2026-01-02 03.04.05", "2026-02-01 03.04.05", "2026-01-30 03.04.05"):
        folder = left_behind(tmp_path, name)
        (folder / "run.json").write_text(json.dumps({"title": name, "photos": "/attic"}))
        (folder / "last.ckpt").touch()
    assert undecided(tmp_path).title == "2026-02-01 03.04.05"


def test_the_time_left_is_not_counted_from_a_step_that_is_done_again(page) -> None:
    page.watch.heed({"event": "started", "seconds": 300.0, "judging": 0.0})
    for step in (50, 2):
        page.watch.heed({"event": "step", "step": step, "of": 100, "loss": 1.0})
    assert "5 min" in page.watch.text


def test_until_the_last_step_there_is_time_left_for_judging(page) -> None:
    page.watch.heed({"event": "started", "seconds": 600.0, "judging": 240.0})
    for step in (71, 72):
        page.watch.heed({"event": "step", "step": step, "of": 72, "loss": 1.0})
    assert "4 min" in page.watch.text


def test_a_result_that_equals_its_start_is_not_offered_to_be_kept(page, qtbot, tmp_path) -> None:
    train(page, qtbot, colour_photos(tmp_path, "unchanged"))
    assert "no improvement" in page._message.text()
    assert shown(page) == {"discard", "close"}
    assert page.buttons["discard"].property("role") == "primary"


@pytest.mark.parametrize("damaged", ["junk", "[]", "{}", '{"sheet": "verdict.png"}'])
def test_a_damaged_verdict_is_none(tmp_path, damaged) -> None:
    (tmp_path / "verdict.json").write_text(damaged)
    assert verdict(tmp_path) is None


def test_a_result_without_a_verdict_is_asked_of_the_training_and_can_be_kept(page, qtbot, tmp_path) -> None:
    train(page, qtbot, colour_photos(tmp_path, "Attic"))
    (page._run / "verdict.json").unlink()
    page._offer_to_go_on(waiting(page._run))
    page.go_on()
    assert page.process.running
    assert not page._message.text()  # no training goes on
    reach(page, qtbot, Stage.VERDICT)
    assert not page._message.text(), "the last verdict is not its own"
    assert shown(page) == {"discard", "close", "keep"}
    assert page.buttons["discard"].property("role") == "primary"


def test_the_next_start_deletes_runs_that_were_cut_off_before_they_had_learnt_anything(start, home, killed) -> None:
    runs = home / "window" / "training"
    cut_off, elsewhere = left_behind(runs), left_behind(home, "2026-01-02 03.04.06")
    not_ours = left_behind(runs, "my photos")
    ended = left_behind(runs, "2026-01-02 03.04.07")
    (ended / "result.safetensors").touch()
    start()
    assert not cut_off.exists()
    assert all(folder.is_dir() for folder in (killed, elsewhere, not_ours, ended))


def test_a_run_of_another_window_is_neither_deleted_nor_offered(qtbot, killed, page) -> None:
    other = TrainingPage(page._settings, page._runs, STUB)
    qtbot.addWidget(other)
    assert other.stage is Stage.EMPTY
    training = left_behind(page._runs)
    held = claim(training)
    Training(page._settings, page._runs, page)
    assert training.is_dir()
    held.release()
    Training(page._settings, page._runs, page)
    assert not training.exists()


def test_a_run_that_another_window_takes_first_is_left_to_it(page, tmp_path, killed) -> None:
    page.setup.choose(colour_photos(tmp_path, "Album"))
    page.buttons["stop"].click()
    seen, held = undecided(page._runs), claim(killed)
    assert not page._offer_to_go_on(seen)
    assert page.stage is Stage.EMPTY
    assert page._run is None
    held.release()
    assert page._offer_to_go_on(seen)


def test_a_window_that_is_killed_holds_its_run_no_longer(page) -> None:
    training = left_behind(page._runs)
    script = "import os, sys; from pathlib import Path; from kmhc_desktop.fine_tuning.run_folders import claim\n"
    script += "held = claim(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script, str(training)], timeout=60, check=False)
    assert training.with_name(f"{training.name}.lock").is_file()
    Training(page._settings, page._runs, page)
    assert not any(page._runs.iterdir())


def test_closing_the_window_asks_while_something_is_trained(start, qtbot, tmp_path, importable) -> None:
    app = start()
    training = app.window.training
    training.page = TrainingPage(app.settings, tmp_path / "runs", STUB, app.window)
    check(training.page, qtbot, colour_photos(tmp_path, "patient"))
    assert not training.running
    training.page.start()
    assert training.running
    asked = []
    app.window.confirm_close = lambda: bool(asked.append("?"))
    assert not app.window.close()
    app.window.confirm_close = lambda: True
    assert app.window.close()
    assert asked == ["?"]
    assert not training.page.process.running
    assert not any((tmp_path / "runs").iterdir())


def test_the_question_before_closing_says_what_becomes_of_the_training(
    start, qtbot, monkeypatch, tmp_path, importable
) -> None:
    app, asked = start(), []
    training = app.window.training
    training.page = TrainingPage(app.settings, tmp_path / "runs", STUB, app.window)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.informativeText()))
    check(training.page, qtbot, colour_photos(tmp_path, "patient"))
    training.page.start()
    assert not dialogs.ask_before_closing(app.window)
    qtbot.waitUntil(lambda: has_learnt(training.page._run), timeout=PATIENCE)
    assert not dialogs.ask_before_closing(app.window)
    assert "nothing of it is kept" in asked[0]
    assert "goes on later" in asked[1]
