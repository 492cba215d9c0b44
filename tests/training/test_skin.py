import numpy as np
import pytest

from kmhc_engine.colour import lab_to_rgb
from training.skin import TONES, skin_finder, skin_of, tone


def flat(lightness: float, a: float, b: float, side: int = 40) -> np.ndarray:
    return lab_to_rgb(np.full((side, side, 3), (lightness, a, b), np.float32))


@pytest.mark.parametrize(
    ("lightness", "b", "expected"),  # ITA = atan((L - 50) / b)
    [(80, 15, 0), (65, 15, 1), (60, 15, 2), (55, 15, 3), (48, 15, 4), (30, 12, 5)],
)
def test_the_tone_follows_the_angle(lightness, b, expected):
    assert tone(lightness, b) == TONES[expected]


def test_skin_is_found_by_its_colour_and_other_things_are_not():
    found = skin_of(flat(70, 14, 18), 0, 0, 40, 40)
    assert found is not None
    assert found.tone == tone(70, 18)
    assert found.mask.all()
    for other in ((60, 0, 0), (50, -40, 40), (60, -5, -30)):  # a wall, grass, the sky
        assert skin_of(flat(*other), 0, 0, 40, 40) is None


def test_the_face_of_the_astronaut_is_found_and_the_cat_s_is_not():
    from skimage.data import astronaut, cat

    find = skin_finder()
    face = find(astronaut()[:256, 100:356])
    assert face is not None
    assert 0 < face.rows.start < face.rows.stop < 256
    assert find(cat()[:150, :150]) is None
