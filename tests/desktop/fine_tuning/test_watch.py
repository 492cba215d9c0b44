from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics

from kmhc_desktop.fine_tuning.chart import TrainingChart
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


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
@pytest.mark.parametrize("width", [400, 900])
def test_every_column_of_a_sheet_has_its_head_above_it(view, tmp_path, width, direction) -> None:
    view.setLayoutDirection(direction)
    view.show_samples(stub_training.sheet(tmp_path / "sample.png", 3))
    view.resize(width, 300)
    view._head.layout().activate()
    column = view._label.width() / 3
    left = view._label.mapTo(view, QPoint()).x()
    shown = [head for head in view._heads if head.isVisible()]
    begins = [head.mapTo(view, QPoint()).x() for head in shown]
    assert begins == pytest.approx([left, left + column, left + 2 * column], abs=1)


def test_a_sheet_that_is_cleared_or_gone_leaves_no_heads_behind(view, tmp_path) -> None:
    view.show_samples(Path("gone.png"))
    assert not view._head.isVisible()
    view.show_samples(stub_training.sheet(tmp_path / "sample.png", 3))
    assert view._head.isVisible()
    view.clear()
    assert not view._head.isVisible()


@pytest.mark.parametrize("size", [8, 16])
def test_a_curve_leaves_its_title_and_hint_whole_however_narrow_it_is(qtbot, size) -> None:
    for title, hint in (("Colour difference", "lower is better"), ("Accuracy", "higher is better")):
        chart = TrainingChart(title, hint, "")
        qtbot.addWidget(chart)
        font = chart.font()
        font.setPointSize(size)
        chart.setFont(font)
        for text, bold in ((title, True), (hint, False)):
            font.setBold(bold)
            room = chart.minimumSizeHint().width()
            assert QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room) == text
