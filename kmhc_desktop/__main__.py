"""The way in: `kmhc-desktop`, `python -m kmhc_desktop`, and the frozen program.

It imports next to nothing, because the engine's process, which starts here too, needs no window.
"""

import multiprocessing
import sys


def main() -> None:
    """Start the window."""
    multiprocessing.freeze_support()
    from kmhc_desktop.app import run

    sys.exit(run(sys.argv))


if __name__ == "__main__":
    main()
