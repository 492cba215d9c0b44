"""Weights: what is here, what it is, and how it gets into a network.

Weights are `.safetensors` files, bundled with the program or in the user's folder. The header's metadata says what they
are; its values are strings, as the format wants, and those that are no text hold JSON:

    kmhc        version of this table
    variant     spec string of the variant
    title       the variant's name, or the user's own ("Grandma's album")
    sha256      of the bytes after the header
    licence, trained_on, created_by
    metrics     measure -> number
    interim     whether better ones are to come

Listing reads headers only and imports no torch.
"""

import hashlib
import json
import math
import os
import re
import shutil
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kmhc_engine import __version__, resources, variants
from kmhc_engine.errors import VariantError, WeightsMissing, WeightsRefused, printable
from kmhc_engine.variants import PAPER, Embedding, Loss, Space, Variant

if TYPE_CHECKING:
    from torch import Tensor, nn

FORMAT = 1
HEADER_LIMIT = 4 * 2**20  # bytes; the largest networks need 0.3 MB, and a parser should not be fed more
COUNTER = "num_batches_tracked"  # batch norms count their batches; nothing here depends on it, so it is not kept


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
        precision: Of the stored kernels: "fp16" or "fp32".
        size: Of the file, in bytes.
        modified_ns: When the file was last written, in nanoseconds since 1970.
        bundled: Whether they came with the program.
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
    precision: str
    size: int
    modified_ns: int
    bundled: bool

    @property
    def named(self) -> bool:
        """Whether they have a name of their own, beyond their variant's."""
        return self.title != self.variant.name


@dataclass(frozen=True)
class Refused:
    """A file that is no use as weights, and why, as a sentence that names the file."""

    path: Path
    reason: str


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
    damaged = " Some files in the weights folder are unusable; `kmhc weights list` says why." if unusable() else ""
    raise WeightsMissing(
        f"{wanted.name} has no weights on this computer. Import a file with `kmhc weights import FILE`, "
        f"or train it with `kmhc train`.{damaged}"
    )


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
        title = printable(text.get("title") or variant.name)[:100]
        metrics = {str(name): float(value) for name, value in json.loads(text.get("metrics", "{}")).items()}
        interim = bool(json.loads(text.get("interim", "false")))
        sha256 = text["sha256"]
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise refusal(path, f"its header is damaged ({error})", "Get the file again.") from error
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise refusal(path, "its header is damaged (no sha256)", "Get the file again.")
    if title != variant.name and _names_another(title, variant):
        raise refusal(path, f"it calls itself {title} but was trained as {variant.name}", "Train under another name.")
    status = path.stat()
    return Weights(
        path=path,
        variant=variant,
        title=title,
        sha256=sha256,
        licence=text.get("licence", ""),
        metrics=metrics,
        trained_on=text.get("trained_on", ""),
        interim=interim,
        created_by=text.get("created_by", ""),
        precision=precision,
        size=status.st_size,
        modified_ns=status.st_mtime_ns,
        bundled=path.parent == bundled_folder(),
    )


def read_header(path: Path) -> tuple[dict[str, str], str]:
    """Check a safetensors file's header against its size; return its metadata and "fp16" or "fp32".

    Raises:
        WeightsRefused: It is no such file, cut short, or declares what it does not hold.
    """
    from safetensors import SafetensorError, safe_open

    again = "Get the file again."
    try:
        if not path.is_file():
            raise refusal(path, "it is no regular file", "Choose a weights file.")
        with path.open("rb") as file:
            length = header_length(file.read(8))
        if 8 + length > path.stat().st_size:
            raise refusal(path, "it is cut short or no safetensors file", again)
        if length > HEADER_LIMIT:
            raise refusal(path, f"it declares a header of {length / 2**20:.0f} MB", "No network needs that: do not use it.")
        opened: Any = safe_open(path, framework="np")
        with opened as file:
            kinds = {file.get_slice(name).get_dtype() for name in file.keys()}  # noqa: SIM118 - it is no dict
            return file.metadata() or {}, "fp16" if "F16" in kinds else "fp32"
    except SafetensorError as error:
        cause = str(error).removeprefix("Error while deserializing header: ")
        raise refusal(path, f"it is damaged ({cause})", again) from error
    except OSError as error:
        raise refusal(path, f"it cannot be read ({error.strerror})", "Check the file and its permissions.") from error


def header_length(start: bytes) -> int:
    """Return how many bytes of header follow the first eight of a safetensors file; -1 if there are no eight."""
    return int(struct.unpack("<Q", start)[0]) if len(start) == 8 else -1
