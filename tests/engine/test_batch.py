import os
import threading

import pytest
from batch_bench import is_orange, outputs, photo, photos, run, states
from PIL import Image
from stub_colouriser import StubColouriser

from kmhc_engine import colouring
from kmhc_engine.batch import CancelToken, OutputSettings, State, run_batch
from kmhc_engine.choices import ColourPhotos, Format
from kmhc_engine.chroma import Adjustments
from kmhc_engine.edits import Edits, edits_path, load_edits, save_edits
from kmhc_engine.hints import Hint
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.scan import scan

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


def test_a_folder_comes_out_in_colour_with_one_beginning_and_one_end_for_every_photo(old, folder):
    photos(old, 7), photo(old / "sub" / "a.png")
    ends = run(old, folder)
    assert set(states(ends).values()) == {State.DONE}
    assert outputs(folder) == sorted(ends)
    assert all(is_orange(event.output) for event in ends.values())
    assert all({"decode", "network", "render", "write"} <= set(event.seconds) for event in ends.values())


def test_a_photo_runs_before_it_ends(old, folder):
    photos(old, 5)
    jobs = [folder.job(found) for found in scan([old])]
    running = set()
    for event in run_batch(jobs, StubColouriser(), CancelToken(), folder, OutputSettings()):
        assert (event.state is State.RUNNING) == (event.job_id not in running)
        running.add(event.job_id)


def test_originals_are_only_read(old, folder):
    photos(old, 3)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in old.iterdir()}
    run(old, folder)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in old.iterdir()} == before


def test_names_that_clash_get_the_same_different_outputs_whatever_finishes_first(tmp_path, old):
    for number, name in enumerate(("a.jpg", "a.png", "a.bmp", "A.JPG", "b.png", "é.png", "e\u0301.png")):
        photo(old / name, seed=number)
    given = set()
    for attempt in range(4):
        slow = threading.Event()

        def before(lightness, slow=slow, attempt=attempt):
            if attempt % 2 and not slow.is_set():
                slow.set()
                list(range(100_000))

        with OutputFolder(tmp_path / f"out {attempt}") as folder:
            settings = OutputSettings(format=Format.JPEG)
            ends = run(old, folder, StubColouriser(batch_size=1 + attempt, before=before), settings=settings)
            given.add(tuple(sorted((name, event.output.name) for name, event in ends.items())))
            folded = {event.output.name.casefold() for event in ends.values()}
            assert len(folded) == len(ends)
    assert len(given) == 1


def test_odd_names_go_all_the_way(old, folder, odd_names):
    for number, name in enumerate(odd_names):
        photo(old / name, seed=number)
    ends = run(old, folder)
    assert states(ends) == dict.fromkeys(odd_names, State.DONE)


def test_outputs_can_be_smaller_and_in_another_format(old, folder):
    photo(old / "a.jpg", size=(200, 100))
    ends = run(old, folder, settings=OutputSettings(format=Format.PNG, longest_side=50))
    with Image.open(ends["a.jpg"].output) as image:
        assert (image.format, image.size) == ("PNG", (50, 25))
    assert ends["a.jpg"].output.name == "a.png"


def test_a_photo_that_is_too_long_for_a_format_is_not_when_it_is_made_smaller(old, folder):
    photo(old / "a.png", size=(17_000, 4))
    ends = run(old, folder, settings=OutputSettings(format=Format.WEBP, longest_side=500))
    assert (ends["a.png"].output.name, ends["a.png"].notes) == ("a.webp", ())


# Photos in colour


def test_photos_in_colour_are_skipped_and_that_is_remembered(old, folder, monkeypatch):
    photo(old / "colour.png", colour=True)
    ends = run(old, folder)
    assert (ends["colour.png"].state, ends["colour.png"].reason) == (State.SKIPPED, "it is in colour already")
    monkeypatch.setattr(colouring, "open_photo", lambda path: pytest.fail("opened again"))
    assert run(old, folder)["colour.png"].reason == "it is in colour already"
    assert outputs(folder) == []


