import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from kmhc_engine.colour import lab_to_rgb, rgb_to_lab
from kmhc_engine.photos import Tone, open_photo
from kmhc_engine.photos.tone import tone_of

PHOTOS = {name: getattr(data, name)() for name in ("astronaut", "chelsea", "coffee")}
CAMERA = data.camera()


def small(photo, side=384):
    image = Image.fromarray(photo).convert("RGB")
    image.thumbnail((side, side))
    return np.asarray(image)


def through_jpeg(rgb, quality=75):
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=quality)
    image = Image.open(buffer)
    image.thumbnail((128, 128))
    return np.asarray(image)


def toned(photo, tint):
    """Give a photo the ab that a function of L in 0..1, x and y in 0..1 returns."""
    lab = rgb_to_lab(small(photo))
    y, x = np.mgrid[0 : 1 : lab.shape[0] * 1j, 0 : 1 : lab.shape[1] * 1j]
    lab[..., 1], lab[..., 2] = tint(lab[..., 0] / 100, x, y)
    return through_jpeg(lab_to_rgb(lab))


TINTS = {
    "sepia": lambda t, x, y: (6 + 0 * t, 22 + 0 * t),
    "yellowed paper": lambda t, x, y: (1 + 3 * t, 20 * t),
    "selenium": lambda t, x, y: (16 * t * (1 - t), -8 * t * (1 - t)),
    "cyanotype": lambda t, x, y: (-20 * t * (1 - t), -90 * t * (1 - t)),
    "duotone": lambda t, x, y: (8 * (1 - t), -14 * (1 - t) + 18 * t),
    "yellowed at the edges": lambda t, x, y: (2 + 0 * t, 8 + 14 * ((x - 0.5) ** 2 + (y - 0.5) ** 2)),
    "yellowed on one side": lambda t, x, y: (1 + 2 * x, 6 + 10 * x),
    "a wrong white balance": lambda t, x, y: (-3 + 0 * t, 4 + 0 * t),
    "silver mirroring": lambda t, x, y: (1.5 * (1 - t), -6 * (1 - t) * (x < 0.4)),
}


@pytest.mark.parametrize("tint", TINTS)
@pytest.mark.parametrize("photo", [CAMERA, *PHOTOS.values()], ids=["camera", *PHOTOS])
def test_a_tint_is_no_colour(photo, tint):
    assert tone_of(toned(photo, TINTS[tint])) is Tone.TINTED


def test_fine_detail_beside_even_areas_makes_a_tint_no_colour():
    """Where black and white are too fine for the small copy, the tint of their mean is not that of a mean grey."""
    photo = np.full((128, 128), 128, np.uint8)
    photo[:, :64] = np.random.default_rng(0).integers(0, 256, (128, 64))
    assert tone_of(toned(photo, TINTS["cyanotype"])) is Tone.TINTED


def test_stains_of_yellow_are_forgiven_more_than_those_of_other_colours():
    def stains(yellow):
        def tint(t, x, y):
            stained = 3 * (np.sin(9 * x) * np.sin(7 * y + 1) > 0.3)
            return (2 + 0.3 * stained, 14 + stained) if yellow else (2 + stained, 14 - 0.3 * stained)

        return tone_of(toned(CAMERA, tint))

    assert (stains(yellow=True), stains(yellow=False)) == (Tone.TINTED, Tone.COLOUR)


@pytest.mark.parametrize("quality", [40, 75, 95])
@pytest.mark.parametrize("photo", [CAMERA, *PHOTOS.values()], ids=["camera", *PHOTOS])
def test_neutral_photos_are_grey_in_spite_of_jpeg(photo, quality):
    rgb = np.asarray(Image.fromarray(small(photo)).convert("L").convert("RGB"))
    assert tone_of(through_jpeg(rgb, quality)) is Tone.GREY


@pytest.mark.parametrize("strength", [1.0, 0.5])
@pytest.mark.parametrize("photo", PHOTOS.values(), ids=PHOTOS)
def test_colour_is_colour_even_when_it_has_faded(photo, strength):
    lab = rgb_to_lab(small(photo))
    lab[..., 1:] *= strength
    assert tone_of(through_jpeg(lab_to_rgb(lab))) is Tone.COLOUR


@pytest.mark.parametrize("photo", PHOTOS.values(), ids=PHOTOS)
def test_a_colour_print_that_turned_red_is_still_colour(photo):
    lab = rgb_to_lab(small(photo))
    lab = np.dstack((15 + lab[..., 0] * 0.75, lab[..., 1] * 0.6 + 12, lab[..., 2] * 0.6 + 4))
    assert tone_of(through_jpeg(lab_to_rgb(lab.astype(np.float32)))) is Tone.COLOUR


def test_a_coloured_stamp_on_a_grey_photo_is_no_colour():
    rgb = small(CAMERA).copy()
    rgb[10:40, 10:60] = (150, 40, 40)
    assert tone_of(through_jpeg(rgb)) is not Tone.COLOUR


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 2)])
def test_odd_sizes_have_a_tone(size):
    assert tone_of(np.full((*size, 3), (10, 200, 10), np.uint8)) in (Tone.TINTED, Tone.COLOUR)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_plain_grey_is_grey(value):
    assert tone_of(np.full((40, 40, 3), value, np.uint8)) is Tone.GREY


def test_photos_know_their_tone(saved, colour, grey):
    sepia = np.clip(grey[..., None] * np.array([1.0, 0.9, 0.7]), 0, 255).astype(np.uint8)
    for pixels, tone in ((colour, Tone.COLOUR), (grey, Tone.GREY), (sepia, Tone.TINTED)):
        for name in ("a.jpg", "a.png", "a.tif"):
            with open_photo(saved(pixels, name)) as photo:
                assert photo.tone is tone
