"""Runs that are killed, spoilt, damaged or at their end: nothing is lost, and they go on."""

import errno
import shutil
import sys
from dataclasses import replace

import pytest
import torch

from kmhc_engine import variants, weights
from kmhc_engine.errors import DiskFull, OutputError
from kmhc_engine.networks import build
from kmhc_engine.weights_format import write_weights
from tests.training.conftest import TINY
from tests.training.runs import Told, a_run, fine_tuning, start_weights, states
from training import cli, running
from training.callbacks import AtomicCheckpoints
from training.errors import Diverged, Stopped, TrainingError
from training.parts import prepare
from training.progress import tell_json, tell_people
from training.recipe import HISTORY, PAPER, Run, read_history
from training.running import train
from training.trial import Trial, try_out


class Killed(BaseException):
    pass


@pytest.fixture(autouse=True)
def _steps_cost_nothing_to_foretell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "try_out", lambda *_: Trial(seconds=0.1, memory=10**9, judging=0.0))


@pytest.mark.parametrize(
    ("workers", "optimiser", "taught"),
    [
        pytest.param(0, "adamw", True, id="with a teacher of another network"),
        pytest.param(
            *(2, "muon", False),
            id="where others cut the photos ahead, as for a GPU",
            marks=pytest.mark.filterwarnings("ignore:'pin_memory' argument is set as true but no accelerator"),
        ),
    ],
)
@pytest.mark.usefixtures("muon_in_fp32")
def test_a_killed_run_goes_on_to_the_same_end(colour_folder, tmp_path, monkeypatch, workers, optimiser, taught):
    honest, lessons = running.PhotoBatches, []
    monkeypatch.setattr(running, "PhotoBatches", lambda run, packed, **_: honest(run, packed, workers))

    def tried_out(*parts):
        trial = try_out(*parts)
        if (teacher := parts[-1]) is not None:  # what he says in the trial teaches nothing
            teacher.register_forward_pre_hook(lambda *_: lessons.append(True))
        return trial

    monkeypatch.setattr(running, "try_out", tried_out)
    unet = variants.find("unet/tu-test_resnet/LAB/chroma")
    teacher = write_weights(tmp_path / "teacher.safetensors", build(unet).state_dict(), unet).path
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    run = a_run(colour_folder(12), teacher=str(teacher) if taught else "", epochs=2)
    run = replace(run, recipe=replace(run.recipe, optimiser=optimiser))
    train(run, whole, Told())

    def die(self, trainer, module, outputs, batch, batch_idx):
        if trainer.global_step == 3:  # in the middle of the second epoch
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(running.Recorder, "on_train_batch_end", die)
        with pytest.raises(Killed):
            train(run, killed, Told())
    told = Told()
    lessons.clear()
    train(Run.read(killed), killed, told)
    assert told.of("started")[0]["resumed"]
    assert [row["epoch"] for row in read_history(killed / HISTORY)] == ["1", "2"]
    assert len(lessons) == (2 if taught else 0)  # the steps of an epoch
    expected, got = states(whole), states(killed)
    for name in expected:
        torch.testing.assert_close(got[name], expected[name], rtol=1e-4, atol=1e-5, msg=name)


def test_a_loss_that_is_not_finite_stops_the_run_and_keeps_the_last_good_weights(colour_folder, run, monkeypatch):
    honest = running.Colourist.training_step

    def diverge(self, batch, batch_idx):
        if self.global_step == 13:
            self.network.segmentation_head[0].weight.data.fill_(float("nan"))
        return honest(self, batch, batch_idx)

    monkeypatch.setattr(running.Colourist, "training_step", diverge)
    with pytest.raises(Diverged, match=r"The loss is nan at step 20\..*start from instead: .*last-good\.safetensors"):
        train(a_run(colour_folder(12), steps=12), run, Told())
    assert finite(states(run))
    weights.load_into(build(TINY), weights.info(run / running.GOOD))


