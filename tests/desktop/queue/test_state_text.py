"""What people read of a photo's state."""

from pathlib import Path

import pytest

from kmhc_engine.jobs import IN_COLOUR, State
from tests.desktop import stub_engine
from tests.desktop.test_window import PATIENCE


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


def test_a_photo_that_is_looked_at_while_it_is_coloured_says_so_until_its_colours_are_there(start, photos, qtbot):
    window = start(photos, engine=stub_engine.serve_slow).window
    qtbot.waitUntil(lambda: len(window.model) == 3)
    canvas = window.desk.view.canvas
    window.actions_["start"].trigger()
    qtbot.waitUntil(lambda: canvas.waiting == "Colourising…", timeout=PATIENCE)
    window.run.pause()
    assert canvas.waiting == "Paused"
    window.run.resume()
    assert canvas.waiting == "Colourising…"
    window.model.update(photos / "photo 0.jpg", state=State.DONE, output=str(photos / "photo 1.jpg"))
    assert canvas.waiting == ""
