import json

import pytest

from tests.training.runs import a_run
from training.errors import TrainingError
from training.recipe import HISTORY, RUN_FILE, Run, read_history


def test_the_record_of_a_run_reads_back_the_same(tmp_path):
    run = a_run(tmp_path, epochs=7)
    run.write(tmp_path)
    assert Run.read(tmp_path) == run
    json.loads((tmp_path / "run.json").read_text())


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"recipe": {}}', '{"recipe": {"fractions": [1, 0, 0], "of_later": 1}}']
)
def test_a_record_that_is_damaged_or_of_another_version_is_named(tmp_path, text):
    (tmp_path / RUN_FILE).write_text(text)
    with pytest.raises(TrainingError, match=r"run\.json is damaged, or of another version of KMHC"):
        Run.read(tmp_path)


def test_where_torchrun_names_no_machines_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "x")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    monkeypatch.delenv("GROUP_WORLD_SIZE", raising=False)
    assert a_run(tmp_path).processes == (4, 1)


def test_a_history_may_be_missing_and_have_gaps(tmp_path):
    assert read_history(tmp_path / HISTORY) == []
    (tmp_path / HISTORY).write_text("epoch,val_psnr\n1,\n2,24.5\n")
    assert read_history(tmp_path / HISTORY) == [{"epoch": "1", "val_psnr": ""}, {"epoch": "2", "val_psnr": "24.5"}]


@pytest.mark.parametrize(
    "rows", ["epoch,loss\none,0.5", "loss\n0.5", "epoch,loss\n1,low", "epoch,loss\n1,0.5,0.5", "epoch\n1.5"]
)
def test_a_damaged_history_is_named_with_what_to_do(tmp_path, rows):
    (tmp_path / HISTORY).write_text(rows)
    with pytest.raises(TrainingError, match=r"history\.csv is damaged .* Delete it; the run can go on without\."):
        read_history(tmp_path / HISTORY)
