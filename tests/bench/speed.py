"""How fast training is on this computer, and how long the device waits for photos."""

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch.optim.swa_utils import AveragedModel

from kmhc_engine.devices import Device
from kmhc_engine.networks import build
from kmhc_engine.variants import DEFAULT, Variant
from training.batches import training_batches
from training.callbacks import Average
from training.finetune import Colourist, layout_for, optimiser_for, precision_for
from training.losses import TrainingLoss, embedding_of
from training.packed import Packed
from training.recipe import STRONG, Recipe

_WARM_UP = 2  # steps


@dataclass(frozen=True)
class Speed:
    """What was measured.

    Attributes:
        photos_per_second: Photos learnt from, forwards and backwards, with augmentation, optimiser and average.
        waiting: Share of the time in which the program waited for a batch.
        busy: Share of the time in which a GPU computed; None elsewhere.
    """

    photos_per_second: float
    waiting: float
    busy: float | None


def speed(
    packed: Packed, device: Device, *, variant: Variant = DEFAULT, recipe: Recipe = STRONG, steps: int = 10
) -> Speed:
    """Measure training.

    Args:
        packed: Photos, packed at the recipe's size.
        device: Where.
        variant: What is trained; an embedding gets random weights.
        recipe: How.
        steps: How many steps to measure, after a few that warm up.
    """
    place = device.torch_device
    loss = TrainingLoss(variant, embedding_of(variant, random=True)).to(place)
    layout = layout_for(device)
    recipe = recipe.suited_to(device.precision, from_weights=True)  # the slower optimiser
    module = Colourist(build(variant).to(place), loss, recipe, steps, layout)
    optimiser = optimiser_for(module.network, recipe)
    module.train()
    workers = 2 if device.name == "cuda" else 0
    batches = iter(training_batches(packed, batch=recipe.batch, steps=steps + _WARM_UP, seed=0, workers=workers))
    average = AveragedModel(module.network, **Average(recipe.average)._kwargs)
    waited = 0.0

    def step() -> None:
        nonlocal waited
        asked = time.perf_counter()
        photos, seed = next(batches)
        waited += time.perf_counter() - asked
        seen, x, p = module._augmentation[0](photos.to(place, non_blocking=True), int(seed))
        with torch.autocast(place.type, device.dtype, enabled=precision_for(device) != "32-true"):
            p_hat = module.network(seen.contiguous(memory_format=layout))
        optimiser.zero_grad()
        loss(p_hat, p, x).backward()
        torch.nn.utils.clip_grad_norm_(module.network.parameters(), recipe.clip)
        optimiser.step()
        average.update_parameters(module.network)

    for _ in range(_WARM_UP):
        step()
    _finish_work(device)
    waited = 0.0
    with _watched(device) as watched:
        started = time.perf_counter()
        for _ in range(steps):
            step()
        _finish_work(device)
        took = time.perf_counter() - started
    return Speed(steps * recipe.batch / took, waited / took, _busy(watched, took))


def _watched(device: Device) -> AbstractContextManager[Any]:
    if device.name == "cuda":
        return torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA])
    return nullcontext()


def _busy(watched: Any, seconds: float) -> float | None:
    """Return the share of the time that kernels and copies took, which run one after the other."""
    if watched is None:
        return None
    return sum(float(event.self_device_time_total) for event in watched.key_averages()) / 1e6 / seconds


def _finish_work(device: Device) -> None:
    if device.name == "cuda":
        torch.cuda.synchronize()
    elif device.name == "mps":
        torch.mps.synchronize()
