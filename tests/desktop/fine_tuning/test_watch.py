from pathlib import Path

import pytest

from kmhc_desktop.fine_tuning.watch import SheetView
from tests.desktop.fine_tuning import stub_training


@pytest.fixture
def view(qtbot) -> SheetView:
    view = SheetView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    return view


def test_samples_and_verdict_have_heads_in_the_language_of_the_window(german, view, tmp_path) -> None:
    view.show_samples(stub_training.sheet(tmp_path / "sample.png", 3))
    assert view.heads == ["Grau", "Koloriert", "Original"]
    view.show_verdict(stub_training.sheet(tmp_path / "verdict.png", 4))
    assert view.heads == ["Grau", "Vorher", "Nachher", "Original"]


def test_every_column_of_a_sheet_has_its_head_above_it(view, tmp_path) -> None:
    view.show_samples(stub_training.sheet(tmp_path / "sample.png", 3))
    view._head.layout().activate()
    assert view._label.width() == view.viewport().width()
    picture = view._label.pixmap().deviceIndependentSize().width()
    column = picture / 3
    shown = [head for head in view._heads if head.isVisible()]
    assert [int(head.geometry().center().x() // column) for head in shown] == [0, 1, 2]
    assert picture - column < shown[-1].geometry().right() <= picture


def test_a_sheet_that_is_cleared_or_gone_leaves_no_heads_behind(view, tmp_path) -> None:
    view.show_samples(Path("gone.png"))
    assert not view._head.isVisible()
    view.show_samples(stub_training.sheet(tmp_path / "sample.png", 3))
    assert view._head.isVisible()
    view.clear()
    assert not view._head.isVisible()
