"""Fine-tuning as a person goes through it, with a stand-in for `kmhc train` in a process of its own."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from kmhc_desktop import dialogs
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.theme import look
from kmhc_desktop.training_chart import TrainingChart
from kmhc_desktop.training_page import Stage, Training, TrainingPage
from kmhc_desktop.training_process import TrainingProcess
from kmhc_desktop.training_runs import claim, free_title, has_learnt, undecided
from kmhc_desktop.variant_model import choices
from kmhc_engine import weights
from tests.desktop import stub_training

PATIENCE = 30_000
STUB = [sys.executable, str(Path(stub_training.__file__))]


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture
def page(qtbot, tmp_path, home):
    page = TrainingPage(SettingsStore(tmp_path / "settings.ini"), look(), home / "window" / "training", STUB)
    qtbot.addWidget(page)
    page.confirm_discard = lambda _: True
    page.show()
    yield page
    page.end()


@pytest.fixture
def killed(page, qtbot, tmp_path):
    """The folder of a run whose process died when it had learnt something."""
    check(page, qtbot, colour_photos(tmp_path, "killed"))
    page.start()
    reach(page, qtbot, Stage.FAILED)
    return page._run


def colour_photos(tmp_path: Path, name: str) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    for number in range(22):
        (folder / f"{number}.jpg").touch()
    return folder


def reach(page: TrainingPage, qtbot, stage: Stage) -> None:
    qtbot.waitUntil(lambda: page.stage is stage, timeout=PATIENCE)


def check(page: TrainingPage, qtbot, folder: Path) -> None:
    page.setup.choose(folder)
    assert page.stage is Stage.CHECKING
    reach(page, qtbot, Stage.CHECKED)


def stop_at_step_3(page: TrainingPage, qtbot) -> None:
    page.start()
    qtbot.waitUntil(lambda: len(page.watch.loss.points) == 3, timeout=PATIENCE)
    page.buttons["stop"].click()


def started_again(page: TrainingPage, qtbot) -> TrainingPage:
    """The page of a window that opens after this one's has closed."""
    page.end()
    later = TrainingPage(page._settings, look(), page._runs, STUB)
    later.confirm_discard = lambda _: True
    qtbot.addWidget(later)
    return later


def left_behind(runs: Path, name: str = "2026-01-02 03.04.05") -> Path:
    """A run that was cut off while its photos were decoded."""
    folder = runs / name
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")
    (folder / "photos.u8").write_bytes(bytes(1000))
    return folder


def bases(page: TrainingPage) -> list[str]:
    box = page.setup._base
    return [box.itemText(at) for at in range(box.count())]


def shown(page: TrainingPage) -> set[str]:
    return {name for name, button in page.buttons.items() if button.isVisible()}


def test_an_empty_page_asks_for_photos(page) -> None:
    assert page.stage is Stage.EMPTY
    assert shown(page) == {"close"}
    assert "Choose a folder of colour photos" in page._hint.title.text()


def test_the_check_tells_counts_warnings_time_and_memory(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "Album"))
    told = " | ".join(page.setup.facts())
    for part in ("22 photo", "11 to learn from, 3 to tune by, 6 held out", "1 without colour", "1 unreadable",
                 "torn.jpg", "prove little", "5 min", "8 threads", "1.9 GB"):  # fmt: skip
        assert part in told, part
    assert "tinted" not in told
    assert page.setup.title.text() == "Album"
    assert shown(page) == {"close", "start"}


def test_a_page_that_is_closed_does_not_check_on(page, qtbot, tmp_path) -> None:
    page.setup.choose(colour_photos(tmp_path, "Album"))
    page.reject()
    assert not page.process.running
    assert page.stage is Stage.EMPTY


def test_too_few_photos_are_told_and_can_be_tried_again(page, qtbot, tmp_path) -> None:
    page.setup.choose(colour_photos(tmp_path, "too few"))
    reach(page, qtbot, Stage.FAILED)
    assert "at least 20 photos" in page._message.text()
    assert shown(page) == {"close", "again"}


