import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPainter, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kmhc_desktop.viewer import open_photos
from kmhc_desktop.viewer.compare_canvas import Mode
from kmhc_desktop.viewer.photo_canvas import PhotoCanvas
from kmhc_desktop.viewer.picture import detail_of, picture_of
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from tests.desktop.viewer.steps import LEFT, NO_KEY, at, colour, press_key, shown, wheel
from tests.desktop.viewer_photos import viewed


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


@pytest.mark.parametrize(("system", "gestures"), [("linux", 1), ("win32", 1), ("darwin", 0)])
def test_on_a_mac_a_pinch_comes_as_what_the_touchpad_tells_and_not_as_a_gesture(qtbot, monkeypatch, system, gestures):
    grabbed = []
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(PhotoCanvas, "grabGesture", lambda _, kind: grabbed.append(kind))
    qtbot.addWidget(PhotoCanvas())
    assert len(grabbed) == gestures


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
def test_from_four_to_one_on_the_pixels_themselves_show(canvas, zoom, smooth):
    pixels = np.tile(np.uint8([40, 200]), (50, 50))
    canvas.set_before(picture_of(pixels))
    canvas.set_after(None)
    canvas.viewport.actual_size()
    canvas.zoom_by(zoom)
    image = canvas.grab().toImage()
    row = {image.pixelColor(x, image.height() // 2).red() for x in range(canvas.width() // 2, canvas.width() // 2 + 40)}
    assert (len(row) > 2) is smooth


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


def test_a_double_click_shows_the_pixels_there_and_again_the_whole(canvas):
    canvas.set_before(picture_of(np.zeros((2000, 3000), np.uint8)))
    canvas.set_after(picture_of(np.zeros((2000, 3000, 3), np.uint8)))
    point = at(canvas, 0.25, 0.25)
    QTest.mouseDClick(canvas, LEFT, NO_KEY, point)
    assert canvas.zoom_percent() == 100
    assert (at(canvas, 0.25, 0.25) - point).manhattanLength() < 4
    QTest.mouseDClick(canvas, LEFT, NO_KEY, QPoint(100, 100))
    assert canvas.viewport.zoom is None


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

    def width(picture):
        detail = picture.detail
        return picture.levels[0].width() if detail is None else round(detail.image.width() / detail.part.width())

    qtbot.waitUntil(lambda: {width(pane.picture) for pane in view.canvas.panes()} == {1500})


@pytest.mark.parametrize("opacity", [255, 100])
def test_a_detail_takes_the_place_of_what_it_is_a_part_of(view, opacity):
    def pixels(height, width, grey):
        return np.full((height, width), grey, np.uint8), np.full((height, width), opacity, np.uint8)

    def seen(picture):
        view.canvas.set_before(picture)
        return [colour(view.canvas, at(view.canvas, *point)).name() for point in ((0.4, 0.4), (0.1, 0.5))]

    rough, alike = (picture_of(*pixels(200, 300, grey), QSize(3000, 2000)) for grey in (40, 220))
    detail = detail_of(*pixels(1000, 1500, 220), QRectF(0.25, 0.25, 0.5, 0.5))
    dark, bright = seen(rough), seen(alike)
    assert seen(replace(rough, detail=detail)) == [bright[0], dark[1]]


def test_a_detail_is_left_out_where_the_whole_is_sharp_too(view):
    def grey(height, width, code):
        return np.full((height, width), code, np.uint8)

    rough = picture_of(grey(1000, 1500, 40), None, QSize(3000, 2000))
    view.canvas.set_before(replace(rough, detail=detail_of(grey(1000, 1500, 220), None, QRectF(0.25, 0.25, 0.5, 0.5))))
    middle = view.canvas.rect().center()
    assert colour(view.canvas, middle).red() == 40
    press_key(view.canvas, Qt.Key.Key_1)
    assert colour(view.canvas, middle).red() == 220


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
