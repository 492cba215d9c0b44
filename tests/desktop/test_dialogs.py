import json
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QLocale, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QProxyStyle,
    QStyle,
    QSystemTrayIcon,
    QWidget,
)

from kmhc_desktop import dialogs
from kmhc_desktop.diagnostics import CrashDialog, CrashReporter, diagnostics
from kmhc_desktop.folder_browser import FolderBrowser
from kmhc_desktop.language import use_language
from kmhc_desktop.messages import Compute, Ready
from kmhc_desktop.progress_strip import ProgressStrip, duration_text
from kmhc_desktop.run import Pace, Phase
from kmhc_desktop.settings import SettingsStore, Theme
from kmhc_desktop.settings_page import SettingsPage
from kmhc_desktop.theme import look
from kmhc_desktop.variant_model import Column, VariantModel
from kmhc_desktop.variant_picker import VariantPicker
from kmhc_engine import weights
from kmhc_engine.variants import DEFAULT, PAPER

READY = Ready(Compute(DEFAULT.name), "CPU, 8 threads", "Nothing else is here.", "bf16", ("cpu",))


@pytest.fixture
def store(tmp_path, qapp) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.ini")


def test_the_table_holds_the_papers_sixteen_with_their_numbers(qapp) -> None:
    model = VariantModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    names = [row.name for row in model.rows]
    assert {variant.name for variant in PAPER} <= set(names)
    assert DEFAULT.name in names
    row = model.find("KMHCNet_8")
    assert model.index(row, Column.PUBLISHED).data() == "95.51 %"
    assert model.index(row, Column.PARAMETERS).data() == "68.0 M"


def test_the_time_of_a_variant_follows_the_measured_speed(qapp) -> None:
    model = VariantModel()
    model.set_speed(PAPER[5].network, 0.5, 100)
    assert model.index(model.find("KMHCNet_6"), Column.TIME).data() == "50 s"
    assert model.index(model.find("KMHCNet_1"), Column.TIME).data() == "4 min"


def test_a_variant_without_weights_cannot_be_chosen_and_says_what_to_do(store, home) -> None:
    picker = VariantPicker(store, VariantModel(), look(), READY)
    picker._select("KMHCNet_1")
    assert not picker._buttons.button(picker._buttons.StandardButton.Ok).isEnabled()
    assert "Import" in picker._text.text()
    assert "`" not in picker._text.text(), "it advises no command to people without a terminal"


def test_the_picker_tells_why_a_device_was_chosen_and_keeps_the_choice_of_another(store, home) -> None:
    picker = VariantPicker(store, VariantModel(), look(), READY)
    assert any(READY.reason in label.text() for label in picker._advanced.findChildren(QLabel))
    picker._select(DEFAULT.name)
    for box, value in ((picker._side, 256), (picker._device, "cpu"), (picker._precision, "fp32")):
        box.setCurrentIndex(box.findData(value))
    picker._buttons.button(picker._buttons.StandardButton.Ok).click()
    assert (store.current.side, store.current.device, store.current.precision) == (256, "cpu", "fp32")
    again = VariantPicker(store, VariantModel(), look(), READY)
    assert (again._side.currentData(), again._device.currentData()) == (256, "cpu")


@pytest.fixture
def attic(home, tmp_path) -> Path:
    """The file of weights of the user's own: the bundled ones under a name of their own."""
    data = (weights.bundled_folder() / f"{DEFAULT.name}.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"]["title"] = "Attic"
    head = json.dumps(header).encode()
    file = weights.user_folder() / "attic.safetensors"
    file.parent.mkdir(parents=True)
    file.write_bytes(len(head).to_bytes(8, "little") + head + data[8 + length :])
    return file


def test_weights_of_ones_own_are_removed_and_the_default_takes_their_place(store, attic, qtbot) -> None:
    store.change(variant="Attic")
    picker = VariantPicker(store, VariantModel(), look(), READY)
    qtbot.addWidget(picker)
    asked = []
    picker.confirm_removal = lambda _, name: bool(asked.append(name))
    picker._remove.click()
    assert asked == ["Attic"] and attic.exists(), "it was not meant"
    picker.confirm_removal = lambda *_: True
    picker._remove.click()
    assert not attic.exists()
    assert "Attic" not in [row.name for row in picker._model.rows]
    assert store.current.variant == picker._choice().name == DEFAULT.name
    assert not picker._remove.isEnabled(), "these are not the user's"
    picker._select("KMHCNet_1")
    assert not picker._remove.isEnabled(), "there are none"


def test_another_variant_than_the_removed_one_stays_chosen(store, attic, qtbot) -> None:
    store.change(variant="KMHCNet_1")
    picker = VariantPicker(store, VariantModel(), look(), READY)
    qtbot.addWidget(picker)
    picker.confirm_removal = lambda *_: True
    picker._select("Attic")
    picker._remove.click()
    assert store.current.variant == picker._choice().name == "KMHCNet_1"


