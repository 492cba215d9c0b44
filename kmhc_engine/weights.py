"""Weights: what is on this computer, which of it a variant takes, and how it gets into a network.

They lie in two folders: the program's own and the user's. Listing them reads headers only and imports no torch.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kmhc_engine import resources, variants
from kmhc_engine.atomic import replacing
from kmhc_engine.errors import VariantError, WeightsMissing, WeightsRefused, printable
from kmhc_engine.variants import Variant
from kmhc_engine.weights_format import (
    COUNTER,
    Refused,
    Weights,
    check_sha256,
    info,
    named_by,
    payload_sha256,
    read_header,
    refusal,
    unreadable,
    verify,
    write_weights,
)

if TYPE_CHECKING:
    from torch import Tensor, nn

__all__ = [
    "Refused",
    "Weights",
    "bundled_folder",
    "catalogue",
    "find",
    "fitted",
    "info",
    "install",
    "load_into",
    "mismatches",
    "remove",
    "unusable",
    "user_folder",
    "verify",
    "write_weights",
]


def bundled_folder() -> Path:
    """Return the folder of the weights that come with the program."""
    return resources.folder() / "weights"


def user_folder() -> Path:
    """Return the folder of the user's own weights; it need not exist yet."""
    return resources.user_folder() / "weights"


def catalogue() -> list[Weights]:
    """List the usable weights on this computer: the user's first, newest first, then the bundled ones."""
    found = [entry for entry in _entries() if isinstance(entry, Weights)]
    return sorted(found, key=lambda weights: (weights.bundled, -weights.modified_ns, weights.path))


def unusable() -> list[Refused]:
    """List the files in the weights folders that cannot be used, each with its reason."""
    return [entry for entry in _entries() if isinstance(entry, Refused)]


def _entries() -> Iterator[Weights | Refused]:
    for folder in (user_folder(), bundled_folder()):
        try:
            files = sorted(folder.iterdir())
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Refused(folder, f"{printable(folder)} cannot be listed: {error.strerror}.")
            continue
        for path in files:
            if path.suffix == ".safetensors" and not path.name.startswith("."):
                try:
                    yield info(path)
                except WeightsRefused as error:
                    yield Refused(path, str(error))


def find(wanted: Variant | str) -> Weights:
    """Find the weights of a variant, or those with a name of their own ("Grandma's album").

    Only weights trained for exactly this variant will do: those of another loss over the same network colour
    differently. Weights without a name of their own come first, the user's newest before the bundled.

    Raises:
        WeightsMissing: There are none; the message says how to get them.
        VariantError: The text is neither a variant nor a name.
    """
    known = catalogue()
    if isinstance(wanted, str):
        named = [weights for weights in known if weights.named]
        for weights in named:
            if weights.title.casefold() == wanted.strip().casefold():
                return weights
        try:
            wanted = variants.find(wanted)
        except VariantError as error:
            titles = f" Your own are: {', '.join(weights.title for weights in named)}." if named else ""
            raise VariantError(f"{error}{titles}") from error
    fitting = [weights for weights in known if weights.variant == wanted]
    if fitting:
        return min(fitting, key=lambda weights: weights.named)
    hint = " Some files in the weights folder are unusable: see `kmhc weights list`." if unusable() else ""
    raise WeightsMissing(
        f"{wanted.name} has no weights on this computer. Import a file with `kmhc weights import FILE`, "
        f"or train it with `kmhc train`.{hint}"
    )


def free_title(wanted: str) -> str:
    """Return a name that no weights on this computer have, nor any variant: "Attic", "Attic 2"."""
    taken = {one.title.casefold() for one in catalogue()}
    title, number = wanted, 1
    while title.casefold() in taken or named_by(title):
        number += 1
        title = f"{wanted} {number}"
    return title


