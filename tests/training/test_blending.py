import numpy as np
import pytest
import torch

from training.blending import SHARES, best_blend, blended
from training.data import Split, collect
from training.judging import score
from training.packed import pack


def test_a_blend_lies_on_the_straight_way_and_counters_are_the_end_s():
    start = {"a": torch.tensor([0.0, 2.0]), "seen": torch.tensor(3)}
    end = {"a": torch.tensor([4.0, 2.0]), "seen": torch.tensor(7)}
    assert blended(start, end, 0.25)["a"].tolist() == [1.0, 2.0]
    assert blended(start, end, 0.25)["seen"] == 7
    assert start["a"].tolist() == [0.0, 2.0]


def tint(state):
    """Predicts one colour for every photo: the only one that the state knows."""
    return lambda photo: np.tile(state["ab"].numpy(), (8, 8, 1))


@pytest.fixture
def packed(colour_folder, tmp_path):
    folder = colour_folder(6, {"split": ["train", "train", "val", "val", "test", "test"]})
    return pack(collect(folder), tmp_path, side=36, seed=0)


@pytest.mark.parametrize("reach", [40.0, -40.0])
def test_the_blend_that_the_photos_to_tune_by_like_best_is_kept(packed, reach):
    start, end = {"ab": torch.zeros(2)}, {"ab": torch.tensor([reach, reach])}
    state, share = best_blend(start, end, packed, tint)
    photos = [packed.photo(i) for i in packed.indices(Split.VAL)]
    predictions = [tint(blended(start, end, share)) for share in SHARES]
    differences = [np.mean([score(photo, p)[0]["ciede2000"] for photo in photos]) for p in predictions]
    assert share == SHARES[int(np.argmin(differences))]
    assert torch.equal(state["ab"], blended(start, end, share)["ab"])


def test_nothing_is_kept_of_what_makes_every_photo_worse(packed):
    start = {"ab": torch.zeros(2)}
    assert best_blend(start, {"ab": torch.tensor([500.0, -500.0])}, packed, tint)[1] == 0


def test_held_out_photos_have_no_say(colour_folder, tmp_path):
    folder = colour_folder(4, {"split": ["train", "train", "test", "test"]})
    packed = pack(collect(folder), tmp_path, side=36, seed=0)

    def refuse(state):
        raise AssertionError("a photo was judged")

    state, share = best_blend({"ab": torch.zeros(2)}, {"ab": torch.ones(2)}, packed, refuse)
    assert share == 0.5
    assert state["ab"].tolist() == [0.5, 0.5]
