"""The training losses: equations 4 to 8 of the paper, the chroma-weighted loss, and its sum with MS-SSIM of RGB.

Shapes and ranges throughout: x (n, 1, h, w) in -0.5..0.5; p and p_hat (n, 2, h, w) in -1..1; images G (n, c, h, w) in
0..255.
"""

from pathlib import Path
from typing import Any
from urllib.error import URLError

import kornia
import torch
import truststore
from torch import Tensor, nn

from kmhc_engine.errors import printable
from kmhc_engine.networks import smp
from kmhc_engine.variants import Embedding, Loss, Space, Variant
from training.errors import PhotosTooSmall, TrainingError

smp()  # torchvision and what imports it need its guard first
import pytorch_msssim  # noqa: E402

PULL = 15.0
WINDOW = 11  # pixels, of MS-SSIM
SMALL_WINDOW = 7  # beyond the paper, so that crops of 128 pixels will do
MS_SSIM_IN_AB = 120.0  # 1 - MS-SSIM of RGB times this is half as large as the chroma loss where there is no colour


def exactly(tensor: Tensor) -> torch.autocast:
    """Return a context in which autocast leaves fp32 as it is: in bf16 colours are off by up to 3 units."""
    return torch.autocast(tensor.device.type, enabled=False)


def lab(x: Tensor, p: Tensor) -> Tensor:
    """Undo the normalisation (equation 2): L = 100 x + 50, ab = 128 p, as (n, 3, h, w)."""
    return torch.cat((100 * x + 50, 128 * p), dim=1)


def rgb(x: Tensor, p: Tensor) -> Tensor:
    """Return sRGB in 0..255 (equation 3)."""
    result: Tensor = 255 * kornia.color.lab_to_rgb(lab(x, p))
    return result


def image(space: Space, x: Tensor, p: Tensor) -> Tensor:
    """Return G (equation 4): 128 p + 128 in LAB, the three channels in RGB."""
    return 128 * p + 128 if space is Space.LAB else rgb(x, p)


def smallest_side(window: int = WINDOW) -> int:
    """Return how many pixels MS-SSIM needs a side: five scales of its window, each half the one before."""
    return 16 * (window - 1) + 1


def ms_ssim(a: Tensor, b: Tensor, window: int = WINDOW) -> Tensor:
    """Return MS-SSIM of images in 0..255, each photo's own (n,); its gradient is always finite.

    Args:
        a: Images (n, c, h, w).
        b: As many.
        window: Side of the Gaussian window, pixels.

    Raises:
        PhotosTooSmall: A side is too short for five scales.
    """
    side = min(a.shape[-2:])
    smallest = smallest_side(window)
    if side < smallest:
        raise PhotosTooSmall(
            f"MS-SSIM compares five scales and needs at least {smallest} pixels a side, not {side}. "
            f"Train and evaluate at {-(-smallest // 32) * 32} pixels or more, or choose a variant with another loss."
        )
    if a.requires_grad:
        # Where a scale correlates negatively, its clamped term has the gradient 0 * infinity. It takes no part.
        a = a * 1
        a.register_hook(torch.nan_to_num)  # type: ignore[no-untyped-call]
    result: Tensor = pytorch_msssim.ms_ssim(a, b, data_range=255, size_average=False, win_size=window)
    return result


class TrainingLoss(nn.Module):
    """The loss of a variant: compares p_hat with p.

    Args:
        variant: Says space, loss and embedding.
        embedding: The frozen features, where the variant looks through any; `embedding_of` makes them.
        pull: Of the chroma loss: the chroma at which a pixel weighs twice as much as a grey one.
    """

    def __init__(self, variant: Variant, embedding: nn.Module | None = None, *, pull: float = PULL) -> None:
        super().__init__()
        if (variant.embedding is Embedding.NONE) != (embedding is None):
            raise ValueError(f"{variant.name} looks through {variant.embedding}")
        self.space, self.loss, self.pull = variant.space, variant.loss, pull
        self.embedding = embedding

    def forward(self, p_hat: Tensor, p: Tensor, x: Tensor) -> Tensor:
        """Return the loss, a scalar in fp32.

        Raises:
            PhotosTooSmall: MS-SSIM needs larger photos.
        """
        with exactly(x):
            p_hat, p, x = p_hat.float(), p.float(), x.float()
            match self.loss:
                case Loss.MSE:
                    return self._mse(p_hat, p, x)
                case Loss.MS_SSIM:
                    return self._ms_ssim(p_hat, p, x)
                case Loss.MSE_MS_SSIM:
                    return (self._mse(p_hat, p, x) + self._ms_ssim(p_hat, p, x)) / 2
                case Loss.CHROMA:
                    return self._chroma(p_hat, p, x)
                case Loss.CHROMA_MS_SSIM:
                    return (self._chroma(p_hat, p, x) + self._structure(p_hat, p, x)) / 2

    def _ms_ssim(self, p_hat: Tensor, p: Tensor, x: Tensor) -> Tensor:
        """Equation 7, always on G: feature maps are too small for five scales."""
        return 1 - ms_ssim(image(self.space, x, p_hat), image(self.space, x, p)).mean()

    def _structure(self, p_hat: Tensor, p: Tensor, x: Tensor) -> Tensor:
        """Keep colours inside their outlines: beyond the paper, 1 - MS-SSIM of RGB, where outlines are, in ab units."""
        return MS_SSIM_IN_AB * (1 - ms_ssim(rgb(x, p_hat), rgb(x, p), SMALL_WINDOW).mean())

    def _mse(self, p_hat: Tensor, p: Tensor, x: Tensor) -> Tensor:
        """Equation 6: on G in 0..255, divided by 255; or on the features."""
        if self.embedding is not None:
            return self._feature_mse(p_hat, p, x)
        return nn.functional.mse_loss(image(self.space, x, p_hat), image(self.space, x, p)) / 255

    def _feature_mse(self, p_hat: Tensor, p: Tensor, x: Tensor) -> Tensor:
        """Equation 5: the features are squashed by tanh."""
        assert self.embedding is not None
        truth = torch.tanh(self.embedding(self._three_channels(p, x)))
        return nn.functional.mse_loss(torch.tanh(self.embedding(self._three_channels(p_hat, x))), truth)

    def _three_channels(self, p: Tensor, x: Tensor) -> Tensor:
        if self.space is Space.RGB:
            return rgb(x, p)
        return torch.cat((100 * x + 50, image(Space.LAB, x, p)), dim=1)

    def _chroma(self, p_hat: Tensor, p: Tensor, x: Tensor) -> Tensor:
        """Take the smooth length of the ab difference; with a pull of 15 the most colourful pixels weigh five times.

        MS-SSIM and MSE reward dull colour: most pixels of most photos are dull. Beyond the paper; through an embedding
        half of it is the features' MSE, on the same scale.
        """
        difference = image(self.space, x, p_hat) - image(self.space, x, p)
        length = torch.sqrt(difference.square().sum(1) + 4) - 2
        weight = 1 + (128 * p).norm(dim=1).clamp(max=60) / self.pull
        loss: Tensor = (weight * length).sum() / weight.sum()
        return loss if self.embedding is None else (loss + 128 * self._feature_mse(p_hat, p, x)) / 2


