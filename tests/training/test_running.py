import errno
import json
import os
import shutil
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from kmhc_engine import weights
from kmhc_engine.devices import Device
from kmhc_engine.errors import DiskFull, KMHCError
from kmhc_engine.networks import build
from kmhc_engine.weights_format import write_weights
from tests.training.conftest import TINY
from training import blending, running
from training.callbacks import HISTORY, AtomicCheckpoints, Average, read_history
from training.errors import Diverged, TrainingError
from training.losses import PULL
from training.recipe import PAPER, PERSONAL, STRONG, Run
from training.running import EarlyStopping, ModelCheckpoint, prepare, train


class Told:
    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: str, **values: Any) -> None:
        self.events.append({"event": event, **values})

    def of(self, event: str) -> list[dict[str, Any]]:
        return [told for told in self.events if told["event"] == event]


SPEC = "unet/tu-test_resnet/LAB/chroma"


def a_run(photos: Path, **changes: Any) -> Run:
    recipe = replace(STRONG, size=32, batch=4, warm_up=2)
    return replace(Run(SPEC, "", "none", str(photos), "Mine", recipe, 3, 2, device="cpu"), **changes)


def start_weights(tmp_path: Path) -> Path:
    network = build(TINY)
    return write_weights(tmp_path / "start.safetensors", network.state_dict(), variants_find(), side=32).path


def variants_find():
    from kmhc_engine import variants

    return variants.find(SPEC)


def states(folder: Path) -> dict[str, torch.Tensor]:
    return torch.load(folder / "last.ckpt", weights_only=False)["state_dict"]


def test_a_run_records_its_split_history_samples_checkpoints_and_weights(colour_folder, tmp_path):
    run, told = tmp_path / "run", Told()
    run.mkdir()
    saved = train(a_run(colour_folder(12)), run, told)
    assert saved.title == "Mine"
    assert saved.metrics["ciede2000"] > 0
    assert weights.info(run / "result.safetensors").variant.spec.startswith(SPEC)
    assert [row["epoch"] for row in read_history(run / HISTORY)] == ["1", "2", "3"]
    assert all(float(row["val_psnr"]) > 0 for row in read_history(run / HISTORY))
    for name in ("run.json", "split.csv", "last.ckpt", "best.ckpt", "samples/epoch-0003.png"):
        assert (run / name).is_file(), name
    assert any((run / "tensorboard").iterdir())
    assert not (run / "photos.u8").exists()  # the copies are gone once they are not needed
    kinds = [told["event"] for told in told.events]
    assert kinds.index("started") < kinds.index("epoch") < kinds.index("saved")
    assert len(told.of("epoch")) == 3


