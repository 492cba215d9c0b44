"""Photos' lightness -> predicted colour: the network behind one call that survives running out of memory."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
import torch
from torch import nn

from kmhc_engine import networks
from kmhc_engine.colour import Floats, denormalise, normalise
from kmhc_engine.devices import Device, batch_size, choose, ran_out_of_memory
from kmhc_engine.errors import ComputeError
from kmhc_engine.variants import Variant
from kmhc_engine.weights import Weights, load_into
from kmhc_engine.weights_format import SIDE

log = logging.getLogger(__name__)

_SMALLER_SIDES = (1.0, 0.7, 0.5)


class TorchColouriser:
    """A variant's network, ready to predict.

    Args:
        variant: What the network is.
        network: Built by `networks.build`, with its weights loaded; this object takes it over.
        weights: SHA-256 of the weights.
        device: Where to run; None chooses.
        side: Working size: photos are seen at about side x side pixels.
    """

    def __init__(
        self,
        variant: Variant,
        network: nn.Module,
        weights: str,
        device: Device | None = None,
        side: int = SIDE,
    ) -> None:
        self.variant = variant.name
        self.weights = weights
        self.side = side
        self.device = device or choose()
        self.batch_size = batch_size(self.device, side)
        self._stride = networks.stride(network)
        self._network = folded(network)
        self._place(self.device)

    @classmethod
    def with_weights(cls, found: Weights, device: Device | None = None, side: int | None = None) -> Self:
        """Return the network of weights, ready to predict.

        Args:
            found: The weights.
            device: Where to run; None chooses.
            side: Working size; None or 0 for what suits the weights.

        Raises:
            WeightsRefused: Their file is damaged or does not fit.
        """
        network = networks.build(found.variant)
        load_into(network, found)
        return cls(found.variant, network, found.sha256, device, side or found.side)

    @property
    def identity(self) -> str:
        """Equal identities predict equal colours."""
        return f"{self.variant}|{self.weights}|{self.side}|{self.device.precision}"

    def predict(self, lightness: Sequence[Floats]) -> list[Floats]:
        """Predict colour.

        Args:
            lightness: For each photo L (h, w) in 0..100; any sizes.

        Returns:
            For each photo ab (h, w, 2) in -128..128.

        Raises:
            ComputeError: Not even one small photo fits on the CPU, or the network gives no finite colours.
        """
        results: dict[int, Floats] = {}
        for indices in self._batches(lightness):
            photos = [lightness[index] for index in indices]
            results.update(zip(indices, self._predict_somehow(photos), strict=True))
        return [results[index] for index in range(len(lightness))]

    def _batches(self, lightness: Sequence[Floats]) -> Iterator[list[int]]:
        """Group photos whose padded sizes agree, at most `batch_size` at once."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for index, photo in enumerate(lightness):
            size = tuple(-(-length // self._stride) for length in photo.shape)
            groups.setdefault(size, []).append(index)
        for group in groups.values():
            while group:
                taken, group = group[: self.batch_size], group[self.batch_size :]
                yield taken

    def _predict_somehow(self, photos: list[Floats]) -> list[Floats]:
        """Predict one batch; when memory runs out: in halves, then smaller, then on the CPU."""
        try:
            return self._predict(photos)
        except (MemoryError, RuntimeError) as error:
            if not ran_out_of_memory(error):
                raise ComputeError(f"The network failed on {self.device.title}: {error}") from error
        self._free_memory()
        if len(photos) > 1:
            self.batch_size = max(1, len(photos) // 2)
            log.warning("Memory ran out on %s; going on with %d at once.", self.device.title, self.batch_size)
            middle = len(photos) // 2
            return self._predict_somehow(photos[:middle]) + self._predict_somehow(photos[middle:])
        return [self._predict_smaller(photos[0])]

    def _predict_smaller(self, photo: Floats) -> Floats:
        devices = [self.device] if self.device.name == "cpu" else [self.device, choose("cpu")]
        for device in devices:
            with self._placed(device):
                for scale in _SMALLER_SIDES:
                    try:
                        return _resized(self._predict([_resized(photo, scale)])[0], photo.shape)
                    except (MemoryError, RuntimeError) as error:
                        if not ran_out_of_memory(error):
                            raise ComputeError(f"The network failed on {device.title}: {error}") from error
                        log.warning("Memory ran out on %s at %.0f %% size.", device.title, 100 * scale)
                    self._free_memory()
        raise ComputeError("There is not enough memory for one photo. Close other programs, or use a smaller variant.")

    def _predict(self, photos: list[Floats]) -> list[Floats]:
        """Predict photos of one padded size in one pass (equation 1)."""
        padded = [_padded(normalise(photo), self._stride) for photo in photos]
        device = next(self._network.parameters()).device
        x = torch.from_numpy(np.stack(padded)[:, None]).contiguous(memory_format=torch.channels_last)
        if device.type == "cuda":
            x = x.pin_memory().to(device, non_blocking=True)
        with torch.inference_mode(), torch.autocast(device.type, self.device.dtype, enabled=self._reduced):
            p = self._network(x.to(device))
        ab = denormalise(p.float().cpu().numpy())
        if not np.isfinite(ab).all():
            raise ComputeError(
                f"The network of {self.variant} gave no finite colours. Check its weights with `kmhc weights verify`."
            )
        return [
            np.ascontiguousarray(np.moveaxis(one[:, : photo.shape[0], : photo.shape[1]], 0, -1))
            for one, photo in zip(ab, photos, strict=True)
        ]

    @property
    def _reduced(self) -> bool:
        return self.device.precision != "fp32"

    def _place(self, device: Device) -> None:
        self._network.to(device.torch_device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    @contextmanager
    def _placed(self, device: Device) -> Iterator[None]:
        """Run elsewhere for a while."""
        before = self.device
        if device is before:
            yield
            return
        self._place(device)
        self.device = device
        try:
            yield
        finally:
            self.device = before
            self._place(before)

    def _free_memory(self) -> None:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        elif torch.backends.mps.is_available():
            torch.mps.empty_cache()


def folded(network: nn.Module) -> nn.Module:
    """Return the network in evaluation mode with its batch norms folded into the convolutions, if it can be traced."""
    from torch.fx.experimental.optimization import fuse

    network = network.eval()
    untraceable: Any = network
    untraceable.check_input_shape = lambda x: None  # photos are padded here; the check cannot be traced
    try:
        return fuse(network)
    except Exception as error:  # a graph that fx cannot follow: slower by a few percent, and as right
        log.info("Batch norms stay unfolded: %s", error)
        return network


def _padded(x: Floats, stride: int) -> Floats:
    height, width = x.shape
    return np.pad(x, ((0, -height % stride), (0, -width % stride)), mode="reflect")


def _resized(array: Floats, shape: tuple[int, ...] | float) -> Floats:
    import cv2

    height, width = array.shape[:2]
    if isinstance(shape, float):
        shape = max(1, round(height * shape)), max(1, round(width * shape))
    if (height, width) == shape[:2]:
        return array
    shrinks = shape[0] < height
    resized: Floats = cv2.resize(
        array, (shape[1], shape[0]), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    return resized
