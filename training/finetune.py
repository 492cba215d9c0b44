"""The training step, and the loop around it: Lightning's."""

import math
from typing import Any

import kornia
import torch
from torch import Tensor, nn
from torch.nn import functional

from kmhc_engine.devices import Device
from kmhc_engine.networks import smp
from training.augment import Augmentation, to_pair
from training.batches import Batch, spread, squares, training_batches
from training.data import Split
from training.errors import Diverged
from training.losses import TrainingLoss, exactly, lab, ms_ssim
from training.measures import measure
from training.packed import Packed
from training.recipe import Recipe, Run

smp()  # lightning and timm import torchvision, which needs its guard first
import lightning.pytorch as lightning  # noqa: E402
from timm.optim.muon import Muon  # noqa: E402
from torch.utils.data import DataLoader  # noqa: E402

VALIDATION_PHOTOS = 256  # at most, so that judging takes a small part of the time
WATCHED = "val_ciede2000"
_CHECKED_EVERY = 10  # steps: asking whether a loss is finite makes a GPU wait


class Colourist(lightning.LightningModule):
    """Trains a network.

    Args:
        network: From `networks.build`.
        loss: The variant's.
        recipe: How to train.
        total_steps: Of the whole run.
        layout: How photos lie in memory, from `layout_for`; the network's weights lie so too.
        teacher: A frozen network whose colours teach too, if any; it sees photos without wear.
    """

    def __init__(
        self,
        network: nn.Module,
        loss: TrainingLoss,
        recipe: Recipe,
        total_steps: int,
        layout: torch.memory_format = torch.channels_last,
        teacher: nn.Module | None = None,
    ) -> None:
        super().__init__()
        self.network = network.to(memory_format=layout)  # type: ignore[call-overload]
        self.recipe = recipe
        self._layout = layout
        self._total_steps = total_steps
        # In tuples, because what the loss looks through and the teacher belong neither into checkpoints nor into the
        # average.
        self._loss = (loss,)
        self._teacher = (teacher,)
        self._augmentation = (Augmentation(recipe.size, wear=recipe.wear),)
        self._losses = torch.zeros(())
        freeze(network, recipe)

    def train(self, mode: bool = True) -> "Colourist":
        """Switch to training mode; what is frozen stays in evaluation mode."""
        super().train(mode)
        freeze(self.network, self.recipe)
        return self

    def setup(self, stage: str) -> None:
        """Bring what is no part of the network to the device."""
        self._loss[0].to(self.device)
        if self._teacher[0] is not None:
            self._teacher[0].to(self.device, memory_format=self._layout)  # type: ignore[call-overload]

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Take the loss of a batch of uint8 squares.

        Raises:
            Diverged: It was not finite at one of the last steps, on any device that shares the work.
        """
        photos, seed = batch
        seen, x, p = self._augmentation[0](photos, int(seed))
        p_hat = self.network(seen.contiguous(memory_format=self._layout))
        fading = 1 - self.global_step / self._total_steps
        loss = lesson(self._loss[0], p_hat, p, x, self._teacher[0], self.recipe.taught * fading)
        self._losses = self._losses + loss.detach()
        if self.global_step % _CHECKED_EVERY == 0:
            losses: Any = self.trainer.strategy.reduce(self._losses, reduce_op="sum")
            self._losses = torch.zeros(())
            if not losses.isfinite():
                raise Diverged(
                    f"The loss is {losses.item()} at step {self.global_step}. Start again with a smaller learning rate."
                )
        self.log("train_loss", loss, prog_bar=False, on_step=True, on_epoch=True, batch_size=len(photos))
        return loss

    def predict(self, x: Tensor) -> Tensor:
        """Predict colour as the program does, at the recipe's size: x (n, 1, s, s) -> p_hat (n, 2, s, s)."""
        size = (self.recipe.size, self.recipe.size)
        small = functional.interpolate(x, size, mode="bilinear", antialias=True)
        p_hat: Tensor = self.network(small.contiguous(memory_format=self._layout)).float()
        return functional.interpolate(p_hat, x.shape[-2:], mode="bilinear")

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        """Judge squares of photos by all measures."""
        photos, _ = batch
        truth = photos.float() / 255
        x, p = to_pair(truth)
        p_hat = self.predict(x)
        values = {name: float(value.mean()) for name, value in measure(colour(x, p_hat), truth).items()}
        values["loss"] = float(self._loss[0](p_hat, p, x))
        if "accuracy" in values:
            grey = colour(x, torch.zeros_like(p))
            with exactly(truth):
                values["grey_accuracy"] = float(100 * ms_ssim(255 * grey, 255 * truth).mean())
        self.log_dict({f"val_{name}": value for name, value in values.items()}, batch_size=len(photos), sync_dist=True)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Refuse to save spoilt weights, in every process that shares the work; the earlier checkpoint stays.

        Raises:
            Diverged: Weights are not finite.
        """
        if not all(value.isfinite().all() for value in checkpoint["state_dict"].values()):
            raise Diverged("The weights are no longer finite. Start again with a smaller learning rate.")

    def configure_optimizers(self) -> Any:
        """Return the optimiser with the recipe's schedule."""
        recipe, optimiser = self.recipe, optimiser_for(self.network, self.recipe)
        if recipe.schedule == "cosine":
            rates = torch.optim.lr_scheduler.LambdaLR(optimiser, self._cosine)
            return {"optimizer": optimiser, "lr_scheduler": {"scheduler": rates, "interval": "step"}}
        warm = torch.optim.lr_scheduler.LambdaLR(optimiser, self._warm)
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimiser, factor=0.1, patience=recipe.patience // 3)
        schedules = [
            {"scheduler": warm, "interval": "step"},
            {"scheduler": plateau, "interval": "epoch", "monitor": "val_loss"},
        ]
        return [optimiser], schedules

    def on_train_epoch_end(self) -> None:
        """Reduce the learning rate on a plateau: before the checkpoint, which Lightning saves before it does so.

        Not while it warms up: the next step would undo it.
        """
        for config in self.trainer.lr_scheduler_configs:
            schedule: Any = config.scheduler
            if config.reduce_on_plateau and self.global_step > self.recipe.warm_up:
                schedule.step(self.trainer.callback_metrics["val_loss"])

    def lr_scheduler_step(self, scheduler: Any, metric: Any) -> None:
        """Step the other schedule; the warm-up keeps its hands off once it is over."""
        if metric is not None:
            return
        if self.recipe.schedule == "cosine" or self.global_step <= self.recipe.warm_up:
            scheduler.step()

    def _warm(self, step: int) -> float:
        return min(1.0, (step + 1) / self.recipe.warm_up)

    def _cosine(self, step: int) -> float:
        done = min(1.0, step / max(1, self._total_steps))
        return self._warm(step) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))


