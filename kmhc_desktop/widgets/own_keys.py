"""Keys that a widget has for itself while it has the focus, although they are shortcuts of the window."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

DELETE = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)  # the key that says "delete" on a Mac is the latter


class OwnKeys(QObject):
    """Keeps keys from the shortcuts of the window.

    Args:
        widget: It, or what is in it, has the focus.
        keys: Pressed alone.
        do: What they do; None where the widget knows itself.
        when: Whether the widget has them for itself now.
    """

    def __init__(
        self,
        widget: QWidget,
        keys: Collection[Qt.Key],
        do: Callable[[], object] | None = None,
        when: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(widget)
        self._keys, self._do, self._when = keys, do, when
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Claim a key before the shortcuts see it; then it comes as any other."""
        if isinstance(event, QKeyEvent) and event.key() in self._keys and not _with_others(event) and self._when():
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress and self._do is not None:
                self._do()
                return True
        return super().eventFilter(watched, event)


def _with_others(event: QKeyEvent) -> bool:
    return event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
