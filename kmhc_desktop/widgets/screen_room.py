"""How large the large windows open: comfortable, yet never larger than the screen."""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QWidget

_FRAME = 40  # pixels: what a window manager adds to the height


def resize_within_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window this size, or what the screen has room for."""
    room = window.screen().availableSize() - QSize(0, _FRAME)
    window.resize(QSize(width, height).boundedTo(room).expandedTo(window.minimumSize()))


def grow_within_screen(window: QWidget, height: int) -> None:
    """Make a window so high, or as high as the screen has room for, and keep its foot on the screen."""
    resize_within_screen(window, window.width(), max(window.height(), height))
    below = window.frameGeometry().bottom() - window.screen().availableGeometry().bottom()
    if below > 0:
        window.move(window.pos() - QPoint(0, below))
