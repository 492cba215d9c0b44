import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from batch_bench import is_orange, outputs, photos, run, states
from stub_colouriser import StubColouriser

from kmhc_engine.batch import State
from kmhc_engine.outputs import OutputFolder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kill -9 is a thing of POSIX")

CHILD = Path(__file__).with_name("batch_child.py")
COUNT = 12


def child(old, out, *step):
    command = [sys.executable, str(CHILD), str(old), str(out), *step]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"OMP_NUM_THREADS": "1"}, text=True)


def finish(old, out):
    """Start again and check that everything is there, once and whole."""
    with OutputFolder(out) as folder:
        assert not list(out.rglob(".kmhc-*")) and not list((out / ".kmhc" / "chroma").glob(".*"))
        colouriser = StubColouriser()
        ends = run(old, folder, colouriser)
        assert outputs(folder) == sorted(ends) == [f"{number:02}.jpg" for number in range(COUNT)]
        assert all(is_orange(event.output) for event in ends.values())
        return Counter(states(ends).values()), colouriser.predicted


def test_a_run_that_was_killed_goes_on_where_it_stopped(old, tmp_path):
    photos(old, COUNT)
    out = tmp_path / "out"
    with child(old, out) as process:
        done = 0
        for line in process.stdout:
            done += line == "done\n"
            if done == 4:
                process.kill()
                break
        done += sum(line == "done\n" for line in process.stdout)
    counts, _ = finish(old, out)
    assert counts[State.SKIPPED] >= done
    assert counts[State.DONE] <= COUNT - done


@pytest.mark.parametrize(
    ("step", "when"),
    [
        ("save", "after"),
        ("make_folder", "after"),
        ("sync_file", "after"),
        ("begin", "before"),
        ("begin", "after"),
        ("rename_new", "after"),
        ("finish", "before"),
        ("finish", "after"),
    ],
)
def test_wherever_the_run_is_killed_nothing_is_lost_doubled_or_left_behind(old, tmp_path, step, when):
    photos(old, COUNT)
    out = tmp_path / "out"
    with child(old, out, step, when, "5") as process:
        done = process.stdout.read().count("done\n")
    assert process.returncode < 0
    counts, predicted = finish(old, out)
    assert counts[State.SKIPPED] >= done
    if step == "finish" or (step, when) == ("rename_new", "after"):
        assert counts[State.SKIPPED] >= 4  # these were on the disk, whether or not anybody was told
    assert predicted <= COUNT - done