def test_why_weights_cannot_be_removed_is_told(store, attic, qtbot, monkeypatch) -> None:
    picker = VariantPicker(store, VariantModel(), look(), READY)
    qtbot.addWidget(picker)
    picker.confirm_removal = lambda *_: True
    picker._select("Attic")
    monkeypatch.setattr(weights, "user_folder", lambda: attic.parent.parent)
    picker._remove.click()
    assert "only your own weights can be removed" in picker._text.text()
    assert attic.exists()


def test_before_weights_are_removed_it_is_asked(qtbot) -> None:
    window, said = QWidget(), []
    qtbot.addWidget(window)

    def read_and_press_return() -> None:
        box = QApplication.activeModalWidget()
        said.append(f"{box.text()} {box.informativeText()}")
        box.defaultButton().click()

    QTimer.singleShot(0, read_and_press_return)
    assert not dialogs.ask_before_removing(window, "Attic")
    assert "“Attic”" in said[0] and "keep their colours" in said[0]


def test_only_the_main_button_is_filled_whichever_has_the_focus_and_return_presses_that(store, home, qtbot) -> None:
    picker = VariantPicker(store, VariantModel(), look(), READY)
    qtbot.addWidget(picker)
    picker.show()
    picker.activateWindow()
    picker._more.setFocus()
    qtbot.waitUntil(picker._more.hasFocus)
    main = picker._buttons.button(picker._buttons.StandardButton.Ok)
    accent = QColor(look().colours.accent)
    assert [button.grab().toImage().pixelColor(20, 5) == accent for button in (main, picker._more)] == [True, False]
    QTest.keyClick(picker._more, Qt.Key.Key_Return)
    assert picker._more.isChecked() and picker.isVisible()


