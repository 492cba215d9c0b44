"""What happens around the training loop: the average of the weights, the record, the events, atomic checkpoints."""

import csv
import io
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from kmhc_engine.atomic import replacing
from kmhc_engine.networks import smp
from kmhc_engine.processes import awake_time
from training.augment import to_pair
from training.finetune import colour
from training.measures import MEASURES, averaged
from training.progress import Tell
from training.recipe import HISTORY, Recipe, read_history
from training.sheets import sheet

smp()  # lightning imports torchvision, which needs its guard first
import lightning.pytorch as lightning  # noqa: E402
from lightning.pytorch.callbacks import WeightAveraging  # noqa: E402
from lightning.pytorch.plugins.io import TorchCheckpointIO  # noqa: E402

_JUDGED = ("loss", *MEASURES, "grey_accuracy")
COLUMNS = ("epoch", "step", "seconds", "train_loss", *(f"val_{name}" for name in _JUDGED))
_TOLD_EVERY = 1.0  # seconds


class AtomicCheckpoints(TorchCheckpointIO):
    """Writes checkpoints that are whole or not there, even when the power fails."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:
        """Write a checkpoint.

        Raises:
            OSError: It cannot be written.
        """
        # In the run's folder: where that has vanished with its disk, it is not made.
        with replacing(Path(path)) as file:
            try:
                torch.save(checkpoint, file)
            except RuntimeError as error:  # torch's own end of a file that was not written to its end
                why = error.__context__
                raise why if isinstance(why, OSError | KeyboardInterrupt) else error from None

    def load_checkpoint(self, path: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Read a checkpoint; the best epoch is known again, though the run's folder has been moved."""
        checkpoint: dict[str, Any] = super().load_checkpoint(path, *args, **options)
        folder = Path(path).resolve().parent

        def moved(old: str) -> str:
            return str(folder / Path(old).name) if old else old

        for state in checkpoint.get("callbacks", {}).values():
            if "dirpath" in state:  # of a ModelCheckpoint, which forgets where this is another
                state["dirpath"] = str(folder)
                state["best_k_models"] = {moved(old): score for old, score in state["best_k_models"].items()}
                for name in ("best_model_path", "kth_best_model_path", "last_model_path"):
                    state[name] = moved(state[name])
        return checkpoint


class Average(WeightAveraging):
    """The moving average of the weights and statistics; its memory grows from nothing to the recipe's."""

    def __init__(self, decay: float) -> None:
        super().__init__(use_buffers=True)
        self._decay = decay

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Take the weights of a step; torch's own way asks a GPU twice how many steps there were, and waits."""
        model: Any = self._average_model
        before = trainer.global_step - 1
        kept = min(self._decay, (1 + before) / (10 + before)) if before else 0.0
        # All at once: one by one they are a thousand small jobs for a GPU.
        torch._foreach_lerp_(_tensors(model.module), _tensors(pl_module), 1 - kept)
        if counters := _tensors(model.module, counters=True):
            torch._foreach_copy_(counters, _tensors(pl_module, counters=True))
        model.n_averaged += 1


def _tensors(module: torch.nn.Module, *, counters: bool = False) -> list[Tensor]:
    """Return a module's weights and statistics, or its counters, which are no mean."""
    every = (tensor.detach() for tensor in (*module.parameters(), *module.buffers()))
    return [tensor for tensor in every if tensor.is_floating_point() is not counters]


class Recorder(lightning.Callback):
    """Writes the history, tells events, and shows a few photos after every epoch.

    Args:
        folder: The run's.
        tell: Where events go.
        recipe: The run's.
        photos: uint8 (n, 3, s, s): what the samples show.
    """

    def __init__(self, folder: Path, tell: Tell, recipe: Recipe, photos: Tensor) -> None:
        self._folder, self._tell, self._recipe, self._photos = folder, tell, recipe, photos
        self._started = self._told = awake_time()
        self._steps = 0
        self._spent = 0.0
        self._losses: list[Tensor] = []

    def state_dict(self) -> dict[str, Any]:
        """Keep the seconds spent, so that a resumed run goes on counting."""
        return {"seconds": self._seconds()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on counting."""
        self._spent = state_dict["seconds"]

    def _seconds(self) -> float:
        return self._spent + awake_time() - self._started

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Start the clock."""
        self._started = self._told = awake_time()

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        """Forget the losses of the last epoch."""
        self._losses = []

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Note the loss; tell a step, at most one a second: asking for the loss makes a GPU wait."""
        self._steps += 1
        self._losses.append(outputs["loss"].detach())
        now = awake_time()
        if now - self._told < _TOLD_EVERY or not trainer.is_global_zero:
            return
        self._tell(
            "step",
            step=trainer.global_step,
            of=trainer.max_epochs * trainer.num_training_batches,
            epoch=trainer.current_epoch + 1,
            loss=float(outputs["loss"]),
            photos_per_second=self._steps * self._recipe.batch / (now - self._told),
        )
        self._told, self._steps = now, 0

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        """Record the epoch: only now are its measures there."""
        if trainer.sanity_checking or not trainer.is_global_zero:
            return
        judged = {name: float(value) for name, value in trainer.callback_metrics.items() if name.startswith("val_")}
        told = averaged({name.removeprefix("val_"): value for name, value in judged.items()})
        loss = float(torch.stack(self._losses).mean()) if self._losses else float("nan")
        epoch = trainer.current_epoch + 1
        row = {"epoch": epoch, "step": trainer.global_step, "seconds": round(self._seconds(), 1), "train_loss": loss}
        row |= {f"val_{name}": value for name, value in told.items()}
        _append(self._folder / HISTORY, {name: row.get(name, "") for name in COLUMNS})
        self._tell("epoch", epoch=epoch, of=trainer.max_epochs, measures=told)

    def on_validation_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Save a sheet of samples while the average is still in place."""
        if trainer.sanity_checking or not trainer.is_global_zero or not len(self._photos):
            return
        path = self._folder / "samples" / f"epoch-{trainer.current_epoch + 1:04}.png"
        truth = self._photos.to(pl_module.device).float() / 255
        x, _ = to_pair(truth)
        with torch.inference_mode():
            p_hat = pl_module.predict(x)
        sheet(path, [colour(x, torch.zeros_like(p_hat)), colour(x, p_hat), truth])
        self._tell("sample", path=path)


def _append(path: Path, row: dict[str, Any]) -> None:
    """Add a row; what a killed run wrote of the same epoch or later ones is written over."""
    kept = [old for old in read_history(path) if int(old["epoch"]) < row["epoch"]]
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows([*kept, row])
    with replacing(path) as file:
        file.write(text.getvalue().encode())
