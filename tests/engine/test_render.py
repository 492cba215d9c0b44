import cv2
import numpy as np
import pytest
from skimage import data

from kmhc_engine import colour
from kmhc_engine.chroma import Adjustments, Chroma, working_size
from kmhc_engine.errors import Cancelled
from kmhc_engine.render import render, rendered


@pytest.fixture(scope="module")
def portrait():
    """A photo whose colours are known: (Lab, the grey of it at 16 bit)."""
    return known(data.astronaut())


def known(rgb):
    luminance = colour.luminance_of(rgb)
    grey = np.searchsorted(colour.linear_table("uint16"), luminance).clip(0, 65535).astype(np.uint16)
    return colour.rgb_to_lab(rgb), grey


def chroma_of(lab, side):
    height, width = working_size(*lab.shape[:2], side)
    return Chroma(cv2.resize(lab[..., 1:], (width, height), interpolation=cv2.INTER_AREA), "", "")


@pytest.mark.parametrize("depth", [8, 16])
def test_the_photos_own_lightness_is_kept(portrait, depth):
    lab, grey = portrait
    result = colour.rgb_to_lab(rendered(grey, chroma_of(lab, 64), depth=depth))
    assert np.percentile(np.abs(result[..., 0] - lab[..., 0]), 99.9) < 0.5


def test_lightness_is_kept_even_when_colours_leave_srgb(portrait):
    lab, grey = portrait
    loud = Chroma(np.full((20, 20, 2), 90, np.float32), "", "")
    result = colour.rgb_to_lab(rendered(grey, loud))
    assert np.percentile(np.abs(result[..., 0] - lab[..., 0]), 99.9) < 0.5


def test_zero_chroma_gives_the_grey_photo_back_exactly():
    grey = data.camera()
    result = rendered(grey, Chroma(np.zeros((16, 16, 2), np.float32), "", ""))
    assert np.array_equal(result, np.repeat(grey[..., None], 3, axis=-1))


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_colour_follows_the_edges_better_than_bilinear(name):
    lab, grey = known(getattr(data, name)())
    chroma = chroma_of(lab, 48)
    bilinear = cv2.resize(chroma.ab, lab.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    guided = colour.rgb_to_lab(rendered(grey, chroma, depth=16))[..., 1:]
    error, bilinear_error = (np.linalg.norm(ab - lab[..., 1:], axis=-1).mean() for ab in (guided, bilinear))
    assert error < 0.97 * bilinear_error


def test_a_part_looks_as_it_does_in_the_whole(portrait):
    lab, grey = portrait
    chroma, part = chroma_of(lab, 64), np.s_[201:437, 77:310]
    alone = np.concatenate(list(render(grey, chroma, Adjustments(warmth=0.4), part=part)))
    assert np.array_equal(alone, rendered(grey, chroma, Adjustments(warmth=0.4))[part])


def test_colour_does_not_bleed_over_an_outline():
    lightness = np.full((256, 256), 90, np.uint8)
    lightness[:, 131:] = 190
    truth = np.where(lightness[..., None] > 100, (20.0, 15.0), (-20.0, -15.0)).astype(np.float32)
    chroma = Chroma(cv2.resize(truth, (32, 32), interpolation=cv2.INTER_AREA), "", "")
    bilinear = cv2.resize(chroma.ab, (256, 256), interpolation=cv2.INTER_LINEAR)
    guided = colour.rgb_to_lab(rendered(lightness, chroma, depth=16))[..., 1:]
    near = np.s_[:, 123:139]
    error, bilinear_error = (np.abs(ab[near] - truth[near]).mean() for ab in (guided, bilinear))
    assert error < 0.4 * bilinear_error


def test_an_even_colour_stays_even_up_to_the_borders_of_the_photo():
    grain = np.random.default_rng(3).integers(100, 156, (64, 96), np.uint8)
    even = Chroma(np.full((8, 12, 2), (20, 10), np.float32), "", "")
    ab = colour.rgb_to_lab(rendered(grain, even, depth=16))[..., 1:]
    assert np.abs(ab - (20, 10)).max() < 0.5


def test_colour_that_follows_no_edges_is_interpolated(portrait):
    lab, grey = portrait
    chroma = chroma_of(lab, 48)
    chroma = Chroma(chroma.ab * 0.3, "", "")  # all of it in sRGB
    bilinear = cv2.resize(chroma.ab, lab.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    ab, guided = (
        colour.rgb_to_lab(rendered(grey, chroma, Adjustments(edges=edges), depth=16))[..., 1:] for edges in (0, 1)
    )
    error, guided_error = (np.abs(one - bilinear)[lab[..., 0] > 5].mean() for one in (ab, guided))
    assert error < 0.1 * guided_error


def test_strips_join_without_a_seam(portrait, monkeypatch):
    lab, grey = portrait
    whole = rendered(grey, chroma_of(lab, 64))
    monkeypatch.setattr("kmhc_engine.render._STRIP_PIXELS", 3 * grey.shape[1])
    assert len(list(render(grey, chroma_of(lab, 64)))) == -(-grey.shape[0] // 3)
    assert np.abs(rendered(grey, chroma_of(lab, 64)).astype(int) - whole).max() <= 1


def test_saturation_scales_the_chroma(portrait):
    lab, grey = portrait
    half = colour.rgb_to_lab(rendered(grey, chroma_of(lab, 64), Adjustments(saturation=0.5), depth=16))
    full = colour.rgb_to_lab(rendered(grey, chroma_of(lab, 64), depth=16))
    assert np.hypot(*half[..., 1:].T).mean() == pytest.approx(0.5 * np.hypot(*full[..., 1:].T).mean(), rel=0.03)
    assert np.array_equal(*np.moveaxis(rendered(grey, chroma_of(lab, 64), Adjustments(saturation=0)), -1, 0)[:2])


def test_warmth_turns_middle_greys_and_spares_black_and_white():
    grey = np.array([[0, 119, 255]], np.uint8)  # 119 is L = 50
    neutral = Chroma(np.zeros((1, 3, 2), np.float32), "", "")
    warm, cool = (rendered(grey, neutral, Adjustments(warmth=sign))[0].astype(int) for sign in (1.0, -1.0))
    assert np.abs(colour.rgb_to_lab(warm[None].astype(np.uint8))[0, 1, 1:] - (6, 18)).max() < 1
    assert np.abs(colour.rgb_to_lab(cool[None].astype(np.uint8))[0, 1, 1:] - (-6, -18)).max() < 1
    assert warm[0].tolist() == [0, 0, 0]
    assert warm[2].tolist() == [255, 255, 255]


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_photos_of_any_shape_are_rendered(shape):
    result = rendered(np.full(shape, 90, np.uint8), Chroma(np.full((4, 5, 2), 20, np.float32), "", ""))
    assert result.shape == (*shape, 3)


def test_a_check_that_raises_ends_the_rendering(portrait):
    lab, grey = portrait
    calls = []

    def check():
        calls.append(1)
        if len(calls) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(render(grey, chroma_of(lab, 64), check=check))
    assert len(calls) == 3
