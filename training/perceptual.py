"""How unlike photos look to frozen networks, where their weights are given: LPIPS, FID, and a distance in MobileNetV2.

LPIPS (Zhang et al. 2018) takes AlexNet; its linear layers come with torchmetrics. The distance in MobileNetV2 has no
such layers, and its values compare with no published ones.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from kmhc_engine.errors import printable
from kmhc_engine.networks import smp
from training.errors import TrainingError
from training.losses import state_dict

RGB = NDArray[np.uint8]
Unlikeness = Callable[[RGB, RGB], float]


def lpips(alexnet: Path) -> Unlikeness:
    """Return the measure: how unlike two photos (h, w, 3) look, 0 for equal.

    Args:
        alexnet: torchvision's ImageNet weights of AlexNet (.safetensors or .pth).

    Raises:
        TrainingError: The file cannot be read or does not fit.
    """
    smp()  # torchmetrics imports torchvision, which needs its guard first
    from torchmetrics.functional.image.lpips import _LPIPS

    network: Any = _LPIPS(net="alex", pnet_rand=True)
    # torchmetrics cuts the network into slices, but keeps torchvision's numbers: "slice2.3.bias".
    if not _filled(network.net, state_dict(alexnet), lambda name: f"features.{name.partition('.')[2]}"):
        raise TrainingError(f"{printable(alexnet.name)} is no AlexNet. Give torchvision's alexnet-owt-7be5be79.pth.")
    return _measure(network.eval())


def mobilenet(weights: Path) -> Unlikeness:
    """Return the measure: 100 times the mean square distance of MobileNetV2's features, 0 for equal.

    Args:
        weights: ImageNet weights of MobileNetV2 in torchvision's names (.safetensors or .pth).

    Raises:
        TrainingError: The file cannot be read or does not fit.
    """
    return _measure(MobileNetDistance(state_dict(weights), printable(weights.name)))


class MobileNetDistance(nn.Module):
    """The distance of two images in MobileNetV2: squared, of features of length 1, the mean over pixels and stages.

    Args:
        state: torchvision's names -> tensors; a classifier is left aside.
        source: What they are called, for the message.
    """

    _STAGES = (1, 3, 6, 13)  # at a half to a sixteenth of the size; what is deeper no longer knows where

    def __init__(self, state: dict[str, Tensor], source: str) -> None:
        super().__init__()
        smp()
        from torchvision.models import mobilenet_v2

        features: Any = mobilenet_v2().features
        if not _filled(features, state, "features.{}".format):
            raise TrainingError(f"{source} is no MobileNetV2 in torchvision's names. Give another file.")
        self._features = features[: self._STAGES[-1] + 1].eval().requires_grad_(False)

    def train(self, mode: bool = True) -> "MobileNetDistance":
        """Stay in evaluation mode: the features are frozen."""
        return super().train(False)

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        """Compare images (n, 3, h, w) in -1..1; return 100 times the distance, (n,)."""
        total = one.new_zeros(len(one))
        for stage, layer in enumerate(self._features):
            one, other = layer(one), layer(other)
            if stage in self._STAGES:
                lengths = (nn.functional.normalize(one), nn.functional.normalize(other))
                total = total + (lengths[0] - lengths[1]).square().sum(1).mean((1, 2))
        return 100 * total / len(self._STAGES)


def fid(inception: Path) -> Callable[[Iterable[tuple[RGB, RGB]]], float]:
    """Return the measure of pairs of photos, colourised and true: Fréchet's distance of the sets (Heusel et al. 2017).

    Fewer than some thousands of photos overstate it: compare values over the same photos alone.

    Args:
        inception: The Inception network of FID, as torch-fidelity publishes it (.pth).

    Raises:
        TrainingError: The file cannot be read or does not fit, or torch-fidelity is not installed.
    """
    smp()
    from torchmetrics.image.fid import FrechetInceptionDistance

    with TemporaryDirectory(prefix="kmhc-") as folder:
        plain = Path(folder) / "inception.pth"  # torch-fidelity would execute a pickle: it gets one without code
        torch.save(state_dict(inception), plain)
        try:
            metric = FrechetInceptionDistance(
                antialias=False,  # as published
                feature_extractor_weights_path=str(plain),
            )
        except ModuleNotFoundError as error:
            raise TrainingError(
                "FID needs torch-fidelity, which the standalone program leaves out. "
                "Install it beside KMHC with `pip install torch-fidelity`."
            ) from error
        except RuntimeError as error:
            raise TrainingError(
                f"{printable(inception.name)} is not FID's Inception. "
                "Give torch-fidelity's weights-inception-2015-12-05-6726825d.pth."
            ) from error

    def measure(pairs: Iterable[tuple[RGB, RGB]]) -> float:
        metric.reset()
        count = 0
        for count, (colourised, true) in enumerate(pairs, start=1):  # noqa: B007
            metric.update(_tensor(colourised), real=False)
            metric.update(_tensor(true), real=True)
        if count < 2:
            raise TrainingError("FID compares sets of photos: give two photos or more.")
        return float(metric.compute())

    return measure


def _filled(network: nn.Module, state: dict[str, Tensor], named: Callable[[str], str]) -> bool:
    """Give a network all its tensors from a state dict, where they may be `named` otherwise; tell whether it fits."""
    own = network.state_dict()
    found = {name: state.get(named(name)) for name in own}
    fits = all(value is not None and value.shape == own[name].shape for name, value in found.items())
    if fits:
        network.load_state_dict(found)
    return fits


def _measure(network: nn.Module) -> Unlikeness:
    def measure(one: RGB, other: RGB) -> float:
        a, b = (_tensor(rgb).float() / 127.5 - 1 for rgb in (one, other))
        with torch.inference_mode():
            return float(network(a, b))

    return measure


def _tensor(rgb: RGB) -> Tensor:
    return torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None]
