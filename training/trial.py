"""A few steps of a run, undone again: how long a step takes on this computer, and how much memory; and judging."""

import copy
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from kmhc_engine.colouriser import TorchColouriser
from kmhc_engine.devices import Device, ran_out_of_memory
from training.augment import Augmentation
from training.batches import squares
from training.blending import SHARES, compared
from training.data import Split
from training.errors import TrainingError
from training.finetune import freeze, layout_for, lesson, optimiser_for, precision_for
from training.judging import RGB, lightness, of_network, score, untinted_difference
from training.losses import TrainingLoss
from training.packed import Packed
from training.recipe import Recipe, Run

_STEPS, _JUDGED = 3, 2
_ONE_VALUE = "Expected more than 1 value per channel"  # torch's words
# Measured as EXPERIMENTS.md tells: what the program and its libraries take, and how far a step's peak lies above what
# autograd keeps for the way back.
_PROGRAM = 0.7e9
_ABOVE_KEPT = 1.5
_CONTEXT = 500_000_000  # what CUDA takes beside its tensors


@dataclass(frozen=True)
class Trial:
    """What was measured.

    Attributes:
        seconds: A step takes, with its share of the average.
        memory: Bytes at the peak; on a GPU these are its own.
        judging: Seconds that the end takes: choosing how much is kept of what was learnt, and judging it.
    """

    seconds: float
    memory: int
    judging: float

    def of(self, run: Run, epochs: int) -> float:
        """Return the seconds that so many epochs of a run take, and its end."""
        return self.seconds * run.steps * epochs + self.judging


@contextmanager
def no_memory_told(device: Device, recipe: Recipe) -> Iterator[None]:
    """Tell when there is too little memory to train.

    Raises:
        TrainingError: It has run out.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not ran_out_of_memory(error):
            raise
        raise TrainingError(
            f"{device.title}: there is too little memory to learn from {recipe.batch} photos of {recipe.size} pixels "
            "at once. Close other programs, or choose a smaller batch, smaller crops or the CPU."
        ) from error


def try_out(
    run: Run,
    packed: Packed,
    network: nn.Module,
    loss: TrainingLoss,
    device: Device,
    teacher: nn.Module | None = None,
) -> Trial:
    """Measure steps of a run; afterwards the network is as it was.

    Args:
        run: The run.
        packed: Its photos.
        network: With its start weights; it is moved to the device.
        loss: The variant's; moved too.
        device: Where the run is to be.
        teacher: The run's, if any; moved too.

    Raises:
        TrainingError: There is too little memory, or so few pixels a step that they teach nothing.
    """
    with no_memory_told(device, run.recipe):
        try:
            return _tried_out(run, packed, network, loss, device, teacher)
        except ValueError as error:
            if _ONE_VALUE not in str(error):
                raise
            raise TrainingError(
                f"{run.parsed_variant} shrinks crops of {run.recipe.size} pixels to one value, of which a batch norm "
                "learns nothing. Choose at least 2 photos a step for each device, or larger crops."
            ) from error


def _tried_out(
    run: Run, packed: Packed, network: nn.Module, loss: TrainingLoss, device: Device, teacher: nn.Module | None
) -> Trial:
    recipe, place, layout = run.recipe, device.torch_device, layout_for(device)
    network.to(place, memory_format=layout)  # type: ignore[call-overload]
    loss.to(place)
    if teacher is not None:
        teacher.to(place, memory_format=layout)  # type: ignore[call-overload]
    network.train()
    freeze(network, recipe)
    optimiser = optimiser_for(network, recipe)
    state = {name: value.clone() for name, value in network.state_dict().items()}
    augmentation = Augmentation(recipe.size, wear=recipe.wear)
    indices = packed.indices(Split.TRAIN)
    chosen = indices[[n % len(indices) for n in range(max(1, recipe.batch // math.prod(run.processes)))]]
    kept = _Kept()
    if device.name == "cuda":
        torch.cuda.reset_peak_memory_stats()
    started_at = 0.0
    for step in range(_STEPS + 1):
        if step == 1:  # the first one warms up
            started_at = time.perf_counter()
        seen, x, p = augmentation(squares(packed, chosen).to(place), step)
        with (
            torch.autograd.graph.saved_tensors_hooks(kept.note if step == 0 else _same, _same),
            torch.autocast(place.type, device.dtype, enabled=precision_for(device) != "32-true"),
        ):
            p_hat = network(seen.contiguous(memory_format=layout))
            value: Any = lesson(loss, p_hat, p, x, teacher, recipe.taught)
        value.backward()
        optimiser.step()
        network.zero_grad()
        value.item()
    seconds = 1.02 * (time.perf_counter() - started_at) / _STEPS  # the average takes the rest
    network.load_state_dict(state)
    if device.name == "cuda":
        memory = torch.cuda.max_memory_reserved() + _CONTEXT
    else:
        memory = round(_PROGRAM + _ABOVE_KEPT * kept.bytes + _of_weights(network, teacher))
    return Trial(seconds, memory, _judging(run, packed, copy.deepcopy(network), loss.cpu(), device))


def _judging(run: Run, packed: Packed, network: nn.Module, loss: TrainingLoss, device: Device) -> float:
    """Return the seconds that the end of a run takes, from those of a few photos; takes the network over."""
    tuned, judged = (packed.indices(split) for split in (Split.VAL, Split.TEST))
    predict = of_network(TorchColouriser(run.parsed_variant, network, "", device, run.recipe.size))

    def judge(photo: RGB) -> None:
        _, picture = score(photo, predict, loss)
        untinted_difference(picture, photo)

    def compare(photo: RGB) -> None:
        compared(photo, predict(lightness(photo)))

    times = 3 if run.personal else 2  # by nothing, by what was learnt, and by the start weights
    seconds = times * _takes(judge, packed, judged)
    if run.personal and run.recipe.blended:
        seconds += len(SHARES) * _takes(compare, packed, tuned)
    return seconds


def _takes(work: Callable[[RGB], None], packed: Packed, indices: NDArray[np.int64]) -> float:
    """Return the seconds that something takes with these photos, from a few of them."""
    if not len(indices):
        return 0.0
    started_at = 0.0
    for n in range(_JUDGED + 1):
        if n == 1:  # as above
            started_at = time.perf_counter()
        work(packed.photo(indices[n % len(indices)]).copy())  # else it might keep the file of all of them open
    return len(indices) * (time.perf_counter() - started_at) / _JUDGED


class _Kept:
    """Counts what autograd keeps for the way back; views share their storage."""

    def __init__(self) -> None:
        self._storages: dict[int, int] = {}

    @property
    def bytes(self) -> int:
        return sum(self._storages.values())

    def note(self, tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        self._storages[storage.data_ptr()] = storage.nbytes()
        return tensor


def _same(tensor: Tensor) -> Tensor:
    return tensor


def _of_weights(network: nn.Module, teacher: nn.Module | None) -> int:
    """Return bytes of the weights, their average and former state, of gradients, Adam's two moments and a teacher."""
    every = sum(value.nbytes for value in network.parameters())
    learning = sum(value.nbytes for value in network.parameters() if value.requires_grad)
    teaching = sum(value.nbytes for value in teacher.parameters()) if teacher is not None else 0
    return 3 * every + 3 * learning + teaching
