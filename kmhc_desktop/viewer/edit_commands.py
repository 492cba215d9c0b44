"""Undo and redo: one kind of command, from edits to edits."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from kmhc_engine.edits import Edits


class EditCommand(QUndoCommand):
    """Changes a photo's edits.

    Args:
        apply: Takes the edits that are to stand.
        before: As they were.
        after: As they will be.
        title: For the menu ("Saturation").
        merges: Commands of the same number follow on one another as one step (a slider that moves); -1 never.
    """

    def __init__(self, apply: Callable[[Edits], None], before: Edits, after: Edits, title: str, merges: int) -> None:
        super().__init__(title)
        self._apply, self._before, self._after, self._merges = apply, before, after, merges

    def id(self) -> int:
        """Return what it merges with."""
        return self._merges

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        """Take a later step of the same movement in."""
        if not isinstance(other, EditCommand):
            return False
        self._after = other._after
        self.setObsolete(self._before == self._after)
        return True

    def redo(self) -> None:
        """Change the edits."""
        self._apply(self._after)

    def undo(self) -> None:
        """Change them back."""
        self._apply(self._before)
