import csv
import json
from dataclasses import asdict

import numpy as np
import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from kmhc_engine import resources
from kmhc_engine.networks import build
from kmhc_engine.scan import scan
from kmhc_engine.weights_format import write_weights
from tests.training.conftest import TINY, colour_photo, save
from training import cli, report
from training.callbacks import COLUMNS
from training.errors import TrainingError
from training.recipe import HISTORY, PAPER, Run
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
                judged = {"val_loss": 1 / epoch, "val_accuracy": 90 + epoch + number / 10}
                rows.writerow({"epoch": epoch, "val_grey_accuracy": 90 + number} | judged)
        weights = {"accuracy": 90.0 + number, "loss": 20.0 - number}
        results = {"weights": weights, "grey": {"accuracy": 93.8, "loss": 22.0}}
        (folder / "results.json").write_text(json.dumps(results))
        folders.append(folder)
    return folders


def retold(folder, **changes):
    run = json.loads((folder / "run.json").read_text()) | changes
    (folder / "run.json").write_text(json.dumps(run))


def finished(folder):
    """Give a run its weights."""
    retold(folder, variant=TINY.spec)
    write_weights(folder / "result.safetensors", build(TINY).state_dict(), TINY)


SAVE = report._save  # to draw a figure takes long


@pytest.fixture
def figures(monkeypatch):
    """Number -> figure, kept instead of saved."""
    kept = {}

    def keep(figure, path):
        kept[int(path.name.split("-")[1])] = figure
        return path

    monkeypatch.setattr(report, "_save", keep)
    yield kept
    report.plt.close("all")


@pytest.fixture
def sheets(monkeypatch, figures):
    """Number of the figure -> label of a row -> its photos."""
    kept = {}

    def keep(path, columns, labels):
        kept[int(path.name.split("-")[1])] = dict(zip(labels, zip(*columns, strict=True), strict=True))
        return path

    monkeypatch.setattr(report, "sheet", keep)
    return kept


