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