def test_photos_in_colour_are_copied_unchanged_if_one_likes(old, folder):
    path = photo(old / "colour.png", colour=True)
    settings = OutputSettings(format=Format.JPEG, colour_photos=ColourPhotos.COPY)
    ends = run(old, folder, settings=settings)
    assert ends["colour.png"].state is State.DONE and ends["colour.png"].notes
    assert ends["colour.png"].output == folder.path / "colour.png"
    assert ends["colour.png"].output.read_bytes() == path.read_bytes()
    assert run(old, folder, settings=settings)["colour.png"].state is State.SKIPPED


def test_photos_in_colour_are_coloured_anew_if_one_likes(old, folder):
    photo(old / "colour.png", colour=True)
    ends = run(old, folder, settings=OutputSettings(colour_photos=ColourPhotos.REDO))
    assert ends["colour.png"].state is State.DONE and is_orange(ends["colour.png"].output)


# The next run


def test_what_is_done_is_skipped_with_its_output(old, folder):
    photos(old, 3)
    first, second = run(old, folder), StubColouriser()
    again = run(old, folder, second)
    assert set(states(again).values()) == {State.SKIPPED}
    assert {event.reason for event in again.values()} == {"it is done already"}
    assert {n: e.output for n, e in again.items()} == {n: e.output for n, e in first.items()}
    assert second.predicted == 0


def test_a_photo_that_was_touched_but_not_changed_is_not_done_again(old, folder):
    path = photo(old / "a.jpg")
    run(old, folder)
    os.utime(path, (1, 1))
    assert run(old, folder)["a.jpg"].state is State.SKIPPED
    assert folder.journal.get(folder.key(path)).fingerprint.modified_ns == 1_000_000_000


@pytest.mark.parametrize(
    ("what", "networks"), [("photo", 1), ("colouriser", 1), ("settings", 0), ("output", 0), ("chroma", 1)]
)
def test_a_photo_is_done_again_in_its_place_when_something_has_changed(old, folder, what, networks):
    path = photo(old / "a.jpg")
    done = run(old, folder)["a.jpg"]
    colouriser, settings = StubColouriser(), OutputSettings()
    if what == "photo":
        photo(path, seed=1)
    elif what == "colouriser":
        colouriser = StubColouriser(identity="stub|2")
    elif what == "settings":
        settings = OutputSettings(quality=50)
    elif what == "output":
        done.output.unlink()
    elif what == "chroma":
        for colour in (folder.path / ".kmhc" / "chroma").iterdir():
            colour.unlink()
    again = run(old, folder, colouriser, settings=settings)["a.jpg"]
    assert (again.state, again.output) == (State.DONE, done.output)
    assert colouriser.predicted == networks
    assert outputs(folder) == ["a.jpg"]


def test_only_the_colour_in_use_is_kept(old, folder):
    photo(old / "a.jpg")
    for identity in ("one", "two", "three"):
        run(old, folder, StubColouriser(identity=identity))
    (kept,) = (folder.path / ".kmhc" / "chroma").iterdir()
    assert kept.stat().st_size <= 100_000
    assert kept == folder.chroma(folder.journal.get(folder.key(old / "a.jpg")).chroma, 0)


def test_stored_colour_that_is_damaged_is_predicted_again(old, folder):
    photo(old / "a.jpg")
    run(old, folder)
    (colour,) = (folder.path / ".kmhc" / "chroma").iterdir()
    colour.write_bytes(b"power failed here")
    colouriser = StubColouriser()
    assert run(old, folder, colouriser, settings=OutputSettings(quality=50))["a.jpg"].state is State.DONE
    assert colouriser.predicted == 1


def test_what_a_person_adjusted_follows_the_photo_to_another_variant(old, folder):
    photo(old / "a.jpg")
    run(old, folder, StubColouriser(identity="one"))
    first = edits_path(folder.chroma(folder.journal.get(folder.key(old / "a.jpg")).chroma, 0))
    edits = Edits(Adjustments(saturation=0.0), (Hint(((0.5, 0.5),), 0.1, (10.0, -40.0)),))
    save_edits(edits, first)
    ends = run(old, folder, StubColouriser(identity="two"))
    second = edits_path(folder.chroma(folder.journal.get(folder.key(old / "a.jpg")).chroma, 0))
    assert load_edits(second) == (edits, "")
    assert not is_orange(ends["a.jpg"].output)
    assert not first.exists(), "nothing is left that belongs to no photo"