@pytest.mark.usefixtures("figures")
def test_the_table_holds_ours_the_published_and_the_grey_baseline(recorded, tmp_path):
    make_report(recorded, tmp_path / "report", photos=None, legacy=None)
    with (tmp_path / "report" / "table-2.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["variant"]: row for row in csv.DictReader(file)}
    assert rows["Run 6"]["accuracy %"] == "96.00"
    assert rows["Run 6"]["published accuracy %"] == "94.93"
    assert rows["Run 6"]["parameters M"] == "15.96"
    assert rows["Run 6"]["epochs"] == "3"
    assert rows["grey (baseline of Run 6)"]["accuracy %"] == "93.80"


@pytest.mark.usefixtures("figures")
def test_each_measure_stands_under_its_own_name_and_one_run_has_one_baseline(recorded, tmp_path):
    means = {"chroma_share": 0.5, "loss": 4.0, "ciede2000": 7.0, "accuracy": 95.0, "psnr": 24.0}
    (recorded[1] / "results.json").write_text(json.dumps({"weights": means, "grey": {"psnr": 22.0}}))
    make_report(recorded[1:], tmp_path / "report", photos=None, legacy=None)
    with (tmp_path / "report" / "table-2.csv").open(newline="", encoding="utf-8") as file:
        ours, grey = csv.DictReader(file)
    measures = ("accuracy %", report._LOSS, "PSNR dB", "CIEDE2000", "chroma share %")
    assert [ours[name] for name in measures] == ["95.00", "4.00", "24.00", "7.00", "0.50"]
    assert (ours["published accuracy %"], ours["published loss %"]) == ("94.93", "15.69")
    assert (grey["variant"], *[grey[name] for name in measures]) == ("grey (baseline)", "–", "–", "22.00", "–", "–")


@pytest.mark.usefixtures("figures")
def test_runs_of_one_name_are_told_apart_by_their_folders(recorded, tmp_path):
    for folder in recorded:
        retold(folder, title="Mine")
    make_report(recorded, tmp_path / "report", photos=None, legacy=None)
    with (tmp_path / "report" / "table-2.csv").open(newline="", encoding="utf-8") as file:
        assert [row["variant"] for row in csv.DictReader(file)][:2] == ["Mine (run-2)", "Mine (run-6)"]


@pytest.mark.usefixtures("figures")
def test_a_figure_decodes_no_more_photos_than_it_shows(recorded, tmp_path, monkeypatch):
    for n in range(9):
        save(tmp_path / "photos" / f"{n}.png", colour_photo(n))
    decoded = []
    honest = report.decode
    monkeypatch.setattr(report, "decode", lambda path, side, **how: decoded.append(path) or honest(path, side, **how))
    make_report(recorded, tmp_path / "out", photos=tmp_path / "photos", legacy=tmp_path / "photos")
    assert len(decoded) == 2 * report._SHOWN


def test_every_figure_is_a_picture(recorded, tmp_path):
    for n in range(2):
        save(tmp_path / "photos" / f"{n}.png", colour_photo(n))
        save(tmp_path / "legacy" / f"{n}.png", colour_photo(n)[..., 1])
    finished(recorded[0])
    written = make_report(recorded, tmp_path / "out", photos=tmp_path / "photos", legacy=tmp_path / "legacy")
    figures = [path for path in written if path.suffix == ".png"]
    assert sorted(path.name.split("-")[1] for path in figures) == ["4", "5", "6", "7", "8", "9"]
    for path in figures:
        with Image.open(path) as image:
            assert min(image.size) > 100


def test_the_curves_are_the_runs_histories_and_the_accuracy_stands_beside_grey(recorded, figures, tmp_path):
    make_report(recorded, tmp_path / "out", photos=None, legacy=None)
    losses, accuracies = (
        {line.get_label(): [*line.get_ydata()] for line in figures[number].axes[0].lines} for number in (6, 7)
    )
    percent = pytest.approx([100, 100 / 2, 100 / 3])  # as in Table 2
    assert losses == {"Run 2": percent, "Run 6": percent}
    assert {run: accuracies[run] for run in losses} == {
        f"Run {n}": [90 + epoch + n / 10 for epoch in (1, 2, 3)] for n in (2, 6)
    }
    dashed = {
        line.get_color(): line.get_ydata()[0] for line in figures[7].axes[0].lines if line.get_linestyle() == "--"
    }
    assert [*dashed.values()] == [92, 96]  # of each run in its own colour: their photos may differ
    assert legend(figures[7]) == ["Run 2", "Run 6", "grey, on the same photos"]
    assert legend(figures[6]) == ["Run 2", "Run 6"]


def legend(figure):
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_a_chroma_loss_is_drawn_in_ab_units(recorded, figures, tmp_path):
    retold(recorded[0], variant="unet++/resnet18/LAB/chroma")
    make_report(recorded[:1], tmp_path / "out", photos=None, legacy=None)
    assert [*figures[6].axes[0].lines[0].get_ydata()] == [1, 1 / 2, 1 / 3]


def test_the_best_run_is_the_topmost_bar_with_its_own_grey_and_losses_say_their_kind(recorded, figures, tmp_path):
    retold(recorded[0], variant="unet++/resnet18/RGB/mse/vgg16")
    make_report(recorded[::-1], tmp_path / "out", photos=None, legacy=None)
    ours, losses = figures[8].axes
    assert [label.get_text() for label in ours.get_yticklabels()] == ["Run 2", "Run 6"]
    assert [label.get_text() for label in losses.get_yticklabels()] == ["RGB mse, vgg16", "LAB ms-ssim"]
    assert [bar.get_width() for bar in ours.patches] == [92, 96]
    assert [bar.get_width() for bar in losses.patches] == [18, 14]
    assert [line.get_xdata()[0] for line in ours.lines] == [93.8, 93.8]


@pytest.mark.parametrize("title", ["Grandma $a_{$", "_private | pipe", "x" * 90, "祖母のアルバム"])
def test_any_title_can_be_told(recorded, figures, tmp_path, title, recwarn):
    retold(recorded[0], title=title)
    make_report(recorded, tmp_path / "out", photos=None, legacy=None)
    (shown, other) = legend(figures[6])
    assert shown.strip()[:20] == title[:20]
    assert len(shown) <= 41
    assert other == "Run 6"
    lines = (tmp_path / "out" / "table-2.md").read_text(encoding="utf-8").splitlines()
    assert len({line.count("|") for line in lines}) == 1
    for number, figure in figures.items():
        assert SAVE(figure, tmp_path / f"{number}.png").is_file()
    assert not [warning for warning in recwarn if "Glyph" in str(warning.message)]


@pytest.mark.parametrize("other", ["train", "val"])
def test_photos_that_taught_another_run_are_not_shown_as_unseen(recorded, sheets, tmp_path, other):
    photos = [tmp_path / "photos" / f"{n}.png" for n in range(2)]
    for n, path in enumerate(photos):
        save(path, colour_photo(n, 192, 240))
    for folder, splits in zip(recorded, (("test", "test"), (other, "test")), strict=True):
        rows = [f"{path},1,{split}" for path, split in zip(photos, splits, strict=True)]
        (folder / "split.csv").write_text("\n".join(["path,weight,split", *rows]))
    make_report(recorded, tmp_path / "out", photos=None, legacy=None)
    (shown,) = sheets[4]["the photo itself"]
    np.testing.assert_array_equal(shown, colour_photo(1, 192, 240))


@pytest.mark.usefixtures("figures")
def test_a_measure_that_came_out_as_no_number_counts_as_not_measured(recorded, tmp_path):
    (recorded[0] / "results.json").write_text('{"weights": {"accuracy": NaN, "loss": 1.0}}')
    make_report(recorded, tmp_path / "out", photos=None, legacy=None)
    assert "nan" not in (tmp_path / "out" / "table-2.csv").read_text(encoding="utf-8")


def test_photos_are_shown_in_grey_by_each_run_and_as_they_are(recorded, sheets, tmp_path):
    photos = [colour_photo(n, 192, 240) for n in range(2)]
    for n, photo in enumerate(photos):
        save(tmp_path / "photos" / f"{n}.png", photo)
    finished(recorded[0])
    make_report(recorded, tmp_path / "out", photos=tmp_path / "photos", legacy=tmp_path / "photos")
    assert [*sheets] == [4, 5]
    for rows in sheets.values():
        assert [*rows] == ["grey", "Run 2", "the photo itself"]
        assert np.ptp(rows["grey"], axis=-1).max() <= 1
        assert np.ptp(rows["Run 2"], axis=-1).max() > 1
        np.testing.assert_array_equal(rows["the photo itself"], photos)


def test_the_command_shows_photos_in_figure_4_and_old_ones_in_figure_5(recorded, sheets, tmp_path):
    save(tmp_path / "photos" / "new.png", colour_photo(1))
    save(tmp_path / "legacy" / "old.png", colour_photo(2)[..., 1])
    app = typer.Typer()
    app.command()(cli.report)
    words = [*recorded, "--out", tmp_path / "out", "--photos", tmp_path / "photos", "--legacy", tmp_path / "legacy"]
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    assert str(tmp_path / "out" / "table-2.csv") in result.output
    assert "no Figure 4" not in result.output
    assert (tmp_path / "out" / "table-2.csv").is_file()
    new, old = (np.ptp(sheets[number]["the photo itself"], axis=-1).max() for number in (4, 5))
    assert new > old == 0
    assert "no Figure 4: the runs' test photos are gone" in CliRunner().invoke(app, [str(w) for w in words[:4]]).output


def test_folders_without_a_run_or_an_epoch_are_refused(recorded, tmp_path):
    with pytest.raises(TrainingError, match="holds no training run"):
        make_report([tmp_path], tmp_path / "out", photos=None, legacy=None)
    (recorded[0] / HISTORY).unlink()
    with pytest.raises(TrainingError, match="None of these runs"):
        make_report(recorded[:1], tmp_path / "out", photos=None, legacy=None)


@pytest.mark.usefixtures("figures")
def test_a_run_without_an_epoch_is_told_beside_one_that_has_some(recorded, tmp_path):
    (recorded[0] / HISTORY).unlink()
    make_report(recorded, tmp_path / "out", photos=None, legacy=None)
    with (tmp_path / "out" / "table-2.csv").open(newline="", encoding="utf-8") as file:
        assert [(row["variant"], row["epochs"]) for row in csv.DictReader(file)][:2] == [("Run 2", "0"), ("Run 6", "3")]


@pytest.mark.parametrize("text", ["{", "[]", '{"weights": {"loss": "low"}}', '{"weights": {"loss": null}}'])
def test_damaged_results_are_named(recorded, tmp_path, text):
    (recorded[0] / "results.json").write_text(text)
    with pytest.raises(TrainingError, match=r"results\.json is damaged .* Train the run again\."):
        make_report(recorded, tmp_path / "out", photos=None, legacy=None)


def test_where_no_old_photos_are_given_the_samples_are_shown(recorded, sheets, tmp_path):
    make_report(recorded, tmp_path / "out", photos=None, legacy=None)
    samples = [found.path for found in scan([resources.folder() / "samples"]) if not found.refusal]
    first = report.decode(samples[0], report._SIDE, any_tone=True)
    np.testing.assert_array_equal(sheets[5]["the photo itself"][0], first)


def test_a_folder_without_photos_is_refused_before_anything_is_written(recorded, tmp_path):
    (tmp_path / "bare").mkdir()
    for photos, legacy in ((tmp_path / "bare", None), (None, tmp_path / "bare")):
        with pytest.raises(TrainingError, match=r"bare holds no photos\. Give another folder\."):
            make_report(recorded, tmp_path / "out", photos=photos, legacy=legacy)
    assert not (tmp_path / "out").exists()


def test_an_epoch_without_a_measure_leaves_the_box_of_the_others(recorded, figures, tmp_path):
    history = recorded[0] / HISTORY
    history.write_text(history.read_text().replace("91.2", ""))
    make_report(recorded[:1], tmp_path / "out", photos=None, legacy=None)
    box, *_ = figures[9].axes[0].lines
    assert np.isfinite(box.get_ydata()).all()


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
