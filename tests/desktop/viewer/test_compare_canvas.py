import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kmhc_desktop.viewer.compare_canvas import Brush, Mode
from kmhc_desktop.viewer.picture import picture_of
from tests.desktop.viewer.steps import LEFT, NO_KEY, at, colour, press_key, wheel
from tests.desktop.viewer_photos import is_grey


def test_before_is_left_of_the_handle_and_after_right(canvas):
    assert is_grey(colour(canvas, at(canvas, 0.2, 0.3)))
    assert not is_grey(colour(canvas, at(canvas, 0.8, 0.3)))


def test_the_handle_is_dragged(canvas):
    QTest.mousePress(canvas, LEFT, NO_KEY, at(canvas, 0.5, 0.5))
    QTest.mouseMove(canvas, at(canvas, 0.25, 0.5))
    QTest.mouseRelease(canvas, LEFT, NO_KEY, at(canvas, 0.25, 0.5))
    assert canvas.split == pytest.approx(0.25, abs=0.01)
    assert not is_grey(colour(canvas, at(canvas, 0.4, 0.3)))


def test_the_handle_stops_at_the_photos_ends(canvas):
    QTest.mousePress(canvas, LEFT, NO_KEY, at(canvas, 0.5, 0.5))
    QTest.mouseMove(canvas, QPoint(-500, 100))
    assert canvas.split == 0.0
    QTest.mouseMove(canvas, QPoint(5000, 100))
    assert canvas.split == 1.0


def test_arrow_keys_move_the_handle(canvas):
    press_key(canvas, Qt.Key.Key_Right)
    assert canvas.split == pytest.approx(0.51)
    press_key(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.split == pytest.approx(0.41)
    press_key(canvas, Qt.Key.Key_End)
    assert canvas.split == 1.0


def test_the_space_bar_flips_between_before_and_after(canvas):
    press_key(canvas, Qt.Key.Key_Space)
    assert canvas.mode is Mode.TOGGLE
    assert is_grey(colour(canvas, at(canvas, 0.8, 0.3)))
    press_key(canvas, Qt.Key.Key_Space)
    assert not is_grey(colour(canvas, at(canvas, 0.2, 0.3)))


def test_the_cursor_tells_where_the_handle_can_be_taken(canvas):
    for x, shape in ((0.5, Qt.CursorShape.SplitHCursor), (0.3, Qt.CursorShape.ArrowCursor)):
        place, none = QPointF(at(canvas, x, 0.5)), Qt.MouseButton.NoButton
        QApplication.sendEvent(canvas, QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, NO_KEY))
        assert canvas.cursor().shape() is shape


def test_a_double_click_on_the_handle_does_not_zoom(canvas):
    canvas.set_before(picture_of(np.zeros((2000, 3000), np.uint8)))
    canvas.set_after(picture_of(np.zeros((2000, 3000, 3), np.uint8)))
    QTest.mouseDClick(canvas, LEFT, NO_KEY, at(canvas, 0.5, 0.5))
    assert canvas.viewport.zoom is None


def test_side_by_side_both_halves_move_in_step(view, canvas):
    view.set_mode(Mode.SIDE_BY_SIDE)
    wheel(canvas, QPoint(100, 200), 5)
    QTest.mousePress(canvas, LEFT, NO_KEY, QPoint(100, 200))
    QTest.mouseMove(canvas, QPoint(140, 230))
    QTest.mouseRelease(canvas, LEFT, NO_KEY, QPoint(140, 230))
    before, after = canvas.panes()
    one, other = (
        canvas.viewport.placed(canvas.frame_of(pane)).translated(-pane.place.topLeft()) for pane in (before, after)
    )
    assert one == other
    assert one.width() > before.place.width()


def test_a_stroke_is_told_in_parts_of_the_photo(view, canvas, qtbot):
    view.canvas.set_brush(Brush(QColor("blue"), 0.02))
    QTest.mousePress(canvas, LEFT, NO_KEY, at(canvas, 0.5, 0.5))
    QTest.mouseMove(canvas, at(canvas, 0.6, 0.4))
    with qtbot.waitSignal(view.canvas.stroke_painted) as painted:
        QTest.mouseRelease(canvas, LEFT, NO_KEY, at(canvas, 0.6, 0.4))
    stroke = painted.args[0]
    assert stroke[0] == pytest.approx((0.5, 0.5), abs=0.01)
    assert stroke[-1] == pytest.approx((0.6, 0.4), abs=0.01)
    assert canvas.split == 0.5, "the handle stays while the brush is in hand"


