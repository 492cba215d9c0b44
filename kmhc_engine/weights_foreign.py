"""The child process that reads foreign weights; the other end of `weights_import`."""

import pickle
import re
import signal
import sys
import warnings
import zipfile
from collections.abc import Mapping
from functools import cache
from json import loads
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kmhc_engine.errors import VariantError, WeightsRefused, printable
from kmhc_engine.variants import NAMED, PAPER, Variant
from kmhc_engine.weights import fitted, mismatches
from kmhc_engine.weights_format import AGAIN, info, read_header, refusal, variant_of, verify, write_weights

if TYPE_CHECKING:
    from torch import Tensor, nn

SLACK = 2**30  # bytes of memory that the child may use beyond a multiple of the file's size
PICKLE_LIMIT = 8 * 2**20  # bytes; the largest networks with their optimiser's state need 1 MB
WRAPPERS = ("state_dict", "model_state_dict", "model", "net", "network")
PREFIXES = ("module.", "_orig_mod.", "model.", "net.", "network.")
DROPPED = ("encoder._conv_head.", "encoder._bn1.")  # EfficientNet's last layers, which `networks.build` leaves out
# What checkpoints carry beside their tensors and nobody here needs: each is replaced by an object that does nothing.
INERT = (
    "argparse.Namespace",
    *(f"pathlib.{kind}" for kind in ("Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")),
    *(f"pathlib._local.{kind}" for kind in ("Path", "PosixPath", "WindowsPath")),
    *(f"kmhc_engine.variants.{kind}" for kind in ("Variant", "Published", "Space", "Loss", "Embedding")),
    *("numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"),
    *("__builtin__.getattr", "builtins.getattr"),  # Python 3.11.2, Debian 12's, pickles an enum's members so
)


