import sys
from pathlib import Path

import pytest

import kmhc_desktop.__main__
import kmhc_engine.__main__

ENTRY = Path(__file__).resolve().parents[2] / "packaging" / "entry.py"


@pytest.mark.parametrize(
    ("words", "started"),
    [
        (["/usr/bin/kmhc-desktop", "photos"], "window"),
        (["/usr/bin/kmhc", "doctor"], "command line"),
        (["KMHC.EXE", "doctor"], "command line"),  # as somebody may type it on Windows
        (["/Applications/KMHC.app/Contents/MacOS/kmhc-desktop", "--command-line", "doctor"], "command line"),
    ],
)
def test_the_program_is_what_it_is_called(monkeypatch, words, started) -> None:
    called: list[str] = []
    monkeypatch.setattr(kmhc_desktop.__main__, "main", lambda: called.append("window"))
    monkeypatch.setattr(kmhc_engine.__main__, "main", lambda: called.append("command line"))
    monkeypatch.setattr(sys, "argv", words)
    exec(compile(ENTRY.read_text("utf-8"), ENTRY.name, "exec"), {"__name__": "__main__"})
    assert called == [started]
