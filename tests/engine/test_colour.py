import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import lab2rgb, rgb2lab

from kmhc_engine import colour


@pytest.fixture
def rng():
    return np.random.default_rng(6)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_lab_agrees_with_scikit_image(rng, dtype):
    codes = rng.integers(0, np.iinfo(dtype).max, (300, 300, 3), dtype=dtype, endpoint=True)
    reference = rgb2lab(codes / np.iinfo(dtype).max)
    assert np.abs(colour.rgb_to_lab(codes) - reference).max() < 0.01


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_rgb_agrees_with_scikit_image(rng, dtype):
    limit = np.iinfo(dtype).max
    codes = rng.integers(0, limit, (300, 300, 3), dtype=dtype, endpoint=True)
    lab = rgb2lab(codes / limit).astype(np.float32)
    difference = colour.rgb_to_lab(colour.lab_to_rgb(lab, dtype)) - lab
    rounding = rgb2lab(np.rint(lab2rgb(lab) * limit) / limit) - lab
    assert np.abs(difference).max() <= np.abs(rounding).max() + 0.01


def test_eight_bit_colours_come_back_exactly():
    steps = np.unique(np.r_[0:256:7, 0:4, 252:256]).astype(np.uint8)
    codes = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(len(steps), -1, 3)
    assert np.array_equal(colour.lab_to_rgb(colour.rgb_to_lab(codes)), codes)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_greys_are_exactly_neutral(dtype):
    codes = np.repeat(np.arange(np.iinfo(dtype).max + 1, dtype=dtype)[None, :, None], 3, axis=-1)
    lab = colour.rgb_to_lab(codes)
    assert np.abs(lab[..., 1:]).max() < 1e-3
    assert np.abs(lab[0, :, 0] - colour.lightness_table(dtype)).max() < 1e-3


def test_colours_outside_srgb_lose_chroma_but_keep_lightness_and_hue(rng):
    lab = rng.uniform((2, -100, -100), (98, 100, 100), (200, 200, 3)).astype(np.float32)
    result = colour.rgb_to_lab(colour.lab_to_rgb(lab, "uint16"))
    assert np.percentile(np.abs(result[..., 0] - lab[..., 0]), 99.9) < 0.3
    hue, wanted = (np.arctan2(x[..., 2], x[..., 1]) for x in (result, lab))
    turned = np.abs((hue - wanted + np.pi) % (2 * np.pi) - np.pi)
    chroma = np.hypot(result[..., 1], result[..., 2])
    assert np.degrees(np.percentile(turned[chroma > 20], 99)) < 1.5
    assert (chroma <= np.hypot(lab[..., 1], lab[..., 2]) + 0.5).all()


def test_compression_keeps_as_much_chroma_as_srgb_has():
    red = colour.rgb_to_lab(np.array([[[255, 0, 0]]], np.uint8))
    result = colour.rgb_to_lab(colour.lab_to_rgb(red * np.array([1, 1.3, 1.3], np.float32)))
    assert np.hypot(*result[0, 0, 1:]) > 0.93 * np.hypot(*red[0, 0, 1:])


def test_white_and_black_stay_neutral_whatever_the_chroma():
    lab = np.array([[[100, 30, -30], [0, -20, 60]]], np.float32)
    assert colour.lab_to_rgb(lab).tolist() == [[[255, 255, 255], [0, 0, 0]]]


@given(st.floats(0, 100), st.floats(-128, 128))
def test_normalisation_is_equation_2(lightness, ab):
    x = colour.normalise(lightness)
    assert -0.5 <= x <= 0.5
    assert 100 * x + 50 == pytest.approx(lightness, abs=1e-9)
    assert colour.denormalise(ab / 128) == pytest.approx(ab, abs=1e-9)


def test_luminance_is_that_of_lightness(rng):
    codes = rng.integers(0, 256, (50, 50, 3), dtype=np.uint8)
    lightness = colour.lightness_of_luminance(colour.luminance_of(codes))
    assert np.abs(lightness - colour.rgb_to_lab(codes)[..., 0]).max() < 1e-3
