"""What a person says about an album: kind, title, author, language, theme, paper, and what else goes in."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QLabel, QLineEdit, QVBoxLayout

from kmhc_desktop.widgets.cards import choice_box
from kmhc_engine.album.options import Kind, Options, Paper, Theme
from kmhc_engine.album.texts import languages

_PRINTED = {Kind.PDF, Kind.SHEET}
_WEB = {Kind.WEB, Kind.WEB_ZIP}
_LANGUAGES = {
    "ar": "العربية", "de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "he": "עברית",
    "it": "Italiano", "nl": "Nederlands", "pl": "Polski", "pt": "Português",
}  # fmt: skip


class AlbumForm(QFrame):
    """The form.

    Attributes:
        changed: Emitted when anything is another.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._options = Options()
        self.kind = choice_box(
            [
                (self.tr("Web album"), Kind.WEB),
                (self.tr("PDF to print"), Kind.PDF),
                (self.tr("Contact sheet"), Kind.SHEET),
                (self.tr("Photos in a ZIP"), Kind.ZIP),
                (self.tr("Web album in a ZIP"), Kind.WEB_ZIP),
            ],
            Kind.WEB,
        )
        self.title = QLineEdit(maxLength=200)
        self.author = QLineEdit(maxLength=200)
        self.language = choice_box([(_LANGUAGES.get(code, code), code) for code in languages()], Options.language)
        self.theme = choice_box(
            [
                (self.tr("As the reader's system"), Theme.AUTO),
                (self.tr("Light"), Theme.LIGHT),
                (self.tr("Dark"), Theme.DARK),
            ],
            Theme.AUTO,
        )
        self.paper = choice_box([("A4", Paper.A4), (self.tr("Letter"), Paper.LETTER)], Paper.A4)
        self.each = choice_box([("1", "1"), ("2", "2"), ("4", "4")], "1")
        self.before = QCheckBox(self.tr("Show the originals too"))
        self.downloads = QCheckBox(self.tr("Photos in full size, to download"))
        self.webp = QCheckBox(self.tr("Smaller pictures, for a web site"))
        self.webp.setToolTip(self.tr("Adds WebP, a fifth smaller, beside JPEG. It makes the export slower."))
        self.footer = QCheckBox(self.tr("Say that KMHC coloured the photos"))
        self.keep = QCheckBox(self.tr("Keep places, people and camera data"))
        self.keep.setToolTip(self.tr("Otherwise only the date and the caption stay in the pictures."))
        self._lay_out()
        for box in (self.kind, self.language, self.theme, self.paper, self.each):
            box.currentIndexChanged.connect(self._heed)
        for edit in (self.title, self.author):
            edit.textEdited.connect(self.changed)
        for tick in self._ticks:
            tick.clicked.connect(self.changed)
        self._heed()

    @property
    def _ticks(self) -> tuple[QCheckBox, ...]:
        return self.before, self.downloads, self.webp, self.footer, self.keep

    def _lay_out(self) -> None:
        self._form = QFormLayout(horizontalSpacing=14, verticalSpacing=8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        labels = []
        for text, field in (
            (self.tr("Kind"), self.kind),
            (self.tr("Title"), self.title),
            (self.tr("Author"), self.author),
            (self.tr("Language"), self.language),
            (self.tr("Theme"), self.theme),
            (self.tr("Paper"), self.paper),
            (self.tr("Photos a page"), self.each),
        ):
            label = QLabel(text)
            label.setBuddy(field)
            label.setMinimumHeight(field.sizeHint().height())
            field.setAccessibleName(text)
            self._form.addRow(label, field)
            labels.append(label)
        widest = max(label.sizeHint().width() for label in labels)
        for label in labels:
            label.setMinimumWidth(widest)  # the fields begin at one line whichever show
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(6)
        layout.addLayout(self._form)
        layout.addSpacing(6)
        for tick in self._ticks:
            layout.addWidget(tick)
        layout.addStretch(1)

    @property
    def chosen_kind(self) -> Kind:
        """The kind of album."""
        return Kind(self.kind.currentData())

    def load(self, options: Options, kind: Kind, title: str) -> None:
        """Show options.

        Args:
            options: Of the last export.
            kind: Of the last export.
            title: The one that an album without a title gets.
        """
        self._options = options
        self.blockSignals(True)
        for box, value in (
            (self.kind, kind), (self.language, options.language), (self.theme, options.theme),
            (self.paper, options.paper), (self.each, str(options.photos_per_page)),
        ):  # fmt: skip
            box.setCurrentIndex(max(0, box.findData(value)))
        self.title.setText(options.title)
        self.title.home(False)
        self.title.setPlaceholderText(title)
        self.author.setText(options.author)
        for tick, wanted in zip(
            self._ticks,
            (options.before, options.downloads, options.webp, options.footer, options.keep_metadata),
            strict=True,
        ):
            tick.setChecked(wanted)
        self.blockSignals(False)
        self._heed()

    def options(self) -> Options:
        """Return the options as they stand in the form."""
        return replace(
            self._options,
            title=self.title.text().strip(),
            author=self.author.text().strip(),
            language=self.language.currentData(),
            theme=Theme(self.theme.currentData()),
            paper=Paper(self.paper.currentData()),
            photos_per_page=int(self.each.currentData()),
            before=self.before.isChecked(),
            downloads=self.downloads.isChecked(),
            webp=self.webp.isChecked(),
            footer=self.footer.isChecked(),
            keep_metadata=self.keep.isChecked(),
        )

    def _heed(self) -> None:
        """Show only what means something for the kind."""
        kind = self.chosen_kind
        for field, kinds in (
            (self.title, _WEB | _PRINTED), (self.author, _WEB | _PRINTED), (self.language, _WEB | _PRINTED),
            (self.theme, _WEB), (self.paper, _PRINTED), (self.each, {Kind.PDF}),
        ):  # fmt: skip
            self._form.setRowVisible(field, kind in kinds)
        for tick, kinds in (
            (self.before, _WEB | {Kind.PDF}), (self.downloads, _WEB), (self.webp, _WEB), (self.footer, _WEB | _PRINTED),
            (self.keep, _WEB | {Kind.ZIP}),
        ):  # fmt: skip
            tick.setVisible(kind in kinds)
        self.changed.emit()
