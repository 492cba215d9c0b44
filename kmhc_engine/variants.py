"""Variants of KMHCNet: the sixteen of the paper, and as many more as one likes.

A variant is five choices: architecture, encoder, the colour space of the loss, the loss, and the embedding that the
loss looks through. This module is data: it imports no torch.
"""

from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cache

from kmhc_engine.errors import VariantError


class Space(StrEnum):
    """The colour space in which the loss is taken (equation 4)."""

    LAB = "LAB"
    RGB = "RGB"


class Loss(StrEnum):
    """The training loss: equations 6 to 8, and those beyond the paper."""

    MS_SSIM = "ms-ssim"
    MSE = "mse"
    MSE_MS_SSIM = "ms-ssim+mse"
    CHROMA = "chroma"
    CHROMA_MS_SSIM = "chroma+ms-ssim"


class Embedding(StrEnum):
    """The frozen features that the loss looks through (equation 5)."""

    NONE = "none"
    RESNET50 = "resnet50"
    VGG16 = "vgg16"


ARCHITECTURE_TITLES = {"unet": "UNet", "unetplusplus": "UNet++"}


@dataclass(frozen=True)
class Published:
    """What Table 2 of the paper reports for a variant.

    Attributes:
        accuracy: MS-SSIM of RGB on test photos, percent.
        loss: The variant's own loss, percent.
        epochs: Epochs trained.
        parameters: Millions of parameters.
    """

    accuracy: float
    loss: float
    epochs: int
    parameters: float


@dataclass(frozen=True)
class Variant:
    """One way to colourise.

    Attributes:
        architecture: Architecture of segmentation-models-pytorch ("unetplusplus").
        encoder: Encoder of segmentation-models-pytorch ("resnet18").
        space: Colour space of the loss.
        loss: Training loss.
        embedding: Features that the loss looks through.
        name: "KMHCNet_6" for the paper's; the spec string for a custom one.
        published: The paper's numbers, where there are any.
    """

    architecture: str
    encoder: str
    space: Space = Space.LAB
    loss: Loss = Loss.MS_SSIM
    embedding: Embedding = Embedding.NONE
    name: str = field(default="", compare=False)
    published: Published | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.spec)

    @property
    def architecture_title(self) -> str:
        """The architecture as people write it: "UNet++"."""
        return ARCHITECTURE_TITLES.get(self.architecture, self.architecture)

    @property
    def spec(self) -> str:
        """The spec string that describes this variant: "unet++/resnet18/LAB/ms-ssim/none"."""
        architecture = self.architecture.replace("plusplus", "++")
        return "/".join((architecture, self.encoder, self.space, self.loss, self.embedding))

    @property
    def network(self) -> str:
        """Identifies the network alone; variants that differ only in their loss share it."""
        return f"{self.architecture}/{self.encoder}"

    def __str__(self) -> str:
        text = f"{self.architecture_title} over {self.encoder}, {self.loss} in {self.space}"
        if self.embedding is not Embedding.NONE:
            text += f" through {self.embedding}"
        return text if self.name == self.spec else f"{self.name} ({text})"


def _paper() -> tuple[Variant, ...]:
    """Return Table 1 with the results of Table 2."""
    upp, u = "unetplusplus", "unet"
    ssim, mse, both = Loss.MS_SSIM, Loss.MSE, Loss.MSE_MS_SSIM
    lab, rgb = Space.LAB, Space.RGB
    none, res, vgg = Embedding.NONE, Embedding.RESNET50, Embedding.VGG16
    rows = (
        (upp, "resnet152", lab, ssim, none, 94.39, 18.40, 43, 83.62),
        (upp, "resnet50", lab, ssim, none, 94.69, 16.76, 39, 48.98),
        (upp, "resnet152", rgb, ssim, none, 94.07, 5.93, 38, 83.62),
        (upp, "resnet34", lab, ssim, none, 94.04, 19.07, 33, 26.07),
        (upp, "inceptionresnetv2", lab, ssim, none, 95.38, 14.16, 27, 71.08),
        (upp, "resnet18", lab, ssim, none, 94.93, 15.69, 26, 15.96),
        (upp, "efficientnet-b6", lab, ssim, none, 94.44, 17.73, 25, 43.33),
        (upp, "resnet101", lab, ssim, none, 95.51, 13.84, 23, 67.97),
        (u, "inceptionresnetv2", lab, ssim, none, 95.17, 14.60, 20, 62.03),
        (u, "resnet152", lab, ssim, none, 94.75, 16.06, 20, 67.15),
        (upp, "resnet152", lab, mse, none, 93.03, 73.45, 17, 83.62),
        (upp, "resnet152", lab, both, res, 93.39, 17.24, 13, 83.62),
        (upp, "resnet50", rgb, ssim, none, 94.32, 5.68, 12, 48.98),
        (upp, "resnet152", lab, both, vgg, 93.73, 11.12, 10, 83.62),
        (upp, "resnet152", lab, mse, vgg, 92.85, 1.47, 10, 83.62),
        (upp, "resnet152", lab, mse, res, 92.68, 12.54, 9, 83.62),
    )
    return tuple(
        Variant(*row[:5], name=f"KMHCNet_{number}", published=Published(*row[5:]))
        for number, row in enumerate(rows, start=1)
    )


