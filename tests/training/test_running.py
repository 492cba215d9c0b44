import gc
import json
import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from weakref import WeakSet

import pytest
import torch

from kmhc_engine import weights
from kmhc_engine.devices import Device
from kmhc_engine.errors import KMHCError
from kmhc_engine.networks import build
from tests.training.conftest import TINY
from tests.training.runs import SPEC, Told, a_run, fine_tuning, start_weights, states
from training import blending, running
from training.callbacks import Average
from training.errors import TrainingError
from training.losses import PULL
from training.parts import check_shares, loss_of, prepare
from training.recipe import HISTORY, PERSONAL, STRONG, Run, read_history
from training.running import EarlyStopping, ModelCheckpoint, train


def test_a_run_records_its_split_history_samples_checkpoints_and_weights(colour_folder, run):
    told = Told()
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


def test_a_run_learns_something_and_the_loss_of_an_epoch_is_the_mean_of_its_steps(colour_folder, tmp_path, monkeypatch):
    run, losses = tmp_path / "run", []
    run.mkdir()
    honest = running.Colourist.training_step

    def watch(self, batch, batch_idx):
        loss = honest(self, batch, batch_idx)
        losses.append(loss.item())
        return loss

    monkeypatch.setattr(running.Colourist, "training_step", watch)
    train(a_run(colour_folder(12), steps=6), run, Told())
    told = [float(row["train_loss"]) for row in read_history(run / HISTORY)]
    assert told == pytest.approx([sum(losses[n : n + 6]) / 6 for n in (0, 6, 12)], rel=1e-4)
    assert told[-1] < told[0]


def test_the_computer_does_not_suspend_before_a_run_has_ended(colour_folder, run, session_manager):
    train(a_run(colour_folder(12)), run, Told())
    assert session_manager.asked == [("Inhibit", 4), ("Uninhibit", 7)]


def test_a_run_whose_teacher_is_gone_says_which_file(colour_folder, tmp_path, run):
    with pytest.raises(KMHCError, match=r"gone\.safetensors"):
        train(a_run(colour_folder(12), teacher=str(tmp_path / "gone.safetensors")), run, Told())


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
        check_shares(run, Device(name, "A card", "fp32", ""))


def test_torchrun_says_how_many_share_the_work(monkeypatch):
    run = Run(SPEC, "", "none", "", "Mine", replace(PERSONAL, batch=4), 1, 1)
    assert run.processes == (1, 1)
    for name, value in (("TORCHELASTIC_RUN_ID", "x"), ("LOCAL_WORLD_SIZE", "4"), ("GROUP_WORLD_SIZE", "2")):
        monkeypatch.setenv(name, value)
    assert run.processes == (4, 2)
    with pytest.raises(TrainingError, match="shared evenly by 8 devices"):
        check_shares(run, Device("cpu", "", "fp32", ""))


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


def test_all_runs_are_judged_by_one_loss_whatever_taught_them():
    run = Run(SPEC, "", "none", "", "Mine", replace(STRONG, pull=40.0), 1, 1)
    assert (loss_of(run).pull, loss_of(run, judging=True).pull) == (40, PULL)


@pytest.fixture
def no_garbage_collection():
    was = gc.isenabled()
    gc.disable()
    yield
    if was:
        gc.enable()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system does not tell what is open")
@pytest.mark.usefixtures("no_garbage_collection")  # it may come too late
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


@pytest.mark.usefixtures("no_garbage_collection")
def test_networks_that_have_judged_are_let_go_before_the_next(colour_folder, tmp_path, run, monkeypatch):
    alive, counts = WeakSet(), []

    class Counted(running.TorchColouriser):
        def __init__(self, *parts):
            super().__init__(*parts)
            alive.add(self._network)
            counts.append(len(alive))

    monkeypatch.setattr(running, "TorchColouriser", Counted)
    train(fine_tuning(colour_folder(20), start_weights(tmp_path)), run, Told())
    assert max(counts) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_a_folder_whose_name_is_no_unicode_is_named_all_the_same(colour_folder, tmp_path):
    run, photos = tmp_path / "run", tmp_path / os.fsdecode(b"Gro\xdfmutter")
    run.mkdir()
    colour_folder(12).rename(photos)
    saved = train(a_run(photos, epochs=1), run, Told())
    assert saved.trained_on.endswith(r"photos of Gro\xdfmutter")


def test_fine_tuning_leaves_encoder_and_licence_alone_and_ends_with_a_verdict(colour_folder, tmp_path, run):
    told = Told()
    start = start_weights(tmp_path, licence="Research only")
    saved = train(fine_tuning(colour_folder(20), start), run, told)
    assert saved.licence == "Research only"
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
    assert "of 6 held-out photos, mean colour difference" in verdict["text"]
    results = json.loads((run / "results.json").read_text())
    assert set(results) == {"grey", "start", "weights"}
    assert results["start"]["ciede2000"] == pytest.approx(verdict["start"])
    assert results["weights"]["loss"] > 0


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_fine_tuning_keeps_the_share_of_what_was_learnt_that_the_photos_to_tune_by_ask_for(
    colour_folder, tmp_path, run, monkeypatch, share
):
    told = Told()
    start = start_weights(tmp_path)
    monkeypatch.setattr(blending, "SHARES", (share,))
    saved = train(fine_tuning(colour_folder(20), start), run, told)
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
    assert verdict["share"] == share


def test_training_weights_further_for_everyone_keeps_all_that_was_learnt(colour_folder, tmp_path, run, monkeypatch):
    told = Told()
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
