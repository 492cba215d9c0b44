"""Start weights for encoders: ImageNet's RGB weights turned into those of a one-channel network.

The network sees x = (L - 50) / 100; the RGB network expected (rgb - mean) / std. With rgb = x + 0.5 on all three
channels, the first convolution becomes w = sum of w_c / std_c, and adds the constant sum of w_c (0.5 - mean_c) / std_c,
which the batch norm behind it takes off its running mean.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from kmhc_engine.errors import printable
from kmhc_engine.networks import smp
from kmhc_engine.variants import Variant
from training.errors import TrainingError
from training.losses import state_dict

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CALIBRATION_PHOTOS = 64
_FOLDED = 1e-3  # some fold to a variance of 1, some to one of 1 - eps


def from_imagenet(network: nn.Module, variant: Variant) -> None:
    """Start a network's encoder from the ImageNet weights that segmentation-models-pytorch names for it.

    Raises:
        TrainingError: They cannot be fetched, or there are none.
    """
    encoders = smp().encoders
    try:
        pretrained = encoders.get_encoder(variant.encoder, in_channels=3, weights="imagenet")
        preprocessing = encoders.get_preprocessing_params(variant.encoder, "imagenet")
    except Exception as error:  # timm, huggingface_hub and urllib each have their own
        cause = str(error).strip().partition("\n")[0][:200]
        raise TrainingError(
            f"The ImageNet weights of {variant.encoder} cannot be fetched ({cause}). Go online, give a file with "
            f"--encoder-weights FILE, or start from random weights with --encoder-weights none."
        ) from error
    mean = preprocessing["mean"] or (0.0,) * 3
    std = preprocessing["std"] or (1.0,) * 3
    _take_over(network, pretrained.state_dict(), mean, std, "the ImageNet weights")


def from_file(network: nn.Module, path: Path, photos: Tensor) -> None:
    """Start a network's encoder from a file of encoder weights, of RGB or of one channel.

    Args:
        network: The network.
        path: A state dict (.safetensors or .pth) in the names of segmentation-models-pytorch or torchvision, or of a
            whole network of KMHC, whose decoder is left aside.
        photos: x (n, 1, h, w) of `CALIBRATION_PHOTOS` training photos: folded batch norms are re-calibrated on them.

    Raises:
        TrainingError: The file cannot be read or fits only a small part of the encoder.
    """
    state = state_dict(path)
    whole = {name.removeprefix("encoder."): value for name, value in state.items() if name.startswith("encoder.")}
    mean, std = _preprocessing(path)
    _take_over(network, whole or state, mean, std, printable(path.name))
    if _are_folded(network.encoder, set(whole or state)):
        recalibrate(network.encoder, photos)


def _preprocessing(path: Path) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return mean and std of the RGB input: ImageNet's, unless the header says "x/127.5-1"."""
    if path.suffix == ".safetensors":
        from safetensors import safe_open

        opened: Any = safe_open(path, framework="pt")
        with opened as file:
            if "127.5" in (file.metadata() or {}).get("preprocess", ""):
                return (0.5,) * 3, (0.5,) * 3
    return IMAGENET_MEAN, IMAGENET_STD


def _take_over(
    network: nn.Module, state: Mapping[str, Tensor], mean: tuple[float, ...], std: tuple[float, ...], source: str
) -> None:
    """Load what fits; what does not stays random."""
    encoder: Any = network.encoder
    state = to_one_channel(encoder, state, mean, std)
    own = encoder.state_dict()
    wanted = [name for name in own if not name.endswith("num_batches_tracked")]
    fitting = {name: state[name].float() for name in wanted if name in state and state[name].shape == own[name].shape}
    if len(fitting) < len(wanted) / 2:
        raise TrainingError(
            f"{source} fits only {len(fitting)} of the encoder's {len(wanted)} tensors. "
            "Give the weights of this encoder."
        )
    encoder.load_state_dict(own | fitting)


def to_one_channel(
    encoder: nn.Module, state: Mapping[str, Tensor], mean: tuple[float, ...], std: tuple[float, ...]
) -> dict[str, Tensor]:
    """Turn an RGB encoder's state into that of a one-channel encoder; one of one channel stays as it is.

    Args:
        encoder: The one-channel encoder; says which convolutions see the photo (most have one), and which batch norms
            follow them.
        state: Name -> tensor.
        mean: Of the RGB input in 0..1.
        std: Likewise.
    """
    result = dict(state)
    layers = list(encoder.named_modules())
    for place, (name, layer) in enumerate(layers):
        kernel = result.get(f"{name}.weight")
        if not isinstance(layer, nn.Conv2d) or layer.in_channels != 1 or kernel is None:
            continue
        if kernel.shape[1:] != (3, *layer.kernel_size):
            continue
        kernel = kernel.float()
        scale = 1 / kernel.new_tensor(std).view(1, 3, 1, 1)
        offset = (kernel * (0.5 - kernel.new_tensor(mean).view(1, 3, 1, 1)) * scale).sum((1, 2, 3))
        result[f"{name}.weight"] = (kernel * scale).sum(1, keepdim=True)
        if f"{name}.bias" in result:
            result[f"{name}.bias"] = result[f"{name}.bias"] + offset
            continue
        after = next((other for other, norm in layers[place:] if isinstance(norm, nn.BatchNorm2d)), "")
        if f"{after}.running_mean" in result:
            result[f"{after}.running_mean"] = result[f"{after}.running_mean"] - offset
    return result


def _are_folded(encoder: Any, loaded: set[str]) -> bool:
    """Tell whether the batch norms that were loaded carry no statistics; the first was shifted by its constant."""
    variances = [
        layer.running_var
        for name, layer in encoder.named_modules()
        if isinstance(layer, nn.BatchNorm2d) and f"{name}.running_var" in loaded
    ]
    return bool(variances) and all(
        bool(((variance - 1).abs() < _FOLDED).all()) for variance in variances if variance is not None
    )


@torch.no_grad()
def recalibrate(encoder: Any, photos: Tensor) -> None:
    """Give folded batch norms their statistics back, the function unchanged: training and evaluation mode then agree.

    With g = weight / sqrt(var + eps) and b = bias - mean * g as they are, and m, v the mean and variance of the input
    over the photos: mean = m, var = v, weight = g sqrt(v + eps), bias = b + g m, for each in forward order.

    Args:
        encoder: The encoder; left in evaluation mode.
        photos: x (n, 1, h, w) in -0.5..0.5.
    """

    def unfold(norm: Any, inputs: tuple[Tensor]) -> None:
        mean, var = inputs[0].mean((0, 2, 3)), inputs[0].var((0, 2, 3), unbiased=False)
        g = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        b = norm.bias - norm.running_mean * g
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(var)
        norm.weight.copy_(g * torch.sqrt(var + norm.eps))
        norm.bias.copy_(b + g * mean)

    encoder.eval()
    norms = [layer for layer in encoder.modules() if isinstance(layer, nn.BatchNorm2d)]
    hooks = [norm.register_forward_pre_hook(unfold) for norm in norms]
    try:
        encoder(photos)
    finally:
        for hook in hooks:
            hook.remove()


def start_from_grey(network: Any) -> None:
    """Make the last convolution nearly zero, so that training starts from nearly grey photos."""
    last = next(layer for layer in reversed(list(network.segmentation_head.modules())) if isinstance(layer, nn.Conv2d))
    nn.init.normal_(last.weight, std=1e-2)
    if last.bias is not None:
        nn.init.zeros_(last.bias)
