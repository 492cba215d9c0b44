import os
import shutil
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QFileOpenEvent

REFUSED = """
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QMessageBox
from kmhc_desktop.app import run
QLocale.system = lambda: QLocale("de")  # Windows and macOS take it from no variable
QMessageBox.exec = lambda box: print(box.textFormat().name, box.text())
raise SystemExit(run(["kmhc"]))
"""


def test_a_home_that_cannot_be_written_is_told_before_there_is_a_window_in_the_systems_language(home, importable):
    home.write_text("in the way")
    told = subprocess.run(
        [sys.executable, "-c", REFUSED],
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert told.returncode == 1
    assert told.stdout.startswith("PlainText ") and str(home) in told.stdout
    assert "kann nicht" in told.stdout


def test_what_macos_hands_over_is_opened_as_if_it_had_been_dropped_at_once(start, photos, qapp, qtbot, tmp_path):
    first, second = tmp_path / "shoe" / "x", tmp_path / "shoe" / "y"
    for folder in (first, second):
        shutil.copytree(photos, folder)
    app = start()
    for folder in (first, second):
        QCoreApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(folder / "photo 0.jpg"))))
    qtbot.waitUntil(lambda: len(app.window.model) == 2, timeout=30_000)
    assert {app.window.roots.output_of(Path(row.root)) for row in app.window.model.rows} == {
        tmp_path / "shoe" / "colourised"
    }
