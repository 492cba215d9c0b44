"""A slider with its title and its value; a double click sets it back."""

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from kmhc_desktop.widgets.own_keys import OwnKeys


class AdjustSlider(QWidget):
    """A whole number between two ends.

    Args:
        title: What it changes.
        low: The lower end.
        high: The upper end.
        neutral: Where it stands at first, and after a double click.
        text: How the value is written, for `str.format`.
        parent: The widget it is in.

    Attributes:
        moved: Carries the value, when the user has moved it.
    """

    moved = Signal(int)

    def __init__(self, title: str, low: int, high: int, neutral: int, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self._neutral, self._text = title, neutral, text
        self._slider = QSlider(Qt.Orientation.Horizontal, self)
        self._slider.setRange(low, high)
        self._slider.setPageStep(max(1, (high - low) // 10))
        self._slider.setValue(neutral)
        self._slider.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # style sheets fill the left part alone
        self._slider.setAccessibleName(title)
        self._slider.setToolTip(self.tr("Double-click to set it back"))
        self._slider.installEventFilter(self)
        OwnKeys(self._slider, {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
        self._slider.valueChanged.connect(self._on_moved)
        self.setFocusProxy(self._slider)
        self._shown = QLabel(self)
        self._shown.setProperty("role", "secondary")
        name = QLabel(title, self)
        name.setBuddy(self._slider)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.addWidget(name, 0, 0)
        grid.addWidget(self._shown, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._slider, 1, 0, 1, 2)
        self._show()

    @property
    def value(self) -> int:
        """The number."""
        return self._slider.value()

    def set_value(self, value: int) -> None:
        """Move it, without telling anybody."""
        with QSignalBlocker(self._slider):
            self._slider.setValue(value)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Set it back at a double click; leave the wheel to the panel unless the slider was chosen."""
        if watched is self._slider and event.type() is QEvent.Type.MouseButtonDblClick:
            self._slider.setValue(self._neutral)
            return True
        if watched is self._slider and event.type() is QEvent.Type.Wheel and not self._slider.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _on_moved(self, value: int) -> None:
        self._show()
        self.moved.emit(value)

    def _show(self) -> None:
        self._shown.setText(self._text.format(self.value))
