"""The dialog that chooses a variant: how wide it opens, what can be chosen, and how weights come and go."""

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget

from kmhc_desktop import variant_picker
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.variant_model import Column, VariantModel
from kmhc_desktop.variant_picker import VariantPicker
from kmhc_engine import weights
from kmhc_engine.variants import DEFAULT, Variant
from kmhc_engine.weights import Refused
from tests.desktop.conftest import write_photo
from tests.desktop.test_dialogs import READY
from tests.desktop.test_window import PATIENCE, drop_and_wait


@pytest.fixture
def store(tmp_path, qapp) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.ini")


def test_it_opens_just_as_wide_as_its_table_needs(store, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(variant_picker, "resize_within_screen", lambda window, *size: window.resize(*size))
    monkeypatch.setattr(variant_picker._Table, "needed", lambda _: 1200)
    picker = VariantPicker(store, VariantModel(), None)
    qtbot.addWidget(picker)
    picker.show()
    assert picker._table.verticalScrollBar().isVisible()
    assert picker._table.viewport().width() == 1200


def test_its_columns_fill_the_table(store, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(variant_picker, "resize_within_screen", lambda window, *_: window.resize(2000, 600))
    picker = VariantPicker(store, VariantModel(), None)
    qtbot.addWidget(picker)
    picker.show()
    assert picker._table.horizontalHeader().length() == picker._table.viewport().width()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_variant_of_the_settings_is_selected_in_every_direction_of_reading(store, qtbot, qapp, direction) -> None:
    before = qapp.layoutDirection()
    qapp.setLayoutDirection(direction)
    picker = VariantPicker(store, VariantModel(), None)
    qtbot.addWidget(picker)
    qapp.setLayoutDirection(before)
    assert picker._choice().name == DEFAULT.name


def test_tab_leads_out_of_the_table(store, qtbot) -> None:
    picker = VariantPicker(store, VariantModel(), None)
    qtbot.addWidget(picker)
    picker.show()
    picker._table.setFocus()
    QTest.keyClick(picker._table, Qt.Key.Key_Tab)
    assert picker.focusWidget() is picker._import


def test_a_narrow_window_makes_the_buttons_wrap(store, qtbot, german) -> None:
    picker = VariantPicker(store, VariantModel(), None)
    qtbot.addWidget(picker)
    picker.show()
    picker.resize(600, 600)
    assert picker.width() == 600
    assert picker._more.geometry().top() > picker._import.geometry().top()


@pytest.mark.parametrize(
    ("results", "told"), [([], "The weights are here."), ([Refused(Path("mine.pth"), "no weights")], "no weights")]
)
def test_what_came_of_weights_is_told_also_when_the_picker_was_closed(
    store, tmp_path, qtbot, monkeypatch, results, told
) -> None:
    go_on, said = threading.Event(), []
    monkeypatch.setattr(variant_picker, "import_weights", lambda *_, **__: results if go_on.wait(30) else [])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "mine.pth"), ""))
    window, model = QWidget(), VariantModel()
    qtbot.addWidget(window)

    def import_and_close() -> None:
        picker = QApplication.activeModalWidget()
        picker._import.click()
        picker.reject()

    QTimer.singleShot(0, import_and_close)
    VariantPicker(store, model, None, parent=window).choose(said.append)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    with qtbot.captureExceptions() as exceptions, qtbot.waitSignal(model.modelReset):
        go_on.set()
    assert not exceptions
    assert said == [told]


def test_weights_that_do_not_say_what_they_are_for_are_taken_for_the_selected_variant(
    store, tmp_path, qtbot, monkeypatch
) -> None:
    asked = []

    def import_weights(file: Path, variant: Variant | None = None, otherwise: Variant | None = None) -> list[Refused]:
        asked.append((variant, otherwise.name))
        return []

    monkeypatch.setattr(variant_picker, "import_weights", import_weights)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "mine.pth"), ""))
    window = QWidget()
    picker = VariantPicker(store, VariantModel(), None, parent=window)
    qtbot.addWidget(window)
    picker._select("KMHCNet_3")
    picker._import.click()
    with qtbot.waitSignal(picker.importing.ended) as told:
        pass
    assert told.args == [""]
    assert asked == [(None, "KMHCNet_3")]


def test_a_variant_without_weights_cannot_be_chosen_and_says_what_to_do(store) -> None:
    picker = VariantPicker(store, VariantModel(), READY)
    picker._select("KMHCNet_1")
    assert not picker._buttons.button(picker._buttons.StandardButton.Ok).isEnabled()
    assert "Import" in picker._text.text()
    assert "`" not in picker._text.text(), "it advises no command to people without a terminal"


