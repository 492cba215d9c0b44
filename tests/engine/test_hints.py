import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import data

from kmhc_engine.chroma import Chroma
from kmhc_engine.hints import Hint, apply_hints, hinted

BLUE = (10.0, -50.0)
RED = (55.0, 35.0)


def two_objects(noise=1.0):
    """A dark disc and a light box on a mid ground, with grain: (guide, disc, box)."""
    height, width = 160, 200
    y, x = np.mgrid[:height, :width]
    disc = (x - 60) ** 2 + (y - 80) ** 2 < 40**2
    box = (x > 125) & (x < 185) & (y > 40) & (y < 120)
    guide = np.where(disc, 30, np.where(box, 80, 55)).astype(np.float32)
    guide += np.random.default_rng(7).normal(0, noise, guide.shape).astype(np.float32)
    return guide, disc, box


def plain(shape, ab=(5.0, 12.0)):
    return Chroma(np.broadcast_to(np.float32(ab), (*shape, 2)).copy(), "KMHCNet_6", "abc")


def inner(mask):
    return cv2.erode(mask.astype(np.uint8), np.ones((5, 5))) > 0


def stroke(x0, y0, x1, y1, ab, radius=0.01):
    return Hint(((x0, y0), (x1, y1)), radius, ab)


def test_a_stroke_colours_its_whole_object():
    guide, disc, _ = two_objects()
    result = apply_hints(plain(guide.shape), guide, [stroke(0.25, 0.45, 0.35, 0.5, BLUE)])
    assert np.abs(result.ab[inner(disc)] - BLUE).max() < 2


def test_a_stroke_leaves_the_other_object_and_the_ground_alone():
    guide, disc, box = two_objects()
    chroma = plain(guide.shape)
    result = apply_hints(chroma, guide, [stroke(0.25, 0.45, 0.35, 0.5, BLUE)])
    assert np.array_equal(result.ab[box], chroma.ab[box])
    assert np.abs(result.ab - chroma.ab)[~disc & inner(~disc)].max() < 1


def test_a_click_is_a_hint_too():
    guide, disc, _ = two_objects()
    result = apply_hints(plain(guide.shape), guide, [Hint(((0.3, 0.5),), 0.02, RED)])
    assert np.abs(result.ab[inner(disc)] - RED).mean() < 2


def chess():
    """A photo whose neighbours are so unlike that no colour leaves the pixel it was drawn on."""
    return (np.indices((10, 12)).sum(axis=0) % 2 * 100).astype(np.float32)


def drawn_on(points, radius):
    result = apply_hints(plain(chess().shape), chess(), [Hint(points, radius, BLUE)])
    return np.abs(result.ab - plain(chess().shape).ab).max(axis=-1) > 1


@pytest.mark.parametrize("column", [6, 7])
def test_a_click_lies_where_it_was_made(column):
    drawn = drawn_on((((column + 0.5) / 12, 4.5 / 10),), 0)
    assert np.argwhere(drawn).tolist() == [[4, column]]


def test_a_stroke_is_as_wide_as_it_was_drawn():
    drawn = drawn_on(((0.2, 4.5 / 10), (0.8, 4.5 / 10)), 2 / 12)
    assert np.flatnonzero(drawn[:, 6]).tolist() == [3, 4, 5]


def test_a_speck_under_a_stroke_does_not_count():
    guide = np.broadcast_to(np.linspace(30, 90, 150, dtype=np.float32), (60, 150)).copy()
    guide[30, 10:12] = 90
    result = apply_hints(plain(guide.shape), guide, [stroke(0.02, 0.5, 0.12, 0.5, BLUE, 0.02)])
    assert np.abs(result.ab - plain(guide.shape).ab)[:, 110:].max() < 0.5


def test_two_strokes_colour_two_objects_each_in_its_own_colour():
    guide, disc, box = two_objects()
    hints = [stroke(0.25, 0.45, 0.35, 0.5, BLUE), stroke(0.7, 0.4, 0.85, 0.6, RED)]
    result = apply_hints(plain(guide.shape), guide, hints)
    assert np.abs(result.ab[inner(disc)] - BLUE).max() < 3
    assert np.abs(result.ab[inner(box)] - RED).max() < 3


