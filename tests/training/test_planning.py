import os
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from kmhc_engine import devices, variants, weights
from kmhc_engine.errors import WeightsMissing
from kmhc_engine.networks import build
from kmhc_engine.variants import PAPER as PAPER_VARIANTS
from kmhc_engine.weights_format import write_weights
from tests.training.conftest import colour_photo, save
from training import planning, trial
from training.data import Split
from training.errors import TooFewPhotos, TrainingError
from training.finetune import PhotoBatches
from training.hold import held
from training.losses import TrainingLoss
from training.packed import PIXELS, Packed
from training.parts import prepare
from training.planning import Wishes, _lasting, _title, plan
from training.progress import tell_nobody
from training.recipe import PAPER, PERSONAL, Run
from training.trial import Trial, try_out

SPEC = "unet/tu-test_resnet/LAB/chroma"


def test_a_short_run_still_has_epochs_to_resume_from_and_a_long_one_keeps_their_length():
    run = Run("6", "", "none", "/photos", "Mine", PERSONAL, 1, 50)
    assert [(r.epochs, r.steps) for r in (_lasting(run, steps) for steps in (0.2, 2, 40, 1000))] == [
        (1, 1),
        (2, 1),
        (4, 10),
        (20, 50),
    ]


@pytest.fixture
def start(tmp_path):
    """Weights that suit photos of 64 pixels."""
    variant = variants.find(SPEC)
    return write_weights(tmp_path / "start.safetensors", build(variant).state_dict(), variant, side=64).path


def wishes(photos, start, **options) -> Wishes:
    return Wishes(photos, SPEC, str(start), name="Mine", options=options, device="cpu")


def test_photos_of_one_s_own_are_learnt_from_at_the_size_of_the_start_weights(colour_folder, tmp_path, start):
    photos = colour_folder(20)
    with plan(wishes(photos, start), tmp_path / "run", tell_nobody, dry=True) as planned:
        assert planned.run.recipe == replace(PERSONAL, size=64)
        assert planned.run.steps == 9  # of 4 photos: the 11 to learn from, three times each
        assert planned.run.title == "Mine"
    with plan(wishes(photos, start, size=32), tmp_path / "run", tell_nobody, dry=True) as planned:
        assert planned.run.recipe.size == 32
    with plan(replace(wishes(photos, start), name=""), tmp_path / "run", tell_nobody, dry=True) as planned:
        assert planned.run.title == "colour"  # the folder's: it must not take the place of the variant's own weights
    told = planned.told()
    assert [told["photos"][count] for count in ("found", *Split)] == [20, 11, 3, 6]
    assert not (tmp_path / "run").exists()


def test_weights_can_be_trained_further_by_another_loss_but_not_as_another_network(colour_folder, tmp_path, start):
    asked = wishes(colour_folder(20), start, size=32)
    for variant, expected in (("", SPEC), ("unet/tu-test_resnet/RGB/mse", "unet/tu-test_resnet/RGB/mse")):
        with plan(replace(asked, variant=variant), tmp_path / "run", tell_nobody, dry=True) as planned:
            assert planned.run.parsed_variant == variants.find(expected)
    other = replace(asked, variant="linknet/tu-test_resnet/LAB/chroma")
    with (
        pytest.raises(TrainingError, match=r"start\.safetensors holds the network unet/tu-test_resnet"),
        plan(other, tmp_path / "run", tell_nobody, dry=True),
    ):
        pass


def test_larger_batches_are_said_to_take_more_memory_and_the_network_stays_as_it_was(colour_folder, tmp_path, start):
    memory = []
    for batch in (2, 8):
        folder = tmp_path / f"run {batch}"
        folder.mkdir()
        recipe = replace(PERSONAL, size=64, batch=batch)
        run = Run(SPEC, str(start), "weights", str(colour_folder(20)), "Mine", recipe, 1, 1, device="cpu")
        network = build(run.parsed_variant)
        before = {name: value.clone() for name, value in network.state_dict().items()}
        packed = prepare(run, folder, tell_nobody)
        device = devices.choose("cpu", "fp32")  # bf16 keeps half as much
        trial = try_out(run, packed, network, TrainingLoss(run.parsed_variant), device)
        assert trial.seconds > 0
        assert all(value.equal(before[name]) for name, value in network.state_dict().items())
        memory.append(trial.memory)
    assert memory[1] > memory[0] + 20e6


