"""Processes that share the work of a run: they leave Ctrl-C and SIGTERM to the first, and end together."""

import signal

from kmhc_engine.networks import smp

smp()  # lightning imports torchvision, which needs its guard first
import lightning.pytorch as lightning  # noqa: E402
from lightning.pytorch.strategies import DDPStrategy  # noqa: E402
from lightning.pytorch.strategies.launchers import _SubprocessScriptLauncher  # noqa: E402


class Terminated(KeyboardInterrupt):
    """The system ends a process of a run on several devices."""


class EndingTogether(lightning.Callback):
    """Has SIGTERM end a run on several devices as Ctrl-C does, and lets the first process tell of both.

    Lightning tells the others of SIGTERM in the midst of their steps, where each then waits for the others for ever.
    """

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Take the signal over; Lightning gives it back when training ends."""
        if trainer.world_size > 1:
            signal.signal(signal.SIGTERM, _terminate)

    def on_exception(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, exception: BaseException
    ) -> None:
        """End the processes that this one has started; Lightning's watch over them would end this one too."""
        launcher = trainer.strategy.launcher
        if isinstance(exception, KeyboardInterrupt) and isinstance(launcher, _SubprocessScriptLauncher):
            started = launcher.procs[:]
            launcher.procs.clear()  # first, or the watch may see them die
            for process in started:
                process.kill()


def _terminate(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise Terminated


class SharedWork(DDPStrategy):
    """Lightning's way to share work, but the processes it starts leave Ctrl-C to this one.

    A terminal sends it to all of them. One that died of it while the others wait for it would take them along without a
    word.
    """

    def _configure_launcher(self) -> None:
        assert self.cluster_environment is not None
        self._launcher = _QuietLauncher(self.cluster_environment, self.num_processes, self.num_nodes)


class _QuietLauncher(_SubprocessScriptLauncher):
    def _call_children_scripts(self) -> None:
        heeded = signal.signal(signal.SIGINT, signal.SIG_IGN)  # they inherit it
        try:
            super()._call_children_scripts()
        finally:
            signal.signal(signal.SIGINT, heeded)
