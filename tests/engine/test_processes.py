import subprocess
import sys

from kmhc_engine.processes import COMMAND_LINE, kmhc_command


def test_kmhc_starts_from_a_checkout() -> None:
    run = subprocess.run([*kmhc_command(), "--help"], capture_output=True, text=True)
    assert run.returncode == 0
    assert "colourise" in run.stdout


def test_a_frozen_program_starts_itself_again(monkeypatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert kmhc_command() == [sys.executable, COMMAND_LINE]
