"""The photos of an album, with what chooses and orders them above."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kmhc_desktop.album.model import Column
from kmhc_desktop.album.table import AlbumTable

_SPACING = 8
_NAMES = {True: 220, False: 185}  # pixels for the names of the photos, where there is room and where not


class AlbumPane(QFrame):
    """Shows the table; on a small screen without the labels of the boxes, which tell by themselves what they are.

    Args:
        table: The photos.
        choice: Which of them are in the album.
        order: How they follow one another.
    """

    def __init__(self, table: AlbumTable, choice: QComboBox, order: QComboBox) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._table, self._roomy = table, True
        self._labels: list[QLabel] = []
        self._tools: list[QWidget] = []
        row = QHBoxLayout()
        row.setContentsMargins(10, 8, 10, 4)
        row.setSpacing(_SPACING)
        for text, box in ((self.tr("Photos"), choice), (self.tr("Order"), order)):
            label = QLabel(text)
            label.setBuddy(box)
            box.setAccessibleName(text)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            row.addWidget(label)
            row.addWidget(box)
            self._labels.append(label)
            self._tools += [label, box]
        row.addStretch(1)
        choice.setMinimumWidth(90)
        choice.setToolTip(self.tr("Favourites are photos that are rated four stars or five."))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 8)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(table)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave out what there is no room for."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Show the labels where the boxes have room beside them."""
        needed = sum(tool.sizeHint().width() + _SPACING for tool in self._tools) + 24
        roomy = self.width() >= needed
        if roomy != self._roomy:
            self._roomy = roomy
            self._table.header().resizeSection(Column.PHOTO, _NAMES[roomy])
            for label in self._labels:
                label.setVisible(roomy)
