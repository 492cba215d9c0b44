"""Measures of colour: how far a colourised photo is from the true one.

Images are sRGB (n, 3, h, w) in 0..1; every measure is one number a photo, (n,).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import kornia
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.losses import exactly, ms_ssim, smallest_side

MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "accuracy": "MS-SSIM of RGB, %",
        "psnr": "PSNR of RGB, dB",
        "ciede2000": "mean colour difference CIEDE2000",
        "chroma_error": "mean distance in the ab plane",
        "chroma_share": "chroma, % of the truth's",
        "colourfulness": "Hasler and Süsstrunk's M3",
        "colourfulness_difference": "its distance from the truth's",
        "ssim": "SSIM of RGB",
    }
)


def batch_of(pixels: NDArray[Any]) -> Tensor:
    """Return pixels (h, w, c) as a batch of one, (1, c, h, w)."""
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1)[None]


def measure(predicted: Tensor, truth: Tensor) -> dict[str, Tensor]:
    """Take all measures, (n,) each; `accuracy` is left out for photos too small for MS-SSIM.

    Beside them stand `chroma` and `true_chroma`, the mean distances from grey: see `averaged`.
    """
    with exactly(truth):
        return _measured(predicted, truth)


def _measured(predicted: Tensor, truth: Tensor) -> dict[str, Tensor]:
    lab_predicted, lab_truth = kornia.color.rgb_to_lab(predicted), kornia.color.rgb_to_lab(truth)
    chroma, true_chroma = (lab[:, 1:].norm(dim=1).mean((1, 2)) for lab in (lab_predicted, lab_truth))
    colours, true_colours = colourfulness(predicted), colourfulness(truth)
    result = {}
    if min(truth.shape[-2:]) >= smallest_side():
        result["accuracy"] = 100 * ms_ssim(255 * predicted, 255 * truth)
    return result | {
        "psnr": psnr(predicted, truth),
        "ciede2000": ciede2000(lab_predicted, lab_truth).mean((1, 2)),
        "chroma_error": (lab_predicted - lab_truth)[:, 1:].norm(dim=1).mean((1, 2)),
        "chroma_share": 100 * chroma / true_chroma.clamp(min=1e-3),
        "chroma": chroma,
        "true_chroma": true_chroma,
        "colourfulness": colours,
        "colourfulness_difference": (colours - true_colours).abs(),
        "ssim": ssim(predicted, truth),
    }


def averaged(values: Mapping[str, float]) -> dict[str, float]:
    """Return means over photos as they are told: the share of chroma is that of all photos together.

    The mean of the photos' own shares would tell mostly of those that have hardly any colour.
    """
    told = dict(values)
    if "chroma" in told and "true_chroma" in told:
        told["chroma_share"] = 100 * told.pop("chroma") / max(told.pop("true_chroma"), 1e-3)
    return told


def psnr(predicted: Tensor, truth: Tensor) -> Tensor:
    """Return the peak signal-to-noise ratio, dB; 100 for equal photos."""
    error = (predicted - truth).square().mean((1, 2, 3))
    return -10 * torch.log10(error.clamp(min=1e-10))


def ssim(predicted: Tensor, truth: Tensor) -> Tensor:
    """Return the structural similarity (Wang et al. 2004), window 11."""
    import pytorch_msssim

    result: Tensor = pytorch_msssim.ssim(255 * predicted, 255 * truth, data_range=255, size_average=False)
    return result


def colourfulness(rgb: Tensor) -> Tensor:
    """Return Hasler and Süsstrunk's M3 (2003), on 0..255 values with the signed R - G."""
    red, green, blue = (255 * rgb).flatten(2).unbind(1)
    rg, yb = red - green, 0.5 * (red + green) - blue
    spread = torch.sqrt(rg.var(1, unbiased=False) + yb.var(1, unbiased=False))
    return spread + 0.3 * torch.sqrt(rg.mean(1).square() + yb.mean(1).square())


def ciede2000(one: Tensor, other: Tensor) -> Tensor:
    """Return the colour difference CIEDE2000 (Sharma, Wu and Dalal 2005) of Lab images (n, 3, h, w), as (n, h, w)."""
    if one.device.type == "mps":  # which has no float64
        one, other = one.cpu(), other.cpu()
    one, other = one.double(), other.double()
    (l1, a1, b1), (l2, a2, b2) = one.unbind(1), other.unbind(1)
    mean_c7 = ((torch.hypot(a1, b1) + torch.hypot(a2, b2)) / 2) ** 7
    stretch = 1 + 0.5 * (1 - torch.sqrt(mean_c7 / (mean_c7 + 25**7)))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = torch.hypot(a1, b1), torch.hypot(a2, b2)
    h1, h2 = (torch.rad2deg(torch.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    apart = (h2 - h1 + 180) % 360 - 180  # the short way round
    apart = torch.where((apart == -180) & (h2 > h1), 180.0, apart)  # where both are as short, the mean is (h1 + h2) / 2
    apart = torch.where(grey, torch.zeros_like(apart), apart)
    hue = 2 * torch.sqrt(c1 * c2) * torch.sin(torch.deg2rad(apart) / 2)
    mean_h = torch.where(grey, h1 + h2, (h1 + apart / 2) % 360)
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2

    def cosine(factor: int, degrees: float) -> Tensor:
        return torch.cos(torch.deg2rad(factor * mean_h + degrees))

    t = 1 - 0.17 * cosine(1, -30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, 6) - 0.20 * cosine(4, -63)
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / torch.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    turn = 60 * torch.exp(-(((mean_h - 275) / 25) ** 2))
    r_t = -torch.sin(torch.deg2rad(turn)) * 2 * torch.sqrt(mean_c**7 / (mean_c**7 + 25**7))
    lightness, chroma, hue = (l2 - l1) / s_l, (c2 - c1) / s_c, hue / s_h
    difference = lightness**2 + chroma**2 + hue**2 + r_t * chroma * hue
    return torch.sqrt(difference.clamp(min=0)).float()
