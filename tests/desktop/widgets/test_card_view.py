import pytest
from PySide6.QtCore import QPoint, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import QCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate

from kmhc_desktop.widgets.card_view import CardView

LEFT = Qt.MouseButton.LeftButton
SHIFT, CONTROL, NO_KEY = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.NoModifier,
)


@pytest.fixture
def view(qtbot) -> CardView:
    """Ten cards in three columns; two lines show."""
    view = CardView(QSize(100, 80))
    view.model_ = QStringListModel([str(number) for number in range(10)])
    view.setModel(view.model_)
    qtbot.addWidget(view)
    view.show()
    view.resize(view.size() + QSize(330, 160) - view.viewport().size())
    view.setCurrentIndex(view.model_.index(0))
    return view


def chosen(view: CardView) -> list[int]:
    return sorted(index.row() for index in view.selectionModel().selectedIndexes())


def middle(view: CardView, row: int) -> QPoint:
    return view.visualRect(view.model_.index(row)).center()


def test_columns_share_the_width(view: CardView) -> None:
    assert view.columns == 3
    places = [view.visualRect(view.model_.index(row)) for row in range(4)]
    assert [place.left() for place in places] == [5, 115, 225, 5]
    assert {(place.width(), place.height()) for place in places} == {(100, 80)}
    assert places[3].top() == 80


def test_every_card_is_found_at_its_place_and_none_where_there_is_none(view: CardView) -> None:
    for row in range(10):
        assert view.indexAt(middle(view, row)).row() == row
    assert not view.indexAt(QPoint(150, 3 * 80 + 10)).isValid(), "the last line has one card"


def test_from_right_to_left_the_first_card_is_at_the_right(view: CardView) -> None:
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert view.visualRect(view.model_.index(0)).left() == 225
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.currentIndex().row() == 1


@pytest.mark.parametrize(
    ("keys", "row"),
    [
        ([Qt.Key.Key_Right, Qt.Key.Key_Right], 2),
        ([Qt.Key.Key_Down, Qt.Key.Key_Left], 2),
        ([Qt.Key.Key_End], 9),
        ([Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Up], 6),
        ([Qt.Key.Key_PageDown], 6),
        ([Qt.Key.Key_Up], 0),
        ([Qt.Key.Key_End, Qt.Key.Key_Home], 0),
    ],
)
def test_keys_lead_from_card_to_card(view: CardView, keys: list[Qt.Key], row: int) -> None:
    for key in keys:
        QTest.keyClick(view, key)
    assert view.currentIndex().row() == row
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex())), "it is scrolled into view"


def test_ranges_run_in_the_order_of_the_list(view: CardView) -> None:
    QTest.mouseClick(view.viewport(), LEFT, NO_KEY, middle(view, 1))
    QTest.mouseClick(view.viewport(), LEFT, SHIFT, middle(view, 3))
    assert chosen(view) == [1, 2, 3]
    QTest.mouseClick(view.viewport(), LEFT, CONTROL, middle(view, 5))
    assert chosen(view) == [1, 2, 3, 5]
    QTest.mouseClick(view.viewport(), LEFT, NO_KEY, middle(view, 4))
    QTest.keyClick(view, Qt.Key.Key_Up, SHIFT)
    assert chosen(view) == [1, 2, 3, 4]


def test_a_rubber_band_selects_what_it_touches(view: CardView) -> None:
    view.setState(QAbstractItemView.State.DragSelectingState)
    view.setSelection(QRect(QPoint(120, 20), QPoint(300, 100)), view.selectionCommand(view.model_.index(1)))
    view.setState(QAbstractItemView.State.NoState)
    assert chosen(view) == [1, 2, 4, 5]
    view.verticalScrollBar().setValue(80)
    view.setState(QAbstractItemView.State.DragSelectingState)
    view.setSelection(QRect(QPoint(10, 20), QPoint(50, 70)), view.selectionCommand(view.model_.index(3)))
    view.setState(QAbstractItemView.State.NoState)
    assert chosen(view) == [3]


def test_the_scroll_bar_follows_what_comes_and_goes(view: CardView, qtbot) -> None:
    bar = view.verticalScrollBar()
    assert bar.maximum() == 4 * 80 - 160
    view.model_.insertRows(10, 30)
    qtbot.waitUntil(lambda: bar.maximum() == 14 * 80 - 160)
    bar.setValue(500)
    view.model_.insertRows(40, 30)
    qtbot.waitUntil(lambda: bar.maximum() == 24 * 80 - 160)
    assert bar.value() == 500, "what one looks at stays"
    view.scrollTo(view.model_.index(69))
    assert view.viewport().rect().contains(view.visualRect(view.model_.index(69)))


def test_the_card_below_the_mouse_is_painted_so(view: CardView) -> None:
    lit = set()

    class Delegate(QStyledItemDelegate):
        def paint(self, painter, option, index) -> None:
            if option.state & QStyle.StateFlag.State_MouseOver:
                lit.add(index.row())

    view.delegate_ = Delegate()
    view.setItemDelegate(view.delegate_)
    view.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    QCursor.setPos(view.viewport().mapToGlobal(middle(view, 4)))
    view.viewport().repaint()
    assert lit == {4}


def test_only_the_cards_that_show_are_painted(view: CardView) -> None:
    painted = set()

    class Delegate(QStyledItemDelegate):
        def paint(self, painter, option, index) -> None:
            painted.add(index.row())

    view.delegate_ = Delegate()
    view.setItemDelegate(view.delegate_)
    view.model_.insertRows(10, 5000)
    view.viewport().repaint()
    assert painted == set(range(6))
