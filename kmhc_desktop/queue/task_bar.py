"""How far a run is, where the system shows it: in the task bar of Windows, in the dock of Linux desktops and macOS.

A system that shows nothing of the kind is no error: then nothing happens.
"""

import ctypes
import logging
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from kmhc_desktop.queue.run import Pace, Phase

log = logging.getLogger(__name__)


class TaskBar:
    """Shows a run's progress outside of the window.

    Args:
        window: Whose entry of the task bar it is.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._show: Callable[[Pace, Phase], None] | None = None

    def show(self, pace: Pace, phase: Phase) -> None:
        """Show how far a run is, and nothing while there is none."""
        try:
            if self._show is None:  # not at the window's start, which has better to do
                self._show = {"win32": self._windows, "darwin": self._mac}.get(sys.platform, _linux)()
            self._show(pace, phase)
        except Exception:  # it is only an ornament
            log.info("the task bar shows no progress", exc_info=True)
            self._show = lambda pace, phase: None

    def _windows(self) -> Callable[[Pace, Phase], None]:
        bar, handle = _TaskbarList(), int(self._window.winId())

        def show(pace: Pace, phase: Phase) -> None:
            bar.set_state(handle, _TASKBAR_STATES[phase])
            if phase is not Phase.IDLE:
                bar.set_value(handle, pace.ended, pace.total)

        return show

    def _mac(self) -> Callable[[Pace, Phase], None]:
        """A number on the dock's icon: how many photos are left."""
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        return lambda pace, phase: application.setBadgeNumber(0 if phase is Phase.IDLE else pace.total - pace.ended)


def _linux() -> Callable[[Pace, Phase], None]:
    """The signal that Unity invented, and that the docks of Ubuntu, KDE and others understand."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.sessionBus()
    entry = f"application://{QGuiApplication.desktopFileName()}.desktop"

    def show(pace: Pace, phase: Phase) -> None:
        message = QDBusMessage.createSignal("/org/kmhc", "com.canonical.Unity.LauncherEntry", "Update")
        message.setArguments([entry, launcher_entry(pace, phase)])
        bus.send(message)

    return show if bus.isConnected() else lambda pace, phase: None


def launcher_entry(pace: Pace, phase: Phase) -> dict[str, Any]:
    """Return what a dock is told: the progress in 0..1, and whether it shows."""
    return {"progress": pace.ended / max(1, pace.total), "progress-visible": phase is not Phase.IDLE}


_TASKBAR_STATES = {Phase.IDLE: 0, Phase.RUNNING: 2, Phase.PAUSED: 8, Phase.CANCELLING: 1}  # TBPF_…, as Windows counts


class _TaskbarList:
    """The COM object ITaskbarList3 of Windows, by its table of functions."""

    def __init__(self) -> None:
        ole: Any = ctypes.OleDLL("ole32")  # type: ignore[attr-defined,unused-ignore]
        # "Cannot change thread mode" and "already done" are both fine; Qt has done it.
        ctypes.WinDLL("ole32").CoInitialize(None)  # type: ignore[attr-defined,unused-ignore]
        self._object = ctypes.c_void_p()
        kind, interface = (
            (ctypes.c_byte * 16).from_buffer_copy(UUID(text).bytes_le)
            for text in ("56fdf344-fd6d-11d0-958a-006097c9a090", "ea1afb91-9e28-4b86-90e9-5e9f8a5eefaf")
        )
        in_process = 1
        ole.CoCreateInstance(kind, None, in_process, interface, ctypes.byref(self._object))
        self._call(3)  # HrInit

    def set_value(self, window: int, done: int, total: int) -> None:
        """Set how long the bar is."""
        self._call(9, ctypes.c_void_p(window), ctypes.c_uint64(done), ctypes.c_uint64(max(1, total)))

    def set_state(self, window: int, state: int) -> None:
        """Set how the bar looks."""
        self._call(10, ctypes.c_void_p(window), ctypes.c_int(state))

    def _call(self, number: int, *arguments: Any) -> None:
        kinds = [type(argument) for argument in arguments]
        prototype = ctypes.WINFUNCTYPE(ctypes.HRESULT, ctypes.c_void_p, *kinds)  # type: ignore[attr-defined,unused-ignore]
        table = ctypes.cast(self._object, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
        prototype(table[number])(self._object, *arguments)
