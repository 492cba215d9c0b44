"""The main window: it lays the parts out, and connects them; each part knows only its own business."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from kmhc_desktop import dialogs, menus
from kmhc_desktop.actions import Actions
from kmhc_desktop.banner import Banner
from kmhc_desktop.docks import Docks
from kmhc_desktop.empty_state import EmptyState
from kmhc_desktop.engine.messages import Compute, Ready
from kmhc_desktop.engine.worker import Worker
from kmhc_desktop.fine_tuning.page import Training
from kmhc_desktop.first_hint import show_first_hint
from kmhc_desktop.folder_browser import FolderBrowser
from kmhc_desktop.full_screen import FullScreen
from kmhc_desktop.queue.model import Filter, Order, QueueModel
from kmhc_desktop.queue.pane import QueuePane
from kmhc_desktop.queue.progress_strip import ProgressStrip
from kmhc_desktop.queue.roots import Roots
from kmhc_desktop.queue.row import Row
from kmhc_desktop.queue.run import ENDED, TO_DO, Phase, Run
from kmhc_desktop.queue.tones import Tones
from kmhc_desktop.settings import Settings, SettingsStore
from kmhc_desktop.theme import look
from kmhc_desktop.thumbnails import Thumbnails
from kmhc_desktop.turning import Turning, Wishes
from kmhc_desktop.variant_model import VariantModel
from kmhc_desktop.variant_picker import VariantPicker
from kmhc_desktop.viewer.desk import PhotoDesk
from kmhc_desktop.widgets.drop_target import DropTarget
from kmhc_desktop.widgets.screen_room import resize_within_screen
from kmhc_engine import resources
from kmhc_engine.choices import ColourPhotos, Format
from kmhc_engine.jobs import OutputSettings, State
from kmhc_engine.scan import is_folder


class MainWindow(DropTarget):
    """The window.

    Args:
        settings: The user's settings.
        worker: Runs the engine.
        folder: Where the window keeps its own files.

    Attributes:
        confirm_close: Asked before what is under way, or could not be stored, is given up; returns whether to close.
        try_again: Begins once more what was begun last.
    """

    def __init__(self, settings: SettingsStore, worker: Worker, folder: Path) -> None:
        super().__init__()
        self._settings, self._worker, self._folder = settings, worker, folder
        self._ready: Ready | None = None
        self._added_from: list[str] = []  # the folder of the photos that were added last
        self.confirm_close: Callable[[], bool] = lambda: dialogs.ask_before_closing(self)
        self.try_again: Callable[[], None] = self.start
        self.model = QueueModel()
        self.variants = VariantModel()
        self.roots = Roots(self.model, settings, folder / "session.json", self)
        self.run = Run(self.model, worker, self.roots.output_of, self)
        self._thumbnails = Thumbnails(folder / "thumbnails", self)
        self.tones = Tones(self.model, self)
        self.actions_ = Actions(self)
        self.banner = Banner()
        self.empty = EmptyState()
        self.pane = QueuePane(self.model, self._thumbnails)
        self.desk = PhotoDesk(settings, self.model, worker, folder / "previews")
        self.strip = ProgressStrip()
        self.browser = FolderBrowser(settings)
        self.training = Training(settings, folder / "training", self)
        self.setMinimumSize(780, 480)
        self.setWindowTitle("KMHC")
        self._lay_out()
        self._place_actions()
        self._connect_actions()
        self._turning = Turning(self.actions_, self.model, self.run, self.pane.chosen_rows, self.start_over, self)
        self._connect_parts()
        self._restore_layout()
        self._refresh()

    # Layout.

    def _lay_out(self) -> None:
        self._split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._split.addWidget(self.pane)
        self._split.addWidget(self.desk)
        self._split.setStretchFactor(1, 1)
        self._split.setSizes([372, 700])
        self.pane.setMinimumWidth(212)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._split)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.banner, self._stack, self.strip):
            layout.addWidget(widget)
        layout.setStretchFactor(self._stack, 1)
        self.setCentralWidget(centre)
        self._docks = Docks(self, self.actions_, self.browser, self.desk.panel, self.pane)

    def _place_actions(self) -> None:
        menus.fill(self.menuBar(), self.actions_, self._settings, self.show_folder)
        names = ("start", "again", "turn_left", "turn_right", "preview", "compare", "reveal", "remove")
        self.pane.context_actions = [self.actions_[name] for name in names]
        self._tools = menus.ToolBar(self, self.actions_, self._start_or_resume)
        self.addToolBar(self._tools)
        self._full_screen = FullScreen(self, (self.pane, self.menuBar(), self.strip, self._tools, self._docks.folders))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    # Connections.

    def _connect_actions(self) -> None:
        for name, do in {
            "open": self._open_folder,
            "add_files": self._add_files,
            "samples": self._add_samples,
            "reveal": self._reveal,
            "settings": lambda: dialogs.show_settings(self, self._settings),
            "quit": self.close,
            "start": self._start_or_resume,
            "pause": lambda: self.run.resume() if self.run.phase is Phase.PAUSED else self.run.pause(),
            "cancel": self.run.cancel,
            "retry": self._retry,
            "again": lambda: self.start_over(self.pane.chosen_rows()),
            "remove": self._take_off,
            "clear": self.roots.clear,
            "select_all": self.pane.view.selectAll,
            "find": self.pane.focus_search,
            "review": lambda: self.pane.show_only(Filter.REVIEW, Order.DOUBT),
            "next": lambda: self.pane.step(1),
            "previous": lambda: self.pane.step(-1),
            "preview": self.desk.preview,
            "compare": self._compare,
            "full_screen": lambda: self._full_screen.show(self.actions_["full_screen"].isChecked()),
            "variant": self._choose_variant,
            "train": self.training.show,
            "shortcuts": lambda: dialogs.show_shortcuts(self, self.actions_),
            "diagnostics": lambda: self.banner.say(dialogs.copy_diagnostics(self._folder / "logs", self._ready)),
            "log": lambda: dialogs.open_folder(self._folder / "logs"),
            "updates": lambda: dialogs.show_updates(self),
            "about": lambda: dialogs.show_about(self, self._ready),
        }.items():
            self.actions_.on(name, do)

    def _connect_parts(self) -> None:
        self.hovered.connect(self.empty.show_dragging)
        self.dropped.connect(self.roots.add)
        self.empty.open_requested.connect(self._open_folder)
        self.empty.samples_requested.connect(self._add_samples)
        self.browser.chosen.connect(self.show_folder)
        self.browser.chosen.connect(self._docks.leave_folders)
        self.desk.chosen_rows = self.pane.chosen_rows
        self.desk.folder_is_busy = lambda: self.run.phase is not Phase.IDLE
        self.run.once_free = self.desk.once_saved
        self.pane.current_changed.connect(self.desk.show_row)
        self.pane.selected.connect(self._refresh)
        self.model.counted.connect(self._refresh)
        self.roots.scanned.connect(self._refresh)
        self.roots.left_unsaved.connect(self.desk.mark_unsaved)
        self.roots.scanned.connect(self._look_closer)
        self.roots.scanned.connect(self.run.take_in)
        self.roots.troubled.connect(self.banner.say)
        self.roots.untroubled.connect(lambda text: self.banner.hide() if self.banner.text == text else None)
        self.roots.scanned.connect(lambda: show_first_hint(self.banner, self._settings, self.model.states))
        self.desk.view.next_requested.connect(lambda: self.pane.step(1))
        self.desk.view.previous_requested.connect(lambda: self.pane.step(-1))
        self.desk.view.full_screen_requested.connect(self.actions_["full_screen"].trigger)
        self.desk.grid.more_requested.connect(self.actions_["variant"].trigger)
        self.desk.grid_closed.connect(lambda: self.actions_["compare"].setChecked(False))
        self.desk.variant_chosen.connect(lambda variant, rows: self.start_over(rows, variant))
        self.desk.troubled.connect(self.banner.say)
        self.desk.others_wanted.connect(self._docks.bring_photos_back)
        self.run.phase_changed.connect(self._refresh)
        self.run.phase_changed.connect(lambda phase: self.roots.remember(unfinished=phase is not Phase.IDLE))
        self.roots.scanned.connect(lambda: self.roots.remember(unfinished=self.run.phase is not Phase.IDLE))
        self.run.finished.connect(self._refresh)
        self.actions_["adjust"].toggled.connect(self._refresh)
        self.run.phase_changed.connect(lambda phase: self._look_closer() if phase is Phase.IDLE else self.tones.hold())
        self.run.troubled.connect(lambda trouble: self.banner.say(trouble.text))
        self.run.ready.connect(self._heed_ready)
        self.run.previewed.connect(self.desk.heed_preview)
        self._settings.changed.connect(self._heed_settings)
        look().changed.connect(self._refresh)

    # Beginning and end.

    def begin(self, paths: Sequence[Path]) -> None:
        """Have the engine made ready, take up what was left, and open what was asked for."""
        self._worker.prepare(self._compute())
        for damaged in filter(None, (self._settings.set_aside, self.roots.set_aside)):
            text = self.tr("{0} was damaged and is set aside as {1}. KMHC starts with its defaults.")
            self.banner.say(text.format(damaged.name.split(".damaged")[0], damaged))
        if self.roots.last.unfinished:
            text = self.tr("The last run was not finished. What is done stays done.")
            self.banner.say(text, [(self.tr("Go on"), self.go_on), (self.tr("Not now"), lambda: None)])
        self.roots.restore()
        recent = self._settings.current.recent[:1]
        if recent and recent[0] in self.roots.last.roots:
            self.browser.point_at(Path(recent[0]))
        if paths:
            self.roots.add(paths)

    def go_on(self) -> None:
        """Take up the last run, once its photos have been found."""
        if self.roots.scanning:
            self.roots.scanned.connect(self.start, Qt.ConnectionType.SingleShotConnection)
        else:
            self.start()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask once when work is under way or would be lost; then remember everything and end the engine."""
        self.desk.save_all()
        at_work = self.run.phase is not Phase.IDLE or self.training.running
        if (at_work or not self.desk.all_stored) and not self.confirm_close():
            event.ignore()
            return
        self.training.end()
        if self.actions_["full_screen"].isChecked():
            self.actions_["full_screen"].trigger()
        self._settings.save_layout("geometry", self.saveGeometry())
        self._settings.save_layout("state", self.saveState())
        self._settings.save_layout("split", self._split.saveState())
        self.roots.close(unfinished=self.run.phase is not Phase.IDLE)
        self._thumbnails.stop()
        self.tones.stop()
        self._worker.close()
        self.desk.folder_is_busy = lambda: False  # the engine has let go of the folders
        self.desk.close_parts()
        super().closeEvent(event)

    def _restore_layout(self) -> None:
        resize_within_screen(self, 1280, 800)
        geometry, state = self._settings.layout("geometry"), self._settings.layout("state")
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
            self.restoreState(state)
            self._split.restoreState(self._settings.layout("split"))

    # Photos in.

    def show_folder(self, folder: Path) -> None:
        """Show the photos of a folder, beside those that are there when a run is under way."""
        to_do = any(row.state in TO_DO for row in self.model.rows)
        if self.run.phase is Phase.IDLE and not to_do and is_folder(folder):
            self.roots.clear()
        self.roots.add([folder])

    def _open_folder(self) -> None:
        if (folder := dialogs.ask_for_folder(self, self._settings.current.recent)) is not None:
            self.roots.add([folder])

    def _add_files(self) -> None:
        if files := dialogs.ask_for_photos(self, [*self._added_from, *self._settings.current.recent]):
            self._added_from = [str(files[0].parent)]
            self.roots.add(files)

    def _add_samples(self) -> None:
        # They lie where nothing may be written, so their results go to the user's own folder.
        self.roots.add_to(resources.folder() / "samples", self._folder.parent / "samples colourised")

    def _take_off(self) -> None:
        rows = self.pane.chosen_rows()
        self.roots.forget(Path(row.path) for row in rows)
        text = self.tr("%Ln photo(s) taken off the list.", "", len(rows))
        self.banner.say(text, [(self.tr("Undo"), lambda: self.roots.put_back(rows))])

    # The run.

    def start(self) -> None:
        """Colourise everything that is not done."""
        self.banner.hide()
        self.roots.follow_settings()
        self.try_again = self.start
        self.run.start(self._compute(), self._output_settings())

    def start_over(self, rows: Sequence[Row], variant: str = "", redo: bool | None = None, turned: Wishes = ()) -> None:
        """Colourise photos that have ended once more, perhaps with another variant, turned, those in colour too."""
        if self.run.phase is not Phase.IDLE:
            self.banner.say(self.tr("Photos can be started over when the run has ended."))
            return
        self.banner.hide()
        self.desk.save_all()  # a person's edits go with the photo to its new colours
        rows = [row for one in rows if (row := self.model.row(Path(one.path)))]  # opened anew since, perhaps
        settings = self._output_settings()
        redo = all(row.state is State.SKIPPED for row in rows) if redo is None else redo
        if redo:  # who asks for nothing but photos in colour means to colour them all the same
            settings = replace(settings, colour_photos=ColourPhotos.REDO)
        compute = replace(self._compute(), variant=variant) if variant else self._compute()
        self.try_again = partial(self.start_over, rows, variant, redo, turned)
        self.model.update_all((path, {"wanted": quarters}) for path, quarters in turned)
        self.run.start(compute, settings, rows)

    def _start_or_resume(self) -> None:
        if self.run.phase is Phase.PAUSED:
            self.run.resume()
        elif self.run.phase is Phase.IDLE:
            self.start()

    def _retry(self) -> None:
        rows = [row for row in self.model.rows if row.state is State.FAILED]
        self.model.update_all((Path(row.path), {"refusal": "", "unreadable": False}) for row in rows)
        self.start_over(rows)
        if not self.model.rowCount():  # the filter showed those that had failed
            self.pane.show_only(Filter.ALL)

    def _compute(self, settings: Settings | None = None) -> Compute:
        current = settings or self._settings.current
        return Compute(current.variant, current.side, current.device, current.precision)

    def _output_settings(self) -> OutputSettings:
        current = self._settings.current
        wanted = Format(current.format) if current.format else None
        return OutputSettings(wanted, current.quality, colour_photos=current.colour_photos)

    # What happens.

    def _refresh(self) -> None:
        self._stack.setCurrentIndex(1 if len(self.model) or self.roots.scanning else 0)
        phase, states = self.run.phase, self.model.states
        idle, rows = phase is Phase.IDLE, self.pane.chosen_rows()
        to_do = sum(states[state] for state in TO_DO)
        self.strip.setVisible(bool(len(self.model)))
        self.actions_.enable(
            start=(idle and to_do > 0) or phase is Phase.PAUSED,
            pause=phase in (Phase.RUNNING, Phase.PAUSED),
            cancel=phase in (Phase.RUNNING, Phase.PAUSED),
            retry=idle and states[State.FAILED] > 0,
            again=idle and any(row.state in ENDED for row in rows),
            remove=idle and bool(rows),
            clear=idle and len(self.model) > 0,
            reveal=bool(rows),
            preview=any(row.output is None and not row.refusal for row in [self.pane.current] if row),
            review=self.model.to_review > 0,
            adjust=len(self.model) > 0 or self.actions_["adjust"].isChecked(),
            **dict.fromkeys(("next", "previous", "find", "select_all", "compare"), len(self.model) > 0),
        )
        self._turning.refresh(rows)
        self.desk.grid.lock(not idle)
        self._tools.show_state(paused=phase is Phase.PAUSED, variant=self._settings.current.variant)
        if idle and len(self.model):
            redo = self._settings.current.colour_photos is ColourPhotos.REDO
            in_colour = 0 if redo else self.model.in_colour
            self.strip.say(self.strip.summary(states, len(self.model), to_do, in_colour, scanning=self.roots.scanning))

    def _look_closer(self) -> None:
        """Use the time between runs: write what was adjusted, see which photos are in colour, which colours unsure."""
        self.desk.save_all()
        self.tones.look()
        self.run.measure(self._compute())

    def _heed_ready(self, ready: Ready) -> None:
        self._ready = ready

    def _heed_settings(self, before: Settings, after: Settings) -> None:
        look().use(after.theme)
        if before.language != after.language:
            self.banner.say(self.tr("The language changes when KMHC is started again."))
        if self._compute(before) != self._compute(after):
            self._worker.prepare(self._compute())
        if before.variant != after.variant and self.run.phase is not Phase.IDLE:
            text = self.tr("This run goes on with {0}. {1} is used from the next run on.")
            self.banner.say(text.format(before.variant, after.variant))
        self._refresh()

    def _compare(self) -> None:
        self.desk.show_grid(self.actions_["compare"].isChecked())
        self._docks.leave_folders()  # several photos need more room than one

    def _choose_variant(self) -> None:
        self.variants.reload()
        if self.run.per_minute:
            used = self.variants.rows[max(0, self.variants.find(self._settings.current.variant))]
            waiting = sum(self.model.states[state] for state in TO_DO)
            self.variants.set_speed(used.variant.network, 60 / self.run.per_minute, waiting or len(self.model))
        VariantPicker(self._settings, self.variants, self._ready, self.run.variant, self).choose(self.banner.say)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space flips the photo, wherever the focus is; Escape leads back out."""
        covering = next((one for one in ("full_screen", "compare") if self.actions_[one].isChecked()), "")
        if event.key() == Qt.Key.Key_Space:
            self.desk.view.canvas.flip()
        elif event.key() == Qt.Key.Key_Escape and covering:
            self.actions_[covering].trigger()
        else:
            super().keyPressEvent(event)

    def _reveal(self) -> None:
        if (row := self.pane.current) is not None:
            dialogs.reveal(Path(row.output or row.path))
