import pytest
from PySide6.QtCore import QPointF, QRectF, QSize

from kmhc_desktop.viewer.viewport import Frame, Viewport


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_at_actual_size_a_pixel_is_a_pixel_of_the_screen(ratio):
    viewport = Viewport()
    viewport.actual_size()
    frame = Frame(QSize(4000, 3000), QRectF(0, 0, 800, 600), ratio)
    assert viewport.placed(frame).width() == 4000 / ratio


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
