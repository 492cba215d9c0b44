"""A batch in a process of its own, for tests that kill it: batch_child.py ORIGINALS OUTPUTS [STEP WHEN CALL].

Prints the state of every event. With a step, it kills itself before or after that call of it.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from stub_colouriser import StubColouriser

from kmhc_engine import atomic
from kmhc_engine.batch import CancelToken, OutputSettings, run_batch
from kmhc_engine.chroma import Chroma
from kmhc_engine.journal import Journal
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.scan import scan


def die_at(step, when, fatal):
    """Let this process be killed around a call of a step."""
    owner = {"begin": Journal, "finish": Journal, "save": Chroma}.get(step, atomic)
    real, numbers = getattr(owner, step), count(1)

    def dying(*arguments, **options):
        number = next(numbers)
        if number == fatal and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **options)
        if number == fatal and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, step, dying)


def main(originals, outputs, step="", when="", fatal="0"):
    if step:
        die_at(step, when, int(fatal))
    with OutputFolder(Path(outputs)) as folder:
        jobs = [folder.job(found) for found in scan([Path(originals)])]
        for event in run_batch(jobs, StubColouriser(), CancelToken(), folder, OutputSettings()):
            print(event.state, flush=True)


main(*sys.argv[1:])
