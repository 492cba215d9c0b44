import csv
import json
from dataclasses import asdict

import pytest
from PIL import Image

from kmhc_engine.networks import build
from kmhc_engine.weights_format import write_weights
from tests.training.conftest import TINY, colour_photo, save
from training import report
from training.callbacks import COLUMNS, HISTORY
from training.errors import TrainingError
from training.recipe import PAPER, Run
from training.report import make_report


@pytest.fixture
def recorded(tmp_path):
    """Two runs as they lie on the disk."""
    folders = []
    for number in (2, 6):
        folder = tmp_path / f"run-{number}"
        folder.mkdir()
        run = Run(str(number), "", "none", "/photos", f"Run {number}", PAPER, 3, 1)
        (folder / "run.json").write_text(json.dumps(asdict(run)))
        with (folder / HISTORY).open("w", newline="") as file:
            rows = csv.DictWriter(file, COLUMNS, restval="")
            rows.writeheader()
            for epoch in (1, 2, 3):
                rows.writerow({"epoch": epoch, "val_loss": 1 / epoch, "val_accuracy": 90 + epoch + number / 10})
        results = {"weights": {"accuracy": 90.0 + number, "loss": 20.0}, "grey": {"accuracy": 93.8, "loss": 22.0}}
        (folder / "results.json").write_text(json.dumps(results))
        folders.append(folder)
    return folders


def test_the_table_holds_ours_the_published_and_the_grey_baseline(recorded, tmp_path):
    make_report(recorded, tmp_path / "report", photos=None, legacy=None)
    with (tmp_path / "report" / "table-2.csv").open(newline="") as file:
        rows = {row["variant"]: row for row in csv.DictReader(file)}
    assert rows["Run 6"]["accuracy %"] == "96.00"
    assert rows["Run 6"]["published accuracy %"] == "94.93"
    assert rows["Run 6"]["parameters M"] == "15.96"
    assert rows["Run 6"]["epochs"] == "3"
    assert rows["grey (baseline of Run 6)"]["accuracy %"] == "93.80"


def test_runs_of_one_name_are_told_apart_by_their_folders(recorded, tmp_path):
    for folder in recorded:
        run = json.loads((folder / "run.json").read_text()) | {"title": "Mine"}
        (folder / "run.json").write_text(json.dumps(run))
    make_report(recorded, tmp_path / "report", photos=None, legacy=None)
    with (tmp_path / "report" / "table-2.csv").open(newline="") as file:
        assert [row["variant"] for row in csv.DictReader(file)][:2] == ["Mine (run-2)", "Mine (run-6)"]


def test_a_figure_decodes_no_more_photos_than_it_shows(recorded, tmp_path, monkeypatch):
    for n in range(9):
        save(tmp_path / "photos" / f"{n}.png", colour_photo(n))
    decoded = []
    honest = report.decode
    monkeypatch.setattr(report, "decode", lambda path, side, **how: decoded.append(path) or honest(path, side, **how))
    make_report(recorded, tmp_path / "out", photos=tmp_path / "photos", legacy=None)
    assert len(decoded) == report._SHOWN


def test_every_figure_is_a_picture(recorded, tmp_path):
    for n in range(2):
        save(tmp_path / "photos" / f"{n}.png", colour_photo(n))
        save(tmp_path / "legacy" / f"{n}.png", colour_photo(n)[..., 1])
    tiny = json.loads((recorded[0] / "run.json").read_text()) | {"variant": TINY.spec}
    (recorded[0] / "run.json").write_text(json.dumps(tiny))
    write_weights(recorded[0] / "result.safetensors", build(TINY).state_dict(), TINY)
    written = make_report(recorded, tmp_path / "out", photos=tmp_path / "photos", legacy=tmp_path / "legacy")
    figures = [path for path in written if path.suffix == ".png"]
    assert sorted(path.name.split("-")[1] for path in figures) == ["4", "5", "6", "7", "8", "9"]
    for path in figures:
        with Image.open(path) as image:
            assert min(image.size) > 100


def test_folders_without_a_run_or_an_epoch_are_refused(recorded, tmp_path):
    with pytest.raises(TrainingError, match="holds no training run"):
        make_report([tmp_path], tmp_path / "out", photos=None, legacy=None)
    (recorded[0] / HISTORY).unlink()
    with pytest.raises(TrainingError, match="None of these runs"):
        make_report(recorded[:1], tmp_path / "out", photos=None, legacy=None)


def test_runs_on_photos_too_small_for_a_measure_are_left_out_of_its_figures(recorded, tmp_path):
    history = recorded[0] / HISTORY
    with history.open(newline="") as file:
        rows = list(csv.DictReader(file))
    with history.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows([row | {"val_accuracy": ""} for row in rows])
    small, large = map(report._read, recorded)
    assert report._with("val_accuracy", [small, large]) == [large]
    assert report._with("val_loss", [small, large]) == [small, large]
    assert report._boxes([small], tmp_path / "boxes.png").is_file()  # none has the measure
    assert report._curves([small], tmp_path / "curves.png", "val_accuracy", "accuracy").is_file()