class Inert:
    """Stands for an object of a checkpoint that is not needed; whatever it is made with is forgotten."""

    def __init__(self, *args: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


def serve(pipe: "Connection[bytes, bytes]") -> None:
    """Convert files until the other end closes.

    A request is JSON: [file, its size, spec or "", spec otherwise or "", target]. A reply is the refusal, or nothing.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    warnings.simplefilter("ignore")
    import torch  # noqa: F401 - the time limits count from here

    pipe.send_bytes(b"")
    while True:
        try:
            file, size, spec, otherwise, target = loads(pipe.recv_bytes())
        except EOFError:
            return
        reply = ""
        _limit_memory(SLACK + 8 * size)
        try:
            convert(Path(file), _wanted(spec), Path(target), _wanted(otherwise))
        except WeightsRefused as error:
            reply = str(error)
        pipe.send_bytes(reply.encode(errors="backslashreplace"))


def _wanted(spec: str) -> Variant | None:
    return variant_of(spec) if spec else None


def convert(file: Path, variant: Variant | None, target: Path, otherwise: Variant | None = None) -> None:
    """Check a foreign file and write it in KMHC's own format.

    Args:
        file: The file.
        variant: What it has to be for; None if it says so itself.
        target: The new file.
        otherwise: What it is for if it does not say so.

    Raises:
        WeightsRefused: It is no use; the message says why.
    """
    try:
        with file.open("rb") as opened:
            is_safetensors = opened.read(9)[8:] == b"{"
        if is_safetensors:
            _convert_safetensors(file, variant, target, otherwise)
        else:
            _write(file, _tensors(file, _load(file)), variant, target, otherwise)
    except WeightsRefused:
        raise
    except VariantError as error:
        raise refusal(file, str(error).rstrip("."), "Choose another variant.") from error
    except Exception as error:
        text = printable(str(error).strip().partition("\n")[0])[:300]
        if isinstance(error, MemoryError) or "can't allocate memory" in text or "bad_alloc" in text:
            cause = "it wants far more memory than its size explains"
            raise refusal(file, cause, "It is damaged or made to harm: do not use it.") from error
        raise refusal(file, f"it cannot be read ({type(error).__name__}: {text})", AGAIN) from error


def _limit_memory(allowance: int) -> None:
    """Allow this process so many bytes more than it has now. Only Linux can; elsewhere the time limit has to do."""
    if sys.platform == "linux":
        import resource

        used = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_DATA, (used + allowance, resource.RLIM_INFINITY))


def _convert_safetensors(file: Path, variant: Variant | None, target: Path, otherwise: Variant | None) -> None:
    from safetensors.torch import load_file

    text, _ = read_header(file)
    header: dict[str, Any] = {}
    if "kmhc" in text:
        own = info(file)
        verify(own)
        if variant not in (None, own.variant):
            raise refusal(file, f"it was trained as {own.variant.name}", "Import it as that.")
        variant = own.variant
        header = {"title": own.title, "licence": own.licence, "metrics": own.metrics, "interim": own.interim}
        header |= {"trained_on": own.trained_on, "created_by": own.created_by}
    _write(file, load_file(file), variant, target, otherwise, **header)


def _load(file: Path) -> object:
    """Unpickle as data: tensors, numbers, text and containers; anything else is refused, not run."""
    import torch

    with file.open("rb") as opened:
        is_archive = opened.read(2) == b"PK"
        if is_archive:
            _check_archive(file)
        mapped = is_archive and str(file).isascii()  # torch does not map every name on every system
        opened.seek(0)
        try:
            with torch.serialization.safe_globals([(Inert, name) for name in INERT]):
                return torch.load(file if mapped else opened, map_location="cpu", weights_only=True, mmap=mapped)
        except pickle.UnpicklingError as error:
            wanted = re.search(r"GLOBAL (\S+)", str(error))
            cause = f"it asks to run {printable(wanted[1])[:100]}" if wanted else "it holds more than tensors"
            remedy = "Weights never need that: do not use it, or ask its maker for a .safetensors file."
            raise refusal(file, cause, remedy) from error


def _check_archive(file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise refusal(file, "it is cut short or damaged", AGAIN) from error
    packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    if packed or sum(entry.file_size for entry in entries) > file.stat().st_size:
        raise refusal(file, "it unpacks to more than it is", "Torch never writes such files: do not use it.")
    if any(entry.filename.endswith(".pkl") and entry.file_size > PICKLE_LIMIT for entry in entries):
        cause = f"it holds more than {PICKLE_LIMIT / 2**20:.0f} MB beside its tensors"
        raise refusal(file, cause, "Save the network's state dict alone.")


def _tensors(file: Path, loaded: object) -> dict[str, "Tensor"]:
    """Find the state dict in what a checkpoint holds, and strip what wrappers put before its keys."""
    import torch

    from_lightning = isinstance(loaded, Mapping) and "pytorch-lightning_version" in loaded
    for _ in range(3):
        if isinstance(loaded, Mapping):
            inner = [loaded[name] for name in WRAPPERS if isinstance(loaded.get(name), Mapping)]
            loaded = inner[0] if inner else loaded
    if not isinstance(loaded, Mapping) or not loaded:
        raise refusal(file, "it holds no state dict", "Save the network's `state_dict()`.")
    state: dict[str, Tensor] = {}
    for key, value in loaded.items():
        if not isinstance(key, str) or not isinstance(value, torch.Tensor):
            cause = f"its entry {printable(str(key))[:100]} is no tensor"
            raise refusal(file, cause, "Save the network's `state_dict()`.")
        state[key] = value
    if from_lightning:  # beside the network it holds the loss and its frozen embedding
        state = {key: value for key, value in state.items() if key.startswith(PREFIXES)} or state
    while prefix := next((prefix for prefix in PREFIXES if all(key.startswith(prefix) for key in state)), ""):
        state = {key.removeprefix(prefix): value for key, value in state.items()}
    return state


def _write(
    file: Path,
    tensors: dict[str, "Tensor"],
    variant: Variant | None,
    target: Path,
    otherwise: Variant | None,
    **header: Any,
) -> None:
    tensors = {key: value for key, value in tensors.items() if not key.startswith(DROPPED)}
    variant = variant or detect(file, {key: tuple(value.shape) for key, value in tensors.items()}, otherwise)
    state = fitted(file, tensors, _skeleton(variant.architecture, variant.encoder), variant.name)
    half = any(value.ndim > 1 and value.element_size() == 2 for value in tensors.values())
    origin = {"created_by": f"imported from {printable(file.name)}"}
    write_weights(target, state, variant, half=half, **origin | header)


@cache
def _skeleton(architecture: str, encoder: str) -> "nn.Module":
    """Build a network that has shapes but no numbers."""
    import torch

    from kmhc_engine.networks import build

    with torch.device("meta"):
        return build(Variant(architecture, encoder))


def detect(file: Path, shapes: dict[str, tuple[int, ...]], otherwise: Variant | None = None) -> Variant:
    """Find the variant that these tensors fit: the one that the file's name names, or the only one of the paper.

    Where none fits, or several do, it is the one that is wanted otherwise.

    Raises:
        WeightsRefused: There is no such one.
    """
    number = re.search(r"kmhcnet[ _-]*(\d+c?)(?![a-z\d])", file.stem.lower())
    named = next((variant for variant in NAMED if number and variant.name == f"KMHCNet_{number[1]}"), None)
    if named and not mismatches(shapes, _skeleton(named.architecture, named.encoder)):
        return named
    fitting = [v for v in PAPER if not mismatches(shapes, _skeleton(v.architecture, v.encoder))]
    if len(fitting) == 1:
        return fitting[0]
    if otherwise:
        return otherwise
    if fitting:
        names = ", ".join(variant.name for variant in fitting)
        raise refusal(file, f"its network is that of {names}", "Say which with `--variant`.")
    raise refusal(
        file,
        "its tensors fit no network of the paper",
        "Say what it is for with `--variant`, as KMHCNet_6 or ARCHITECTURE/ENCODER; then the differences are listed.",
    )
