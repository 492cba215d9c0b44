"""Fine-tuning as a person goes through it, with a stand-in for `kmhc train` in a process of its own."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.theme import look
from kmhc_desktop.training_chart import TrainingChart
from kmhc_desktop.training_page import Stage, TrainingPage
from kmhc_desktop.training_process import TrainingProcess
from kmhc_desktop.training_runs import free_title, undecided
from kmhc_desktop.variant_model import choices
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
    page.show()
    yield page
    page.end()


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


def shown(page: TrainingPage) -> set[str]:
    return {name for name, button in page.buttons.items() if button.isVisible()}


def test_an_empty_page_asks_for_photos(page) -> None:
    assert page.stage is Stage.EMPTY
    assert shown(page) == {"close"}
    assert "Choose a folder of colour photos" in page._hint.title.text()


def test_the_check_tells_counts_warnings_time_and_memory(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "Album"))
    told = " | ".join(page.setup.facts())
    for part in ("22 photo", "14 to learn from, 6 held out", "1 without colour", "1 unreadable", "torn.jpg",
                 "prove little", "5 min", "8 threads", "1.9 GB"):  # fmt: skip
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
    qtbot.waitUntil(lambda: undecided(page._runs) is not None, timeout=PATIENCE)
    page.buttons["stop"].click()
    assert page.stage is Stage.STOPPED
    assert not page.process.running
    later = TrainingPage(page._settings, look(), page._runs, STUB)
    qtbot.addWidget(later)
    assert later.stage is Stage.STOPPED
    assert "“patient”" in later._message.text()
    later.go_on()
    reach(later, qtbot, Stage.VERDICT)
    later.discard()
    assert undecided(later._runs) is None


def test_a_training_stopped_before_it_has_learnt_anything_leaves_nothing(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "Album"))
    page.start()
    page.stop()
    assert page.stage is Stage.CHECKED
    assert not any(page._runs.glob("*/"))


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