PAPER: tuple[Variant, ...] = _paper()

DEFAULT = Variant("unetplusplus", "resnet18", loss=Loss.CHROMA, name="KMHCNet_6c")
"""The network of KMHCNet_6, trained with the chroma-weighted loss against dull colour."""

NAMED: tuple[Variant, ...] = (*PAPER, DEFAULT)

_SPEC = "ARCHITECTURE/ENCODER[/SPACE[/LOSS[/EMBEDDING]]], for example unet++/resnet34/RGB/ms-ssim+mse/vgg16"


def find(text: str) -> Variant:
    """Find a variant by number ("6"), name ("KMHCNet_6c") or spec string ("unet++/resnet34/RGB/mse/vgg16").

    Raises:
        VariantError: Nothing fits; the message names the wrong part and the nearest valid values.
    """
    text = text.strip()
    if "/" in text:
        return _parse(text)
    wanted = text.lower().removeprefix("kmhcnet").lstrip("_- ")
    for variant in NAMED:
        if wanted == variant.name.lower().removeprefix("kmhcnet_"):
            return variant
    raise VariantError(
        f"There is no variant {text!r}. Choose a number from 1 to {len(PAPER)} or {DEFAULT.name}, "
        f"or describe one as {_SPEC}."
    )


def _parse(text: str) -> Variant:
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > 5:
        raise VariantError(f"{text!r} has {len(parts)} parts; a variant is {_SPEC}.")
    architecture, encoder, *rest = parts
    space, loss, embedding = rest + ["LAB", "ms-ssim", "none"][len(rest) :]
    architecture = architecture.lower().replace("++", "plusplus")
    loss = "+".join(sorted(loss.lower().split("+")))  # a sum has no order
    variant = Variant(
        _one_of("architecture", architecture, architectures()),
        _encoder(encoder.lower()),
        Space(_one_of("colour space", space.upper(), list(Space))),
        Loss(_one_of("loss", loss, list(Loss))),
        Embedding(_one_of("embedding", embedding.lower(), list(Embedding))),
    )
    return next((known for known in NAMED if known == variant), variant)


def _encoder(name: str) -> str:
    if name.startswith("tu-"):  # segmentation-models-pytorch takes any network of timm under this prefix
        from timm import list_models

        return "tu-" + _one_of("encoder of timm", name.removeprefix("tu-"), list_models())
    return _one_of("encoder", name, encoders())


def _one_of(part: str, value: str, known: list[str]) -> str:
    for candidate in known:
        if candidate.lower() == value.lower():
            return candidate
    near = get_close_matches(value, known, n=3, cutoff=0.4) or sorted(known)[:6]
    raise VariantError(f"{value!r} is no {part}. Nearest: {', '.join(near)}.")


@cache
def architectures() -> list[str]:
    """Architectures of segmentation-models-pytorch ("unet", "unetplusplus", …)."""
    from kmhc_engine.networks import smp

    return sorted(smp().MODEL_ARCHITECTURES_MAPPING)


@cache
def encoders() -> list[str]:
    """Encoders of segmentation-models-pytorch ("resnet18", "efficientnet-b6", …)."""
    from kmhc_engine.networks import smp

    return sorted(smp().encoders.get_encoder_names())