def test_a_teacher_is_found_and_told_and_takes_time_and_memory(colour_folder, tmp_path, start):
    photos = colour_folder(20)
    plain = wishes(photos, start, size=64)
    with plan(plain, tmp_path / "run", tell_nobody, dry=True) as alone:
        assert alone.told()["teacher"] == ""
        assert "Teacher" not in str(alone)
    with plan(replace(plain, teacher=str(start)), tmp_path / "run", tell_nobody, dry=True) as taught:
        assert taught.run.teacher == taught.told()["teacher"] == str(start)
        assert f"Teacher   {start}" in str(taught)
        assert taught.trial.memory > alone.trial.memory
    unknown = replace(plain, teacher="nobody")
    with (
        pytest.raises(TrainingError, match="--teacher nobody: no such file"),
        plan(unknown, tmp_path / "run", tell_nobody, dry=True),
    ):
        pass


@pytest.mark.parametrize(
    ("recipe", "split"),
    [
        pytest.param(PERSONAL, Split.TEST, id="held-out photos draw the curves where those choose nothing"),
        pytest.param(PAPER, Split.TRAIN, id="held-out photos choose nothing where curves decide when to stop"),
    ],
)
def test_where_no_photos_are_left_to_tune_by_others_draw_the_curves(colour_folder, tmp_path, start, recipe, split):
    recipe = replace(recipe, size=32, fractions=(0.7, 0.0, 0.3))
    run = Run(SPEC, str(start), "weights", str(colour_folder(20)), "Mine", recipe, 1, 1, device="cpu")
    packed = prepare(run, tmp_path, tell_nobody)
    batches = PhotoBatches(run, packed, workers=0)
    batches.trainer = SimpleNamespace(global_rank=0, world_size=1)
    judged = sum(len(photos) for photos, _ in batches.val_dataloader())
    assert judged == len(packed.indices(split))
    assert len(packed.indices(Split.TEST)) != len(packed.indices(Split.TRAIN))


@pytest.mark.parametrize(
    ("place", "name", "title"),
    [
        ("photos/Attic", "", "Attic"),
        ("photos/Summer 1998.07", "", "Summer 1998.07"),
        ("photos/12", "", "12 photos"),
        ("photos/6c", "", "6c photos"),
        ("photos/Attic/index.csv", "", "Attic"),
        ("photos/garden.csv", "", "garden"),
        ("/", "", "photos"),
        ("photos/12", "Mine", "Mine"),
    ],
)
def test_what_is_fine_tuned_is_named_for_its_photos_but_never_like_a_variant(tmp_path, monkeypatch, place, name, title):
    monkeypatch.chdir(tmp_path)
    if place.endswith(".csv"):
        Path(place).parent.mkdir(parents=True)
        Path(place).touch()
    asked = replace(wishes(Path(place), "start"), name=name)
    assert _title(asked, variants.find(SPEC), own=True) == title


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_a_folder_whose_name_is_no_unicode_gives_a_name_all_the_same(tmp_path):
    asked = replace(wishes(tmp_path / os.fsdecode(b"Gro\xdf"), "start"), name="")
    assert _title(asked, variants.find(SPEC), own=True) == r"Gro\xdf"


