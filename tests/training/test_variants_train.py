"""Every variant of the paper takes one real optimisation step: its architecture, space, loss and embedding, with a
small encoder where its own is too large for a test."""

from dataclasses import replace

import pytest
import torch

from kmhc_engine.networks import build
from kmhc_engine.variants import DEFAULT, PAPER, Embedding, Loss, Space, Variant
from training.encoder_start import start_from_grey
from training.finetune import Colourist
from training.losses import TrainingLoss, embedding_of
from training.recipe import STRONG

SIDE = 192


@pytest.fixture(scope="module")
def embeddings() -> dict[Embedding, torch.nn.Module | None]:
    """Each embedding once, with random weights."""
    kinds = {variant.embedding: variant for variant in PAPER}
    return {kind: embedding_of(variant, random=True) for kind, variant in kinds.items()}


OUTLINED = replace(DEFAULT, loss=Loss.CHROMA_MS_SSIM, name="")


@pytest.mark.parametrize("variant", [*PAPER, DEFAULT, OUTLINED], ids=lambda variant: variant.name)
def test_a_step_of_optimisation_lowers_the_loss(variant: Variant, embeddings) -> None:
    network = build(replace(variant, encoder="tu-test_resnet", name=""))
    start_from_grey(network)
    loss = TrainingLoss(variant, embeddings[variant.embedding])
    module = Colourist(network, loss, replace(STRONG, size=SIDE, wear=False, optimiser="adamw"), total_steps=1)
    (optimiser,), _ = _optimiser(module)
    generator = torch.Generator().manual_seed(0)
    colours = torch.rand(1, 3, 4, 4, generator=generator)
    photos = torch.nn.functional.interpolate(colours, size=(SIDE, SIDE), mode="bilinear").clamp(0, 1)
    seen, x, p = module._augmentation[0]((255 * photos).byte(), 3)
    module.train()
    before = [parameter.detach().clone() for parameter in network.parameters()]
    value = loss(network(seen), p, x)
    value.backward()
    gradients = [q.grad for q in network.segmentation_head.parameters()]
    optimiser.step()
    with torch.no_grad():
        after = loss(network(seen), p, x)
    assert torch.isfinite(value)
    assert all(g is not None and torch.isfinite(g).all() and g.abs().sum() > 0 for g in gradients)
    assert any(not torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))
    assert after < value


PAIRS = {(variant.architecture, variant.encoder): variant for variant in PAPER}


@pytest.mark.parametrize("variant", PAIRS.values(), ids=lambda variant: f"{variant.architecture}-{variant.encoder}")
def test_every_network_of_the_paper_learns_in_all_its_depth(variant: Variant) -> None:
    variant = replace(variant, space=Space.LAB, loss=Loss.MSE, embedding=Embedding.NONE, name="")
    network, loss = build(variant), TrainingLoss(variant)
    optimiser = torch.optim.SGD(network.parameters(), lr=1e-3)
    x, p = torch.rand(2, 1, 64, 64) - 0.5, torch.full((2, 2, 64, 64), 0.2)
    value = loss(network(x), p, x)
    value.backward()
    reached = [q.grad is not None and bool(q.grad.abs().sum() > 0) for q in network.parameters()]
    assert sum(reached) > 0.9 * len(reached)  # EfficientNet drops some of its blocks at random
    optimiser.step()
    assert torch.isfinite(value)
    assert loss(network(x), p, x) < value


def _optimiser(module: Colourist):
    configured = module.configure_optimizers()
    for group in configured["optimizer"].param_groups:
        group["lr"] = 1e-3  # as after the warm-up
    return [configured["optimizer"]], None
