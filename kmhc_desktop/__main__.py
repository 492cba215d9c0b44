"""The way in: `kmhc-desktop`, `python -m kmhc_desktop`, and the frozen program.

It imports next to nothing, because the engine's process, which starts here too, needs no window.
"""

import multiprocessing
import os
import sys


def main() -> None:
    """Start the window."""
    multiprocessing.freeze_support()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's pool takes 0.1 s to start, and nothing here uses it
    from kmhc_desktop.app import run

    sys.exit(run(sys.argv))


if __name__ == "__main__":
    main()
