"""Photos that lie on their side: turned by a person, shown to the network upright, and turned in every later run."""

import os
from dataclasses import replace

import numpy as np
import pytest
from batch_bench import assert_one_end_each, outputs, photo, run, states
from PIL import Image
from stub_colouriser import StubColouriser

from kmhc_engine.album.copies import Wish, copy_photos
from kmhc_engine.album.exporting import export
from kmhc_engine.album.options import Kind, Options
from kmhc_engine.album.work import Work
from kmhc_engine.batch import CancelToken, OutputSettings, State, render_batch, run_batch
from kmhc_engine.choices import ColourPhotos, Format
from kmhc_engine.chroma import Adjustments
from kmhc_engine.edits import Edits, edits_path, load_edits, save_edits
from kmhc_engine.hints import Hint
from kmhc_engine.scan import scan

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


def turned_run(old, folder, turn, colouriser=None):
    jobs = [replace(folder.job(found), turn=turn) for found in scan([old], output=folder.path)]
    events = list(run_batch(jobs, colouriser or StubColouriser(), CancelToken(), folder, OutputSettings()))
    assert_one_end_each(jobs, events)
    return {event.job_id: event for event in events}


def lightness(path, **options):
    with Image.open(path, **options) as image:
        return np.asarray(image.convert("L"), float)


def record(folder):
    (found,) = folder.journal.records()
    return found


def stored(folder):
    return sorted(path.name for path in (folder.path / ".kmhc" / "chroma").iterdir())


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_the_network_sees_a_turned_photo_upright_and_the_copy_is_so(old, folder, turn):
    original = photo(old / "a.png", size=(40, 20))
    before, network = original.read_bytes(), StubColouriser()
    turned_run(old, folder, turn, network)
    ((shown,),) = network.batches
    assert (shown[0] > shown[1]) == bool(turn % 2)
    copy, expected = lightness(folder.path / "a.png"), np.rot90(lightness(original), -turn)
    assert copy.shape == expected.shape
    assert np.corrcoef(copy.ravel(), expected.ravel())[0, 1] > 0.9
    assert original.read_bytes() == before


def test_every_page_is_turned(old, folder):
    pages = [Image.new("L", (40, 20), 100), Image.new("L", (30, 10), 150)]
    old.mkdir(exist_ok=True)
    pages[0].save(old / "a.tif", save_all=True, append_images=pages[1:])
    turned_run(old, folder, 1)
    with Image.open(folder.path / "a.tif") as copy:
        sizes = [copy.size]
        copy.seek(1)
        assert [*sizes, copy.size] == [(20, 40), (10, 30)]


def test_later_runs_and_renderings_turn_a_photo_as_before(old, folder):
    photo(old / "a.png", size=(40, 20))
    turned_run(old, folder, 1)
    assert set(states(run(old, folder)).values()) == {State.SKIPPED}
    run(old, folder, StubColouriser(identity="another|2"))
    assert Image.open(folder.path / "a.png").size == (20, 40)
    settings = OutputSettings(format=Format.JPEG)
    list(render_batch(list(folder.recorded_jobs()), CancelToken(), folder, settings))
    assert Image.open(folder.path / "a.jpg").size == (20, 40)


def test_a_photo_that_is_turned_again_is_made_again_in_its_place_and_what_was_stored_goes(old, folder):
    photo(old / "a.png", size=(40, 20))
    for turn, size in ((0, (40, 20)), (1, (20, 40)), (2, (40, 20)), (0, (40, 20))):
        (end,) = turned_run(old, folder, turn).values()
        assert end.state is State.DONE
        assert Image.open(folder.path / "a.png").size == size
        assert record(folder).turn == turn
        assert outputs(folder) == ["a.png"]
        assert len(stored(folder)) == 1


