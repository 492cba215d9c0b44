"""The way in: `kmhc`, `python -m kmhc_engine`, and the command line of the frozen program.

Next to nothing is imported before Ctrl-C is looked after.
"""

import os
import signal


def main() -> None:
    """Run the command line; until a command begins, and after its end, Ctrl-C ends the process without a word."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not so where who started this has it ignored
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # an exception would be lost in some imports
    from kmhc_engine import cli

    cli.main()


if __name__ == "__main__":
    main()
