"""Where the actions stand: the menus and the tool bar. Their texts are translated as the main window's."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from kmhc_desktop.actions import Actions
from kmhc_desktop.theme import Look


def fill(bar: QMenuBar, actions: Actions) -> None:
    """Put every action into its menu, with lines between the groups."""
    translate = QCoreApplication.translate
    titles = {
        "file": translate("MainWindow", "&File"),
        "queue": translate("MainWindow", "&Photos"),
        "view": translate("MainWindow", "&View"),
        "tools": translate("MainWindow", "&Tools"),
        "help": translate("MainWindow", "&Help"),
    }
    for name, title in titles.items():
        menu = bar.addMenu(title)
        group = 0
        for spec in actions.specs:
            if spec.menu == name:
                if spec.group != group:
                    menu.addSeparator()
                    group = spec.group
                menu.addAction(actions[spec.name])


class ToolBar(QToolBar):
    """The tool bar.

    Args:
        parent: The window.
        actions: What the window can do.
        look: Colours and icons.
        start: Called when the button that starts and resumes is clicked.
    """

    def __init__(self, parent: QWidget, actions: Actions, look: Look, start: Callable[[], object]) -> None:
        super().__init__(QCoreApplication.translate("MainWindow", "Tools"), parent)
        self._actions, self._look = actions, look
        self.setObjectName("tools")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._start = _button("primary")
        self._start.clicked.connect(lambda: start())
        self._variant = _button("field")
        self._variant.clicked.connect(actions["variant"].trigger)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addAction(actions["folders"])
        self.addAction(actions["open"])
        self.addWidget(self._start)
        self.addAction(actions["pause"])
        self.addAction(actions["cancel"])
        self.addWidget(space)
        self.addWidget(self._variant)
        self.addAction(actions["compare"])
        self.addAction(actions["adjust"])
        self.addAction(actions["album"])
        for name in ("folders", "compare", "adjust", "album"):
            button = self.widgetForAction(actions[name])
            if isinstance(button, QToolButton):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def show_state(self, *, paused: bool, variant: str) -> None:
        """Show whether work can be started or resumed, and the variant that does it."""
        translate = QCoreApplication.translate
        resume = translate("MainWindow", "Resume")
        self._actions["pause"].setText(resume if paused else translate("MainWindow", "Pause"))
        self._start.setText(resume if paused else translate("MainWindow", "Colourise"))
        usable, colours = self._actions["start"].isEnabled(), self._look.colours
        self._start.setEnabled(usable)
        self._start.setIcon(self._look.icon("play", colours.on_accent if usable else colours.disabled))
        self._variant.setText(variant)
        self._variant.setIcon(self._look.icon("network"))
        self._variant.setToolTip(translate("MainWindow", "Choose a variant"))


def _button(role: str) -> QToolButton:
    button = QToolButton(toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setProperty("role", role)
    return button