def test_many_colours_give_what_each_gives_alone():
    guide, disc, box = two_objects()
    hints = [
        stroke(0.25, 0.45, 0.35, 0.5, BLUE),
        stroke(0.7, 0.4, 0.85, 0.6, RED),
        stroke(0.02, 0.05, 0.98, 0.05, (-30, 20)),
    ]
    result = apply_hints(plain(guide.shape), guide, hints)
    assert np.abs(result.ab[inner(disc)] - BLUE).max() < 3
    assert np.abs(result.ab[inner(box)] - RED).max() < 3
    assert np.abs(result.ab[3:12, 20:180] - (-30, 20)).mean() < 3


def test_within_one_object_two_colours_share_it():
    guide = np.full((80, 160), 50, np.float32)
    hints = [stroke(0.1, 0.1, 0.1, 0.9, BLUE), stroke(0.9, 0.1, 0.9, 0.9, RED)]
    a = apply_hints(plain(guide.shape), guide, hints).ab[40, :, 0]
    assert a[20] == pytest.approx(BLUE[0], abs=2)
    assert a[140] == pytest.approx(RED[0], abs=2)
    assert BLUE[0] + 10 < a[80] < RED[0] - 10


def test_under_crossing_strokes_the_later_one_counts():
    guide = np.full((60, 60), 50, np.float32)
    hints = [stroke(0.1, 0.5, 0.9, 0.5, BLUE), stroke(0.5, 0.1, 0.5, 0.9, RED)]
    assert apply_hints(plain(guide.shape), guide, hints).ab[30, 30] == pytest.approx(RED, abs=1)


def test_a_hint_can_take_the_colour_away():
    guide, disc, _ = two_objects()
    result = apply_hints(plain(guide.shape, (40, 40)), guide, [stroke(0.25, 0.45, 0.35, 0.5, (0.0, 0.0))])
    assert np.abs(result.ab[inner(disc)]).max() < 2


def test_far_away_even_on_an_even_ground_the_networks_colours_stay():
    guide = np.full((200, 300), 50, np.float32)
    chroma = plain(guide.shape)
    result = apply_hints(chroma, guide, [Hint(((0.02, 0.5),), 0.01, BLUE)])
    assert np.abs(result.ab - chroma.ab)[:, 250:].max() < 1


def test_without_hints_nothing_is_computed():
    chroma = plain((20, 30))
    assert hinted(chroma, np.zeros((200, 300), np.uint8), ()) is chroma


def test_variant_and_weights_are_kept():
    result = hinted(plain((20, 30)), np.zeros((200, 300), np.uint8), [Hint(((0.5, 0.5),), 0.1, BLUE)])
    assert (result.variant, result.weights, result.ab.dtype) == ("KMHCNet_6", "abc", np.float32)


def test_the_saucer_turns_green_and_the_coffee_does_not():
    grey = cv2.cvtColor(data.coffee(), cv2.COLOR_RGB2GRAY)
    chroma = plain((209, 313), (12, 20))
    result = hinted(chroma, grey, [stroke(0.35, 0.85, 0.7, 0.86, (-40, 20), 0.012)])
    cup_rim, coffee, saucer = (
        result.ab[round(y * 209), round(x * 313)] for x, y in ((0.5, 0.05), (0.45, 0.4), (0.6, 0.9))
    )
    assert saucer == pytest.approx((-40, 20), abs=3)
    assert cup_rim == pytest.approx((12, 20), abs=1)
    assert coffee == pytest.approx((12, 20), abs=1)


unit = st.floats(0, 1)


@settings(max_examples=15, deadline=None)
@given(
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    points=st.lists(st.tuples(unit, unit), min_size=1, max_size=4),
    radius=unit,
    seed=st.integers(0, 9),
)
def test_colours_stay_between_the_networks_and_the_hints(size, points, radius, seed):
    random = np.random.default_rng(seed)
    guide = random.uniform(0, 100, size).astype(np.float32)
    result = apply_hints(plain(size, (0, 0)), guide, [Hint(tuple(points), radius, (60.0, -60.0))]).ab
    assert np.isfinite(result).all()
    assert result[..., 0].min() >= -0.5
    assert result[..., 0].max() <= 60.5
    assert np.allclose(result[..., 0], -result[..., 1], atol=1e-3)
