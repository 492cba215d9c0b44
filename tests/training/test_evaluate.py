import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import typer
from skimage.color import rgb2lab
from typer.testing import CliRunner

from kmhc_engine import variants
from kmhc_engine.networks import build
from kmhc_engine.variants import Embedding, Loss, Variant
from kmhc_engine.weights_format import Weights, write_weights
from tests.training.conftest import TINY, colour_photo, save
from training import cli
from training.data import collect, write_split
from training.encoder_start import start_from_grey
from training.errors import TrainingError
from training.evaluate import Asked, Group, Row, Score, evaluate
from training.evaluation_pages import notes, show, warnings, write
from training.judging import GREY, MEAN_COLOUR, colourised, grey, mean_colour, score, skin_difference
from training.losses import TrainingLoss
from training.packed import pack
from training.skin import Skin


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


@pytest.mark.parametrize("split", ["test", ""])
def test_only_the_asked_split_is_judged_and_test_where_nothing_is_asked(colour_folder, split):
    folder = colour_folder(4, {"split": ["train", "test", "test", "val"]})
    judged = evaluate(asked(folder, split=split), []).rows[0].scores
    assert sorted(score.photo.name for score in judged) == ["001.png", "002.png"]


def test_a_folder_that_nobody_split_up_is_judged_whole(colour_folder):
    assert len(evaluate(asked(colour_folder(4), split=""), []).rows[0].scores) == 4


def test_a_split_that_is_not_there_is_refused(colour_folder):
    folder = colour_folder(4)
    with pytest.raises(TrainingError, match="Choose train, val, test or all"):
        evaluate(asked(folder, split="best"), [])
    with pytest.raises(TrainingError, match=r"no photos in the split 'test'.*split\.csv of a run"):
        evaluate(asked(folder, split="test"), [])


def test_results_are_given_by_group_and_bad_groups_are_named():
    def scores(values: dict[str, float]) -> list[Score]:
        return [Score(Path(f"{g}.png"), g, {"ciede2000": v}) for g, v in values.items()]

    row = Row("mine", False, scores({"I": 8.0, "III": 9.0, "VI": 13.0}))
    assert row.groups == {"I": Group(1, 8.0), "III": Group(1, 9.0), "VI": Group(1, 13.0)}
    assert row.unfair == ["VI"]


def test_weights_no_better_than_grey_are_called_so(colour_folder, tiny):
    evaluation = evaluate(asked(colour_folder(2)), [tiny])
    evaluation.rows[2] = Row("dull", False, evaluation.rows[0].scores)
    assert warnings(evaluation) == ["dull is no closer to the truth than grey on these photos."]


@pytest.mark.parametrize("split", ["all", "train", "test"])
def test_an_evaluation_on_the_photos_that_taught_says_that_it_flatters(colour_folder, tmp_path, split):
    state = build(TINY).state_dict()
    taught = write_weights(tmp_path / "t.safetensors", state, TINY, title="Mine", trained_on="3 photos of colour")
    folder = colour_folder(3, {"split": ["test", "test", "train"]})
    evaluation = evaluate(asked(folder, split=split), [taught])
    said = " ".join(warnings(evaluation))
    assert notes(evaluation) == []  # nothing is said twice
    flatters = "Mine was trained on 3 photos of colour. If these are the same photos, this flatters it" in said
    assert flatters is (split != "test")


def test_weights_of_one_title_are_told_apart(colour_folder, tmp_path):
    files = []
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        files.append(write_weights(tmp_path / place / "result.safetensors", build(TINY).state_dict(), TINY))
    evaluation = evaluate(asked(colour_folder(2)), [*files, files[1]])
    titles = [row.title for row in evaluation.rows[2:]]
    assert titles == [f"{TINY.name} (one)", f"{TINY.name} (two), 1", f"{TINY.name} (two), 2"]
    assert all([*shown] == [GREY, *titles, "true"] for shown in evaluation.pictures.values())


def test_one_photo_is_enough_to_judge_by(colour_folder, tiny):
    assert len(evaluate(asked(colour_folder(4), limit=1), [tiny]).rows[0].scores) == 1


def test_so_many_photos_at_most_are_from_everywhere_among_them(colour_folder):
    judged = evaluate(asked(colour_folder(4), limit=2), []).rows[0].scores
    assert [score.photo.name for score in judged] == ["000.png", "003.png"]


def test_weights_are_judged_at_the_working_size_of_their_header(colour_folder, tmp_path, monkeypatch):
    sides = []
    monkeypatch.setattr("training.evaluate.of_network", lambda colouriser: sides.append(colouriser.side) or grey)
    small = write_weights(tmp_path / "small.safetensors", build(TINY).state_dict(), TINY, side=96)
    evaluate(asked(colour_folder(2)), [small])
    assert sides == [96]


