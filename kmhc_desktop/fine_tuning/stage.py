"""Where the fine-tune page is."""

from enum import Enum, auto


class Stage(Enum):
    """Where the page is."""

    EMPTY = auto()
    CHECKING = auto()
    CHECKED = auto()
    TRAINING = auto()
    STOPPED = auto()  # there is a run to go on with
    VERDICT = auto()
    FAILED = auto()
    KEPT = auto()


def offered(stage: Stage, *, has_run: bool, chosen: bool, changed: bool) -> set[str]:
    """Return the names of the buttons that show.

    Args:
        stage: Where the page is.
        has_run: Whether there is a run to decide about.
        chosen: Whether there are photos to learn from.
        changed: Whether the result is other than what it started from.
    """
    return {
        Stage.EMPTY: {"close", "again"} if chosen else {"close"},
        Stage.CHECKING: {"stop"},
        Stage.CHECKED: {"close", "start"},
        Stage.TRAINING: {"close", "stop"},
        Stage.STOPPED: {"discard", "close", "go_on"},
        Stage.VERDICT: {"discard", "close", "keep"} if changed else {"discard", "close"},
        Stage.FAILED: {"close", "go_on", "discard"} if has_run else {"close", "again"},
        Stage.KEPT: {"close", "use"},
    }[stage]
