"""Ctrl-C: in every moment it ends `kmhc` with 130, and shows nobody Python's insides."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from kmhc_engine.cancel import CancelToken
from tests.engine.cli.conftest import TINY

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


@pytest.fixture
def press_ctrl_c(monkeypatch):
    """A function that presses Ctrl-C and returns when the run has heard it."""
    heard = threading.Semaphore(0)
    for name in ("stop", "cancel"):
        real = getattr(CancelToken, name)
        monkeypatch.setattr(CancelToken, name, lambda token, real=real: (real(token), heard.release()))

    def press():
        os.kill(os.getpid(), signal.SIGINT)
        assert heard.acquire(timeout=10)

    return press


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_ends_after_the_photos_in_hand_or_at_once_and_the_next_run_goes_on(
    kmhc, photos, stub, press_ctrl_c, presses
):
    for number in range(100):
        (photos / f"{number}.jpg").write_bytes((photos / "wedding.jpg").read_bytes())
    pressing = iter(range(presses))
    stub.before = lambda _: [press_ctrl_c() for _ in pressing]
    command = ("colourise", photos, "-v", TINY, "--json")
    result = kmhc(*command)
    end = json.loads(result.stdout.splitlines()[-1])
    assert result.exit_code == 130
    assert end["done"] + end["cancelled"] == 102
    assert end["cancelled"]
    assert bool(end["done"]) == (presses == 1)
    again = json.loads(kmhc(*command).stdout.splitlines()[-1])
    assert (again["done"], again["skipped"]) == (end["cancelled"], end["done"])


def test_a_process_with_a_real_network_hears_ctrl_c_and_tells_its_shell(home, photos):
    for number in range(100):
        (photos / f"{number}.jpg").write_bytes((photos / "wedding.jpg").read_bytes())
    command = [sys.executable, "-m", "kmhc_engine", "colourise", photos, "-v", TINY, "--json"]
    environment = {"KMHC_HOME": str(home), "OMP_NUM_THREADS": "1", "PATH": ""}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        for line in process.stdout:
            if '"state": "done"' in line:
                process.send_signal(signal.SIGINT)
                break
        end = json.loads(list(process.stdout)[-1])
    assert process.returncode == 130
    assert end["done"] >= 1
    assert end["done"] + end["cancelled"] == 102
