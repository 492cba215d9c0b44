"""The folders and files that were chosen, where the results of each go, and what of it the next start remembers."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from kmhc_desktop.queue import session
from kmhc_desktop.queue.model import QueueModel
from kmhc_desktop.queue.row import Row
from kmhc_desktop.queue.scanning import Ended, Scanning
from kmhc_desktop.queue.session import Session
from kmhc_desktop.settings import SettingsStore
from kmhc_engine.errors import OutputError, printable
from kmhc_engine.jobs import State
from kmhc_engine.outputs import among_photos, default_output
from kmhc_engine.scan import Found, is_folder

log = logging.getLogger(__name__)


class Roots(QObject):
    """Fills the queue from what people choose.

    Args:
        model: The queue.
        settings: Knows where results go.
        path: The file that remembers.

    Attributes:
        scanned: Emitted when all that was chosen has been looked at.
        left_unsaved: Emitted with the photos that were adjusted, and not saved before an earlier window was gone.
        troubled: Emitted with a text for the user.
        untroubled: Emitted with such a text when other photos have been found since.
        set_aside: Where a damaged file of the last session went, if there was one.
    """

    scanned = Signal()
    left_unsaved = Signal(object)
    troubled = Signal(str)
    untroubled = Signal(str)

    def __init__(self, model: QueueModel, settings: SettingsStore, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._settings, self._path = model, settings, path
        self._outputs: dict[Path, list[Path]] = {}  # the last is where results go, in those before lie earlier ones
        self._followed = settings.current.output  # the setting that the outputs were chosen by
        self._empty: set[Path] = set()  # nothing was found there so far
        self._missing: set[Path] = set()
        self._trouble = ""  # of what is being looked at
        self._told = ""
        self._removed: set[str] = set()
        self._turned: dict[str, int] = {}  # photos of the last session that nobody has met yet
        self._under_way = 0
        self.last, self.set_aside = session.load(path)
        self._scanning = Scanning(self)
        self._scanning.found.connect(self._found)
        self._scanning.known.connect(self._known)
        self._scanning.unreachable.connect(self._miss)
        self._scanning.troubled.connect(self.troubled)
        self._scanning.finished.connect(self._finished)

    @property
    def scanning(self) -> bool:
        """Whether folders are still being walked."""
        return self._under_way > 0

    def add(self, paths: Sequence[Path]) -> None:
        """Look for photos in folders and among files."""
        paths = [path.absolute() for path in paths]
        # What was taken off comes back when it is asked for.
        self._removed = {gone for gone in self._removed if not any(map(Path(gone).is_relative_to, paths))}
        files = [path for path in paths if not is_folder(path)]
        for path in paths:
            self._add(path, self._choose_output(path, [path] if is_folder(path) else files))

    def add_to(self, root: Path, output: Path) -> None:
        """Look for photos in a folder whose results go to a certain place."""
        self._add(root, output, recent=False)

    def restore(self) -> None:
        """Look again at what was in the queue when the window closed."""
        self._removed, self._turned = set(self.last.removed), dict(self.last.turned)
        for root, output in zip(self.last.roots, self.last.outputs, strict=True):
            self._outputs.setdefault(Path(root), []).append(Path(output))
        for restored in self._outputs:
            self._look_at(restored)

    def output_of(self, root: Path) -> Path:
        """Return where the results of a chosen folder or file go."""
        return self._outputs[root][-1]

    def places(self, root: Path) -> Sequence[Path]:
        """Return where results of a chosen folder or file lie, those of the first runs first."""
        return self._outputs[root]

    def follow_settings(self) -> None:
        """Send what has no results yet to where the settings say now."""
        if self._settings.current.output == self._followed:
            return
        self._followed = self._settings.current.output
        begun = {Path(row.root) for row in self._model.rows if row.output}
        roots = [root for root in self._outputs if root not in begun | self._missing]
        files = [root for root in roots if not is_folder(root)]
        for root in roots:
            self._outputs[root] = [self._choose_output(root, [root] if is_folder(root) else files)]

    def send_to(self, folder: Path, roots: Iterable[Path]) -> None:
        """Have the results of some roots go to a folder that a person chose for them; those there are stay."""
        for root in roots:
            place = _place_in(folder, root)
            self._outputs[root] = [*(one for one in self._outputs[root] if one != place), place]

    def forget(self, paths: Iterable[Path]) -> None:
        """Take photos off the queue, also at the next start."""
        gone = list(paths)
        self._removed.update(map(str, gone))
        self._model.remove(gone)

    def put_back(self, rows: Iterable[Row]) -> None:
        """Put photos that were taken off the queue back, as far as what they were found in is still chosen."""
        back = [row for row in rows if Path(row.root) in self._outputs]
        self._removed.difference_update(row.path for row in back)
        self._model.put_back(back)

    def clear(self) -> None:
        """Take everything off the queue."""
        self._scanning.stop()
        self._under_way, self._trouble = 0, ""
        self._model.clear()  # first: what was adjusted is saved when its photo goes
        self._outputs.clear()
        self._empty.clear()
        self._missing.clear()
        self._removed.clear()
        self._turned.clear()

    def close(self, *, unfinished: bool) -> None:
        """Stop looking, and remember."""
        self._scanning.stop()
        self.remember(unfinished=unfinished)

    def remember(self, *, unfinished: bool) -> None:
        """Write down what is in the queue: the next start shows it, whatever ends this one."""
        places = [(str(root), str(output)) for root, outputs in self._outputs.items() for output in outputs]
        roots, outputs = (tuple(one) for one in zip(*places, strict=True)) if places else ((), ())
        try:
            turned = {row.path: row.wanted for row in self._model.rows if row.wanted is not None}
            removed = tuple(sorted(self._removed))
            session.save(Session(roots, outputs, removed, unfinished, {**self._turned, **turned}), self._path)
        except OSError:  # a full disk is no reason to stay open
            log.exception("the session is not remembered")

    def _add(self, root: Path, output: Path, *, recent: bool = True) -> None:
        self._outputs.setdefault(root, [output])
        if recent and is_folder(root):
            self._settings.put(self._settings.current.with_recent(root))
        self._look_at(root)

    def _look_at(self, root: Path) -> None:
        self._empty.add(root)
        self._missing.discard(root)
        for output in self._outputs[root]:
            self._under_way += 1
            self._scanning.look_at(root, output)

    def _choose_output(self, path: Path, together: Sequence[Path]) -> Path:
        chosen = self._settings.current.output
        if chosen:
            return _place_in(Path(chosen), path)
        try:
            return default_output(together)
        except OutputError:  # files on several disks
            return default_output([path])

    def _found(self, root: Path, found: tuple[Found, ...]) -> None:
        self._empty.discard(root)
        if self._told:
            self.untroubled.emit(self._told)
            self._told = ""
        if root in self._outputs:  # it may have been taken off meanwhile
            listed = [one for one in found if str(one.path) not in self._removed]
            if self._turned:
                listed = [replace(one, turn=self._turned.pop(str(one.path), None)) for one in listed]
            self._model.add(root, listed)

    def _known(self, ended: Sequence[Ended]) -> None:
        changes = {
            one.source: {
                "state": one.state,
                "reason": one.record.reason,
                "output": one.output and str(one.output),
                "chroma": one.chroma and str(one.chroma),
                "adjustments": one.adjustments,
                "edition": one.edition,
                "doubt": one.doubt,
                "turn": one.record.turn,
            }
            for one in ended
        }
        rows = {path: self._model.row(path) for path in changes}
        for path, row in rows.items():
            done = changes[path]["state"] is State.DONE
            if done and row is not None and row.wanted not in (None, changes[path]["turn"]):  # to be coloured anew
                changes[path] |= {"state": State.WAITING, "reason": ""}
        self._model.update_all((path, changes[path]) for path, row in rows.items() if row and not row.refusal)
        self.left_unsaved.emit([one.source for one in ended if one.unsaved])

    def _miss(self, root: Path, there: bool) -> None:
        """Tell of a folder that cannot be opened; one of the last session keeps its place, as drives come and go."""
        self._empty.discard(root)
        self._missing.add(root)
        if str(root) not in self.last.roots and not self._has_photos(root):
            self._outputs.pop(root, None)
        missing = self.tr("The folder {0} is not there. Connect its drive, then try again.")
        text = self.tr("{0} cannot be opened. Check its permissions, then try again.") if there else missing
        self._trouble = text.format(printable(root))

    def _has_photos(self, root: Path) -> bool:
        return any(row.root == str(root) for row in self._model.rows)

    def _finished(self, root: Path) -> None:
        if root in self._empty:
            self._empty.discard(root)
            if not self._has_photos(root):
                self._outputs.pop(root, None)
                text = self.tr("No photos were found in {0}. Choose another folder.")
                self._trouble = text.format(printable(root))
        self._under_way = max(0, self._under_way - 1)
        if not self._under_way:
            if self._trouble:  # the last of what was looked at together: photos of the others do not end it
                self.troubled.emit(self._trouble)
            self._told, self._trouble = self._trouble or self._told, ""
            self.scanned.emit()


def _place_in(folder: Path, root: Path) -> Path:
    """A folder's results have a folder of their own in the chosen one, and never lie among the photos."""
    place = folder / root.name if is_folder(root) else folder
    return default_output([root]) if among_photos(place, [root]) else place
