"""Who is to blame when the engine dies: photos under suspicion run alone; twice the same one has failed."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from kmhc_engine.jobs import State
from kmhc_engine.scan import Found

_STRIKES = 2
_OPEN = {State.WAITING, State.RUNNING}


class Unfinished:
    """The photos of a batch that have not reached an end.

    Args:
        found: All of the batch.
    """

    def __init__(self, found: Iterable[Found]) -> None:
        self._open = {photo.path: photo for photo in found}
        self._running: set[Path] = set()
        self._alone: Path | None = None
        self._suspects: list[Path] = []
        self._strikes: Counter[Path] = Counter()

    def __bool__(self) -> bool:
        return bool(self._open)

    @property
    def paths(self) -> list[Path]:
        """The photos that have not reached an end."""
        return list(self._open)

    def note(self, source: Path, state: State) -> None:
        """Keep what the engine reports."""
        if state is State.RUNNING:
            self._running.add(source)
        elif state not in _OPEN:
            self._running.discard(source)
            self._open.pop(source, None)

    def next_part(self) -> tuple[Found, ...]:
        """Return the photos to run next: a suspect alone, else all that are left."""
        while self._suspects:
            self._alone = self._suspects.pop(0)
            if self._alone in self._open:
                return (self._open[self._alone],)
        self._alone = None
        return tuple(self._open.values())

    def engine_died(self, *, at_work: bool) -> tuple[list[Path], list[Path]]:
        """Put the photos that were in hand under suspicion.

        Args:
            at_work: Whether the engine had its network and was not to pause. Then it was at a photo, even if it died
                too soon to say so: at the one that runs alone, else at the first, as photos are opened in turn.

        Returns:
            Those that have failed, and those that are tried again.
        """
        suspects = set(self._running)
        if at_work and not suspects and self._open:
            suspects = {self._alone if self._alone in self._open else next(iter(self._open))}
        self._strikes.update(suspects)
        failed = [path for path in suspects if self._strikes[path] >= _STRIKES]
        # Of several in hand at the second death only one may be guilty: run alone, it will show.
        if len(failed) > 1:
            failed = []
        again = [path for path in suspects if path not in failed]
        for path in failed:
            del self._open[path]
        self._suspects = [*again, *(path for path in self._suspects if path not in suspects)]
        self._running.clear()
        return failed, again
