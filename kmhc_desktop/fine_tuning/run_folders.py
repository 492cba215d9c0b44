"""The window's training runs on disk: each has a folder until it is decided whether its result is kept."""

import contextlib
import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from kmhc_desktop.fine_tuning.verdict import verdict_text
from kmhc_engine import weights
from kmhc_engine.weights import Weights

# As training/README.md says.
_RECORD, _CHECKPOINT, _RESULT, _VERDICT = "run.json", "last.ckpt", "result.safetensors", "verdict.json"
_NAMED, _LOCK = "%Y-%m-%d %H.%M.%S", ".lock"


@dataclass(frozen=True)
class Undecided:
    """A run that was stopped, or whose result nobody has looked at yet.

    Attributes:
        folder: The run's.
        title: The name of its result.
        photos: Name of the folder that it learns from.
        ended: There is a result: only the verdict is missing.
    """

    folder: Path
    title: str
    photos: str
    ended: bool


def new_folder(runs: Path) -> Path:
    """Name a folder for a run that no other has; `kmhc train` makes it."""
    moment = time.time()
    while (folder := runs / time.strftime(_NAMED, time.localtime(moment))).exists():
        moment += 1
    return folder


def claim(folder: Path) -> FileLock | None:
    """Keep other windows from a run until the lock is released or this window dies; None if another has it."""
    # Beside the folder, which has to be new or empty when `kmhc train` begins.
    lock = FileLock(folder.with_name(folder.name + _LOCK), timeout=0, thread_local=False)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, NotImplementedError):
        return None
    return lock


def has_learnt(folder: Path) -> bool:
    """Return whether there is something in a run to go on with."""
    return any((folder / name).is_file() for name in (_CHECKPOINT, _RESULT))


def waiting(folder: Path) -> Undecided | None:
    """Return what there is to decide about a run; None if it has learnt nothing or cannot be read."""
    if not has_learnt(folder):
        return None
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        title, photos = str(record["title"]), Path(record["photos"]).name
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Undecided(folder, title, photos, (folder / _RESULT).is_file())


def verdict(folder: Path) -> dict[str, Any] | None:
    """Return the event `verdict` of a run that has ended; None if its file is missing or is none."""
    try:
        event = json.loads((folder / _VERDICT).read_text(encoding="utf-8"))
        event |= {"event": "verdict", "sheet": folder / event["sheet"]}
        verdict_text(event)  # which asks for the rest
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(event)


def undecided(runs: Path) -> Undecided | None:
    """Return the latest run that can be gone on with and that no window has claimed; None if there is none."""
    found = (waiting(folder) for folder in sorted(runs.glob("*/"), reverse=True))
    return next((run for run in found if run is not None and _free(run.folder)), None)


def free_title(runs: Path, wanted: str) -> str:
    """Return a name that neither weights nor a variant nor a run has whose result may yet be kept."""
    taken = {run.title.casefold() for folder in runs.glob("*/") if (run := waiting(folder)) is not None}
    title, number = weights.free_title(wanted), 1
    while title.casefold() in taken:
        number += 1
        title = weights.free_title(f"{wanted} {number}")
    return title


def clear(runs: Path) -> None:
    """Delete what was cut off before it had learnt anything: hundreds of megabytes that nobody can go on with.

    A window claims a run before its training starts, the system takes the claim back when the window dies, and the
    training ends with its window (`kmhc train --led`). So a run that can be claimed is not being trained.
    """
    for name in {path.name.removesuffix(_LOCK) for path in runs.glob("*")}:
        folder = runs / name
        if _ours(name) and not has_learnt(folder) and _free(folder):
            discard(folder)


def _ours(name: str) -> bool:
    try:
        time.strptime(name, _NAMED)
    except ValueError:
        return False
    return True


def _free(folder: Path) -> bool:
    lock = claim(folder)
    if lock is None:
        return False
    lock.release()
    return True


def keep(folder: Path) -> Weights:
    """Put a run's result among the user's own weights, and the run away.

    Raises:
        WeightsRefused: The file is damaged.
        OSError: It cannot be copied.
    """
    kept = weights.install(folder / _RESULT)
    discard(folder)
    return kept


def discard(folder: Path) -> None:
    """Delete a run: its checkpoints, samples and result. The photos it learnt from lie elsewhere."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.with_name(folder.name + _LOCK).unlink()
