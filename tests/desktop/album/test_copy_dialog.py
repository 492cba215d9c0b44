"""The dialog that copies finished photos, with the real process behind it."""

from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QByteArray, QRect, QSize, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog

from kmhc_desktop.album import copy_dialog, messages
from kmhc_desktop.album.copy_dialog import CopyDialog
from kmhc_desktop.album.process import serve
from kmhc_desktop.album.work import AlbumWork
from kmhc_desktop.settings import SettingsStore
from tests.desktop.album import stubs
from tests.desktop.album.steps import PATIENCE, choose, export
from tests.desktop.test_window import colourise


@pytest.fixture
def folders(tmp_path):
    """Photos that are done, in two folders."""
    finished = {}
    for base, names in (("attic", ("a.jpg", "b.jpg")), ("cellar", ("a.jpg",))):
        folder = tmp_path / f"{base} colourised"
        folder.mkdir()
        for name in names:
            Image.fromarray(np.full((24, 32, 3), (90, 60, 30), np.uint8)).save(folder / name)
        finished[folder] = list(names)
    return finished


@pytest.fixture
def open_dialog(qapp, tmp_path, folders):
    dialogs = []

    def opened(selected=None, serve=serve):
        store = SettingsStore(tmp_path / "settings.ini")
        dialog = CopyDialog(folders, selected or {}, store, AlbumWork(serve=serve))
        dialogs.append(dialog)
        dialog.show()
        return dialog

    yield opened
    for dialog in dialogs:
        dialog._closing = True
        dialog.reject()
        dialog.deleteLater()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_without_a_folder_nothing_can_be_exported(open_dialog):
    dialog = open_dialog()
    assert not dialog.strip.begin.isEnabled()
    dialog.target.setText("/usb")
    assert dialog.strip.begin.isEnabled()


def test_the_folder_for_the_copies_is_shown_as_windows_writes_it(open_dialog, monkeypatch):
    dialog = open_dialog()
    dialog.target.setText("D:\\")
    monkeypatch.setattr(copy_dialog, "Path", PureWindowsPath)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "C:/Users/Eva")
    dialog._choose.click()
    assert dialog.target.text() == "C:\\Users\\Eva"


def test_photos_of_all_folders_are_copied_and_names_that_clash_are_numbered(open_dialog, qtbot, tmp_path):
    dialog = open_dialog()
    dialog.target.setText(str(tmp_path / "usb"))
    export(dialog, qtbot)
    assert names(tmp_path / "usb") == ["a (2).jpg", "a.jpg", "b.jpg"]
    assert "3" in dialog.strip.text.text()
    dialog.strip.reveal_requested.disconnect()
    with qtbot.waitSignal(dialog.strip.reveal_requested) as shown:
        dialog.strip.reveal.click()
    assert shown.args == [tmp_path / "usb"]


def test_copies_of_several_folders_replace_what_was_there_but_not_each_other(open_dialog, qtbot, tmp_path):
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "a.jpg").touch()
    dialog = open_dialog()
    dialog.target.setText(str(tmp_path / "usb"))
    choose(dialog.conflict, "replace")
    export(dialog, qtbot)
    assert names(tmp_path / "usb") == ["a (2).jpg", "a.jpg", "b.jpg"]
    assert (tmp_path / "usb" / "a.jpg").stat().st_size


def test_numbers_run_on_from_one_folder_to_the_next(open_dialog, qtbot, tmp_path):
    dialog = open_dialog()
    dialog.target.setText(str(tmp_path / "usb"))
    dialog.pattern.setCurrentText("{number} {name}")
    export(dialog, qtbot)
    assert names(tmp_path / "usb") == ["1 a.jpg", "2 b.jpg", "3 a.jpg"]


def test_only_the_selected_in_another_format_under_another_name(open_dialog, folders, qtbot, tmp_path):
    dialog = open_dialog(selected={next(iter(folders)): ["b.jpg"]})
    dialog.target.setText(str(tmp_path / "usb"))
    choose(dialog.photos, "selected")
    choose(dialog.format, "webp")
    dialog.pattern.setEditText("{number} {name} colour")
    assert "1 b colour.webp" in dialog.example.text()
    export(dialog, qtbot)
    assert names(tmp_path / "usb") == ["1 b colour.webp"]


def test_a_pattern_of_no_use_is_told_at_once(open_dialog):
    dialog = open_dialog()
    dialog.target.setText("/usb")
    dialog.pattern.setEditText("{date}")
    assert "{name}" in dialog.example.text() and not dialog.strip.begin.isEnabled()


def test_what_is_told_of_a_pattern_is_not_cut(open_dialog, qtbot):
    dialog = open_dialog()
    told = dialog.example
    for pattern in ("{name}" * 40, "{nam}"):
        dialog.pattern.setEditText(pattern)
        qtbot.waitUntil(lambda: told.height() >= told.heightForWidth(told.width()))
    assert told.heightForWidth(told.width()) > told.fontMetrics().height()


