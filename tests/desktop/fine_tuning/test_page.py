"""Fine-tuning as a person goes through it, with a stand-in for `kmhc train` in a process of its own."""

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox

from kmhc_desktop import dialogs
from kmhc_desktop.fine_tuning.chart import TrainingChart
from kmhc_desktop.fine_tuning.page import Stage
from kmhc_desktop.fine_tuning.process import TrainingProcess
from kmhc_desktop.fine_tuning.run_folders import undecided
from kmhc_desktop.fine_tuning.verdict import verdict_text
from kmhc_desktop.variant_model import choices
from kmhc_engine import weights
from tests.desktop.fine_tuning import stub_training
from tests.desktop.fine_tuning.steps import (
    PATIENCE,
    bases,
    check,
    colour_photos,
    keep,
    reach,
    shown,
    started_again,
    stop_at_step_3,
    train,
)


def test_an_empty_page_asks_for_photos(page) -> None:
    assert page.stage is Stage.EMPTY
    assert shown(page) == {"close"}
    assert "Choose a folder of colour photos" in page._hint.title.text()


def test_the_check_tells_counts_warnings_time_and_memory(page, qtbot, tmp_path) -> None:
    check(page, qtbot, colour_photos(tmp_path, "Album"))
    told = " | ".join(page.setup.facts)
    assert told.index("5 min") < told.index("1 without colour")  # a low window has no room for all at once
    for part in ("22 photo", "11 to learn from, 3 to tune by, 6 held out", "1 without colour", "1 unreadable",
                 "torn.jpg", "prove little", "5 min", "8 threads", "1.9 GB"):  # fmt: skip
        assert part in told, part
    assert "tinted" not in told
    assert page.setup.title.text() == "Album"
    assert shown(page) == {"close", "start"}


@pytest.mark.parametrize(("held_out", "warned"), [(7, True), (8, False)])
def test_eight_photos_are_enough_to_judge_by(page, held_out, warned) -> None:
    photos = stub_training.census(Path()) | {"test": held_out}
    page.setup.show_plan({"photos": photos, "memory": 2e9, "seconds": 60.0, "device": "CPU"})
    assert any("prove little" in fact for fact in page.setup.facts) is warned


def test_the_wheel_scrolls_past_the_base_and_chooses_none(page, tmp_path) -> None:
    weights.install(stub_training.result(tmp_path / "cellar.safetensors", "Cellar"))
    page.setup.list_bases()
    box, middle = page.setup._base, QPointF(page.setup._base.rect().center())
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    box.setCurrentIndex(0)
    QApplication.sendEvent(box, QWheelEvent(middle, box.mapToGlobal(middle), QPoint(), QPoint(0, -120), *none, False))
    assert (box.currentIndex(), box.count()) == (0, 2)


def test_the_name_of_a_photo_is_no_markup(page) -> None:
    page.setup._say("", "<b>Oma</b>.jpg: it is empty.")
    label = page.setup.findChildren(QLabel)[-1]
    assert label.text().startswith("<b>")
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_the_name_of_a_folder_is_no_markup(page, tmp_path) -> None:
    page.setup.choose(colour_photos(tmp_path, "<b>Oma"))
    assert "&lt;b&gt;Oma" in page.setup._folder.toolTip()


def test_a_long_name_of_a_folder_shows_its_beginning(page, tmp_path) -> None:
    page.setup.choose(colour_photos(tmp_path, "The summer at the sea, and all who were there"))
    assert (page.setup._folder.cursorPosition(), page.setup.title.cursorPosition()) == (0, 0)


def test_a_page_that_is_closed_does_not_check_on(page, tmp_path) -> None:
    page.setup.choose(colour_photos(tmp_path, "Album"))
    page.reject()
    assert not page.process.running
    assert page.stage is Stage.EMPTY


def test_a_check_that_is_cut_off_leaves_no_decoded_photos(page, qtbot, tmp_path) -> None:
    folders = []
    page.process.told.connect(lambda event: folders.append(Path(event["folder"])) if "folder" in event else None)
    page.setup.choose(colour_photos(tmp_path, "cut off"))
    qtbot.waitUntil(lambda: bool(folders), timeout=PATIENCE)
    assert folders[0].is_relative_to(page._runs)
    assert undecided(page._runs) is None
    page.buttons["stop"].click()
    assert not any(page._runs.iterdir())


