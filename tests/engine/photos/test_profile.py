import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from kmhc_engine.colour import lightness_of_luminance, lightness_table, luminance_of, rgb_to_lab
from kmhc_engine.photos import open_photo
from kmhc_engine.photos.icc import srgb_profile
from kmhc_engine.photos.profile import Profile
from tests.engine.photos.making import SRGB_PRIMARIES, grey_profile, matrix_profile, table_profile

CODES = np.arange(256) / 255


def lightness(profile, mode, samples):
    to_grey, dtype = profile.to_grey(mode, samples.dtype.name)
    grey = to_grey(samples)
    assert grey.dtype == dtype
    return lightness_table(dtype)[grey]


def cms_lightness(icc, mode, samples):
    image = Image.fromarray(samples[..., 0] if mode == "L" else samples, mode)
    opened = ImageCms.ImageCmsProfile(BytesIO(icc))
    srgb = ImageCms.createProfile("sRGB")
    converted = np.asarray(ImageCms.profileToProfile(image, opened, srgb, outputMode="RGB"))
    inside = ((converted > 0) & (converted < 255)).all(axis=-1)
    return rgb_to_lab(converted)[..., 0], inside


@pytest.mark.parametrize("gamma", [1.8, 2.2])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_wide_gamuts_give_the_lightness_that_imagecms_gives(colour, gamma, dtype):
    icc = matrix_profile(gamma)
    expected, inside = cms_lightness(icc, "RGB", colour)
    samples = colour if dtype == "uint8" else colour * np.uint16(257)
    difference = np.abs(lightness(Profile(icc), "RGB", samples) - expected)[inside]
    assert difference.mean() < 0.15
    assert difference.max() < 0.5  # ImageCms rounds to eight bits


def test_neutral_colours_follow_the_curve_alone():
    ramp = np.dstack([np.arange(256, dtype=np.uint8)[None]] * 3)
    expected = lightness_of_luminance(CODES**2.2)
    assert np.abs(lightness(Profile(matrix_profile(2.2)), "RGB", ramp)[0] - expected).max() < 0.05


def test_sixteen_bits_stay_distinct_through_a_profile():
    ramp = np.arange(30000, 30256, dtype=np.uint16)[None, :, None]
    for profile in (Profile(matrix_profile(2.2)), Profile(grey_profile(curve_of(1.8)))):
        to_grey, _ = profile.to_grey("L", "uint16")
        assert len(np.unique(to_grey(ramp))) > 200


def curve_of(gamma):
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


def sampled_curve(values):
    return b"curv" + bytes(4) + struct.pack(f">I{len(values)}H", len(values), *np.rint(values * 65535).astype(int))


def parametric_curve(function, *parameters):
    values = [round(p * 65536) for p in parameters]
    return b"para" + bytes(4) + struct.pack(f">HH{len(values)}i", function, 0, *values)


