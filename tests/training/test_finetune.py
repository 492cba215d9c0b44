from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from kmhc_engine import variants
from kmhc_engine.devices import Device
from kmhc_engine.networks import build
from tests.training.conftest import colour_photo
from training import judging
from training.augment import to_pair
from training.data import collect
from training.errors import Diverged
from training.finetune import Colourist, PhotoBatches, layout_for, lesson, optimiser_for, packed_side
from training.losses import TrainingLoss
from training.packed import pack
from training.recipe import PAPER, PERSONAL, STRONG, Run


@pytest.mark.parametrize(("ranks", "photos"), [(1, 5), (2, 4), (4, 4), (8, 5)])
def test_devices_judge_equally_many_photos(colour_folder, tmp_path, ranks, photos):
    recipe = replace(STRONG, size=32, batch=4)
    folder = colour_folder(6, {"split": ["train", *["val"] * 5]})
    packed = pack(collect(folder), tmp_path, side=packed_side(recipe), seed=0)
    run = Run("6", "", "none", str(folder), "Mine", recipe, 1, 1)
    judged = []
    for rank in range(ranks):
        batches = PhotoBatches(run, packed, workers=0)
        batches.trainer = SimpleNamespace(global_rank=rank, world_size=ranks)
        judged.append(sum(len(batch) for batch, _ in batches.val_dataloader()))
    assert judged == [photos // ranks if photos >= ranks else photos] * ranks


class Painter(torch.nn.Module):
    """A teacher who knows one colour."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.full_like(x, 0.25).expand(-1, 2, -1, -1)


def chroma_loss() -> TrainingLoss:
    return TrainingLoss(variants.find("unet/tu-test_resnet/LAB/chroma"))


def test_a_lesson_compares_with_the_truth_and_by_a_share_with_the_teacher():
    loss, x = chroma_loss(), torch.rand(2, 1, 8, 8) - 0.5
    p_hat, p = torch.rand(2, 2, 8, 8) / 4, torch.rand(2, 2, 8, 8) / 4
    painted = loss(p_hat, torch.full_like(p, 0.25), x)
    mixed = lesson(loss, p_hat, p, x, Painter(), 0.4)
    assert mixed.item() == pytest.approx((0.6 * loss(p_hat, p, x) + 0.4 * painted).item())
    assert lesson(loss, p_hat, p, x, None, 0.4) == loss(p_hat, p, x)


def alone(module: Colourist, reduce=lambda tensor, reduce_op: tensor) -> Colourist:
    """Give a module what its step needs of a trainer."""
    module._trainer = SimpleNamespace(strategy=SimpleNamespace(reduce=reduce), global_step=0)
    module.log = lambda *args, **options: None
    return module


def test_a_loss_that_is_not_finite_on_another_device_ends_the_run_on_this_one_too():
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    module = alone(
        Colourist(network, chroma_loss(), replace(STRONG, size=32), 100),
        lambda tensor, reduce_op: tensor + float("nan"),
    )
    photos = torch.randint(0, 256, (2, 3, 36, 36), dtype=torch.uint8)
    with pytest.raises(Diverged, match="The loss is nan"):
        module.training_step((photos, 7), 0)


@pytest.mark.parametrize(
    ("name", "precision", "layout"),
    [
        ("cuda", "bf16", torch.channels_last),
        ("cpu", "bf16", torch.channels_last),
        ("cpu", "fp32", torch.contiguous_format),
        ("mps", "fp16", torch.contiguous_format),
    ],
)
def test_photos_lie_in_memory_as_suits_the_device(name, precision, layout):
    assert layout_for(Device(name, "", precision, "")) == layout


@pytest.mark.parametrize(
    ("schedule", "factors"),
    [("cosine", {0: 0.1, 9: 0.9803, 50: 0.51, 100: 0.02}), ("plateau", {0: 0.1, 4: 0.5, 9: 1.0, 100: 1.0})],
)
def test_learning_rates_warm_up_and_then_fall_as_the_schedule_says(schedule, factors):
    recipe = replace(STRONG, optimiser="adamw", schedule=schedule, warm_up=10)
    module = Colourist(build(variants.find("unet/tu-test_resnet/LAB/chroma")), chroma_loss(), recipe, 100)
    configured = module.configure_optimizers()
    schedule = configured["lr_scheduler"] if isinstance(configured, dict) else configured[1][0]
    for step, factor in factors.items():
        assert schedule["scheduler"].lr_lambdas[0](step) == pytest.approx(factor, abs=1e-3)


def test_the_encoder_learns_by_its_own_share_of_the_rate():
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    decoder, encoder = optimiser_for(network, replace(STRONG, optimiser="adamw")).param_groups
    assert (decoder["lr"], encoder["lr"]) == (6e-4, 3e-4)
    assert len(encoder["params"]) == len(list(network.encoder.parameters()))


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_every_optimiser_has_the_recipe_s_eps_and_decay(optimiser):
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    recipe = replace(STRONG, optimiser=optimiser, eps=0.5, weight_decay=0.25)
    for group in optimiser_for(network, recipe).param_groups:
        assert (group["eps"], group["weight_decay"]) == (0.5, 0.25)


def test_an_encoder_that_learns_nothing_leaves_nothing_out_at_random():
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    Colourist(network, chroma_loss(), PERSONAL, 1).train()
    assert network.decoder.training
    assert not any(layer.training for layer in network.encoder.modules())


def test_the_paper_s_recipe_is_the_paper_s():
    assert (PAPER.learning_rate, PAPER.eps, PAPER.optimiser, PAPER.schedule) == (1e-4, 1e-5, "adamw", "plateau")
    assert (PAPER.size, PAPER.batch, PAPER.fractions) == (256, 8, (0.7, 0.2, 0.1))
    module = Colourist(build(variants.find("unet/tu-test_resnet/LAB/chroma")), chroma_loss(), PAPER, 100)
    plateau = module.configure_optimizers()[1][1]["scheduler"]
    assert (plateau.factor, plateau.patience) == (0.1, 3)


@pytest.mark.parametrize(("step", "reduced"), [(9, False), (11, True)])
def test_a_plateau_counts_only_once_the_learning_rate_has_warmed_up(step, reduced):
    seen = []
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    module = alone(Colourist(network, chroma_loss(), replace(PAPER, warm_up=10), 100))
    plateau = SimpleNamespace(reduce_on_plateau=True, scheduler=SimpleNamespace(step=seen.append))
    module._trainer.global_step = step
    module._trainer.lr_scheduler_configs = [plateau]
    module._trainer.callback_metrics = {"val_loss": 1.0}
    module.on_train_epoch_end()
    assert bool(seen) is reduced


def test_validation_judges_the_photo_as_it_is_though_training_wears_it(monkeypatch):
    seen, told = [], {}
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    module = Colourist(network, chroma_loss(), replace(STRONG, size=32), 100)
    module.eval()
    assert module.recipe.wear
    network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    monkeypatch.setattr(module, "log_dict", lambda values, **_: told.update(values))
    photos = torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8)
    with torch.no_grad():
        module.validation_step((photos, 0), 0)
    x, p = to_pair(photos.float() / 255)
    torch.testing.assert_close(seen[0], x)
    assert told["val_loss"] == pytest.approx(chroma_loss()(module.predict(x), p, x).item())
    assert {"val_chroma", "val_true_chroma", "val_ciede2000", "val_loss"} <= told.keys()


def test_photos_larger_than_the_network_s_size_are_made_smaller_without_aliasing():
    seen = []
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    board = (torch.arange(64)[:, None] + torch.arange(64)) % 2 - 0.5
    predicted = Colourist(network, chroma_loss(), replace(STRONG, size=32), 100).eval().predict(board[None, None])
    assert seen[0].shape == (1, 1, 32, 32)
    assert seen[0][..., 1:-1, 1:-1].abs().max() < 0.1  # black and white squares of a pixel become grey
    assert predicted.shape == (1, 2, 64, 64)


def test_validation_judges_no_colour_at_all_on_the_same_photos(monkeypatch):
    photos = torch.from_numpy(np.stack([colour_photo(n, 192, 192) for n in range(2)])).permute(0, 3, 1, 2)
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    module = Colourist(network, chroma_loss(), replace(STRONG, size=192), 100)
    told = {}
    monkeypatch.setattr(module, "log_dict", lambda values, **_: told.update(values))
    with torch.no_grad():
        module.validation_step((photos, 0), 0)
    grey = [judging.score(photo.permute(1, 2, 0).numpy(), judging.grey)[0]["accuracy"] for photo in photos]
    assert told["val_grey_accuracy"] == pytest.approx(np.mean(grey), abs=0.05)
    assert told["val_grey_accuracy"] != pytest.approx(told["val_accuracy"], abs=0.05)


@pytest.mark.parametrize(("step", "share"), [(0, 0.6), (50, 0.3), (100, 0.0)])
def test_the_share_of_a_teacher_fades_over_the_run_and_he_sees_no_wear(monkeypatch, step, share):
    seen = []
    teacher = Painter()
    teacher.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    module = alone(Colourist(network, chroma_loss(), replace(STRONG, size=32), 100, teacher=teacher))
    monkeypatch.setattr(Colourist, "global_step", step)
    shares = []

    def noted(loss, p_hat, p, x, teacher, share):
        shares.append(share)
        return lesson(loss, p_hat, p, x, teacher, share)

    monkeypatch.setattr("training.finetune.lesson", noted)
    photos = torch.randint(0, 256, (2, 3, 36, 36), dtype=torch.uint8)
    module.training_step((photos, 7), 0)
    assert shares == [pytest.approx(share)]
    _, clean, _ = module._augmentation[0](photos, 7)
    assert torch.equal(seen[0], clean)


def test_a_teacher_is_no_part_of_what_is_learnt_or_kept():
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    plain = Colourist(network, chroma_loss(), STRONG, 1)
    taught = Colourist(network, chroma_loss(), STRONG, 1, teacher=torch.nn.Linear(3, 3))
    assert taught.state_dict().keys() == plain.state_dict().keys()
    assert len(list(taught.parameters())) == len(list(plain.parameters()))


def steps_by(optimiser, *, size: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what a step by random gradients of a size does to a convolution and to the last layer's bias."""
    torch.manual_seed(0)
    network = build(variants.find("unet/tu-test_resnet/LAB/chroma"))
    recipe = replace(STRONG, optimiser=optimiser, learning_rate=1.0, weight_decay=0.0)
    stepping = optimiser_for(network, recipe)
    watched = network.decoder.blocks[0].conv1[0].weight, network.segmentation_head[0].bias
    before = [parameter.detach().clone() for parameter in watched]
    for parameter in network.parameters():
        parameter.grad = size * torch.randn_like(parameter)
    stepping.step()
    weight, bias = (parameter.detach() - old for parameter, old in zip(watched, before, strict=True))
    return weight.flatten(1), bias


@pytest.mark.usefixtures("muon_in_fp32")
@pytest.mark.parametrize("size", [1e-4, 1.0])
def test_muon_goes_equally_far_in_all_directions_and_as_far_as_adam_would(size):
    weight, bias = steps_by("muon", size=size)
    lengths = torch.linalg.svdvals(weight)
    assert lengths.min() > 0.6 * lengths.max()
    assert weight.square().mean().sqrt().item() == pytest.approx(0.2, rel=0.2)
    assert torch.equal(bias.sign(), steps_by("adamw", size=size)[1].sign())
    lengths = torch.linalg.svdvals(steps_by("adamw", size=size)[0])
    assert lengths.min() < 0.6 * lengths.max()


@pytest.mark.parametrize(
    ("precision", "from_weights", "optimiser"),
    [("bf16", True, "muon"), ("fp16", True, "adamw"), ("fp32", True, "adamw"), ("bf16", False, "adamw")],
)
def test_the_strong_recipe_takes_muon_from_weights_where_bf16_is_computed(precision, from_weights, optimiser):
    assert STRONG.suited_to(precision, from_weights=from_weights).optimiser == optimiser
    assert PERSONAL.suited_to(precision, from_weights=from_weights) == PERSONAL