def freeze(network: nn.Module, recipe: Recipe) -> None:
    """Have a network that is in training mode learn no more than the recipe wants."""
    encoder: Any = network.encoder
    if recipe.encoder_share == 0:
        encoder.requires_grad_(False).eval()
    if recipe.freeze_norms:
        for layer in network.modules():
            if isinstance(layer, nn.modules.batchnorm._BatchNorm):
                layer.eval()


def optimiser_for(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """Return the recipe's optimiser for a network, with its learning rates."""
    encoder, decoder = (
        [parameter for name, parameter in network.named_parameters() if name.startswith("encoder.") is wanted]
        for wanted in (True, False)
    )
    groups = [{"params": decoder, "lr": recipe.learning_rate}]
    if recipe.encoder_share:
        groups.append({"params": encoder, "lr": recipe.learning_rate * recipe.encoder_share})
    rest: dict[str, Any] = {"eps": recipe.eps, "weight_decay": recipe.weight_decay}
    if recipe.optimiser == "muon":
        return Muon(groups, nesterov=True, **rest)
    return torch.optim.AdamW(groups, **rest)


def lesson(loss: TrainingLoss, p_hat: Tensor, p: Tensor, x: Tensor, teacher: nn.Module | None, share: float) -> Tensor:
    """Return (1 - share) loss(p_hat, p) + share loss(p_hat, teacher(x)); without a teacher, loss(p_hat, p).

    A teacher's colours contradict each other less than those of single photos: a shirt is red here, blue there.
    """
    value: Tensor = loss(p_hat, p, x)
    if teacher is None:
        return value
    with torch.no_grad():
        colours = teacher(x)
    taught: Tensor = loss(p_hat, colours, x)
    return (1 - share) * value + share * taught


def colour(x: Tensor, p_hat: Tensor) -> Tensor:
    """Return sRGB in 0..1 of lightness and predicted colour."""
    with exactly(x):
        result: Tensor = kornia.color.lab_to_rgb(lab(x, p_hat))
    return result


class PhotoBatches(lightning.LightningDataModule):
    """The batches of a run, for any number of processes."""

    def __init__(self, run: Run, packed: Packed, workers: int) -> None:
        super().__init__()
        self._run, self._workers = run, workers
        self._packed = packed

    def train_dataloader(self) -> DataLoader[Batch]:
        """Return the batches to learn from."""
        trainer: Any = self.trainer
        loader = training_batches(
            self._packed,
            batch=self._run.recipe.batch,
            steps=self._run.steps,
            seed=self._run.seed,
            workers=self._workers,
            rank=trainer.global_rank,
            ranks=trainer.world_size,
        )
        sampler: Any = loader.sampler  # workers begin to cut before the trainer says which epoch a resumed run is at
        sampler.set_epoch(trainer.fit_loop.epoch_progress.current.processed)
        return loader

    def val_dataloader(self) -> DataLoader[Batch]:
        """Return the batches to judge by: the same photos' middles every time."""
        indices = self._packed.indices(Split.VAL)
        if not len(indices):
            # An index may leave none to tune by. A run by the personal recipe may show its held-out photos instead,
            # because its length is set before, whatever they say; elsewhere they would choose, and flatter.
            shown = self._run.personal and self._run.recipe.blended
            indices = self._packed.indices(Split.TEST if shown else Split.TRAIN)
        indices = spread(indices, VALIDATION_PHOTOS)
        trainer: Any = self.trainer
        size, rank, ranks = self._run.recipe.batch, trainer.global_rank, trainer.world_size
        if len(indices) >= ranks:  # else all judge the same few
            # The same number for each: over integers of photos Lightning's mean is cut off.
            indices = indices[: len(indices) - len(indices) % ranks][rank::ranks]
        batches = [indices[start : start + size] for start in range(0, len(indices), size)]
        judged: Any = [(squares(self._packed, some), 0) for some in batches]
        return DataLoader(judged, batch_size=None)


def precision_for(device: Device) -> Any:
    """Return Lightning's name of the precision: reduced only where the hardware computes it."""
    if device.precision == "bf16" and device.name in ("cuda", "cpu"):
        return "bf16-mixed"
    if device.precision == "fp16" and device.name == "cuda":
        return "16-mixed"
    return "32-true"


def layout_for(device: Device) -> torch.memory_format:
    """Return how photos lie in memory where training is fastest: on CPUs without bf16 by channels, by a third.

    On MPS the gradients of batch norms in channels-last order are wrong (pytorch issue 175189).
    """
    slow = device.name == "cpu" and device.precision == "fp32"
    return torch.contiguous_format if slow or device.name == "mps" else torch.channels_last


def packed_side(recipe: Recipe) -> int:
    """Return the short side to which photos are packed: a little more than a crop, to have something to crop from."""
    return recipe.size * 9 // 8
