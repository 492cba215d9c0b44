"""KMHC's own weights format: safetensors whose header says what the weights are.

The header's metadata holds strings, as safetensors wants; those that are no text hold JSON:

    kmhc        version of this table
    variant     spec string of the variant
    title       the variant's name, or the user's own ("Grandma's album")
    sha256      of the bytes after the header
    licence, trained_on, created_by
    side        working size that suits them, in pixels
    metrics     measure -> number
    interim     whether better ones are to come

Reading a header imports no torch.
"""

import hashlib
import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kmhc_engine import __version__, resources, variants
from kmhc_engine.atomic import replacing
from kmhc_engine.errors import VariantError, WeightsRefused, printable
from kmhc_engine.variants import NAMED, Embedding, Loss, Space, Variant

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = 1
SIDE = 256  # pixels: what the paper trains at
HEADER_LIMIT = 4 * 2**20  # bytes; the largest networks need 0.3 MB, and a parser should not be fed more
TYPES = {"F16", "BF16", "F32", "F64", "I64", "I32", "I16", "I8", "U8", "BOOL"}
COUNTER = "num_batches_tracked"  # of batch norms; nothing depends on it, so it is not kept
AGAIN = "Get the file again."


@dataclass(frozen=True)
class Weights:
    """What a weights file says of itself.

    Attributes:
        path: The file.
        variant: What the weights were trained for.
        title: The variant's name, or the user's own ("Grandma's album").
        sha256: Of the tensors' bytes, as the header states it; `verify` compares.
        licence: Who may use them, and how.
        metrics: Measure -> value, in the measure's own unit.
        trained_on: The photos they were trained on, in words.
        interim: Whether better ones are to come.
        created_by: The program that wrote them.
        side: Working size that suits them, in pixels.
        precision: Of the stored kernels: "fp16" or "fp32".
        size: Of the file, in bytes.
        modified_ns: When the file was last written, in nanoseconds since 1970.
    """

    path: Path
    variant: Variant
    title: str
    sha256: str
    licence: str
    metrics: Mapping[str, float] = field(hash=False)
    trained_on: str
    interim: bool
    created_by: str
    side: int
    precision: str
    size: int
    modified_ns: int

    @property
    def named(self) -> bool:
        """Whether they have a name of their own, beyond their variant's."""
        return self.title != self.variant.name

    @property
    def bundled(self) -> bool:
        """Whether they came with the program."""
        return self.path.is_relative_to(resources.folder())


@dataclass(frozen=True)
class Refused:
    """A file that is no use as weights, and why, as a sentence that names the file."""

    path: Path
    reason: str


def info(path: Path) -> Weights:
    """Read a weights file's header.

    Raises:
        WeightsRefused: The file is damaged, or not in KMHC's own format.
    """
    text, precision = read_header(path)
    if "kmhc" not in text:
        raise refusal(path, "it is not in KMHC's own format", "Bring it in with `kmhc weights import FILE`.")
    if text["kmhc"] != str(FORMAT):
        raise refusal(path, f"it has format {text['kmhc'][:20]!r}", "Update KMHC, then try again.")
    try:
        variant = variant_of(text["variant"])
        title = _line(text.get("title") or variant.name)
        metrics = {str(name): float(value) for name, value in json.loads(text.get("metrics", "{}")).items()}
        interim = bool(json.loads(text.get("interim", "false")))
        side = int(text.get("side", SIDE))
        sha256 = text["sha256"]
        status = path.stat()
    except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError) as error:
        raise refusal(path, f"its header is damaged ({_line(str(error))})", AGAIN) from error
    except OSError as error:
        raise unreadable(path, error) from error
    if not 32 <= side <= 4096:
        raise refusal(path, f"its header is damaged (a working size of {side})", AGAIN)
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise refusal(path, "its header is damaged (no sha256)", AGAIN)
    if names_another(title, variant):
        cause = f"it calls itself {title} but was trained as {variant.name}"
        raise refusal(path, cause, "Give it another title.")
    return Weights(
        path=path,
        variant=variant,
        title=title,
        sha256=sha256,
        licence=_line(text.get("licence", "")),
        metrics=metrics,
        trained_on=_line(text.get("trained_on", "")),
        interim=interim,
        created_by=_line(text.get("created_by", "")),
        side=side,
        precision=precision,
        size=status.st_size,
        modified_ns=status.st_mtime_ns,
    )