def test_side_by_side_a_stroke_ends_at_the_middle(view, canvas, qtbot):
    view.set_mode(Mode.SIDE_BY_SIDE)
    view.canvas.set_brush(Brush(QColor("red"), 0.02))
    canvas.zoom_by(6)
    middle, y = canvas.width() // 2, canvas.height() // 2
    with qtbot.waitSignal(view.canvas.stroke_painted) as painted:
        QTest.mousePress(canvas, LEFT, NO_KEY, QPoint(middle - 30, y))
        for x in (-20, -10, 10, 20):
            QTest.mouseMove(canvas, QPoint(middle + x, y))
        QTest.mouseRelease(canvas, LEFT, NO_KEY, QPoint(middle + 20, y))
    across = [x for x, _ in painted.args[0]]
    assert len(across) == 3 and across == sorted(across)


def test_side_by_side_one_paints_on_either_half(view, canvas, qtbot):
    view.set_mode(Mode.SIDE_BY_SIDE)
    view.canvas.set_brush(Brush(QColor("red"), 0.02))
    for pane in canvas.panes():
        with qtbot.waitSignal(view.canvas.stroke_painted) as painted:
            QTest.mouseClick(canvas, LEFT, NO_KEY, pane.place.center().toPoint())
        assert painted.args[0] == (pytest.approx((0.5, 0.5), abs=0.01),)


def test_with_the_brush_in_hand_the_whole_photo_is_in_colour(view, canvas):
    view.canvas.set_brush(Brush(QColor("blue"), 0.02))
    assert not is_grey(colour(canvas, at(canvas, 0.2, 0.3)))
    view.canvas.set_brush(None)
    assert is_grey(colour(canvas, at(canvas, 0.2, 0.3)))


def test_a_stroke_is_seen_while_it_is_painted(view, canvas):
    view.canvas.set_brush(Brush(QColor("#1030ff"), 0.05))
    QTest.mousePress(canvas, LEFT, NO_KEY, at(canvas, 0.2, 0.5))
    QTest.mouseMove(canvas, at(canvas, 0.4, 0.5))
    assert colour(canvas, at(canvas, 0.3, 0.5)).name() == "#1030ff"


def test_the_keyboard_places_a_hint_too(view, canvas, qtbot):
    view.canvas.set_brush(Brush(QColor("blue"), 0.02))
    press_key(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    press_key(canvas, Qt.Key.Key_Up)
    with qtbot.waitSignal(view.canvas.stroke_painted) as painted:
        press_key(canvas, Qt.Key.Key_Return)
    assert painted.args[0] == (pytest.approx((0.6, 0.49)),)
    with qtbot.waitSignal(view.canvas.brush_put_down):
        press_key(canvas, Qt.Key.Key_Escape)


def test_a_brush_that_is_taken_up_anew_is_not_aimed_yet(canvas, qtbot):
    canvas.set_brush(Brush(QColor("blue"), 0.02))
    press_key(canvas, Qt.Key.Key_Right)
    for brush in (None, Brush(QColor("red"), 0.02)):
        canvas.set_brush(brush)
    with qtbot.assertNotEmitted(canvas.stroke_painted):
        press_key(canvas, Qt.Key.Key_Return)


def test_escape_gives_up_the_stroke_and_then_the_brush(canvas, qtbot):
    canvas.set_brush(Brush(QColor("blue"), 0.02))
    QTest.mousePress(canvas, LEFT, NO_KEY, at(canvas, 0.2, 0.5))
    with qtbot.assertNotEmitted(canvas.brush_put_down), qtbot.assertNotEmitted(canvas.stroke_painted):
        press_key(canvas, Qt.Key.Key_Escape)
        QTest.mouseRelease(canvas, LEFT, NO_KEY, at(canvas, 0.4, 0.5))
    with qtbot.waitSignal(canvas.brush_put_down):
        press_key(canvas, Qt.Key.Key_Escape)


def test_the_keyboard_leads_the_brush_out_of_the_corner_of_a_photo(canvas, qtbot):
    canvas.set_brush(Brush(QColor("blue"), 0.02))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up) * 6:
        press_key(canvas, key, Qt.KeyboardModifier.ShiftModifier)
    press_key(canvas, Qt.Key.Key_Right)
    with qtbot.waitSignal(canvas.stroke_painted) as painted:
        press_key(canvas, Qt.Key.Key_Return)
    assert painted.args[0] == (pytest.approx((0.01, 0.0)),)


def test_the_brush_is_put_down_when_the_photo_goes(view, canvas, qtbot):
    canvas.set_brush(Brush(QColor("blue"), 0.02))
    with qtbot.waitSignal(canvas.brush_put_down):
        view.hide()
