"""What is exported looks as the window shows it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from kmhc_engine.edits import Edits
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
