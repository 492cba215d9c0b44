from pathlib import Path

import cv2
import numpy as np
import pytest

from kmhc_engine.colour import Codes, Floats
from kmhc_engine.variants import DEFAULT
from tests.training.conftest import save
from training import personal
from training.data import collect
from training.judging import grey
from training.losses import TrainingLoss
from training.packed import Packed, pack
from training.personal import Verdict, verdict

GREY, START = 13.0, 10.0


def said(
    *,
    better: int = 9,
    of: int = 12,
    tuned: float = 8.0,
    baseline: float = GREY,
    within: float = 7.0,
    chromas: tuple[float, float] = (70, 72),
) -> Verdict:
    return Verdict(better, of, START, tuned, baseline, 9.0, within, *chromas, Path("verdict.png"))


def slides(folder: Path, colour: tuple[int, int, int], count: int = 12) -> Packed:
    """Photos of one colour, more or less; every other one is held out."""
    rng = np.random.default_rng(0)
    for number in range(count):
        noise = cv2.resize(rng.integers(-30, 30, (4, 5, 3)).astype(np.float32), (80, 64))
        save(folder / "slides" / f"{number}.png", np.clip(colour + noise, 0, 255).astype(np.uint8))
    (folder / "run").mkdir()
    return pack(collect(folder / "slides"), folder / "run", side=32, seed=0, fractions=(0.5, 0.0, 0.5))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (said(tuned=10.5), "no improvement"),
        (said(better=6), "no improvement"),
        (said(tuned=9.0, baseline=9.0), "still no closer to the truth than grey"),
        (said(within=9.5), "a tint they share"),
        (said(chromas=(74, 58)), "duller, though: 74 % -> 58 % of the truth's chroma"),
        (said(better=4, of=6), "prove little"),
    ],
)
def test_a_verdict_says_what_is_wrong_with_a_result(found: Verdict, words: str) -> None:
    assert words in str(found)


def test_a_good_result_is_told_in_figures_alone() -> None:
    figures = "mean colour difference (CIEDE2000) 10.0 -> 8.0 (no colour: 13.0)"
    assert str(said()) == f"Better on 9 of 12 held-out photos, {figures}."
    assert not said().only_a_tint


def test_what_only_grew_duller_is_not_called_a_tint() -> None:
    dull = said(within=9.5, chromas=(42, 25))
    assert (dull.only_a_tint, dull.duller) == (False, True)


@pytest.mark.parametrize("chromas", [(74, 73), (74, 90), (130, 104)])
def test_colours_as_strong_as_before_or_stronger_than_the_truth_are_not_called_duller(chromas) -> None:
    assert not said(chromas=chromas).duller


def test_a_shared_tint_is_told_from_colours(tmp_path) -> None:
    """Faded slides: all of them orange. What was learnt is the orange, and redder where it is light."""
    photos = slides(tmp_path, (200, 120, 60))

    def orange(photo: Codes) -> Floats:
        light = (photo > photo.mean())[..., None].astype(np.float32)
        return np.concatenate([20 + 15 * light, 45 + 0 * light], axis=-1)

    found, _ = verdict(photos, grey, orange, TrainingLoss(DEFAULT), tmp_path)
    assert found.sheet.is_file()
    assert found.improved
    assert found.only_a_tint
    assert found.start_chroma < 1
    assert 50 < found.tuned_chroma < 150


def test_the_sheet_shows_grey_before_after_and_the_truth(tmp_path, monkeypatch) -> None:
    drawn = {}

    def draw(path, columns, _):
        drawn.update(zip(("grey", "before", "after", "true"), columns, strict=True))
        return path

    monkeypatch.setattr(personal, "sheet", draw)
    red, green = (lambda photo, ab=ab: np.full((8, 8, 2), ab, np.float32) for ab in ((60, 40), (-60, 50)))
    verdict(slides(tmp_path, (60, 110, 200), 6), red, green, TrainingLoss(DEFAULT), tmp_path)
    assert np.ptp(drawn.pop("grey"), axis=-1).max() <= 1
    strongest = {title: np.mean(column, (0, 1, 2)).argmax() for title, column in drawn.items()}
    assert strongest == {"before": 0, "after": 1, "true": 2}
