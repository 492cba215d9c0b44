"""A slider for the quality of lossy files, with its value beside it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

_LOW, _HIGH = 50, 100


class QualitySlider(QWidget):
    """Chooses a quality.

    Args:
        quality: What it shows first.

    Attributes:
        changed: The slider's signal; carries the quality.
    """

    def __init__(self, quality: int) -> None:
        super().__init__()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # style sheets fill the left part alone
        self._slider.setRange(_LOW, _HIGH)
        self._slider.setValue(quality)
        self.setFocusProxy(self._slider)
        self._text = QLabel(alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._text.setMinimumWidth(self.fontMetrics().horizontalAdvance("100") + 6)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._slider, 1)
        row.addWidget(self._text)
        self.changed = self._slider.valueChanged
        self.changed.connect(self._show)
        self._show()

    def setAccessibleName(self, name: str) -> None:  # noqa: N802 - Qt's name
        """Name what takes the focus."""
        self._slider.setAccessibleName(name)

    def value(self) -> int:
        """Return the quality."""
        return self._slider.value()

    def _show(self) -> None:
        self._text.setText(self.locale().toString(self.value()))
