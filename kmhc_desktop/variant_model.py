"""The variants as a table: what each is, what the paper says, what was measured, whether its weights are here."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QLocale, QModelIndex, QPersistentModelIndex, Qt

from kmhc_desktop.queue.progress_strip import duration_text
from kmhc_engine import variants, weights
from kmhc_engine.variants import Embedding, Variant
from kmhc_engine.weights import Weights

Index = QModelIndex | QPersistentModelIndex

# Billions of operations for one photo of 256 x 256 pixels, by network.
_WORK = {
    "unetplusplus/resnet18": 31.7,
    "unetplusplus/resnet34": 36.6,
    "unetplusplus/resnet50": 114.7,
    "unetplusplus/resnet101": 124.4,
    "unetplusplus/resnet152": 134.1,
    "unetplusplus/inceptionresnetv2": 91.4,
    "unetplusplus/efficientnet-b6": 28.2,
    "unet/resnet152": 40.5,
    "unet/inceptionresnetv2": 32.5,
}

_PARAMETERS = {variant.network: variant.published.parameters for variant in variants.PAPER if variant.published}


class Column(IntEnum):
    """The columns of the table; a narrow one shows the first and scrolls to the others."""

    NAME = 0
    WEIGHTS = 1
    NETWORK = 2
    LOSS = 3
    PARAMETERS = 4
    PUBLISHED = 5
    MEASURED = 6
    TIME = 7


@dataclass(frozen=True)
class Choice:
    """A row: a variant, with the weights that it would use.

    Attributes:
        name: How the engine finds it: the variant's name or the weights' title.
        variant: What the network is.
        weights: None if there are none on this computer.
    """

    name: str
    variant: Variant
    weights: Weights | None


def choices() -> list[Choice]:
    """Return the paper's variants and the user's own."""
    known = weights.catalogue()
    rows = []
    for variant in dict.fromkeys((variants.DEFAULT, *variants.PAPER)):
        fitting = [one for one in known if one.variant == variant and not one.named]
        rows.append(Choice(variant.name, variant, fitting[0] if fitting else None))
    titles = {row.name for row in rows}
    for one in known:
        if one.title not in titles:
            titles.add(one.title)
            rows.append(Choice(one.title, one.variant, one))
    return rows


def described(variant: Variant) -> str:
    """Return what a variant is, as `str` does, in the window's language."""
    translate = QCoreApplication.translate
    text = translate("VariantModel", "{0} over {1}, {2} in {3}")
    text = text.format(variant.architecture_title, variant.encoder, variant.loss, variant.space)
    if variant.embedding is not Embedding.NONE:
        text = translate("VariantModel", "{0} through {1}").format(text, variant.embedding)
    return text if variant.name == variant.spec else f"{variant.name} ({text})"


class VariantModel(QAbstractTableModel):
    """The variants of this computer.

    Attributes:
        rows: All of them, in the order of the table.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Choice] = []
        self._seconds: tuple[str, float] | None = None
        self._photos = 0
        self.reload()

    def reload(self) -> None:
        """Read the weights' headers again."""
        self.beginResetModel()
        self.rows = choices()
        self.endResetModel()

    def set_speed(self, network: str, seconds: float, photos: int) -> None:
        """Say how long one photo took with a network, and how many photos there are."""
        self._seconds, self._photos = (network, seconds), photos
        self.dataChanged.emit(self.index(0, Column.TIME), self.index(len(self.rows) - 1, Column.TIME))

    def find(self, name: str) -> int:
        """Return the row of a name, -1 if there is none."""
        return next((at for at, row in enumerate(self.rows) if row.name == name), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return how many variants there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and signature
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802 - Qt's name
        """Return a column's title."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(Column(section))
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            Column.NAME: self.tr("Variant"),
            Column.NETWORK: self.tr("Network"),
            Column.LOSS: self.tr("Trained on"),
            Column.PARAMETERS: self.tr("Size"),
            Column.PUBLISHED: self.tr("Published"),
            Column.MEASURED: self.tr("Measured"),
            Column.TIME: self.tr("Time"),
            Column.WEIGHTS: self.tr("Weights"),
        }[Column(section)]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return described(row.variant)
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def _text(self, row: Choice, column: Column) -> str:
        variant = row.variant
        match column:
            case Column.NAME:
                return row.name
            case Column.NETWORK:
                return f"{variant.architecture_title} · {variant.encoder}"
            case Column.LOSS:
                return f"{variant.loss}, {variant.space}"
            case Column.PARAMETERS:
                millions = _PARAMETERS.get(variant.network)
                return self.tr("{0} M").format(QLocale().toString(millions, "f", 1)) if millions else "–"
            case Column.PUBLISHED:
                return _percent(variant.published.accuracy) if variant.published else "–"
            case Column.MEASURED:
                return _measured(row.weights)
            case Column.TIME:
                return self._time(variant)
            case Column.WEIGHTS:
                if row.weights is None:
                    return self.tr("Not here")
                return self.tr("Interim") if row.weights.interim else self.tr("Here")

    def _time(self, variant: Variant) -> str:
        work = _WORK.get(variant.network)
        if self._seconds is None or work is None or self._seconds[0] not in _WORK:
            return "–"
        return duration_text(self._seconds[1] * work / _WORK[self._seconds[0]] * max(1, self._photos))


def _alignment(column: Column) -> Qt.AlignmentFlag:
    numbers = column in (Column.PARAMETERS, Column.PUBLISHED, Column.MEASURED, Column.TIME)
    return Qt.AlignmentFlag.AlignVCenter | (Qt.AlignmentFlag.AlignRight if numbers else Qt.AlignmentFlag.AlignLeft)


def _measured(found: Weights | None) -> str:
    """Return the accuracy in the weights' header, as MS-SSIM percent, where there is one."""
    if found is None:
        return "–"
    value = next((value for name, value in found.metrics.items() if "accuracy" in name or "ms_ssim" in name), None)
    if value is None:
        return "–"
    return _percent(value * 100 if value <= 1 else value)


def _percent(value: float) -> str:
    return f"{QLocale().toString(value, 'f', 2)} %"
