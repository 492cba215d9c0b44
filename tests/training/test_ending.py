"""`kmhc train` as a program that is ended from outside: it says how to go on, and goes on."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from tests.training.runs import arguments, beats_grey, command, environment, events
from training import progress


@pytest.fixture
def hears_ctrl_c():
    """What a test starts heeds Ctrl-C, which programs in the background do not."""
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, ours)


def kill(program: int) -> None:
    """End a program and all that it has started without a word."""
    for process in (*psutil.Process(program).children(recursive=True), psutil.Process(program)):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def end(program: int) -> None:
    """Ask all processes of a program to end."""
    os.killpg(program, signal.SIGTERM)


def ended(by: Callable[[int], None], words: list[str | Path], home: Path) -> tuple[int, list[dict], str]:
    """End `kmhc train` after its second epoch; return its exit status, events and errors."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command(*words), **pipes, env=environment(home), start_new_session=True)
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(json.loads(line))
        if told[-1]["event"] == "epoch" and told[-1]["epoch"] == 2:
            by(process.pid)
    _, errors = process.communicate(timeout=60)
    return process.returncode, told, errors


def test_a_run_that_was_killed_resumes_and_ends_with_saved_weights(invoke, colour_folder, tmp_path):
    run = tmp_path / "run"
    ended(kill, arguments(colour_folder(12), run, "--epochs", "40"), tmp_path / "home")
    record = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(record | {"epochs": 3}))  # the end is near enough for a test
    done = invoke("train", "--resume", run, "--progress", "json")
    assert done.exit_code == 0, done.output
    told = events(done.stdout)
    assert next(e for e in told if e["event"] == "started")["resumed"] is True
    assert [e["epoch"] for e in told if e["event"] == "epoch"][-1] == 3
    saved = [Path(e["path"]) for e in told if e["event"] == "saved"]
    assert saved[0] == run / "result.safetensors"
    assert [path.is_relative_to(tmp_path / "home") for path in saved[1:]] == [True] * beats_grey(run)
    assert told[-1]["event"] == ("saved" if beats_grey(run) else "left")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_while_devices_wait_for_each_other_ends_a_run_with_how_to_go_on(colour_folder, tmp_path):
    words = arguments(colour_folder(12), tmp_path / "run", "--epochs", "40", "--devices", "2")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command(*words), **pipes, env=environment(tmp_path / "home"), start_new_session=True)
    assert process.stderr is not None
    while "GLOBAL_RANK: 0" not in (said := process.stderr.readline()):
        assert said, "it has ended"
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the others still import what they need
    told, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert [event["event"] for event in events(told)].count("error") == 1
    assert f"Stopped after 0 of 40 epochs. To go on: kmhc train --resume {tmp_path / 'run'}" in told
    assert "Stopped" not in errors
    assert "Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_devices_that_the_system_ends_end_together(colour_folder, tmp_path):
    words = arguments(colour_folder(12), tmp_path / "run", "--epochs", "40", "--devices", "2")
    code, told, errors = ended(end, words, tmp_path / "home")
    assert code == 143, errors
    assert [event["event"] for event in told].count("error") == 1
    assert f"To go on: kmhc train --resume {tmp_path / 'run'}" in told[-1]["message"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.usefixtures("hears_ctrl_c")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_ctrl_c_or_the_system_ends_says_how_to_go_on(
    invoke, colour_folder, tmp_path, monkeypatch, sent, code
):
    run, honest = tmp_path / "run", progress.tell_json

    def tell(event, **values):
        honest(event, **values)
        if event == "epoch" and values["epoch"] == 2:
            signal.raise_signal(sent)

    monkeypatch.setattr(progress, "tell_json", tell)
    result = invoke("train", *arguments(colour_folder(12), run, "--epochs", "40"))
    assert result.exit_code == code, result.output
    told = events(result.stdout)[-1]
    assert told["event"] == "error"
    assert f"To go on: kmhc train --resume {run}" in told["message"]


def test_a_run_that_is_led_gives_way_and_ends_with_its_leader(invoke, monkeypatch):
    code = "import time; from training.progress import give_way; give_way(); print(flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline()
    process.stdin.close()  # as the system does when the leader is gone
    assert process.wait(timeout=60) == 1
    process.stdout.close()
    gave_way = []
    monkeypatch.setattr(progress, "give_way", lambda: gave_way.append(True))
    invoke("train")
    assert not gave_way
    invoke("train", "--led")
    assert gave_way


def test_on_windows_no_read_waits_for_the_leader_because_numpy_would_wait_for_the_read(monkeypatch):
    looked = []

    def peek(pipe, size):
        looked.append((pipe, size))
        if len(looked) == 3:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "_winapi", SimpleNamespace(PeekNamedPipe=peek))
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(get_osfhandle=lambda descriptor: 70 + descriptor))
    monkeypatch.setattr(progress, "_LOOKED_AT_EVERY", 0)
    monkeypatch.setattr(progress.os, "read", lambda *_: pytest.fail("a read waits"))
    with pytest.raises(BrokenPipeError):
        progress._wait_for_the_end_of_input()
    assert looked == [(70, 0)] * 3
