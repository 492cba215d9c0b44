import cv2
import numpy as np
import pytest
import torch

from tests.training.conftest import save
from training.blending import best_blend, blended
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
    return {"contrast": torch.tensor(float(contrast)), "tint": torch.tensor(float(tint))}


def predict_with(known):
    return lambda photo: ab(float(known["contrast"]), float(known["tint"]))


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
        (state(36, 40), 0.5),  # the truth is half way
        (state(-24, -20), 0.0),  # away from it
        (state(2, 20), 0.0),  # the tint is true and worth more than the contrast, but it is only a tint
        (state(18, 20), 1.0),  # a true tint, and truer contrast
    ],
)
def test_as_much_is_kept_as_makes_the_photos_to_tune_by_truer_and_not_by_a_tint_alone(tmp_path, end, share):
    packed = packed_with(["train", "train", "val", "val", "test"], tmp_path)
    start = state(12, 0)
    kept, found = best_blend(start, end, packed, predict_with)
    assert found == share
    assert kept == blended(start, end, share)


def test_held_out_photos_have_no_say(tmp_path):
    packed = packed_with(["train", "train", "test", "test"], tmp_path)

    def refuse(known):
        raise AssertionError("a photo was judged")

    kept, share = best_blend(state(0, 0), state(4, 2), packed, refuse)
    assert share == 0.5
    assert kept == state(2, 1)
