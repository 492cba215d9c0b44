from dataclasses import replace
from types import SimpleNamespace

import pytest

from kmhc_engine.devices import choose
from tests.bench.speed import busy, speed
from tests.training.conftest import TINY
from training.data import collect
from training.finetune import packed_side
from training.packed import pack
from training.recipe import STRONG


def test_speed_and_waiting_are_measured(colour_folder, tmp_path):
    recipe = replace(STRONG, size=192, batch=2)
    packed = pack(collect(colour_folder(6)), tmp_path, side=packed_side(recipe), seed=0)
    measured = speed(packed, choose("cpu", "fp32"), TINY, recipe, steps=2)
    assert measured.keys() == {"photos a second", "share of time waiting for photos"}
    assert measured["photos a second"] > 0
    assert 0 <= measured["share of time waiting for photos"] < 1


def test_a_gpu_is_busy_as_long_as_its_kernels_take():
    events = [SimpleNamespace(self_device_time_total=micros) for micros in (1.5e6, 0.3e6)]
    assert busy(SimpleNamespace(key_averages=lambda: events), seconds=2.0) == pytest.approx(0.9)
