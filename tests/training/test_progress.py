import io
import re
import sys

from training.errors import typed
from training.progress import tell_people


def test_what_is_saved_in_the_run_and_what_is_among_one_s_weights_are_told_apart(capsys):
    tell_people("saved", path="run/result.safetensors", title="My album", variant="KMHCNet_6c")
    tell_people("saved", path="home/My album.safetensors", title="My album", variant="KMHCNet_6c", installed=True)
    in_the_run, among_the_weights, how_to_use_it, _ = capsys.readouterr().out.split("\n")
    assert in_the_run == "Saved: run/result.safetensors"
    assert among_the_weights == "My album is among your weights: home/My album.safetensors"
    assert how_to_use_it == f"To use it: kmhc colourise FOLDER --variant {typed('My album')}"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def lines(self) -> list[str]:
        """What is to be seen on it."""
        plain = re.sub(r"\x1b\[[\d;]*m", "", self.getvalue())
        return [line.rpartition("\r\x1b[2K")[2] for line in plain.split("\n")]


def test_an_epoch_is_told_by_what_says_most_in_words(capsys):
    means = {"ciede2000": 13.451, "psnr": 20.9, "chroma_share": 36.2, "loss": 20.2094}
    tell_people("epoch", epoch=1, of=4, measures=means)
    colours = "mean colour difference 13.45 (CIEDE2000, the less the better), chroma 36 % of the truth's"
    assert capsys.readouterr().out == f"Epoch 1 of 4: {colours}, loss 20.209\n"
    tell_people("epoch", epoch=4, of=4, measures=means | {"accuracy": 92.772, "grey_accuracy": 92.29})
    assert ", accuracy 92.77 % (grey 92.29 %), loss 20.209" in capsys.readouterr().out


def watched(monkeypatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, terminal)
    return terminal


def test_progress_is_one_line_that_the_next_one_takes_the_place_of_and_then_what_happens(monkeypatch):
    terminal = watched(monkeypatch)
    for done, shown in ((9, "Decoding photo 9 of 40"), (40, "Trying some steps, to tell how long it takes…")):
        tell_people("preparing", done=done, of=40)
        assert terminal.lines() == [shown]
    for step in (8, 19):
        tell_people("step", step=step, of=40, epoch=1, loss=5.25, photos_per_second=2.04)
        assert terminal.lines() == [f"Step {step} of 40, loss 5.2500, 2.0 photos/s"]
    tell_people("left", text="The result stays in the run's folder.")
    assert terminal.lines() == ["The result stays in the run's folder.", ""]
    tell_people("error", message="Stopped.")
    assert terminal.lines() == ["The result stays in the run's folder.", "Stopped.", ""]


def test_a_plan_takes_the_place_of_the_steps_that_were_tried_out(monkeypatch):
    terminal = watched(monkeypatch)
    tell_people("preparing", done=40, of=40)
    tell_people("planned", text="Variant   KMHCNet_6c\nTime      about an hour")
    assert terminal.lines() == ["Variant   KMHCNet_6c", "Time      about an hour", ""]
