"""The frozen program. One bundle serves the window, the command line and every child process."""

import multiprocessing
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    multiprocessing.freeze_support()  # first: a spawned child ends in here, and must not start a window

    from kmhc_engine.processes import COMMAND_LINE

    # For the second process of a training, lightning starts this as if it were Python, with itself as the script.
    as_python = "LOCAL_RANK" in os.environ and Path(*sys.argv[1:2]).is_absolute()
    if as_python or sys.argv[1:2] == [COMMAND_LINE]:
        del sys.argv[1]
        wants_window = False
    else:
        called = Path(sys.argv[0]).stem.lower()  # a link, but on Windows, where case does not count
        wants_window = called != "kmhc"
    if wants_window:
        from kmhc_desktop.__main__ import main
    else:
        from kmhc_engine.__main__ import main
    main()
