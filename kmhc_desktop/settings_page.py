"""The one page of settings."""

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop.settings import SaveEdits, SettingsStore, Theme
from kmhc_desktop.widgets.cards import card, choice_box, primary, scrolled
from kmhc_desktop.widgets.quality_slider import QualitySlider
from kmhc_desktop.widgets.screen_room import resize_within_screen
from kmhc_engine.choices import ColourPhotos


class SettingsPage(QDialog):
    """Shows the settings and stores them when they are accepted.

    Args:
        settings: The store.
    """

    def __init__(self, settings: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Settings"))
        current = settings.current
        self.theme = choice_box(
            [
                (self.tr("As the system"), Theme.SYSTEM),
                (self.tr("Light"), Theme.LIGHT),
                (self.tr("Dark"), Theme.DARK),
            ],
            current.theme,
        )
        self.language = choice_box(
            [(self.tr("As the system"), ""), ("English", "en"), ("Deutsch", "de")], current.language
        )
        self.format = choice_box(
            [
                (self.tr("Each photo's own"), ""),
                ("JPEG", "jpeg"),
                ("PNG", "png"),
                ("TIFF", "tiff"),
                ("WebP", "webp"),
            ],
            current.format,
        )
        self.colour_photos = choice_box(
            [
                (self.tr("Skip them"), ColourPhotos.SKIP),
                (self.tr("Copy them to the results"), ColourPhotos.COPY),
                (self.tr("Colourise them anew"), ColourPhotos.REDO),
            ],
            current.colour_photos,
        )
        self.save_edits = choice_box(
            [
                (self.tr("When I go to the next photo"), SaveEdits.ON_LEAVING),
                (self.tr("At once"), SaveEdits.AT_ONCE),
            ],
            current.save_edits,
        )
        self.output = QLineEdit(current.output, placeholderText=self.tr("Beside each folder"))
        self.output.setToolTip(self.tr("Beside each folder, as “… colourised”"))
        self.quality = QualitySlider(current.quality)
        self._lay_out()

    def _lay_out(self) -> None:
        choose = QPushButton(self.tr("Choose…"))
        choose.clicked.connect(self._choose_output)
        folder = QHBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(self.output, 1)
        folder.addWidget(choose)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        primary(buttons.button(QDialogButtonBox.StandardButton.Save))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        title = QLabel(self.tr("Settings"))
        title.setProperty("role", "title")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 22, 24, 20)
        layout.setSpacing(14)
        layout.addWidget(title)
        cards = QWidget()
        column = QVBoxLayout(cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(
            card(
                self.tr("Results"),
                [
                    (self.tr("Folder"), folder),
                    (self.tr("Format"), self.format),
                    (self.tr("Quality (JPEG, WebP)"), self.quality),
                    (self.tr("Photos in colour already"), self.colour_photos),
                    (self.tr("Save adjustments"), self.save_edits),
                ],
            )
        )
        column.addWidget(
            card(self.tr("Window"), [(self.tr("Theme"), self.theme), (self.tr("Language"), self.language)])
        )
        area = scrolled(cards)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
        whole = self.sizeHint().height() + cards.sizeHint().height() - area.sizeHint().height()
        resize_within_screen(self, 560, whole)

    def accept(self) -> None:
        """Store what was chosen."""
        self._settings.change(
            theme=Theme(self.theme.currentData()),
            language=self.language.currentData(),
            output=self.output.text().strip(),
            format=self.format.currentData(),
            quality=self.quality.value(),
            colour_photos=ColourPhotos(self.colour_photos.currentData()),
            save_edits=SaveEdits(self.save_edits.currentData()),
        )
        super().accept()

    def _choose_output(self) -> None:
        start = self.output.text() or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder for the results"), start)
        if folder:
            self.output.setText(str(Path(folder)))  # with the system's own separators