def test_the_photos_shown_are_the_worst_and_the_best_of_the_first_weights(colour_folder, tiny, monkeypatch):
    monkeypatch.setattr("training.evaluate.of_network", lambda _: lambda _: np.full((8, 8, 2), (70, -70), np.float32))
    evaluation = evaluate(asked(colour_folder(5)), [tiny], each_side=2)
    of_grey, of_weights = (
        [one.photo for one in sorted(evaluation.rows[row].scores, key=lambda one: one.values["ciede2000"])]
        for row in (0, 2)
    )
    assert evaluation.sections["Best"] == of_weights[:2] != of_grey[:2]
    assert evaluation.sections["Worst"] == of_weights[:-3:-1] != of_grey[:-3:-1]


def test_table_json_csv_and_page_hold_the_same_numbers(colour_folder, tiny, tmp_path, capsys):
    folder = colour_folder(5, {"group": ["<b>I</b>", "II", "II", "II", "II"]})
    evaluation = evaluate(asked(folder, size=192), [tiny], each_side=1)
    out = tmp_path / "out"
    write(evaluation, out)
    show(evaluation)
    data = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    assert data["photos"] == 5
    assert data["rows"][2]["variant"] == TINY.spec
    with (out / "evaluation.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["weights"] == GREY]
    mean = np.mean([float(row["ciede2000"]) for row in rows])
    assert mean == pytest.approx(data["rows"][0]["means"]["ciede2000"])
    chroma, true_chroma = (sum(float(row[name]) for row in rows) for name in ("chroma", "true_chroma"))
    assert 100 * chroma / true_chroma == pytest.approx(data["rows"][0]["means"]["chroma_share"])
    page = (out / "evaluation.html").read_text(encoding="utf-8")
    assert f"{mean:.2f}" in page
    assert "&lt;b&gt;I&lt;/b&gt;" in page  # nothing in a name or group becomes markup
    assert "<b>I</b>" not in page
    assert all(heading in page for heading in ("Worst", "Median", "Best"))
    assert len(list((out / "pictures").iterdir())) == 3 * 3  # three photos: grey, ours, true
    shown = capsys.readouterr().out
    assert GREY in shown
    assert all("Better is more of MS-SSIM" in told for told in (page, shown))


def test_the_page_begins_with_the_worst_photo_and_ends_with_the_best(colour_folder, tmp_path):
    evaluation = evaluate(asked(colour_folder(3)), [], each_side=1)
    write(evaluation, tmp_path / "out")
    page = (tmp_path / "out" / "evaluation.html").read_text(encoding="utf-8")
    best_first = sorted(evaluation.rows[0].scores, key=lambda one: one.values["ciede2000"])
    expected = zip(("Worst", "Median", "Best"), (one.photo.name for one in best_first[::-1]), strict=True)
    assert re.findall(r'<h2>(\w+)</h2>\s*<div.*>\s*<figure><img.* alt="(.*?), ', page) == [*expected]


def test_each_row_has_its_own_loss_and_the_baselines_one_that_all_share(colour_folder, tmp_path):
    files = []
    for loss in (Loss.CHROMA, Loss.MSE):
        network = build(TINY)
        torch.nn.init.zeros_(network.segmentation_head[0].weight)
        torch.nn.init.zeros_(network.segmentation_head[0].bias)  # it leaves photos grey: its loss is known
        variant = Variant(TINY.architecture, TINY.encoder, loss=loss)
        files.append(write_weights(tmp_path / f"{loss}.safetensors", network.state_dict(), variant))
    losses = [TrainingLoss(found.variant) for found in files]
    expected = [np.mean([score(colour_photo(n), grey, loss)[0]["loss"] for n in range(2)]) for loss in losses]
    folder = colour_folder(2)
    alone, both = (evaluate(asked(folder), judged).rows for judged in (files[:1], files))
    assert [alone[0].means["loss"], alone[2].means["loss"]] == pytest.approx(expected[:1] * 2, rel=1e-3)
    assert [row.means.get("loss") for row in both] == [None, None, *(pytest.approx(e, rel=1e-3) for e in expected)]


def test_losses_that_do_not_compare_or_are_missing_and_photos_that_may_have_taught_are_noted(colour_folder, tmp_path):
    state, folder = build(TINY).state_dict(), colour_folder(2, {"split": ["test", "test"]})
    kinds = {"Mine": TINY, "Bold": replace(TINY, loss=Loss.MSE), "Deep": replace(TINY, embedding=Embedding.VGG16)}
    mine, bold, deep = (
        write_weights(tmp_path / f"{title}.safetensors", state, kind, title=title, trained_on="9 photos of Oma")
        for title, kind in kinds.items()
    )
    assert notes(evaluate(asked(folder, split="test"), [mine, mine])) == []
    said = notes(evaluate(asked(folder), [mine, bold, deep]))
    assert said[:2] == [
        "The loss of Deep looks through a network: give its weights as --embedding-weights FILE.",
        "These losses are of different kinds: their values do not compare.",
    ]
    assert said[2] == "Mine was trained on 9 photos of Oma: make sure that these photos are not among them."


def test_photos_that_cannot_be_read_are_named_with_the_reason(colour_folder, tmp_path, capsys):
    folder = colour_folder(3)
    (folder / "002.png").write_bytes((folder / "002.png").read_bytes()[:200])
    evaluation = evaluate(asked(folder), [])
    show(evaluation)
    write(evaluation, tmp_path / "out")
    page = (tmp_path / "out" / "evaluation.html").read_text(encoding="utf-8")
    (broken,) = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))["left_out"]["broken"]
    assert "002.png" in broken
    assert all("1 unreadable (" in told and "002.png" in told for told in (capsys.readouterr().out, page))


