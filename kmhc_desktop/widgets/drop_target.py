"""A window on which files and folders may be dropped, anywhere."""

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow


class DropTarget(QMainWindow):
    """Takes what is dropped.

    Attributes:
        hovered: Emitted with whether something that may be dropped is over the window.
        dropped: Emitted with a list of paths.
    """

    hovered = Signal(bool)
    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files and folders."""
        if dropped_paths(event.mimeData()) and _taken_as_copy(event):
            self.hovered.emit(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """They went elsewhere."""
        self.hovered.emit(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Say what was dropped."""
        self.hovered.emit(False)
        if (paths := dropped_paths(event.mimeData())) and _taken_as_copy(event):
            self.dropped.emit(paths)


def _taken_as_copy(event: QDropEvent) -> bool:
    """Take what is dragged as a copy, if it may be one: Windows deletes an original that was taken as moved."""
    event.setDropAction(Qt.DropAction.CopyAction)
    if event.dropAction() is Qt.DropAction.MoveAction:  # all that is offered
        event.ignore()
        return False
    event.accept()
    return True


def dropped_paths(data: QMimeData) -> list[Path]:
    """Return the files and folders that are dropped; their names need not be text."""
    urls = [url for url in data.urls() if url.isLocalFile()]
    if os.name == "nt":
        return [Path(url.toLocalFile()) for url in urls]
    encoded = QUrl.ComponentFormattingOption.FullyEncoded
    return [Path(os.fsdecode(unquote_to_bytes(url.path(encoded)))) for url in urls]
