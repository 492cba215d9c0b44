import ctypes
import os
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from kmhc_engine.processes import COMMAND_LINE, awake_time, give_way, kept_awake, kmhc_command


def test_kmhc_starts_from_a_checkout() -> None:
    run = subprocess.run([*kmhc_command(), "--help"], capture_output=True, text=True)
    assert run.returncode == 0
    assert "colourise" in run.stdout


def test_a_frozen_program_starts_itself_again(monkeypatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert kmhc_command() == [sys.executable, COMMAND_LINE]


@pytest.mark.skipif(sys.platform == "win32", reason="has no nice")
def test_a_process_lets_others_go_first(monkeypatch) -> None:
    steps = []
    monkeypatch.setattr(os, "nice", steps.append)
    give_way()
    assert steps == [5]


def test_a_process_lets_others_go_first_on_windows_too(monkeypatch) -> None:
    calls = []
    kernel = SimpleNamespace(SetPriorityClass=lambda process, level: calls.append((process.value, level)))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    give_way()
    assert calls == [(2**64 - 1, 0x4000)]  # this process, as the 64 bits of a handle; below normal


@pytest.mark.skipif(sys.platform == "win32", reason="its monotonic clock is another")
def test_the_time_awake_is_that_of_the_monotonic_clock() -> None:
    before = time.monotonic()
    assert before <= awake_time() <= time.monotonic()


def test_the_time_awake_is_windows_own_clock_there_which_stands_still_in_sleep(monkeypatch) -> None:
    kernel = SimpleNamespace(QueryUnbiasedInterruptTime=lambda ticks: setattr(ticks._obj, "value", 36_000_000_000_000))
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    assert awake_time() == 3_600_000


def test_the_desktop_is_asked_not_to_suspend_while_work_goes_on(session_manager) -> None:
    with kept_awake():
        assert session_manager.asked == [("Inhibit", 4)]
    assert session_manager.asked == [("Inhibit", 4), ("Uninhibit", 7)]


def test_the_desktop_may_suspend_again_after_work_that_failed(session_manager) -> None:
    with pytest.raises(ValueError, match="bad photo"), kept_awake():
        raise ValueError("bad photo")
    assert session_manager.asked[-1] == ("Uninhibit", 7)


def test_a_desktop_that_goes_away_meanwhile_does_not_harm_the_work(session_manager) -> None:
    done = []
    with kept_awake():
        session_manager.go_away()
        done.append("photo")
    assert done == ["photo"]
    assert session_manager.asked == [("Inhibit", 4)]


def test_without_a_desktop_work_goes_on_all_the_same(monkeypatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    done = []
    with kept_awake():
        done.append("photo")
    assert done == ["photo"]
