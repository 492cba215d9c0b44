"""The dialog that chooses a variant: how wide it opens, and how it brings weights in."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from kmhc_desktop import variant_picker
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.theme import look
from kmhc_desktop.variant_model import VariantModel
from kmhc_desktop.variant_picker import VariantPicker, choose_variant
from kmhc_engine.variants import Variant
from kmhc_engine.weights import Refused


@pytest.fixture
def store(tmp_path, qapp) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.ini")


def test_it_opens_just_as_wide_as_its_table_needs(store, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(variant_picker, "resize_within_screen", lambda window, *size: window.resize(*size))
    monkeypatch.setattr(VariantPicker, "_needed", lambda _: 1200)
    picker = VariantPicker(store, VariantModel(), look(), None)
    qtbot.addWidget(picker)
    picker.show()
    assert picker._table.verticalScrollBar().isVisible()
    assert picker._table.viewport().width() == 1200


@pytest.mark.parametrize(
    ("results", "told"), [([], "The weights are here."), ([Refused(Path("mine.pth"), "no weights")], "no weights")]
)
def test_what_came_of_weights_is_told_also_when_the_picker_was_closed(
    store, home, tmp_path, qtbot, monkeypatch, results, told
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
    choose_variant(store, model, look(), None, window, said.append)
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
    picker = VariantPicker(store, VariantModel(), look(), None, window)
    qtbot.addWidget(window)
    picker._select("KMHCNet_3")
    picker._import.click()
    with qtbot.waitSignal(picker.importing.ended) as told:
        pass
    assert told.args == [""]
    assert asked == [(None, "KMHCNet_3")]
