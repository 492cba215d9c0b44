"""The window's training runs on disk: each has a folder until it is decided whether its result is kept."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from kmhc_engine import weights
from kmhc_engine.weights import Weights
from kmhc_engine.weights_format import named_by

_RECORD, _CHECKPOINT, _RESULT = "run.json", "last.ckpt", "result.safetensors"  # as training/README.md says


@dataclass(frozen=True)
class Undecided:
    """A run that was stopped, or whose result nobody has looked at yet.

    Attributes:
        folder: The run's.
        title: The name of its result.
        photos: Name of the folder that it learns from.
    """

    folder: Path
    title: str
    photos: str


def new_folder(runs: Path) -> Path:
    """Name a folder for a run; `kmhc train` makes it."""
    return runs / time.strftime("%Y-%m-%d %H.%M.%S")


def undecided(runs: Path) -> Undecided | None:
    """Return the latest run that can be gone on with; None if there is none."""
    for folder in sorted(runs.glob("*/"), reverse=True):
        if not (folder / _CHECKPOINT).is_file():
            continue  # killed before it had learnt anything
        try:
            record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
            return Undecided(folder, str(record["title"]), Path(record["photos"]).name)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return None


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


def free_title(wanted: str) -> str:
    """Return a name that no weights on this computer have, nor any variant: "Attic", "Attic 2"."""
    taken = {one.title.casefold() for one in weights.catalogue()}
    title, number = wanted, 1
    while title.casefold() in taken or named_by(title):
        number += 1
        title = f"{wanted} {number}"
    return title
