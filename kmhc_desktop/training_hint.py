"""What the fine-tune page says while it has no curves and photos to show."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from kmhc_desktop.theme import Look

_ICON, _MARGIN = 48, 120  # pixels


class TrainingHint(QWidget):
    """An icon, a title and a sentence, in the middle.

    Args:
        look: The icon's colour.
    """

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        middle = Qt.AlignmentFlag.AlignCenter
        self._icon = QLabel(alignment=middle)
        self.title = QLabel(alignment=middle, wordWrap=True)
        self.title.setProperty("role", "heading")
        self._text = QLabel(alignment=middle, wordWrap=True)
        self._text.setProperty("role", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        layout.setSpacing(10)
        layout.addStretch(1)
        layout.addWidget(self._icon)
        layout.addWidget(self.title)
        layout.addWidget(self._text)
        layout.addStretch(1)

    def show_hint(self, icon: str, title: str, text: str) -> None:
        """Say something."""
        self._icon.setPixmap(self._look.icon(icon, self._look.colours.secondary).pixmap(_ICON, _ICON))
        self.title.setText(title)
        self._text.setText(text)
