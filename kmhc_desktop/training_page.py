"""The page that fine-tunes a variant on photos of one's own: check, train, look, and keep or discard."""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.theme import Look
from kmhc_desktop.training_hint import TrainingHint
from kmhc_desktop.training_process import TrainingProcess
from kmhc_desktop.training_runs import Undecided, discard, keep, new_folder, undecided
from kmhc_desktop.training_setup import TrainingSetup
from kmhc_desktop.training_watch import TrainingWatch
from kmhc_engine.errors import KMHCError


class Stage(Enum):
    """Where the page is."""

    EMPTY = auto()
    CHECKING = auto()
    CHECKED = auto()
    TRAINING = auto()
    STOPPED = auto()  # there is a run to go on with
    VERDICT = auto()
    FAILED = auto()
    KEPT = auto()


class _Keeping(QObject):
    """Copies and checks a result in a thread of the pool."""

    ended = Signal(str, str)

    def start(self, folder: Path) -> None:
        QThreadPool.globalInstance().start(lambda: self._keep(folder))

    def _keep(self, folder: Path) -> None:
        title = error = ""
        try:
            title = keep(folder).title
        except (KMHCError, OSError) as refused:
            error = str(refused)
        self.ended.emit(title, error)


class TrainingPage(QDialog):
    """The page. Closing it lets training go on; `end` stops it.

    Args:
        settings: Knows the variant, and takes the new one.
        look: Colours and icons.
        runs: Folder of the window's training runs.
        command: The words with which `kmhc` starts; the tests have a stand-in.

    Attributes:
        kept: Emitted with the name of a variant that the user has kept.
    """

    kept = Signal(str)

    def __init__(
        self,
        settings: SettingsStore,
        look: Look,
        runs: Path,
        command: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._look, self._runs = settings, look, runs
        self._run: Path | None = None
        self._saved = False
        self._title = self._verdict = ""
        self._better = False
        self.stage = Stage.EMPTY
        self.setWindowTitle(self.tr("Fine-tune"))
        self.resize(1080, 720)
        self.setMinimumSize(860, 560)
        self.process = TrainingProcess(command, self)
        self.process.told.connect(self._heed)
        self.process.ended.connect(self._ended)
        self._keeping = _Keeping(self)
        self._keeping.ended.connect(self._kept)
        self.setup = TrainingSetup(look, settings.current.variant)
        self.setup.changed.connect(self.check)
        self.watch = TrainingWatch(look)
        self._hint = TrainingHint(look)
        self._message = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.buttons: dict[str, QPushButton] = {}
        self._lay_out()
        look.changed.connect(self._show_stage)
        self._enter(Stage.EMPTY)
        self._offer_to_go_on(undecided(runs))

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
        self.setup.setFixedWidth(320)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.setup)
        middle.addWidget(right, 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(10)
        bottom.addWidget(self._message, 1)
        does: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("discard", self.tr("Discard"), self.discard),
            ("close", self.tr("Close"), self.close),
            ("stop", self.tr("Stop"), self.stop),
            ("again", self.tr("Try again"), self.check),
            ("go_on", self.tr("Go on"), self.go_on),
            ("start", self.tr("Start fine-tuning"), self.start),
            ("keep", self.tr("Keep it"), self.keep),
            ("use", self.tr("Use it from now on"), self.use),
        )
        for name, text, do in does:
            button = self.buttons[name] = QPushButton(text, autoDefault=False)
            button.clicked.connect(lambda _=False, do=do: do())
            bottom.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(hint)
        layout.addLayout(middle, 1)
        layout.addLayout(bottom)

    # What the user does.

    def check(self) -> None:
        """Have the photos looked at, and the time measured."""
        order = self.setup.order
        if order is None:
            self._enter(Stage.EMPTY)
            return
        self._stop_process()
        self.setup.clear_facts()
        self._enter(Stage.CHECKING)
        self.process.start([order.photos, "--variant", order.base, "--recipe", "personal", "--dry-run"])

    def start(self) -> None:
        """Train."""
        order = self.setup.order
        if order is None or self.process.running:
            return
        self._run, self._title = new_folder(self._runs), order.title
        named = ["--variant", order.base, "--recipe", "personal", "--name", order.title]
        self._train([order.photos, *named, "--out", self._run])

    def go_on(self) -> None:
        """Take up the run that was stopped."""
        if self._run is not None and not self.process.running:
            self._train(["--resume", self._run])

    def stop(self) -> None:
        """End the check or the training now; a run can be gone on with."""
        self._stop_process()
        if self.stage is Stage.CHECKING:
            self._enter(Stage.EMPTY)
        elif not self._offer_to_go_on(undecided(self._runs)):
            self.discard()

    def keep(self) -> None:
        """Put the result among the user's own variants."""
        if self._run is not None:
            for button in self.buttons.values():
                button.setEnabled(False)
            self._keeping.start(self._run)

    def discard(self) -> None:
        """Delete the run."""
        if self._run is not None:
            discard(self._run)
        self._run = None
        self.watch.end("")
        self._enter(Stage.CHECKED if self.setup.facts() else Stage.EMPTY)

    def use(self) -> None:
        """Colourise with the new variant from now on."""
        self._settings.change(variant=self._title)
        self.close()

    def end(self) -> None:
        """Stop what runs, because the window closes; waits for it."""
        self._stop_process()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Training goes on; a check would serve nobody."""
        if self.stage is Stage.CHECKING and not event.spontaneous():
            self.stop()
        super().hideEvent(event)

    # What happens.

    def _train(self, words: Sequence[str | Path]) -> None:
        self._saved = False
        self.watch.begin(self.tr("Getting ready…"))
        self._enter(Stage.TRAINING)
        self.process.start([*words, "--no-install"])

    def _stop_process(self) -> None:
        self.process.blockSignals(True)
        self.process.stop()
        self.process.blockSignals(False)

    def _heed(self, event: dict[str, Any]) -> None:
        match event:
            case {"event": "preparing", "done": done, "of": of} if self.stage is Stage.CHECKING:
                self._hint.title.setText(self.tr("Looking at photo {0} of {1}").format(done, of))
            case {"event": "planned"}:
                self.setup.show_plan(event)
            case {"event": "verdict", "sheet": sheet}:
                self._say_verdict(event)
                self.watch.sheet.show_sheet(Path(sheet))
            case {"event": "saved"}:
                self._saved = True
            case _:
                self.watch.heed(event)

    def _ended(self, error: str) -> None:
        if error:
            self._fail(error)
        elif self.stage is Stage.CHECKING:
            self._enter(Stage.CHECKED)
        elif self._saved:
            self._enter(Stage.VERDICT)
        else:
            self._fail(self.tr("Training ended without a result. Try again."))

    def _fail(self, error: str) -> None:
        left = undecided(self._runs) if self.stage is Stage.TRAINING else None
        if self._run is not None and (left is None or left.folder != self._run):
            discard(self._run)  # it had learnt nothing yet
            self._run = None
        self.watch.end(self.tr("Training has stopped."))
        self._enter(Stage.FAILED)
        self._message.setText(error)

    def _offer_to_go_on(self, run: Undecided | None) -> bool:
        if run is None:
            return False
        self._run, self._title = run.folder, run.title
        self.watch.end(self.tr("Training has stopped."))
        text = self.tr("“{0}”, fine-tuned on the photos of “{1}”, is not decided yet. Go on where it stopped?")
        self._enter(Stage.STOPPED)
        self._message.setText(text.format(run.title, run.photos))
        return True

    def _say_verdict(self, event: dict[str, Any]) -> None:
        number = self.locale().toString
        text = self.tr(
            "Better on {0} of {1} held-out photos. Mean colour difference {2} → {3} (no colour: {4})."
        ).format(event["better"], event["of"], *(number(event[name], "f", 1) for name in ("start", "tuned", "grey")))
        self._better = bool(event["improved"]) and event["tuned"] < event["grey"]
        if not event["improved"]:
            text += " " + self.tr("That is no improvement: discard it, or add photos of the same kind.")
        elif not self._better:
            text += " " + self.tr("That is still no closer to the truth than grey: look at the photos first.")
        else:
            if event["only_a_tint"]:
                tint = self.tr("But it is a tint they share: within the photos, colours are no closer to the truth.")
                text += " " + tint
            elif event["duller"]:
                text += " " + self.tr("Its colours are duller, though: they have less chroma than before.")
            text += " " + self.tr("Look at the photos before you keep it.")
        self._verdict = text

    def _kept(self, title: str, error: str) -> None:
        if error:
            self._enter(Stage.VERDICT)
            self._message.setText(error)
            return
        self._title, self._run = title, None
        self._enter(Stage.KEPT)
        self.kept.emit(title)

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self._message.setText(self._said())
        self._show_stage()

    def _said(self) -> str:
        match self.stage:
            case Stage.VERDICT:
                self.watch.end(self.tr("Grey, before, after and true, the most improved photo first"))
                return self._verdict
            case Stage.KEPT:
                return self.tr("“{0}” stands among your variants now.").format(self._title)
            case Stage.TRAINING:
                return self.tr("You can close this page and go on working; training goes on.")
            case _:
                return ""

    def _show_stage(self) -> None:
        stage = self.stage
        visible = {
            Stage.EMPTY: {"close"},
            Stage.CHECKING: {"stop"},
            Stage.CHECKED: {"close", "start"},
            Stage.TRAINING: {"close", "stop"},
            Stage.STOPPED: {"discard", "close", "go_on"},
            Stage.VERDICT: {"discard", "close", "keep"},
            Stage.FAILED: {"close", "go_on", "discard"} if self._run else {"close", "again"},
            Stage.KEPT: {"close", "use"},
        }[stage]
        main = next((name for name in ("start", "keep", "use", "go_on", "again") if name in visible), "")
        if stage is Stage.VERDICT and not self._better:
            main = "discard"
        for name, button in self.buttons.items():
            button.setVisible(name in visible)
            button.setEnabled(True)
            button.setProperty("role", "primary" if name == main else "")
            button.style().unpolish(button)
            button.style().polish(button)
        self._message.setProperty("role", "error" if stage is Stage.FAILED else "")
        self._message.style().unpolish(self._message)
        self._message.style().polish(self._message)
        self.setup.lock(stage in (Stage.CHECKING, Stage.TRAINING, Stage.STOPPED, Stage.VERDICT))
        seen = stage in (Stage.TRAINING, Stage.VERDICT, Stage.KEPT) or not self.watch.sheet.empty
        self._right.setCurrentWidget(self.watch if seen else self._hint)
        self._hint.show_hint(*self._hint_for(stage))

    def _hint_for(self, stage: Stage) -> tuple[str, str, str]:
        """Return icon, title and sentence."""
        match stage:
            case Stage.CHECKING:
                text = self.tr("Some steps are tried, to say how long it will take. That takes about a minute.")
                return "search", self.tr("Looking at the photos"), text
            case Stage.CHECKED:
                text = self.tr("Curves and sample photos appear here. Training can be stopped, and goes on later.")
                return "check", self.tr("Ready"), text
            case Stage.STOPPED:
                return "pause", self.tr("A training waits"), self.tr("It goes on where it stopped.")
            case Stage.FAILED:
                return "alert", self.tr("That did not work"), self.tr("The message below says why.")
            case _:
                text = self.tr("Best are photos of one album: the same places, people, film. 20 are enough.")
                return "train", self.tr("Choose a folder of colour photos"), text


class Training:
    """The page of a window, made when it is first asked for.

    Args:
        settings: Knows the variant, and takes the new one.
        look: Colours and icons.
        runs: Folder of the window's training runs.
        window: The page stands before it.
    """

    def __init__(self, settings: SettingsStore, look: Look, runs: Path, window: QWidget) -> None:
        self._settings, self._look, self._runs, self._window = settings, look, runs, window
        self.page: TrainingPage | None = None

    @property
    def running(self) -> bool:
        """Whether something is being trained."""
        return self.page is not None and self.page.stage is Stage.TRAINING

    def show(self) -> None:
        """Show the page."""
        if self.page is None:
            self.page = TrainingPage(self._settings, self._look, self._runs, parent=self._window)
        self.page.show()
        self.page.raise_()
        self.page.activateWindow()

    def end(self) -> None:
        """Stop what runs; a run can be gone on with at the next start."""
        if self.page is not None:
            self.page.end()