def load_into(network: "nn.Module", weights: Weights) -> None:
    """Load weights into a network: all of it, exactly, or nothing.

    Args:
        network: A network that `networks.build` made; it keeps its dtype and device.
        weights: From `find` or `info`.

    Raises:
        WeightsRefused: The file is damaged or does not fit; the network is as it was.
    """
    from safetensors.torch import load

    read_header(weights.path)
    try:
        data = weights.path.read_bytes()  # once, so that what is hashed is what is loaded
    except OSError as error:
        raise unreadable(weights.path, error) from error
    check_sha256(weights, payload_sha256(data))
    state = fitted(weights.path, load(data), network, weights.variant.name)
    counters = {name: value for name, value in network.state_dict().items() if name.endswith(COUNTER)}
    network.load_state_dict(state | counters, strict=True)


def fitted(path: Path, tensors: Mapping[str, "Tensor"], network: "nn.Module", name: str) -> dict[str, "Tensor"]:
    """Return the tensors as fp32, if they are just what the network needs.

    Args:
        path: The file they come from, for the message.
        tensors: Name -> tensor.
        network: The network; it may be on the meta device.
        name: What the network is called, for the message.

    Raises:
        WeightsRefused: Keys, shapes or dtypes do not fit, or a value is not finite.
    """
    import torch

    expected = network.state_dict()
    tensors = {key: value for key, value in tensors.items() if not key.endswith(COUNTER)}
    differences = mismatches({key: tuple(value.shape) for key, value in tensors.items()}, network)
    if differences:
        cause = f"it does not fit {name}: {'; '.join(differences)}"
        raise refusal(path, cause, "Choose the variant it was made for.")
    state = {}
    for key, value in tensors.items():
        if expected[key].is_floating_point():
            if value.dtype not in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
                raise refusal(path, f"{key} is {value.dtype}, not a float", "Get the file in fp32 or fp16.")
            value = value.to(torch.float32)
            if not torch.isfinite(value).all():
                cause = f"{key} has values that are not finite"
                raise refusal(path, cause, "Its training failed: use another file.")
        elif value.dtype != expected[key].dtype:
            raise refusal(path, f"{key} is {value.dtype}, not {expected[key].dtype}", "Get another file.")
        state[key] = value
    return state


def mismatches(shapes: Mapping[str, tuple[int, ...]], network: "nn.Module") -> list[str]:
    """Say in up to three clauses how tensors of these shapes differ from a network's; nothing if they fit."""
    expected = {k: tuple(v.shape) for k, v in network.state_dict().items() if not k.endswith(COUNTER)}
    missing = [key for key in expected if key not in shapes]
    surplus = [key for key in shapes if key not in expected and not key.endswith(COUNTER)]
    other = [
        f"{key} {'×'.join(map(str, shapes[key]))} instead of {'×'.join(map(str, shape))}"
        for key, shape in expected.items()
        if key in shapes and shapes[key] != shape
    ]
    kinds = (("missing", missing), ("too many", surplus), ("of another shape", other))
    return [f"{len(keys)} {kind} ({_some(keys)})" for kind, keys in kinds if keys]


def _some(names: list[str]) -> str:
    return printable(", ".join(names[:2])[:200]) + (", …" if len(names) > 2 else "")


def install(path: Path) -> Weights:
    """Copy a file in KMHC's own format into the user's folder, where `catalogue` and `find` see it.

    Raises:
        WeightsRefused: The file is damaged or not in KMHC's own format.
    """
    weights = info(path)
    verify(weights)
    user_folder().mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^\w.+-]+", " ", weights.title.replace("/", "-")).strip(" .")[:50]
    target = user_folder() / f"{stem or 'weights'} {weights.sha256[:8]}.safetensors"
    with path.open("rb") as source, replacing(target) as copy:
        shutil.copyfileobj(source, copy, 2**20)
    return info(target)


def remove(weights: Weights) -> None:
    """Delete weights of the user's own; photos that they coloured keep their colours.

    Raises:
        WeightsRefused: They are not the user's, or the file cannot be deleted.
    """
    if weights.path.parent.resolve() != user_folder().resolve():
        raise WeightsRefused(f"{printable(weights.path)}: only your own weights can be removed.")
    try:
        weights.path.unlink(missing_ok=True)
    except OSError as error:
        raise WeightsRefused(f"{printable(weights.path)}: it cannot be deleted ({error.strerror or error}).") from error
