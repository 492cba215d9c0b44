"""What shows while there are no photos: a place to drop some, one sentence and two buttons."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kmhc_desktop.theme import look, restyle
from kmhc_engine import resources


class EmptyState(QWidget):
    """The first thing that people see.

    Attributes:
        open_requested: The button that opens a folder.
        samples_requested: The button that takes the sample photos.
    """

    open_requested = Signal()
    samples_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._area = QFrame()
        self._area.setMinimumHeight(360)
        self._area.setMaximumSize(720, 460)
        self._area.setProperty("role", "drop")
        picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        icon = QIcon(str(resources.folder() / "icons" / "kmhc.svg"))
        picture.setPixmap(icon.pixmap(QSize(112, 112), self.devicePixelRatioF()))
        title = QLabel(self.tr("Drop your black-and-white photos here"), alignment=Qt.AlignmentFlag.AlignCenter)
        title.setProperty("role", "title")
        title.setWordWrap(True)
        sentence = QLabel(
            self.tr("A folder or single files. Originals are never changed, and nothing leaves this computer."),
            alignment=Qt.AlignmentFlag.AlignCenter,
            wordWrap=True,
        )
        sentence.setProperty("role", "secondary")
        self._open = QPushButton(self.tr("Open folder…"))
        self._open.setProperty("role", "primary")
        self._open.clicked.connect(self.open_requested)
        self._samples = QPushButton(self.tr("Try the sample photos"))
        self._samples.clicked.connect(self.samples_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self._open)
        buttons.addWidget(self._samples)
        buttons.addStretch(1)
        inside = QVBoxLayout(self._area)
        inside.setContentsMargins(40, 32, 40, 36)
        inside.setSpacing(12)
        inside.addStretch(1)
        inside.addWidget(picture)
        inside.addWidget(title)
        inside.addWidget(sentence)
        inside.addSpacing(14)
        inside.addLayout(buttons)
        inside.addStretch(1)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(self._area, 8)
        across.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(32, 24, 32, 24)
        outer.addStretch(1)
        outer.addLayout(across, 8)
        outer.addStretch(1)
        look().changed.connect(self._recolour)
        self._recolour()

    def show_dragging(self, active: bool) -> None:
        """Say that what is dragged may be dropped."""
        restyle(self._area, active=active)

    def _recolour(self) -> None:
        self._open.setIcon(look().icon("folder-open", look().colours.on_accent))
        self._samples.setIcon(look().icon("photo"))
