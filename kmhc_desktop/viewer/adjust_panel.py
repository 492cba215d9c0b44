"""Mending a photo's colours: saturation, warmth, edge following, and colour hints. Nothing here needs the network."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QMimeData, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QGuiApplication, QIcon, QKeySequence, QPainter, QPixmap, QUndoStack
from PySide6.QtWidgets import (
    QColorDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop.theme import look
from kmhc_desktop.viewer.colour_swatches import Swatch, SwatchGrid, ab_of, screen_colour, swatches
from kmhc_desktop.viewer.compare_canvas import Brush
from kmhc_desktop.viewer.edit_commands import EditCommand
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_desktop.widgets.adjust_slider import AdjustSlider
from kmhc_desktop.widgets.own_keys import DELETE, OwnKeys
from kmhc_engine.chroma import UNADJUSTED, Adjustments
from kmhc_engine.edits import UNEDITED, Edits, from_json, to_json
from kmhc_engine.hints import Hint

_ROWS = 4  # of hints that show at once
_WIDTH = 288  # pixels, at least
_LIGHTNESS = 60.0  # CIE L at which a colour of one's own is listed
_MIME = "application/x-kmhc-adjustments"


class AdjustPanel(QWidget):
    """Edits the photo that is set.

    Attributes:
        edits: As they stand.
        adjusted: Carries the Edits whenever they change.
        brush_changed: Carries the Brush to paint hints with, or None.
        apply_to_others_requested: Carries the Adjustments for other photos.
        save_requested: The result is to be written.
    """

    adjusted = Signal(object)
    brush_changed = Signal(object)
    apply_to_others_requested = Signal(object)
    save_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._photo: ViewedPhoto | None = None
        self.edits = UNEDITED
        first = swatches()[0]
        self._ab, self._lightness = first.ab, first.lightness
        self.undo_stack = QUndoStack(self)
        self._icons: list[tuple[QToolButton | QPushButton | QAction, str]] = []
        self._sliders = {
            "saturation": AdjustSlider(self.tr("Saturation"), 0, 200, 100, self.tr("{0} %"), self),
            "warmth": AdjustSlider(self.tr("Warmth"), -100, 100, 0, "{0}", self),
            "edges": AdjustSlider(self.tr("Edge following"), 0, 200, 100, self.tr("{0} %"), self),
        }
        for number, (name, slider) in enumerate(self._sliders.items()):
            slider.moved.connect(lambda value, name=name, number=number: self._on_slider(name, value, number))
        self._build()
        OwnKeys(self, DELETE)  # it removes hints; pressed once too often, it is not to remove the photo
        QGuiApplication.clipboard().dataChanged.connect(self._enable)
        look().changed.connect(self._show_icons)
        self._show_icons()
        self.set_photo(None)

    def set_photo(self, photo: ViewedPhoto | None) -> None:
        """Edit a photo; None, or one that is not in colour yet, disables the panel."""
        if photo is not None and photo.same_photo_as(self._photo) and photo.edits == self.edits:
            self._photo = photo
            self._enable()
            return
        self._photo = photo
        self.undo_stack.clear()
        self.put_brush_down()
        self.edits = photo.edits if photo is not None else UNEDITED
        self._show_edits()

    def add_stroke(self, points: tuple[tuple[float, float], ...]) -> None:
        """Add a hint of the chosen colour along a stroke."""
        if self._can_edit() and points:
            hint = Hint(tuple(points), self._size.value / 1000, self._ab)
            self._change(replace(self.edits, hints=(*self.edits.hints, hint)), self.tr("Colour hint"))

    def put_brush_down(self) -> None:
        """Stop painting."""
        self._paint.setChecked(False)

    def copy(self) -> None:
        """Put the adjustments on the clipboard; hints belong to their photo."""
        data = QMimeData()
        data.setData(_MIME, to_json(Edits(self.edits.adjustments)).encode())
        QGuiApplication.clipboard().setMimeData(data)

    def paste(self) -> None:
        """Take the adjustments from the clipboard."""
        copied = self._copied()
        if copied is not None and self._can_edit():
            self._change(replace(self.edits, adjustments=copied), self.tr("Paste"))

    def reset(self) -> None:
        """Take all changes back."""
        self._change(UNEDITED, self.tr("Reset"))

    def remove_hint(self, number: int) -> None:
        """Remove one hint."""
        hints = self.edits.hints
        if 0 <= number < len(hints):
            self._change(replace(self.edits, hints=hints[:number] + hints[number + 1 :]), self.tr("Remove hint"))

    def remove_last_hint(self) -> None:
        """Remove the hint that was painted last."""
        self.remove_hint(len(self.edits.hints) - 1)

    # Changes

    def _can_edit(self) -> bool:
        return self._photo is not None and self._photo.chroma is not None

    def _change(self, edits: Edits, title: str, merges: int = -1) -> None:
        if edits != self.edits:
            self.undo_stack.push(EditCommand(self._apply, self.edits, edits, title, merges))

    def _apply(self, edits: Edits) -> None:
        self.edits = edits
        self._show_edits()
        self.adjusted.emit(edits)

    def _on_slider(self, name: str, value: int, number: int) -> None:
        adjustments: Adjustments = replace(self.edits.adjustments, **{name: value / 100})
        self._change(replace(self.edits, adjustments=adjustments), self._sliders[name].title, number)

    def _copied(self) -> Adjustments | None:
        data = QGuiApplication.clipboard().mimeData()
        if data is None or not data.hasFormat(_MIME):
            return None
        try:
            return from_json(bytes(data.data(_MIME).data()).decode()).adjustments
        except ValueError:
            return None

    # Colour and brush

    def _choose(self, ab: tuple[float, float], lightness: float, *, paint: bool = True) -> None:
        self._ab, self._lightness = ab, lightness
        self._swatches.show_chosen(ab)
        self._colour.setIcon(_patch(screen_colour(ab, lightness)))
        if paint and self._can_edit() and not self._paint.isChecked():
            self._paint.setChecked(True)
        else:
            self._tell_brush()

    def _choose_other(self) -> None:
        colour = QColorDialog.getColor(screen_colour(self._ab, self._lightness), self, self.tr("Colour of the hint"))
        if colour.isValid():
            self._choose(ab_of(colour), colour.lightnessF() * 100)

    def _tell_brush(self) -> None:
        painting = self._paint.isChecked() and self._can_edit()
        colour = screen_colour(self._ab, self._lightness)
        self.brush_changed.emit(Brush(colour, self._size.value / 1000) if painting else None)
        self._how.setVisible(painting)

    # Looks

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(scroll)
        content = QWidget(scroll)
        content.setProperty("role", "panel")
        scroll.setWidget(content)
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 10, 16, 16)
        column.setSpacing(8)
        self._why_not = _label(self.tr("Once a photo is in colour, its colours can be mended here."), "secondary")
        column.addWidget(self._why_not)
        self._parts = QWidget(content)
        column.addWidget(self._parts)
        column.addStretch(1)
        parts = QVBoxLayout(self._parts)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(8)
        parts.addLayout(self._history_row())
        for slider in self._sliders.values():
            parts.addWidget(slider)
        parts.addWidget(_line())
        self._build_hints(parts)
        parts.addWidget(_line())
        self._build_actions(parts)
        beside = scroll.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(max(_WIDTH, content.minimumSizeHint().width() + beside))

    def _history_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(_label(self.tr("Colours"), "section"), 1)
        undo, redo = self.undo_stack.createUndoAction(self), self.undo_stack.createRedoAction(self)
        undo.setShortcut(QKeySequence.StandardKey.Undo)
        redo.setShortcut(QKeySequence.StandardKey.Redo)
        for action, icon in ((undo, "undo"), (redo, "redo")):
            self.addAction(action)  # its keys work in the whole window, as strokes are painted on the photo
            action.setIcon(look().icon(icon))  # without one the button would ask for room for its text
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            self._icons.append((action, icon))
            row.addWidget(button)
        self._reset = self._tool("restart", self.tr("Back to the predicted colours"), self.reset)
        row.addWidget(self._reset)
        return row

    def _build_hints(self, column: QVBoxLayout) -> None:
        column.addWidget(_label(self.tr("Colour hints"), "section"))
        row = QHBoxLayout()
        self._paint = QPushButton(self.tr("Paint a hint"), self)
        self._paint.setCheckable(True)
        self._paint.setProperty("role", "chip")
        self._paint.toggled.connect(self._tell_brush)
        self._icons.append((self._paint, "brush"))
        self._colour = QPushButton(self.tr("Other colour…"), self)
        self._colour.setProperty("role", "chip")
        self._colour.clicked.connect(self._choose_other)
        row.addWidget(self._paint)
        row.addWidget(self._colour)
        row.addStretch(1)
        column.addLayout(row)
        self._how = _label(self.tr("Click a thing or draw over it; the colour spreads up to its edges."), "secondary")
        kept = self._how.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # the colours below stay where they are aimed at
        self._how.setSizePolicy(kept)
        column.addWidget(self._how)
        self._swatches = SwatchGrid(self)
        self._swatches.chosen.connect(lambda swatch: self._choose(swatch.ab, swatch.lightness))
        column.addWidget(self._swatches)
        self._size = AdjustSlider(self.tr("Brush"), 2, 60, 10, "{0}", self)
        self._size.moved.connect(self._tell_brush)
        column.addWidget(self._size)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Hints on this photo"))
        self._list.setIconSize(QSize(16, 16))
        remove = QAction(self.tr("Remove hint"), self._list)
        remove.setShortcuts([QKeySequence(key) for key in DELETE])
        remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        remove.triggered.connect(lambda: self.remove_hint(self._list.currentRow()))
        self._list.addAction(remove)
        OwnKeys(self._list, DELETE, remove.trigger)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        column.addWidget(self._list)
        self._choose(self._ab, self._lightness, paint=False)

    def _build_actions(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        self._copy = self._tool("copy", self.tr("Copy the adjustments"), self.copy)
        self._paste = self._tool("paste", self.tr("Paste the adjustments"), self.paste)
        self._others = QPushButton(self.tr("Apply to others…"), self)
        self._others.clicked.connect(lambda: self.apply_to_others_requested.emit(self.edits.adjustments))
        self._save = QPushButton(self.tr("Save"), self)
        self._save.setProperty("role", "primary")
        self._save.clicked.connect(self.save_requested)
        row.addWidget(self._copy)
        row.addWidget(self._paste)
        row.addStretch(1)
        row.addWidget(self._others)
        column.addLayout(row)
        column.addWidget(self._save)

    def _tool(self, icon: str, title: str, action: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setIconSize(QSize(18, 18))
        button.clicked.connect(action)
        self._icons.append((button, icon))
        return button

    def _show_icons(self) -> None:
        for widget, icon in self._icons:
            widget.setIcon(look().icon(icon))

    def _show_edits(self) -> None:
        for name, slider in self._sliders.items():
            slider.set_value(round(100 * getattr(self.edits.adjustments, name)))
        known = {swatch.ab: swatch for swatch in swatches()}
        with QSignalBlocker(self._list):
            current = self._list.currentRow()
            self._list.clear()
            for hint in self.edits.hints:
                swatch = known.get(hint.ab, Swatch(self.tr("Own colour"), _LIGHTNESS, hint.ab))
                QListWidgetItem(_patch(screen_colour(swatch.ab, swatch.lightness)), swatch.name, self._list)
            self._list.setCurrentRow(min(current, self._list.count() - 1))
        rows = min(_ROWS, self._list.count())
        self._list.setFixedHeight(rows * self._list.sizeHintForRow(0) + 2 * self._list.frameWidth() + 2 if rows else 0)
        self._list.setVisible(rows > 0)
        self._enable()

    def _enable(self) -> None:
        can = self._can_edit()
        self._parts.setVisible(can)
        self._why_not.setVisible(not can)
        self._paste.setEnabled(can and self._copied() is not None)
        self._reset.setEnabled(can and self.edits != UNEDITED)
        self._copy.setEnabled(can and self.edits.adjustments != UNADJUSTED)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def _line() -> QFrame:
    line = QFrame()
    line.setFixedHeight(1)
    line.setStyleSheet("background: palette(mid); border: none;")
    return line


def _patch(colour: QColor) -> QIcon:
    """Return a round patch of colour."""
    pixmap = QPixmap(48, 48)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(3, 3, 42, 42)
    painter.end()
    return QIcon(pixmap)
