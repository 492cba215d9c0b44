from collections import Counter

import numpy as np
import pytest
from batch_bench import is_orange, outputs, photo, photos, run
from PIL import Image

from kmhc_engine.batch import CancelToken, OutputSettings, State, render_batch
from kmhc_engine.choices import ColourPhotos, Format
from kmhc_engine.chroma import Adjustments
from kmhc_engine.edits import Edits, edits_path, save_edits

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


def render(folder, settings):
    """Render all that the journal knows: the ends, by the photo's name."""
    jobs = list(folder.recorded_jobs())
    names = {job.id: job.source.name for job in jobs}
    events = render_batch(jobs, CancelToken(), folder, settings)
    return {names[event.job_id]: event for event in events if event.state is not State.RUNNING}


def colourfulness(path):
    with Image.open(path) as image:
        rgb = np.asarray(image.convert("RGB"), np.float32)
    return float(np.ptp(rgb, axis=-1).mean())


def test_new_outputs_are_made_from_stored_colour_in_the_place_of_the_old(old, folder):
    photos(old, 4)
    before = {name: colourfulness(event.output) for name, event in run(old, folder).items()}
    ends = render(folder, OutputSettings(adjustments=Adjustments(saturation=0.3)))
    assert {event.state for event in ends.values()} == {State.DONE}
    assert outputs(folder) == sorted(ends) == sorted(before)
    assert all(colourfulness(event.output) < 0.6 * before[name] for name, event in ends.items())


def test_another_format_and_size_come_beside_the_old_outputs(old, folder):
    photo(old / "a.jpg", size=(64, 32))
    run(old, folder)
    ends = render(folder, OutputSettings(format=Format.PNG, longest_side=16))
    assert outputs(folder) == ["a.jpg", "a.png"]
    assert is_orange(ends["a.jpg"].output)
    with Image.open(ends["a.jpg"].output) as image:
        assert (image.format, image.size) == ("PNG", (16, 8))


def test_what_a_person_adjusted_is_kept_when_outputs_are_made_anew(old, folder):
    photos(old, 2)
    before = {name: colourfulness(event.output) for name, event in run(old, folder).items()}
    edited, plain = sorted(before)
    record = folder.journal.get(folder.key(old / edited))
    save_edits(Edits(Adjustments(saturation=0.3)), edits_path(folder.chroma(record.chroma, 0)))
    ends = render(folder, OutputSettings(format=Format.PNG))
    assert colourfulness(ends[edited].output) < 0.6 * before[edited]
    assert colourfulness(ends[plain].output) > 0.9 * before[plain]


def test_rendering_again_with_the_same_settings_does_nothing(old, folder):
    photos(old, 2)
    run(old, folder)
    assert {event.state for event in render(folder, OutputSettings()).values()} == {State.SKIPPED}


def test_photos_without_stored_colour_say_what_to_do(old, folder):
    photo(old / "gone.jpg"), photo(old / "new.jpg", seed=1)
    run(old, folder)
    record = folder.journal.get(folder.key(old / "gone.jpg"))
    folder.chroma(record.chroma, 0).unlink()
    photo(old / "new.jpg", seed=2)
    ends = render(folder, OutputSettings(quality=50))
    assert Counter(event.state for event in ends.values()) == {State.FAILED: 2}
    assert all("Colourise it first" in event.reason for event in ends.values())


@pytest.mark.parametrize("damage", [lambda place: place.unlink(), lambda place: place.write_bytes(b"")])
def test_colour_that_was_lost_is_predicted_anew_though_the_output_is_there(old, folder, damage):
    photos(old, 2)
    run(old, folder)
    damage(folder.chroma(folder.journal.get(folder.key(old / "00.jpg")).chroma, 0))
    assert {name: event.state for name, event in run(old, folder).items()} == {
        "00.jpg": State.DONE,
        "01.jpg": State.SKIPPED,
    }
    assert outputs(folder) == ["00.jpg", "01.jpg"]
    assert {event.state for event in render(folder, OutputSettings(quality=50)).values()} == {State.DONE}


def test_damaged_colour_is_predicted_anew_once_rendering_has_met_it(old, folder):
    photo(old / "a.jpg")
    run(old, folder)
    folder.chroma(folder.journal.get(folder.key(old / "a.jpg")).chroma, 0).write_bytes(b"no picture")
    assert render(folder, OutputSettings(quality=50))["a.jpg"].state is State.FAILED
    assert run(old, folder)["a.jpg"].state is State.DONE
    assert render(folder, OutputSettings(quality=50))["a.jpg"].state is State.DONE


def test_photos_that_were_in_colour_stay_as_they_are(old, folder):
    photo(old / "copied.png", colour=True)
    run(old, folder, settings=OutputSettings(colour_photos=ColourPhotos.COPY))
    ends = render(folder, OutputSettings(quality=50))
    assert (ends["copied.png"].state, ends["copied.png"].reason) == (State.SKIPPED, "it is in colour already")


def test_what_is_no_photo_is_not_said_to_be_in_colour(old, folder):
    Image.fromarray(np.ones((8, 8), np.float32)).save(old / "odd.tif")
    reason = run(old, folder)["odd.tif"].reason
    assert render(folder, OutputSettings(quality=50))["odd.tif"].reason == reason != ""


def test_photos_in_colour_that_were_coloured_anew_are_rendered_anew(old, folder):
    photo(old / "redone.png", colour=True)
    run(old, folder, settings=OutputSettings(colour_photos=ColourPhotos.REDO))
    assert render(folder, OutputSettings(longest_side=8))["redone.png"].state is State.DONE


def test_the_folders_can_be_moved_together_before_rendering(tmp_path, old, folder):
    photo(old / "a.jpg")
    run(old, folder)
    folder.__exit__(None, None, None)
    moved = tmp_path / "moved"
    moved.mkdir()
    old.rename(moved / "old"), folder.path.rename(moved / "old colourised")
    with type(folder)(moved / "old colourised") as folder:
        assert render(folder, OutputSettings(quality=50))["a.jpg"].state is State.DONE
