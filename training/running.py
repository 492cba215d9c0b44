"""A training run from the first photo to the saved weights; killed at any moment, it goes on where it was."""

import gc
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from kmhc_engine import devices, weights
from kmhc_engine.atomic import replacing
from kmhc_engine.colouriser import TorchColouriser
from kmhc_engine.devices import Device
from kmhc_engine.errors import printable
from kmhc_engine.networks import build, smp
from kmhc_engine.processes import kept_awake
from kmhc_engine.weights import Weights
from kmhc_engine.weights_format import info, write_weights
from training.batches import squares
from training.blending import Blend, StateDict, best_blend
from training.callbacks import AtomicCheckpoints, Average, Recorder
from training.data import Split, called
from training.errors import Diverged, Stopped, TrainingError, no_room_told, typed
from training.finetune import WATCHED, Colourist, PhotoBatches, layout_for, precision_for
from training.hold import follows
from training.judging import Predict, grey, means, of_network, score
from training.packed import Packed
from training.parts import check_shares, loss_of, network_of, prepare, teacher_of
from training.personal import Verdict, verdict
from training.progress import Tell, tell_nobody
from training.recipe import HISTORY, RESULT, RESULTS, RUN_FILE, Run, read_history
from training.together import EndingTogether, SharedWork, Terminated
from training.trial import Trial, no_memory_told, try_out

smp()  # lightning imports torchvision, which needs its guard first
import lightning.pytorch as lightning  # noqa: E402
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint  # noqa: E402
from lightning.pytorch.loggers import TensorBoardLogger  # noqa: E402

LAST, BEST = "last.ckpt", "best.ckpt"
VERDICT = "verdict.json"  # the event, told again where a run that has ended is resumed
GOOD = "last-good.safetensors"  # what is left of a run that diverged


def train(run: Run, folder: Path, tell: Tell, trial: Trial | None = None) -> Weights:
    """Train, or go on training, and save the result in the run's folder as KMHC weights.

    Args:
        run: The run; recorded in the folder.
        folder: The run's folder.
        tell: Where events go.
        trial: What was measured when the run was planned; None: it is measured now.

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
    with kept_awake(), no_room_told(folder, LAST), _interruption_told(run, folder):
        return _trained(run, folder, tell, trial)


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
        f"Stopped after {done} of {run.epochs} epochs. To go on: kmhc train --resume {typed(folder)}", exit_code
    )


def _trained(run: Run, folder: Path, tell: Tell, trial: Trial | None) -> Weights:
    device = devices.choose(run.device or None)
    check_shares(run, device)
    torch.backends.cudnn.allow_tf32 = False  # kornia converts colours by convolution; the network has autocast
    packed = prepare(run, folder, tell)
    run.write(folder)
    if _has_learnt(run, folder):
        tell("judging", run=folder)
    else:
        _learn(run, folder, packed, device, tell, trial)
    if follows():  # the first one tells, and saves
        raise SystemExit(0)
    return _finish(run, folder, packed, device, tell)


def _learn(run: Run, folder: Path, packed: Packed, device: Device, tell: Tell, trial: Trial | None) -> None:
    """Make the run's steps, or those that are left; the checkpoints hold what is learnt."""
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)  # advice to programmers, as are its warnings
    torch.manual_seed(run.seed)
    last = folder / LAST
    resumed = last.is_file()
    network, loss, teacher = network_of(run, packed, resumed=resumed), loss_of(run), teacher_of(run)
    if not follows():
        trial = trial or try_out(run, packed, network, loss, device, teacher)
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
            terminated = not error.code or isinstance(error.__context__, Terminated)
            raise _stopped(run, folder, 143 if terminated else 130) from error
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
        strategy=SharedWork() if local * machines > 1 else "auto",
        precision=precision_for(device),
        max_epochs=run.epochs,
        gradient_clip_val=recipe.clip,
        callbacks=[EndingTogether(), Recorder(folder, tell, recipe, photos), Average(recipe.average), stop, *kept],
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
    state = _learnt(run, folder)
    metrics: dict[str, float] = {}
    results: dict[str, dict[str, float]] = {}

    def predict_with(state: StateDict, side: int = run.recipe.size) -> Predict:
        gc.collect()  # what has learnt, and traced networks, refer to themselves: they would stay beside the next
        network = build(variant)
        network.load_state_dict(state)
        return of_network(TorchColouriser(variant, network, "", device, side))

    if run.personal:
        base, told = build(variant), info(Path(run.start))
        weights.load_into(base, told)
        start = base.state_dict()
        blend = best_blend(start, state, packed, predict_with) if run.recipe.blended else Blend(state, 1.0)
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