def test_training_shows_curves_and_samples_and_the_kept_variant_can_be_used_at_once(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "Attic"))
    page.buttons["start"].click()
    reach(page, qtbot, Stage.VERDICT)
    assert [len(chart.points) for chart in (page.watch.loss, page.watch.difference, page.watch.accuracy)] == [40, 4, 4]
    assert not page.watch.sheet.empty
    assert "Better on 5 of 6" in page._message.text()
    assert "10.4 → 8.9" in page._message.text()
    with qtbot.waitSignal(page.kept, timeout=PATIENCE):
        page.buttons["keep"].click()
    assert "Attic" in [choice.name for choice in choices()]
    assert undecided(page._runs) is None
    page.buttons["use"].click()
    assert page._settings.current.variant == "Attic"
    assert free_title("attic") == "attic 2"
    assert free_title("12") == "12 2"  # else it would be the name of a variant


def test_between_decoding_and_the_first_step_it_says_what_it_does(page) -> None:
    page.watch.heed({"event": "preparing", "done": 19, "of": 20})
    assert "19 of 20" in page.watch.text
    page.watch.heed({"event": "preparing", "done": 20, "of": 20})
    assert "Trying some steps" in page.watch.text


def test_a_result_that_is_worse_is_best_discarded(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "worse"))
    page.start()
    reach(page, qtbot, Stage.VERDICT)
    assert "no improvement" in page._message.text()
    assert page.buttons["discard"].property("role") == "primary"
    assert page.buttons["keep"].property("role") != "primary"
    run = page._run
    page.buttons["discard"].click()
    assert page.stage is Stage.CHECKED
    assert not run.exists()
    assert "worse" not in [choice.name for choice in choices()]


@pytest.mark.parametrize(("name", "words"), [("tint", "a tint they share"), ("dull", "colours are duller")])
def test_a_result_that_only_tints_or_dulls_is_called_so(page, qtbot, tmp_path, name, words) -> None:
    check(page, qtbot, colour_photos(tmp_path, name))
    page.start()
    reach(page, qtbot, Stage.VERDICT)
    assert words in page._message.text()
    assert "Look at the photos" in page._message.text()


@pytest.mark.parametrize(("name", "words"), [("killed", "without a word"), ("last words", "the network is tired")])
def test_a_training_that_dies_is_told_and_gone_on_with(page, qtbot, tmp_path, name, words) -> None:
    check(page, qtbot, colour_photos(tmp_path, name))
    page.start()
    reach(page, qtbot, Stage.FAILED)
    assert words in page._message.text()
    assert "go_on" in shown(page)
    page.buttons["go_on"].click()
    reach(page, qtbot, Stage.VERDICT)


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


def test_a_training_stopped_before_it_has_learnt_anything_leaves_nothing_and_says_so(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "early"))
    stop_at_step_3(page, qtbot)
    assert page.stage is Stage.CHECKED
    assert "nothing was learnt yet, and nothing is kept" in page._message.text()
    assert not any(page._runs.iterdir())


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


def test_stopping_a_new_training_offers_no_older_one_in_its_place(page, qtbot, tmp_path, killed) -> None:
    check(page, qtbot, colour_photos(tmp_path, "early"))
    stop_at_step_3(page, qtbot)
    assert page.stage is Stage.CHECKED
    assert "nothing is kept" in page._message.text()
    assert [folder.name for folder in page._runs.glob("*/")] == [killed.name]


def test_a_run_that_was_let_go_of_is_offered_when_the_page_opens_again(page, qtbot, tmp_path, killed) -> None:
    page.setup.choose(colour_photos(tmp_path, "Album"))
    page.close()
    assert page.stage is Stage.EMPTY
    page.show()
    assert page.stage is Stage.STOPPED
    assert page._run == killed


def test_a_run_that_has_ended_waits_with_its_verdict(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "Attic"))
    page.start()
    reach(page, qtbot, Stage.VERDICT)
    later = started_again(page, qtbot)
    assert later.stage is Stage.STOPPED
    assert "“Attic”" in later._message.text()
    assert "verdict" in later._message.text()
    assert later._hint.title.text() == "A training has ended"
    later.go_on()
    reach(later, qtbot, Stage.VERDICT)
    assert "Better on 5 of 6" in later._message.text()
    assert not later.watch.sheet.empty
    later.end()


