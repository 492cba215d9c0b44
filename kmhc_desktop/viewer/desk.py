"""The desk where one photo is looked at: before and after, several variants, and what a person changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from kmhc_desktop.engine.messages import Compute, Previewed
from kmhc_desktop.engine.worker import Worker
from kmhc_desktop.queue.model import QueueModel
from kmhc_desktop.queue.row import Row
from kmhc_desktop.queue.state_text import remark, state_text
from kmhc_desktop.settings import SaveEdits, SettingsStore
from kmhc_desktop.thumbnails import modified_ns
from kmhc_desktop.variant_model import choices
from kmhc_desktop.viewer.adjust_panel import AdjustPanel
from kmhc_desktop.viewer.compare_grid import CompareGrid, Scope
from kmhc_desktop.viewer.compare_view import CompareView
from kmhc_desktop.viewer.open_photos import OpenPhotos
from kmhc_desktop.viewer.saving import Saving, disk_full_text
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_desktop.widgets.own_keys import DELETE, OwnKeys
from kmhc_engine.choices import ColourPhotos
from kmhc_engine.chroma import UNADJUSTED, Adjustments
from kmhc_engine.edits import Edits, edits_path, load_edits, save_edits
from kmhc_engine.errors import DiskFull, OutputError

_KEEP_AFTER = 400  # milliseconds without a further change
_NARROWEST = 480  # pixels
_NAMED = 5  # photos that a message names


@dataclass(frozen=True)
class _Example:
    """A photo that others can be adjusted like.

    Attributes:
        row: The photo.
        adjustments: Its own.
        offered: The next photos that are chosen are to have them, even if this one is not chosen any more.
    """

    row: Row
    adjustments: Adjustments
    offered: bool = False


class PhotoDesk(QWidget):
    """Shows the photo that is chosen in the queue.

    Args:
        settings: The user's settings.
        model: The queue.
        worker: Predicts previews.
        previews: Folder for their colours.

    Attributes:
        panel: The adjust panel; the window gives it a place.
        folder_is_busy: Says whether a run has the output folders, so that nothing can be written there.
        variant_chosen: Emitted with a variant's name and the rows it is to be used for.
        others_wanted: Emitted when the user is asked to select other photos.
        troubled: Emitted with a text for the user.
    """

    grid_closed = Signal()
    variant_chosen = Signal(str, object)
    others_wanted = Signal()
    troubled = Signal(str)

    def __init__(self, settings: SettingsStore, model: QueueModel, worker: Worker, previews: Path) -> None:
        super().__init__()
        self._settings, self._model, self._worker, self._previews = settings, model, worker, previews
        self._row: Row | None = None
        self._photo: ViewedPhoto | None = None
        self._unsaved: set[str] = set()
        self._awaited: set[tuple[Path, str, int]] = set()  # previews that photos are to show: (source, variant, turn)
        self._example: _Example | None = None  # the photo that was adjusted last
        self.folder_is_busy: Callable[[], bool] = lambda: False
        self.chosen_rows: Callable[[], Sequence[Row]] = lambda: [self._row] if self._row else []
        photos = OpenPhotos()
        self.view = CompareView(photos)
        self.grid = CompareGrid(photos)
        self.grid.variants = lambda: [choice.name for choice in choices() if choice.weights is not None]
        self.panel = AdjustPanel()
        self._saving = Saving(self)
        # Waiting for the disk at each step of a slider would make it stutter.
        self._keep_soon = QTimer(self, singleShot=True, interval=_KEEP_AFTER)
        self._keep_soon.timeout.connect(self._keep_now)
        self._pending: dict[Row, Edits] = {}  # changed, and not stored yet
        self._told: dict[Row, str] = {}  # why not, as far as that was said
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self.view)
        self._layout.addWidget(self.grid)
        self.setMinimumWidth(_NARROWEST)
        self._connect()
        self.show_row(None)

    def _connect(self) -> None:
        canvas = self.view.canvas
        canvas.stroke_painted.connect(self.panel.add_stroke)
        canvas.brush_put_down.connect(self.panel.put_brush_down)
        self.panel.brush_changed.connect(canvas.set_brush)
        OwnKeys(canvas, DELETE, self.panel.remove_last_hint, when=lambda: canvas.brush is not None)
        self.panel.adjusted.connect(self._adjust)
        self.panel.save_requested.connect(self.save)
        self.panel.apply_to_others_requested.connect(self._apply_to_others)
        self.grid.requested.connect(self._ask_for_variants)
        self.grid.chosen.connect(self._choose)
        self._saving.saved.connect(self._saved)
        self._saving.failed.connect(self._not_saved)
        self._model.dataChanged.connect(self._follow_model)

    def show_row(self, row: Row | None) -> None:
        """Look at a photo; the one before is saved if it was changed."""
        self._keep_pending()
        changed = row is None or self._row is None or row.path != self._row.path
        if changed and self._row is not None:
            self._write(self._row)
        self._row = row
        if row is None or row.refusal:
            self._photo = None
            self.view.clear(state_text(row) if row else "", Path(row.path) if row else None)
            self.panel.set_photo(None)
            self.grid.show_photo(None)
            return
        photo = ViewedPhoto(
            Path(row.path),
            *self._results(row),
            modified_ns=row.modified_ns,
            remark=self._remark(row),
            turn=row.quarters,
        )
        if photo.chroma is not None:
            edits, warning = load_edits(edits_path(photo.chroma))
            edits = self._pending.get(row, edits)  # these could not be stored
            photo = replace(photo, edits=edits, adjustments=row.adjustments)
            if warning:
                self.troubled.emit(warning)
        if self._photo is not None and self._photo.source == photo.source and not photo.same_photo_as(self._photo):
            self.grid.show_photo(None)  # what it shows is of the file that was there before
        self._photo = photo
        self.view.show_photo(photo)
        self.panel.set_photo(photo if photo.chroma else None)
        if self._comparing:
            self.grid.show_photo(photo.source, photo.turn)

    def show_grid(self, shown: bool) -> None:
        """Compare variants, or go back to before and after."""
        focus = self.window().focusWidget()
        has_focus = focus is not None and self.isAncestorOf(focus)
        self._layout.setCurrentIndex(1 if shown else 0)
        self.setMinimumWidth(max(_NARROWEST, self.grid.minimumSizeHint().width() if shown else 0))
        if shown and self._photo is not None:
            self.grid.show_photo(self._photo.source, self._photo.turn)
            self.grid.add(self._settings.current.variant)
        if has_focus:  # the layout would give it to the first button
            (self.grid if shown else self.view).setFocus()

    def preview(self) -> None:
        """Colour the photo that shows before all others."""
        if self._photo is not None:
            variant = self._settings.current.variant
            self._awaited.add((self._photo.source, variant, self._photo.turn))
            self.view.canvas.waiting = self.tr("{0} is at work…").format(variant)
            self.view.canvas.update()
            self._ask_for_variants([variant])

    def heed_preview(self, answer: Previewed) -> None:
        """Show the colours that a preview has brought."""
        self.grid.show_result(answer.source, answer.variant, answer.chroma or answer.error, answer.turn)
        asked = (answer.source, answer.variant, answer.turn)
        awaited = asked in self._awaited
        self._awaited.discard(asked)
        photo = self._photo
        if not awaited or photo is None or (answer.source, answer.turn) != (photo.source, photo.turn):
            return
        if answer.chroma is None:
            self.view.clear()  # it does not say any more that something is at work
            self.view.show_photo(photo)
            self.troubled.emit(answer.error)
        elif photo.chroma is None:
            self._photo = replace(photo, chroma=answer.chroma)
            self.view.show_photo(self._photo)

    def save(self) -> None:
        """Write the photo that shows with what was changed."""
        self._told.clear()
        self._keep_pending()
        if self._row is not None and self._row not in self._pending:  # else that it is not stored is told
            self._unsaved.add(self._row.path)
            self._write(self._row)

    def mark_unsaved(self, photos: Iterable[Path]) -> None:
        """Have photos written with the next that are."""
        self._unsaved.update(map(str, photos))

    def save_all(self) -> None:
        """Write all that was changed, also what had to wait for the end of a run."""
        self._told.clear()
        self._keep_pending()
        for path in tuple(self._unsaved):
            row = self._model.row(Path(path))
            if row is not None:
                self._write(row)

    @property
    def all_stored(self) -> bool:
        """Whether nothing that was changed is lost when the window closes, as far as it has been tried."""
        return not self._pending

    def _write(self, row: Row) -> None:
        if row.path in self._unsaved and row.chroma is not None and not self.folder_is_busy():
            self._unsaved.discard(row.path)
            self._saving.save(Path(row.path), Path(row.chroma))

    def once_saved(self, do: Callable[[], None]) -> None:
        """Do something when no photo is being written any more; mostly that is at once."""
        if self._saving.idle:
            do()
        else:
            self._saving.drained.connect(do, Qt.ConnectionType.SingleShotConnection)

    def close_parts(self) -> None:
        """Save, and end what runs in threads."""
        self.save_all()
        self._saving.close()
        self.view.close_loader()
        self.grid.close_loaders()

    @property
    def _comparing(self) -> bool:
        return self._layout.currentWidget() is self.grid

    def _ask_for_variants(self, names: Sequence[str]) -> None:
        if self._photo is None:
            return
        current = self._settings.current
        computes = [Compute(name, current.side, current.device, current.precision) for name in names]
        keeps_colour = current.colour_photos is not ColourPhotos.REDO
        source, turn = self._photo.source, self._photo.turn
        self._worker.preview(source, computes, self._previews, keeps_colour=keeps_colour, turn=turn)

    def _choose(self, variant: str, scope: Scope) -> None:
        if self._row is None:
            return
        rows = {
            Scope.PHOTO: [self._row],
            Scope.SELECTION: list(self.chosen_rows()),
            Scope.FOLDER: [row for row in self._model.rows if Path(row.path).parent == Path(self._row.path).parent],
        }[scope]
        self.show_grid(False)
        self.grid_closed.emit()
        self.variant_chosen.emit(variant, rows)

    def _adjust(self, edits: Edits) -> None:
        if self._row is None or self._photo is None or self._photo.chroma is None:
            return
        self._photo = replace(self._photo, edits=edits)
        self.view.show_photo(self._photo)
        self._pending[self._row] = edits
        self._keep_soon.start()
        self._example = _Example(self._row, edits.adjustments) if edits.adjustments != UNADJUSTED else None

    def _keep_now(self) -> None:
        kept = self._keep_pending()
        if self._settings.current.save_edits is SaveEdits.AT_ONCE:
            for row in kept:
                self._write(row)

    def _keep_pending(self) -> Sequence[Row]:
        """Store the edits that are not stored yet, as far as that can be, and write what does not show any more.

        Returns:
            The photos whose edits were stored.
        """
        self._keep_soon.stop()
        errors = {row: self._keep(edits, row) for row, edits in self._pending.items() if row.chroma is not None}
        for row, error in errors.items():
            if error and self._told.get(row) != error:
                self.troubled.emit(error)
        self._told = errors
        kept = [row for row, error in errors.items() if not error]
        for row in kept:
            if row is not self._row:
                self._write(row)
        listed = {row: edits for row, edits in self._pending.items() if self._model.row(Path(row.path)) is row}
        self._pending = {row: edits for row, edits in listed.items() if row not in kept}
        return kept

    def _keep(self, edits: Edits, row: Row) -> str:
        """Store the edits beside the photo's colour, without writing the photo; return why that failed, if it did."""
        try:
            save_edits(edits, edits_path(Path(row.chroma or "")))
        except DiskFull:
            return disk_full_text(row.name)
        except (OutputError, OSError) as error:
            return str(error)
        self._unsaved.add(row.path)
        return ""

    def _apply_to_others(self, adjustments: Adjustments) -> None:
        """Adjust the selected photos like the one that was adjusted last, which need not be the one that shows."""
        if self._row is None:
            return
        chosen, example = self.chosen_rows(), self._example
        offered = example is not None and example.offered and adjustments == UNADJUSTED
        if example is None or not (offered or example.row in chosen):
            example = _Example(self._row, adjustments)
        others = [row for row in chosen if row is not example.row and row.chroma is not None]
        if example.adjustments == UNADJUSTED:
            text = self.tr("{0} is not adjusted. Adjust it first; then others can be adjusted the same way.")
            self.troubled.emit(text.format(example.row.name))
        elif not others:
            self._example = replace(example, offered=True)
            text = self.tr(
                "Adjustments of {0}: select other photos in colour, then click “Apply to others…” under “Adjust” again."
            )
            self.troubled.emit(text.format(example.row.name))
            self.others_wanted.emit()
        else:
            self._example = replace(example, offered=False)
            self._adjust_like(example, others)

    def _adjust_like(self, example: _Example, others: Sequence[Row]) -> None:
        """Give photos the adjustments of another one; hints belong to one photo."""
        self._keep_pending()
        lost: list[str] = []
        errors: list[str] = []
        for row in others:
            theirs, _ = load_edits(edits_path(Path(row.chroma or "")))
            if error := self._keep(replace(theirs, adjustments=example.adjustments), row):
                lost.append(row.name)
                errors.append(error)
            else:
                self._write(row)
        if self._row in others:
            self.show_row(self._row)
        text = self.tr("%Ln other photo(s) are adjusted like {0}.", "", len(others) - len(lost))
        text = text.format(example.row.name)
        if lost:
            names = ", ".join(lost[:_NAMED]) + ", …" * (len(lost) > _NAMED)
            text = " ".join([text, self.tr("These are not: {0}.").format(names), *dict.fromkeys(errors)])
        self.troubled.emit(text)

    def _saved(self, path: Path) -> None:
        row = self._model.row(path)
        if row is not None and row.output is not None:
            self._model.update(path, edition=modified_ns(Path(row.output)))

    def _not_saved(self, path: Path, reason: str) -> None:
        self._unsaved.add(str(path))
        self.troubled.emit(reason)

    def _remark(self, row: Row) -> str:
        return remark(row, paused=self._model.is_paused(row))

    def _results(self, row: Row) -> tuple[Path | None, Path | None]:
        """Return the colour photo and its stored colour, as far as they lie as the photo is shown."""
        found = (row.output, row.chroma) if row.lies_as_wanted else (None, None)
        output, chroma = (Path(path) if path else None for path in found)
        return output, chroma

    def _follow_model(self) -> None:
        row, photo = self._row, self._photo
        if row is None:
            return
        if row.refusal or photo is None:
            if bool(row.refusal) is (photo is not None):  # refused since, or tried again
                self.show_row(row)
            return
        output, chroma = self._results(row)
        if output is None:
            changed = not photo.has_result and photo.remark != self._remark(row)  # a preview stays
        else:
            changed = (photo.output, photo.chroma) != (output, chroma)
        if changed or (photo.modified_ns, photo.turn) != (row.modified_ns, row.quarters):
            self.show_row(row)
