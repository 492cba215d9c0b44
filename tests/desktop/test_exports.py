"""What is exported looks as the window shows it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.desktop.test_photo_desk import GREY, is_grey
from tests.desktop.test_run import hold
from tests.desktop.test_window import PATIENCE


@pytest.mark.parametrize("action", ["album", "export"])
def test_what_was_adjusted_is_saved_before_it_is_exported(coloured, qtbot, monkeypatch, action) -> None:
    output = Path(coloured.window.pane.current.output)
    coloured.window.desk.panel.adjusted.emit((GREY, ()))
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
