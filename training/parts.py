"""The parts of a run, made from its record: photos, network, loss and teacher."""

import time
from pathlib import Path

import torch
from torch import nn

from kmhc_engine import weights
from kmhc_engine.devices import Device
from kmhc_engine.networks import build
from kmhc_engine.weights_format import info
from training import encoder_start
from training.augment import to_pair
from training.batches import spread, squares
from training.data import SPLIT_FILE, Split, collect, write_split
from training.errors import TooFewPhotos, TrainingError
from training.finetune import packed_side
from training.losses import PULL, TrainingLoss, embedding_of
from training.packed import Packed, pack
from training.progress import Tell
from training.recipe import Run


def prepare(run: Run, folder: Path, tell: Tell, *, fresh: bool = False) -> Packed:
    """Decode the run's photos, unless that is done; write the split beside the run.

    Args:
        run: The run.
        folder: The run's folder.
        tell: Where events go.
        fresh: Decode them in any case: what lies there is of a run that never began.

    Raises:
        TrainingError: There are too few photos, or none.
    """
    packed = None if fresh else Packed.at(folder)
    if packed is None:
        told = [0.0]

        def tell_sometimes(done: int, total: int) -> None:
            if time.monotonic() - told[0] > 1 or done == total:
                told[0] = time.monotonic()
                tell("preparing", done=done, of=total)

        split = folder / SPLIT_FILE
        source = split if split.is_file() and not fresh else Path(run.photos)
        packed = pack(
            collect(source),
            folder,
            side=packed_side(run.recipe),
            seed=run.seed,
            fractions=run.recipe.fractions,
            told=tell_sometimes,
        )
        write_split(folder, packed.samples)
    if not packed.census.train or (run.personal and not packed.census.test):
        raise TooFewPhotos(f"There are too few photos to learn from and to judge by ({packed.census}). Add some.")
    return packed


def check_shares(run: Run, device: Device) -> None:
    """Refuse a run whose batch the devices cannot share.

    Raises:
        TrainingError: There are too few devices, or they would have unequal shares.
    """
    local, machines = run.processes
    here = {"cuda": torch.cuda.device_count(), "mps": 1}.get(device.name, local)
    if local > here:
        raise TrainingError(f"Asked for {local} devices, but there is only {here}: {device.title}. Ask for fewer.")
    if run.recipe.batch % (local * machines):
        raise TrainingError(
            f"{run.recipe.batch} photos a step cannot be shared evenly by {local * machines} devices. "
            "Choose a batch that can."
        )


def network_of(run: Run, packed: Packed, *, resumed: bool = False) -> nn.Module:
    """Build the run's network with its start weights; where a run is resumed, what those of an encoder became follows.

    Args:
        run: The run.
        packed: Its photos.
        resumed: Whether a checkpoint will replace the weights: an encoder's file may be gone by now.
    """
    network = build(run.parsed_variant)
    if run.start_kind == "weights":
        weights.load_into(network, info(Path(run.start)))
        return network
    if resumed:
        return network
    if run.start_kind == "imagenet":
        encoder_start.from_imagenet(network, run.parsed_variant)
    elif run.start_kind == "encoder":
        indices = spread(packed.indices(Split.TRAIN), encoder_start.CALIBRATION_PHOTOS)
        x, _ = to_pair(squares(packed, indices).float() / 255)
        side = x.shape[-1] // 32 * 32
        encoder_start.from_file(network, Path(run.start), x[..., :side, :side])
    encoder_start.start_from_grey(network)
    return network


def loss_of(run: Run, *, judging: bool = False) -> TrainingLoss:
    """Build the run's loss; where it judges, with the same pull for all runs."""
    random = run.embedding_weights == "random"
    file = Path(run.embedding_weights) if run.embedding_weights and not random else None
    embedding = embedding_of(run.parsed_variant, file, random=random)
    return TrainingLoss(run.parsed_variant, embedding, pull=PULL if judging else run.recipe.pull)


def teacher_of(run: Run) -> nn.Module | None:
    """Build the frozen network that teaches in a run, if any does.

    Raises:
        WeightsRefused: Its file is gone or damaged.
    """
    if not run.teacher:
        return None
    told = info(Path(run.teacher))
    teacher = build(told.variant)
    weights.load_into(teacher, told)
    return teacher.eval().requires_grad_(False)
