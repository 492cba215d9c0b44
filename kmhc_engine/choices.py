"""What there is to choose from, without torch or a decoder: it is offered before they are needed."""

from enum import StrEnum


class DeviceName(StrEnum):
    """Where a network can run, the fastest first."""

    CUDA = "cuda"
    MPS = "mps"
    CPU = "cpu"


class Precision(StrEnum):
    """How a network can compute, the most exact first."""

    FP32 = "fp32"
    BF16 = "bf16"
    FP16 = "fp16"


class Format(StrEnum):
    """A format of outputs."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"

    @property
    def suffix(self) -> str:
        """What names of such files end in: ".jpg"."""
        return {"jpeg": ".jpg", "tiff": ".tif"}.get(self, f".{self}")

    @property
    def depth(self) -> int:
        """The most bits a channel that it can hold."""
        return 16 if self in (Format.PNG, Format.TIFF) else 8


class ColourPhotos(StrEnum):
    """What becomes of photos that are in colour already."""

    SKIP = "skip"
    COPY = "copy"
    REDO = "redo"


class Turn(StrEnum):
    """How a photo that lies on its side, or on its head, is turned."""

    NONE = "none"
    RIGHT = "right"
    HALF = "half"
    LEFT = "left"

    @property
    def quarters(self) -> int:
        """Quarter turns clockwise."""
        return list(Turn).index(self)
