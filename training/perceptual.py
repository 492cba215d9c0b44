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
from training.measures import batch_of

RGB = NDArray[np.uint8]
Unlikeness = Callable[[RGB, RGB], float]
_STAGES = (1, 3, 6, 13)  # of MobileNetV2, at a half to a sixteenth of the size; what is deeper no longer knows where


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

    Features have length 1 at every pixel; the mean is over pixels and stages.

    Args:
        weights: ImageNet weights of MobileNetV2 in torchvision's names (.safetensors or .pth); a classifier is left
            aside.

    Raises:
        TrainingError: The file cannot be read or does not fit.
    """
    smp()
    from torchvision.models import mobilenet_v2

    features: Any = mobilenet_v2().features.eval()
    if not _filled(features, state_dict(weights), "features.{}".format):
        raise TrainingError(f"{printable(weights.name)} is no MobileNetV2 in torchvision's names. Give another file.")

    def distance(one: Tensor, other: Tensor) -> Tensor:
        total = one.new_zeros(len(one))
        for stage, layer in enumerate(features[: _STAGES[-1] + 1]):
            one, other = layer(one), layer(other)
            if stage in _STAGES:
                apart = nn.functional.normalize(one) - nn.functional.normalize(other)
                total = total + apart.square().sum(1).mean((1, 2))
        return 100 * total / len(_STAGES)

    return _measure(distance)


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
            metric.update(batch_of(colourised), real=False)
            metric.update(batch_of(true), real=True)
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


def _measure(distance: Callable[[Tensor, Tensor], Tensor]) -> Unlikeness:
    """Make a distance of images (1, 3, h, w) in -1..1 a measure of photos."""

    def measure(one: RGB, other: RGB) -> float:
        a, b = (batch_of(rgb) / 127.5 - 1 for rgb in (one, other))
        with torch.inference_mode():
            return float(distance(a, b))

    return measure