def test_the_next_start_deletes_runs_that_were_cut_off_before_they_had_learnt_anything(start, home, killed) -> None:
    runs = home / "window" / "training"
    cut_off, elsewhere = left_behind(runs), left_behind(home, "2026-01-02 03.04.06")
    not_ours = left_behind(runs, "my photos")
    ended = left_behind(runs, "2026-01-02 03.04.07")
    (ended / "result.safetensors").touch()
    start()
    assert not cut_off.exists()
    assert all(folder.is_dir() for folder in (killed, elsewhere, not_ours, ended))


def test_a_run_of_another_window_is_neither_deleted_nor_offered(qtbot, tmp_path, killed, page) -> None:
    other = TrainingPage(page._settings, look(), page._runs, STUB)
    qtbot.addWidget(other)
    assert other.stage is Stage.EMPTY
    training = left_behind(page._runs)
    held = claim(training)
    Training(page._settings, look(), page._runs, page)
    assert training.is_dir()
    held.release()
    Training(page._settings, look(), page._runs, page)
    assert not training.exists()


def test_a_window_that_is_killed_holds_its_run_no_longer(page) -> None:
    training = left_behind(page._runs)
    script = "import os, sys; from pathlib import Path; from kmhc_desktop.training_runs import claim\n"
    script += "held = claim(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script, str(training)], timeout=60, check=False)
    assert training.with_name(f"{training.name}.lock").is_file()
    Training(page._settings, look(), page._runs, page)
    assert not any(page._runs.iterdir())


def test_discarding_asks_first(page, killed) -> None:
    asked = []
    page.confirm_discard = lambda title: bool(asked.append(title))
    page.buttons["discard"].click()
    assert asked == ["killed"]
    assert page.stage is Stage.FAILED
    assert killed.is_dir()
    page.confirm_discard = lambda _: True
    page.buttons["discard"].click()
    assert not killed.exists()


def test_the_question_before_discarding_says_what_is_lost(page, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()))
    assert not dialogs.ask_before_discarding(page, "Attic")
    assert "“Attic”" in asked[0]


def test_the_name_field_shows_the_name_that_the_run_has(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "early"))
    page.setup.title.setText("KMHCNet_6c")
    page.start()
    assert page.setup.title.text() == page._title == "KMHCNet_6c 2"


def test_what_is_kept_can_be_started_from(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "Attic"))
    page.start()
    reach(page, qtbot, Stage.VERDICT)
    chosen = page.setup.order.base
    with qtbot.waitSignal(page.kept, timeout=PATIENCE):
        page.keep()
    assert "Attic" in bases(page)
    assert page.setup.order.base == chosen
    page.close()
    weights.install(stub_training.result(tmp_path / "cellar.safetensors", "Cellar"))
    page.show()
    assert "Cellar" in bases(page)
    assert page.stage is Stage.KEPT


def test_new_photos_are_not_shown_beside_the_last_result(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "Attic"))
    page.start()
    reach(page, qtbot, Stage.VERDICT)
    with qtbot.waitSignal(page.kept, timeout=PATIENCE):
        page.keep()
    check(page, qtbot, colour_photos(tmp_path, "Cellar"))
    assert page.watch.sheet.empty
    assert not page.watch.difference.points
    assert page._hint.isVisible()
    assert page._hint.title.text() == "Ready"


def test_nothing_of_a_discarded_result_stays_in_sight(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "worse"))
    page.start()
    reach(page, qtbot, Stage.VERDICT)
    page.buttons["discard"].click()
    assert page._hint.isVisible()


def test_a_result_that_cannot_be_kept_says_where_why_and_what_to_do(page, qtbot, tmp_path, home) -> None:
    check(page, qtbot, colour_photos(tmp_path, "Attic"))
    page.start()
    reach(page, qtbot, Stage.VERDICT)
    (home / "weights").write_text("no folder")
    with qtbot.waitSignal(page._keeping.ended, timeout=PATIENCE):
        page.buttons["keep"].click()
    said = page._message.text()
    for part in (f"{home / 'weights'} cannot be written", "(File exists)", "then keep it again"):
        assert part in said, said
    assert "Errno" not in said
    assert page._message.property("role") == "error"
    (home / "weights").unlink()
    with qtbot.waitSignal(page.kept, timeout=PATIENCE):
        page.buttons["keep"].click()
    assert page._message.property("role") != "error"


