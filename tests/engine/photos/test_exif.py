import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from kmhc_engine.photos.exif import Exif, read_exif
from tests.engine.photos.making import exif_block, pointing_to


def read_by_pillow(block):
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + block)
    return exif


@pytest.mark.parametrize("order", "<>")
def test_what_a_camera_wrote_is_written_again(order):
    written = read_exif(exif_block(order)).block((40, 30), "KMHC 1", (300.0, 200.5))
    exif = read_by_pillow(written)
    photo, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    assert "Oma in Köln\0".encode() in written
    assert "Familie Müller\0".encode() in written
    assert (photo[0x9003], photo[0x829A]) == ("1953:06:21 11:12:13", 1 / 125)
    assert (photo[0x927C], photo[0x9286]) == (b"maker!", b"ASCII\0\0\0Gruss")
    assert gps[2] == (50.0, 56.0, 24.0)


def test_what_is_true_of_the_old_pixels_only_is_made_new():
    exif = read_by_pillow(read_exif(exif_block(orientation=6)).block((40, 30), "KMHC 1", (300.0, 200.5)))
    photo = exif.get_ifd(0x8769)
    assert (exif[0x0112], exif[0x0131]) == (1, "KMHC 1")
    assert (exif[0x011A], exif[0x011B]) == (300, 200.5)
    assert (photo[0xA001], photo[0xA002], photo[0xA003]) == (1, 40, 30)
    assert 0x0111 not in exif


def test_orientation_and_resolution_are_read():
    exif = read_exif(exif_block(orientation=6))
    assert (exif.orientation, exif.dpi, exif.had_thumbnail) == (6, (600.0, 300.0), False)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("place", [0, 60_000, 2**32 - 1])
@pytest.mark.parametrize(("tag", "name"), [(0x8769, "camera data"), (0x8825, "GPS")])
def test_a_part_that_is_not_where_it_should_be_costs_that_part_only(order, place, tag, name):
    sound = read_exif(exif_block(order, orientation=6))
    exif = read_exif(pointing_to(place, tag, exif_block(order, orientation=6)))
    assert exif.damaged == (name,)
    assert (exif.image, exif.orientation, exif.dpi) == (sound.image, 6, (600.0, 300.0))
    assert exif.photo == ({} if name == "camera data" else sound.photo)
    assert exif.gps == ({} if name == "GPS" else sound.gps)
    assert sound.damaged == ()


def test_a_preview_is_found_and_replaced():
    exif = read_exif(exif_block(thumbnail=b"\xff\xd8old\xff\xd9"))
    assert exif.had_thumbnail
    block = exif.block((40, 30), "KMHC 1", None, b"\xff\xd8new\xff\xd9")
    preview = read_by_pillow(block).get_ifd(ExifTags.IFD.IFD1)
    start = preview[0x0201]
    assert block[start : start + preview[0x0202]] == b"\xff\xd8new\xff\xd9"
    assert b"old" not in block


def test_without_any_exif_there_is_a_new_one():
    exif = read_by_pillow(Exif().block((40, 30), "KMHC 1", None))
    assert (exif[0x0131], exif[0x0112]) == ("KMHC 1", 1)


def test_a_mark_that_stands_twice_is_read():
    assert read_exif(b"Exif\0\0" * 2 + exif_block(orientation=3)).orientation == 3


def test_an_orientation_out_of_range_counts_as_upright():
    assert read_exif(exif_block(orientation=77)).orientation == 1


@given(st.data())
def test_damage_is_either_told_or_harmless(data):
    block = bytearray(exif_block("<", thumbnail=b"\xff\xd8old\xff\xd9"))
    for place in data.draw(st.lists(st.integers(0, len(block) - 1), min_size=1, max_size=8)):
        block[place] = data.draw(st.sampled_from([0, 1, 5, 127, 255]))
    try:
        exif = read_exif(bytes(block[: data.draw(st.integers(0, len(block)))]))
    except ValueError:
        return
    read_exif(exif.block((40, 30), "KMHC 1", None, b"new"))
