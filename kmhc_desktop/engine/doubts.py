"""How unsure the colours of an output folder's photos are, kept in a small file there.

The journal is the engine's and locked while a run goes on; doubts are measured when nothing else is to be done.
"""

import json
import logging
import math
from collections.abc import Mapping
from pathlib import Path

from kmhc_engine import atomic

DOUBTS = "doubts.json"
log = logging.getLogger(__name__)


def doubts_path(chroma: Path) -> Path:
    """Return the file for a stored colour: beside the folder of colours."""
    return chroma.parent.with_name(DOUBTS)


def load_doubts(path: Path) -> dict[str, float]:
    """Return the doubts in ab units by the name of the stored colour; a damaged file counts as none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): float(value) for name, value in found.items() if math.isfinite(value) and value >= 0}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        log.info("%s: %s", path, error)
        return {}


def save_doubts(path: Path, new: Mapping[str, float]) -> None:
    """Add doubts to the file; those of colours that are gone are left out.

    Raises:
        OSError: It cannot be written.
    """
    doubts = {name: value for name, value in load_doubts(path).items() if (path.parent / "chroma" / name).exists()}
    doubts |= new
    temporary = atomic.temporary_beside(path)
    try:
        temporary.write_text(json.dumps(doubts), encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
