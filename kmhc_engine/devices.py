"""Where the network runs: choose a device and a precision, and say why."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch

from kmhc_engine.choices import DeviceName, Precision
from kmhc_engine.errors import ComputeError
from kmhc_engine.processes import cores

_NO_MEMORY = ("DefaultCPUAllocator", "out of memory", "ALLOC_FAILED", "Invalid buffer size")
_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class Device:
    """A device, the precision to use on it, and the reason for the choice.

    Attributes:
        name: "cuda", "mps" or "cpu".
        title: For people: "NVIDIA GeForce RTX 4070" or "CPU, 8 threads".
        precision: "fp32", "bf16" or "fp16".
        reason: Why this one, as a sentence.
    """

    name: str
    title: str
    precision: str
    reason: str

    @property
    def torch_device(self) -> torch.device:
        """The device as torch knows it."""
        return torch.device(self.name)

    @property
    def dtype(self) -> torch.dtype:
        """The precision as torch knows it."""
        return _DTYPES[self.precision]


def choose(wanted: str | None = None, precision: str | None = None) -> Device:
    """Choose a device.

    Args:
        wanted: "cuda", "mps", "cpu", or None for the fastest that is here.
        precision: "fp32", "bf16", "fp16", or None for the fastest that keeps the colours.

    Raises:
        ComputeError: The wanted device is not here; the message says which are.
    """
    here = available()
    name = wanted or here[0]
    if name not in here:
        raise ComputeError(f"There is no device '{name}' on this computer. Here: {', '.join(here)}.")
    if precision is not None and precision not in list(Precision):
        raise ComputeError(f"There is no precision '{precision}'. Choose one of {', '.join(Precision)}.")
    if wanted:
        reason = "It was asked for."
    elif name == "cpu":
        reason = "No graphics processor that PyTorch can use was found."
    else:
        reason = "It is the fastest device on this computer."
    return Device(name, _title(name), precision or _best_precision(name), reason)


def available() -> tuple[str, ...]:
    """Return the devices of this computer, the fastest first."""
    here = {"cuda": torch.cuda.is_available(), "mps": _has_mps(), "cpu": True}
    return tuple(name for name in map(str, DeviceName) if here[name])


@cache
def _has_mps() -> bool:
    """Tell whether a Mac's graphics processor can be used: that of a virtual one is named, and has no memory."""
    if not torch.backends.mps.is_available():
        return False
    try:
        torch.zeros(1, device="mps")
    except RuntimeError:
        return False
    return True


def use_threads() -> int:
    """Let the network use all cores that this process may use; return how many threads that makes."""
    torch.set_num_threads(cores())
    return torch.get_num_threads()


def batch_size(device: Device, side: int) -> int:
    """Return how many photos to put through the network at once; out of memory makes it smaller later."""
    if device.name == "cpu":
        return 2  # more only costs cache
    if device.name == "mps":
        return 8
    free, _ = torch.cuda.mem_get_info()
    activations = side * side * 2_500  # bytes a photo, UNet++ over ResNet18 in half precision
    return int(max(1, min(64, free * 0.5 // activations)))


def ran_out_of_memory(error: BaseException) -> bool:
    """Tell whether a device has run out of memory; only CUDA's own allocator has an exception class for it."""
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or (
        isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_MEMORY)
    )


@cache
def cpu_has_bf16() -> bool:
    """Tell whether this CPU multiplies bf16 in hardware (AVX512-BF16, AMX or Arm's BF16)."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(flag in flags for flag in ("avx512_bf16", "amx_bf16", " bf16"))


def _best_precision(name: str) -> str:
    if name == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp16"
    if name == "mps":
        return "fp16"
    return "bf16" if cpu_has_bf16() else "fp32"


def _title(name: str) -> str:
    if name == "cuda":
        return torch.cuda.get_device_name()
    if name == "mps":
        return "Apple graphics processor"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread" + "s" * (threads > 1)
