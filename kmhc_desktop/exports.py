"""What the window exports: albums and copies of the photos that are done."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject

from kmhc_desktop.main_window import MainWindow
from kmhc_desktop.queue.row import Row
from kmhc_desktop.queue.run import Phase
from kmhc_desktop.settings import SettingsStore
from kmhc_engine.jobs import State


class Exports(QObject):
    """Opens the dialogs, and says when there is something to export.

    Args:
        window: Its actions are given their work.
        settings: The user's.
    """

    def __init__(self, window: MainWindow, settings: SettingsStore) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._waits = False  # for photos that are being saved
        window.actions_.on("album", lambda: self._once_saved(self.show_album))
        window.actions_.on("export", lambda: self._once_saved(self.show_copies))
        window.model.counted.connect(self._refresh)
        window.run.phase_changed.connect(self._refresh)
        self._refresh()

    def show_album(self) -> None:
        """Show the album dialog, for the folder of the current photo first."""
        from kmhc_desktop.album.dialog import AlbumDialog

        window, current = self._window, self._window.pane.current
        finished = self._finished(window.model.rows)
        folders = list(finished)
        if not folders:
            return
        if current is not None:
            here = window.roots.places(Path(current.root))
            folders.sort(key=lambda folder: folder not in here)
        selected = self._finished(window.pane.chosen_rows())
        listed = {} if window.roots.scanning else finished  # while it grows, it says nothing of what is not in it
        dialog = AlbumDialog(folders, selected, window.pane.thumbnails, listed=listed, parent=window)
        dialog.exec()
        dialog.deleteLater()

    def show_copies(self) -> None:
        """Show the dialog that copies photos."""
        from kmhc_desktop.album.copy_dialog import CopyDialog

        finished, selected = map(self._finished, (self._window.model.rows, self._window.pane.chosen_rows()))
        dialog = CopyDialog(finished, selected, self._settings, parent=self._window)
        dialog.exec()
        dialog.deleteLater()

    def _once_saved(self, show: Callable[[], None]) -> None:
        """Albums and copies are made from files: what was changed is written there first."""
        window, text = self._window, self.tr("What you adjusted is saved first…")

        def show_when_idle() -> None:
            self._waits = False
            self._refresh()
            if window.banner.text == text:
                window.banner.hide()
            if window.run.phase is Phase.IDLE:
                show()

        window.desk.save_all()
        self._waits = True
        self._refresh()
        window.desk.once_saved(show_when_idle)
        if self._waits:
            window.banner.say(text)

    def _finished(self, rows: Iterable[Row]) -> dict[Path, list[str]]:
        """Return the names of those that are in colour, by their colourised folder."""
        finished: dict[str, list[str]] = {}
        places: dict[str, list[str]] = {}
        for row in rows:
            if row.output is None or row.state is State.SKIPPED:
                continue
            if row.root not in places:
                texts = map(str, self._window.roots.places(Path(row.root)))
                known = (text.removesuffix(os.sep) + os.sep for text in texts)  # that of a whole drive has one
                places[row.root] = sorted(known, key=len, reverse=True)  # one may lie in another
            for place in places[row.root]:
                if row.output.startswith(place):
                    finished.setdefault(place, []).append(row.output.removeprefix(place).replace(os.sep, "/"))
                    break
        return {Path(place): names for place, names in finished.items()}

    def _refresh(self) -> None:
        # A run holds its folder: what it writes is not there yet.
        idle = self._window.run.phase is Phase.IDLE and not self._waits
        model = self._window.model
        possible = idle and (model.states[State.DONE] > 0 or any(row.output for row in model.rows))
        self._window.actions_.enable(album=possible, export=possible)