def test_what_a_failed_start_cannot_delete_does_not_hide_why_it_failed(colour_folder, tmp_path, start, monkeypatch):
    honest = Path.unlink

    def refuse(self, missing_ok=False):
        if self.name == "photos.u8":
            raise PermissionError(13, "used by another process", str(self))
        honest(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(TooFewPhotos), plan(wishes(colour_folder(15), start), tmp_path / "r", tell_nobody, dry=False):
        pass


def test_a_variant_without_weights_of_its_own_starts_from_the_default_s_if_the_network_is_the_same(tmp_path):
    asked = replace(wishes(tmp_path, "default"), variant="6")
    variant, start, kind, side = planning._start(asked)
    assert (variant, kind, side) == (PAPER_VARIANTS[5], "weights", 192)
    assert Path(start).name == "KMHCNet_6c.safetensors"
    with pytest.raises(WeightsMissing, match=r"KMHCNet_4 has no weights .*to start from.*--from imagenet"):
        planning._start(replace(asked, variant="4"))


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    variant = variants.find(SPEC)
    weights.install(write_weights(tmp_path / "a.safetensors", build(variant).state_dict(), variant, title="Attic").path)
    asked = replace(wishes(tmp_path, "start"), name="attic")
    assert _title(asked, variants.find(SPEC), own=True) == "attic 2"
    asked = replace(wishes(tmp_path, "start"), name="KMHCNet_6c")
    assert _title(asked, variants.DEFAULT, own=True) == "KMHCNet_6c 2"


def test_a_run_among_the_photos_is_refused_lest_its_pictures_teach(colour_folder, start):
    photos = colour_folder(20)
    with (
        pytest.raises(TrainingError, match="lies among the photos"),
        plan(wishes(photos, start), photos / "run", tell_nobody, dry=False),
    ):
        pass
    assert not (photos / "run").exists()


def test_a_step_too_small_for_batch_norms_is_told_with_what_to_do(colour_folder, tmp_path):
    asked = replace(wishes(colour_folder(20), "none", size=32, batch=1), recipe="strong")
    with (
        pytest.raises(TrainingError, match=r"crops of 32 pixels to one value.*at least 2 photos a step"),
        plan(asked, tmp_path / "run", tell_nobody, dry=True),
    ):
        pass


def test_a_step_of_one_photo_suits_a_recipe_that_keeps_the_statistics_of_batch_norms(colour_folder, tmp_path, start):
    asked = wishes(colour_folder(20), start, size=32, batch=1)
    with plan(asked, tmp_path / "run", tell_nobody, dry=True) as planned:
        assert planned.run.recipe.freeze_norms
        assert planned.seconds > 0


def test_the_time_that_is_foretold_has_room_for_tuning_and_judging_at_the_end(
    colour_folder, tmp_path, start, monkeypatch
):
    asked = replace(wishes(colour_folder(20), start, size=32), epochs=2)
    measured = Trial(0.5, 1, judging=33.0)
    monkeypatch.setattr(planning, "try_out", lambda *_: measured)
    with plan(asked, tmp_path / "run", tell_nobody, dry=True) as planned:
        assert planned.seconds == 2 * planned.run.steps * 0.5 + 33
        assert "(about 33 seconds of it to judge what was learnt)" in str(planned)
    with plan(replace(asked, epochs=0, minutes=1), tmp_path / "run", tell_nobody, dry=True) as planned:
        assert planned.seconds == pytest.approx(60, abs=1)


def test_each_photo_is_judged_as_often_as_at_the_end_of_a_run(colour_folder, tmp_path, start, monkeypatch):
    """By a clock that goes on by a second whenever a photo is judged, and by a tenth when colours are compared."""
    seconds = [0]

    def judge(photo, predict, loss):
        seconds[0] += 1
        return {}, photo

    def compare(photo, ab):
        seconds[0] += 0.1

    run = Run(SPEC, str(start), "weights", str(colour_folder(20)), "Mine", replace(PERSONAL, size=32), 1, 1)
    packed = prepare(run, tmp_path, tell_nobody)
    monkeypatch.setattr(trial, "score", judge)
    monkeypatch.setattr(trial, "compared", compare)
    monkeypatch.setattr(trial.time, "perf_counter", lambda: seconds[0])
    device, loss = devices.choose("cpu", "fp32"), TrainingLoss(run.parsed_variant)
    times = {}
    for name, asked in (
        ("personal", run),
        ("unblended", replace(run, recipe=replace(run.recipe, blended=False))),
        ("anew", replace(run, start_kind="none")),
    ):
        times[name] = trial._judging(asked, packed, build(run.parsed_variant), loss, device)
    assert times == pytest.approx({"personal": 6 * 3 + 3 * 5 * 0.1, "unblended": 6 * 3, "anew": 6 * 2})


def test_a_name_that_another_variant_has_is_refused_before_anything_is_learnt(colour_folder, tmp_path, start):
    with (
        pytest.raises(TrainingError, match="4 is the name of another variant"),
        plan(replace(wishes(colour_folder(20), start), name="4"), tmp_path / "run", tell_nobody, dry=True),
    ):
        pass


def test_a_variant_that_starts_anew_does_not_take_the_place_of_bundled_weights(tmp_path):
    asked = replace(wishes(tmp_path / "Attic", "none"), name="")
    assert _title(asked, variants.find("4"), own=False) == "KMHCNet_4"
    assert _title(asked, variants.DEFAULT, own=False) == "Attic"


def test_too_few_photos_leave_nothing_behind_that_a_second_try_would_take_for_all(colour_folder, tmp_path, start):
    run = tmp_path / "run"
    with (
        pytest.raises(TooFewPhotos, match="15 photos"),
        plan(wishes(colour_folder(15), start), run, tell_nobody, dry=False),
    ):
        pass
    assert not run.exists()
    with plan(wishes(colour_folder(24), start), run, tell_nobody, dry=False) as planned:
        assert planned.census.found == 24


def test_a_start_that_fails_leaves_alone_what_the_next_one_writes(colour_folder, tmp_path, start, monkeypatch):
    place = tmp_path / "r"
    place.mkdir()

    @contextmanager
    def followed(folder):
        with held(folder):
            yield
        (folder / PIXELS).write_bytes(b"another's")

    monkeypatch.setattr(planning, "held", followed)
    with pytest.raises(TooFewPhotos), plan(wishes(colour_folder(15), start), place, tell_nobody, dry=False):
        pass
    assert (place / PIXELS).read_bytes() == b"another's"


def test_photos_that_a_killed_start_has_decoded_are_not_taken_for_those_asked_for(colour_folder, tmp_path, start):
    run = tmp_path / "run"
    with plan(wishes(colour_folder(30), start), run, tell_nobody, dry=False):
        pass  # killed here
    with plan(wishes(colour_folder(20).rename(tmp_path / "others"), start), run, tell_nobody, dry=False) as planned:
        assert planned.run.photos.endswith("others")
    packed = Packed(run)
    assert {sample.path.parent.name for sample in packed.samples} == {"others"}


def test_a_second_training_in_the_same_folder_is_refused_and_the_first_one_left_alone(colour_folder, tmp_path, start):
    run, other = tmp_path / "run", tmp_path / "others"
    colour_folder(20).rename(other)
    with plan(wishes(colour_folder(24), start), run, tell_nobody, dry=False):
        with (
            pytest.raises(TrainingError, match=r"Another training is at work in .*run\. Wait"),
            plan(wishes(other, start), run, tell_nobody, dry=False),
        ):
            pass
        assert Packed(run).census.found == 24
    with plan(wishes(other, start), run, tell_nobody, dry=False) as planned:  # the first one was killed
        assert planned.census.found == 20


def test_a_folder_that_holds_other_things_is_refused_and_left_as_it_is(colour_folder, tmp_path, start):
    run = tmp_path / "run"
    run.mkdir()
    (run / "split.csv").write_text("mine")
    with (
        pytest.raises(TrainingError, match="run holds other things"),
        plan(wishes(colour_folder(20), start), run, tell_nobody, dry=False),
    ):
        pass
    assert [(path.name, path.read_text()) for path in run.iterdir()] == [("split.csv", "mine")]


@pytest.mark.parametrize(("coloured", "enough"), [(20, True), (8, False)])
def test_grey_photos_do_not_count_where_the_recipe_is_chosen(
    colour_folder, tmp_path, start, monkeypatch, coloured, enough
):
    monkeypatch.setattr(planning, "MOST", 25)
    photos = colour_folder(coloured)
    for number in range(20):
        save(photos / f"grey {number}.png", colour_photo(number)[..., 1])
    asked = plan(wishes(photos, start), tmp_path / "run", tell_nobody, dry=True)
    if not enough:
        with pytest.raises(TooFewPhotos, match="at least 20 photos with colour"), asked:
            pass
        return
    with asked as planned:
        assert planned.run.recipe == replace(PERSONAL, size=64)
        assert planned.run.epochs == 4
        assert planned.census.test == 6
