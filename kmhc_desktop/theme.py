"""Dark and light: the colours, the one style sheet, and icons drawn in the colours of the moment."""

import re
from dataclasses import asdict, dataclass
from functools import cache

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from kmhc_desktop.settings import Theme
from kmhc_engine import resources

_ICON_SIZES = (16, 20, 24, 32, 48)  # all are drawn before the window shows: 24 at 200 % is the largest asked for


@dataclass(frozen=True)
class Colours:
    """One theme, as "#rrggbb". Texts on the surfaces they stand on meet WCAG AA."""

    window: str
    surface: str
    raised: str
    hover: str
    border: str
    control: str
    text: str
    secondary: str
    disabled: str
    accent: str
    on_accent: str
    accent_hover: str
    selected: str
    done: str
    failed: str
    review: str


LIGHT = Colours(
    window="#f4f3f1",
    surface="#ffffff",
    raised="#faf9f8",
    hover="#eceae7",
    border="#dedbd6",
    control="#8b867e",
    text="#1d2024",
    secondary="#5a6068",
    disabled="#9a9fa6",
    accent="#a8491a",
    on_accent="#ffffff",
    accent_hover="#8f3c12",
    selected="#f7e3d8",
    done="#1b7142",
    failed="#b3261e",
    review="#8a5a00",
)
DARK = Colours(
    window="#17181b",
    surface="#1e2023",
    raised="#26282c",
    hover="#303338",
    border="#34373c",
    control="#777c85",
    text="#eceef0",
    secondary="#a9afb8",
    disabled="#6b7079",
    accent="#f2a16b",
    on_accent="#231004",
    accent_hover="#f7b68a",
    selected="#45301f",
    done="#6fcf97",
    failed="#ff8a80",
    review="#f0c05a",
)


class Look(QObject):
    """The application's look. Icons asked for earlier must be asked for again after `changed`."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.colours = LIGHT
        self._theme: Theme | None = None
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._apply)

    def use(self, theme: Theme) -> None:
        """Show a theme; SYSTEM follows the desktop from now on."""
        if theme is self._theme:
            return
        self._theme = theme
        schemes = {Theme.LIGHT: Qt.ColorScheme.Light, Theme.DARK: Qt.ColorScheme.Dark}
        self._application.styleHints().setColorScheme(schemes.get(theme, Qt.ColorScheme.Unknown))
        self._apply()

    @property
    def dark(self) -> bool:
        """Whether the dark colours show."""
        return self.colours is DARK

    def icon(self, name: str, colour: str = "", sizes: tuple[int, ...] = _ICON_SIZES) -> QIcon:
        """Return an icon of the set in `resources/icons`, in the text's colour or another, drawn in these sizes."""
        return _icon(name, colour or self.colours.text, self.colours.disabled, sizes)

    def _apply(self) -> None:
        scheme = self._application.styleHints().colorScheme()
        dark = self._theme is Theme.DARK or (self._theme is not Theme.LIGHT and scheme is Qt.ColorScheme.Dark)
        self.colours = DARK if dark else LIGHT
        self._application.setPalette(palette(self.colours))
        self._application.setStyleSheet(style_sheet(self.colours))
        self.changed.emit()


def look() -> Look:
    """Return the look of the running application."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    found = application.findChild(Look)
    if found is None:
        found = Look(application)
        found.use(Theme.SYSTEM)
    return found


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet asks for, also on a widget that shows already."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def palette(colours: Colours) -> QPalette:
    """Return the colours as Qt's roles."""
    result = QPalette()
    role = QPalette.ColorRole
    for roles, colour in (
        ((role.Window, role.AlternateBase), colours.window),
        ((role.Base,), colours.surface),
        ((role.Button, role.ToolTipBase), colours.raised),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), colours.text),
        ((role.PlaceholderText,), colours.secondary),
        ((role.Highlight, role.Accent, role.Link), colours.accent),
        ((role.HighlightedText,), colours.on_accent),
        ((role.Mid, role.Midlight, role.Dark), colours.border),
        ((role.Light,), colours.hover),
    ):
        for one in roles:
            result.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, one, QColor(colours.disabled))
    return result


def style_sheet(colours: Colours) -> str:
    """Return the style sheet with the colours put in for their @names."""
    text = (resources.folder() / "styles" / "kmhc.qss").read_text(encoding="utf-8")
    icons = (resources.folder() / "icons").as_posix().replace('"', '\\"')
    named = asdict(colours) | {"icons": icons, "mode": "dark" if colours is DARK else "light"}
    names = "|".join(sorted(named, key=len, reverse=True))
    return re.sub(f"@({names})", lambda found: named[found[1]], text)


@cache
def _icon(name: str, colour: str, disabled: str, sizes: tuple[int, ...]) -> QIcon:
    source = (resources.folder() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    icon = QIcon()
    for mode, paint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", paint).encode()))
        for size in sizes:
            image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            renderer.render(painter, QRectF(0, 0, size, size))
            painter.end()
            icon.addPixmap(QPixmap.fromImage(image), mode)
    return icon
