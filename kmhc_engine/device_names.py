"""The devices and precisions that there are, without torch: they are offered before it is needed."""

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
