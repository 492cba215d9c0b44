"""The bundled weights on real photos: the one slow look at the real thing."""

import numpy as np
import pytest
from skimage import data

from kmhc_engine import colour, resources, variants, weights
from kmhc_engine.chroma import Chroma, network_input
from kmhc_engine.colouriser import TorchColouriser
from kmhc_engine.devices import choose
from kmhc_engine.photos import open_photo
from kmhc_engine.render import rendered

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found():
    bundled = [entry for entry in weights.catalogue() if entry.bundled and entry.variant == variants.DEFAULT]
    assert len(bundled) == 1
    return bundled[0]


def colouriser_of(found, precision):
    return TorchColouriser.with_weights(found, choose("cpu", precision))


@pytest.fixture(scope="module")
def colouriser(found):
    return colouriser_of(found, "fp32")


def coloured(colouriser, grey):
    """The Lab of a photo in colour."""
    ab = colouriser.predict([network_input(grey, colouriser.side)])[0]
    return colour.rgb_to_lab(rendered(grey, Chroma(ab, "", "")))


def test_they_are_what_their_header_says_and_small_enough_to_ship(found):
    weights.verify(found)
    assert found.size < 40e6
    assert found.precision == "fp16"
    assert found.licence


def test_every_sample_gets_real_colour_and_keeps_its_lightness(colouriser):
    samples = sorted((resources.folder() / "samples").glob("*.jpg"))
    assert len(samples) >= 6
    for path in samples:
        with open_photo(path) as photo:
            grey = np.ascontiguousarray(photo.page(0).grey[::2, ::2])
        lab = coloured(colouriser, grey)
        assert np.hypot(lab[..., 1], lab[..., 2]).mean() > 3, path.name
        difference = np.abs(lab[..., 0] - colour.lightness_table(grey.dtype.name)[grey])
        assert np.percentile(difference, 99.9) < 0.5, path.name


def test_colours_are_nearer_to_the_truth_than_none(colouriser):
    errors = []
    for photo in (data.astronaut(), data.chelsea(), data.coffee()):
        lab = colour.rgb_to_lab(photo)
        grey = np.searchsorted(colour.linear_table("uint16"), colour.luminance_of(photo)).clip(0, 65535)
        result = coloured(colouriser, grey.astype(np.uint16))
        errors.append([np.linalg.norm(other - lab[..., 1:], axis=-1).mean() for other in (result[..., 1:], 0)])
    error, grey_error = np.mean(errors, axis=0)
    assert error < 0.9 * grey_error


def test_skin_is_skin_coloured_and_sky_is_blue(colouriser):
    def mean_ab(name, box):
        with open_photo(resources.folder() / "samples" / name) as photo:
            return coloured(colouriser, photo.page(0).grey)[box][..., 1:].mean(axis=(0, 1))

    a, b = mean_ab("astronaut.jpg", np.s_[90:160, 190:260])
    assert a > 3
    assert b > 5
    _, b = mean_ab("cameraman.jpg", np.s_[10:80, 300:500])
    assert b < -3


def test_bf16_changes_colours_by_less_than_one_unit(found, colouriser):
    lightness = [network_input(data.camera(), 96)]
    exact, near = (one.predict(lightness)[0] for one in (colouriser, colouriser_of(found, "bf16")))
    assert 0 < np.linalg.norm(exact - near, axis=-1).mean() < 1
