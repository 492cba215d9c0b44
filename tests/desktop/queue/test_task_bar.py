import sys

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from kmhc_desktop.queue import task_bar
from kmhc_desktop.queue.run import Pace, Phase
from kmhc_desktop.queue.task_bar import TaskBar, launcher_entry


@pytest.fixture
def window(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


def test_a_dock_is_told_how_far_a_run_is_and_when_it_is_over() -> None:
    assert launcher_entry(Pace(3, 4), Phase.RUNNING) == {"progress": 0.75, "progress-visible": True}
    assert not launcher_entry(Pace(4, 4), Phase.IDLE)["progress-visible"]
    assert launcher_entry(Pace(), Phase.RUNNING)["progress"] == 0.0


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="D-Bus is of Linux")
def test_on_linux_the_signal_goes_over_the_session_bus(window, monkeypatch) -> None:
    from PySide6 import QtDBus

    sent = []

    class Bus:
        def isConnected(self) -> bool:  # noqa: N802 - Qt's name
            return True

        def send(self, message: QtDBus.QDBusMessage) -> None:
            sent.append((message.interface(), message.member(), message.arguments()))

    monkeypatch.setattr(QtDBus.QDBusConnection, "sessionBus", Bus)
    QGuiApplication.setDesktopFileName("kmhc")
    TaskBar(window).show(Pace(1, 4), Phase.RUNNING)
    expected = ["application://kmhc.desktop", {"progress": 0.25, "progress-visible": True}]
    assert sent == [("com.canonical.Unity.LauncherEntry", "Update", expected)]


def test_on_a_mac_the_dock_counts_what_is_left(window, monkeypatch) -> None:
    shown = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(QGuiApplication, "setBadgeNumber", lambda _, number: shown.append(number))
    bar = TaskBar(window)
    bar.show(Pace(1, 4), Phase.RUNNING)
    bar.show(Pace(4, 4), Phase.IDLE)
    assert shown == [3, 0]


def test_on_windows_the_task_bar_has_the_runs_colour_and_length(window, monkeypatch) -> None:
    calls = []

    class List:
        def set_state(self, handle: int, state: int) -> None:
            calls.append(("state", handle, state))

        def set_value(self, handle: int, done: int, total: int) -> None:
            calls.append(("value", handle, done, total))

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(task_bar, "_TaskbarList", List)
    bar, handle = TaskBar(window), int(window.winId())
    bar.show(Pace(1, 4), Phase.PAUSED)
    bar.show(Pace(4, 4), Phase.IDLE)
    assert calls == [("state", handle, 8), ("value", handle, 1, 4), ("state", handle, 0)]


def test_a_system_that_shows_none_is_no_error_and_asked_once(window, monkeypatch) -> None:
    asked = []

    def nothing() -> None:
        asked.append(1)
        raise OSError("there is no such thing")

    monkeypatch.setattr(task_bar, "_linux", nothing)
    monkeypatch.setattr(sys, "platform", "linux")
    bar = TaskBar(window)
    bar.show(Pace(1, 4), Phase.RUNNING)
    bar.show(Pace(2, 4), Phase.RUNNING)
    assert asked == [1]
