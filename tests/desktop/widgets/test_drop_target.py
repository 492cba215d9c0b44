import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from kmhc_desktop.widgets.drop_target import DropTarget

COPY, MOVE, LINK = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction, Qt.DropAction.LinkAction
LEFT, NO_KEY, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("offered", "key", "taken"),
    [(COPY | MOVE | LINK, NO_KEY, COPY), (COPY | MOVE | LINK, SHIFT, COPY), (LINK, NO_KEY, LINK), (MOVE, NO_KEY, None)],
)
def test_an_original_that_is_dropped_is_never_taken_as_moved(qtbot, tmp_path, offered, key, taken) -> None:
    window, dropped, data = DropTarget(), [], QMimeData()
    qtbot.addWidget(window)
    window.dropped.connect(dropped.append)
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    enter = QDragEnterEvent(QPoint(9, 9), offered, data, LEFT, key)
    drop = QDropEvent(QPointF(9, 9), offered, data, LEFT, key)
    for event in (enter, drop):
        QApplication.sendEvent(window, event)
        assert (event.dropAction() if event.isAccepted() else None) == taken
    assert dropped == ([[tmp_path]] if taken else [])
