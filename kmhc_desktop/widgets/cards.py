"""The pieces that forms are made of."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop.theme import restyle

_LABEL_WIDTH = 170  # pixels, so that the fields of all cards begin at one line


def choice_box(choices: Sequence[tuple[str, str]], current: str) -> QComboBox:
    """Return a box with choices, each a text and a value; the first is chosen when `current` is none of them."""
    box = QComboBox()
    for text, value in choices:
        box.addItem(text, value)
    values = [value for _, value in choices]
    box.setCurrentIndex(values.index(current) if current in values else 0)
    return box


def card(title: str, rows: Sequence[tuple[str, QWidget | QHBoxLayout]]) -> QFrame:
    """Return a frame with a heading and labelled fields below it; what has no text of its own is named by its label."""
    frame = QFrame()
    frame.setProperty("role", "card")
    heading = QLabel(title)
    heading.setProperty("role", "heading")
    form = QFormLayout()
    form.setHorizontalSpacing(20)
    form.setVerticalSpacing(10)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for text, field in rows:
        label = QLabel(text)
        label.setMinimumWidth(_LABEL_WIDTH)
        widgets = [field] if isinstance(field, QWidget) else _widgets(field)
        label.setMinimumHeight(max(widget.sizeHint().height() for widget in widgets))
        form.addRow(label, field)
        widget = widgets[0]
        label.setBuddy(widget)
        if not isinstance(widget, QCheckBox):
            widget.setAccessibleName(text)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(18, 14, 18, 16)
    layout.setSpacing(10)
    layout.addWidget(heading)
    layout.addLayout(form)
    return frame


class _Default(QObject):
    """Makes a button its dialog's default when it shows: before, the dialog may not have known of it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Tell the dialog."""
        if event.type() is QEvent.Type.Show and isinstance(watched, QPushButton):
            watched.setDefault(False)
            watched.setDefault(True)
        return super().eventFilter(watched, event)


def primary(button: QPushButton) -> QPushButton:
    """Return the button, painted as its dialog's main one: Qt's own mark of it moves to whichever has the focus."""
    restyle(button, role="primary")
    button.setDefault(True)
    button.installEventFilter(_Default(button))
    return button


class _WheelLeft(QObject):
    """Has the wheel scroll the form, also over a field, that would take another value."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Leave the wheel to what is around."""
        if event.type() is QEvent.Type.Wheel:
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def scrolled(form: QWidget, width: int = 0) -> QScrollArea:
    """Return an area that scrolls the form on a low screen.

    Args:
        form: What is in it.
        width: It has this width, or the form's where that is more; 0 for all that there is room for.
    """
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(form)
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
    area.setWidget(inside)
    left_to_area = _WheelLeft(area)
    for kind in (QComboBox, QSlider):
        for field in inside.findChildren(kind):
            field.installEventFilter(left_to_area)
    needed = inside.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width()
    if width:
        area.setFixedWidth(max(width, needed))
    else:
        area.setMinimumWidth(needed)
    return area


def _widgets(row: QHBoxLayout) -> list[QWidget]:
    items = (row.itemAt(at) for at in range(row.count()))
    return [widget for item in items if item is not None and (widget := item.widget()) is not None]
