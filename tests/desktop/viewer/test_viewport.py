import pytest
from PySide6.QtCore import QPointF, QRectF, QSize

from kmhc_desktop.viewer.viewport import Frame, Viewport


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_at_actual_size_a_pixel_is_a_pixel_of_the_screen(ratio):
    viewport = Viewport()
    viewport.actual_size()
    frame = Frame(QSize(4000, 3000), QRectF(0, 0, 800, 600), ratio)
    assert viewport.placed(frame).width() == 4000 / ratio


LARGE = Frame(QSize(4000, 3000), QRectF(0, 0, 800, 600), 1.0)


def test_at_actual_size_one_still_looks_at_the_same_place():
    viewport = Viewport()
    viewport.zoom_by(3, LARGE, QPointF(800, 600))
    viewport.actual_size()
    assert viewport.placed(LARGE).bottomRight() == QPointF(400 + 4000 / 6, 300 + 3000 / 6)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_tiny_photo_is_shown_three_times_as_large_and_no_smaller_than_it_is(ratio):
    viewport = Viewport()
    frame = Frame(QSize(40, 40), QRectF(0, 0, 800, 600), ratio)
    assert viewport.zoom_in(frame) == 3.0
    for _ in range(9):
        viewport.zoom_by(0.8, frame)
    assert viewport.zoom_in(frame) == 1.0


def test_zooming_in_ends_at_sixteen_pixels_for_one():
    viewport = Viewport()
    for _ in range(9):
        viewport.zoom_by(2, LARGE)
    assert viewport.zoom == 16.0


def test_in_a_pane_that_has_grown_a_photo_moves_at_once():
    viewport = Viewport()
    viewport.actual_size()
    viewport.pan_by(QPointF(5000, 5000), LARGE)
    grown = Frame(LARGE.photo, QRectF(0, 0, 1600, 1200), 1.0)
    viewport.pan_by(QPointF(-100, -50), grown)
    assert viewport.placed(grown).topLeft() == QPointF(-100, -50)


def test_zooming_in_at_the_corner_of_a_pane_keeps_it():
    viewport = Viewport()
    frame = Frame(QSize(4000, 3000), QRectF(0, 0, 800, 600), 1.0)
    viewport.zoom_by(3, frame, QPointF(0, 0))
    assert viewport.placed(frame).topLeft() == QPointF(0, 0)


def test_zooming_out_ends_at_the_whole_photo():
    viewport = Viewport()
    frame = Frame(QSize(4000, 3000), QRectF(0, 0, 800, 600), 1.0)
    viewport.zoom_by(3, frame, QPointF(10, 10))
    for _ in range(5):
        viewport.zoom_by(0.5, frame, QPointF(700, 500))
    assert viewport.zoom is None
    assert viewport.placed(frame) == QRectF(0, 0, 800, 600)
