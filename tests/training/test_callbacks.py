import contextlib
import io
from types import SimpleNamespace

import pytest
import torch
from torch.optim.swa_utils import AveragedModel

from tests.training.runs import Told
from training import callbacks
from training.callbacks import AtomicCheckpoints, Average, Recorder
from training.recipe import HISTORY, PERSONAL, read_history


@pytest.mark.parametrize("why", [KeyboardInterrupt, OSError])
def test_what_breaks_a_checkpoint_off_is_told_as_what_it_is(tmp_path, monkeypatch, why):
    class Broken(io.BytesIO):
        def write(self, data):
            if len(data) > 1000:  # the weights
                raise why
            return super().write(data)

    monkeypatch.setattr(callbacks, "replacing", lambda _: contextlib.nullcontext(Broken()))
    with pytest.raises(why):
        AtomicCheckpoints().save_checkpoint({"weights": torch.ones(10_000)}, tmp_path / "last.ckpt")


def test_the_seconds_and_the_rows_of_a_killed_run_go_on_where_they_were(tmp_path):
    recorder = Recorder(tmp_path, Told(), PERSONAL, torch.empty(0))
    recorder.load_state_dict({"seconds": 100.0})
    recorder.on_train_start(None, None)
    assert 100 <= recorder.state_dict()["seconds"] < 200
    for epoch, loss in ((1, 3.0), (2, 2.0), (2, 1.0)):  # the second epoch was killed before its checkpoint
        callbacks._append(tmp_path / HISTORY, {"epoch": epoch, "train_loss": loss})
    rows = read_history(tmp_path / HISTORY)
    assert [(row["epoch"], row["train_loss"]) for row in rows] == [("1", "3.0"), ("2", "1.0")]


@pytest.mark.parametrize(("before", "kept"), [(0, 0), (1, 2 / 11), (8, 0.5), (10_000, 0.9)])
def test_the_average_of_the_weights_begins_short_and_comes_to_remember_as_long_as_the_recipe_says(before, kept):
    average, network = Average(0.9), torch.nn.BatchNorm1d(2)
    average._average_model = AveragedModel(network, use_buffers=True)
    torch.nn.init.constant_(network.weight, 3.0)
    network.running_mean.fill_(2.0)
    network.num_batches_tracked.fill_(6)
    average.on_train_batch_end(SimpleNamespace(global_step=before + 1), network, None, None, 0)
    averaged = average._average_model.module
    assert averaged.weight.tolist() == pytest.approx([kept + 3 * (1 - kept)] * 2)
    assert averaged.running_mean.tolist() == pytest.approx([2 * (1 - kept)] * 2)
    assert averaged.num_batches_tracked == 6  # counters are no mean
    assert network.weight.tolist() == [3, 3]