def test_weights_that_a_last_step_spoilt_do_not_take_the_place_of_the_last_good_ones(colour_folder, run, monkeypatch):

    def spoil(self, optimizer):
        if self.global_step == 3:  # the last step of the second epoch; its loss was finite
            for parameter in self.network.parameters():
                parameter.grad.fill_(float("nan"))

    monkeypatch.setattr(running.Colourist, "on_before_optimizer_step", spoil, raising=False)
    with pytest.raises(Diverged, match=r"no longer finite.*start from instead: .*last-good\.safetensors"):
        train(a_run(colour_folder(12)), run, Told())
    assert finite(states(run))


def test_too_little_memory_is_told_with_what_to_do(colour_folder, run, monkeypatch):

    def forget(self, batch, batch_idx):
        raise RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)")

    monkeypatch.setattr(running.Colourist, "training_step", forget)
    with pytest.raises(TrainingError, match=r"too little memory to learn from 4 photos of 32 pixels.*smaller batch"):
        train(a_run(colour_folder(12)), run, Told())


def test_a_run_that_has_ended_tells_its_verdict_again_though_its_photos_are_gone(colour_folder, tmp_path):
    folder, run, told, again = colour_folder(20), tmp_path / "run", Told(), Told()
    run.mkdir()
    saved = train(fine_tuning(folder, start_weights(tmp_path)), run, told)
    shutil.rmtree(folder)
    run = run.rename(tmp_path / "elsewhere")
    (run / "photos.u8").write_bytes(b"many")  # as a kill at the end leaves it
    assert train(Run.read(run), run, again).sha256 == saved.sha256
    assert [event["event"] for event in again.events] == ["verdict", "saved"]
    assert again.events[0] == told.of("verdict")[0] | {"sheet": run / "verdict.png"}
    assert again.events[0]["sheet"].is_file()
    assert not (run / "photos.u8").exists()


def test_a_run_whose_folder_was_moved_still_knows_its_best_epoch(colour_folder, tmp_path, monkeypatch):
    run, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    run.mkdir()
    judged = lambda self, batch, n: self.log_dict(  # noqa: E731 - the first epoch is the best
        {"val_loss": 1.0, "val_ciede2000": 5.0 + self.current_epoch}, batch_size=1
    )
    monkeypatch.setattr(running.Colourist, "validation_step", judged)
    train(a_run(colour_folder(12), epochs=1), run, Told())
    best = states(run)
    (run / "result.safetensors").unlink()
    run.rename(elsewhere)
    train(replace(Run.read(elsewhere), epochs=2), elsewhere, Told())
    kept = running._learnt(Run.read(elsewhere), elsewhere)
    assert all(torch.equal(value, best["network." + name]) for name, value in kept.items())
    assert not run.exists()


@pytest.mark.parametrize(
    ("place", "end", "done", "code"),
    [
        ("_trainer", KeyboardInterrupt, 0, 130),
        ("_finish", KeyboardInterrupt, 1, 130),
        ("_finish", BrokenPipeError, 1, 1),  # nobody reads any more what it tells
    ],
)
def test_a_run_that_is_stopped_before_or_after_its_steps_says_how_to_go_on(
    colour_folder, run, monkeypatch, place, end, done, code
):

    def interrupt(*_):
        raise end

    monkeypatch.setattr(running, place, interrupt)
    with pytest.raises(Stopped, match=rf"Stopped after {done} of 1 epochs\. To go on: kmhc train --resume") as stopped:
        train(a_run(colour_folder(12), epochs=1), run, Told())
    assert stopped.value.exit_code == code


@pytest.mark.parametrize("done", [0, 1])
def test_an_epoch_without_its_checkpoint_does_not_count_as_done(colour_folder, run, monkeypatch, done):
    honest = AtomicCheckpoints.save_checkpoint

    def interrupt(self, checkpoint, path, storage_options=None):
        if checkpoint["epoch"] == done:
            raise KeyboardInterrupt
        honest(self, checkpoint, path)

    monkeypatch.setattr(AtomicCheckpoints, "save_checkpoint", interrupt)
    with pytest.raises(Stopped, match=rf"Stopped after {done} of 3 epochs"):
        train(a_run(colour_folder(12)), run, Told())
    assert len(read_history(run / HISTORY)) == done + 1


