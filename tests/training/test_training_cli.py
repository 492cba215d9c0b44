"""`kmhc train` as people and the window start it: told in words or events, on two devices."""

import errno
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch.distributed

from tests.training.runs import SPEC, a_run, arguments, beats_grey, command, environment, events
from training.hold import held


def test_importing_the_commands_imports_nothing_heavy():
    heavy = "{'torch', 'lightning', 'kornia', 'matplotlib', 'cv2', 'jinja2'} & set(sys.modules)"
    code = f"import sys, training.cli; print(sorted({heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def between_devices():
    """Skips where this PyTorch cannot let processes talk, as some of its builds for Windows."""
    try:
        torch.distributed.ProcessGroupGloo.create_default_device()
    except (AttributeError, RuntimeError) as error:
        pytest.skip(f"PyTorch lets no processes talk here: {error}")


@pytest.mark.usefixtures("between_devices")
def test_two_devices_share_a_run(colour_folder, tmp_path):
    folder, run = colour_folder(12), tmp_path / "run"
    done = subprocess.run(
        command(*arguments(folder, run, "--epochs", "1", "--devices", "2")),
        capture_output=True,
        text=True,
        env=environment(tmp_path / "home"),
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = events(done.stdout)
    assert [e["event"] for e in told].count("epoch") == 1
    assert [e["event"] for e in told][-2:] == ["saved", "saved" if beats_grey(run) else "left"]


@pytest.mark.usefixtures("between_devices")
def test_devices_that_diverge_end_together_with_one_error(colour_folder, tmp_path):
    folder, run = colour_folder(12), tmp_path / "run"
    done = subprocess.run(
        command(*arguments(folder, run, "--epochs", "2", "--devices", "2", "--learning-rate", "1e30")),
        capture_output=True,
        text=True,
        env=environment(tmp_path / "home"),
        timeout=200,
        check=False,
    )
    told = events(done.stdout)
    assert done.returncode == 1, done.stderr[-3000:]
    assert [e["event"] for e in told].count("error") == 1
    assert "smaller learning rate" in told[-1]["message"]
    assert "Traceback" not in done.stderr


TELLING = """
import typer
from training import cli, errors, progress

def main():
    with cli._told(progress.tell_{how}):
        try:
            progress.tell_{how}("left", text="a word")
        except BrokenPipeError as error:
            {then}

typer.run(main)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no broken pipes")
@pytest.mark.parametrize("how", ["json", "people"])
@pytest.mark.parametrize(
    ("then", "said"),
    [("raise", "The output: Broken pipe.\n"), ("raise errors.Stopped('Go on by it.', 1) from error", "Go on by it.\n")],
)
def test_a_run_whose_words_nobody_reads_ends_with_one_line(how, then, said):
    reader, writer = os.pipe()
    os.close(reader)
    code = TELLING.format(how=how, then=then)
    done = subprocess.run([sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, said)


def test_a_dry_run_says_what_would_happen_and_leaves_nothing(invoke, colour_folder, tmp_path):
    run = tmp_path / "run"
    result = invoke("train", *arguments(colour_folder(12), run, "--dry-run", "--epochs", "2"))
    planned = events(result.stdout)[-1]
    assert planned["event"] == "planned"
    assert planned["epochs"] == 2
    assert planned["seconds"] > 0
    assert planned["memory"] > 0.7e9
    assert "12 photos: " in planned["census"]
    assert not run.exists()


def test_the_steps_that_a_plan_has_tried_out_are_not_tried_out_again(invoke, colour_folder, tmp_path, monkeypatch):
    from training import running

    monkeypatch.setattr(running, "try_out", None)
    told = events(invoke("train", *arguments(colour_folder(12), tmp_path / "run", "--epochs", "1")).stdout)
    (started,) = [event for event in told if event["event"] == "started"]
    assert started["seconds"] > started["judging"] > 0
    assert told[-1]["event"] in ("saved", "left")


def test_minutes_become_steps(invoke, colour_folder, tmp_path):
    result = invoke("train", *arguments(colour_folder(12), tmp_path / "run", "--dry-run", "--minutes", "0.1"))
    planned = events(result.stdout)[-1]
    assert planned["seconds"] == pytest.approx(6, rel=0.5)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "nowhere is no folder"),
        ([], "Give a folder of colour photos"),
        (["{folder}", "--epochs", "1", "--minutes", "5"], "Give --epochs or --minutes, not both"),
        (["{folder}", "--from", "no-such-weights"], "no such file, and no weights of that name"),
        (["{folder}", "--from", "none", "--recipe", "magic"], "There is no recipe 'magic'"),
        (["{folder}", "--from", "none", "--size", "50"], "multiple of 32 pixels"),
        (["{folder}", "--from", "none", "--encoder-weights", "{folder}/000.png"], "000.png"),
    ],
)
def test_mistakes_end_with_an_error_event_that_says_what_to_do(invoke, colour_folder, tmp_path, words, message):
    folder = colour_folder(3)
    filled = [word.format(folder=folder) for word in words]
    if words[:1] == ["nowhere"]:
        filled = [str(tmp_path / "nowhere"), "--from", "none"]
    result = invoke("train", *filled, "--out", tmp_path / "run", "--variant", SPEC, "--progress", "json")
    assert result.exit_code == 1
    assert message in events(result.stdout)[-1]["message"]


@pytest.mark.parametrize(("count", "enough"), [(8, False), (20, True)])
def test_twenty_photos_of_one_s_own_are_enough_to_fine_tune_and_fewer_are_not(
    invoke, colour_folder, tmp_path, count, enough
):
    from kmhc_engine import variants
    from kmhc_engine.networks import build
    from kmhc_engine.weights_format import write_weights

    variant = variants.find(SPEC)
    start = write_weights(tmp_path / "start.safetensors", build(variant).state_dict(), variant).path
    words = ["--from", start, "--out", tmp_path / "run", "--size", "32", "--progress", "json", "--dry-run"]
    last = events(invoke("train", colour_folder(count), *words).stdout)[-1]
    if enough:
        assert last["event"] == "planned"
    else:
        assert "at least 20 photos with colour" in last["message"]


@pytest.mark.parametrize(
    ("start", "verdict", "difference", "kept"),
    [
        pytest.param("weights", {"improved": True}, 8.0, True, id="an improvement"),
        pytest.param("weights", {"improved": False}, 8.0, False, id="none, says the verdict"),
        pytest.param("weights", {"improved": True}, 10.0, False, id="an improvement that is worse than grey"),
        pytest.param("none", {}, 8.0, True, id="a new start, better than grey"),
        pytest.param("none", {}, 30.0, False, id="a new start, worse than grey"),
        pytest.param("none", {}, math.nan, False, id="a new start that nobody has judged"),
    ],
)
def test_only_what_is_better_than_its_start_and_than_grey_is_put_among_the_weights(
    tmp_path, monkeypatch, start, verdict, difference, kept
):
    from kmhc_engine import variants, weights
    from kmhc_engine.networks import build
    from kmhc_engine.weights_format import write_weights
    from training import cli, running
    from training.recipe import PERSONAL, Run

    variant, told = variants.find(SPEC), []

    def train(run, folder, tell, trial):
        if verdict:
            tell("verdict", **verdict)
        metrics = {"ciede2000": difference, "ciede2000_grey": 9.0}
        state = build(variant).state_dict()
        return write_weights(tmp_path / "r.safetensors", state, variant, title="Mine", metrics=metrics)

    def tell(event, **values):
        told.append((event, values))

    monkeypatch.setattr(running, "train", train)
    monkeypatch.setenv(cli.LED_RUN, "")
    cli._run(Run(SPEC, "", start, "", "Mine", PERSONAL, 1, 1), tmp_path, tell, True)
    assert ("Mine" in [one.title for one in weights.catalogue()]) is kept
    assert [event for event, _ in told] == ["verdict"] * bool(verdict) + ["saved" if kept else "left"]
    if not kept:
        assert "your weights are as they were" in told[-1][1]["text"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--epochs", "9"], "Leave --epochs out"),
        (["--minutes", "2", "--no-wear"], "Leave --minutes and --wear out"),
        (["album"], "Leave the folder out"),
    ],
)
def test_what_a_resumed_run_would_not_heed_is_refused(invoke, tmp_path, words, told):
    result = invoke("train", "--resume", tmp_path, *words, "--progress", "json")
    assert result.exit_code == 1
    assert told in events(result.stdout)[-1]["message"]


def test_resuming_what_is_no_run_says_so(invoke, tmp_path):
    told = events(invoke("train", "--resume", tmp_path, "--no-install", "--progress", "json").stdout)
    assert "holds no training run" in told[-1]["message"]


def test_ctrl_c_before_a_run_begins_ends_with_a_word(invoke, colour_folder, tmp_path, monkeypatch):
    from training import planning

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(planning, "prepare", interrupt)
    result = invoke("train", *arguments(colour_folder(12), tmp_path / "run", "--progress", "text"))
    assert (result.exit_code, result.output) == (130, "Stopped.\n")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("rank", ["0", "1"])
def test_every_process_of_a_resumed_run_looks_into_its_folder(invoke, tmp_path, monkeypatch, rank):
    monkeypatch.setenv("RANK", rank)
    (tmp_path / "run.json").write_text("{}")
    told = events(invoke("train", "--resume", tmp_path, "--progress", "json").stdout)
    assert "run.json is damaged, or of another version" in told[-1]["message"]


def test_a_run_that_another_process_goes_on_with_is_left_to_it(invoke, tmp_path):
    a_run(tmp_path).write(tmp_path)
    with held(tmp_path):
        (told,) = events(invoke("train", "--resume", tmp_path, "--progress", "json").stdout)
    assert told["event"] == "error"
    assert "Another training is at work" in told["message"]


def test_a_place_that_cannot_be_written_to_is_named_with_what_to_do(invoke, colour_folder, tmp_path, monkeypatch):
    def refuse(folder, *_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(folder))

    words = arguments(colour_folder(3), tmp_path / "run")
    monkeypatch.setattr(Path, "mkdir", refuse)
    told = events(invoke("train", *words).stdout)[-1]["message"]
    assert told == f"{tmp_path / 'run'}: Read-only file system. Choose another place, or allow access to it."


def test_people_read_errors_whole_brackets_and_all(invoke, colour_folder):
    folder = colour_folder(3)
    for name in ("train", "evaluate"):
        result = invoke(name, folder, "--variant", "nonsense")
        assert result.exit_code == 1
        assert "[/EMBEDDING]" in result.output
    assert "[album] holds no training run" in invoke("train", "--resume", "[album]").output


@pytest.mark.parametrize(
    "words", [("--seed", "-1"), ("--seed", str(2**63)), ("--size", "8192"), ("--minutes", "inf"), ("--progress", "xml")]
)
def test_what_no_option_takes_is_refused_at_once(invoke, colour_folder, words):
    assert invoke("train", colour_folder(3), *words).exit_code == 2