def test_the_curves_say_that_they_are_of_the_photos_to_tune_by(page) -> None:
    for chart in (page.watch.difference, page.watch.accuracy):
        assert "photos to tune by" in chart.toolTip()


def test_a_program_that_is_missing_is_named(qtbot, tmp_path) -> None:
    process = TrainingProcess([str(tmp_path / "no-such-program")])
    with qtbot.waitSignal(process.ended, timeout=PATIENCE) as ended:
        process.start(["photos"])
    assert "no-such-program could not be started" in ended.args[0]


def test_lines_that_are_no_events_are_no_harm(qtbot, tmp_path) -> None:
    script = tmp_path / "chatty.py"
    script.write_text("""print('hello'); print('[1]'); print('{"event": "odd"}'); print('{"event"', end='')""")
    process, told = TrainingProcess([sys.executable, str(script)]), []
    process.told.connect(told.append)
    with qtbot.waitSignal(process.ended, timeout=PATIENCE) as ended:
        process.start(["photos"])
    assert told == [{"event": "odd"}]
    assert ended.args == [""]


def test_the_training_does_not_outlive_a_window_that_is_killed(tmp_path) -> None:
    window = tmp_path / "window.py"
    window.write_text(
        textwrap.dedent("""
        import os, signal, sys
        from PySide6.QtCore import QCoreApplication
        from kmhc_desktop.training_process import TrainingProcess

        application = QCoreApplication(sys.argv)
        process = TrainingProcess([sys.executable, sys.argv[1]])

        def die(event):
            print(process.process_id, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

        process.told.connect(die)
        process.start(["photos"])
        application.exec()
        """)
    )
    child = tmp_path / "child.py"
    child.write_text(
        "import threading\nfrom training.progress import give_way, tell_json\n"
        "give_way()\ntell_json('started')\nthreading.Event().wait(60)\n"
    )
    reader, writer = os.pipe()
    words = [sys.executable, str(window), str(child)]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=writer, timeout=60, check=False)
    os.close(writer)
    assert int(done.stdout) > 0
    with os.fdopen(reader, "rb") as ends_with_the_child:  # which holds the other end as long as it lives
        ends_with_the_child.read()


def test_a_chart_takes_back_what_a_resumed_run_does_again(qapp) -> None:
    chart = TrainingChart(look(), "Loss", "lower is better", "", noisy=True)
    for step in range(1, 6):
        chart.add(step, 10 - step, 10)
    chart.add(3, 1.5, 10)
    chart.add(4, float("nan"), 10)
    assert list(chart.points) == [(1, 9), (2, 8), (3, 1.5)]
    assert chart.accessibleDescription() == "1.50, lower is better"
    chart.resize(300, 160)
    assert not chart.grab().isNull()


def test_closing_the_window_asks_while_something_is_trained(start, qtbot, monkeypatch, tmp_path) -> None:
    app = start()
    training = app.window.training
    training.page = TrainingPage(app.settings, look(), tmp_path / "runs", STUB, app.window)
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


def test_the_question_before_closing_says_what_becomes_of_the_training(start, qtbot, monkeypatch, tmp_path) -> None:
    app, asked = start(), []
    training = app.window.training
    training.page = TrainingPage(app.settings, look(), tmp_path / "runs", STUB, app.window)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.informativeText()))
    check(training.page, qtbot, colour_photos(tmp_path, "patient"))
    training.page.start()
    assert not dialogs.ask_before_closing(app.window)
    qtbot.waitUntil(lambda: has_learnt(training.page._run), timeout=PATIENCE)
    assert not dialogs.ask_before_closing(app.window)
    assert "nothing of it is kept" in asked[0]
    assert "goes on later" in asked[1]


def test_the_menu_opens_the_page(start) -> None:
    app = start()
    app.window.actions_["train"].trigger()
    assert app.window.training.page.isVisible()


def test_the_first_hint_is_given_once(start, photos, qtbot) -> None:
    app = start(photos)
    qtbot.waitUntil(lambda: "Originals stay" in app.window.banner.text, timeout=PATIENCE)
    app.window.banner.hide()
    with qtbot.waitSignal(app.window.roots.scanned, timeout=PATIENCE):
        app.window.roots.add([photos])
    assert not app.window.banner.text


def test_the_first_hint_waits_for_photos(start) -> None:
    app = start()
    assert not app.window.banner.text
