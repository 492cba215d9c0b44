"""Tells the user how the run goes: on the strip, in the window's title, in the task bar, and at its end."""

from PySide6.QtCore import QCoreApplication, QLocale, QObject

from kmhc_desktop import dialogs
from kmhc_desktop.main_window import MainWindow
from kmhc_desktop.queue.model import Filter
from kmhc_desktop.queue.run import Pace, Phase
from kmhc_desktop.queue.task_bar import TaskBar
from kmhc_engine.jobs import State


class RunReport(QObject):
    """Follows the run of a window.

    Args:
        window: Whose run it is.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._task_bar = TaskBar(window)
        window.run.paced.connect(self._show_pace)
        window.run.finished.connect(self._show_end)
        window.model.counted.connect(self._follow_failed)
        self._told = ""  # of photos that failed

    def _show_pace(self, pace: Pace) -> None:
        phase = self._window.run.phase
        self._task_bar.show(pace, phase)
        if phase is not Phase.IDLE:
            self._window.strip.show_run(pace, phase)
            text = QCoreApplication.translate("MainWindow", "{0} of {1} done")
            self._window.setWindowTitle(text.format(*map(QLocale().toString, (pace.ended, pace.total))))

    def _show_end(self, error: str) -> None:
        window, states = self._window, self._window.model.states
        window.setWindowTitle("KMHC")  # macOS, unlike the others, puts no name in place of none
        if error:
            offers = [(QCoreApplication.translate("MainWindow", "Try again"), window.try_again)]
            if window.run.blocked:
                offers.append((self.tr("Save elsewhere…"), self._save_elsewhere))
            window.banner.say(error, offers)
        elif window.run.any_failed:
            self._tell_failed()
        elif variant := window.run.in_vain:
            text = self.tr("These are coloured with {0} already. Choose another variant, or mend them with “Adjust”.")
            choose = window.actions_["variant"]
            window.banner.say(text.format(variant), [(choose.text(), choose.trigger)])
        dialogs.notify(window, window.strip.summary(states, len(window.model), 0, 0, scanning=window.roots.scanning))

    def _tell_failed(self) -> None:
        """Say how many failed, those of earlier runs too, as the buttons show and try them all."""
        window = self._window
        show, retry = QCoreApplication.translate("MainWindow", "Show"), window.actions_["retry"]
        self._told = self._failed_text()
        offers = [(show, lambda: window.pane.show_only(Filter.FAILED)), (retry.text(), retry.trigger)]
        window.banner.say(self._told, offers)

    def _failed_text(self) -> str:
        return self.tr("%Ln photo(s) could not be colourised.", "", self._window.model.states[State.FAILED])

    def _follow_failed(self) -> None:
        """Say nothing of photos that are off the list, or that have been replaced."""
        banner = self._window.banner
        if not banner.text or banner.text != self._told:
            return
        if not self._window.model.states[State.FAILED]:
            banner.hide()
        elif self._told != self._failed_text():
            self._tell_failed()

    def _save_elsewhere(self) -> None:
        """Have another folder chosen for results that could not be written, and go on."""
        if (folder := dialogs.ask_for_folder(self._window, [])) is not None:
            self._window.roots.send_to(folder, self._window.run.blocked)
            self._window.try_again()
