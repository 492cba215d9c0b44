import numpy as np
from PIL import Image
from skimage import data

from kmhc_desktop.queue.state_text import state_text
from kmhc_engine.jobs import State


def test_photos_in_colour_are_known_before_a_run(start, photos, qtbot) -> None:
    Image.fromarray(data.astronaut()).resize((128, 128)).save(photos / "holiday.jpg")
    app = start(photos)
    qtbot.waitUntil(lambda: app.window.model.in_colour == 1, timeout=120_000)
    row = app.window.model.row(photos / "holiday.jpg")
    assert state_text(row) == "In colour already"
    assert "3 to colourise" in app.window.strip.text
    assert "1 in colour already" in app.window.strip.text
    with qtbot.waitSignal(app.window.run.finished, timeout=120_000):
        app.window.start()
    assert row.state is State.SKIPPED
    assert app.window.model.in_colour == 0


def test_a_photo_that_cannot_be_read_stops_nothing(start, photos, qtbot) -> None:
    (photos / "a torn one.jpg").write_bytes((photos / "photo 0.jpg").read_bytes()[:200])
    Image.fromarray(np.ascontiguousarray(data.astronaut())).save(photos / "z.png")
    app = start(photos)
    qtbot.waitUntil(lambda: app.window.model.in_colour == 1, timeout=120_000)


def test_what_was_seen_of_a_photo_that_has_changed_since_does_not_count(loaded, photos) -> None:
    tones, model = loaded.window.tones, loaded.window.model
    row = model.row(photos / "photo 0.jpg")
    tones._mark([((row.path, row.modified_ns - 1), True)])
    assert model.in_colour == 0
    tones._mark([((row.path, row.modified_ns), True)])
    assert model.in_colour == 1
