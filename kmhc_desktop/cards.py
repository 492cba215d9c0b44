"""The pieces that forms are made of."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QFormLayout, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget


def choice_box(choices: Sequence[tuple[str, str]], current: str) -> QComboBox:
    """Return a box with choices, each a text and a value; the first is chosen when `current` is none of them."""
    box = QComboBox()
    for text, value in choices:
        box.addItem(text, value)
    values = [value for _, value in choices]
    box.setCurrentIndex(values.index(current) if current in values else 0)
    return box


def card(title: str, rows: Sequence[tuple[str, QWidget | QHBoxLayout]], label_width: int = 170) -> QFrame:
    """Return a frame with a heading and labelled fields below it; a field's first widget is named by its label."""
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
        label.setMinimumWidth(label_width)
        widgets = [field] if isinstance(field, QWidget) else _widgets(field)
        label.setMinimumHeight(max(widget.sizeHint().height() for widget in widgets))
        form.addRow(label, field)
        widget = widgets[0]
        label.setBuddy(widget)
        widget.setAccessibleName(text)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(18, 14, 18, 16)
    layout.setSpacing(10)
    layout.addWidget(heading)
    layout.addLayout(form)
    return frame


def _widgets(row: QHBoxLayout) -> list[QWidget]:
    items = (row.itemAt(at) for at in range(row.count()))
    return [widget for item in items if item is not None and (widget := item.widget()) is not None]
