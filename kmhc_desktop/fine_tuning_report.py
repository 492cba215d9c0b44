"""Tells the user how fine-tuning goes while its page is closed: in the menu, and above the photos when it has ended."""

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QMenu

from kmhc_desktop.fine_tuning.page import TrainingPage
from kmhc_desktop.fine_tuning.stage import Stage
from kmhc_desktop.main_window import MainWindow


class FineTuningReport(QObject):
    """Follows the fine-tune page of a window.

    Args:
        window: Whose page it is.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._followed: TrainingPage | None = None
        self._action = window.actions_["train"]
        self._name = self._action.text()
        self._action.triggered.connect(self._follow)
        for menu in window.menuBar().findChildren(QMenu):
            if self._action in menu.actions():
                menu.aboutToShow.connect(self._name_action)

    def _follow(self) -> None:
        page = self._window.training.page
        if page is not None and page is not self._followed:
            self._followed = page
            page.process.ended.connect(self._tell_end)

    def _name_action(self) -> None:
        running = self.tr("Fine-tuning is running…")
        self._action.setText(running if self._window.training.running else self._name)

    def _tell_end(self) -> None:
        page = self._followed
        if page is None or page.isVisible():
            return
        failed = page.stage is Stage.FAILED
        text = self.tr("Fine-tuning has stopped before its end.") if failed else self.tr("Fine-tuning has ended.")
        show = QCoreApplication.translate("MainWindow", "Show")
        self._window.banner.say(text, [(show, self._window.training.show)])
