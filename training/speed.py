"""How fast training is on this computer, and how long the device waits for photos."""

import time
from dataclasses import dataclass

import torch

from kmhc_engine.devices import Device
from kmhc_engine.networks import build
from kmhc_engine.variants import DEFAULT, Variant
from training.batches import training_batches
from training.finetune import Colourist, layout_for, optimiser_for, precision_for
from training.losses import TrainingLoss, embedding_of
from training.packed import Packed
from training.recipe import STRONG, Recipe


@dataclass(frozen=True)
class Speed:
    """What was measured.

    Attributes:
        photos_per_second: Photos learnt from, forwards and backwards, augmentation and optimiser included.
        waiting: Share of the time in which the device waited for a batch.
    """

    photos_per_second: float
    waiting: float


def speed(
    packed: Packed, device: Device, *, variant: Variant = DEFAULT, recipe: Recipe = STRONG, steps: int = 10
) -> Speed:
    """Measure training.

    Args:
        packed: Photos, packed at the recipe's size.
        device: Where.
        variant: What is trained; an embedding gets random weights.
        recipe: How.
        steps: How many steps to measure, after two that warm up.
    """
    place = device.torch_device
    loss = TrainingLoss(variant, embedding_of(variant, random=True)).to(place)
    layout = layout_for(device)
    recipe = recipe.suited_to(device.precision, from_weights=True)  # the slower optimiser
    module = Colourist(build(variant).to(place), loss, recipe, steps, layout)
    optimiser = optimiser_for(module.network, recipe)
    module.train()
    workers = 2 if device.name == "cuda" else 0
    batches = iter(training_batches(packed, batch=recipe.batch, steps=steps + 2, seed=0, workers=workers))
    waited, started = 0.0, 0.0
    for step in range(steps + 2):
        if step == 2:
            _finish_work(device)
            waited, started = 0.0, time.perf_counter()
        asked = time.perf_counter()
        photos, seed = next(batches)
        waited += time.perf_counter() - asked
        seen, x, p = module._augmentation[0](photos.to(place, non_blocking=True), int(seed))
        with torch.autocast(place.type, device.dtype, enabled=precision_for(device) != "32-true"):
            p_hat = module.network(seen.contiguous(memory_format=layout))
        optimiser.zero_grad()
        loss(p_hat, p, x).backward()
        optimiser.step()
        _finish_work(device)  # so that waiting for photos is told from waiting for the device
    took = time.perf_counter() - started
    return Speed(steps * recipe.batch / took, waited / took)


def _finish_work(device: Device) -> None:
    if device.name == "cuda":
        torch.cuda.synchronize()
    elif device.name == "mps":
        torch.mps.synchronize()
