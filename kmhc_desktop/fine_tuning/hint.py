"""What the fine-tune page says while it has no curves and photos to show."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from kmhc_desktop.fine_tuning.stage import Stage
from kmhc_desktop.theme import look

_ICON, _MARGIN = 48, 48  # pixels


class TrainingHint(QWidget):
    """An icon, a title and a sentence, in the middle."""

    def __init__(self) -> None:
        super().__init__()
        middle = Qt.AlignmentFlag.AlignCenter
        self._icon = QLabel(alignment=middle)
        self.title = QLabel(alignment=middle, wordWrap=True)
        self.title.setProperty("role", "heading")
        self._text = QLabel(alignment=middle, wordWrap=True)
        self._text.setProperty("role", "secondary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        layout.setSpacing(10)
        layout.addStretch(1)
        layout.addWidget(self._icon)
        layout.addWidget(self.title)
        layout.addWidget(self._text)
        layout.addStretch(1)

    def show_stage(self, stage: Stage, *, over: bool, chosen: bool) -> None:
        """Say what the page is at.

        Args:
            stage: Where it is.
            over: Whether the training that waits has a result.
            chosen: Whether there are photos to learn from.
        """
        icon, title, text = self._for(stage, over=over, chosen=chosen)
        drawn = look().icon(icon, look().colours.secondary, (_ICON, 2 * _ICON))  # sharp at 200 % too
        self._icon.setPixmap(drawn.pixmap(_ICON, _ICON))
        self.title.setText(title)
        self._text.setText(text)

    def _for(self, stage: Stage, *, over: bool, chosen: bool) -> tuple[str, str, str]:
        """Return icon, title and sentence."""
        match stage:
            case Stage.CHECKING:
                text = self.tr("Some steps are tried, to say how long it will take. That takes about a minute.")
                return "search", self.tr("Looking at the photos"), text
            case Stage.CHECKED:
                text = self.tr(
                    "Curves and sample photos appear here. From the first sample photos on, training can be stopped "
                    "and goes on later."
                )
                return "check", self.tr("Ready"), text
            case Stage.STOPPED if over:
                return "check", self.tr("A training has ended"), self.tr("Its verdict waits.")
            case Stage.STOPPED:
                return "pause", self.tr("A training waits"), self.tr("It goes on where it stopped.")
            case Stage.FAILED:
                return "alert", self.tr("That did not work"), self.tr("The message below says why.")
            case Stage.EMPTY if chosen:
                text = self.tr("They have to be, to say how long it will take. Try again, or choose others.")
                return "search", self.tr("The photos have not been looked at"), text
            case _:
                text = self.tr("Best are photos of one album: the same places, people, film. 20 are enough.")
                return "train", self.tr("Choose a folder of colour photos"), text
