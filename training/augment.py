"""Photos -> (x, p) on the training device: crops, flips and jitter of colour photos, and the wear of old ones.

Old photos are no grey copies of modern ones: they are soft, grainy, faded, yellowed, scratched, printed in dots and
saved as poor JPEGs, and early emulsions hardly saw red. `Wear` does that to the lightness the network sees; the
colour it has to find stays that of the photo.
"""

from collections.abc import Callable

import kornia
import kornia.augmentation as K
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from kmhc_engine.colour import AB_SCALE, normalise
from training.losses import exactly

_BLUE_SENSITIVE = np.reshape((0.08, 0.45, 0.47), (1, 3, 1, 1))  # of light
_AGED_PAPER = np.reshape((0.9, 0.75, 0.3), (1, 3, 1, 1))


def to_pair(rgb: Tensor) -> tuple[Tensor, Tensor]:
    """Turn sRGB (n, 3, h, w) in 0..1 into x (n, 1, h, w) in -0.5..0.5 and p = ab / 128 (n, 2, h, w)."""
    with exactly(rgb):
        lab = kornia.color.rgb_to_lab(rgb)
    return normalise(lab[:, :1]), lab[:, 1:] / AB_SCALE


class Augmentation(nn.Module):
    """Makes training pairs.

    Args:
        size: Side of the crops, pixels.
        wear: Whether the network sees worn lightness.
    """

    def __init__(self, size: int, *, wear: bool = True) -> None:
        super().__init__()
        self.wear = Wear() if wear else None
        # Some sets hold photos squashed to squares: a little aspect jitter makes up for it.
        self.crop = K.RandomResizedCrop((size, size), scale=(0.5, 1.0), ratio=(0.8, 1.25), cropping_mode="resample")
        self.flip = K.RandomHorizontalFlip()

    @torch.no_grad()
    def forward(self, photos: Tensor, seed: int) -> tuple[Tensor, Tensor, Tensor]:
        """Make a batch.

        Args:
            photos: uint8 sRGB (n, 3, s, s).
            seed: Same seed, same batch.

        Returns:
            x as the network sees it (n, 1, size, size); x of the photo itself; p (n, 2, size, size).
        """
        with exactly(photos):
            return self._made(photos, seed)

    def _made(self, photos: Tensor, seed: int) -> tuple[Tensor, Tensor, Tensor]:
        torch.manual_seed(seed)
        rng = np.random.default_rng(seed)
        rgb = self.flip(self.crop(photos.contiguous().float() / 255)).clamp(1e-4, 1)
        exposure = _beside(np.exp(rng.uniform(-0.35, 0.35, (len(rgb), 1, 1, 1))), rgb)
        contrast = _each(rgb, rng, 0.85, 1.1)
        rgb = ((rgb**exposure - 0.5) * contrast + 0.5).clamp(0, 1)
        x, p = to_pair(rgb)
        return (x if self.wear is None else self.wear(rgb, x, rng)), x, p


class Wear(nn.Module):
    """What a century does to a photo, at random; deterministic for a given state of torch's and the given generator."""

    def forward(self, rgb: Tensor, x: Tensor, rng: np.random.Generator) -> Tensor:
        """Return worn x for photos.

        Args:
            rgb: sRGB (n, 3, h, w) in 0..1.
            x: Their lightness (n, 1, h, w) in -0.5..0.5.
            rng: Decides which photo suffers what.

        Returns:
            x (n, 1, h, w) in -0.5..0.5.
        """
        worn = x + 0.5
        emulsion = _some(x, 0.12, rng)
        light = kornia.color.rgb_to_linear_rgb(rgb[emulsion]) * _beside(_BLUE_SENSITIVE, rgb)
        worn[emulsion] = _lightness(kornia.color.linear_rgb_to_rgb(light.sum(1, True).expand(-1, 3, -1, -1)))
        steps: tuple[tuple[float, Callable[[Tensor, np.random.Generator], Tensor]], ...] = (
            (0.35, _blurred),
            (0.25, _yellowed),
            (0.70, _faded),
            (0.50, _grainy),
            (0.12, _scratched),
            (0.03, _halftoned),
            (0.20, _compressed),
        )
        for share, step in steps:
            chosen = _some(x, share, rng)
            if len(chosen):
                worn[chosen] = step(worn[chosen], rng).clamp(0, 1)
        return worn - 0.5


# Chances are drawn on the CPU and sent: asking a GPU for what it drew would make it wait, as a plain `Tensor.to` does.


def _sent(drawn: Tensor, beside: Tensor) -> Tensor:
    return drawn.to(beside.device, non_blocking=beside.is_cuda)


def _beside(numbers: NDArray[np.float64], other: Tensor) -> Tensor:
    return _sent(torch.from_numpy(numbers).to(other.dtype), other)


def _some(photos: Tensor, share: float, rng: np.random.Generator) -> Tensor:
    return _sent(torch.from_numpy(np.flatnonzero(rng.random(len(photos)) < share)), photos)


