import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from kmhc_engine import variants
from kmhc_engine.networks import build
from kmhc_engine.weights_format import Weights, write_weights
from tests.training.conftest import TINY, colour_photo
from training.encoder_start import start_from_grey
from training.errors import TrainingError
from training.evaluate import Asked, Row, evaluate
from training.evaluation_pages import show, warnings, write
from training.judging import GREY, MEAN_COLOUR, Score, colourised, grey, mean_colour, score


@pytest.fixture
def tiny(tmp_path: Path) -> Weights:
    network = build(TINY)
    start_from_grey(network)
    return write_weights(tmp_path / "tiny.safetensors", network.state_dict(), variants.find(TINY.spec))


def asked(folder: Path, **changes: object) -> Asked:
    return Asked(folder, **{"split": "all", "size": 64, "device": "cpu"} | changes)


def test_the_baselines_stand_in_every_evaluation(colour_folder, tiny):
    evaluation = evaluate(asked(colour_folder(3, height=192, width=192), size=192), [tiny])
    assert [row.title for row in evaluation.rows] == [GREY, MEAN_COLOUR, TINY.name]
    means = evaluation.rows[0].means
    assert means["chroma_share"] == pytest.approx(0, abs=1)
    assert means["psnr"] < evaluation.rows[1].means["psnr"] + 1  # the mean colour knows more than nothing
    assert 0 < means["accuracy"] < 100


def test_only_the_asked_split_is_judged(colour_folder, tiny):
    folder = colour_folder(4, {"split": ["train", "test", "test", "val"]})
    judged = evaluate(asked(folder, split="test", size=192), [tiny]).rows[0].scores
    assert sorted(score.photo.name for score in judged) == ["001.png", "002.png"]
    with pytest.raises(TrainingError, match="Choose train, val, test or all|has no photos in the split"):
        evaluate(asked(folder, split="best", size=192), [tiny])


def test_results_are_given_by_group_and_bad_groups_are_named(capsys):
    def scores(values: dict[str, float]) -> list[Score]:
        return [Score(Path(f"{g}.png"), g, {"ciede2000": v}) for g, v in values.items()]

    row = Row("mine", False, scores({"I": 8.0, "III": 9.0, "VI": 13.0}))
    assert row.groups == {"I": 8.0, "III": 9.0, "VI": 13.0}
    assert row.unfair == ["VI"]


def test_weights_no_better_than_grey_are_called_so(colour_folder, tiny):
    evaluation = evaluate(asked(colour_folder(2), size=192), [tiny])
    evaluation.rows[2] = Row("dull", False, evaluation.rows[0].scores)
    assert warnings(evaluation) == ["dull is no closer to the truth than grey: it has learnt nothing."]


def test_table_json_csv_and_page_hold_the_same_numbers(colour_folder, tiny, tmp_path, capsys):
    folder = colour_folder(5, {"group": ["<b>I</b>", "II", "II", "II", "II"]})
    evaluation = evaluate(asked(folder, size=192), [tiny], each_side=1)
    out = tmp_path / "out"
    write(evaluation, out)
    show(evaluation)
    data = json.loads((out / "evaluation.json").read_text())
    assert data["photos"] == 5
    with (out / "evaluation.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["weights"] == GREY]
    mean = np.mean([float(row["ciede2000"]) for row in rows])
    assert mean == pytest.approx(data["rows"][0]["means"]["ciede2000"])
    page = (out / "evaluation.html").read_text()
    assert f"{mean:.2f}" in page
    assert "&lt;b&gt;I&lt;/b&gt;" in page  # nothing in a name or group becomes markup
    assert "<b>I</b>" not in page
    assert all(heading in page for heading in ("Worst", "Median", "Best"))
    assert len(list((out / "pictures").iterdir())) == 3 * 3  # three photos: grey, ours, true
    assert GREY in capsys.readouterr().out


def test_a_colourised_photo_keeps_its_lightness():
    from kmhc_engine.colour import rgb_to_lab

    photo = colour_photo(3)
    result, _ = colourised(photo, mean_colour([colour_photo(4)]))
    difference = rgb_to_lab(result)[..., 0] - rgb_to_lab(photo)[..., 0]
    assert np.abs(difference).mean() < 0.5


def test_the_mean_colour_predicts_the_mean_of_the_photos():
    flat = np.zeros((8, 8, 3), np.uint8)
    flat[:] = (180, 90, 60)
    result, _ = colourised(flat, mean_colour([flat]))
    np.testing.assert_allclose(result, flat, atol=1)


def test_the_grey_baseline_has_the_paper_s_accuracy_plus_loss_of_one_hundred():
    from training.losses import TrainingLoss

    loss = TrainingLoss(variants.find("3"))  # RGB and MS-SSIM
    values, _ = score(colour_photo(5, 192, 192), grey, loss)
    assert values["accuracy"] + values["loss"] == pytest.approx(100, abs=0.5)


def test_lpips_is_zero_for_equal_photos_and_refuses_other_networks(tmp_path):
    from torchvision.models import alexnet

    from training.perceptual import lpips

    torch.save(alexnet().state_dict(), tmp_path / "alexnet.pth")
    likeness = lpips(tmp_path / "alexnet.pth")
    one, other = colour_photo(1), colour_photo(2)
    assert likeness(one, one) == pytest.approx(0, abs=1e-5)
    assert likeness(one, other) > 0
    torch.save({"features.0.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(TrainingError, match=r"other\.pth is no AlexNet"):
        lpips(tmp_path / "other.pth")