def test_what_a_person_changed_turns_with_the_photo(old, folder):
    photo(old / "a.png", size=(40, 20))
    run(old, folder)
    dress = Hint(((0.25, 0.5),), 0.1, (10.0, -50.0))
    save_edits(Edits(Adjustments(1.5), (dress,)), edits_path(folder.chroma(record(folder).chroma, 0)))
    turned_run(old, folder, 3)
    edits, _ = load_edits(edits_path(folder.chroma(record(folder).chroma, 0)))
    assert edits == Edits(Adjustments(1.5), (Hint(((0.5, 0.75),), 0.1, (10.0, -50.0)),))


def test_a_turned_photo_that_failed_is_tried_again_turned(old, folder, monkeypatch):
    photo(old / "a.png", size=(40, 20))

    def fail(lightness):
        raise MemoryError

    turned_run(old, folder, 1, StubColouriser(before=fail))
    assert (record(folder).state, record(folder).turn) == (State.FAILED, 1)
    run(old, folder)
    assert Image.open(folder.path / "a.png").size == (20, 40)


def test_another_photo_of_the_same_name_is_not_turned_as_the_one_before(old, folder):
    photo(old / "a.png", size=(40, 20))
    turned_run(old, folder, 1)
    photo(old / "a.png", size=(20, 40), seed=1)
    run(old, folder)
    assert (Image.open(folder.path / "a.png").size, record(folder).turn) == ((20, 40), 0)


def test_a_photo_that_only_got_another_date_stays_turned(old, folder):
    original = photo(old / "a.png", size=(40, 20))
    turned_run(old, folder, 1)
    os.utime(original, ns=(5, 5))
    assert set(states(run(old, folder)).values()) == {State.SKIPPED}


def test_a_photo_in_colour_is_copied_as_it_lies(old, folder):
    original = photo(old / "a.png", colour=True)
    jobs = [replace(folder.job(found), turn=1) for found in scan([old], output=folder.path)]
    settings = OutputSettings(colour_photos=ColourPhotos.COPY)
    list(run_batch(jobs, StubColouriser(), CancelToken(), folder, settings))
    assert (folder.path / "a.png").read_bytes() == original.read_bytes()
    assert record(folder).turn == 0


def test_a_turned_photo_that_is_gone_fails_by_name_and_is_turned_when_it_is_back(old, folder):
    original = photo(old / "a.png", size=(40, 20))
    turned_run(old, folder, 1)
    content = original.read_bytes()
    job = folder.job(next(iter(scan([old], output=folder.path))))
    original.unlink()
    *_, end = run_batch([job], StubColouriser(), CancelToken(), folder, OutputSettings())
    assert end.state is State.FAILED
    original.write_bytes(content)
    assert set(states(run(old, folder)).values()) == {State.SKIPPED}
    assert record(folder).turn == 1


@pytest.mark.parametrize("setting", [ColourPhotos.COPY, ColourPhotos.SKIP])
def test_a_photo_left_in_colour_is_left_at_once_when_it_is_to_be_turned_again(old, folder, setting):
    photo(old / "a.png", colour=True)
    for expected in (State.DONE if setting is ColourPhotos.COPY else State.SKIPPED, State.SKIPPED):
        jobs = [replace(folder.job(found), turn=1) for found in scan([old], output=folder.path)]
        events = list(run_batch(jobs, StubColouriser(), CancelToken(), folder, OutputSettings(colour_photos=setting)))
        assert events[-1].state is expected
    assert State.RUNNING not in [event.state for event in events]


def test_an_album_shows_the_original_turned_as_the_copy(old, folder, tmp_path):
    photo(old / "a.png", size=(400, 200))
    turned_run(old, folder, 1)
    folder.__exit__(None, None, None)
    target = tmp_path / "album"
    export(folder.path, Kind.WEB, target, Options(before=True))
    before = next(path for path in (target / "assets").iterdir() if path.stem.split("-")[0].endswith("b"))
    assert Image.open(before).size == (200, 400)


def test_a_copy_in_another_format_is_turned(old, folder, tmp_path):
    photo(old / "a.png", size=(40, 20))
    turned_run(old, folder, 3)
    folder.__exit__(None, None, None)
    copy_photos(folder.path, Wish(tmp_path / "usb", format=Format.TIFF), Work())
    assert Image.open(tmp_path / "usb" / "a.tif").size == (20, 40)
