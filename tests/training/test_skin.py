import numpy as np
import pytest

from kmhc_engine.colour import lab_to_rgb
from training.skin import TONES, skin_finder, skin_of, tone


def flat(lightness: float, a: float, b: float, side: int = 40) -> np.ndarray:
    return lab_to_rgb(np.full((side, side, 3), (lightness, a, b), np.float32))


@pytest.mark.parametrize(
    ("lightness", "b", "expected"),  # ITA = atan((L - 50) / b)
    [(80, 15, 0), (72, 15, 0), (71, 15, 1), (65, 15, 1), (60, 15, 2), (55, 15, 3), (48, 15, 4), (30, 12, 5)],
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


@pytest.mark.parametrize(("columns", "found"), [(18, False), (22, True)])
def test_a_face_is_skin_for_the_larger_part(columns, found):
    face = flat(60, 0, 0)
    face[:, :columns] = flat(70, 14, 18)[:, :columns]
    assert (skin_of(face, 0, 0, 40, 40) is not None) is found


def test_of_several_faces_the_largest_that_is_skin_counts(monkeypatch):
    places = [(5, 160, 30, 30), (40, 10, 50, 60), (10, 90, 80, 64)]  # the last is a wall

    class Cascade:
        def __init__(self, file):
            pass

        def detect_multi_scale(self, **_):
            return [dict(zip(("r", "c", "height", "width"), place, strict=True)) for place in places]

    monkeypatch.setattr("skimage.feature.Cascade", Cascade)
    photo = np.zeros((100, 200, 3), np.uint8) + np.uint8(150)
    for top, left, height, width in places[:2]:
        photo[top : top + height, left : left + width] = flat(70, 14, 18, 60)[:height, :width]
    face = skin_finder()(photo)
    assert (face.rows, face.columns) == (slice(50, 80), slice(22, 58))


def test_the_face_of_the_astronaut_is_found_and_the_cat_s_is_not():
    from skimage.data import astronaut, cat

    find = skin_finder()
    face = find(astronaut()[:256, 100:356])
    assert face is not None
    assert 0 < face.rows.start < face.rows.stop < 256
    assert find(cat()[:150, :150]) is None