@pytest.mark.parametrize(
    ("place", "name", "remedy"),
    [
        pytest.param(running, "write_weights", "go on with the run", id="at the end"),
        pytest.param(AtomicCheckpoints, "save_checkpoint", "start again", id="before anything is learnt"),
    ],
)
def test_a_disk_that_is_full_is_told_with_what_to_do(colour_folder, run, monkeypatch, place, name, remedy):

    def write(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(place, name, write)
    with pytest.raises(DiskFull, match=rf"run: the disk is full\. Make room, then {remedy}\."):
        train(a_run(colour_folder(12), epochs=1), run, Told())


@pytest.mark.parametrize(
    ("epochs", "patience"), [pytest.param(4, 1, id="stopped early"), pytest.param(2, 9, id="done")]
)
def test_a_run_that_was_killed_while_it_was_judged_learns_no_more(colour_folder, run, monkeypatch, epochs, patience):
    judged = lambda self, batch, n: self.log_dict(  # noqa: E731 - worse after the first epoch, better from the third
        {"val_loss": 1.0, "val_ciede2000": (5.0, 6.0, 1.0, 1.0)[self.current_epoch]}, batch_size=1
    )
    monkeypatch.setattr(running.Colourist, "validation_step", judged)
    recipe = replace(PAPER, size=32, batch=4, patience=patience)
    asked = a_run(colour_folder(12), recipe=recipe, epochs=epochs)
    train(asked, run, Told())
    assert len(read_history(run / HISTORY)) == 2
    (run / "result.safetensors").unlink()
    monkeypatch.setattr(running, "try_out", None)  # nor does it try out steps that it will not make
    told = Told()
    train(asked, run, told)
    assert [event["event"] for event in told.events[-2:]] == ["judging", "saved"]
    assert not told.of("started")
    assert len(read_history(run / HISTORY)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no folder vanishes there while its files are open")
def test_a_folder_that_vanishes_is_not_made_again_and_the_run_says_so(colour_folder, tmp_path, monkeypatch):
    run = tmp_path / "disk" / "run"
    run.mkdir(parents=True)
    told = Told()
    monkeypatch.setattr(running, "TensorBoardLogger", lambda *_, **__: False)  # its thread would complain too

    def unplug(event, **values):
        told(event, **values)
        if event == "epoch":
            shutil.rmtree(tmp_path / "disk")

    with pytest.raises(OutputError, match="run: the output folder cannot be written to any more"):
        train(a_run(colour_folder(12)), run, unplug)
    assert len(told.of("epoch")) == 1
    assert not (tmp_path / "disk").exists()


def test_a_damaged_file_of_a_run_is_named(colour_folder, run):
    asked = a_run(colour_folder(12), epochs=1)
    train(asked, run, Told())
    (run / "result.safetensors").unlink()
    for name in (HISTORY, "last.ckpt"):
        (run / name).write_bytes(b"junk,\n1,2\n")
        with pytest.raises(TrainingError, match=rf"{name} is damaged"):
            train(replace(asked, epochs=2), run, Told())
        (run / name).unlink()


def test_damaged_copies_of_the_photos_are_made_anew(colour_folder, run):
    told = Told()
    asked = a_run(colour_folder(12))
    prepare(asked, run, Told())
    (run / "photos.u8").write_bytes(b"")
    assert len(prepare(asked, run, told).samples) == 12
    assert told.of("preparing")


def test_a_run_from_an_encoder_s_file_goes_on_when_the_file_is_gone(colour_folder, tmp_path, run):
    told = Told()
    asked = a_run(colour_folder(12), start=str(start_weights(tmp_path)), start_kind="encoder", epochs=1)
    train(asked, run, Told())
    (run / "result.safetensors").unlink()
    (tmp_path / "start.safetensors").unlink()
    train(replace(asked, epochs=2), run, told)
    assert told.of("saved")


def finite(state: dict[str, torch.Tensor]) -> bool:
    return all(torch.isfinite(value).all() for value in state.values())


def test_a_learning_rate_that_a_plateau_reduced_stays_reduced_when_a_killed_run_goes_on(
    colour_folder, tmp_path, monkeypatch
):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    recipe = replace(PAPER, size=32, batch=4, warm_up=1, patience=2, eps=1e-8)  # one bad epoch is as many as it bears
    run = a_run(colour_folder(12), recipe=recipe, epochs=4)
    rates: list[float] = []
    honest = running.Recorder.on_train_batch_end

    def watch(self, trainer, module, outputs, batch, batch_idx):
        rates.append(trainer.optimizers[0].param_groups[0]["lr"])
        if die and trainer.global_step == 5:
            raise Killed
        honest(self, trainer, module, outputs, batch, batch_idx)

    monkeypatch.setattr(running.Recorder, "on_train_batch_end", watch)
    # The loss stagnates; what decides whether to stop early does not.
    judged = lambda self, batch, n: self.log_dict(  # noqa: E731
        {"val_loss": 1.0, "val_ciede2000": 9.0 - self.current_epoch}, batch_size=1
    )
    monkeypatch.setattr(running.Colourist, "validation_step", judged)
    die = False
    train(run, whole, Told())
    expected, rates = rates, []
    assert len(set(expected)) > 1
    die = True
    with pytest.raises(Killed):
        train(run, killed, Told())
    die, first = False, rates[:4]
    rates = []
    train(run, killed, Told())
    assert first + rates == expected


@pytest.mark.parametrize("hidden", [True, False])
def test_a_full_disk_stays_known_where_torch_hides_it(tmp_path, monkeypatch, hidden):
    def save(checkpoint, file):
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError:
            if hidden:
                raise RuntimeError("unexpected pos 704 vs 598")  # noqa: B904 - as torch does
            raise

    monkeypatch.setattr(torch, "save", save)
    with pytest.raises(OSError, match="No space left"):
        AtomicCheckpoints().save_checkpoint({"state_dict": {}}, tmp_path / "last.ckpt")
    assert not list(tmp_path.iterdir())


def test_a_disk_that_fills_up_ends_a_run_with_what_to_do_and_it_goes_on_from_its_last_epoch(
    colour_folder, run, monkeypatch
):
    honest = AtomicCheckpoints.save_checkpoint

    def save(self, checkpoint, path, storage_options=None):
        if checkpoint["epoch"] == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        honest(self, checkpoint, path)

    with monkeypatch.context() as patch:
        patch.setattr(AtomicCheckpoints, "save_checkpoint", save)
        with pytest.raises(DiskFull, match=r"run: the disk is full\. Make room, then go on with the run\."):
            train(a_run(colour_folder(12)), run, Told())
    told = Told()
    train(Run.read(run), run, told)
    assert told.of("started")[0]["resumed"]
    assert told.of("saved")


@pytest.mark.parametrize(
    ("tell", "begun", "then"),
    [
        pytest.param(tell_people, True, "Make room. To go on: kmhc train --resume {0}", id="a run that has begun"),
        pytest.param(tell_people, False, "Make room, then start again.", id="photos that were being decoded"),
        pytest.param(tell_json, True, "Make room, then start again.", id="a run of the window, which drops it"),
    ],
)
def test_a_full_disk_before_anything_is_learnt_is_told_with_what_to_do(
    colour_folder, run, monkeypatch, tell, begun, then
):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(running, "_learn" if begun else "prepare", full)
    monkeypatch.setenv(cli.LED_RUN, "")
    with pytest.raises(DiskFull) as told:
        cli._run(a_run(colour_folder(12), epochs=1), run, tell, False)
    assert str(told.value) == f"{run}: the disk is full. {then.format(run)}"
