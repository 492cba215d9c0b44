"""LPIPS (Zhang et al. 2018), where the weights of its AlexNet are given; its linear layers come with torchmetrics."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from kmhc_engine.errors import printable
from kmhc_engine.networks import smp
from training.errors import TrainingError
from training.losses import state_dict

RGB = NDArray[np.uint8]


def lpips(alexnet: Path) -> Callable[[RGB, RGB], float]:
    """Return the measure: how unlike two photos (h, w, 3) look, 0 for equal.

    Args:
        alexnet: torchvision's ImageNet weights of AlexNet (.safetensors or .pth).

    Raises:
        TrainingError: The file cannot be read or does not fit.
    """
    smp()  # torchmetrics imports torchvision, which needs its guard first
    from torchmetrics.functional.image.lpips import _LPIPS

    network: Any = _LPIPS(net="alex", pnet_rand=True)
    state = state_dict(alexnet)
    ours = [layer for layer in network.net.modules() if isinstance(layer, nn.Conv2d)]
    kernels = [name for name in state if name.startswith("features.") and name.endswith(".weight")]
    shapes = [tuple(state[name].shape) for name in kernels]
    if shapes != [tuple(layer.weight.shape) for layer in ours]:
        raise TrainingError(f"{printable(alexnet.name)} is no AlexNet. Give torchvision's alexnet-owt-7be5be79.pth.")
    for name, layer in zip(kernels, ours, strict=True):
        layer.weight.data = state[name]
        assert layer.bias is not None
        layer.bias.data = state[name.removesuffix("weight") + "bias"]
    network.eval()

    def measure(one: RGB, other: RGB) -> float:
        a, b = (torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1 for rgb in (one, other))
        with torch.inference_mode():
            return float(network(a, b))

    return measure
