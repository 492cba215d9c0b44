import cv2
import numpy as np
import pytest
import torch

from kmhc_engine.colour import rgb_to_lab
from tests.training.conftest import colour_photo
from training import augment
from training.augment import Augmentation, Wear, to_pair


def photos(count: int = 8, side: int = 36) -> torch.Tensor:
    stack = np.stack([colour_photo(n, side, side) for n in range(count)])
    return torch.from_numpy(stack).permute(0, 3, 1, 2).contiguous()


def test_the_pair_agrees_with_the_colours_of_the_engine():
    rgb = colour_photo(1)
    x, p = to_pair(torch.from_numpy(rgb).permute(2, 0, 1)[None] / 255)
    lab = rgb_to_lab(rgb)
    np.testing.assert_allclose(100 * x[0, 0] + 50, lab[..., 0], atol=0.1)
    np.testing.assert_allclose(128 * p[0].permute(1, 2, 0), lab[..., 1:], atol=0.3)


def test_batches_have_the_asked_size_and_stay_in_range():
    seen, x, p = Augmentation(32)(photos(), seed=1)
    assert seen.shape == x.shape == (8, 1, 32, 32)
    assert p.shape == (8, 2, 32, 32)
    for lightness in (seen, x):
        assert lightness.min() >= -0.5
        assert lightness.max() <= 0.5 + 1e-5
    assert p.abs().max() <= 1


def test_the_same_seed_makes_the_same_batch_and_another_does_not():
    augmentation = Augmentation(32)
    first, again, other = (augmentation(photos(), seed=seed) for seed in (5, 5, 6))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[2], other[2])


def test_a_batch_is_the_same_where_the_network_computes_in_bf16():
    augmentation = Augmentation(32)
    usual = augmentation(photos(), seed=5)
    with torch.autocast("cpu", torch.bfloat16):
        reduced = augmentation(photos(), seed=5)
    for one, other in zip(usual, reduced, strict=True):
        assert other.dtype is torch.float32
        assert torch.equal(one, other)


def test_crops_show_photos_at_many_scales():
    ramp = torch.linspace(0, 1, 72).view(1, 1, -1, 1).expand(64, 3, 72, 72)  # a crop spans more where it shows more
    crops = Augmentation(64).crop(ramp)
    spans = crops.amax((1, 2, 3)) - crops.amin((1, 2, 3))
    assert spans.min() < 0.8 < 0.95 < spans.max()


def test_without_wear_the_network_sees_the_photo_itself():
    seen, x, _ = Augmentation(32, wear=False)(photos(), seed=1)
    assert torch.equal(seen, x)


def test_wear_changes_what_is_seen_but_not_the_colour_to_find():
    worn, clean = (Augmentation(32, wear=wear)(photos(), seed=2) for wear in (True, False))
    assert not torch.equal(worn[0], clean[0])
    assert torch.equal(worn[2], clean[2])


def test_wear_spares_some_photos_and_wears_most():
    rgb = photos(64).float() / 255
    x, _ = to_pair(rgb)
    changed = (Wear()(rgb, x, np.random.default_rng(0)) != x).flatten(1).any(1).float().mean()
    assert 0.7 < changed <= 1


def test_every_kind_of_wear_leaves_a_finite_recognisable_photo():
    grey = (to_pair(photos(8, 64).float() / 255)[0] + 0.5).clamp(0, 1)
    for wear in (
        augment._blurred,
        augment._yellowed,
        augment._faded,
        augment._grainy,
        augment._scratched,
        augment._halftoned,
        augment._compressed,
    ):
        worn = wear(grey, np.random.default_rng(3)).clamp(0, 1)
        assert worn.shape == grey.shape, wear
        assert torch.isfinite(worn).all(), wear
        assert not torch.equal(worn, grey), wear
        likeness = torch.corrcoef(torch.stack((worn.flatten(), grey.flatten())))[0, 1]
        assert likeness > 0.75, wear


class Same:
    """A generator that always draws one number."""

    def __init__(self, number: float) -> None:
        self.number = number

    def uniform(self, low, high, size):
        return np.full(size, self.number)


def test_yellow_paper_darkens_what_is_light_and_white_paper_changes_nothing():
    grey = torch.linspace(0, 1, 64).view(1, 1, 8, 8)
    torch.testing.assert_close(augment._yellowed(grey, Same(0.0)), grey, atol=1e-3, rtol=0)
    aged = augment._yellowed(grey, Same(0.7))
    darker = (grey - aged).flatten()
    assert darker[0] == pytest.approx(0, abs=1e-3)
    assert 0.05 < darker[-1] < 0.16  # as scans of yellowed paper have it
    assert (darker.diff() >= -1e-3).all()


def test_an_early_emulsion_sees_red_as_dark_but_not_black_and_grey_as_it_is(monkeypatch):
    monkeypatch.setattr(augment, "_some", lambda x, share, rng: torch.arange(len(x) if share == 0.12 else 0))
    rgb = torch.tensor([[1.0, 0, 0], [0.0, 0, 1], [0.5, 0.5, 0.5]]).view(3, 3, 1, 1).expand(-1, -1, 8, 8)
    monkeypatch.setattr(augment, "_scratched", lambda grey, rng: grey)  # as often as the emulsion
    x, _ = to_pair(rgb)
    seen = 100 * (augment.Wear()(rgb, x, np.random.default_rng(0)) + 0.5)[:, 0, 0, 0]
    assert seen.tolist() == pytest.approx([34.0, 74.2, 53.4], abs=0.1)  # L* of 0.08, 0.47 and of the grey's own light


def test_jpeg_blocks_lose_more_at_lower_quality_and_nothing_on_flat_grey():
    class Fixed:
        def __init__(self, quality: float) -> None:
            self.quality = quality

        def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> np.ndarray:
            return np.full(shape, self.quality)

    grey = torch.from_numpy(cv2.cvtColor(colour_photo(2, 61, 67), cv2.COLOR_RGB2GRAY))[None, None].float() / 255
    losses = [(augment._compressed(grey, Fixed(q)) - grey).abs().mean() for q in (20, 50, 90)]
    assert losses[0] > losses[1] > losses[2] > 0
    flat = torch.full((1, 1, 16, 16), 128 / 255)
    assert (augment._compressed(flat, Fixed(50)) - flat).abs().max() < 0.01