def test_a_check_that_was_stopped_can_be_tried_again(page, qtbot, tmp_path) -> None:
    page.setup.choose(colour_photos(tmp_path, "Album"))
    page.buttons["stop"].click()
    assert shown(page) == {"close", "again"}
    assert page._hint.title.text() == "The photos have not been looked at"
    page.buttons["again"].click()
    assert page.focusWidget() is page.buttons["stop"]
    reach(page, qtbot, Stage.CHECKED)


def test_where_the_button_in_focus_goes_the_main_one_has_it(page, qtbot, killed) -> None:
    page.buttons["go_on"].setFocus()
    page.buttons["go_on"].click()
    assert page.focusWidget() is page.buttons["close"]
    page.buttons["stop"].setFocus()
    reach(page, qtbot, Stage.VERDICT)
    assert page.focusWidget() is page.buttons["keep"]
    page.buttons["keep"].click()
    reach(page, qtbot, Stage.KEPT)
    assert page.focusWidget() is page.buttons["use"]


def test_what_has_the_focus_and_stays_keeps_it(page, qtbot, killed) -> None:
    page.buttons["go_on"].click()
    page.buttons["close"].setFocus()
    reach(page, qtbot, Stage.VERDICT)
    assert page.focusWidget() is page.buttons["close"]


def test_a_run_that_waits_has_the_focus_on_going_on(page, qtbot, killed) -> None:
    assert started_again(page, qtbot).focusWidget().text() == "Go on"


def test_training_shows_curves_and_samples_and_the_kept_variant_can_be_used_at_once(page, qtbot, tmp_path) -> None:
    train(page, qtbot, colour_photos(tmp_path, "Attic"))
    assert [len(chart.points) for chart in (page.watch.loss, page.watch.difference, page.watch.accuracy)] == [40, 4, 4]
    assert not page.watch.sheet.empty
    assert page.watch.sheet.heads == ["Grey", "Before", "After", "True"]
    assert "Better on 5 of 6" in page._message.text()
    assert "10.4 → 8.9" in page._message.text()
    keep(page, qtbot)
    assert "Attic" in [choice.name for choice in choices()]
    assert undecided(page._runs) is None
    page.buttons["use"].click()
    assert page._settings.current.variant == "Attic"
    assert weights.free_title("attic") == "attic 2"
    assert weights.free_title("12") == "12 2"  # else it would be the name of a variant


def test_between_decoding_and_the_first_step_it_says_what_it_does(page) -> None:
    page.watch.heed({"event": "preparing", "done": 19, "of": 20})
    assert "19 of 20" in page.watch.text
    page.watch.heed({"event": "preparing", "done": 20, "of": 20})
    assert "Trying some steps" in page.watch.text


def test_the_bar_moves_while_the_held_out_photos_are_judged(page) -> None:
    page.watch.begin("")
    page.watch.heed({"event": "epoch", "epoch": 3, "of": 4, "measures": {}})
    assert (page.watch._bar.value(), page.watch._bar.maximum()) == (750, 1000)
    page.watch.heed({"event": "epoch", "epoch": 4, "of": 4, "measures": {}})
    assert "Judging" in page.watch.text
    assert page.watch._bar.maximum() == 0


def test_a_resumed_run_that_has_only_to_be_judged_says_so(page) -> None:
    page.watch.begin("")
    page.watch.heed({"event": "preparing", "done": 20, "of": 20})
    page.watch.heed({"event": "judging"})
    assert "Judging" in page.watch.text
    assert page.watch._bar.maximum() == 0


def test_what_a_resumed_run_showed_stays_in_sight(page, killed) -> None:
    page.go_on()
    assert [len(chart.points) for chart in (page.watch.loss, page.watch.difference)] == [20, 2]
    assert not page.watch.sheet.empty


def test_the_first_step_of_a_resumed_run_leaves_as_long_as_was_estimated_for_the_rest(page) -> None:
    page.watch.heed({"event": "started", "seconds": 600.0, "judging": 60.0})
    page.watch.heed({"event": "step", "step": 37, "of": 72, "loss": 1.0})
    assert "10 min" in page.watch.text


def test_a_result_that_is_worse_is_best_discarded(page, qtbot, tmp_path) -> None:
    train(page, qtbot, colour_photos(tmp_path, "worse"))
    assert "no improvement" in page._message.text()
    assert page.buttons["discard"].property("role") == "primary"
    assert page.buttons["keep"].property("role") != "primary"
    run = page._run
    page.buttons["discard"].click()
    assert page.stage is Stage.CHECKED
    assert not run.exists()
    assert "worse" not in [choice.name for choice in choices()]
    assert page._hint.isVisible(), "nothing of it stays in sight"


