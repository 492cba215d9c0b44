"""The photo on the whole screen."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget


class FullScreen:
    """Takes away what is around the photo, and puts back what was there.

    Args:
        window: The window.
        around: What is around the photo.
    """

    def __init__(self, window: QWidget, around: Sequence[QWidget]) -> None:
        self._window, self._around = window, around
        self._hidden: list[QWidget] = []
        self._maximised = False

    def show(self, full: bool) -> None:
        """Begin or end it."""
        if full:
            self._maximised = self._window.isMaximized()
            self._hidden = [widget for widget in self._around if widget.isVisible()]
        for widget in self._hidden:
            widget.setVisible(not full)
        if full:
            self._window.showFullScreen()
        elif self._maximised:
            self._window.showMaximized()
        else:
            self._window.showNormal()
