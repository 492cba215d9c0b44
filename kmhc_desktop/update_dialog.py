"""Help, Check for updates."""

from html import escape

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from kmhc_desktop import updates
from kmhc_desktop.widgets.cards import primary
from kmhc_engine import __version__


class UpdateDialog(QDialog):
    """Asks for the newest version at once, and says what came of it.

    Args:
        parent: The window.
        url: Where the newest release is told.
    """

    def __init__(self, parent: QWidget | None, url: str) -> None:
        super().__init__(parent)
        translate = QCoreApplication.translate
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("Updates", "Updates"))
        heading = QLabel(translate("Updates", "Updates"))
        heading.setProperty("role", "title")
        self.text = QLabel(translate("Updates", "Looking for a newer version…"), wordWrap=True, openExternalLinks=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.text.setMinimumSize(420, 60)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        primary(buttons.button(QDialogButtonBox.StandardButton.Close))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 20)
        layout.setSpacing(14)
        for widget in (heading, self.text, buttons):
            layout.addWidget(widget)
        self._check = updates.UpdateCheck()
        self._check.answered.connect(self.show_answer)
        if url:
            self._check.start(url)
        else:
            self.text.setText(
                translate(
                    "Updates", "This copy does not know where newer versions are published. Ask where you got it from."
                )
            )

    def show_answer(self, answer: updates.Answer) -> None:
        """Say what is new."""
        translate = QCoreApplication.translate
        if answer.trouble:
            text = translate(
                "Updates",
                "Nobody answered ({0}). You may be offline: check the connection and try again. "
                "KMHC itself works without a network.",
            ).format(escape(answer.trouble))
        elif answer.newer_than(__version__):
            text = translate("Updates", "Version {0} is published; this is {1}. Get it here: {2}").format(
                escape(answer.version), __version__, f'<a href="{escape(answer.page)}">{escape(answer.page)}</a>'
            )
        else:
            text = translate("Updates", "This is the newest version, {0}.").format(__version__)
        self.text.setText(text)