@pytest.mark.parametrize(("name", "words"), [("tint", "a tint they share"), ("dull", "colours are duller")])
def test_a_result_that_only_tints_or_dulls_is_called_so(qapp, name, words) -> None:
    said = verdict_text(stub_training.verdict_on(name))
    assert words in said
    assert "Look at the photos" in said


@pytest.mark.parametrize(("name", "words"), [("killed", "without a word"), ("last words", "the network is tired")])
def test_a_training_that_dies_is_told_and_gone_on_with(page, qtbot, tmp_path, name, words) -> None:
    check(page, qtbot, colour_photos(tmp_path, name))
    page.start()
    reach(page, qtbot, Stage.FAILED)
    assert words in page._message.text()
    assert "go_on" in shown(page)
    page.buttons["go_on"].click()
    reach(page, qtbot, Stage.VERDICT)


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


def test_a_name_that_was_typed_stays_when_photos_are_chosen(page, qtbot, tmp_path) -> None:
    qtbot.keyClicks(page.setup.title, "Gran")
    check(page, qtbot, colour_photos(tmp_path, "early"))
    assert page.setup.request.title == "Gran"
    stop_at_step_3(page, qtbot)
    check(page, qtbot, colour_photos(tmp_path, "Album"))
    assert page.setup.request.title == "Album"


def test_what_is_kept_can_be_started_from(page, qtbot, tmp_path) -> None:
    train(page, qtbot, colour_photos(tmp_path, "Attic"))
    chosen = page.setup.request.base
    keep(page, qtbot)
    assert "Attic" in bases(page)
    assert page.setup.request.base == chosen
    page.close()
    weights.install(stub_training.result(tmp_path / "cellar.safetensors", "Cellar"))
    page.show()
    assert "Cellar" in bases(page)
    assert page.stage is Stage.KEPT


def test_new_photos_are_not_shown_beside_the_last_result(page, qtbot, tmp_path) -> None:
    train(page, qtbot, colour_photos(tmp_path, "Attic"))
    keep(page, qtbot)
    check(page, qtbot, colour_photos(tmp_path, "Cellar"))
    assert page.watch.sheet.empty
    assert not page.watch.difference.points
    assert page._hint.isVisible()
    assert page._hint.title.text() == "Ready"


def test_a_result_that_cannot_be_kept_says_where_why_and_what_to_do(page, qtbot, tmp_path, home) -> None:
    train(page, qtbot, colour_photos(tmp_path, "Attic"))
    (home / "weights").write_text("no folder")
    with qtbot.waitSignal(page._keeping.ended, timeout=PATIENCE):
        page.buttons["keep"].click()
    said = page._message.text()
    for part in (f"{home / 'weights'} cannot be written", "then keep it again"):
        assert part in said, said
    assert re.search(r"\((File exists|Cannot create a file when that file already exists)\)", said), said
    assert "Errno" not in said
    assert page._message.property("role") == "error"
    (home / "weights").unlink()
    keep(page, qtbot)
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


def test_the_training_does_not_outlive_a_window_that_is_killed(tmp_path, importable) -> None:
    window = tmp_path / "window.py"
    window.write_text(
        textwrap.dedent("""
        import os, sys
        from PySide6.QtCore import QCoreApplication
        from kmhc_desktop.fine_tuning.process import TrainingProcess

        application = QCoreApplication(sys.argv)
        process = TrainingProcess([sys.executable, sys.argv[1]])

        def die(event):
            print(process._process.processId(), flush=True)
            os.kill(os.getpid(), 9)

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
    chart = TrainingChart("Loss", "lower is better", "", noisy=True)
    for step in range(1, 6):
        chart.add(step, 10 - step, 10)
    chart.add(3, 1.5, 10)
    chart.add(4, float("nan"), 10)
    assert list(chart.points) == [(1, 9), (2, 8), (3, 1.5)]
    assert chart.accessibleDescription() == "1.50, lower is better"
    chart.resize(300, 160)
    assert not chart.grab().isNull()


def test_a_title_that_does_not_fit_beside_its_value_has_a_line_of_its_own(qapp) -> None:
    titles = []
    for points in ([], [(1, 17.2)]):
        chart = TrainingChart("Difference", "lower is better", "")
        height = chart.fontMetrics().height()
        chart.resize(100, 170)
        for step, value in points:
            chart.add(step, value, 10)
        titles.append(chart.grab().copy(0, 5 + height * len(points), 100, 13).toImage())
    assert titles[0] == titles[1]


def test_the_menu_opens_the_page(start) -> None:
    app = start()
    app.window.actions_["train"].trigger()
    assert app.window.training.page.isVisible()
