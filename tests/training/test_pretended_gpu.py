"""What a GPU would refuse or wait for, found without one."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from torch.optim.swa_utils import AveragedModel

from kmhc_engine import variants
from kmhc_engine.networks import build
from tests.training.pretended import GPU, PretendedGPU, There, moved
from training.augment import Augmentation
from training.callbacks import Average
from training.finetune import Colourist, optimiser_for
from training.losses import TrainingLoss
from training.recipe import STRONG

# Their constants are sent anew at every call.
ALLOWED = ("/kornia/color/", "/pytorch_msssim/")


def squares(side: int) -> torch.Tensor:
    return torch.randint(0, 256, (2, 3, side, side), dtype=torch.uint8)


def test_a_pretended_gpu_meets_no_tensor_of_the_cpu_and_tells_who_waits_for_it():
    with PretendedGPU() as gpu:
        numbers = There(torch.arange(3.0))
        assert (numbers.sum() * 2).item() == 6
        with pytest.raises(AssertionError, match="meets a tensor of the CPU"):
            numbers + torch.ones(3)
        torch.ones(3).to(GPU, non_blocking=True)
    assert [wait.rpartition("/")[2].partition(":")[0] for wait in gpu.waits] == ["test_pretended_gpu.py"]


def test_augmentation_makes_the_same_batch_on_a_gpu():
    photos, augmentation = squares(72), Augmentation(64)
    for seed in range(4):
        expected = augmentation(photos, seed)
        with PretendedGPU() as gpu:
            made = augmentation(There(photos), seed)
        for one, other in zip(made, expected, strict=True):
            torch.testing.assert_close(one.here, other)
        assert all(any(part in wait for part in ALLOWED) for wait in gpu.waits), gpu.waits


@pytest.mark.filterwarnings("ignore:User provided device_type of 'cuda'")
@pytest.mark.parametrize(
    ("variant", "optimiser", "size"),
    [
        ("unet/tu-test_resnet/LAB/chroma", "muon", 32),
        ("unet/tu-test_resnet/LAB/chroma+ms-ssim", "adamw", 128),
    ],
)
@pytest.mark.usefixtures("muon_in_fp32")
def test_a_step_and_its_judging_stay_on_the_gpu_and_no_step_waits_for_it(variant, optimiser, size):
    wanted, recipe = variants.find(variant), replace(STRONG, size=size, optimiser=optimiser)
    teacher = build(variants.find("linknet/tu-test_resnet/LAB/chroma")).eval()
    loss = TrainingLoss(wanted)
    module = Colourist(build(wanted), loss, recipe, 100, teacher=teacher)
    average = Average(0.9)
    average._average_model = AveragedModel(module.network, use_buffers=True)
    with PretendedGPU() as gpu:
        for part in (module, teacher, average._average_model):
            moved(part)
        module._device, module.log, module.log_dict = GPU, lambda *_, **__: None, lambda *_, **__: None
        module._trainer = trainer = SimpleNamespace(global_step=1)
        optimise = optimiser_for(module.network, recipe)
        photos = There(squares(size * 9 // 8))
        value = module.training_step((photos, 7), 0)
        value.backward()
        torch.nn.utils.clip_grad_norm_(module.network.parameters(), 1.0)
        optimise.step()
        average.on_train_batch_end(trainer, module.network, None, None, 0)
        assert all(any(part in wait for part in ALLOWED) for wait in gpu.waits), gpu.waits
        with torch.no_grad():
            module.eval().validation_step((photos, 0), 0)
    assert value.device == GPU