def as_told(loss: Loss) -> int:
    """Return what a loss is multiplied by where it is told: Table 2 has percent; chroma stays in ab units."""
    return 1 if loss in (Loss.CHROMA, Loss.CHROMA_MS_SSIM) else 100


def embedding_of(variant: Variant, weights: Path | None = None, *, random: bool = False) -> nn.Module | None:
    """Build the ImageNet features that a variant looks through: all but pooling and classifier.

    Args:
        variant: The variant.
        weights: torchvision's state dict (.safetensors or .pth), with or without the classifier; None fetches it.
        random: Leave the weights random, for trials.

    Returns:
        A frozen module, or None if the variant looks through nothing.

    Raises:
        TrainingError: The weights cannot be fetched or do not fit.
    """
    if variant.embedding is Embedding.NONE:
        return None
    from torchvision import models

    resnet = variant.embedding is Embedding.RESNET50
    with torch.device("meta"):  # making up weights that are replaced anyway takes seconds
        network: Any = models.resnet50() if resnet else models.vgg16()
    delattr(network, "fc" if resnet else "classifier")
    if weights is not None:
        state_dict(weights, network)
    elif not random:
        published: Any = models.ResNet50_Weights.IMAGENET1K_V1 if resnet else models.VGG16_Weights.IMAGENET1K_V1
        network.load_state_dict(_fetched(published, variant), strict=False, assign=True)
    features: Any = nn.Sequential(*list(network.children())[:-1]) if resnet else network.features
    if random:
        _make_up(features, fades=not resnet)
    module: nn.Module = features.eval().requires_grad_(False)
    return module


def _make_up(features: Any, *, fades: bool) -> None:
    """Fill features with random weights, the same every time: what teaches is what judges.

    Args:
        features: On the meta device.
        fades: Whether the signal would fade on its way, for want of batch norms and residuals.
    """
    features.to_empty(device="cpu")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for layer in features.modules():
            if hasattr(layer, "reset_parameters"):
                layer.reset_parameters()
            if fades and isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight)
    if fades:
        features[0].weight.data /= 128


def _fetched(published: Any, variant: Variant) -> dict[str, Tensor]:
    truststore.inject_into_ssl()  # torch asks through urllib, whose frozen form knows Debian's certificates only
    try:
        state: dict[str, Tensor] = published.get_state_dict(progress=False, check_hash=True)
    except (URLError, OSError, RuntimeError) as error:
        raise TrainingError(
            f"{variant.name} looks through {variant.embedding}, whose ImageNet weights cannot be fetched from "
            f"{published.url} ({error}). Fetch the file elsewhere and give it as --embedding-weights FILE."
        ) from error
    finally:
        truststore.extract_from_ssl()
    return state


def state_dict(path: Path, network: nn.Module | None = None) -> dict[str, Tensor]:
    """Read a state dict (.safetensors or .pth) as data: no pickle is executed.

    Args:
        path: The file.
        network: What takes all its tensors from it; what it has no place for is left aside.

    Raises:
        TrainingError: It cannot be read, or does not fit.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            state: dict[str, Tensor] = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
            raise TypeError("it holds other things than named tensors")
        if network is not None:
            missing = network.load_state_dict(state, strict=False, assign=True).missing_keys
            if missing:
                raise ValueError(f"it lacks {missing[0]}")
    except FileNotFoundError as error:
        raise TrainingError(f"{printable(path)}: there is no such file of weights.") from error
    except (OSError, SafetensorError, RuntimeError, ValueError, AttributeError, TypeError) as error:
        cause = str(error).strip().partition("\n")[0][:200]
        raise TrainingError(
            f"{printable(path.name)} cannot be used as weights: {cause}. Get the file again."
        ) from error
    except Exception as error:  # torch.load raises what pickle raises, UnpicklingError among others
        raise TrainingError(f"{printable(path.name)} holds no plain weights. Get it as .safetensors.") from error
    return state
