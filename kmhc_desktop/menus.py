"""Where the actions stand: the menus and the tool bar. Their texts are translated as the main window's."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from kmhc_desktop.actions import Actions
from kmhc_desktop.settings import SettingsStore, Theme
from kmhc_desktop.theme import look
from kmhc_desktop.widgets.plain_tip import plain_tip


def fill(bar: QMenuBar, actions: Actions, settings: SettingsStore, show_folder: Callable[[Path], object]) -> None:
    """Put every action into its menu, with lines between the groups; then the menus within menus.

    Args:
        bar: The menu bar.
        actions: What the window can do.
        settings: Know the theme, the recent folders and the favourites.
        show_folder: Called with a folder that is chosen.
    """
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
        if name == "file":
            menu.insertMenu(actions["add_files"], FoldersMenu(settings, show_folder, menu))
        elif name == "view":
            menu.insertMenu(actions["full_screen"], ThemeMenu(settings, menu))


class FoldersMenu(QMenu):
    """The favourites and the recent folders.

    Args:
        settings: Know them.
        show_folder: Called with the one that is chosen.
        parent: The menu it opens from.
    """

    def __init__(self, settings: SettingsStore, show_folder: Callable[[Path], object], parent: QWidget) -> None:
        super().__init__(QCoreApplication.translate("MainWindow", "Open again"), parent)
        self._settings, self._show_folder = settings, show_folder
        self.setToolTipsVisible(True)
        self._fill()
        settings.changed.connect(self._fill)
        look().changed.connect(self._fill)

    def _fill(self) -> None:
        current = self._settings.current
        self.clear()
        recent = [folder for folder in current.recent if folder not in current.favourites]
        for icon, folders in (("star-filled", current.favourites), ("recent", recent)):
            for folder in folders:
                text = (Path(folder).name or folder).replace("&", "&&")
                action = QAction(look().icon(icon), text, self, toolTip=plain_tip(folder))
                action.triggered.connect(partial(self._choose, folder))
                self.addAction(action)
            self.addSeparator()
        self.menuAction().setEnabled(bool(current.favourites or recent))

    def _choose(self, folder: str) -> None:
        self._show_folder(Path(folder))


class ThemeMenu(QMenu):
    """How the window looks.

    Args:
        settings: Where the choice goes.
        parent: The menu it opens from.
    """

    def __init__(self, settings: SettingsStore, parent: QWidget) -> None:
        translate = QCoreApplication.translate
        super().__init__(translate("MainWindow", "Theme"), parent)
        group = QActionGroup(self)
        self._actions = {}
        for theme, text in (
            (Theme.SYSTEM, translate("MainWindow", "As the system")),
            (Theme.LIGHT, translate("MainWindow", "Light")),
            (Theme.DARK, translate("MainWindow", "Dark")),
        ):
            action = QAction(text, self, checkable=True)
            action.triggered.connect(partial(settings.change, theme=theme))
            group.addAction(action)
            self.addAction(action)
            self._actions[theme] = action
        self._settings = settings
        self._tick()
        settings.changed.connect(self._tick)

    def _tick(self) -> None:
        self._actions[self._settings.current.theme].setChecked(True)


class ToolBar(QToolBar):
    """The tool bar.

    Args:
        parent: The window.
        actions: What the window can do.
        start: Called when the button that starts is clicked.
    """

    def __init__(self, parent: QWidget, actions: Actions, start: Callable[[], object]) -> None:
        super().__init__(QCoreApplication.translate("MainWindow", "Tools"), parent)
        self._actions = actions
        self.setObjectName("tools")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._start = _button("primary")
        self._start.setText(QCoreApplication.translate("MainWindow", "Colourise"))
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

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the room anew."""
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        """Leave out the texts of some buttons where there is no room for all."""
        buttons = [self.widgetForAction(self._actions[name]) for name in ("open", "pause", "cancel")]
        for style in (Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly):
            for button in buttons:
                if isinstance(button, QToolButton):
                    button.setToolButtonStyle(style)
            if self.sizeHint().width() <= self.width():
                break

    def show_state(self, *, paused: bool, variant: str) -> None:
        """Show whether work can be started, paused or resumed, and the variant that does it."""
        translate = QCoreApplication.translate
        pause = self._actions["pause"]
        pause.setText(translate("MainWindow", "Resume") if paused else translate("MainWindow", "Pause"))
        pause.setIcon(look().icon("play" if paused else "pause"))
        usable, colours = self._actions["start"].isEnabled() and not paused, look().colours
        self._start.setEnabled(usable)
        self._start.setIcon(look().icon("play", colours.on_accent if usable else colours.disabled))
        self._variant.setText(variant.replace("&", "&&"))
        self._variant.setIcon(look().icon("network"))
        self._variant.setToolTip(translate("MainWindow", "Choose a variant"))
        self._share_room()


def _button(role: str) -> QToolButton:
    button = QToolButton(toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setProperty("role", role)
    return button
