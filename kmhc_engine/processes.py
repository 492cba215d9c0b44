"""How this program starts itself once more, for work that needs a process of its own."""

import sys

COMMAND_LINE = "--command-line"  # as the first argument of the frozen window: be `kmhc`


def kmhc_command() -> list[str]:
    """Return the words with which `kmhc` starts, in a checkout and in a frozen program alike.

    Example:
        [*kmhc_command(), "train", "photos", "--progress", "json"]
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, COMMAND_LINE]
    return [sys.executable, "-m", "kmhc_engine"]
