"""The dialog that copies finished photos to another folder, in another format or under other names."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop.album import messages
from kmhc_desktop.album.making_strip import MakingStrip, open_file
from kmhc_desktop.album.work import AlbumWork
from kmhc_desktop.engine.texts import translated
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.theme import restyle
from kmhc_desktop.widgets.cards import card, choice_box
from kmhc_desktop.widgets.quality_slider import QualitySlider
from kmhc_desktop.widgets.screen_room import grow_within_screen
from kmhc_engine.album.captions import Told
from kmhc_engine.album.copies import Conflict, Wish, filled
from kmhc_engine.errors import printable
from kmhc_engine.photos import Format

Chosen = Mapping[Path, Sequence[str]]
_PATTERNS = ("{name}", "{name} colour", "{number} {name}", "{date} {name}", "{folder}/{name}")
_LOSSY = (Format.JPEG, Format.WEBP)
_KEPT = "export"


class CopyDialog(QDialog):
    """Copies photos.

    Args:
        finished: Names of all photos that are done, by colourised folder.
        selected: Those of the ones that are selected in the window.
        settings: Where the last choices are kept.
        work: Talks to the process that does it.
    """

    def __init__(
        self,
        finished: Chosen,
        selected: Chosen,
        settings: SettingsStore,
        work: AlbumWork | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._choices = {"all": finished, "selected": selected}
        self._closing = False
        self._work = work or AlbumWork(self)
        self.setWindowTitle(self.tr("Export photos"))
        self.setMinimumWidth(640)
        kept = _kept(settings)
        self.photos = QComboBox()
        for text, value in ((self.tr("All that are done ({0})"), "all"), (self.tr("Selected ({0})"), "selected")):
            if count := sum(map(len, self._choices[value].values())):
                self.photos.addItem(text.format(self.locale().toString(count)), value)
        self.target = QLineEdit(str(kept["target"]), placeholderText=self.tr("Folder for the copies"))
        self.format = choice_box(
            [
                (self.tr("As they are"), ""),
                ("JPEG", "jpeg"),
                ("PNG", "png"),
                ("TIFF", "tiff"),
                ("WebP", "webp"),
            ],
            str(kept["format"]),
        )
        self.quality = QualitySlider(int(kept["quality"]))
        self.pattern = QComboBox(editable=True)
        self.pattern.addItems(_PATTERNS)
        self.pattern.setEditText(str(kept["pattern"]))
        self.example = QLabel(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.conflict = choice_box(
            [
                (self.tr("Number the copy"), Conflict.NUMBER),
                (self.tr("Pass over it"), Conflict.SKIP),
                (self.tr("Replace it"), Conflict.REPLACE),
            ],
            str(kept["conflict"]),
        )
        self.keep_metadata = QCheckBox(self.tr("Keep places, people and camera data"))
        self.keep_metadata.setChecked(bool(kept["keep"]))
        self.strip = MakingStrip(self.tr("Export"), can_open=False)
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        self._choose = QPushButton(self.tr("Choose…"), autoDefault=False)
        folder = QHBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(self.target, 1)
        folder.addWidget(self._choose)
        title = QLabel(self.tr("Export photos"))
        title.setProperty("role", "title")
        fields = self.tr("{name}, {folder}, {number}, {date} and {variant} stand for what each photo has.")
        self.pattern.setToolTip(fields)
        if (typed := self.pattern.lineEdit()) is not None:
            typed.setAccessibleName(self.tr("Names"))
        self._form = card(
            self.tr("Copies"),
            [
                (self.tr("Photos"), self.photos),
                (self.tr("Folder"), folder),
                (self.tr("Format"), self.format),
                (self.tr("Quality (JPEG, WebP)"), self.quality),
                (self.tr("Names"), self.pattern),
                ("", self.example),
                (self.tr("If a name is taken"), self.conflict),
                (self.tr("Metadata"), self.keep_metadata),
            ],
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 20)
        layout.setSpacing(14)
        layout.addWidget(title)
        layout.addWidget(self._form)
        layout.addWidget(self.strip)

    def _connect(self) -> None:
        self._work.reported.connect(self._heed)
        self._choose.clicked.connect(self._choose_target)
        for box in (self.photos, self.format, self.conflict):
            box.currentIndexChanged.connect(self._refresh)
        self.quality.changed.connect(self._refresh)
        self.pattern.editTextChanged.connect(self._refresh)
        self.target.textChanged.connect(self._refresh)
        self.keep_metadata.clicked.connect(self._refresh)
        self.strip.begin.clicked.connect(self.make)
        self.strip.cancel_requested.connect(lambda: self._work.tell(messages.Cancel()))
        self.strip.close_button.clicked.connect(self.reject)
        self.strip.reveal_requested.connect(open_file)

    def make(self) -> None:
        """Begin to copy."""
        self._keep()
        self._form.setEnabled(False)
        self.strip.show_progress()
        chosen = self._choices[self.photos.currentData()]
        wish = Wish(
            Path(self.target.text().strip()).expanduser(),
            self._format,
            self.quality.value(),
            self.pattern.currentText(),
            Conflict(self.conflict.currentData()),
            self.keep_metadata.isChecked(),
        )
        by_folder = tuple((folder, tuple(names)) for folder, names in chosen.items() if names)
        self._work.tell(messages.CopyPhotos(by_folder, wish))

    def event(self, event: QEvent) -> bool:
        """Grow with what is said: a long example or reason is not cut."""
        if event.type() is QEvent.Type.LayoutRequest and (layout := self.layout()) is not None:
            grow_within_screen(self, layout.totalHeightForWidth(self.width()))
        return super().event(event)

    def reject(self) -> None:
        """Close; copying under way is given up first."""
        if self.strip.making:
            self._closing = True
            self.strip.cancel.click()
            return
        self._work.close()
        super().reject()

    @property
    def _format(self) -> Format | None:
        chosen = self.format.currentData()
        return Format(chosen) if chosen else None

    def _heed(self, report: messages.Report) -> None:
        match report:
            case messages.Progress():
                self.strip.show_progress(report)
                return
            case messages.Made():
                self.strip.show_made(report)
            case messages.Failed(""):
                self.strip.show_idle(self.tr("Cancelled. The copies that are there are whole."))
            case messages.Failed(text):
                self.strip.show_error(text)
        self._form.setEnabled(True)
        if self._closing:
            self.reject()

    def _refresh(self) -> None:
        self.quality.setEnabled(self._format in _LOSSY)
        text, problem = self._example()
        self.example.setText(text)
        restyle(self.example, role="error" if problem else "secondary")
        self.strip.show_idle(possible=not problem and bool(self.target.text().strip()))

    def _example(self) -> tuple[str, bool]:
        chosen = self._choices.get(self.photos.currentData() or "all", {})
        names = [name for some in chosen.values() for name in some]
        if not names:
            return self.tr("No photo is done yet."), True
        told = Told(taken="1954-07-12", variant=self._settings.current.variant)
        try:
            path = filled(self.pattern.currentText(), names[0], told, 1, len(names))
        except ValueError as error:
            return translated(str(error)), True
        example = f"{path}{(self._format or Path(names[0])).suffix}"
        return self.tr("For example: {0}").format(printable(example)), False

    def _choose_target(self) -> None:
        start = self.target.text() or str(Path.home())
        if folder := QFileDialog.getExistingDirectory(self, self.tr("Folder for the copies"), start):
            self.target.setText(str(Path(folder)))  # with the system's own separators

    def _keep(self) -> None:
        kept = {
            "target": self.target.text().strip(),
            "format": self.format.currentData(),
            "quality": self.quality.value(),
            "pattern": self.pattern.currentText(),
            "conflict": self.conflict.currentData(),
            "keep": self.keep_metadata.isChecked(),
        }
        self._settings.save_layout(_KEPT, QByteArray(json.dumps(kept).encode()))


def _kept(settings: SettingsStore) -> dict[str, Any]:
    """Return the last choices; what is missing or damaged is the default."""
    defaults = {
        "target": "", "format": "", "quality": settings.current.quality, "pattern": _PATTERNS[0],
        "conflict": str(Conflict.NUMBER), "keep": True,
    }  # fmt: skip
    with suppress(ValueError, TypeError, AttributeError):
        kept = json.loads(bytes(settings.layout(_KEPT).data()))
        defaults |= {name: value for name, value in kept.items() if type(value) is type(defaults.get(name))}
    return defaults
