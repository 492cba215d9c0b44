"""What was in the queue when the window closed, so that the next start can offer to go on."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kmhc_desktop.settings import set_aside


@dataclass(frozen=True)
class Session:
    """The queue, as far as the output folders' journals do not know it.

    Attributes:
        roots: The folders and files that were chosen, in order; one whose results went to several places comes again.
        outputs: For each root where its results go, or went before.
        removed: Photos that were taken off the list.
        unfinished: A run was under way.
        turned: Photos of which somebody wants that they take so many quarter turns clockwise.
    """

    roots: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unfinished: bool = False
    turned: dict[str, int] = field(default_factory=dict)


def save(session: Session, path: Path) -> None:
    """Write the session whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(asdict(session)), encoding="utf-8", errors="surrogatepass")
    temporary.replace(path)


def load(path: Path) -> tuple[Session, Path | None]:
    """Return the last session, and where a damaged file was set aside, if it was."""
    try:
        data = json.loads(path.read_text(encoding="utf-8", errors="surrogatepass"))
        chosen = _texts(data["roots"]), _texts(data["outputs"]), _texts(data["removed"])
        session = Session(*chosen, bool(data["unfinished"]), _turns(data.get("turned", {})))
        if len(session.roots) != len(session.outputs):
            raise ValueError("the numbers differ")
    except FileNotFoundError:
        return Session(), None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Session(), set_aside(path)
    return session, None


def _turns(value: Any) -> dict[str, int]:
    if not isinstance(value, dict) or not all(turn in (0, 1, 2, 3) for turn in value.values()):
        raise ValueError("no list of turns")
    return {path: int(turn) for path, turn in value.items()}


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("no list of texts")
    return tuple(value)
