"""What people read of a photo's state."""

from pathlib import Path

import pytest

from kmhc_engine.jobs import IN_COLOUR, State


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": State.SKIPPED, "reason": IN_COLOUR}, "In colour already; left as it is"),
        ({"state": State.WAITING, "in_colour": True}, "In colour already"),
        ({"state": State.WAITING}, "Not in colour yet"),
        ({"state": State.FAILED, "reason": "it is empty"}, "Failed: it is empty"),
        ({"state": State.SKIPPED, "reason": "it is a text", "refusal": "it is a text"}, "Skipped: it is a text"),
    ],
)
def test_the_viewer_says_of_a_photo_without_a_result_what_becomes_of_it(loaded, photos: Path, changes, said):
    loaded.window.model.update(photos / "photo 0.jpg", **changes)
    loaded.window.desk.show_row(next(iter(loaded.window.model.rows)))
    canvas = loaded.window.desk.view.canvas
    assert said in (canvas.waiting, canvas._message)


def test_a_photo_that_fails_while_it_is_looked_at_says_so_at_once(loaded, photos: Path):
    window = loaded.window
    assert window.desk.view.canvas.waiting == "Not in colour yet"
    window.model.update(photos / "photo 0.jpg", state=State.FAILED, reason="the network gave no usable colours")
    assert window.desk.view.canvas.waiting == "Failed: the network gave no usable colours"
    window.model.update(photos / "photo 0.jpg", state=State.WAITING, reason="")
    assert window.desk.view.canvas.waiting == "Not in colour yet"
