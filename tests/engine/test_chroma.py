import errno
from pathlib import Path

import cv2
import numpy as np
import pytest

from kmhc_engine.chroma import MAX_BYTES, UNADJUSTED, Adjustments, Chroma, lightness_at, network_input, working_size
from kmhc_engine.errors import BrokenPhoto


def smooth_chroma(h=192, w=256):
    y, x = np.mgrid[0 : 1 : h * 1j, 0 : 1 : w * 1j]
    ab = np.stack((40 * np.sin(5 * x) * y, 60 * np.cos(4 * y + x)), axis=-1)
    return Chroma(ab.astype(np.float32), "KMHCNet_6", "0123abcd")


def test_a_saved_chroma_comes_back(tmp_path):
    chroma = smooth_chroma()
    chroma.save(tmp_path / "photo.png")
    again = Chroma.load(tmp_path / "photo.png")
    assert (again.variant, again.weights) == ("KMHCNet_6", "0123abcd")
    assert again.ab.shape == chroma.ab.shape
    assert np.abs(again.ab - chroma.ab).max() < 0.5
    assert [path.name for path in tmp_path.iterdir()] == ["photo.png"]


def test_a_chroma_that_cannot_be_written_whole_leaves_the_one_before(tmp_path, monkeypatch):
    chroma, write = smooth_chroma(), Path.write_bytes
    chroma.save(tmp_path / "photo.png")

    def cut_short(path, data):
        write(path, data[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", cut_short)
    with pytest.raises(OSError, match="No space"):
        chroma.save(tmp_path / "photo.png")
    assert np.abs(Chroma.load(tmp_path / "photo.png").ab - chroma.ab).max() < 0.5


def test_even_pure_noise_fits_in_100_kb(tmp_path):
    noise = np.random.default_rng(0).normal(0, 30, (444, 592, 2)).astype(np.float32)
    Chroma(noise, "", "").save(tmp_path / "noise.png")
    assert (tmp_path / "noise.png").stat().st_size <= MAX_BYTES


def test_a_busy_chroma_at_twice_the_size_comes_back_within_four_units(tmp_path):
    noise = np.random.default_rng(0).normal(0, 400, (444, 592, 2)).astype(np.float32)
    busy = Chroma(cv2.GaussianBlur(noise, (0, 0), 6), "", "")
    busy.save(tmp_path / "busy.png")
    assert (tmp_path / "busy.png").stat().st_size <= MAX_BYTES
    assert np.abs(Chroma.load(tmp_path / "busy.png").ab - busy.ab).mean() < 4


def test_a_grey_chroma_comes_back_grey(tmp_path):
    Chroma(np.zeros((8, 8, 2), np.float32), "", "").save(tmp_path / "grey.png")
    assert not Chroma.load(tmp_path / "grey.png").ab.any()


@pytest.mark.parametrize("content", [b"", b"not a png", None])
def test_a_damaged_chroma_is_refused_by_name(tmp_path, content):
    path = tmp_path / "photo.png"
    if content is None:
        smooth_chroma().save(path)
        content = path.read_bytes()[:2000]
    path.write_bytes(content)
    with pytest.raises(BrokenPhoto, match="photo.png: the stored colour cannot be read"):
        Chroma.load(path)


def test_the_working_size_keeps_area_and_aspect_ratio():
    h, w = working_size(3000, 4000, 256)
    assert h * w == pytest.approx(256 * 256, rel=0.01)
    assert w / h == pytest.approx(4 / 3, rel=0.01)
    assert working_size(1, 100_000, 256) == (1, 1024)


def test_the_network_sees_the_photos_own_lightness():
    grey = np.full((300, 400), 119, np.uint8)
    assert np.allclose(network_input(grey, 64), 50.0, atol=0.2)
    assert np.allclose(network_input(grey.astype(np.uint16) * 257, 64), 50.0, atol=0.2)
    assert network_input(grey, 64).shape == (55, 74)


def test_shrinking_averages_and_does_not_pick():
    checkers = (np.indices((64, 64)).sum(axis=0) % 2 * 255).astype(np.uint8)
    small = lightness_at(checkers, (8, 8))
    assert np.ptp(small) < 1.0


def test_adjustments_add_up():
    first = Adjustments(saturation=0.5, warmth=0.4, edges=2)
    assert UNADJUSTED.after(first) == first
    assert Adjustments(1.2, 0.9, 0.5).after(first) == Adjustments(0.6, 1.0, 1)
