"""Ctrl-C outside of a run: in every moment it ends `kmhc` with 130, and shows nobody Python's insides."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")

_PRESS = """
import atexit, signal, sys
signal.signal(signal.SIGINT, signal.{heeded})
moment = sys.argv.pop(1)
def press(event="import", arguments=("its end",)):
    if (event, arguments[0]) == ("import", moment):
        signal.raise_signal(signal.SIGINT)
sys.addaudithook(press)
atexit.register(press)
from kmhc_engine.__main__ import main
main()
"""


def ended(moment, home, *words, heeded="default_int_handler"):
    """Press Ctrl-C when `kmhc` is about to import a module, or at its end; return its exit code and what it said."""
    command = [sys.executable, "-c", _PRESS.format(heeded=heeded), moment, *words]
    run = subprocess.run(command, capture_output=True, text=True, env={"KMHC_HOME": str(home), "PATH": ""})
    return run.returncode, run.stderr


@pytest.mark.parametrize("moment", ["importlib.metadata", "kmhc_engine.cli", "typer", "training.errors", "its end"])
def test_before_a_command_and_after_it_nothing_is_said(tmp_path, moment):
    assert ended(moment, tmp_path, "--version") == (130, "")


@pytest.mark.parametrize(("moment", "words"), [("rich.table", ["variants"]), ("kmhc_engine.batch", ["colourise", "."])])
def test_a_command_says_that_it_was_cancelled(tmp_path, moment, words):
    assert ended(moment, tmp_path, *words) == (130, "Cancelled.\n")


def test_who_was_started_to_ignore_it_ignores_it(tmp_path):
    assert ended("typer", tmp_path, "--version", heeded="SIG_IGN") == (0, "")
    assert ended("rich.table", tmp_path, "variants", heeded="SIG_IGN") == (0, "")
