"""Bring foreign weights in: `.pth`, `.pt`, `.ckpt` and `.safetensors` from anywhere.

A foreign file is read in a child process with limits on time and memory, and as data: no pickle is ever executed. Only
what fits its network is converted to KMHC's own format and put into the user's folder.
"""

import json
import multiprocessing
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kmhc_engine.errors import WeightsError, WeightsRefused, printable
from kmhc_engine.variants import Variant
from kmhc_engine.weights import Refused, Weights, install, user_folder
from kmhc_engine.weights_foreign import serve
from kmhc_engine.weights_format import refusal, unreadable

SUFFIXES = {".ckpt", ".pt", ".pth", ".safetensors"}
SIZE_LIMIT = 4 * 2**30  # bytes; the largest networks need a quarter
START_LIMIT = 120.0  # seconds until the child has imported torch, on a slow disk


def import_weights(
    path: Path, variant: Variant | None = None, otherwise: Variant | None = None
) -> list[Weights | Refused]:
    """Import a weights file, or all those that lie directly in a folder.

    Args:
        path: The file or folder; only read.
        variant: What they were trained for. Without it, the file says so itself (KMHC's own format, or "KMHCNet_12" in
            its name), or its tensors fit just one variant of the paper.
        otherwise: What those were trained for that do not say so; without it, they are refused.

    Returns:
        One entry a file, in order of their names: what is now in the user's folder, or why it was refused. What was
        in the folder before stays.

    Raises:
        WeightsError: The user's folder cannot be written, or the child process does not start.
    """
    files = [path]
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        if not files:
            return [Refused(path, f"{printable(path)} holds no {', '.join(sorted(SUFFIXES))} file.")]
    try:
        user_folder().mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".import-", dir=user_folder()) as temporary, closing(_Reader()) as reader:
            return [
                _import(file, variant, otherwise, Path(temporary) / f"{n}.safetensors", reader)
                for n, file in enumerate(files)
            ]
    except OSError as error:
        raise WeightsError(
            f"{printable(user_folder())} cannot be written ({error.strerror}). Make room there, or set KMHC_HOME."
        ) from error


def _import(
    file: Path, variant: Variant | None, otherwise: Variant | None, converted: Path, reader: "_Reader"
) -> Weights | Refused:
    try:
        reader.convert(file, _size(file), variant, otherwise, converted)
        return install(converted)
    except WeightsRefused as error:
        return Refused(file, str(error))


def _size(file: Path) -> int:
    """Refuse by size and first bytes what need not be read; return the size in bytes."""
    try:
        if file.exists() and not file.is_file():
            raise refusal(file, "it is no regular file", "Choose a weights file.")
        size = file.stat().st_size
        with file.open("rb") as opened:
            start = opened.read(9)
    except OSError as error:
        raise unreadable(file, error) from error
    if size > SIZE_LIMIT:
        raise refusal(file, f"it is larger than {SIZE_LIMIT / 2**30:.0f} GB", "Save the network's state dict alone.")
    if not (start.startswith(b"PK\x03\x04") or start[:1] == b"\x80" or start[8:] == b"{"):
        raise refusal(file, "it is no weights file", "Choose a .pth, .ckpt or .safetensors file.")
    return size


def _time_limit(size: int) -> float:
    """Return how many seconds a file of so many bytes may take: an honest one needs a fraction."""
    return 30.0 + size / 20e6


class _Reader:
    """The child process; it is started when it is needed, and again after a file that killed it."""

    def __init__(self) -> None:
        self._spawn = multiprocessing.get_context("spawn")
        self._process: Any = None
        self._pipe: Any = None

    def convert(
        self, file: Path, size: int, variant: Variant | None, otherwise: Variant | None, converted: Path
    ) -> None:
        """Have the child check a file and write it in KMHC's own format.

        Raises:
            WeightsRefused: The file is no use, or broke the limits.
        """
        if self._process is None or not self._process.is_alive():  # a system short of memory ends it even at rest
            self.close()
            self._start()
        specs = [wanted.spec if wanted else "" for wanted in (variant, otherwise)]
        limit = _time_limit(size)
        try:
            self._pipe.send_bytes(json.dumps([str(file), size, *specs, str(converted)]).encode())
            reply = self._pipe.recv_bytes() if self._pipe.poll(limit) else None
        except (EOFError, OSError) as error:
            self.close()
            raise refusal(file, "reading it crashed", "It is damaged or made to harm: do not use it.") from error
        if reply is None:
            self.close()
            raise refusal(
                file, f"reading it took more than {limit:.0f} s", "It is damaged or made to harm: do not use it."
            )
        if reply:
            raise WeightsRefused(reply.decode())

    def _start(self) -> None:
        self._pipe, end = self._spawn.Pipe()
        self._process = self._spawn.Process(target=serve, args=(end,), daemon=True)
        self._process.start()
        end.close()
        try:
            ready = self._pipe.poll(START_LIMIT) and self._pipe.recv_bytes() == b""
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.close()
            raise WeightsError("The process that reads foreign weights did not start. `kmhc doctor` may say why.")

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = None
