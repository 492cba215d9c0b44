"""Photos of several pages: each has its own colours."""

import numpy as np
import pytest
from batch_bench import run
from PIL import Image, ImageSequence
from skimage import data
from stub_colouriser import StubColouriser

from kmhc_engine.batch import OutputSettings, State, render_batch
from kmhc_engine.cancel import CancelToken
from kmhc_engine.choices import ColourPhotos
from kmhc_engine.chroma import Adjustments
from kmhc_engine.colour import rgb_to_lab
from kmhc_engine.photos.decode import Photo

pytestmark = pytest.mark.usefixtures("no_thread_is_left")

COFFEE = Image.fromarray(data.coffee()).resize((300, 200))  # in colour
GREY = Image.new("L", (24, 17), 90)
REDO = OutputSettings(colour_photos=ColourPhotos.REDO)


def pages(output):
    with Image.open(output) as image:
        return [np.asarray(page.convert("RGB")) for page in ImageSequence.Iterator(image)]


def is_orange(page):
    red, _, blue = page.astype(np.float32).reshape(-1, 3).mean(0)
    return red > blue + 30


def difference(page, image):
    """Return how far two pictures are apart on average, in Lab."""
    return float(np.abs(rgb_to_lab(page) - rgb_to_lab(np.asarray(image))).mean())


@pytest.fixture
def mixed(old):
    COFFEE.save(old / "mixed.tif", save_all=True, append_images=[GREY, COFFEE.rotate(180)])


def test_every_page_of_a_tiff_is_coloured(old, folder):
    greys = [Image.new("L", (24, 16 + page), 90 + 30 * page) for page in range(3)]
    greys[0].save(old / "pages.tif", save_all=True, append_images=greys[1:])
    colouriser = StubColouriser()
    ends = run(old, folder, colouriser)
    assert colouriser.predicted == 3
    with Image.open(ends["pages.tif"].output) as image:
        assert image.n_frames == 3
        for page in range(3):
            image.seek(page)
            assert image.size == (24, 16 + page)
            red, _, blue = np.asarray(image.convert("RGB"), np.float32).reshape(-1, 3).mean(0)
            assert red > blue + 30
    assert folder.journal.get(folder.key(old / "pages.tif")).pages == 3


def test_pages_in_colour_keep_their_colours_and_grey_ones_beside_them_are_coloured(old, folder, mixed):
    colouriser = StubColouriser()
    ends = run(old, folder, colouriser)
    first, second, third = pages(ends["mixed.tif"].output)
    assert colouriser.predicted == 1
    assert is_orange(second)
    assert difference(first, COFFEE) < 1.5
    assert difference(third, COFFEE.rotate(180)) < 1.5
    assert ends["mixed.tif"].notes == (
        "page 1 is in colour already: it keeps its colours",
        "page 3 is in colour already: it keeps its colours",
    )
    assert run(old, folder, colouriser)["mixed.tif"].state is State.SKIPPED


def test_pages_that_keep_their_colours_are_adjusted_with_the_others(old, folder, mixed):
    run(old, folder)
    paler = OutputSettings(adjustments=Adjustments(saturation=0.0))
    (*_, end) = render_batch(list(folder.recorded_jobs()), CancelToken(), folder, paler)
    assert all(np.ptp(page.astype(int), axis=-1).max() <= 4 for page in pages(end.output))


def test_pages_in_colour_are_coloured_anew_and_get_their_colours_back_if_one_likes(old, folder, mixed):
    colouriser = StubColouriser()
    run(old, folder, colouriser)
    ends = run(old, folder, colouriser, settings=REDO)
    assert all(map(is_orange, pages(ends["mixed.tif"].output)))
    assert ends["mixed.tif"].notes == ()
    ends = run(old, folder, colouriser)
    assert difference(pages(ends["mixed.tif"].output)[0], COFFEE) < 1.5
    assert colouriser.predicted == 3


def test_only_a_file_whose_pages_are_all_in_colour_is_left_alone(old, folder):
    COFFEE.save(old / "both.tif", save_all=True, append_images=[COFFEE])
    assert run(old, folder)["both.tif"].reason == "it is in colour already"


def test_cancelling_takes_effect_between_two_pages_that_are_looked_at(old, folder, monkeypatch):
    COFFEE.save(old / "both.tif", save_all=True, append_images=[COFFEE])
    token, seen, real = CancelToken(), [], Photo.page_tone

    def page_tone(photo, index):
        seen.append(index)
        token.cancel()
        return real(photo, index)

    monkeypatch.setattr(Photo, "page_tone", page_tone)
    assert run(old, folder, token=token)["both.tif"].state is State.CANCELLED
    assert seen == [0]