@pytest.mark.parametrize(
    ("curve", "linear"),
    [
        (curve_of(1.8), CODES**1.8),
        (b"curv" + bytes(4) + struct.pack(">I", 0), CODES),
        (sampled_curve(np.linspace(0, 1, 256) ** 2.5), CODES**2.5),
        (parametric_curve(0, 2.0), CODES**2),
        (parametric_curve(1, 2.0, 1.25, -0.25), np.maximum(1.25 * CODES - 0.25, 0) ** 2),
        (parametric_curve(2, 2.0, 1.0, -0.1, 0.19), np.maximum(CODES - 0.1, 0) ** 2 + 0.19),
        (
            parametric_curve(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
            np.where(CODES < 0.04045, CODES / 12.92, ((CODES + 0.055) / 1.055) ** 2.4),
        ),
        (
            parametric_curve(4, 2.0, 0.9, 0.0, 0.5, 0.2, 0.19, 0.01),
            np.where(CODES < 0.2, 0.5 * CODES + 0.01, (0.9 * CODES) ** 2 + 0.19),
        ),
    ],
)
def test_every_kind_of_grey_curve_is_read(curve, linear):
    ramp = np.arange(256, dtype=np.uint8)[None, :, None]
    got = lightness(Profile(grey_profile(curve)), "L", ramp)[0]
    assert np.abs(got - lightness_of_luminance(linear)).max() < 0.15


def test_grey_in_srgb_stays_untouched():
    ramp = np.arange(256, dtype=np.uint8)[None, :, None]
    for profile in (Profile(), Profile(srgb_profile())):
        to_grey, dtype = profile.to_grey("L", "uint8")
        assert dtype == "uint8"
        assert np.array_equal(to_grey(ramp), ramp[..., 0])


def test_inks_go_through_their_table(colour):
    icc = table_profile(b"CMYK", lambda c, m, y, k: (100 * (1 - k) * (1 - (c + m + y) / 4), 20 * (m - c), 20 * (y - c)))
    samples = np.asarray(Image.fromarray(colour).convert("CMYK"))
    expected, _ = cms_lightness(icc, "CMYK", samples)
    assert np.abs(lightness(Profile(icc), "CMYK", samples) - expected).max() < 0.1


def test_lights_through_a_table_keep_sixteen_bits(colour):
    icc = table_profile(b"RGB ", lambda r, g, b: (25 * r + 60 * g + 15 * b, 10 * (r - g), 10 * (g - b)))
    expected, _ = cms_lightness(icc, "RGB", colour)
    got = lightness(Profile(icc), "RGB", colour * np.uint16(257))
    assert np.abs(got - expected).mean() < 0.2
    assert np.abs(got - expected).max() < 0.6
    ramp = np.arange(20000, 40000, 10, dtype=np.uint16)[None, :, None].repeat(3, -1)
    steps = np.diff(lightness(Profile(icc), "RGB", ramp)[0])
    assert steps.min() >= 0
    assert steps.max() < 0.1


def test_the_eye_sees_what_imagecms_makes(saved, colour):
    icc = matrix_profile(2.2)
    with open_photo(saved(colour, "a.png", icc_profile=icc)) as photo:
        thumbnail = photo.thumbnail(160)
    opened = ImageCms.ImageCmsProfile(BytesIO(icc))
    expected = ImageCms.profileToProfile(Image.fromarray(colour), opened, ImageCms.createProfile("sRGB"))
    assert np.array_equal(thumbnail, np.asarray(expected))


@pytest.mark.parametrize(
    ("name", "options"),
    [("a.jpg", {"quality": 95}), ("a.png", {}), ("a.tif", {}), ("a.webp", {"lossless": True}), ("a.avif", {})],
)
def test_every_format_hands_its_profile_over(saved, grey, name, options):
    path = saved(np.dstack([grey] * 3), name, icc_profile=matrix_profile(1.8, SRGB_PRIMARIES), **options)
    with open_photo(path) as photo:
        got = lightness_table("uint16")[photo.page(0).grey]
    codes = np.asarray(Image.open(path).convert("RGB"))
    expected = lightness_of_luminance(luminance_of(np.zeros_like(codes)) + (codes[..., 1] / 255) ** 1.8)
    assert np.abs(got - expected).mean() < 0.3


@pytest.mark.parametrize("icc", [b"rubbish", srgb_profile()[:200], srgb_profile()[:16] + b"XXXX" + srgb_profile()[20:]])
def test_a_broken_profile_is_dropped_with_a_note_and_costs_nothing(saved, grey, icc):
    with open_photo(saved(grey, "a.jpg", quality=95, icc_profile=icc)) as photo:
        assert photo.notes == ("damaged colour profile dropped",)
        assert photo.page(0).grey.dtype == np.uint8


def test_a_profile_of_other_photos_is_dropped_with_a_note(saved, colour):
    with open_photo(saved(colour, "a.jpg", icc_profile=grey_profile(curve_of(2.2)))) as photo:
        assert "other photos" in photo.notes[0]
        photo.page(0)