def test_the_picker_tells_why_a_device_was_chosen_and_keeps_the_choice_of_another(store) -> None:
    picker = VariantPicker(store, VariantModel(), READY)
    assert any(READY.reason in label.text() for label in picker._advanced.findChildren(QLabel))
    picker._select(DEFAULT.name)
    for box, value in ((picker._side, 256), (picker._device, "cpu"), (picker._precision, "fp32")):
        box.setCurrentIndex(box.findData(value))
    picker._buttons.button(picker._buttons.StandardButton.Ok).click()
    assert (store.current.side, store.current.device, store.current.precision) == (256, "cpu", "fp32")
    again = VariantPicker(store, VariantModel(), READY)
    assert (again._side.currentData(), again._device.currentData()) == (256, "cpu")


@pytest.fixture
def attic() -> Path:
    """The file of weights of the user's own: the bundled ones under a name of their own."""
    data = (weights.bundled_folder() / f"{DEFAULT.name}.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"]["title"] = "Attic"
    head = json.dumps(header).encode()
    file = weights.user_folder() / "attic.safetensors"
    file.parent.mkdir(parents=True)
    file.write_bytes(len(head).to_bytes(8, "little") + head + data[8 + length :])
    return file


def test_weights_of_ones_own_are_removed_and_the_default_takes_their_place(store, attic, qtbot) -> None:
    store.change(variant="Attic")
    picker = VariantPicker(store, VariantModel(), READY)
    qtbot.addWidget(picker)
    asked = []
    picker.confirm_removal = lambda _, name: bool(asked.append(name))
    picker._remove.click()
    assert asked == ["Attic"] and attic.exists(), "it was not meant"
    picker.confirm_removal = lambda *_: True
    picker._remove.click()
    assert not attic.exists()
    assert "Attic" not in [row.name for row in picker._model.rows]
    assert store.current.variant == picker._choice().name == DEFAULT.name
    assert not picker._remove.isEnabled(), "these are not the user's"
    picker._select("KMHCNet_1")
    assert not picker._remove.isEnabled(), "there are none"


def test_another_variant_than_the_removed_one_stays_chosen(store, attic, qtbot) -> None:
    store.change(variant="KMHCNet_1")
    picker = VariantPicker(store, VariantModel(), READY)
    qtbot.addWidget(picker)
    picker.confirm_removal = lambda *_: True
    picker._select("Attic")
    picker._remove.click()
    assert store.current.variant == picker._choice().name == "KMHCNet_1"


def test_weights_that_a_run_is_at_work_with_cannot_be_removed(store, attic, qtbot) -> None:
    picker = VariantPicker(store, VariantModel(), READY, in_use="Attic")
    qtbot.addWidget(picker)
    picker._select("Attic")
    assert not picker._remove.isEnabled() and "run" in picker._remove.toolTip()
    picker._select(DEFAULT.name)
    assert not picker._remove.toolTip()


def test_why_weights_cannot_be_removed_is_told(store, attic, qtbot, monkeypatch) -> None:
    picker = VariantPicker(store, VariantModel(), READY)
    qtbot.addWidget(picker)
    picker.confirm_removal = lambda *_: True
    picker._select("Attic")
    monkeypatch.setattr(weights, "user_folder", lambda: attic.parent.parent)
    picker._remove.click()
    assert "only your own weights can be removed" in picker._text.text()
    assert attic.exists()


def test_it_knows_what_a_run_is_at_work_with(coloured, qtbot, monkeypatch) -> None:
    window, used = coloured.window, []
    monkeypatch.setattr(VariantPicker, "exec", lambda picker: used.append(picker._in_use))
    window.start_over(list(window.model.rows), "KMHCNet_8")
    window.run.pause()
    window.actions_["variant"].trigger()
    with qtbot.waitSignal(window.run.finished, timeout=PATIENCE):
        window.run.resume()
    window.actions_["variant"].trigger()
    assert used == ["KMHCNet_8", ""]


def test_it_tells_the_time_for_the_photos_that_wait_or_else_for_all(coloured, photos, qtbot, monkeypatch) -> None:
    window, told = coloured.window, []

    def look(picker: VariantPicker) -> None:
        told.append(picker._model.index(picker._model.find(DEFAULT.name), Column.TIME).data())

    monkeypatch.setattr(VariantPicker, "exec", look)
    window.run.per_minute = 60.0
    window.actions_["variant"].trigger()
    write_photo(photos / "photo 3.jpg", 130)
    drop_and_wait(coloured, qtbot, photos)
    window.actions_["variant"].trigger()
    assert told == ["3 s", "1 s"]
