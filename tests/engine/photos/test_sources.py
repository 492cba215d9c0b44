"""Pages of a TIFF: what each of them tells and means stays its own."""

import numpy as np
import pytest

from kmhc_engine.photos import Format, Tone, open_photo
from tests.engine.photos.making import IPTC, XMP, grey_profile

tifffile = pytest.importorskip("tifffile")
LINEAR = grey_profile(b"curv" + bytes(8))


@pytest.fixture
def pages_of(tmp_path):
    """Write a TIFF whose pages are pixels with the options of their own; return the path."""

    def write(*pages):
        path = tmp_path / "pages.tif"
        with tifffile.TiffWriter(path) as writer:
            for pixels, options in pages:
                kind = "rgb" if pixels.ndim == 3 else "minisblack"
                writer.write(pixels, photometric=kind, **{"metadata": None, "contiguous": False, **options})
        return path

    return write


def test_every_page_has_the_profile_of_its_own(pages_of, grey):
    path = pages_of((grey, {"iccprofile": LINEAR}), (grey, {}), (grey, {"iccprofile": LINEAR}))
    with open_photo(path) as photo:
        first, second, third = (photo.page(index).grey for index in range(3))
    assert np.array_equal(second, grey)
    assert (first >> 8).mean() > grey.mean() + 20
    assert np.array_equal(first, third)


def test_a_broken_profile_of_a_later_page_is_told_and_costs_nothing(pages_of, grey):
    path = pages_of((grey, {}), (grey, {"iccprofile": b"rubbish"}))
    with open_photo(path) as photo:
        assert photo.notes == ("damaged colour profile dropped",)
        assert np.array_equal(photo.page(1).grey, grey)


def test_what_a_page_tells_is_told_by_that_page_of_the_copy(pages_of, written, grey, colour):
    front = {"description": "Oma 1953", "datetime": "1953:07:12 10:00:00", "resolution": (300, 300)}
    back = {"description": "The back", "datetime": "1999:01:01 10:00:00", "resolution": (600, 600)}
    more = [(33723, "B", len(IPTC), IPTC, True), (700, "B", len(XMP), XMP, True)]
    path = pages_of((grey, front), (grey, {**back, "extratags": more}))
    with open_photo(path) as photo:
        copy = written(photo, Format.TIFF, colour, colour)
    with open_photo(copy) as photo:
        told = (photo.metadata, *photo.metadata.following)
    assert [page.exif.image[0x010E].raw for page in told] == [b"Oma 1953\0", b"The back\0"]
    assert [page.exif.image[0x0132].raw[:4] for page in told] == [b"1953", b"1999"]
    assert [page.dpi for page in told] == [(300, 300), (600, 600)]
    assert [page.iptc for page in told] == [b"", IPTC]
    assert ["Großmutter".encode() in page.xmp for page in told] == [False, True]


def test_what_one_photo_tells_is_told_by_all_pages_if_nothing_else_is_known(pages_of, written, grey, colour):
    with open_photo(pages_of((grey, {"description": "Oma"}))) as photo:
        copy = written(photo, Format.TIFF, colour, colour)
    with tifffile.TiffFile(copy) as tiff:
        assert [page.description for page in tiff.pages] == ["Oma", "Oma"]


def test_damage_is_told_once_whatever_pages_it_is_on(pages_of, grey):
    broken = {"extratags": [(700, "B", 7, b"<broken", True)]}
    with open_photo(pages_of((grey, {}), (grey, broken), (grey, broken))) as photo:
        assert photo.notes == ("damaged XMP dropped",)


def test_only_a_photo_whose_pages_are_all_in_colour_is_in_colour(pages_of, grey, colour):
    for pages, tones in [
        ((grey, colour), [Tone.GREY, Tone.COLOUR]),
        ((colour, grey), [Tone.COLOUR, Tone.GREY]),
        ((colour, colour), [Tone.COLOUR, Tone.COLOUR]),
    ]:
        with open_photo(pages_of(*((page, {}) for page in pages))) as photo:
            assert [photo.page_tone(index) for index in (1, 0)] == tones[::-1]
            assert photo.in_colour(lambda: None) == (set(tones) == {Tone.COLOUR})


def test_a_thumbnail_of_any_page_has_its_own_shape(pages_of, grey, colour):
    with open_photo(pages_of((grey, {}), (colour[:, : colour.shape[1] // 2], {}))) as photo:
        assert photo.thumbnail(1000, 1).shape == (120, 80, 3)
        assert photo.thumbnail(60, 1).shape == (60, 40, 3)
