import threading
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from kmhc_desktop.queue import tones as tones_module
from kmhc_desktop.queue.state_text import state_text
from kmhc_engine.jobs import State
from kmhc_engine.photos import Photo, Tone


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


def test_a_run_begins_while_a_large_photo_is_still_looked_at(loaded, qtbot, monkeypatch) -> None:
    begun, go_on, looked_at = threading.Event(), threading.Event(), []

    def look_long(path: Path, _) -> bool:
        begun.set()
        go_on.wait(5)
        looked_at.append(path)
        return False

    monkeypatch.setattr(tones_module, "_is_in_colour", look_long)
    loaded.window.tones._known.clear()
    loaded.window.tones.look()
    assert begun.wait(60)
    loaded.window.start()
    assert looked_at == []
    go_on.set()
    with qtbot.waitSignal(loaded.window.run.finished, timeout=120_000):
        pass
    assert len(looked_at) == 1, "the others can wait until the run has ended"


def test_a_photo_of_many_pages_is_left_after_the_page_in_hand(loaded, tmp_path, qtbot, monkeypatch) -> None:
    album = Image.new("RGB", (8, 8))
    album.save(tmp_path / "album.tif", save_all=True, append_images=[album] * 3)
    tones, begun, go_on, seen = loaded.window.tones, threading.Event(), threading.Event(), []

    def page_tone(photo: Photo, index: int) -> Tone:
        seen.append(index)
        begun.set()
        go_on.wait(5)
        return Tone.COLOUR

    monkeypatch.setattr(Photo, "page_tone", page_tone)
    found: list = []
    tones._found.connect(found.extend)
    tones._pool.start(lambda: tones._work([(str(tmp_path / "album.tif"), 0)], tones._stop))
    assert begun.wait(60)
    tones.hold()
    go_on.set()
    tones.stop()
    assert (seen, found) == ([0], []), "it is looked at again, from the first page on"