def test_return_presses_the_main_button_where_no_other_has_the_focus(store, home, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: pytest.fail("it asks for a folder"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: pytest.fail("it asks for weights"))
    page, picker = SettingsPage(store), VariantPicker(store, VariantModel(), look(), READY)
    for dialog, field in ((page, page.format), (picker, picker._table)):
        qtbot.addWidget(dialog)
        dialog.show()
        field.setFocus()
        with qtbot.waitSignal(dialog.accepted):
            QTest.keyClick(field, Qt.Key.Key_Return)


class Iconic(QProxyStyle):
    """What Qt is on a desktop without a theme: it gives the buttons of dialogs icons."""

    def styleHint(self, hint, *others) -> int:  # noqa: N802 - Qt's name
        return int(hint is QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons) or super().styleHint(hint, *others)


def test_no_icons_of_the_system_stand_among_ours(store, qapp) -> None:
    look()
    qapp.setStyle(Iconic("Fusion"))
    page = SettingsPage(store)
    qapp.setStyle("Fusion")
    (box,) = page.findChildren(QDialogButtonBox)
    assert len(box.buttons()) == 2 and all(button.icon().isNull() for button in box.buttons())


def test_the_settings_page_stores_only_when_it_is_accepted(store) -> None:
    page = SettingsPage(store)
    page.theme.setCurrentIndex(page.theme.findData(Theme.DARK))
    page.reject()
    assert store.current.theme is Theme.SYSTEM
    page.accept()
    assert store.current.theme is Theme.DARK


def test_favourites_are_kept_and_taken_off(store, tmp_path, qtbot) -> None:
    browser = FolderBrowser(store, look())
    browser._toggle_favourite(tmp_path)
    assert store.current.favourites == (str(tmp_path),)
    with qtbot.waitSignal(browser.chosen) as chosen:
        browser.favourites.clicked.emit(browser.favourites.model().index(0, 0))
    assert chosen.args == [tmp_path]
    browser._toggle_favourite(tmp_path)
    assert store.current.favourites == ()


@pytest.mark.parametrize("name", ["recent", "favourites"])
def test_a_double_click_opens_one_folder_also_when_its_row_changes(store, qtbot, name) -> None:
    folders = [Path("/a"), Path("/b"), Path("/c")]
    store.change(**{name: tuple(map(str, folders))})
    browser = FolderBrowser(store, look())
    qtbot.addWidget(browser)
    browser.show()
    short, chosen = getattr(browser, name), []
    browser.chosen.connect(chosen.append)
    browser.chosen.connect(lambda folder: store.put(store.current.with_recent(folder)))
    double_click(short.viewport(), short.visualRect(short.model().index(2, 0)).center())
    assert chosen == folders[2:]
    short.setCurrentIndex(short.model().index(1, 0))
    QTest.keyClick(short, Qt.Key.Key_Return)
    assert chosen[1:] == [folders[0 if name == "recent" else 1]]
    first = short.visualRect(short.model().index(0, 0)).center()
    QTest.mouseClick(short.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert len(chosen) == 3


def test_a_third_fast_click_opens_no_other_folder_that_lies_there_now(store, home, qtbot) -> None:
    names = ("first", "second", "third")
    store.change(recent=tuple(f"/{name}" for name in names))
    browser, chosen = FolderBrowser(store, look()), []
    qtbot.addWidget(browser)
    browser.chosen.connect(lambda folder: (chosen.append(folder.name), store.put(store.current.with_recent(folder))))
    browser.show()
    last = browser.recent.visualRect(browser.recent.model().index(2, 0)).center()
    double_click(browser.recent.viewport(), last, at=1000)
    click(browser.recent.viewport(), last, at=1200)
    assert chosen == ["third"]
    click(browser.recent.viewport(), last, at=9000)
    assert chosen == ["third", "second"]


def double_click(widget: QWidget, place: QPoint, at: int = 0) -> None:
    """Click twice by the events that a mouse sends, at a time in milliseconds."""
    click(widget, place, at)
    click(widget, place, at, QEvent.Type.MouseButtonDblClick)


def click(widget: QWidget, place: QPoint, at: int = 0, press: QEvent.Type = QEvent.Type.MouseButtonPress) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind, held in ((press, left), (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton)):
        event = QMouseEvent(kind, QPointF(place), QPointF(widget.mapToGlobal(place)), left, held, none)
        event.setTimestamp(at)
        QApplication.sendEvent(widget, event)


def test_a_crash_is_shown_with_its_log_and_can_be_copied(qapp, tmp_path, qtbot) -> None:
    reporter = CrashReporter(tmp_path)
    for _ in range(2):
        try:
            raise ValueError("the film tore")
        except ValueError as error:
            reporter.report(type(error), error, error.__traceback__)
    dialog = reporter._open
    assert dialog is not None
    assert "the film tore" in dialog.log.toPlainText()
    dialog.copy()
    assert "the film tore" in QGuiApplication.clipboard().text()
    dialog.accept()
    assert reporter._open is None


def test_large_numbers_are_grouped_alike(qtbot, qapp) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    use_language(qapp, "en")
    try:
        said = strip.summary(Counter(), photos=2000, to_do=2000, in_colour=0, scanning=False)
    finally:
        QLocale.setDefault(QLocale.c())
    assert said == "2,000 photos · 2,000 to colourise"


def test_diagnostics_hold_versions_and_the_ends_of_the_logs(tmp_path: Path, qapp) -> None:
    (tmp_path / "engine.log").write_text("x" * 50_000 + "the end")
    text = diagnostics(tmp_path, "CPU")
    assert "Qt 6" in text
    assert text.endswith("the end")
    assert len(text) < 20_000
    dialogs.copy_diagnostics(tmp_path, READY)
    assert "CPU, 8 threads" in QGuiApplication.clipboard().text()


def test_however_many_runs_nobody_watched_there_is_one_tray_icon(qtbot, monkeypatch) -> None:
    for name in ("isSystemTrayAvailable", "supportsMessages"):
        monkeypatch.setattr(QSystemTrayIcon, name, lambda: True)
    window = QWidget()
    qtbot.addWidget(window)
    for _ in range(3):
        dialogs.notify(window, "3 done")
        (tray,) = window.findChildren(QSystemTrayIcon)
        assert tray.isVisible()
    tray.messageClicked.emit()
    assert not tray.isVisible()


def test_a_language_that_the_window_does_not_speak_opens_the_settings_as_the_system(store) -> None:
    store.change(language="he")
    assert SettingsPage(store).language.currentData() == ""


def test_the_strip_says_how_far_how_fast_and_how_long(qapp) -> None:
    strip = ProgressStrip()
    strip.show_phase(Phase.RUNNING)
    strip.show_pace(Pace(12, 30, 21.0, 51.0))
    assert strip.text == "12 of 30 photos about 51 s left · 21 photos a minute"
    strip.show_phase(Phase.PAUSED)
    assert strip.text == "Paused · 12 of 30 photos"


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 s"), (59, "59 s"), (61, "1 min"), (7_500, "2 h 5 min")])
def test_times_are_for_people(seconds: float, text: str, qapp) -> None:
    assert duration_text(seconds) == text


def test_a_name_in_a_question_is_shown_as_it_is(qtbot) -> None:
    window, shown = QWidget(), []
    qtbot.addWidget(window)

    def read_and_close() -> None:
        box = QApplication.activeModalWidget()
        (label,) = [one for one in box.findChildren(QLabel) if "60er" in one.text()]
        shown.append(label.textFormat())
        box.reject()

    QTimer.singleShot(0, read_and_close)
    dialogs.ask_before_discarding(window, "<b>60er</b>")
    assert shown == [Qt.TextFormat.PlainText]


def test_a_name_in_the_cause_of_a_crash_is_shown_as_it_is(qtbot, tmp_path) -> None:
    dialog = CrashDialog("ValueError: <b>60er</b>.jpg", "", tmp_path)
    qtbot.addWidget(dialog)
    (cause,) = [one for one in dialog.findChildren(QLabel) if "60er" in one.text()]
    assert cause.textFormat() is Qt.TextFormat.PlainText


def test_about_names_the_paper_as_the_readme_does(qtbot) -> None:
    window, said = QWidget(), []
    qtbot.addWidget(window)

    def read_and_close() -> None:
        dialog = QApplication.activeModalWidget()
        said.extend(label.text() for label in dialog.findChildren(QLabel))
        dialog.reject()

    QTimer.singleShot(0, read_and_close)
    dialogs.show_about(window, READY)
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    paper = readme.partition("Hossain, “")[2].partition("”")[0]
    assert " ".join(paper.split()) in "".join(said)
