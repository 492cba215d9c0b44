"""Batches of packed photos. What a step sees follows from seed and epoch alone, so that a resumed run is the same."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from training.data import Split
from training.packed import Packed

BatchIndices = tuple[int, NDArray[np.int64]]  # the seed of a batch, and its photos
Batch = tuple[Tensor, int]


class PhotoSampler(Sampler[BatchIndices]):
    """Says which photos make each batch of an epoch, by their weights.

    Args:
        weights: Of the photos to learn from.
        indices: Of these photos.
        batch: Photos a step, over all ranks.
        steps: Steps an epoch.
        seed: The run's.
        rank: This process among those that share each batch.
        ranks: How many these are.
    """

    def __init__(
        self,
        weights: NDArray[np.float64],
        indices: NDArray[np.int64],
        *,
        batch: int,
        steps: int,
        seed: int,
        rank: int = 0,
        ranks: int = 1,
    ) -> None:
        shares = weights / weights.max()  # the sum of the largest numbers is none
        self._chances = shares / shares.sum()
        self._even = bool(np.all(weights == weights[0]))
        self._indices, self._batch, self._steps = indices, batch, steps
        self._seed, self._rank, self._ranks = seed, rank, ranks
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Begin an epoch; the trainer calls this."""
        self._epoch = epoch

    def __len__(self) -> int:
        return self._steps

    def __iter__(self) -> Iterator[BatchIndices]:
        rng = np.random.default_rng((self._seed, self._epoch))
        drawn = self._drawn(rng, self._batch * self._steps).reshape(self._steps, self._batch)
        seeds = rng.integers(0, 2**31, self._steps)
        for seed, photos in zip(seeds, drawn, strict=True):
            yield int(seed) + self._rank, photos[self._rank :: self._ranks]

    def _drawn(self, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
        if not self._even:
            return rng.choice(self._indices, count, p=self._chances)
        passes = -(-count // len(self._indices))
        return np.concatenate([rng.permutation(self._indices) for _ in range(passes)])[:count]


class Squares(Dataset[Batch]):
    """Cuts the squares of a batch: uint8 (n, 3, side, side), and the batch's seed."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed

    def __getitem__(self, wanted: BatchIndices) -> Batch:
        seed, indices = wanted
        rng = np.random.default_rng(seed)
        return squares(self._packed, indices, rng), seed


def squares(packed: Packed, indices: NDArray[np.int64], rng: np.random.Generator | None = None) -> Tensor:
    """Return squares of photos, uint8 (n, 3, side, side) in channels-last order, from their middles or at random."""
    stack = np.stack([packed.square(int(index), rng) for index in indices])
    return torch.from_numpy(stack).permute(0, 3, 1, 2)


def spread(indices: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return so many of the indices at most, from everywhere among them: an index lists its photos set by set."""
    places = np.linspace(0, len(indices) - 1, min(count, len(indices))).round().astype(np.int64)
    return np.take(indices, places)


def training_batches(
    packed: Packed, *, batch: int, steps: int, seed: int, workers: int, rank: int = 0, ranks: int = 1
) -> DataLoader[Batch]:
    """Return the loader of training batches; with workers they are cut ahead in other processes, for a GPU."""
    indices = packed.indices(Split.TRAIN)
    weights = np.array([packed.samples[i].weight for i in indices])
    if not weights.sum() > 0:
        weights = np.ones(len(indices))
    sampler = PhotoSampler(weights, indices, batch=batch, steps=steps, seed=seed, rank=rank, ranks=ranks)
    return DataLoader(
        Squares(packed),
        batch_size=None,
        sampler=sampler,
        num_workers=workers,
        pin_memory=workers > 0,
        persistent_workers=workers > 0,
        prefetch_factor=4 if workers else None,
    )
