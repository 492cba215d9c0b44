"""A training run from the first photo to the saved weights; killed at any moment, it goes on where it was."""

import json
import logging
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from kmhc_engine import devices, weights
from kmhc_engine.atomic import replacing
from kmhc_engine.colouriser import TorchColouriser
from kmhc_engine.devices import Device
from kmhc_engine.errors import printable
from kmhc_engine.networks import build, smp
from kmhc_engine.variants import Embedding
from kmhc_engine.weights import Weights
from kmhc_engine.weights_format import info, write_weights
from training import encoder_start
from training.augment import to_pair
from training.batches import spread, squares
from training.blending import Blend, State, best_blend
from training.callbacks import HISTORY, AtomicCheckpoints, Average, Recorder, read_history
from training.data import Split, called, collect, write_split
from training.errors import Diverged, Stopped, TooFewPhotos, TrainingError, no_room_told
from training.finetune import WATCHED, Colourist, PhotoBatches, layout_for, packed_side, precision_for
from training.hold import follows
from training.judging import Predict, grey, means, of_network, score
from training.losses import PULL, TrainingLoss, embedding_of
from training.packed import Packed, pack
from training.personal import Verdict, verdict
from training.progress import Tell, tell_nobody
from training.recipe import RUN_FILE, Run
from training.trial import no_memory_told, try_out

smp()  # lightning imports torchvision, which needs its guard first
import lightning.pytorch as lightning  # noqa: E402
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint  # noqa: E402
from lightning.pytorch.loggers import TensorBoardLogger  # noqa: E402

LAST, BEST, RESULT, RESULTS = "last.ckpt", "best.ckpt", "result.safetensors", "results.json"
VERDICT = "verdict.json"  # the event, told again where a run that has ended is resumed
GOOD = "last-good.safetensors"  # what is left of a run that diverged


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

        split = folder / "split.csv"
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


def started(run: Run, packed: Packed, *, resumed: bool = False) -> nn.Module:
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
    variant = run.parsed_variant
    random = run.embedding_weights == "random"
    file = Path(run.embedding_weights) if run.embedding_weights and not random else None
    embedding = embedding_of(variant, file, random=random) if variant.embedding is not Embedding.NONE else None
    return TrainingLoss(variant, embedding, pull=PULL if judging else run.recipe.pull)


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


def train(run: Run, folder: Path, tell: Tell) -> Weights:
    """Train, or go on training, and save the result in the run's folder as KMHC weights.

    Args:
        run: The run; recorded in the folder.
        folder: The run's folder.
        tell: Where events go.

    Raises:
        TrainingError: The run cannot go on; what was learnt so far is kept.
        Stopped: By Ctrl-C or SIGTERM; likewise.
    """
    if follows():
        tell = tell_nobody
    if (folder / RESULT).is_file() and (not run.personal or (folder / VERDICT).is_file()):
        if follows():  # the first one tells
            raise SystemExit(0)
        Packed.discard(folder)  # if it was killed before it could
        return _ended(folder, tell)
    with no_room_told(folder, LAST), _interruption_told(run, folder):
        return _trained(run, folder, tell)


@contextmanager
def _interruption_told(run: Run, folder: Path) -> Iterator[None]:
    """Say how to go on after Ctrl-C before or after the steps, or where nobody reads any more what is told.

    Ctrl-C during the steps is Lightning's.
    """
    try:
        yield
    except (KeyboardInterrupt, BrokenPipeError) as error:
        if follows() or not (folder / RUN_FILE).is_file():
            raise
        raise _stopped(run, folder, 1 if isinstance(error, BrokenPipeError) else 130) from error


def _stopped(run: Run, folder: Path, exit_code: int) -> Stopped:
    # Not the rows of the history: that of an epoch comes before its checkpoint, and may be there alone.
    done = int(_checkpoint(folder / LAST)["epoch"]) + 1 if (folder / LAST).is_file() else 0
    return Stopped(
        f"Stopped after {done} of {run.epochs} epochs. To go on: kmhc train --resume {printable(folder)}", exit_code
    )


