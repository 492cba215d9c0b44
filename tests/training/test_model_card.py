import re
from dataclasses import replace
from pathlib import Path

import pytest

from kmhc_engine import resources, weights
from kmhc_engine.variants import DEFAULT
from training.errors import TrainingError
from training.evaluate import Asked, Evaluation, Row, Score
from training.judging import GREY, MEAN_COLOUR
from training.model_card import fill
from training.packed import Census

CARD = "# Card\n\n<!-- results -->\nold\n<!-- /results -->\n\nBetween.\n\n<!-- skin -->\n<!-- /skin -->\n"
VALUES = {"accuracy": 94.0, "psnr": 23.0, "ciede2000": 10.0, "chroma_share": 0.0}


def evaluation(ours: float, tones: dict[str, float], *, skin: bool) -> Evaluation:
    def row(title: str, baseline: bool, difference: float) -> Row:
        values = VALUES | {"psnr": 33.0 - difference, "ciede2000": difference}
        faces = [Score(Path(f"{t}.png"), t, values | {"skin": v}) for t, v in tones.items()] if skin else []
        plain = [Score(Path("a.png"), "", values)]
        return Row(title, baseline, faces or plain, "" if baseline else "ab" * 32)

    rows = [row(GREY, True, 10.0), row(MEAN_COLOUR, True, 9.5), row("ours", False, ours)]
    return Evaluation(Asked(Path("photos"), skin=skin), rows, Census(1))


@pytest.fixture
def card(tmp_path):
    path = tmp_path / "card.md"
    path.write_text(CARD)
    return path


def test_the_results_stand_between_their_marks_with_weights_and_baselines(card):
    fill(card, evaluation(8.0, {}, skin=False))
    text = card.read_text(encoding="utf-8")
    assert "old" not in text
    assert "Weights abababababababab." in text
    assert "| mean colour difference CIEDE2000 | 8.00 | 10.00 | 9.50 |" in text
    assert "PSNR +2.00 dB, CIEDE2000 -20.0 %, accuracy +0.00 points" in text
    assert "\nBetween.\n" in text
    fill(card, evaluation(8.0, {}, skin=False))
    assert card.read_text(encoding="utf-8") == text


def test_weights_that_have_learnt_nothing_are_called_so_in_the_card(card):
    fill(card, evaluation(10.5, {}, skin=False))
    assert "**ours is no closer to the truth than grey" in card.read_text(encoding="utf-8")


def test_a_skin_tone_that_comes_off_badly_is_named_in_the_card(card):
    fill(card, evaluation(8.0, {"2 light": 5.0, "5 brown": 9.0}, skin=True))
    text = card.read_text(encoding="utf-8")
    assert "| 5 brown | 1 | 9.00 | 9.00 |" in text
    assert "| all | 2 | 7.00 | 7.00 |" in text
    assert "worse than its mean on: 5 brown" in text
    assert "lack of photos: 1 very light, 3 intermediate, 4 tan, 6 dark" in text


def test_a_fair_card_says_so(card):
    fill(card, evaluation(8.0, {"2 light": 7.0, "5 brown": 8.0}, skin=True))
    assert "No group is more than 25 % worse" in card.read_text(encoding="utf-8")


def test_a_card_without_marks_is_refused_and_left_alone(card):
    card.write_text("# Card\n")
    with pytest.raises(TrainingError, match=r"card\.md has no place for these results"):
        fill(card, evaluation(8.0, {}, skin=False))
    assert card.read_text(encoding="utf-8") == "# Card\n"


def test_a_card_that_is_no_utf_8_is_refused_and_left_alone(card):
    card.write_bytes("Für alle\n".encode("latin-1"))
    with pytest.raises(TrainingError, match=r"card\.md is no text in UTF-8"):
        fill(card, evaluation(8.0, {}, skin=False))
    assert card.read_bytes() == "Für alle\n".encode("latin-1")


def test_a_measure_that_not_every_row_has_is_left_out_of_the_card(card):
    told = evaluation(8.0, {}, skin=False)
    told.rows[2] = replace(told.rows[2], title="a|b", scores=[Score(Path("a.png"), "", VALUES | {"loss": 5.0})])
    fill(card, told)
    assert "loss" not in card.read_text(encoding="utf-8")
    assert "| a&#124;b |" in card.read_text(encoding="utf-8")


def test_the_bundled_card_tells_the_results_of_the_bundled_weights():
    text = (resources.folder() / "weights" / "MODEL_CARD.md").read_text(encoding="utf-8")
    found = weights.info(weights.bundled_folder() / f"{DEFAULT.name}.safetensors")
    for block in ("results", "skin"):
        (told,) = re.findall(rf"<!-- {block} -->(.*?)<!-- /{block} -->", text, re.DOTALL)
        assert f"Weights {found.sha256[:16]}." in told, f"see training/README.md for the commands that fill in {block}"


def test_the_goals_in_the_bundled_card_are_measured_against_what_the_weights_say_of_themselves():
    text = (resources.folder() / "weights" / "MODEL_CARD.md").read_text(encoding="utf-8")
    measured = weights.info(weights.bundled_folder() / f"{DEFAULT.name}.safetensors").metrics
    ours, grey = ({name: measured[name + end] for name in VALUES} for end in ("", "_grey"))
    _, _, goals = text.partition("| goal, against grey | reached | |")
    assert [line.split("|")[2].strip() for line in goals.splitlines()[2:6]] == [
        f"{ours['psnr'] - grey['psnr']:+.2f} dB",
        f"{100 * (ours['ciede2000'] / grey['ciede2000'] - 1):+.1f} %",
        f"{ours['accuracy'] - grey['accuracy']:+.2f} points",
        f"{ours['chroma_share']:.0f} %",
    ]
    (results,) = re.findall(r"<!-- results -->(.*?)<!-- /results -->", text, re.DOTALL)
    for name in VALUES:
        assert f" | {ours[name]:.2f} | {grey[name]:.2f} | " in results