def _each(photos: Tensor, rng: np.random.Generator, low: float, high: float) -> Tensor:
    return _beside(rng.uniform(low, high, (len(photos), 1, 1, 1)), photos)


def _lightness(code: Tensor) -> Tensor:
    """Turn sRGB (n, 3, h, w) in 0..1 into L / 100."""
    result: Tensor = kornia.color.rgb_to_lab(code.clamp(0, 1))[:, :1] / 100
    return result


def _blurred(grey: Tensor, rng: np.random.Generator) -> Tensor:
    sigma = torch.from_numpy(rng.uniform(0.4, 1.4, (len(grey), 1))).to(grey.dtype).expand(-1, 2)  # kornia reads it
    blurred: Tensor = kornia.filters.gaussian_blur2d(grey, (7, 7), sigma)
    return blurred


def _yellowed(grey: Tensor, rng: np.random.Generator) -> Tensor:
    """Print on paper that has turned yellow, and take L* of that, as for a scan in colour."""
    paper = 1 + _beside(_AGED_PAPER - 1, grey) * _each(grey, rng, 0.1, 0.7)
    printed = kornia.color.lab_to_rgb(torch.cat((100 * grey, torch.zeros_like(grey).expand(-1, 2, -1, -1)), 1))
    return _lightness(printed * paper)


def _faded(grey: Tensor, rng: np.random.Generator) -> Tensor:
    return (grey - 0.5) * _each(grey, rng, 0.6, 1.1) + 0.5 + _each(grey, rng, -0.1, 0.1)


def _grainy(grey: Tensor, rng: np.random.Generator) -> Tensor:
    grain = torch.randn_like(grey)
    if rng.random() < 0.5:  # coarse grain
        grain = kornia.filters.box_blur(grain, (2, 2)) * 2
    return grey + grain * _each(grey, rng, 0.005, 0.05) * (1.2 - grey)


def _scratched(grey: Tensor, rng: np.random.Generator) -> Tensor:
    """Draw a few nearly straight light or dark lines."""
    height, width = grey.shape[-2:]
    rows = torch.linspace(0, 1, height, device=grey.device).view(1, 1, -1, 1)
    columns = torch.arange(width, device=grey.device).view(1, 1, 1, -1)
    for _ in range(int(rng.integers(1, 5))):
        top, bottom = _each(grey, rng, 0, width), _each(grey, rng, -0.2 * width, 0.2 * width)
        line = torch.exp(-(((columns - top - bottom * rows) / _each(grey, rng, 0.3, 1.0)) ** 2))
        grey = grey + line * _each(grey, rng, -0.4, 0.6)
    return grey


def _halftoned(grey: Tensor, rng: np.random.Generator) -> Tensor:
    """Print grey as dots of a screen at 45 degrees, as newspapers did, seen slightly out of focus."""
    pitch = float(rng.uniform(2.5, 5.0)) * 2**0.5
    rows, columns = (torch.arange(side, device=grey.device, dtype=grey.dtype) for side in grey.shape[-2:])
    across, down = rows[:, None] + columns[None], rows[:, None] - columns[None]
    screen = 0.5 + 0.25 * (torch.cos(2 * torch.pi * across / pitch) + torch.cos(2 * torch.pi * down / pitch))
    dots: Tensor = kornia.filters.gaussian_blur2d(torch.sigmoid((grey - screen) * 6), (5, 5), (1.0, 1.0))
    return 0.5 * grey + 0.5 * dots


def _compressed(grey: Tensor, rng: np.random.Generator) -> Tensor:
    """Quantise 8 x 8 blocks as JPEG does, by the luminance table of its standard."""
    quality = _each(grey, rng, 25, 85).view(-1, 1, 1, 1, 1)
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality) / 100
    table = (_beside(_JPEG_LUMINANCE, grey) * scale).clamp(min=1) / 255
    height, width = grey.shape[-2:]
    padded = nn.functional.pad(grey, (0, -width % 8, 0, -height % 8), mode="replicate")
    blocks = padded[:, 0].unfold(1, 8, 8).unfold(2, 8, 8)  # n, rows, columns, 8, 8
    dct = _beside(_DCT, grey)
    coefficients = torch.round(dct @ (blocks - 0.5) @ dct.T / table) * table
    restored = (dct.T @ coefficients @ dct + 0.5).transpose(2, 3)
    whole: Tensor = restored.reshape(len(grey), 1, *padded.shape[-2:])
    cut: Tensor = whole[:, :, :height, :width]
    return cut


def _dct() -> NDArray[np.float64]:
    k = np.arange(8)
    matrix: NDArray[np.float64] = np.cos(np.pi / 8 * (k[None] + 0.5) * k[:, None]) * (2 / 8) ** 0.5
    matrix[0] /= 2**0.5
    return matrix


_DCT = _dct()
_JPEG_LUMINANCE: NDArray[np.float64] = np.array(  # ITU-T T.81, table K.1
    [
        [16, 11, 10, 16, 24, 40, 51, 61],
        [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56],
        [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77],
        [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101],
        [72, 92, 95, 98, 112, 100, 103, 99],
    ],
    np.float64,
)
