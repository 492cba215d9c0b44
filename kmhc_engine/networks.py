"""Variant -> network, by segmentation-models-pytorch."""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from kmhc_engine.errors import VariantError
from kmhc_engine.variants import Variant


@cache
def smp() -> ModuleType:
    """Import segmentation-models-pytorch, offline and beside a CPU torch too.

    PyPI's torchvision is built for CUDA. Beside a CPU-only torch its C++ operators do not load, and importing it fails
    because their schemas are unknown; nothing here uses those operators, so the schemas alone are enough.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # timm brings an HTTP stack; KMHC never phones
    if not _torchvision_operators_load():
        for name in ("nms", "qnms"):
            torch.library.define(f"torchvision::{name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import segmentation_models_pytorch

    module: ModuleType = segmentation_models_pytorch
    return module


def _torchvision_operators_load() -> bool:
    package = find_spec("torchvision")
    if package is None or package.origin is None:
        return False
    for library in Path(package.origin).parent.glob("_C.*"):
        try:
            torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
        except OSError:
            return False
        return True
    return False


def build(variant: Variant) -> nn.Module:
    """Build a variant's network with random weights (equation 1: p_hat = tanh(net(x))).

    Returns:
        A module from x (n, 1, h, w) in -0.5..0.5 to p_hat (n, 2, h, w) in -1..1, h and w multiples of `stride`.

    Raises:
        VariantError: This architecture does not go with this encoder.
    """
    try:
        network: nn.Module = smp().create_model(
            variant.architecture,
            variant.encoder,
            encoder_weights=None,
            in_channels=1,
            classes=2,
            activation="tanh",
        )
    except (ValueError, KeyError, NotImplementedError, RuntimeError) as error:
        raise VariantError(
            f"The architecture {variant.architecture_title} does not go with {variant.encoder}: {error}"
        ) from error
    encoder: Any = network.encoder
    for unused in ("_conv_head", "_bn1"):  # EfficientNet's last layers; its features never see them, nor does Table 2
        if hasattr(encoder, unused):
            delattr(encoder, unused)
    return network


def stride(network: nn.Module) -> int:
    """Return the number that height and width of the network's input must be multiples of."""
    encoder: Any = network.encoder
    return max(32, int(encoder.output_stride))


def parameter_count(variant: Variant) -> int:
    """Count a variant's parameters, without allocating them."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in build(variant).parameters())
