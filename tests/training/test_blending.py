import cv2
import numpy as np
import pytest
import torch

from kmhc_engine import variants
from kmhc_engine.networks import build
from tests.training.conftest import save
from training.blending import Blend, best_blend, blended, strengthened, stronger
from training.data import collect
from training.packed import pack


def test_a_blend_lies_on_the_straight_way_and_counters_are_the_end_s():
    start = {"a": torch.tensor([0.0, 2.0]), "seen": torch.tensor(3)}
    end = {"a": torch.tensor([4.0, 2.0]), "seen": torch.tensor(7)}
    assert blended(start, end, 0.25)["a"].tolist() == [1.0, 2.0]
    assert blended(start, end, 0.25)["seen"] == 7
    assert start["a"].tolist() == [0.0, 2.0]


def ab(contrast: float, tint: float) -> np.ndarray:
    """Red above, green below, and a yellow tint all over: ab (36, 36, 2)."""
    red = np.where(np.arange(36) < 18, contrast, -contrast)[:, None] * np.ones(36)
    return np.stack((red, np.full((36, 36), tint)), axis=-1).astype(np.float32)


def state(contrast: float, tint: float) -> dict[str, torch.Tensor]:
    return {f"segmentation_head.{name}": torch.tensor(float(v)) for name, v in (("contrast", contrast), ("tint", tint))}


def predict_with(known):
    contrast, tint = (128 * np.tanh(float(value) / 128) for value in known.values())
    return lambda photo: ab(contrast, tint)


def packed_with(splits: list[str], tmp_path):
    """Pack photos whose true contrast is 24 and whose tint is 20."""
    rng = np.random.default_rng(0)
    for number, _ in enumerate(splits):
        lightness = cv2.resize(rng.uniform(45, 75, (6, 6)).astype(np.float32), (36, 36))
        rgb = cv2.cvtColor(np.dstack((lightness, ab(24, 20))), cv2.COLOR_LAB2RGB)
        save(tmp_path / "photos" / f"{number}.png", (rgb * 255).round().astype(np.uint8))
    rows = [f"{number}.png,{split}" for number, split in enumerate(splits)]
    (tmp_path / "photos" / "index.csv").write_text("\n".join(["path,split", *rows]))
    return pack(collect(tmp_path / "photos"), tmp_path, side=36, seed=0)


@pytest.mark.parametrize(
    ("end", "share"),
    [
        (state(24, 20), 1.0),  # the truth
        (state(28, 80 / 3), 0.75),  # the truth is three quarters of the way
        (state(36, 40), 0.5),  # half way
        (state(60, 80), 0.25),  # a quarter of it
        (state(-24, -20), 0.0),  # away from it
        (state(2, 20), 0.0),  # the tint is true and worth more than the contrast, but it is only a tint
        (state(18, 20), 1.0),  # a true tint, and truer contrast
    ],
)
def test_as_much_is_kept_as_makes_the_photos_to_tune_by_truer_and_not_by_a_tint_alone(tmp_path, end, share):
    packed = packed_with(["train", "train", "val", "val", "test"], tmp_path)
    start = state(12, 0)
    kept = best_blend(start, end, packed, predict_with)
    assert kept == Blend(blended(start, end, share), share, 1)


@pytest.mark.parametrize(
    ("start", "end", "strength"),
    [
        (state(12, -20), state(16, 8), 1.3),  # as strong as those of the start
        (state(20, -40), state(24, 15), 1.1),  # as strong as the truth, which is less
        (state(12, -20), state(12, 1), 1.5),  # no more than half as strong again
    ],
)
def test_colours_that_grew_weaker_are_made_as_strong_as_before(tmp_path, start, end, strength):
    packed = packed_with(["train", "train", "val", "val", "test"], tmp_path)
    kept = best_blend(start, end, packed, predict_with)
    assert kept.share == 1
    assert kept.strength == pytest.approx(strength, abs=0.02)
    for name, value in kept.state.items():
        assert float(value) == pytest.approx(kept.strength * float(end[name]))


def test_of_colours_that_only_grew_weaker_nothing_is_kept(tmp_path):
    packed = packed_with(["train", "train", "val", "val", "test"], tmp_path)
    wrong, weaker = state(-15, -15), state(-12, -12)  # nearer to grey, and so to the truth
    for name, value in best_blend(wrong, weaker, packed, predict_with).state.items():
        assert float(value) == pytest.approx(float(wrong[name]), rel=0.01)


def test_what_sees_no_colour_at_all_any_more_is_not_kept(tmp_path):
    packed = packed_with(["train", "train", "val", "val", "test"], tmp_path)
    assert best_blend(state(20, 18), state(0, 0), packed, predict_with).share < 1


def test_only_the_last_layer_is_strengthened():
    kept = strengthened({"decoder.a": torch.tensor(2.0), "segmentation_head.0.bias": torch.tensor(2.0)}, 1.5)
    assert kept == {"decoder.a": torch.tensor(2.0), "segmentation_head.0.bias": torch.tensor(3.0)}


def test_a_network_with_a_strengthened_last_layer_predicts_what_was_judged():
    torch.manual_seed(0)
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma")).eval()
    x = torch.rand(1, 1, 32, 32) - 0.5
    with torch.inference_mode():
        before = 128 * network(x).numpy()
        network.load_state_dict(strengthened(network.state_dict(), 1.4))
        after = 128 * network(x).numpy()
    assert np.abs(after - before).max() > 1
    assert stronger(before, 1.4) == pytest.approx(after, abs=0.01)


def test_held_out_photos_have_no_say(tmp_path):
    packed = packed_with(["train", "train", "test", "test"], tmp_path)

    def refuse(known):
        raise AssertionError("a photo was judged")

    assert best_blend(state(0, 0), state(4, 2), packed, refuse) == Blend(state(2, 1), 0.5, 1)
