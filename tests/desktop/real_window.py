"""The window with a stand-in engine, for tests that click from outside: says what it shows, line by line, as JSON.

A line on the standard input is the name of a file: the whole screen is written there.
"""

import json
import os
import sys

from PySide6.QtCore import QPoint, QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from kmhc_desktop.app import build
from kmhc_desktop.queue.run import Phase
from tests.desktop import stub_engine


def main() -> None:
    app = build(sys.argv, stub_engine.serve)
    window = app.window
    said = ""

    def centre(widget: QWidget | None) -> list[int] | None:
        if widget is None or not widget.isVisible() or not widget.isEnabled():
            return None
        place = widget.mapToGlobal(QPoint(widget.width() // 2, widget.height() // 2))
        return [place.x(), place.y()]

    def report() -> None:
        nonlocal said
        sliders = window.desk.panel._sliders
        places = {
            "start": centre(window._tools._start),
            "adjust": centre(window._tools.widgetForAction(window.actions_["adjust"])),
            "canvas": centre(window.desk.view.canvas) if window.desk.view.canvas.has_split else None,
            "saturation": centre(sliders["saturation"]._slider),
            "banner": centre(next((one for one in window.banner.findChildren(QPushButton) if one.isVisible()), None)),
            "close": centre(_button(QApplication.activeModalWidget(), "Close")),
        }
        now = json.dumps(
            {
                "active": window.isActiveWindow(),
                "idle": window.run.phase is Phase.IDLE,
                "states": [str(row.state) for row in window.model.rows],
                "split": window.desk.view.canvas.split,
                "saturation": window.desk.panel.edits.adjustments.saturation,
                "places": places,
            }
        )
        if now != said:
            said = now
            print(now, flush=True)

    def photograph() -> None:
        name = os.read(0, 4096).decode().strip()
        if name:
            window.screen().grabWindow(0).save(name)
            print(json.dumps({"saved": name}), flush=True)
        else:
            notifier.setEnabled(False)

    notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
    notifier.activated.connect(photograph)
    timer = QTimer(interval=50)
    timer.timeout.connect(report)
    timer.start()
    window.show()
    sys.exit(app.application.exec())


def _button(dialog: QWidget | None, text: str) -> QPushButton | None:
    if not isinstance(dialog, QDialog):
        return None
    return next((one for one in dialog.findChildren(QPushButton) if one.text() == text), None)


if __name__ == "__main__":
    main()
