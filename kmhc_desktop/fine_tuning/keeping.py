"""Puts the result of a training among the user's own variants, while the window stays awake."""

from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool, Signal

from kmhc_desktop.fine_tuning.run_folders import keep
from kmhc_desktop.fine_tuning.texts import told
from kmhc_engine import weights
from kmhc_engine.errors import KMHCError


class Keeping(QObject):
    """Copies and checks a result in a thread of the pool.

    Attributes:
        ended: Emitted with the name of the variant and an error for people; one of them is empty.
    """

    ended = Signal(str, str)

    def start(self, folder: Path) -> None:
        """Keep the result in a run's folder."""
        QThreadPool.globalInstance().start(lambda: self._keep(folder))

    def _keep(self, folder: Path) -> None:
        title = error = ""
        try:
            title = keep(folder).title
        except KMHCError as refused:
            error = told(str(refused))
        except OSError as refused:
            text = self.tr("{0} cannot be written ({1}). Make room there or check its permissions, then keep it again.")
            error = text.format(weights.user_folder(), told(refused.strerror or str(refused)))
        self.ended.emit(title, error)
