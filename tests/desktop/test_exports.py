"""What is exported looks as the window shows it."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from kmhc_desktop.album import dialog
from kmhc_desktop.exports import Exports
from kmhc_engine.edits import Edits
from kmhc_engine.jobs import State
from tests.desktop.queue.test_run import hold
from tests.desktop.test_window import PATIENCE
from tests.desktop.viewer.test_desk import GREY, is_grey


def test_a_photo_that_was_taken_off_the_list_is_in_the_album_only_when_it_is_ticked(coloured, qtbot) -> None:
    window, ticked = coloured.window, []
    window.actions_["remove"].trigger()

    def look_and_tick() -> None:
        dialog = QApplication.activeModalWidget()
        qtbot.waitUntil(lambda: dialog._photos is not None, timeout=PATIENCE)
        ticked.append(dialog.options().chosen)
        dialog.model.setData(dialog.model.index(0, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
        ticked.append(dialog.options().chosen)
        dialog.reject()

    QTimer.singleShot(0, look_and_tick)
    window.actions_["album"].trigger()
    assert ticked == [("photo 1.jpg", "photo 2.jpg"), None]


@pytest.mark.parametrize("action", ["album", "export"])
def test_what_was_adjusted_is_saved_before_it_is_exported(coloured, qtbot, monkeypatch, action) -> None:
    output = Path(coloured.window.pane.current.output)
    coloured.window.desk.panel.adjusted.emit(Edits(GREY))
    saving_ends = hold(monkeypatch)
    dialogs, grey = [], []

    def close_dialog() -> None:
        dialogs.append(QApplication.activeModalWidget())
        grey.append(is_grey(output))
        dialogs[-1].reject()

    coloured.window.desk._saving.drained.connect(lambda: QTimer.singleShot(0, close_dialog))
    coloured.window.actions_[action].trigger()
    assert not coloured.window.actions_[action].isEnabled(), "it is asked for already"
    assert "saved first" in coloured.window.banner.text
    saving_ends.set()
    qtbot.waitUntil(lambda: bool(grey), timeout=PATIENCE)
    assert grey == [True]
    assert coloured.window.actions_[action].isEnabled()
    assert not coloured.window.banner.text


def test_a_run_that_begins_meanwhile_goes_first(coloured, qtbot, monkeypatch) -> None:
    window, shown = coloured.window, []
    monkeypatch.setattr(Exports, "show_album", lambda _: shown.append("album"))
    window.desk.panel.adjusted.emit(Edits(GREY))
    saving_ends = hold(monkeypatch)
    window.actions_["album"].trigger()
    window.start_over(list(window.model.rows)[1:], "KMHCNet_8")
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        saving_ends.set()
    assert not shown
    window.actions_["album"].trigger()
    assert shown


def test_while_folders_are_looked_through_an_album_takes_also_what_is_not_listed_yet(coloured, monkeypatch) -> None:
    window, asked = coloured.window, []

    def note(*_: object, listed: dict[Path, list[str]], **__: object) -> SimpleNamespace:
        asked.append([name for names in listed.values() for name in names])
        return SimpleNamespace(exec=lambda: 0, deleteLater=lambda: None)

    monkeypatch.setattr(dialog, "AlbumDialog", note)
    window.actions_["album"].trigger()
    window.roots._under_way = 1
    window.actions_["album"].trigger()
    assert asked == [[f"photo {number}.jpg" for number in range(3)], []]


def test_photos_that_lie_on_a_drive_without_a_folder_can_be_exported(loaded, photos) -> None:
    window, drive = loaded.window, Path(photos.anchor)
    window.roots._outputs[photos] = [drive]
    window.model.update(photos / "photo 0.jpg", state=State.DONE, output=str(drive / "photo 0.jpg"))
    assert window.findChild(Exports)._finished(window.model.rows) == {drive: ["photo 0.jpg"]}


def test_a_photo_is_looked_for_in_the_innermost_of_the_folders_that_hold_it(loaded, photos, tmp_path) -> None:
    window, outer = loaded.window, tmp_path / "stick"
    inner = outer / "shoebox"
    window.roots._outputs[photos] = [outer, inner]
    for name, place in (("photo 0.jpg", outer), ("photo 1.jpg", inner)):
        window.model.update(photos / name, state=State.DONE, output=str(place / name))
    exports = window.findChild(Exports)
    assert exports._finished(window.model.rows) == {outer: ["photo 0.jpg"], inner: ["photo 1.jpg"]}
