"""The page that fine-tunes a variant on photos of one's own: check, train, look, and keep or discard."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from kmhc_desktop import dialogs
from kmhc_desktop.fine_tuning import run_folders
from kmhc_desktop.fine_tuning.hint import TrainingHint
from kmhc_desktop.fine_tuning.keeping import Keeping
from kmhc_desktop.fine_tuning.process import TrainingProcess
from kmhc_desktop.fine_tuning.setup import TrainingSetup
from kmhc_desktop.fine_tuning.stage import Stage, offered
from kmhc_desktop.fine_tuning.texts import told
from kmhc_desktop.fine_tuning.verdict import has_changed, is_better, verdict_text
from kmhc_desktop.fine_tuning.watch import TrainingWatch
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.theme import look, restyle
from kmhc_desktop.widgets.cards import scrolled
from kmhc_desktop.widgets.screen_room import resize_within_screen


class TrainingPage(QDialog):
    """The page. Closing it lets training go on; `end` stops it.

    Args:
        settings: Knows the variant, and takes the new one.
        runs: Folder of the window's training runs.
        command: The words with which `kmhc` starts; the tests have a stand-in.

    Attributes:
        kept: Emitted with the name of a variant that the user has kept.
        confirm_discard: Asked with a run's name before the run is deleted; returns whether to.
    """

    kept = Signal(str)

    def __init__(
        self,
        settings: SettingsStore,
        runs: Path,
        command: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._runs = settings, runs
        self._run: Path | None = None
        self._claim: FileLock | None = None
        self._saved = self._over = False
        self._title = ""
        self._verdict: dict[str, Any] = {}  # the event; empty as long as there is none
        self.stage = Stage.EMPTY
        self.confirm_discard: Callable[[str], bool] = lambda title: dialogs.ask_before_discarding(self, title)
        self.setWindowTitle(self.tr("Fine-tune"))
        self.setMinimumSize(800, 440)
        resize_within_screen(self, 1080, 720)
        self.process = TrainingProcess(command, self)
        self.process.told.connect(self._heed)
        self.process.ended.connect(self._ended)
        self._keeping = Keeping(self)
        self._keeping.ended.connect(self._kept)
        self.setup = TrainingSetup(settings.current.variant)
        self.setup.changed.connect(self.check)
        self.watch = TrainingWatch()
        self._hint = TrainingHint()
        self._message = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        look().changed.connect(self._show_stage)
        self._enter(Stage.EMPTY)
        self._offer_to_go_on(run_folders.undecided(runs))

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Fine-tune a variant on your own photos"))
        title.setProperty("role", "title")
        hint = QLabel(
            self.tr(
                "Colour photos of the same time, place and kind teach a variant the colours that your black-and-white "
                "ones had. Some are held out to judge the result. Photos are only read, and stay on this computer."
            ),
            wordWrap=True,
        )
        hint.setProperty("role", "secondary")
        right = QWidget()
        self._right = QStackedLayout(right)
        self._right.addWidget(self._hint)
        self._right.addWidget(self.watch)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(scrolled(self.setup, 320))
        middle.addWidget(right, 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(10)
        bottom.addWidget(self._message, 1)
        does: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("discard", self.tr("Discard"), self.discard),
            ("close", self.tr("Close"), self.close),
            ("stop", self.tr("Stop"), self.stop),
            ("again", self.tr("Try again"), self.check),
            ("go_on", "", self.go_on),
            ("start", self.tr("Start fine-tuning"), self.start),
            ("keep", self.tr("Keep it"), self.keep),
            ("use", self.tr("Use it from now on"), self.use),
        )
        for name, text, do in does:
            button = self.buttons[name] = QPushButton(text, autoDefault=False)
            button.clicked.connect(do)
            bottom.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(hint)
        layout.addLayout(middle, 1)
        layout.addLayout(bottom)

    @property
    def has_learnt(self) -> bool:
        """Whether there is a run that can be gone on with."""
        return self._run is not None and run_folders.has_learnt(self._run)

    # What the user does.

    def check(self) -> None:
        """Have the photos looked at, and the time measured."""
        self.end()
        self.watch.clear()
        self.setup.clear_facts()
        request = self.setup.request
        if request is None:
            self._enter(Stage.EMPTY)
            return
        scratch = run_folders.new_folder(self._runs)  # goes like a run that has learnt nothing
        self._take(scratch)
        with contextlib.suppress(OSError):  # then the system's place for temporary files has to do
            scratch.mkdir(parents=True)
        self._enter(Stage.CHECKING)
        self.process.start([request.photos, "--variant", request.base, "--recipe", "personal", "--dry-run"], scratch)

    def start(self) -> None:
        """Train."""
        request = self.setup.request
        if request is None or self.process.running:
            return
        run, self._title = run_folders.new_folder(self._runs), run_folders.free_title(self._runs, request.title)
        self._take(run)
        self._over = False
        self.setup.title.setText(self._title)
        self.watch.clear()
        named = ["--variant", request.base, "--recipe", "personal", "--name", self._title]
        self._train([request.photos, *named, "--out", run])

    def go_on(self) -> None:
        """Take up the run that was stopped."""
        if self._run is None or self.process.running:
            return
        if self._over and (verdict := run_folders.verdict(self._run)) is not None:
            self._heed(verdict)
            self._come_to_verdict()
        else:
            self._train(["--resume", self._run])

    def stop(self) -> None:
        """End the check or the training now; a run that has learnt something can be gone on with."""
        self.process.stop()
        if self.stage is Stage.CHECKING:
            self._delete_run()
            self._enter(Stage.EMPTY)
        elif not self.has_learnt:
            self._delete_run()
            self._begin_anew(
                self.tr("Stopped before the first sample photos: nothing was learnt yet, and nothing is kept.")
            )
        elif self._run is None or not self._offer_to_go_on(run_folders.waiting(self._run)):
            self._fail(self.tr("Training has stopped."))

    def keep(self) -> None:
        """Put the result among the user's own variants."""
        if self._run is not None:
            for button in self.buttons.values():
                button.setEnabled(False)
            self._keeping.start(self._run)

    def discard(self) -> None:
        """Delete the run, if that is meant."""
        if self._run is not None and self.confirm_discard(self._title):
            self._delete_run()
            self._begin_anew()

    def use(self) -> None:
        """Colourise with the new variant from now on."""
        self._settings.change(variant=self._title)
        self.close()

    def end(self) -> None:
        """Stop what runs, and wait for it; a run that has learnt something is offered again later."""
        self.process.stop()
        if not self.has_learnt:
            self._delete_run()
        self._take(None)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look at what has changed meanwhile."""
        self.setup.list_bases()
        if self.stage is Stage.EMPTY:
            self._offer_to_go_on(run_folders.undecided(self._runs))
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Training goes on; a check would serve nobody."""
        if self.stage is Stage.CHECKING and not event.spontaneous():
            self.stop()
        super().hideEvent(event)

    # What happens.

    def _take(self, run: Path | None) -> None:
        """Deal with this run from now on, or with none; other windows keep away from it."""
        if self._claim is not None:
            self._claim.release()
        self._run, self._claim = run, run_folders.claim(run) if run is not None else None

    def _delete_run(self) -> None:
        if self._run is not None:
            run_folders.discard(self._run)
        self._take(None)

    def _begin_anew(self, text: str = "") -> None:
        self.watch.clear()
        if self.setup.request is None:
            self.setup.show_run("", "")
        self._enter(Stage.CHECKED if self.setup.facts else Stage.EMPTY, text)

    def _train(self, words: Sequence[str | Path]) -> None:
        self._saved, self._verdict = False, {}
        self.watch.begin(self.tr("Getting ready…"))
        going_on = self.tr("You can close this page and go on working; training goes on.")
        self._enter(Stage.TRAINING, "" if self._over else going_on)
        self.process.start([*words, "--no-install"])

    def _heed(self, event: dict[str, Any]) -> None:
        match event:
            case {"event": "preparing", "done": done, "of": of} if self.stage is Stage.CHECKING:
                count = self.locale().toString
                self._hint.title.setText(self.tr("Looking at photo {0} of {1}").format(count(done), count(of)))
            case {"event": "planned"}:
                self.setup.show_plan(event)
            case {"event": "verdict", "sheet": sheet}:
                self._verdict = event
                self.watch.sheet.show_verdict(Path(sheet))
            case {"event": "saved"}:
                self._saved = True
            case _:
                self.watch.heed(event)

    def _ended(self, error: str) -> None:
        if error:
            self._fail(told(error))
        elif self.stage is Stage.CHECKING:
            self._delete_run()
            self._enter(Stage.CHECKED)
        elif self._saved:
            self._come_to_verdict()
        else:
            self._fail(self.tr("Training ended without a result. Try again."))

    def _come_to_verdict(self) -> None:
        self.watch.end(self.tr("The most improved photo first"))
        self._enter(Stage.VERDICT, verdict_text(self._verdict) if self._verdict else "")

    def _fail(self, error: str) -> None:
        if not self.has_learnt:
            self._delete_run()
        self.watch.end(self.tr("Training has stopped."))
        self._enter(Stage.FAILED, error)

    def _offer_to_go_on(self, run: run_folders.Undecided | None) -> bool:
        if run is None:
            return False
        if run.folder != self._run:
            self._take(run.folder)
            if self._claim is None:  # another window was quicker
                self._take(None)
                return False
            self.setup.show_run(run.title, run.photos)
        self._title, self._over = run.title, run.ended
        self.watch.end(self.tr("Training has ended.") if run.ended else self.tr("Training has stopped."))
        text = self.tr("“{0}”, fine-tuned on the photos of “{1}”, is not decided yet.").format(run.title, run.photos)
        self._enter(Stage.STOPPED, text if run.ended else text + " " + self.tr("Go on where it stopped?"))
        return True

    def _kept(self, title: str, error: str) -> None:
        if error:
            self._enter(Stage.VERDICT, error, wrong=True)
            self.buttons["keep"].setFocus()  # which it lost while nothing could be clicked
            return
        self._take(None)
        self._title = title
        self.setup.list_bases()
        self._enter(Stage.KEPT, self.tr("“{0}” stands among your variants now.").format(title))
        self.buttons["use"].setFocus()
        self.kept.emit(title)

    def _enter(self, stage: Stage, text: str = "", *, wrong: bool = False) -> None:
        self.stage = stage
        self._message.setText(text)
        restyle(self._message, role="error" if wrong or stage is Stage.FAILED else "")
        self._show_stage()

    def _show_stage(self) -> None:
        stage = self.stage
        chosen = self.setup.request is not None
        visible = offered(stage, has_run=self._run is not None, chosen=chosen, changed=has_changed(self._verdict))
        main = next((name for name in ("start", "keep", "use", "go_on", "again") if name in visible), "")
        if stage is Stage.VERDICT and not (self._verdict and is_better(self._verdict)):
            main = "discard"
        ended = stage is Stage.STOPPED and self._over
        focused = self.focusWidget()
        self.buttons["go_on"].setText(self.tr("See the verdict") if ended else self.tr("Go on"))
        for name, button in self.buttons.items():
            button.setVisible(name in visible)
            button.setEnabled(True)
            restyle(button, role="primary" if name == main else "")
        nowhere = bool(main) if focused is None else focused.isHidden()  # without a main button it may stay so
        if nowhere:
            self.buttons[main or ("close" if "close" in visible else "stop")].setFocus()
        locked = stage in (Stage.CHECKING, Stage.TRAINING, Stage.STOPPED, Stage.VERDICT)
        self.setup.lock(locked, named=self._run is not None)
        seen = stage in (Stage.TRAINING, Stage.VERDICT, Stage.KEPT) or not self.watch.sheet.empty
        self._right.setCurrentWidget(self.watch if seen else self._hint)
        self._hint.show_stage(stage, over=self._over, chosen=chosen)


class Training:
    """The page of a window, made when it is first asked for.

    Args:
        settings: Knows the variant, and takes the new one.
        runs: Folder of the window's training runs.
        window: The page stands before it.
    """

    def __init__(self, settings: SettingsStore, runs: Path, window: QWidget) -> None:
        self._settings, self._runs, self._window = settings, runs, window
        self.page: TrainingPage | None = None
        run_folders.clear(runs)

    @property
    def running(self) -> bool:
        """Whether something is being trained."""
        return self.page is not None and self.page.stage is Stage.TRAINING

    @property
    def has_learnt(self) -> bool:
        """Whether it can be gone on with after it was stopped."""
        return self.page is not None and self.page.has_learnt

    def show(self) -> None:
        """Show the page."""
        if self.page is None:
            self.page = TrainingPage(self._settings, self._runs, parent=self._window)
        self.page.show()
        self.page.raise_()
        self.page.activateWindow()

    def end(self) -> None:
        """Stop what runs; a run can be gone on with at the next start."""
        if self.page is not None:
            self.page.end()
