import numpy as np
import pytest

from kmhc_engine.errors import BrokenPhoto
from kmhc_engine.photos import open_photo, png16, rasters
from tests.engine.photos.making import assert_sixteen_bits, png_of

CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


def smooth(channels, shape=(61, 43)):
    """A picture on which encoders use all of their filters."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    noise = np.random.default_rng(5).integers(0, 300, (*shape, channels))
    return (noise + (x * 500 + y * 700)[..., None] + 9000 * np.arange(channels)).astype(np.uint16)


@pytest.fixture(params=["kept", "streamed"])
def short_bands(request, monkeypatch):
    monkeypatch.setattr(rasters, "_BAND_PIXELS", 43 * 7)
    if request.param == "streamed":
        monkeypatch.setattr(png16, "_KEPT_PIXELS", 0)


@pytest.mark.parametrize("kind", CHANNELS)
def test_every_colour_type_keeps_sixteen_bits(tmp_path, short_bands, kind):
    samples = smooth(CHANNELS[kind])
    path = tmp_path / "a.png"
    path.write_bytes(png_of((43, 61), 16, kind, samples.astype(">u2").reshape(61, -1).view(np.uint8)))
    assert_sixteen_bits(path, samples)


@pytest.mark.parametrize("filters", [8, 16, 32, 64, 128, 248])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_filter_is_undone_across_bands(tmp_path, short_bands, channels, filters):
    import cv2

    samples = smooth(channels)
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]
    path = tmp_path / "a.png"
    assert cv2.imwrite(str(path), samples[..., order], [cv2.IMWRITE_PNG_FILTER, filters])
    assert_sixteen_bits(path, samples)


def test_an_interlaced_photo_is_read(tmp_path):
    samples = smooth(1)
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
    rows = [
        row.astype(">u2").view(np.uint8)
        for top, left, down, across in passes
        for row in samples[top::down, left::across, 0]
    ]
    path = tmp_path / "a.png"
    path.write_bytes(png_of((43, 61), 16, 0, rows, interlaced=True))
    assert_sixteen_bits(path, samples)


@pytest.mark.parametrize("harm", ["cut", "flipped"])
def test_damaged_pixels_are_refused(tmp_path, short_bands, harm):
    samples = smooth(3)
    png = bytearray(png_of((43, 61), 16, 2, samples.astype(">u2").reshape(61, -1).view(np.uint8)))
    if harm == "cut":
        del png[len(png) // 2 :]
    else:
        png[-30] ^= 1
    path = tmp_path / "a.png"
    path.write_bytes(png)
    with pytest.raises(BrokenPhoto, match="damaged"), open_photo(path) as photo:
        photo.page(0)