def test_on_a_low_screen_the_list_of_what_was_left_out_cuts_no_button(german, open_dialog, qtbot, monkeypatch):
    dialog = open_dialog()
    before = dialog.height()
    low = before + 100
    screen = SimpleNamespace(availableSize=lambda: QSize(800, low), availableGeometry=lambda: QRect(0, 0, 800, low))
    monkeypatch.setattr(dialog, "screen", lambda: screen)
    dialog.move(80, 50)
    dialog.strip.show_made(messages.Made(Path("/usb"), 1200, 12, tuple(f"{number}.jpg: no" for number in range(22))))
    qtbot.waitUntil(lambda: dialog.height() > before and dialog.strip.begin.y() > 0)
    for shown in (dialog.strip.details, dialog.strip.begin, dialog.strip.text):
        assert shown.mapToGlobal(shown.rect().bottomLeft()).y() < low
        assert dialog.rect().contains(shown.mapTo(dialog, shown.rect().bottomLeft()))


def test_a_pattern_of_no_use_is_told_in_german(german, open_dialog):
    dialog = open_dialog()
    dialog.pattern.setCurrentText("{place}")
    assert dialog.example.text().startswith("{place} ist unbekannt. Verwenden Sie {name}, ")
    dialog.pattern.setCurrentText("photo")
    assert dialog.example.text() == "Alle Fotos hätten denselben Namen. Fügen Sie {name} oder {number} hinzu."


def test_the_quality_can_be_set_where_there_is_one(open_dialog):
    dialog = open_dialog()
    usable = []
    for format in ("", "jpeg", "png", "tiff", "webp"):
        choose(dialog.format, format)
        usable.append(dialog.quality.isEnabled())
    assert usable == [False, True, False, False, True]


def test_a_second_time_names_are_passed_over_when_asked_to(open_dialog, qtbot, tmp_path):
    dialog = open_dialog()
    dialog.target.setText(str(tmp_path / "usb"))
    export(dialog, qtbot)
    choose(dialog.conflict, "skip")
    export(dialog, qtbot)
    assert len(names(tmp_path / "usb")) == 3
    assert "passed over" in dialog.strip.text.text()


def test_the_last_choices_are_remembered(open_dialog, qtbot, tmp_path):
    dialog = open_dialog()
    dialog.target.setText(str(tmp_path / "usb"))
    choose(dialog.format, "png")
    choose(dialog.conflict, "replace")
    dialog.pattern.setEditText("{date} {name}")
    dialog.keep_metadata.setChecked(False)
    export(dialog, qtbot)
    again = open_dialog()
    assert again.target.text() == str(tmp_path / "usb") and again.format.currentData() == "png"
    assert again.conflict.currentData() == "replace" and again.pattern.currentText() == "{date} {name}"
    assert not again.keep_metadata.isChecked()


@pytest.mark.parametrize("kept", ["{", '{"format": "gif", "quality": "x", "conflict": 5}', "[]"])
def test_damaged_choices_are_the_defaults(open_dialog, tmp_path, kept):
    SettingsStore(tmp_path / "settings.ini").save_layout("export", QByteArray(kept.encode()))
    dialog = open_dialog()
    assert dialog.format.currentData() == "" and dialog.conflict.currentData() == "number"


def test_a_place_that_cannot_be_used_is_named(open_dialog, qtbot, tmp_path):
    (tmp_path / "file").touch()
    dialog = open_dialog()
    dialog.target.setText(str(tmp_path / "file" / "usb"))
    export(dialog, qtbot)
    assert "Choose another folder" in dialog.strip.text.text() and not dialog.strip.reveal.isVisible()


def test_a_box_to_tick_is_named_by_its_own_text(open_dialog):
    assert open_dialog().keep_metadata.accessibleName() == ""


def test_copying_can_be_cancelled(open_dialog, qtbot):
    dialog = open_dialog(serve=stubs.serve_slowly)
    dialog.target.setText("/usb")
    dialog.strip.begin.click()
    qtbot.waitUntil(lambda: "1 of 3" in dialog.strip.text.text(), timeout=PATIENCE)
    dialog.strip.cancel.click()
    qtbot.waitUntil(lambda: not dialog.strip.making, timeout=PATIENCE)
    assert "Cancelled" in dialog.strip.text.text() and dialog._form.isEnabled()
    assert dialog.strip.text.property("role") != "error" and dialog.focusWidget() is dialog.strip.begin


def test_the_window_exports_what_is_done_with_its_edits(start, photos, qtbot, tmp_path):
    app = start(photos)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    colourise(app, qtbot)
    qtbot.waitUntil(app.window.actions_["export"].isEnabled)

    def use():
        dialog = QApplication.activeModalWidget()
        dialog.target.setText(str(tmp_path / "usb"))
        choose(dialog.format, "png")
        export(dialog, qtbot)
        dialog.reject()

    QTimer.singleShot(0, use)
    app.window.actions_["export"].trigger()
    assert names(tmp_path / "usb") == ["photo 0.png", "photo 1.png", "photo 2.png"]
    pixels = np.asarray(Image.open(tmp_path / "usb" / "photo 0.png")).astype(int)
    assert np.ptp(pixels, axis=-1).max() > 5
    assert all(Path(row.output).is_file() for row in app.window.model.rows)
