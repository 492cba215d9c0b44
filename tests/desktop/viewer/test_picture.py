import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from kmhc_desktop.viewer.picture import picture_of


def test_a_picture_is_as_sharp_as_the_photo_and_no_sharper():
    whole, small = (
        picture_of(np.zeros((600, 900), np.uint8)),
        picture_of(np.zeros((600, 900), np.uint8), None, QSize(1800, 1200)),
    )
    assert whole.is_sharp_at(4.0)
    assert small.is_sharp_at(0.5) and not small.is_sharp_at(0.6) and not small.is_sharp_at(4.0)


def test_levels_halve_and_the_right_one_is_drawn():
    picture = picture_of(np.zeros((2000, 3000, 3), np.uint8))
    assert [level.width() for level in picture.levels] == [3000, 1500, 750]
    assert picture.level(1.0).width() == 3000
    assert picture.level(0.3).width() == 1500
    assert picture.level(0.01).width() == 750
    assert picture.level(4.0).width() == 3000


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("shape", [(40, 51), (40, 51, 3)])
def test_pixels_keep_their_colours(shape, large, monkeypatch):
    if large:
        monkeypatch.setattr("kmhc_desktop.viewer.picture._FAST_PIXELS", 1)
    pixels = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    image = picture_of(pixels).levels[0]
    for y, x in ((0, 0), (39, 50), (7, 31)):
        assert image.pixelColor(x, y).getRgb()[:3] == tuple(np.broadcast_to(pixels[y, x], 3))


def test_transparency_is_kept():
    alpha = np.zeros((20, 30), np.uint8)
    alpha[:, :15] = 255
    picture = picture_of(np.full((20, 30), 200, np.uint8), alpha)
    assert picture.translucent
    assert picture.levels[0].format() is QImage.Format.Format_ARGB32_Premultiplied
    assert picture.levels[0].pixelColor(5, 5).getRgb() == (200, 200, 200, 255)
    assert picture.levels[0].pixelColor(25, 5).alpha() == 0
