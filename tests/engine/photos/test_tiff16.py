from itertools import product

import numpy as np
import pytest
from PIL import Image

from kmhc_engine.errors import BrokenPhoto
from kmhc_engine.photos import open_photo
from tests.engine.photos.making import assert_sixteen_bits

tifffile = pytest.importorskip("tifffile")
RNG = np.random.default_rng(2)


def random_photo(channels):
    samples = RNG.integers(0, 65536, (70, 90, channels), dtype=np.uint16)
    return samples[..., 0] if channels == 1 else samples


LAYOUTS = [{}, {"rowsperstrip": 1}, {"rowsperstrip": 9}, {"tile": (32, 16)}]
CODINGS = [{}, {"compression": "zlib"}, {"compression": "zlib", "predictor": True}]


@pytest.mark.parametrize(("layout", "coding", "order"), [*product(LAYOUTS, CODINGS, "<>")])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_layout_keeps_sixteen_bits(tmp_path, channels, layout, coding, order):
    samples = random_photo(channels)
    kind = "rgb" if channels > 2 else "minisblack"
    extra = ["unassalpha"] if channels in (2, 4) else None
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path,
        samples,
        photometric=kind,
        extrasamples=extra,
        planarconfig="contig" if channels == 2 else None,
        byteorder=order,
        **layout,
        **coding,
    )
    assert_sixteen_bits(path, samples)


@pytest.mark.parametrize("compression", ["zstd", "lzma"])
@pytest.mark.parametrize(("layout", "order"), [*product(LAYOUTS, "<>")])
def test_compressions_of_the_extra_package_keep_sixteen_bits(tmp_path, compression, layout, order):
    pytest.importorskip("imagecodecs")
    samples = random_photo(3)
    path = tmp_path / "a.tif"
    tifffile.imwrite(
        path, samples, photometric="rgb", compression=compression, predictor=True, byteorder=order, **layout
    )
    assert_sixteen_bits(path, samples)


def test_a_compression_without_its_package_is_read_at_eight_bits_and_says_which(tmp_path, monkeypatch):
    pytest.importorskip("imagecodecs")
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, random_photo(3), photometric="rgb", compression="lzma")
    monkeypatch.setattr("kmhc_engine.photos.tiff16._codings", lambda: frozenset({1}))
    with open_photo(path) as photo:
        assert any("kmhc[16bit]" in note for note in photo.notes)


def test_a_damaged_strip_of_the_extra_package_is_refused(tmp_path):
    pytest.importorskip("imagecodecs")
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, random_photo(3), photometric="rgb", compression="zstd")
    data = bytearray(path.read_bytes())
    at = data.index(b"\x28\xb5\x2f\xfd")
    data[at : at + 4] = b"none"
    path.write_bytes(data)
    with open_photo(path) as photo, pytest.raises(BrokenPhoto):
        photo.page(0)


@pytest.mark.parametrize("order", "<>")
def test_big_tiff_is_read(tmp_path, order):
    samples = random_photo(3)
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb", bigtiff=True, byteorder=order)
    assert_sixteen_bits(tmp_path / "a.tif", samples)


@pytest.mark.parametrize("layout", [{"rowsperstrip": 9}, {"tile": (16, 16)}])
def test_planes_apart_are_read(tmp_path, layout):
    samples = random_photo(3)
    planes = np.ascontiguousarray(np.moveaxis(samples, -1, 0))
    tifffile.imwrite(tmp_path / "a.tif", planes, photometric="rgb", planarconfig="separate", **layout)
    assert_sixteen_bits(tmp_path / "a.tif", samples)


def test_lzw_is_read(tmp_path):
    import cv2

    samples = random_photo(3)
    path = tmp_path / "a.tif"
    assert cv2.imwrite(str(path), samples[..., ::-1], [cv2.IMWRITE_TIFF_COMPRESSION, 5])
    assert_sixteen_bits(path, samples)


def test_white_may_be_zero(tmp_path):
    samples = random_photo(1)
    tifffile.imwrite(tmp_path / "a.tif", 65535 - samples, photometric="miniswhite")
    assert_sixteen_bits(tmp_path / "a.tif", samples)


def test_colour_that_was_multiplied_by_alpha_is_divided_again(tmp_path):
    samples = random_photo(4)
    samples[..., 3] = np.maximum(samples[..., 3], 20000)
    multiplied = samples.copy()
    multiplied[..., :3] = np.rint(samples[..., :3] * (samples[..., 3:] / 65535))
    tifffile.imwrite(tmp_path / "a.tif", multiplied, photometric="rgb", extrasamples=["assocalpha"])
    assert_sixteen_bits(tmp_path / "a.tif", samples)


def test_a_strip_that_is_cut_short_is_refused(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, random_photo(3), photometric="rgb")
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(BrokenPhoto, match="cut short"), open_photo(path) as photo:
        photo.page(0)


def test_every_page_is_read_and_previews_are_no_pages(tmp_path):
    path = tmp_path / "a.tif"
    pages = [random_photo(1), random_photo(1)[:40], random_photo(1)[:, :30]]
    with tifffile.TiffWriter(path) as writer:
        writer.write(pages[0])
        writer.write(pages[0][::4, ::4], subfiletype=1)
        writer.write(pages[1])
        writer.write((pages[2] >> 8).astype(np.uint8))
    with open_photo(path) as photo:
        assert photo.page_count == 3
        assert np.array_equal(photo.page(1).grey, pages[1])
        assert np.array_equal(photo.page(0).grey, pages[0])
        last = photo.page(2)
    assert (last.grey.dtype, last.depth) == (np.uint8, 8)
    assert np.array_equal(last.grey, pages[2] >> 8)


def test_pages_before_the_damage_are_read_and_the_rest_is_told(tmp_path, grey):
    path = tmp_path / "a.tif"
    image = Image.fromarray(grey)
    image.save(path, save_all=True, append_images=[image, image])
    with tifffile.TiffFile(path) as tiff:
        third = tiff.pages[2].offset
    path.write_bytes(path.read_bytes()[: third + 1])
    with open_photo(path) as photo:
        assert photo.page_count == 2
        assert any("damaged behind page 2" in note for note in photo.notes)
        assert np.array_equal(photo.page(1).grey, grey)
