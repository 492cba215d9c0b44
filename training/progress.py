"""What a run tells while it goes: one JSON event a line for the window, or lines for people.

Events, each with the key `event`:

    preparing  done, of                                  photos decoded so far
    planned    variant, start, teacher, census, photos (the census by its parts), epochs, steps, size (pixels),
               seconds, memory (bytes), device, text: for a dry run
    started    run, variant, title, census, epochs, steps, resumed, seconds (estimate),
               judging (those of them that come after the last step), memory (bytes)
    judging    run: instead, where all steps were done before
    step       step, of, epoch, loss, photos_per_second
    epoch      epoch, of, measures {name: value}
    sample     path                                      a PNG of three columns: grey, colourised, true
    verdict    better, of, improved, only_a_tint, duller, share (of what was learnt that is kept, 0..1),
               start, tuned, grey (mean CIEDE2000),
               start_within, tuned_within (mean ab distance without mean colours),
               start_chroma, tuned_chroma (percent of the truth's), text, sheet (a PNG of four columns: grey, before,
               after, true)
    saved      path, title, variant: in the run's folder; and again, `installed`, where it is put among the user's own
               weights
    left       text                                      why it is not put there
    error      message
"""

import contextlib
import errno
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType

from kmhc_engine import processes
from training.errors import typed

Tell = Callable[..., None]

_LOOKED_AT_EVERY = 0.5  # seconds


def tell_json(event: str, **values: Any) -> None:
    """Write an event as one line of JSON."""
    print(json.dumps({"event": event, **values}, default=str), flush=True)


def tell_people(event: str, **values: Any) -> None:
    """Write an event for people; steps on one line that is written over.

    Raises:
        BrokenPipeError: Nobody reads it any more.
    """
    try:
        _print(event, values)
    except SystemExit as error:  # rich's end of that, without a word
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from error


def _print(event: str, values: dict[str, Any]) -> None:
    # Names may hold brackets, which are no markup.
    console = Console(stderr=event == "error", markup=False, soft_wrap=True)
    _show("")
    match event:
        case "preparing":
            decoding = f"Decoding photo {values['done']} of {values['of']}"
            _show(decoding if values["done"] < values["of"] else "Trying some steps, to tell how long it takes…")
        case "planned" | "left":
            console.print(values["text"], highlight=False)
        case "started":
            console.print(f"{values['variant']}: {values['census']}")
            time, memory = takes(values["seconds"], values["judging"]), values["memory"] / 2**30
            resumed = "Going on with the run. " if values["resumed"] else ""
            console.print(f"{resumed}Epochs: {values['epochs']}; steps in each: {values['steps']}")
            console.print(f"It takes {time}, and about {memory:.1f} GB of memory.")
            console.print(f"The run is recorded in {values['run']}", highlight=False)
        case "judging":
            console.print("Going on with the run. Its steps are done; what it has learnt is judged.")
            console.print(f"The run is recorded in {values['run']}", highlight=False)
        case "step":
            rate = f"{values['photos_per_second']:.1f} photos/s"
            _show(f"Step {values['step']} of {values['of']}, loss {values['loss']:.4f}, {rate}")
        case "epoch":
            console.print(f"Epoch {values['epoch']} of {values['of']}: {_in_words(values['measures'])}")
            if values["epoch"] == values["of"]:
                _show("Judging what was learnt…")
        case "sample":
            console.print(f"Grey, colourised and true: {values['path']}", highlight=False)
        case "verdict":
            console.print(values["text"])
            colours = "Grey, before, after and true, with each photo's colour difference"
            console.print(f"{colours}: {values['sheet']}", highlight=False)
        case "saved" if values.get("installed"):
            console.print(f"{values['title']} is among your weights: {values['path']}", highlight=False)
            console.print(f"To use it: kmhc colourise FOLDER --variant {typed(values['title'])}", highlight=False)
        case "saved":
            console.print(f"Saved: {values['path']}", highlight=False)
        case "error":
            console.print(values["message"], style="red", highlight=False)


def _in_words(measures: dict[str, float]) -> str:
    """Tell of an epoch what says most; the history has the other measures."""
    text = f"mean colour difference {measures['ciede2000']:.2f} (CIEDE2000, the less the better)"
    text += f", chroma {measures['chroma_share']:.0f} % of the truth's"
    if "accuracy" in measures:
        text += f", accuracy {measures['accuracy']:.2f} % (grey {measures['grey_accuracy']:.2f} %)"
    return f"{text}, loss {measures['loss']:.3f}"


def _show(text: str) -> None:
    """Write a line that the next one takes the place of, where somebody looks."""
    console = Console(stderr=True, markup=False, highlight=False)
    if console.is_interactive:
        console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))  # print strips them
        console.print(text, end="")


def tell_nobody(event: str, **values: Any) -> None:
    """Be silent, as processes are that only share the work."""


def give_way() -> None:
    """Let other programs go first, and end with whoever holds the other end of the standard input.

    A program that started this one may die of anything; the system closes its end of the pipe then.
    """
    processes.give_way()

    def wait_for_the_end() -> None:
        with contextlib.suppress(OSError):
            _wait_for_the_end_of_input()
        os._exit(1)  # training is deep in a library; what it has written so far is whole

    threading.Thread(target=wait_for_the_end, name="standard input", daemon=True).start()


def _wait_for_the_end_of_input() -> None:
    if sys.platform == "win32":
        # There, who asks of a pipe in which a read waits has to wait as well, and numpy's libraries ask of the standard
        # input when they are loaded: a read here would hold up the training for good (numpy issue 24290).
        import _winapi
        import msvcrt

        pipe = msvcrt.get_osfhandle(0)
        while True:
            _winapi.PeekNamedPipe(pipe, 0)  # raises when the other end is closed
            time.sleep(_LOOKED_AT_EVERY)
    else:
        while os.read(0, 1024):
            pass


def takes(seconds: float, judging: float) -> str:
    """Say how long a run takes, and how much of that its end does, which is most of a short one."""
    return about(seconds) + (f" ({about(judging)} of it to judge what was learnt)" if judging else "")


def about(seconds: float) -> str:
    """Say how long something takes, in words: "about 12 minutes"."""
    if seconds < 1.5:
        return "about a second"
    if seconds < 90:
        return f"about {round(seconds)} seconds"
    if seconds < 5400:
        return f"about {round(seconds / 60)} minutes"
    return f"about {seconds / 3600:.1f} hours"
