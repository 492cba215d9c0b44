"""Photos that lie on their side are turned upright, for the network knows the world only as it stands."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from kmhc_desktop.actions import Actions
from kmhc_desktop.queue.model import QueueModel
from kmhc_desktop.queue.row import Row
from kmhc_desktop.queue.run import Phase, Run

_QUARTERS = {"turn_left": 3, "turn_right": 1}  # clockwise
Wishes = Sequence[tuple[str, int]]  # photos, and the quarter turns clockwise that they are to take


class Turning(QObject):
    """Turns the photos that are chosen. Those that wait are coloured turned; those in colour are coloured anew.

    Args:
        actions: Of the window.
        model: The queue.
        run: Nothing is turned while it is at work, for the engine has its photos already.
        chosen: Returns the rows that are chosen.
        start_over: Colours rows anew, turned as is said of each.
        parent: The window.
    """

    def __init__(
        self,
        actions: Actions,
        model: QueueModel,
        run: Run,
        chosen: Callable[[], Sequence[Row]],
        start_over: Callable[..., None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions, self._model, self._run = actions, model, run
        self._chosen, self._start_over = chosen, start_over
        for name, quarters in _QUARTERS.items():
            actions.on(name, partial(self._turn, quarters))

    def refresh(self, chosen: Sequence[Row]) -> None:
        """Enable the actions where there is something to turn."""
        can = self._run.phase is Phase.IDLE and any(map(_can_be_turned, chosen))
        self._actions.enable(**dict.fromkeys(_QUARTERS, can))

    def _turn(self, quarters: int) -> None:
        rows = [row for row in self._chosen() if _can_be_turned(row)]
        waiting = [row for row in rows if row.output is None]
        self._model.update_all((path, {"wanted": turn}) for path, turn in _turned(waiting, quarters))
        if in_colour := [row for row in rows if row.output is not None]:
            self._start_over(in_colour, redo=False, turned=_turned(in_colour, quarters))


def _turned(rows: Sequence[Row], quarters: int) -> Wishes:
    return tuple((row.path, (row.quarters + quarters) % 4) for row in rows)


def _can_be_turned(row: Row) -> bool:
    """Tell whether it is a photo, and not a copy of one that was in colour and has no colours of ours."""
    return not row.refusal and (row.output is None or row.chroma is not None)
