"""Colours that things in old photos are likely to have, as buttons to choose a hint's colour from."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget

from kmhc_desktop.theme import look
from kmhc_engine.colour import RGB_TO_XYZ, WHITE, rgb_to_lab

_COLUMNS = 6


@dataclass(frozen=True)
class Swatch:
    """A likely colour: its name for the user, and CIE L (how light the thing mostly is), a and b."""

    name: str
    lightness: float
    ab: tuple[float, float]


def swatches() -> tuple[Swatch, ...]:
    """Return the likely colours, named in the user's language."""

    def named(name: str, lightness: float, a: float, b: float) -> Swatch:
        return Swatch(name, lightness, (a, b))

    translate = QCoreApplication.translate
    return (
        named(translate("Swatch", "Fair skin"), 76, 12, 17),
        named(translate("Swatch", "Tanned skin"), 62, 16, 25),
        named(translate("Swatch", "Dark skin"), 40, 14, 20),
        named(translate("Swatch", "Blond hair"), 70, 6, 32),
        named(translate("Swatch", "Brown hair"), 34, 10, 16),
        named(translate("Swatch", "Red hair"), 46, 26, 36),
        named(translate("Swatch", "Blue sky"), 70, -6, -26),
        named(translate("Swatch", "Evening sky"), 72, 24, 32),
        named(translate("Swatch", "Sea"), 48, -14, -18),
        named(translate("Swatch", "Grass"), 54, -26, 40),
        named(translate("Swatch", "Foliage"), 38, -18, 24),
        named(translate("Swatch", "Straw"), 78, 2, 38),
        named(translate("Swatch", "Light wood"), 64, 12, 30),
        named(translate("Swatch", "Dark wood"), 34, 14, 20),
        named(translate("Swatch", "Brick"), 44, 32, 26),
        named(translate("Swatch", "Earth"), 46, 10, 22),
        named(translate("Swatch", "Cream"), 90, 1, 14),
        named(translate("Swatch", "Neutral grey"), 60, 0, 0),
        named(translate("Swatch", "Navy"), 22, 6, -28),
        named(translate("Swatch", "Blue dress"), 46, 8, -44),
        named(translate("Swatch", "Khaki"), 56, 2, 22),
        named(translate("Swatch", "Burgundy"), 28, 36, 14),
        named(translate("Swatch", "Red"), 46, 60, 38),
        named(translate("Swatch", "Pink"), 74, 28, 2),
    )


def screen_colour(ab: tuple[float, float], lightness: float) -> QColor:
    """Return a colour for the screen; what sRGB lacks is clipped.

    The engine's own conversion is made for photos: it would load OpenCV and its tables before the window shows.
    """
    y = (lightness + 16) / 116
    f = np.array([y + ab[0] / 500, y, y - ab[1] / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * WHITE
    linear = np.clip(np.linalg.solve(RGB_TO_XYZ, xyz), 0, 1)
    red, green, blue = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055).tolist()
    return QColor(round(255 * red), round(255 * green), round(255 * blue))


def ab_of(colour: QColor) -> tuple[float, float]:
    """Return CIE a and b of a colour of the screen."""
    lab = rgb_to_lab(np.array([[colour.red(), colour.green(), colour.blue()]], np.uint8))[0]
    return round(float(lab[1]), 2), round(float(lab[2]), 2)


class SwatchButton(QAbstractButton):
    """A round patch of colour that can be chosen."""

    def __init__(self, swatch: Swatch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.swatch = swatch
        self.setCheckable(True)
        self.setToolTip(swatch.name)
        self.setAccessibleName(swatch.name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # it is drawn again when the mouse comes and goes

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for room for the patch and its rings."""
        return QSize(36, 36)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the patch, a ring when it is chosen or below the mouse, a second one where the keyboard is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = look().colours
        middle = QPointF(QRectF(self.rect()).center())
        painter.setPen(QPen(QColor(colours.control), 1))
        painter.setBrush(screen_colour(self.swatch.ab, self.swatch.lightness))
        painter.drawEllipse(middle, 12.0, 12.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawEllipse(middle, 15.0, 15.0)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.text), 1.5, Qt.PenStyle.DotLine))
            painter.drawEllipse(middle, 17.0, 17.0)
        elif self.underMouse() and not self.isChecked():
            painter.setPen(QPen(QColor(colours.control), 1.5))
            painter.drawEllipse(middle, 15.0, 15.0)
        painter.end()


class SwatchGrid(QWidget):
    """All likely colours; the arrow keys move among them.

    Attributes:
        chosen: Carries the Swatch.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        self._group = QButtonGroup(self)
        self._buttons = [SwatchButton(swatch, self) for swatch in swatches()]
        for number, button in enumerate(self._buttons):
            button.clicked.connect(lambda _, swatch=button.swatch: self.chosen.emit(swatch))
            self._group.addButton(button)
            grid.addWidget(button, number // _COLUMNS, number % _COLUMNS)

    def show_chosen(self, ab: tuple[float, float]) -> None:
        """Mark the swatch of a colour, or none."""
        self._group.setExclusive(False)
        for button in self._buttons:
            button.setChecked(button.swatch.ab == ab)
        self._group.setExclusive(True)
