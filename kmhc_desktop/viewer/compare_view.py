"""The viewer: a photo before and after."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from kmhc_desktop.engine.texts import translated
from kmhc_desktop.theme import look
from kmhc_desktop.viewer.compare_canvas import CompareCanvas, Mode
from kmhc_desktop.viewer.open_photos import OpenPhotos
from kmhc_desktop.viewer.photo_loader import PhotoLoader
from kmhc_desktop.viewer.picture import Picture
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_desktop.widgets.elided_label import ElidedLabel
from kmhc_desktop.widgets.plain_tip import plain_tip
from kmhc_engine.errors import printable

_MODE_ICONS = {Mode.SPLIT: "compare", Mode.SIDE_BY_SIDE: "view-side", Mode.TOGGLE: "view-toggle"}


class CompareView(QWidget):
    """Shows one photo before and after, and leads to the next.

    Args:
        photos: Decoded photos; shared with what shows the same one.
    """

    next_requested = Signal()
    previous_requested = Signal()
    full_screen_requested = Signal()

    def __init__(self, photos: OpenPhotos | None = None) -> None:
        super().__init__()
        self._photo: ViewedPhoto | None = None
        self._loader = PhotoLoader(self, photos=photos)
        self._loader.before_ready.connect(self._show_before)
        self._loader.after_ready.connect(self._show_after)
        self._loader.failed.connect(self._show_failure)
        self.canvas = CompareCanvas(self)
        self.canvas.setAccessibleName(self.tr("Photo, before and after"))
        self.canvas.looked_at.connect(self._loader.look_at)
        self.canvas.viewport.changed.connect(self._show_zoom)
        self.canvas.split_moved.connect(self._describe)
        self.canvas.flipped.connect(self._show_mode)
        self.setFocusProxy(self.canvas)
        self._icons: dict[QToolButton, str] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self._bar())
        look().changed.connect(self._show_icons)
        self._show_icons()
        self.clear()

    def show_photo(self, photo: ViewedPhoto) -> None:
        """Show a photo; of the one that shows already only what has changed."""
        if photo == self._photo:
            return
        same = photo.same_photo_as(self._photo)
        if not same:
            self.canvas.set_before(None)
            self.canvas.set_message("")
        if not (same and photo.has_result):
            self.canvas.set_after(None)
        self._photo = photo
        self.canvas.waiting = "" if photo.has_result else photo.remark or self.tr("Not in colour yet")
        self._show_name(photo.source)
        self._enable()
        self._loader.load(photo)

    def clear(self, reason: str = "", source: Path | None = None) -> None:
        """Show no photo, but the reason why a file cannot be shown, if one is chosen."""
        self._photo = None
        self._loader.forget()
        self.canvas.set_before(None)
        self.canvas.set_after(None)
        self.canvas.waiting = reason
        self.canvas.set_message(reason or self.tr("Choose a photo to see it before and after."))
        self._show_name(source)
        self._enable()
        self._describe()

    def close_loader(self) -> None:
        """End the work in the background; before the window goes."""
        self._loader.close()

    def set_mode(self, mode: Mode) -> None:
        """Compare in another way."""
        self.canvas.set_mode(mode)
        self._show_mode()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Go on by Page Down, back by Page Up; S, D, T choose how to compare; F fills the screen."""
        actions: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_PageDown: self.next_requested.emit,
            Qt.Key.Key_PageUp: self.previous_requested.emit,
            Qt.Key.Key_F: self.full_screen_requested.emit,
            Qt.Key.Key_S: lambda: self.set_mode(Mode.SPLIT),
            Qt.Key.Key_D: lambda: self.set_mode(Mode.SIDE_BY_SIDE),
            Qt.Key.Key_T: lambda: self.set_mode(Mode.TOGGLE),
        }
        action = actions.get(Qt.Key(event.key()))
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if action is not None and plain:
            action()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for what was not loaded while nobody looked."""
        super().showEvent(event)
        self.canvas.refresh()
        self._show_zoom()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Say how large the photo is now."""
        super().resizeEvent(event)
        self._show_zoom()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Turn the arrows round where the script runs from right to left."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._show_icons()

    # What the loader answers

    def _show_before(self, photo: ViewedPhoto, picture: Picture) -> None:
        if photo.same_photo_as(self._photo):
            self.canvas.set_before(picture)
            self._show_zoom()
            self._describe()

    def _show_after(self, photo: ViewedPhoto, picture: Picture) -> None:
        if photo.same_photo_as(self._photo):
            self.canvas.set_after(picture)
            self._enable()
            self._describe()

    def _show_failure(self, photo: ViewedPhoto, message: str) -> None:
        if photo.same_photo_as(self._photo):
            self.canvas.waiting = translated(message)
            self.canvas.set_message(self.canvas.waiting)
            self._describe()
            for button in self._zooms:
                button.setEnabled(self.canvas.zoom_percent() is not None)

    # The bar below

    def _bar(self) -> QWidget:
        bar = QWidget(self)
        bar.setProperty("role", "panel")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(2)
        self._previous = self._button("previous", self.tr("Previous photo (Page Up)"), self.previous_requested.emit)
        self._next = self._button("next", self.tr("Next photo (Page Down)"), self.next_requested.emit)
        self._name = ElidedLabel(bar)
        self._name.setProperty("role", "secondary")
        row.addWidget(self._previous)
        row.addWidget(self._next)
        row.addSpacing(4)
        row.addWidget(self._name, 1)
        row.addSpacing(4)
        titles = {
            Mode.SPLIT: self.tr("Split by a handle (S)"),
            Mode.SIDE_BY_SIDE: self.tr("Side by side (D)"),
            Mode.TOGGLE: self.tr("One at a time; the space bar flips (T)"),
        }
        group = QButtonGroup(self)
        self._modes: dict[Mode, QToolButton] = {}
        for mode, title in titles.items():
            button = self._button(_MODE_ICONS[mode], title, partial(self.set_mode, mode))
            button.setCheckable(True)
            group.addButton(button)
            self._modes[mode] = button
            row.addWidget(button)
        self._modes[self.canvas.mode].setChecked(True)
        row.addSpacing(4)
        viewport = self.canvas.viewport
        self._percent = QLabel(bar)
        self._percent.setProperty("role", "secondary")
        self._percent.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("1600 %"))
        self._zooms = [
            self._button("zoom-out", self.tr("Smaller (−)"), lambda: self.canvas.zoom_by(1 / 1.25)),
            self._button("zoom-in", self.tr("Larger (+)"), lambda: self.canvas.zoom_by(1.25)),
            self._button("zoom-fit", self.tr("Whole photo (0)"), viewport.fit),
            self._button("zoom-actual", self.tr("Actual size (1)"), viewport.actual_size),
        ]
        row.addWidget(self._zooms[0])
        row.addWidget(self._percent)
        for button in self._zooms[1:]:
            row.addWidget(button)
        row.addSpacing(4)
        self._full_screen = self._button("full-screen", self.tr("Full screen (F)"), self.full_screen_requested.emit)
        row.addWidget(self._full_screen)
        return bar

    def _button(self, icon: str, title: str, action: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setToolTip(title)
        button.setAccessibleName(title)
        button.setIconSize(QSize(20, 20))
        button.clicked.connect(lambda: action())
        self._icons[button] = icon
        return button

    def _show_icons(self) -> None:
        mirrored = {"previous": "next", "next": "previous"} if self.isRightToLeft() else {}
        for button, icon in self._icons.items():
            button.setIcon(look().icon(mirrored.get(icon, icon)))

    def _show_name(self, source: Path | None) -> None:
        self._name.setText(printable(source.name) if source else "")
        self._name.setToolTip(plain_tip(printable(source)) if source else "")

    def _enable(self) -> None:
        for button in (self._previous, self._next, self._full_screen):
            button.setEnabled(bool(self._name.text()))  # also at a file that cannot be shown
        for button in self._zooms:
            button.setEnabled(self._photo is not None)
        for button in self._modes.values():
            button.setEnabled(self._photo is not None and self._photo.has_result)
        self._show_zoom()

    def _show_zoom(self) -> None:
        percent = self.canvas.zoom_percent()
        self._percent.setText("" if percent is None else self.tr("{0} %").format(percent))

    def _show_mode(self) -> None:
        self._modes[self.canvas.mode].setChecked(True)
        self._show_zoom()
        self._describe()

    def _describe(self) -> None:
        """Tell screen readers what shows."""
        if self.canvas.has_split:
            text = self.tr("Before on the left, after on the right; the split is at {0} %.")
            text = text.format(round(100 * self.canvas.split))
        else:
            labels = [pane.label for pane in self.canvas.panes()]
            text = ", ".join(filter(None, [*labels, self.canvas.waiting]))
        self.canvas.setAccessibleDescription(text)