def test_a_run_learns_something(colour_folder, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    train(a_run(colour_folder(12), epochs=6, steps=6), run, Told())
    losses = [float(row["train_loss"]) for row in read_history(run / HISTORY)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("workers", [0, 2])  # as on a CPU, and on a GPU, where others cut the photos ahead
def test_a_killed_run_goes_on_to_the_same_end(colour_folder, tmp_path, monkeypatch, workers):
    honest = running.PhotoBatches
    monkeypatch.setattr(running, "PhotoBatches", lambda run, packed, **_: honest(run, packed, workers))
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    run = a_run(colour_folder(12))
    train(run, whole, Told())

    class Killed(BaseException):
        pass

    def die(self, trainer, module, outputs, batch, batch_idx):
        if trainer.global_step == 3:  # in the middle of the second epoch
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(running.Recorder, "on_train_batch_end", die)
        with pytest.raises(Killed):
            train(run, killed, Told())
    told = Told()
    train(run, killed, told)
    assert told.of("started")[0]["resumed"]
    assert [row["epoch"] for row in read_history(killed / HISTORY)] == ["1", "2", "3"]
    expected, got = states(whole), states(killed)
    for name in expected:
        torch.testing.assert_close(got[name], expected[name], rtol=1e-4, atol=1e-5, msg=name)


def test_a_teacher_of_another_network_makes_a_difference_and_a_killed_run_goes_on_with_it(
    colour_folder, tmp_path, monkeypatch
):
    from kmhc_engine import variants

    linknet = variants.find("linknet/tu-test_resnet/LAB/chroma")
    teacher = write_weights(tmp_path / "teacher.safetensors", build(linknet).state_dict(), linknet).path
    alone, whole, killed = (tmp_path / name for name in ("alone", "whole", "killed"))
    for folder in (alone, whole, killed):
        folder.mkdir()
    run = a_run(colour_folder(12), epochs=2)
    train(run, alone, Told())
    run = replace(run, teacher=str(teacher))
    train(run, whole, Told())

    class Killed(BaseException):
        pass

    def die(self, trainer, module, outputs, batch, batch_idx):
        if trainer.global_step == 3:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(running.Recorder, "on_train_batch_end", die)
        with pytest.raises(Killed):
            train(run, killed, Told())
    train(Run.read(killed), killed, Told())
    expected, got, untaught = states(whole), states(killed), states(alone)
    assert any(not torch.allclose(expected[name], untaught[name], atol=1e-6) for name in expected)
    for name in expected:
        torch.testing.assert_close(got[name], expected[name], rtol=1e-4, atol=1e-5, msg=name)


@pytest.mark.parametrize(("count", "kept"), [(0, 0.1), (8, 0.5), (10_000, 0.9)])
def test_the_average_of_the_weights_begins_short_and_comes_to_remember_as_long_as_the_recipe_says(count, kept):
    average = Average(0.9)._kwargs["multi_avg_fn"]
    older, newer = [torch.tensor([1.0]), torch.tensor([3.0])], [torch.tensor([0.0]), torch.tensor([1.0])]
    average(older, newer, torch.tensor(count))
    assert torch.cat(older).tolist() == pytest.approx([kept, 1 + 2 * kept])
    assert torch.cat(newer).tolist() == [0, 1]
    counter = [torch.tensor(5)]
    average(counter, [torch.tensor(6)], torch.tensor(count))
    assert counter == [6]  # counters are no mean


def test_the_loss_of_an_epoch_in_the_history_is_the_mean_of_its_steps(colour_folder, tmp_path, monkeypatch):
    run, losses = tmp_path / "run", []
    run.mkdir()
    honest = running.Colourist.training_step

    def watch(self, batch, batch_idx):
        losses.append(honest(self, batch, batch_idx))
        return losses[-1]

    monkeypatch.setattr(running.Colourist, "training_step", watch)
    train(a_run(colour_folder(12), epochs=2, steps=3), run, Told())
    told = [float(row["train_loss"]) for row in read_history(run / HISTORY)]
    assert told == pytest.approx([float(sum(losses[n : n + 3])) / 3 for n in (0, 3)], rel=1e-4)


def test_a_run_whose_teacher_is_gone_says_which_file(colour_folder, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    with pytest.raises(KMHCError, match=r"gone\.safetensors"):
        train(a_run(colour_folder(12), teacher=str(tmp_path / "gone.safetensors")), run, Told())


def test_a_loss_that_is_not_finite_stops_the_run_and_keeps_the_last_good_weights(colour_folder, tmp_path, monkeypatch):
    run = tmp_path / "run"
    run.mkdir()
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


def test_weights_that_a_last_step_spoilt_do_not_take_the_place_of_the_last_good_ones(
    colour_folder, tmp_path, monkeypatch
):
    run = tmp_path / "run"
    run.mkdir()

    def spoil(self, optimizer):
        if self.global_step == 3:  # the last step of the second epoch; its loss was finite
            for parameter in self.network.parameters():
                parameter.grad.fill_(float("nan"))

    monkeypatch.setattr(running.Colourist, "on_before_optimizer_step", spoil, raising=False)
    with pytest.raises(Diverged, match=r"no longer finite.*start from instead: .*last-good\.safetensors"):
        train(a_run(colour_folder(12)), run, Told())
    assert finite(states(run))


def test_too_little_memory_is_told_with_what_to_do(colour_folder, tmp_path, monkeypatch):
    run = tmp_path / "run"
    run.mkdir()

    def forget(self, batch, batch_idx):
        raise RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)")

    monkeypatch.setattr(running.Colourist, "training_step", forget)
    with pytest.raises(TrainingError, match=r"too little memory to learn from 4 photos of 32 pixels.*smaller batch"):
        train(a_run(colour_folder(12)), run, Told())


@pytest.mark.parametrize(
    ("name", "devices", "told"),
    [
        ("cpu", 4, None),
        ("cpu", 3, "4 photos a step cannot be shared evenly by 3 devices"),
        ("cuda", 2, "Asked for 2 devices, but there is only 1: A card"),
        ("mps", 2, "Asked for 2 devices, but there is only 1: A card"),
    ],
)
def test_devices_that_cannot_share_the_work_are_refused(monkeypatch, name, devices, told):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    run = Run(SPEC, "", "none", "", "Mine", replace(PERSONAL, batch=4), 1, 1, devices=devices)
    with pytest.raises(TrainingError, match=told) if told else nullcontext():
        running.check_shares(run, Device(name, "A card", "fp32", ""))


def test_torchrun_says_how_many_share_the_work(monkeypatch):
    run = Run(SPEC, "", "none", "", "Mine", replace(PERSONAL, batch=4), 1, 1)
    assert run.processes == (1, 1)
    for name, value in (("TORCHELASTIC_RUN_ID", "x"), ("LOCAL_WORLD_SIZE", "4"), ("GROUP_WORLD_SIZE", "2")):
        monkeypatch.setenv(name, value)
    assert run.processes == (4, 2)
    with pytest.raises(TrainingError, match="shared evenly by 8 devices"):
        running.check_shares(run, Device("cpu", "", "fp32", ""))


def test_a_run_that_has_ended_tells_its_verdict_again_though_its_photos_are_gone(colour_folder, tmp_path):
    folder, run, told, again = colour_folder(20), tmp_path / "run", Told(), Told()
    run.mkdir()
    recipe = replace(PERSONAL, size=32, warm_up=1)
    asked = a_run(folder, recipe=recipe, start=str(start_weights(tmp_path)), start_kind="weights", epochs=1)
    saved = train(asked, run, told)
    shutil.rmtree(folder)
    run = run.rename(tmp_path / "elsewhere")
    assert train(Run.read(run), run, again).sha256 == saved.sha256
    assert [event["event"] for event in again.events] == ["verdict", "saved"]
    assert again.events[0] == told.of("verdict")[0] | {"sheet": run / "verdict.png"}
    assert again.events[0]["sheet"].is_file()


@pytest.mark.parametrize("name", ["last.ckpt", HISTORY])
def test_a_damaged_file_of_a_run_is_named(colour_folder, tmp_path, name):
    run = tmp_path / "run"
    run.mkdir()
    asked = a_run(colour_folder(12), epochs=1)
    train(asked, run, Told())
    (run / "result.safetensors").unlink()
    (run / name).write_bytes(b"junk,\n1,2\n")
    with pytest.raises(TrainingError, match=rf"{name} is damaged"):
        train(replace(asked, epochs=2), run, Told())


def test_damaged_copies_of_the_photos_are_made_anew(colour_folder, tmp_path):
    run, told = tmp_path / "run", Told()
    run.mkdir()
    asked = a_run(colour_folder(12))
    prepare(asked, run, Told())
    (run / "photos.u8").write_bytes(b"")
    train(asked, run, told)
    assert told.of("preparing")
    assert told.of("saved")


@pytest.mark.parametrize(("kind", "kept"), [("none", 1.0), ("weights", 2.0)])
def test_the_best_epoch_is_kept_but_of_a_personal_run_the_last(tmp_path, kind, kept):
    for name, value in (("best.ckpt", 1.0), ("last.ckpt", 2.0)):
        torch.save({"state_dict": {"network.w": torch.tensor(value)}}, tmp_path / name)
    run = Run(SPEC, "", kind, "", "Mine", PERSONAL, 1, 1)
    assert running._learnt(run, tmp_path)["w"] == kept


def test_the_trainer_stops_early_averages_the_weights_and_clips_gradients(colour_folder, tmp_path):
    run = a_run(colour_folder(12), recipe=replace(STRONG, size=32, batch=4, patience=7, clip=0.5))
    trainer = running._trainer(run, tmp_path, Told(), Device("cpu", "", "bf16", ""), prepare(run, tmp_path, Told()))
    kinds = {type(callback): callback for callback in trainer.callbacks}
    assert Average in kinds
    assert (kinds[EarlyStopping].monitor, kinds[EarlyStopping].patience) == ("val_ciede2000", 7)
    best = next(c for c in trainer.callbacks if isinstance(c, ModelCheckpoint) and c.filename == "best")
    assert (best.monitor, best.mode) == ("val_ciede2000", "min")
    assert trainer.gradient_clip_val == 0.5
    assert trainer.precision == "bf16-mixed"


def test_what_the_start_weights_ask_for_holds_for_what_becomes_of_them(colour_folder, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    start = write_weights(
        tmp_path / "s.safetensors", build(TINY).state_dict(), variants_find(), side=32, licence="Research only"
    ).path
    recipe = replace(PERSONAL, size=32, warm_up=1)
    asked = a_run(colour_folder(20), recipe=recipe, start=str(start), start_kind="weights", epochs=1)
    assert train(asked, run, Told()).licence == "Research only"


def test_a_run_from_an_encoder_s_file_goes_on_when_the_file_is_gone(colour_folder, tmp_path):
    run, told = tmp_path / "run", Told()
    run.mkdir()
    asked = a_run(colour_folder(12), start=str(start_weights(tmp_path)), start_kind="encoder", epochs=1)
    train(asked, run, Told())
    (run / "result.safetensors").unlink()
    (tmp_path / "start.safetensors").unlink()
    train(replace(asked, epochs=2), run, told)
    assert told.of("saved")


def test_all_runs_are_judged_by_one_loss_whatever_taught_them():
    run = Run(SPEC, "", "none", "", "Mine", replace(STRONG, pull=40.0), 1, 1)
    assert (running.loss_of(run).pull, running.loss_of(run, judging=True).pull) == (40, PULL)


def finite(state: dict[str, torch.Tensor]) -> bool:
    return all(torch.isfinite(value).all() for value in state.values())


def test_a_learning_rate_that_a_plateau_reduced_stays_reduced_when_a_killed_run_goes_on(
    colour_folder, tmp_path, monkeypatch
):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    recipe = replace(PAPER, size=32, batch=4, warm_up=1, patience=2, eps=1e-8)  # one bad epoch is as many as it bears
    run = a_run(colour_folder(12), recipe=recipe, epochs=6)
    rates: list[float] = []

    class Killed(BaseException):
        pass

    honest = running.Recorder.on_train_batch_end

    def watch(self, trainer, module, outputs, batch, batch_idx):
        rates.append(trainer.optimizers[0].param_groups[0]["lr"])
        if die and trainer.global_step == 9:
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
    die, first = False, rates[:8]
    rates = []
    train(run, killed, Told())
    assert first + rates == expected


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system does not tell what is open")
def test_decoded_photos_are_let_go_before_they_are_deleted(colour_folder, tmp_path, monkeypatch):
    run, told, held = tmp_path / "run", Told(), []
    run.mkdir()
    honest = running.Packed.discard

    def discard(folder: Path) -> None:
        held.append(str(run / "photos.u8") in Path("/proc/self/maps").read_text())
        held.append(not told.of("saved"))
        honest(folder)

    monkeypatch.setattr(running.Packed, "discard", discard)
    train(a_run(colour_folder(12), epochs=1), run, told)
    assert held == [False, False]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_a_folder_whose_name_is_no_unicode_is_named_all_the_same(colour_folder, tmp_path):
    run, photos = tmp_path / "run", tmp_path / os.fsdecode(b"Gro\xdfmutter")
    run.mkdir()
    colour_folder(12).rename(photos)
    saved = train(a_run(photos, epochs=1), run, Told())
    assert saved.trained_on.endswith(r"photos of Gro\xdfmutter")


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


def test_fine_tuning_leaves_the_encoder_alone_and_ends_with_a_verdict(colour_folder, tmp_path):
    run, told = tmp_path / "run", Told()
    run.mkdir()
    start = start_weights(tmp_path)
    recipe = replace(PERSONAL, size=32, warm_up=1)
    train(a_run(colour_folder(20), recipe=recipe, start=str(start), start_kind="weights", epochs=1), run, told)
    before = build(TINY)
    weights.load_into(before, weights.info(start))
    after = states(run)
    changed = {name for name, value in before.state_dict().items() if not torch.equal(value, after["network." + name])}
    assert changed
    assert not any(name.startswith("encoder.") for name in changed)
    assert not any("running" in name for name in changed)
    (verdict,) = told.of("verdict")
    assert verdict["of"] == 6
    assert 0 <= verdict["better"] <= 6
    assert Path(verdict["sheet"]).is_file()
    assert "of 6 held-out photos, mean CIEDE2000" in verdict["text"]
    results = json.loads((run / "results.json").read_text())
    assert set(results) == {"grey", "start", "weights"}
    assert results["start"]["ciede2000"] == pytest.approx(verdict["start"])
    assert results["weights"]["loss"] > 0


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_fine_tuning_keeps_the_share_of_what_was_learnt_that_the_photos_to_tune_by_ask_for(
    colour_folder, tmp_path, monkeypatch, share
):
    run, told = tmp_path / "run", Told()
    run.mkdir()
    start = start_weights(tmp_path)
    monkeypatch.setattr(blending, "SHARES", (share,))
    recipe = replace(PERSONAL, size=32, warm_up=1)
    saved = train(a_run(colour_folder(20), recipe=recipe, start=str(start), start_kind="weights", epochs=1), run, told)
    assert saved.metrics["share_of_learnt"] == share
    before, kept = build(TINY), build(TINY)
    weights.load_into(before, weights.info(start))
    weights.load_into(kept, saved)
    end = states(run)
    for name, value in kept.state_dict().items():
        if name.endswith("weight"):
            expected = before.state_dict()[name].lerp(end["network." + name], share)
            torch.testing.assert_close(value, expected, rtol=1e-3, atol=1e-5, msg=name)
    (verdict,) = told.of("verdict")
    assert (verdict["tuned"] == pytest.approx(verdict["start"], abs=1e-2)) is (share == 0)
    assert share > 0 or not verdict["improved"]


def test_training_weights_further_for_everyone_keeps_all_that_was_learnt(colour_folder, tmp_path, monkeypatch):
    run, told = tmp_path / "run", Told()
    run.mkdir()
    monkeypatch.setattr(blending, "SHARES", (0.0,))  # were they asked, nothing would be kept
    saved = train(
        a_run(colour_folder(20), start=str(start_weights(tmp_path)), start_kind="weights", epochs=1), run, told
    )
    kept = build(TINY)
    weights.load_into(kept, saved)
    end = states(run)
    for name, value in kept.named_parameters():
        torch.testing.assert_close(value.detach(), end["network." + name], rtol=1e-3, atol=1e-5, msg=name)
    assert told.of("verdict")


def test_the_record_of_a_run_reads_back_the_same(tmp_path):
    run = a_run(tmp_path, epochs=7)
    run.write(tmp_path)
    assert Run.read(tmp_path) == run
    json.loads((tmp_path / "run.json").read_text())


def test_a_disk_that_fills_up_ends_a_run_with_what_to_do_and_it_goes_on_from_its_last_epoch(
    colour_folder, tmp_path, monkeypatch
):
    run = tmp_path / "run"
    run.mkdir()
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
