from dataclasses import replace

from kmhc_engine.devices import choose
from tests.training.conftest import TINY
from training.data import collect
from training.finetune import packed_side
from training.packed import pack
from training.recipe import STRONG
from training.speed import speed


def test_speed_and_waiting_are_measured(colour_folder, tmp_path):
    recipe = replace(STRONG, size=192, batch=2)
    packed = pack(collect(colour_folder(6)), tmp_path, side=packed_side(recipe), seed=0)
    measured = speed(packed, choose("cpu", "fp32"), variant=TINY, recipe=recipe, steps=2)
    assert measured.photos_per_second > 0
    assert 0 <= measured.waiting < 1
