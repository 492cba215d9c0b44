"""What people read and hear of a photo's state."""

from PySide6.QtCore import QCoreApplication

from kmhc_desktop.engine.texts import translated
from kmhc_desktop.queue.row import Row
from kmhc_desktop.widgets.plain_tip import plain_tip
from kmhc_engine.jobs import IN_COLOUR, State


def state_text(row: Row, *, paused: bool = False) -> str:
    """Return a photo's state in the user's words, with the reason if there is one.

    Args:
        row: The photo.
        paused: It is in hand, and the run is paused.
    """
    text = {
        State.WAITING: QCoreApplication.translate("State", "Waiting"),
        State.RUNNING: QCoreApplication.translate("State", "Working…"),
        State.DONE: QCoreApplication.translate("State", "Done"),
        State.SKIPPED: QCoreApplication.translate("State", "Skipped"),
        State.FAILED: QCoreApplication.translate("State", "Failed"),
        State.CANCELLED: QCoreApplication.translate("State", "Cancelled"),
        State.INTERRUPTED: QCoreApplication.translate("State", "Interrupted"),
    }[row.state]
    if paused:
        return QCoreApplication.translate("State", "Paused")
    if row.state is State.WAITING and row.in_colour:
        return QCoreApplication.translate("State", "In colour already")
    return f"{text}: {translated(row.reason)}" if row.reason else text


def tool_tip(row: Row) -> str:
    """Return where a photo lies, why it failed or was skipped, and what else there is to know, a line each."""
    path = row.path.encode("utf-8", "replace").decode()
    lines = [path, *(translated(text, details=True) for text in (row.reason, *row.notes) if text)]
    return plain_tip("\n".join(lines))


def remark(row: Row, *, paused: bool = False) -> str:
    """Return what the viewer says over a photo without a result; empty for one that waits for it.

    Args:
        row: The photo.
        paused: It is in hand, and the run is paused.
    """
    if row.state is State.RUNNING:
        return state_text(row, paused=True) if paused else QCoreApplication.translate("State", "Colourising…")
    if row.state is State.SKIPPED and row.reason == IN_COLOUR:
        return QCoreApplication.translate("State", "In colour already; left as it is")
    if row.state is State.FAILED:
        return state_text(row)
    return QCoreApplication.translate("State", "In colour already") if row.waits_in_colour else ""
