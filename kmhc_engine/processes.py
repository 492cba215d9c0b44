"""The processes of this program: how it starts itself once more, and how many cores it may use."""

import os
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


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
