"""A line above the photos that says something and offers what can be done about it; it blocks nothing."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton

from kmhc_desktop.engine.texts import translated
from kmhc_desktop.theme import look
from kmhc_desktop.widgets.plain_tip import plain_tip

Offer = tuple[str, Callable[[], object]]

_LINES, _LETTERS = 4, 400


class Banner(QFrame):
    """Shows one message at a time, the latest."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self._icon = QLabel()
        self._text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._buttons: list[QPushButton] = []
        self._close = QToolButton()
        self._close.setToolTip(self.tr("Close this message"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 8, 10, 8)
        self._row.setSpacing(10)
        self._row.addWidget(self._icon)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._close)
        look().changed.connect(self._recolour)
        self._recolour()
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return self._text.text() if not self.isHidden() else ""

    def say(self, text: str, offers: Sequence[Offer] = ()) -> None:
        """Show a message, with buttons for what can be done; each closes it."""
        said, details = translated(text), translated(text, details=True)
        self._text.setText(_beginning(said))
        self._text.setToolTip(plain_tip(details) if details != self._text.text() else "")
        self._text.setAccessibleName(said)
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = []
        for number, (title, do) in enumerate(offers):
            button = QPushButton(title)
            button.setProperty("role", "primary" if number == 0 else "")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # it goes when clicked: the focus stays where it is
            button.clicked.connect(self.hide)
            button.clicked.connect(lambda _, do=do: do())
            self._row.insertWidget(2 + number, button)
            self._buttons.append(button)
        self.show()

    def _recolour(self) -> None:
        self._icon.setPixmap(look().icon("info", look().colours.accent).pixmap(20, 20))
        self._close.setIcon(look().icon("close"))


def _beginning(text: str) -> str:
    """Return as much of a text as leaves the photos room; the tool tip has the rest."""
    lines = "\n".join(text.splitlines()[:_LINES])[:_LETTERS]
    return lines if lines == text else f"{lines}…"
