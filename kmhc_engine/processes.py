"""The processes of this program: how it starts itself again, and what it takes of the computer."""

import contextlib
import ctypes
import os
import sys
import time
from collections.abc import Iterator

COMMAND_LINE = "--command-line"  # as the first argument of the frozen window: be `kmhc`
_BELOW_NORMAL = 0x4000  # Windows' BELOW_NORMAL_PRIORITY_CLASS
_THIS_PROCESS = ctypes.c_void_p(-1)  # what Windows' GetCurrentProcess returns


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


def give_way() -> None:
    """Let other programs go first: this one takes every core for hours, and somebody may be at work beside it."""
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetPriorityClass(_THIS_PROCESS, _BELOW_NORMAL)
        return
    with contextlib.suppress(OSError):
        os.nice(5)


def awake_time() -> float:
    """Return the seconds of a clock that stands still while the computer sleeps, as Windows' monotonic one does not."""
    if sys.platform == "win32":
        ticks = ctypes.c_ulonglong()  # of 100 ns
        ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(ticks))
        return ticks.value / 1e7
    return time.monotonic()


@contextlib.contextmanager
def kept_awake() -> Iterator[None]:
    """Keep the computer from falling asleep by itself while long work goes on.

    The screen may turn dark, and who shuts the lid or chooses sleep still gets it. Where the system cannot be asked, as
    without a desktop, this does nothing. To be entered and left in one thread.
    """
    awake = contextlib.ExitStack()
    with contextlib.suppress(Exception):  # wakepy logs why
        from wakepy import keep

        awake.enter_context(keep.running(on_fail="pass"))
    try:
        yield
    finally:
        with contextlib.suppress(Exception):  # the desktop has gone meanwhile: no reason to lose the work
            awake.close()
