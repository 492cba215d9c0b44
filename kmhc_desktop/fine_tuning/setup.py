"""What is to be fine-tuned: the photos, the weights to start from, the name of the result, and what the check says."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop.engine.texts import translated
from kmhc_desktop.queue.progress_strip import duration_text
from kmhc_desktop.theme import look, restyle
from kmhc_desktop.variant_model import choices
from kmhc_desktop.widgets.plain_tip import plain_tip
from kmhc_engine import weights
from kmhc_engine.errors import printable

_ICON = 16  # pixels
_FEW_HELD_OUT = 8  # photos: fewer prove little
_NAMED = 2  # unreadable photos that are named


@dataclass(frozen=True)
class TrainingRequest:
    """What is to be learnt.

    Attributes:
        photos: Folder of colour photos.
        base: Name of the variant or the weights to start from.
        title: The name of the result.
    """

    photos: Path
    base: str
    title: str


class TrainingSetup(QFrame):
    """The card at the start of the page.

    Args:
        base: The variant to start from, where it has weights.

    Attributes:
        changed: Emitted when other photos or another start are chosen: they have to be checked.
        facts: What the check said, line by line.
    """

    changed = Signal()

    def __init__(self, base: str) -> None:
        super().__init__()
        self._photos: Path | None = None
        self.setProperty("role", "card")
        self._folder = QLineEdit(readOnly=True, placeholderText=self.tr("20 to 500 photos"))
        self._folder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._choose = QPushButton(self.tr("Choose…"), autoDefault=False)
        self._choose.clicked.connect(self._ask_for_folder)
        self._base = QComboBox()
        self._base.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.list_bases()
        self._base.setCurrentIndex(max(0, self._base.findText(base)))
        self._base.currentIndexChanged.connect(self._base_changed)
        self.title = QLineEdit(maxLength=60, placeholderText=self.tr("Name of your variant"))
        self.facts: list[str] = []
        self._fact_rows = QVBoxLayout()
        self._fact_rows.setSpacing(8)
        folder = QWidget()
        across = QHBoxLayout(folder)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        across.addWidget(self._folder, 1)
        across.addWidget(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 16)
        layout.setSpacing(6)
        fields: tuple[tuple[str, QWidget, QWidget], ...] = (
            (self.tr("Photos to learn from"), folder, self._choose),
            (self.tr("Start from"), self._base, self._base),
            (self.tr("Name"), self.title, self.title),
        )
        for text, field, named in fields:
            label = QLabel(text)
            label.setProperty("role", "section")
            label.setBuddy(named)
            named.setAccessibleName(text)
            layout.addWidget(label)
            layout.addWidget(field)
            layout.addSpacing(8)
        layout.addLayout(self._fact_rows)
        layout.addStretch(1)
        look().changed.connect(self._show_choose)
        self._show_choose()

    @property
    def request(self) -> TrainingRequest | None:
        """What was chosen; None until there are photos."""
        if self._photos is None or not self._base.currentText():
            return None
        title = self.title.text().strip() or self._photos.name or self._base.currentText()
        return TrainingRequest(self._photos, self._base.currentText(), weights.free_title(title))

    def choose(self, folder: Path) -> None:
        """Take these photos."""
        self._photos = folder
        _show(self._folder, folder.name)
        self._folder.setToolTip(plain_tip(printable(folder)))
        if not (self.title.isModified() and self.title.text().strip()):  # a name that was typed stays
            _show(self.title, weights.free_title(folder.name or str(folder)))
        self._show_choose()
        self.changed.emit()

    def show_run(self, title: str, photos: str) -> None:
        """Show what a run is of that began earlier; nothing is chosen any more.

        Args:
            title: The name of its result.
            photos: Name of the folder that it learns from.
        """
        self._photos = None
        _show(self._folder, photos)
        self._folder.setToolTip("")
        _show(self.title, title)
        self.clear_facts()
        self._show_choose()

    def list_bases(self) -> None:
        """Offer all weights that are here now to start from; what was chosen stays chosen, even where it is gone."""
        chosen = self._base.currentText()
        names = [choice.name for choice in choices() if choice.weights is not None]
        with QSignalBlocker(self._base):
            self._base.clear()
            self._base.addItems(names if chosen in (*names, "") else [*names, chosen])
            self._base.setCurrentIndex(max(0, self._base.findText(chosen)))

    def lock(self, locked: bool, *, named: bool) -> None:
        """Take no changes while training runs.

        Args:
            locked: Whether it does.
            named: Whether there is a run, which has its name already.
        """
        self.title.setEnabled(not (locked or named))  # first: the focus would go on to it, and show the name's end
        for widget in (self._choose, self._base):
            widget.setEnabled(not locked)

    def clear_facts(self) -> None:
        """Forget what the check said."""
        self.facts = []
        while (item := self._fact_rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()

    def show_plan(self, plan: dict[str, Any]) -> None:
        """Show what the check has found.

        Args:
            plan: The event `planned` of `kmhc train --dry-run`.
        """
        self.clear_facts()
        photos = plan["photos"]
        self._say("check", self.tr("%Ln photo(s) found", "", photos["found"]))
        text = self.tr("{0} to learn from, {1} to tune by, {2} held out to judge by")
        self._say("check", text.format(*(self.locale().toString(photos[split]) for split in ("train", "val", "test"))))
        gigabytes = self.locale().toString(plan["memory"] / 1e9, "f", 1)
        self._say(
            "waiting", self.tr("About {0} on {1}").format(duration_text(plan["seconds"]), translated(plan["device"]))
        )
        self._say("network", self.tr("About {0} GB of memory").format(gigabytes))
        for count, text in (
            (photos["grey"], self.tr("%Ln without colour left out", "", photos["grey"])),
            (photos["tinted"], self.tr("%Ln only tinted left out", "", photos["tinted"])),
            (len(photos["broken"]), self.tr("%Ln unreadable left out", "", len(photos["broken"]))),
        ):
            if count:
                self._say("alert", text)
        for reason in photos["broken"][:_NAMED]:
            self._say("", translated(reason))
        if photos["test"] < _FEW_HELD_OUT:
            self._say("alert", self.tr("So few held-out photos prove little: add photos, or look closely."))

    def _say(self, icon: str, text: str) -> None:
        self.facts.append(text)
        row = QWidget()
        picture, label = QLabel(), QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)  # it may name a file
        picture.setFixedWidth(_ICON)
        if icon:
            colours = look().colours
            colour = {"check": colours.done, "alert": colours.review}.get(icon, colours.secondary)
            picture.setPixmap(look().icon(icon, colour).pixmap(_ICON, _ICON))
        else:
            label.setProperty("role", "secondary")
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(picture)
        layout.addWidget(label, 1)
        self._fact_rows.addWidget(row)

    def _show_choose(self) -> None:
        """Invite to choose photos until some are named."""
        inviting = not self._folder.text()
        colours = look().colours
        self._choose.setIcon(look().icon("folder-open", colours.on_accent if inviting else colours.text))
        restyle(self._choose, role="primary" if inviting else "")

    def _ask_for_folder(self) -> None:
        start = str(self._photos or Path.home())
        name = QFileDialog.getExistingDirectory(self, self.tr("Colour photos to learn from"), start)
        if name:
            self.choose(Path(name))

    def _base_changed(self) -> None:
        if self._photos is not None:
            self.changed.emit()


def _show(field: QLineEdit, text: str) -> None:
    field.setText(text)
    field.home(False)  # a long one shows its beginning