def read_header(path: Path) -> tuple[dict[str, str], str]:
    """Check a safetensors file's header against its size; return its metadata and "fp16" or "fp32".

    Raises:
        WeightsRefused: It is no such file, cut short, or declares what it does not hold.
    """
    from safetensors import SafetensorError, safe_open

    try:
        if path.exists() and not path.is_file():
            raise refusal(path, "it is no regular file", "Choose a weights file.")
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
        if 8 + length > path.stat().st_size:
            raise refusal(path, "it is cut short or no safetensors file", AGAIN)
        if length > HEADER_LIMIT:
            cause = f"it declares a header of {length / 2**20:.0f} MB, more than any network needs"
            raise refusal(path, cause, "Do not use it.")
        opened: Any = safe_open(path, framework="np")
        with opened as file:
            types = {file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118 - it is no dict
            metadata: dict[str, str] = file.metadata() or {}
    except SafetensorError as error:
        cause = str(error).removeprefix("Error while deserializing header: ")
        raise refusal(path, f"it is damaged ({_line(cause)})", AGAIN) from error
    except OSError as error:
        raise unreadable(path, error) from error
    if types - TYPES:
        cause = f"its numbers are {', '.join(sorted(types - TYPES))}"
        raise refusal(path, cause, "Get it as fp32 or fp16.")
    return metadata, "fp16" if "F16" in types else "fp32"


def variant_of(spec: str) -> Variant:
    """Read a header's spec string, without asking segmentation-models-pytorch what it knows.

    Raises:
        ValueError: It is no full spec string.
    """
    architecture, encoder, space, loss, embedding = printable(spec)[:200].split("/")
    architecture = architecture.replace("++", "plusplus")
    variant = Variant(architecture, encoder, Space(space), Loss(loss), Embedding(embedding))
    return next((known for known in NAMED if known == variant), variant)


def named_by(title: str) -> Variant | None:
    """Return the variant of the paper whose name a title is; None if it is a name of one's own."""
    try:
        return None if "/" in title else variants.find(title)
    except VariantError:
        return None


def names_another(title: str, variant: Variant) -> bool:
    """Return whether a title is the name of a variant of the paper, but not of this one."""
    return named_by(title) not in (None, variant)


def refusal(path: Path, cause: str, remedy: str) -> WeightsRefused:
    """Make the error that refuses a file: its name, the cause (a clause) and the next step (a sentence)."""
    return WeightsRefused(f"{printable(path.name)}: {cause}. {remedy}")


def unreadable(path: Path, error: OSError) -> WeightsRefused:
    """Make the error for a file that the system does not hand out."""
    return refusal(path, f"it cannot be read ({error.strerror})", "Check the file and its permissions.")


def _line(text: str) -> str:
    return printable(text)[:300]


def verify(weights: Weights) -> None:
    """Compare the tensors' bytes with the header's sha256.

    Raises:
        WeightsRefused: They differ, or the file cannot be read.
    """
    try:
        with weights.path.open("rb") as file:
            file.seek(int.from_bytes(file.read(8), "little"), os.SEEK_CUR)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(weights.path, error) from error
    check_sha256(weights, digest)


def check_sha256(weights: Weights, digest: str) -> None:
    """Refuse weights whose tensors' bytes have another sha256 than their header states."""
    if digest != weights.sha256:
        raise refusal(weights.path, "it is damaged (its contents do not match its sha256)", AGAIN)


def payload_sha256(data: bytes) -> str:
    """Return the sha256 of the bytes after the header of a safetensors file."""
    return hashlib.sha256(memoryview(data)[8 + int.from_bytes(data[:8], "little") :]).hexdigest()


def write_weights(
    path: Path,
    state: Mapping[str, "Tensor"],
    variant: Variant,
    *,
    title: str = "",
    licence: str = "",
    metrics: Mapping[str, float] | None = None,
    trained_on: str = "",
    interim: bool = False,
    created_by: str = "",
    side: int = SIDE,
    half: bool = False,
) -> Weights:
    """Write weights in KMHC's own format, atomically; an earlier file of that name is replaced.

    Args:
        path: The new file; its folder exists. `weights.install` brings it to where `weights.find` sees it.
        state: A network's state dict, on any device.
        variant: What they were trained for.
        title: A name of their own; the variant's if empty.
        licence: Who may use them, and how.
        metrics: Measure -> value; values that are not finite are left out.
        trained_on: The photos they were trained on, in words.
        interim: Whether better ones are to come.
        created_by: The program; this KMHC if empty.
        side: Working size that suits them, in pixels.
        half: Store kernels as fp16. Batch-norm statistics, other vectors and what fp16 cannot hold stay fp32.

    Raises:
        WeightsRefused: A value is not finite, or the title is another variant's name.
    """
    from safetensors.torch import save

    tensors = _tensors(path, state, half)
    text = {
        "kmhc": str(FORMAT),
        "variant": variant.spec,
        "title": title.strip() or variant.name,
        "sha256": payload_sha256(save(tensors)),
        "licence": licence,
        "metrics": json.dumps({k: float(v) for k, v in (metrics or {}).items() if math.isfinite(v)}),
        "trained_on": trained_on,
        "interim": json.dumps(interim),
        "side": str(side),
        "created_by": created_by or f"KMHC {__version__}",
    }
    if names_another(text["title"], variant):
        raise refusal(path, f"{text['title']} is the name of another variant", "Choose another name.")
    with replacing(path) as file:
        file.write(save(tensors, text))
    return info(path)


def _tensors(path: Path, state: Mapping[str, "Tensor"], half: bool) -> dict[str, "Tensor"]:
    """Return what is worth keeping of a state dict, as it is stored; see `write_weights`."""
    import torch

    tensors = {}
    for key, value in state.items():
        if key.endswith(COUNTER):
            continue
        value = value.detach().cpu()
        if value.is_floating_point():
            value = value.float()
            if not torch.isfinite(value).all():
                cause = f"{key} has values that are not finite"
                raise refusal(path, cause, "The training failed: start it again.")
            if half and value.ndim > 1 and value.abs().amax() <= torch.finfo(torch.float16).max:
                value = value.half()
        tensors[key] = value.clone(memory_format=torch.contiguous_format)  # the format shares no memory
    return tensors
