from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QNativeGestureEvent, QPainter, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kmhc_desktop.viewer import open_photos
from kmhc_desktop.viewer.compare_canvas import Brush, Mode
from kmhc_desktop.viewer.compare_view import CompareView
from kmhc_desktop.viewer.picture import picture_of
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_engine.chroma import Adjustments
from kmhc_engine.edits import Edits
from tests.desktop.viewer_photos import coloured, grey_photo, is_grey, viewed

NO_KEY = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot):
    view = CompareView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    view.canvas.setFocus()
    yield view
    view.close_loader()


@pytest.fixture
def canvas(view, qtbot, tmp_path):
    """A canvas that shows a photo of 300 x 200 before and after."""
    with qtbot.waitSignal(view._loader.after_ready):
        view.show_photo(viewed(tmp_path))
    return view.canvas


def shown(canvas):
    pane = canvas.panes()[0]
    return canvas.viewport.placed(canvas.frame_of(pane))


def at(canvas, x, y):
    """Return the point of the widget at a part of the photo."""
    place = shown(canvas)
    return QPoint(round(place.left() + x * place.width()), round(place.top() + y * place.height()))


def colour(canvas, point):
    image = canvas.grab().toImage()
    return image.pixelColor(point * image.devicePixelRatio())


def wheel(canvas, point, notches, modifiers=NO_KEY):
    position = QPointF(point)
    event = QWheelEvent(
        position, position, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def press_key(canvas, key, modifiers=NO_KEY):
    QTest.keyClick(canvas, key, modifiers)


def test_before_is_left_of_the_handle_and_after_right(canvas):
    assert is_grey(colour(canvas, at(canvas, 0.2, 0.3)))
    assert not is_grey(colour(canvas, at(canvas, 0.8, 0.3)))


def test_the_handle_is_dragged(canvas, qtbot):
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


def test_screen_readers_hear_where_the_handle_is(canvas):
    press_key(canvas, Qt.Key.Key_Right)
    assert "51" in canvas.accessibleDescription()


def test_the_space_bar_flips_between_before_and_after(view, canvas):
    press_key(canvas, Qt.Key.Key_Space)
    assert canvas.mode is Mode.TOGGLE
    assert is_grey(colour(canvas, at(canvas, 0.8, 0.3)))
    press_key(canvas, Qt.Key.Key_Space)
    assert not is_grey(colour(canvas, at(canvas, 0.2, 0.3)))


@pytest.mark.parametrize(
    ("key", "mode"), [(Qt.Key.Key_D, Mode.SIDE_BY_SIDE), (Qt.Key.Key_T, Mode.TOGGLE), (Qt.Key.Key_S, Mode.SPLIT)]
)
def test_keys_choose_how_to_compare(view, canvas, key, mode):
    press_key(canvas, key)
    assert canvas.mode is mode
    assert view._modes[mode].isChecked()


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


def test_the_wheel_zooms_and_keeps_the_point_below_the_mouse(canvas):
    for _ in range(3):
        wheel(canvas, QPoint(320, 200), 1)
    point = QPoint(200, 150)
    place = shown(canvas)
    x, y = (point.x() - place.left()) / place.width(), (point.y() - place.top()) / place.height()
    wheel(canvas, point, 2)
    assert at(canvas, x, y) == point
    assert shown(canvas).width() == pytest.approx(place.width() * 1.25**2)


def test_pinching_zooms(canvas):
    before = canvas.zoom_percent()
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
        QPointF(300, 200), QPointF(300, 200), QPointF(300, 200), 0.5, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.zoom_percent() == pytest.approx(1.5 * before, abs=1)


def test_dragging_moves_a_zoomed_photo_no_further_than_its_edge(view, canvas):
    view.set_mode(Mode.TOGGLE)
    wheel(canvas, QPoint(320, 200), 4)
    left = shown(canvas).left()
    QTest.mousePress(canvas, LEFT, NO_KEY, QPoint(300, 200))
    QTest.mouseMove(canvas, QPoint(330, 200))
    assert shown(canvas).left() == pytest.approx(left + 30)
    QTest.mouseMove(canvas, QPoint(3000, 3000))
    QTest.mouseRelease(canvas, LEFT, NO_KEY, QPoint(3000, 3000))
    assert shown(canvas).topLeft() == QPointF(0, 0)


def test_two_fingers_move_a_zoomed_photo_with_them(canvas):
    canvas.zoom_by(6)
    before = shown(canvas).topLeft()
    place, moved = QPointF(320, 200), QPoint(-30, 20)
    event = QWheelEvent(
        place, place, moved, 8 * moved, Qt.MouseButton.NoButton, NO_KEY, Qt.ScrollPhase.ScrollUpdate, False
    )
    QApplication.sendEvent(canvas, event)
    assert (shown(canvas).topLeft() - before).toPoint() == moved


def test_arrow_keys_lead_to_the_rest_of_a_zoomed_photo(view, canvas):
    view.set_mode(Mode.TOGGLE)
    canvas.zoom_by(6)
    for key, moved in (
        (Qt.Key.Key_Down, QPoint(0, -60)),
        (Qt.Key.Key_Up, QPoint(0, 60)),
        (Qt.Key.Key_Right, QPoint(-60, 0)),
        (Qt.Key.Key_Left, QPoint(60, 0)),
    ):
        before = shown(canvas).topLeft()
        press_key(canvas, key)
        assert (shown(canvas).topLeft() - before).toPoint() == moved


@pytest.mark.parametrize(("zoom", "smooth"), [(3.9, True), (4.0, False)])
def test_from_four_to_one_on_the_pixels_themselves_show(view, canvas, zoom, smooth):
    pixels = np.tile(np.uint8([40, 200]), (50, 50))
    canvas.set_before(picture_of(pixels))
    canvas.set_after(None)
    canvas.viewport.actual_size()
    canvas.zoom_by(zoom)
    image = canvas.grab().toImage()
    row = {image.pixelColor(x, image.height() // 2).red() for x in range(canvas.width() // 2, canvas.width() // 2 + 40)}
    assert (len(row) > 2) is smooth


def test_the_cursor_tells_where_the_handle_can_be_taken(canvas):
    for x, shape in ((0.5, Qt.CursorShape.SplitHCursor), (0.3, Qt.CursorShape.ArrowCursor)):
        QTest.mouseMove(canvas, at(canvas, x, 0.5))
        assert canvas.cursor().shape() is shape


def test_fit_and_actual_size_by_key(canvas):
    press_key(canvas, Qt.Key.Key_1)
    assert canvas.zoom_percent() == 100
    press_key(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom_percent() == 125
    press_key(canvas, Qt.Key.Key_0)
    assert canvas.viewport.zoom is None


def test_zoom_is_an_intention_that_outlives_resizing_and_the_next_photo(view, canvas, qtbot, tmp_path):
    view.resize(900, 700)
    assert QRectF(canvas.rect()).contains(shown(canvas))
    assert shown(canvas).width() == pytest.approx(min(900, 300 * 3), abs=1)
    press_key(canvas, Qt.Key.Key_1)
    with qtbot.waitSignal(view._loader.after_ready):
        view.show_photo(viewed(tmp_path, "next", width=100, height=120))
    assert canvas.zoom_percent() == 100


def test_a_double_click_shows_the_pixels_there_and_again_the_whole(view, canvas):
    canvas.set_before(picture_of(np.zeros((2000, 3000), np.uint8)))
    canvas.set_after(picture_of(np.zeros((2000, 3000, 3), np.uint8)))
    point = at(canvas, 0.25, 0.25)
    QTest.mouseDClick(canvas, LEFT, NO_KEY, point)
    assert canvas.zoom_percent() == 100
    assert (at(canvas, 0.25, 0.25) - point).manhattanLength() < 4
    QTest.mouseDClick(canvas, LEFT, NO_KEY, QPoint(100, 100))
    assert canvas.viewport.zoom is None


def test_a_double_click_on_the_handle_does_not_zoom(canvas):
    canvas.set_before(picture_of(np.zeros((2000, 3000), np.uint8)))
    canvas.set_after(picture_of(np.zeros((2000, 3000, 3), np.uint8)))
    QTest.mouseDClick(canvas, LEFT, NO_KEY, at(canvas, 0.5, 0.5))
    assert canvas.viewport.zoom is None


def test_while_the_result_is_awaited_only_the_original_shows(view, qtbot, tmp_path):
    with qtbot.waitSignal(view._loader.before_ready):
        view.show_photo(ViewedPhoto(grey_photo(tmp_path / "a.png")))
    assert [pane.label for pane in view.canvas.panes()] == ["Before"]
    assert not view.canvas.has_split
    assert view.canvas.accessibleDescription() == "Before, Not in colour yet"
    assert not view._modes[Mode.SPLIT].isEnabled()
    assert is_grey(colour(view.canvas, at(view.canvas, 0.8, 0.3)))


def test_the_result_joins_when_it_comes(view, qtbot, tmp_path):
    waiting = ViewedPhoto(grey_photo(tmp_path / "a.png"))
    with qtbot.waitSignal(view._loader.before_ready):
        view.show_photo(waiting)
    with qtbot.waitSignal(view._loader.after_ready):
        view.show_photo(replace(waiting, chroma=coloured(tmp_path / "c.png")))
    assert view.canvas.has_split


def test_the_former_photo_never_shows_beside_the_new_name(view, canvas, tmp_path):
    view.show_photo(ViewedPhoto(grey_photo(tmp_path / "b.png")))
    assert canvas.panes() == []


def test_a_result_that_is_gone_shows_no_more(view, canvas):
    view.show_photo(ViewedPhoto(view._photo.source))
    assert [pane.label for pane in canvas.panes()] == ["Before"]


def test_from_right_to_left_the_next_photo_is_to_the_left(view):
    right, left = view._next.icon().cacheKey(), view._previous.icon().cacheKey()
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert (view._next.icon().cacheKey(), view._previous.icon().cacheKey()) == (left, right)


def test_nothing_is_told_of_a_photo_that_does_not_show_any_more(view, canvas):
    assert view._name.toolTip() and canvas.accessibleDescription()
    view.clear()
    assert not (view._name.text() or view._name.toolTip() or canvas.accessibleDescription())


def test_an_adjustment_keeps_zoom_and_handle(view, canvas, qtbot, tmp_path):
    canvas.set_split(0.3)
    press_key(canvas, Qt.Key.Key_1)
    with qtbot.waitSignal(view._loader.after_ready):
        view.show_photo(replace(view._photo, edits=Edits(Adjustments(saturation=0.0))))
    assert (canvas.split, canvas.zoom_percent()) == (0.3, 100)
    assert is_grey(colour(canvas, at(canvas, 0.8, 0.3)))


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Qt.Key.Key_PageDown, "next_requested"),
        (Qt.Key.Key_PageUp, "previous_requested"),
        (Qt.Key.Key_F, "full_screen_requested"),
    ],
)
def test_keys_lead_on(view, canvas, qtbot, key, signal):
    with qtbot.waitSignal(getattr(view, signal)):
        press_key(canvas, key)


def test_a_broken_photo_is_a_message_in_its_place(view, canvas, qtbot, tmp_path):
    path = tmp_path / "letter.jpg"
    path.write_text("Dear all")
    with qtbot.waitSignal(view._loader.failed):
        view.show_photo(ViewedPhoto(path))
    assert "letter.jpg" in canvas._message
    assert canvas.accessibleDescription() == canvas._message
    assert not any(button.isEnabled() for button in view._zooms)


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


def test_a_background_shows_through_what_is_transparent(view, qtbot, tmp_path):
    grey = Image.new("L", (300, 200), 90)
    alpha = Image.new("L", (300, 200), 255)
    alpha.paste(0, (150, 0, 300, 200))
    path = tmp_path / "cut.png"
    Image.merge("LA", (grey, alpha)).save(path)
    with qtbot.waitSignal(view._loader.before_ready):
        view.show_photo(ViewedPhoto(path))
    image = view.canvas.grab().toImage()
    place = shown(view.canvas)
    row = round(place.center().y()) + 40
    behind = {image.pixelColor(x, row).name() for x in range(round(place.center().x()) + 20, round(place.right()) - 20)}
    assert len(behind) >= 2
    assert "#5a5a5a" not in behind


def test_a_sharper_picture_is_asked_for_only_where_it_would_show(view, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 1000)
    with qtbot.waitSignal(view._loader.after_ready):
        view.show_photo(viewed(tmp_path, width=1500, height=1000))
    assert {pane.picture.levels[0].width() for pane in view.canvas.panes()} == {1000}
    press_key(view.canvas, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: {pane.picture.levels[0].width() for pane in view.canvas.panes()} == {1500})


def test_of_fifty_megapixels_only_what_shows_is_drawn(view):
    class Painter(QPainter):
        drawn = 0

        def drawImage(self, target, image, part):  # noqa: N802 - Qt's name
            self.drawn += part.width() * part.height()

    large = picture_of(np.zeros((5800, 8700), np.uint8))
    view.canvas.set_before(large)
    view.canvas.set_after(large)
    for step in range(12):
        view.canvas.zoom_by(1.6 if step < 8 else 0.5)
        screen = QImage(view.canvas.size(), QImage.Format.Format_RGB32)
        painter = Painter(screen)
        for pane in view.canvas.panes():
            view.canvas._draw(painter, pane)
        painter.end()
        # A level may have twice as many pixels a side as the screen, and both halves reach a little over their edge.
        assert 0 < painter.drawn < 5 * view.canvas.width() * view.canvas.height()
    view.clear()


def test_the_zoom_figure_follows_the_size_of_the_view_and_the_way_of_comparing(view, canvas):
    def shown_percent():
        return int(view._percent.text().split()[0])

    whole = shown_percent()
    view.resize(1200, 900)
    assert shown_percent() == canvas.zoom_percent() > whole
    view.set_mode(Mode.SIDE_BY_SIDE)
    halved = shown_percent()
    assert halved == canvas.zoom_percent()
    press_key(canvas, Qt.Key.Key_Space)
    assert shown_percent() == canvas.zoom_percent() > halved


def test_a_short_name_is_whole_also_beside_the_adjust_panel(view, qtbot, tmp_path):
    view.resize(588, 400)
    view.show_photo(viewed(tmp_path, "Foto 000"))
    assert view._name.width() >= view._name.fontMetrics().horizontalAdvance("Foto 000.jpg")


def test_a_long_name_keeps_its_end(view, tmp_path):
    def name(end):
        view.show_photo(ViewedPhoto(tmp_path / f"{'summer ' * 30}{end}"))
        return view._name.grab().toImage()

    assert name("1936.jpg") != name("1937.jpg")