def test_photos_of_one_name_in_two_folders_are_told_apart_on_the_page(tmp_path):
    for place in ("garden", "street"):
        save(tmp_path / "album" / place / "1.png", colour_photo(len(place)))
    write(evaluate(asked(tmp_path / "album"), []), tmp_path / "out")
    page = (tmp_path / "out" / "evaluation.html").read_text(encoding="utf-8")
    assert all(f'alt="{place}/1.png, true: ' in page for place in ("garden", "street"))


def test_photos_of_a_run_s_split_are_named_without_the_folders_that_they_share(colour_folder, tmp_path):
    packed = pack(collect(colour_folder(4)), tmp_path, side=32, seed=0)
    write_split(tmp_path, packed.samples)
    write(evaluate(asked(tmp_path / "split.csv"), []), tmp_path / "out")
    page = (tmp_path / "out" / "evaluation.html").read_text(encoding="utf-8")
    assert "true: 000.png" in page
    assert str(tmp_path) not in page


def test_frozen_networks_judge_where_their_weights_are_given(colour_folder, monkeypatch):
    def colour(rgb: np.ndarray) -> float:
        return float(np.ptp(rgb, axis=-1).mean())

    fakes = {
        "lpips": lambda picture, photo: colour(picture),
        "mobilenet": lambda picture, photo: colour(photo),
        "fid": lambda pairs: sum(colour(picture) - colour(photo) for picture, photo in pairs),
    }
    for name, fake in fakes.items():
        monkeypatch.setattr(f"training.evaluate.{name}", {Path(name): fake}.__getitem__)
    given = {f"{name}_weights": Path(name) for name in fakes}
    nothing, mean = (row.means for row in evaluate(asked(colour_folder(2), **given), []).rows)
    assert nothing["lpips"] < 1 < mean["lpips"]
    assert nothing["mobilenet"] == mean["mobilenet"] > 10
    for means in (nothing, mean):
        assert means["fid"] == pytest.approx(2 * (means["lpips"] - means["mobilenet"]))


def test_skin_is_judged_in_the_photos_with_a_face_by_its_tone(colour_folder, monkeypatch):
    photo, skin = colour_photo(0), Skin("4 tan", slice(0, 32), slice(0, 40), np.ones((32, 40), bool))
    monkeypatch.setattr("training.evaluate.skin_finder", lambda: lambda p: skin if np.array_equal(p, photo) else None)
    row = evaluate(asked(colour_folder(2, {"group": ["a", "b"]}), skin=True), []).rows[0]
    expected = skin_difference(colourised(photo, grey)[0], photo, skin)
    assert row.means["skin"] == pytest.approx(expected)
    assert row.groups == {"4 tan": Group(1, pytest.approx(expected))}


def test_what_is_beside_the_skin_of_a_face_does_not_count():
    photo = colour_photo(1, 8, 8)
    painted, face = photo.copy(), Skin("4 tan", slice(2, 6), slice(0, 8), np.tile([True] * 4 + [False] * 4, (4, 1)))
    painted[:2], painted[6:], painted[:, 4:] = 0, 0, 255
    assert skin_difference(painted, photo, face) == 0


def test_photos_without_a_face_are_refused_where_skin_is_to_be_judged(colour_folder, monkeypatch):
    monkeypatch.setattr("training.evaluate.skin_finder", lambda: lambda photo: None)
    with pytest.raises(TrainingError, match=r"No face was found.*Leave --skin away"):
        evaluate(asked(colour_folder(2), skin=True), [])


