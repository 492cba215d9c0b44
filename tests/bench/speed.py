"""How fast training is on this computer, and how long the device waits for photos."""

import time
from contextlib import nullcontext
from typing import Any

import torch
from torch.optim.swa_utils import AveragedModel

from kmhc_engine.devices import Device
from kmhc_engine.networks import build
from kmhc_engine.variants import Variant
from training.batches import training_batches
from training.callbacks import Average
from training.finetune import Colourist, layout_for, optimiser_for, precision_for
from training.losses import TrainingLoss, embedding_of
from training.packed import Packed
from training.recipe import Recipe

_WARM_UP = 2  # steps


def speed(packed: Packed, device: Device, variant: Variant, recipe: Recipe, steps: int) -> dict[str, float]:
    """Measure training forwards and backwards, with augmentation, optimiser and average.

    Args:
        packed: Photos, packed at the recipe's size.
        device: Where.
        variant: What is trained; an embedding gets random weights.
        recipe: How.
        steps: How many steps to measure, after a few that warm up.

    Returns:
        Photos learnt from a second; on a GPU the share of the time in which it computed, elsewhere that in which the
        program waited for a batch.
    """
    place, on_gpu = device.torch_device, device.name == "cuda"
    loss = TrainingLoss(variant, embedding_of(variant, random=True)).to(place)
    layout = layout_for(device)
    recipe = recipe.suited_to(device.precision, from_weights=True)  # the slower optimiser
    module = Colourist(build(variant).to(place), loss, recipe, steps, layout)
    optimiser = optimiser_for(module.network, recipe)
    module.train()
    workers = 2 if on_gpu else 0
    batches = iter(training_batches(packed, batch=recipe.batch, steps=steps + _WARM_UP, seed=0, workers=workers))
    average = AveragedModel(module.network, **Average(recipe.average)._kwargs)
    waited = 0.0

    def take(count: int) -> None:
        nonlocal waited
        for _ in range(count):
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
        if on_gpu:
            torch.cuda.synchronize()

    take(_WARM_UP)
    waited = 0.0
    kernels = torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) if on_gpu else nullcontext()
    with kernels as watched:
        started = time.perf_counter()
        take(steps)
        took = time.perf_counter() - started
    told = {"photos a second": steps * recipe.batch / took}
    if on_gpu:
        return told | {"share of time computing": busy(watched, took)}
    return told | {"share of time waiting for photos": waited / took}


def busy(watched: Any, seconds: float) -> float:
    """Return the share of the time that kernels and copies took, which run one after the other."""
    return sum(float(event.self_device_time_total) for event in watched.key_averages()) / 1e6 / seconds