def _trained(run: Run, folder: Path, tell: Tell) -> Weights:
    device = devices.choose(run.device or None)
    check_shares(run, device)
    torch.backends.cudnn.allow_tf32 = False  # kornia converts colours by convolution; the network has autocast
    packed = prepare(run, folder, tell)
    run.write(folder)
    if not _has_learnt(run, folder):
        _learn(run, folder, packed, device, tell)
    if follows():  # the first one tells, and saves
        raise SystemExit(0)
    return _finish(run, folder, packed, device, tell)


def _learn(run: Run, folder: Path, packed: Packed, device: Device, tell: Tell) -> None:
    """Make the run's steps, or those that are left; the checkpoints hold what is learnt."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)  # advice to programmers, as are its warnings
    torch.manual_seed(run.seed)
    last = folder / LAST
    resumed = last.is_file()
    network, loss, teacher = started(run, packed, resumed=resumed), loss_of(run), teacher_of(run)
    if not follows():
        trial = try_out(run, packed, network, loss, device, teacher)
        tell(
            "started",
            run=folder,
            variant=run.parsed_variant.name,
            title=run.title,
            census=str(packed.census),
            epochs=run.epochs,
            steps=run.steps,
            resumed=resumed,
            memory=trial.memory,
            judging=trial.judging,
            seconds=trial.of(run, run.epochs - len(read_history(folder / HISTORY))),
        )
    module = Colourist(network, loss, run.recipe, run.steps * run.epochs, layout_for(device), teacher)
    module.train()  # Lightning takes the modes as it finds them
    trainer = _trainer(run, folder, tell, device, packed)
    batches = PhotoBatches(run, packed, workers=2 if device.name == "cuda" else 0)
    with warnings.catch_warnings(), no_memory_told(device, run.recipe):
        warnings.filterwarnings("ignore", module="lightning")
        warnings.filterwarnings("ignore", message="Detected call of `lr_scheduler.step")
        try:
            trainer.fit(module, batches, ckpt_path=last if resumed else None, weights_only=True)
        except SystemExit as error:  # Lightning's end of Ctrl-C, with a code, and of SIGTERM, without
            if follows():
                raise
            raise _stopped(run, folder, 130 if error.code else 143) from error
        except Diverged as error:
            if not follows():
                raise (_with_the_last_good(error, run, folder) if last.is_file() else error) from error


def _trainer(run: Run, folder: Path, tell: Tell, device: Device, packed: Packed) -> lightning.Trainer:
    recipe = run.recipe
    shown = packed.indices(Split.TEST if run.personal else Split.VAL)[:6]
    photos = squares(packed, shown) if len(shown) else torch.empty(0)
    always: dict[str, Any] = {"enable_version_counter": False, "save_on_train_epoch_end": True}
    kept = [ModelCheckpoint(folder, filename=LAST.removesuffix(".ckpt"), **always)]
    if not run.personal:  # there the last is kept
        kept.insert(0, ModelCheckpoint(folder, filename=BEST.removesuffix(".ckpt"), monitor=WATCHED, **always))
    stop = EarlyStopping(WATCHED, patience=recipe.patience, check_finite=True)
    local, machines = run.processes
    return lightning.Trainer(
        accelerator={"cuda": "gpu"}.get(device.name, device.name),
        devices=local,
        num_nodes=machines,
        strategy="ddp" if local * machines > 1 else "auto",
        precision=precision_for(device),
        max_epochs=run.epochs,
        gradient_clip_val=recipe.clip,
        callbacks=[Recorder(folder, tell, recipe, photos), Average(recipe.average), stop, *kept],
        plugins=[AtomicCheckpoints()],
        logger=TensorBoardLogger(folder, name="tensorboard", version=""),
        use_distributed_sampler=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        benchmark=device.name == "cuda",
        log_every_n_steps=10,
    )


def _finish(run: Run, folder: Path, packed: Packed, device: Device, tell: Tell) -> Weights:
    """Judge what was learnt on photos that had no say in it, and save it."""
    variant, loss = run.parsed_variant, loss_of(run, judging=True)
    state: State = _learnt(run, folder)
    metrics: dict[str, float] = {}
    results: dict[str, dict[str, float]] = {}

    def predict_with(state: State, side: int = run.recipe.size) -> Predict:
        network = build(variant)
        network.load_state_dict(state)
        return of_network(TorchColouriser(variant, network, "", device, side))

    if run.personal:
        base, told = build(variant), info(Path(run.start))
        weights.load_into(base, told)
        start = base.state_dict()
        blend = best_blend(start, state, packed, predict_with) if run.recipe.blended else Blend(dict(state), 1.0)
        state = blend.state
        found, results = verdict(packed, predict_with(start, told.side), predict_with(state), loss, folder)
        _tell_verdict(found, blend.share, folder, tell)
        metrics = {"ciede2000": found.tuned, "ciede2000_start": found.start, "ciede2000_grey": found.grey}
        metrics |= {"share_of_learnt": blend.share, "colour_strength": blend.strength}
    elif len(test := packed.indices(Split.TEST)):
        for name, predict in (("weights", predict_with(state)), ("grey", grey)):
            results[name] = means([score(packed.photo(int(i)), predict, loss)[0] for i in test])
        metrics = results["weights"] | {"ciede2000_grey": results["grey"]["ciede2000"]}
    if results:
        with replacing(folder / RESULTS) as file:
            file.write(json.dumps(results, indent=1).encode())
    saved = write_weights(
        folder / RESULT,
        state,
        variant,
        title=run.title,
        licence=info(Path(run.start)).licence if run.personal else "",
        metrics=metrics,
        trained_on=f"{packed.census.train} photos of {called(Path(run.photos))}",
        side=run.recipe.size,
        half=True,
    )
    tell("saved", path=saved.path, title=saved.title, variant=variant.name)
    packed.close()
    Packed.discard(folder)
    return saved


def _tell_verdict(found: Verdict, share: float, folder: Path, tell: Tell) -> None:
    """Tell the verdict, and keep the event."""
    judged_as = {name: getattr(found, name) for name in ("improved", "only_a_tint", "duller")}
    told = {"text": str(found), "share": share} | judged_as | asdict(found) | {"sheet": found.sheet.name}
    with replacing(folder / VERDICT) as file:
        file.write(json.dumps(told, indent=1).encode())
    tell("verdict", **_of_this_folder(told, folder))


def _ended(folder: Path, tell: Tell) -> Weights:
    """Tell again how a run has ended; its photos may be gone by now."""
    if (folder / VERDICT).is_file():
        try:
            told = json.loads((folder / VERDICT).read_text(encoding="utf-8"))
            tell("verdict", **_of_this_folder(told, folder))
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(f"{printable(folder / VERDICT)} is damaged ({error}). Begin a new run.") from error
    saved = info(folder / RESULT)
    tell("saved", path=saved.path, title=saved.title, variant=saved.variant.name)
    return saved


def _of_this_folder(verdict: dict[str, Any], folder: Path) -> dict[str, Any]:
    return verdict | {"sheet": folder / verdict["sheet"]}


def _with_the_last_good(error: Diverged, run: Run, folder: Path) -> Diverged:
    """Keep what was learnt before it as weights to start again from; return the error that says so."""
    good = write_weights(
        folder / GOOD, _learnt(run, folder), run.parsed_variant, title=run.title, side=run.recipe.size, interim=True
    )
    return Diverged(f"{error} The last good weights are kept, to start from instead: {printable(good.path)}.")


def _learnt(run: Run, folder: Path) -> dict[str, Tensor]:
    """Return the weights as averaged at the last epoch of a personal run, or the best of another."""
    path = folder / (LAST if run.personal else BEST)
    if not path.is_file():
        path = folder / LAST
    return {name.removeprefix("network."): value for name, value in _checkpoint(path)["state_dict"].items()}


def _has_learnt(run: Run, folder: Path) -> bool:
    """Tell whether all steps are done: Lightning would go on for an epoch where it had stopped early."""
    if not (folder / LAST).is_file():
        return False
    checkpoint = _checkpoint(folder / LAST)
    states = checkpoint.get("callbacks", {}).values()
    stopped_early = any("wait_count" in state and state["wait_count"] >= state["patience"] for state in states)
    return stopped_early or checkpoint["epoch"] + 1 >= run.epochs


def _checkpoint(path: Path) -> dict[str, Any]:
    try:
        checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        checkpoint["state_dict"].items()
    except Exception as error:  # torch.load raises what zip files and pickle raise
        raise TrainingError(f"{printable(path)} is damaged. Begin a new run.") from error
    return checkpoint
