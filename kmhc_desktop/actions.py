"""What the window can do: one QAction for each, with its icon, its shortcut and its place in the menus."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from kmhc_desktop.theme import look

# Of a Mac: Command with Space and F11 are the system's own, and the key that says "delete" is Backspace. That stands
# second, as the first goes to the menu bar of the system, which heeds no focus.
_MAC_KEYS = {"preview": ("Ctrl+Y",), "full_screen": ("Ctrl+Meta+F",), "remove": ("Del", "Backspace")}


@dataclass(frozen=True)
class Spec:
    """An action, as a line of the table.

    Attributes:
        name: How the window's code calls it.
        menu: The menu it stands in.
        text: What people read.
        icon: Of the icon set; empty for none.
        keys: Shortcuts, the first is shown.
        checkable: It is on or off.
        group: Actions of a menu with different groups are parted by a line.
    """

    name: str
    menu: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    checkable: bool = False
    group: int = 0


def specs() -> list[Spec]:
    """Return the table, in the language of the moment."""
    translate = QCoreApplication.translate
    return [
        Spec("open", "file", translate("Actions", "Open folder…"), "folder-open", ("Ctrl+O",)),
        Spec("add_files", "file", translate("Actions", "Add photos…"), "photo-add", ("Ctrl+Shift+O",)),
        Spec("samples", "file", translate("Actions", "Sample photos"), "photo"),
        Spec("album", "file", translate("Actions", "Export album…"), "album", ("Ctrl+E",), group=1),
        Spec("export", "file", translate("Actions", "Export photos…"), "export", ("Ctrl+Alt+E",), group=1),
        Spec("reveal", "file", translate("Actions", "Show in file manager"), "reveal", ("Ctrl+Shift+E",), group=1),
        Spec("settings", "file", translate("Actions", "Settings…"), "settings", ("Ctrl+,",), group=2),
        Spec("quit", "file", translate("Actions", "Quit"), "", ("Ctrl+Q",), group=3),
        Spec("start", "queue", translate("Actions", "Colourise"), "play", ("Ctrl+Return", "Ctrl+Enter")),
        Spec("pause", "queue", translate("Actions", "Pause"), "pause", ("Ctrl+P",)),
        Spec("cancel", "queue", translate("Actions", "Cancel"), "stop", ("Ctrl+.",)),
        Spec("retry", "queue", translate("Actions", "Retry failed"), "retry", ("Ctrl+Shift+R",), group=1),
        Spec(
            "again",
            "queue",
            translate("Actions", "Start over with the selected"),
            "restart",
            ("Ctrl+Shift+Return",),
            group=1,
        ),
        Spec("turn_left", "queue", translate("Actions", "Turn left"), "turn-left", ("Ctrl+L",), group=2),
        Spec("turn_right", "queue", translate("Actions", "Turn right"), "turn-right", ("Ctrl+R",), group=2),
        Spec("remove", "queue", translate("Actions", "Take off the list"), "remove", ("Del",), group=3),
        Spec("clear", "queue", translate("Actions", "Empty the list"), "close", group=3),
        Spec("select_all", "queue", translate("Actions", "Select all"), "", ("Ctrl+A",), group=4),
        Spec("find", "view", translate("Actions", "Search"), "search", ("Ctrl+F",)),
        Spec("review", "view", translate("Actions", "Review the unsure ones"), "review", ("Ctrl+Shift+U",)),
        Spec("next", "view", translate("Actions", "Next photo"), "next", ("Alt+Right", "PgDown"), group=1),
        Spec("previous", "view", translate("Actions", "Previous photo"), "previous", ("Alt+Left", "PgUp"), group=1),
        Spec("preview", "view", translate("Actions", "Preview this photo"), "brush", ("Ctrl+Space",), group=1),
        Spec("compare", "view", translate("Actions", "Compare variants"), "grid", ("Ctrl+T",), checkable=True, group=2),
        Spec("adjust", "view", translate("Actions", "Adjust"), "sliders", ("Ctrl+J",), checkable=True, group=2),
        Spec("folders", "view", translate("Actions", "Folders"), "folder", ("Ctrl+B",), checkable=True, group=2),
        Spec(
            "full_screen", "view", translate("Actions", "Full screen"), "full-screen", ("F11",), checkable=True, group=3
        ),
        Spec("variant", "tools", translate("Actions", "Choose a variant…"), "network", ("Ctrl+K",)),
        Spec("train", "tools", translate("Actions", "Fine-tune…"), "train"),
        Spec("shortcuts", "help", translate("Actions", "Shortcuts"), "help", ("F1",)),
        Spec("diagnostics", "help", translate("Actions", "Copy diagnostics"), "copy", group=1),
        Spec("log", "help", translate("Actions", "Show log folder"), "folder", group=1),
        Spec("updates", "help", translate("Actions", "Check for updates…"), "", group=2),
        Spec("about", "help", translate("Actions", "About KMHC"), "info", group=2),
    ]


class Actions(QObject):
    """The actions of a window.

    Args:
        window: Owns them.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self.specs = specs()
        for spec in self.specs:
            action = QAction(spec.text, window, checkable=spec.checkable)
            wanted = _MAC_KEYS.get(spec.name, spec.keys) if sys.platform == "darwin" else spec.keys
            action.setShortcuts([QKeySequence(keys) for keys in wanted])
            self._actions[spec.name] = action
            window.addAction(action)
        look().changed.connect(self._recolour)
        self._recolour()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def on(self, name: str, do: Callable[[], object]) -> None:
        """Say what an action does."""
        self._actions[name].triggered.connect(lambda: do())

    def enable(self, **wanted: bool) -> None:
        """Enable and disable actions by name."""
        for name, enabled in wanted.items():
            self._actions[name].setEnabled(enabled)

    def shortcuts(self) -> list[tuple[str, str]]:
        """Return the text and the keys of every action that has some."""
        native = QKeySequence.SequenceFormat.NativeText
        return [
            (spec.text.rstrip("…"), self._actions[spec.name].shortcut().toString(native))
            for spec in self.specs
            if spec.keys
        ]

    def _recolour(self) -> None:
        for spec in self.specs:
            if spec.icon:
                self._actions[spec.name].setIcon(look().icon(spec.icon))
