"""The dialog that chooses a variant, brings weights in or removes them, and has the network's advanced settings."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, Qt, QThreadPool, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kmhc_desktop import dialogs
from kmhc_desktop.engine.messages import Ready
from kmhc_desktop.engine.texts import translated
from kmhc_desktop.settings import SIDES, SettingsStore
from kmhc_desktop.theme import look
from kmhc_desktop.variant_model import Choice, Column, VariantModel, described
from kmhc_desktop.widgets.cards import primary
from kmhc_desktop.widgets.flow_layout import FlowLayout
from kmhc_desktop.widgets.screen_room import resize_within_screen
from kmhc_engine import weights
from kmhc_engine.choices import Precision
from kmhc_engine.errors import KMHCError
from kmhc_engine.variants import DEFAULT, Variant
from kmhc_engine.weights import Refused
from kmhc_engine.weights_import import import_weights

_MARGIN = 24  # pixels, left and right


class Importing(QObject):
    """Brings weights in, in a thread of the pool: a child process reads the file, and that takes seconds.

    It goes when that has ended.

    Attributes:
        ended: Emitted with why there are no weights; empty if all went well.
    """

    ended = Signal(str)
    _read = Signal(str)

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self._read.connect(self.ended)
        self._read.connect(self.deleteLater)

    def start(self, file: Path, variant: Variant | None) -> None:
        """Begin to read a file, of this variant if it does not say itself of which."""
        QThreadPool.globalInstance().start(lambda: self._import(file, variant))

    def _import(self, file: Path, variant: Variant | None) -> None:
        try:
            results = import_weights(file, otherwise=variant)
            text = "\n".join(one.reason for one in results if isinstance(one, Refused))
        except KMHCError as error:
            text = str(error)
        except Exception as error:
            text = f"{file.name}: {error}"
        with suppress(RuntimeError):  # the window has gone
            self._read.emit(text)


class _Table(QTableView):
    """A table that fills its width, and whose keys Home and End go to the first and the last row."""

    def needed(self) -> int:
        """Return how wide it is when it shows all columns whole."""
        header = self.horizontalHeader()
        return sum(max(header.sectionSizeHint(one), self.sizeHintForColumn(one)) for one in Column)

    def share_room(self) -> None:
        """Give the networks the room that is left; where there is too little, it scrolls."""
        room = self.needed() <= self.viewport().width()
        mode = QHeaderView.ResizeMode.Stretch if room else QHeaderView.ResizeMode.ResizeToContents
        self.horizontalHeader().setSectionResizeMode(Column.NETWORK, mode)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the room anew."""
        super().resizeEvent(event)
        self.share_room()

    def moveCursor(  # noqa: N802 - Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Say where a key leads; Home and End of Qt's tables go to the first and the last column."""
        model = self.model()
        if action is QAbstractItemView.CursorAction.MoveHome:
            return model.index(0, 0)
        if action is QAbstractItemView.CursorAction.MoveEnd:
            return model.index(model.rowCount() - 1, 0)
        return super().moveCursor(action, modifiers)


class VariantPicker(QDialog):
    """Chooses the variant for the photos to come.

    Args:
        settings: Where the choice goes.
        model: The variants.
        ready: What the engine has said of itself, if it has.
        in_use: The variant that a run is at work with: its weights stay; empty for none.

    Attributes:
        importing: What brings weights in, while it is at work.
        confirm_removal: Asked with this dialog and a name before its weights are deleted; returns whether to.
    """

    def __init__(
        self,
        settings: SettingsStore,
        model: VariantModel,
        ready: Ready | None,
        in_use: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._model, self._in_use = settings, model, in_use
        self.setWindowTitle(self.tr("Choose a variant"))
        self._table = self._make_table()
        self._text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._text.setProperty("role", "secondary")
        self._import = QPushButton(look().icon("import"), self.tr("Import weights…"))
        self._import.clicked.connect(self._ask_for_file)
        self._remove = QPushButton(look().icon("remove"), self.tr("Remove…"))
        self._remove.clicked.connect(self._ask_to_remove)
        self.confirm_removal: Callable[[QWidget, str], bool] = dialogs.ask_before_removing
        self.importing: Importing | None = None
        self._side, self._device, self._precision = QComboBox(), QComboBox(), QComboBox()
        self._advanced = self._make_advanced(ready)
        self._advanced.hide()
        self._more = QPushButton(look().icon("sliders"), self.tr("Advanced"))
        self._more.setCheckable(True)
        self._more.toggled.connect(self._advanced.setVisible)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        primary(self._buttons.button(QDialogButtonBox.StandardButton.Ok)).setText(self.tr("Use this variant"))
        self._buttons.accepted.connect(self._accept)
        self._buttons.rejected.connect(self.reject)
        self._lay_out()
        resize_within_screen(self, max(940, self._table.needed() + self._beside()), 660)
        self._select(settings.current.variant)

    def choose(self, tell: Callable[[str], object]) -> None:
        """Have a variant chosen; `tell` is given what came of weights that are still read when the dialog closes."""
        self.exec()
        if self.importing is not None:
            read = self.tr("The weights are here.")
            self.importing.ended.connect(self._model.reload)
            self.importing.ended.connect(lambda refusal: tell(refusal or read))
        self.deleteLater()

    def _make_table(self) -> _Table:
        table = _Table(showGrid=False, wordWrap=False)
        table.setTabKeyNavigation(False)
        table.setModel(self._model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 18)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setHighlightSections(False)
        table.setAccessibleName(self.tr("Variants"))
        table.selectionModel().selectionChanged.connect(self._show_choice)
        table.doubleClicked.connect(self._accept)
        return table

    def _make_advanced(self, ready: Ready | None) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "card")
        current = self._settings.current
        for side in SIDES:
            self._side.addItem(f"{side} × {side}" if side else self.tr("What suits the weights"), side)
        self._side.setCurrentIndex(self._side.findData(current.side))
        self._device.addItem(self.tr("Automatic"), "")
        for name in dict.fromkeys((*(ready.devices if ready else ("cpu",)), current.device)):
            if name:
                self._device.addItem(name.upper(), name)
        self._device.setCurrentIndex(self._device.findData(current.device))
        self._precision.addItem(self.tr("Automatic"), "")
        for name in map(str, Precision):
            self._precision.addItem(name, name)
        self._precision.setCurrentIndex(self._precision.findData(current.precision))
        form = QFormLayout(frame)
        form.setContentsMargins(16, 14, 16, 14)
        for text, box in (
            (self.tr("Working size"), self._side),
            (self.tr("Device"), self._device),
            (self.tr("Precision"), self._precision),
        ):
            label = QLabel(text)
            label.setMinimumSize(120, box.sizeHint().height())
            label.setBuddy(box)
            form.addRow(label, box)
        if ready is not None:
            device, reason = translated(ready.device), translated(ready.reason)
            text = self.tr("Now: {0}, {1}. {2}").format(device, ready.precision, reason)
            note = QLabel(text, wordWrap=True)
            note.setProperty("role", "secondary")
            form.addRow(note)
        return frame

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Choose a variant"))
        title.setProperty("role", "title")
        hint = QLabel(
            self.tr(
                "A variant is one trained network. “Published” is the accuracy the paper reports; “Measured” is ours."
            ),
            wordWrap=True,
        )
        hint.setProperty("role", "secondary")
        left = FlowLayout(spacing=12)
        for button in (self._import, self._remove, self._more):
            left.addWidget(button)
        bottom = QHBoxLayout()
        bottom.addLayout(left, 1)
        bottom.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 22, _MARGIN, 20)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(hint)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._text)
        layout.addWidget(self._advanced)
        layout.addLayout(bottom)

    def _beside(self) -> int:
        """Return how much wider the dialog is than the columns: by its margins, the table's frame and scroll bar."""
        return 2 * (_MARGIN + self._table.frameWidth()) + self._table.verticalScrollBar().sizeHint().width()

    def _choice(self) -> Choice | None:
        selected = self._table.selectionModel().selectedRows()
        choice: Choice | None = selected[0].data(Qt.ItemDataRole.UserRole) if selected else None
        return choice

    def _select(self, name: str) -> None:
        # Qt's own selectRow selects nothing where the script runs from right to left.
        self._table.setCurrentIndex(self._model.index(max(0, self._model.find(name)), 0))

    def _show_choice(self) -> None:
        choice = self._choice()
        usable = choice is not None and choice.weights is not None
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(usable)
        own = choice is not None and choice.weights is not None and not choice.weights.bundled
        in_use = choice is not None and choice.name == self._in_use
        self._remove.setEnabled(own and not in_use)
        self._remove.setToolTip(self.tr("A run is at work with these weights.") if own and in_use else "")
        if choice is None:
            self._text.clear()
        elif choice.weights is None:
            text = self.tr("{0} has no weights on this computer. Import a file with them, or choose another variant.")
            self._text.setText(text.format(described(choice.variant)))
        else:
            found = choice.weights
            facts = [described(choice.variant), translated(found.trained_on), translated(found.licence)]
            self._text.setText(" · ".join(filter(None, facts)))

    def _accept(self) -> None:
        choice = self._choice()
        if choice is None or choice.weights is None:
            return
        self._settings.change(
            variant=choice.name,
            side=self._side.currentData(),
            device=self._device.currentData(),
            precision=self._precision.currentData(),
        )
        self.accept()

    def _ask_for_file(self) -> None:
        kinds = self.tr("Weights") + " (*.safetensors *.pth *.pt *.ckpt)"
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import weights"), "", kinds)
        if name:
            self._import.setEnabled(False)
            self._text.setText(self.tr("Reading {0}…").format(Path(name).name))
            self.importing = Importing(self.parent())  # it may take longer than this dialog lives
            self.importing.ended.connect(self._imported)
            choice = self._choice()
            self.importing.start(Path(name), choice.variant if choice else None)

    def _imported(self, refusal: str) -> None:
        self.importing = None
        self._import.setEnabled(True)
        self._list_anew(refusal)

    def _ask_to_remove(self) -> None:
        choice = self._choice()
        if choice is None or choice.weights is None or not self.confirm_removal(self, choice.name):
            return
        refusal = ""
        try:
            weights.remove(choice.weights)
        except KMHCError as error:
            refusal = str(error)
        self._list_anew(refusal)
        left = self._model.find(choice.name)
        if choice.name == self._settings.current.variant and (left < 0 or self._model.rows[left].weights is None):
            self._settings.change(variant=DEFAULT.name)
        if left < 0:
            self._select(self._settings.current.variant)
        self._table.setFocus()  # the button may have lost it

    def _list_anew(self, refusal: str) -> None:
        """Show what weights are here now; say why a wish was refused, if it was."""
        choice = self._choice()
        self._model.reload()
        self._table.share_room()
        self._select(choice.name if choice else self._settings.current.variant)
        if refusal:
            self._text.setText(translated(refusal))