@pytest.fixture
def command(tiny):
    """Runs `kmhc evaluate` on a folder with tiny weights."""
    app = typer.Typer()
    app.command()(cli.evaluate)

    def run(*words: str | Path):
        fixed = ("--weights", tiny.path, "--size", 192, "--device", "cpu")
        return CliRunner().invoke(app, [str(word) for word in (*words, *fixed)])

    return run


def test_the_command_shows_the_table_and_writes_the_files(command, colour_folder, tmp_path):
    result = command(colour_folder(2), "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "2 photos" in result.output
    assert f"Written: {tmp_path / 'out' / 'evaluation.html'}" in result.output
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"evaluation.json", "evaluation.csv", "evaluation.html", "pictures"}


def test_an_evaluation_never_takes_the_place_of_photos(command, colour_folder):
    folder = colour_folder(2)
    save(folder / "pictures" / "000-0.jpg", colour_photo(5))
    before = {path: path.read_bytes() for path in folder.rglob("*.*")}
    for out in (folder, folder / "results"):
        assert "lies among the photos" in command(folder, "--out", out).output
    for out in (folder, folder.parent):
        result = command(folder / "000.png", "--out", out)
        assert result.exit_code == 1
    assert "holds other things. Name an empty folder" in command(folder, "--out", folder.parent).output
    assert {path: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_an_evaluation_may_be_made_again_where_it_was(command, colour_folder, tmp_path):
    folder = colour_folder(2)
    for _ in range(2):
        assert command(folder, "--out", tmp_path / "out").exit_code == 0


def test_results_are_kept_where_nobody_reads_the_screen(command, colour_folder, tmp_path, monkeypatch):
    def closed(_: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("training.evaluation_pages.show", closed)
    result = command(colour_folder(2), "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "The output: Broken pipe." in result.output
    assert (tmp_path / "out" / "evaluation.html").is_file()


def test_photos_are_colourised_as_the_program_does_it(tiny, tmp_path):
    """From file to file by the engine's batch, and by the evaluation: the same picture."""
    import cv2

    from kmhc_engine import weights
    from kmhc_engine.batch import CancelToken, OutputSettings, State, run_batch
    from kmhc_engine.colouriser import TorchColouriser
    from kmhc_engine.devices import choose
    from kmhc_engine.outputs import OutputFolder
    from kmhc_engine.photos import Format
    from kmhc_engine.photos.profile import Profile
    from kmhc_engine.scan import scan
    from training.judging import of_network

    network = build(TINY)
    weights.load_into(network, tiny)
    torch.nn.init.normal_(network.segmentation_head[0].weight, std=0.5)
    colouriser = TorchColouriser(TINY, network, "", choose("cpu", "fp32"), 64)
    photo = colour_photo(6, 96, 128)
    expected, _ = colourised(photo, of_network(colouriser))
    to_grey, _ = Profile().to_grey("RGB", "uint8")
    save(tmp_path / "in" / "photo.png", to_grey(photo))
    with OutputFolder(tmp_path / "out") as out:
        jobs = [out.job(found) for found in scan([tmp_path / "in"])]
        events = list(run_batch(jobs, colouriser, CancelToken(), out, OutputSettings(format=Format.PNG)))
    assert events[-1].state is State.DONE
    written = cv2.imread(str(events[-1].output), cv2.IMREAD_UNCHANGED)[..., 2::-1]
    if written.dtype == np.uint16:
        written = (written / 257).round()
    assert np.ptp(written, axis=-1).max() > 20  # there is colour to compare
    np.testing.assert_allclose(written, expected, atol=1)


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


def test_the_loss_of_a_photo_is_that_of_the_predicted_colour_beside_the_true_one():
    photo = colour_photo(5, 32, 32)
    values, _ = score(photo, lambda _: np.full((8, 8, 2), (30, -20), np.float32), TrainingLoss(variants.find("6c")))
    true = rgb2lab(photo)[..., 1:]
    length = np.sqrt(((true - (30, -20)) ** 2).sum(-1) + 4) - 2
    weight = 1 + np.linalg.norm(true, axis=-1).clip(max=60) / 15
    assert values["loss"] == pytest.approx((weight * length).sum() / weight.sum(), rel=1e-3)


def test_the_grey_baseline_has_the_paper_s_accuracy_plus_loss_of_one_hundred():
    loss = TrainingLoss(variants.find("3"))  # RGB and MS-SSIM
    values, _ = score(colour_photo(5, 192, 192), grey, loss)
    assert values["accuracy"] + values["loss"] == pytest.approx(100, abs=0.5)
