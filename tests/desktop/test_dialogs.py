import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QProxyStyle,
    QPushButton,
    QStyle,
    QSystemTrayIcon,
    QWidget,
)

from kmhc_desktop import dialogs, settings_page
from kmhc_desktop.diagnostics import CrashDialog, CrashReporter, diagnostics
from kmhc_desktop.engine.messages import Ready
from kmhc_desktop.settings import SettingsStore, Theme
from kmhc_desktop.settings_page import SettingsPage
from kmhc_desktop.theme import look
from kmhc_desktop.variant_model import VariantModel
from kmhc_desktop.variant_picker import VariantPicker

READY = Ready("CPU, 8 threads", "Nothing else is here.", "bf16", ("cpu",))


@pytest.fixture
def store(tmp_path, qapp) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.ini")


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


def test_only_the_main_button_is_filled_whichever_has_the_focus_and_return_presses_that(store, qtbot) -> None:
    picker = VariantPicker(store, VariantModel(), READY)
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


def test_return_presses_the_main_button_where_no_other_has_the_focus(store, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: pytest.fail("it asks for a folder"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: pytest.fail("it asks for weights"))
    page, picker = SettingsPage(store), VariantPicker(store, VariantModel(), READY)
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


def test_a_folder_for_the_results_is_shown_as_windows_writes_it(store, qtbot, monkeypatch) -> None:
    store.change(output="D:\\")
    page = SettingsPage(store)
    qtbot.addWidget(page)
    monkeypatch.setattr(settings_page, "Path", PureWindowsPath)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "C:/Users/Eva")
    page._choose_output()
    assert page.output.text() == "C:\\Users\\Eva"


def test_a_crash_is_shown_with_its_log_and_can_be_copied(qapp, tmp_path) -> None:
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


@pytest.mark.parametrize("clicked", ["messageClicked", "activated"])
def test_a_click_on_the_notification_or_its_icon_brings_a_minimised_window_back(qtbot, monkeypatch, clicked) -> None:
    for name in ("isSystemTrayAvailable", "supportsMessages"):
        monkeypatch.setattr(QSystemTrayIcon, name, lambda: True)
    window = QWidget()
    qtbot.addWidget(window)
    window.showMaximized()
    window.showMinimized()
    dialogs.notify(window, "3 done")
    (tray,) = window.findChildren(QSystemTrayIcon)
    if clicked == "activated":
        tray.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    else:
        tray.messageClicked.emit()
    assert (window.isMinimized(), window.isMaximized()) == (False, True)
    assert not tray.isVisible()


def test_windows_is_told_where_the_name_of_a_photo_begins_and_ends(monkeypatch) -> None:
    told = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(subprocess, "Popen", told.append)
    dialogs.reveal(Path("scans/Oma,Opa 1935.jpg"))
    assert told == [f'explorer /select,"{Path("scans/Oma,Opa 1935.jpg")}"']


def test_a_language_that_the_window_does_not_speak_opens_the_settings_as_the_system(store) -> None:
    store.change(language="he")
    assert SettingsPage(store).language.currentData() == ""


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


def test_the_button_that_goes_on_after_a_crash_is_painted_as_the_main_one(qtbot, tmp_path) -> None:
    dialog = CrashDialog("ValueError: no", "", tmp_path)
    qtbot.addWidget(dialog)
    dialog.show()
    (go_on,) = [button for button in dialog.findChildren(QPushButton) if button.text() == "Go on"]
    assert go_on.grab().toImage().pixelColor(12, go_on.height() // 2).name() == look().colours.accent


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
