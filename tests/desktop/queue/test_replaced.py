"""Photos whose files are replaced by others while they are on the list."""

import os

import pytest
from PIL import Image

from kmhc_desktop.queue import scanning
from kmhc_engine.jobs import State
from kmhc_engine.originals import digest
from tests.desktop.test_window import PATIENCE, colourise, drop_and_wait, states


def look_again(app, start, photos, qtbot, again):
    """Drop the folder again, or start the window again."""
    if again == "dropped":
        drop_and_wait(app, qtbot, photos)
        return app
    app.window.close()
    app = start()
    qtbot.waitUntil(lambda: len(app.window.model) == 3 and not app.window.roots.scanning, timeout=PATIENCE)
    return app


@pytest.mark.parametrize("again", ["dropped", "started"])
def test_a_photo_that_is_done_waits_when_another_has_taken_its_place(coloured, start, photos, qtbot, again) -> None:
    Image.new("L", (90, 60), 99).save(photos / "photo 0.jpg")
    app = look_again(coloured, start, photos, qtbot, again)
    assert states(app) == [State.WAITING, State.DONE, State.DONE]
    row = app.window.model.row(photos / "photo 0.jpg")
    assert (row.output, row.chroma, row.doubt) == (None, None, None)
    assert app.window.desk.view.canvas.waiting == "Not in colour yet"
    colourise(app, qtbot)
    assert states(app) == [State.DONE] * 3
    with Image.open(photos.with_name("shoebox colourised") / "photo 0.jpg") as photo:
        assert photo.size == (90, 60)


@pytest.mark.parametrize("again", ["dropped", "started"])
def test_a_photo_of_which_only_the_time_changes_stays_done_and_is_read_once(
    coloured, start, photos, qtbot, monkeypatch, again
) -> None:
    read = []
    monkeypatch.setattr(scanning, "digest", lambda path: read.append(path.name) or digest(path))
    os.utime(photos / "photo 0.jpg", (1, 1))
    app = look_again(coloured, start, photos, qtbot, again)
    look_again(app, start, photos, qtbot, "dropped")
    assert states(app) == [State.DONE] * 3
    assert all(row.output and row.chroma for row in app.window.model.rows)
    assert read == ["photo 0.jpg"]
