"""What the command line shows while a batch runs, and how Ctrl-C reaches it."""

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from kmhc_engine.batch import CancelToken, Event, Job, State
from kmhc_engine.errors import OutputError, printable
from kmhc_engine.processes import kept_awake

_ENDS = (State.DONE, State.SKIPPED, State.FAILED, State.CANCELLED, State.INTERRUPTED)


class Watcher:
    """Follows a run: a progress bar, in pipes and files a line a photo, and a summary; or one JSON event a line.

    Args:
        jobs: All jobs of the run.
        output: The output folder.
        as_json: Print JSON.
    """

    def __init__(self, jobs: Sequence[Job], output: Path, *, as_json: bool) -> None:
        self._jobs = {job.id: job for job in jobs}
        self._output = output
        self._json = as_json
        self._console = Console(highlight=False, emoji=False)
        self._moving = self._console.is_terminal and not self._console.is_dumb_terminal
        self._ends: dict[str, Event] = {}

    def say(self, text: str) -> None:
        """Tell people something on the way."""
        if not self._json:
            self._console.print(text, markup=False, soft_wrap=True)

    def follow(self, events: Iterator[Event], token: CancelToken) -> int:
        """Show a run to its end.

        Returns:
            The exit code.
        """
        stopped: OutputError | None = None
        self._emit(event="start", photos=len(self._jobs), output=str(self._output))
        progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[name]}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            disable=self._json or not self._moving,
            transient=True,
        )
        with progress, kept_awake(), _ctrl_c(token, self.say):
            bar = progress.add_task("", total=len(self._jobs), name="")
            try:
                for event in events:
                    self._note(event)
                    progress.update(bar, name=self._name(event)[-40:], advance=event.state in _ENDS)
            except OutputError as error:
                stopped = error
        return self._finish(stopped)

    def _name(self, event: Event) -> str:
        """Return the photo's name with the folders in which it lies below the given one."""
        job = self._jobs[event.job_id]
        depth = len(job.target.relative_to(self._output).parts)
        return printable(Path(*job.source.parts[-depth:]))

    def _note(self, event: Event) -> None:
        if event.state in _ENDS:
            self._ends[event.job_id] = event
        if event.state in (State.DONE, State.FAILED) and not self._moving:
            about = f"{event.state.value} {self._name(event)}" + (f": {event.reason}" if event.reason else "")
            self.say(f"{len(self._ends)}/{len(self._jobs)} {about}")
        self._emit(
            event="photo",
            id=event.job_id,
            source=str(self._jobs[event.job_id].source),
            state=event.state.value,
            output=str(event.output) if event.output else None,
            reason=event.reason,
            notes=list(event.notes),
            seconds={stage: round(seconds, 4) for stage, seconds in event.seconds.items()},
        )

    def _finish(self, stopped: OutputError | None) -> int:
        """Print the closing summary.

        Args:
            stopped: What ended the run early.

        Returns:
            The exit code.
        """
        counts = Counter(event.state for event in self._ends.values())
        self._emit(
            event="end",
            **{state.value: counts[state] for state in _ENDS},
            stopped=str(stopped) if stopped else None,
        )
        if not self._json:
            self._summarise(counts, stopped)
        if counts[State.CANCELLED]:
            return 130
        return 1 if stopped or counts[State.FAILED] or counts[State.INTERRUPTED] else 0

    def _summarise(self, counts: Counter[State], stopped: OutputError | None) -> None:
        print_ = partial(self._console.print, soft_wrap=True)
        if not self._jobs:
            print_("There are no photos here.")
            return
        for state, colour in ((State.FAILED, "red"), (State.SKIPPED, "yellow")):
            for event in self._ends.values():
                if event.state is state and not _done_before(event):
                    print_(f"[{colour}]{state.value}[/] {escape(self._name(event))}: {escape(event.reason)}")
        for event in self._ends.values():
            for note in event.notes:
                print_(f"note {escape(self._name(event))}: {escape(note)}")
        print_(self._totals(counts))
        if stopped:
            print_(f"[red]{escape(str(stopped))}[/]")
        elif counts[State.CANCELLED]:
            print_("Cancelled. Run the same command again to go on from here.")
        if any(event.output for event in self._ends.values()):
            print_(f"The colour copies are in: {escape(printable(self._output))}")

    def _totals(self, counts: Counter[State]) -> str:
        before = sum(map(_done_before, self._ends.values()))
        told = [(counts[State.DONE], "done"), (before, "done before"), (counts[State.SKIPPED] - before, "skipped")]
        told += [(counts[state], state.value) for state in _ENDS[2:]]
        return ", ".join(f"{count} {text}" for count, text in told if count or text == "done")

    def _emit(self, **record: Any) -> None:
        if self._json:
            sys.stdout.write(json.dumps(record) + "\n")  # odd bytes in names stay, as lone surrogates
            sys.stdout.flush()


def _done_before(event: Event) -> bool:
    return event.state is State.SKIPPED and event.output is not None


@contextmanager
def _ctrl_c(token: CancelToken, say: Any) -> Iterator[None]:
    """Ctrl-C once ends after the photos in hand, twice at once."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        if token.stopping:
            token.cancel()
        else:
            token.stop()
            say("Finishing the photos in hand. Press Ctrl-C again to stop at once.")

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
