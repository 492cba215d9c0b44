import errno
import logging
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from batch_bench import ENDS, assert_one_end_each, fail_on_call, outputs, photo, photos, run, states
from PIL import Image
from stub_colouriser import StubColouriser

from kmhc_engine import atomic, colouring
from kmhc_engine.batch import CancelToken, Job, OutputSettings, State, run_batch
from kmhc_engine.errors import ComputeError, DiskFull, NotAPhoto, OutputError
from kmhc_engine.scan import scan

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


def test_one_bad_file_never_stops_the_run(old, folder):
    photos(old, 3)
    (old / "cut.jpg").write_bytes((old / "00.jpg").read_bytes()[:200])
    (old / "text.jpg").write_bytes(b"Dear all")
    (old / "empty.jpg").touch()
    (old / "pretender.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    ends = run(old, folder)
    assert {name for name, event in ends.items() if event.state is State.DONE} == {"00.jpg", "01.jpg", "02.jpg"}
    assert ends["cut.jpg"].state is State.FAILED
    assert ends["text.jpg"].state is ends["empty.jpg"].state is State.SKIPPED
    assert ends["pretender.png"].state in {State.FAILED, State.SKIPPED}
    assert all(event.reason for event in ends.values() if event.state is not State.DONE)
    assert outputs(folder) == ["00.jpg", "01.jpg", "02.jpg"]


def test_what_cannot_be_read_at_all_fails(old, folder):
    job = Job("1", old / "locked", folder.path / "locked", refusal="it cannot be read", unreadable=True)
    (event,) = run_batch([job], StubColouriser(), CancelToken(), folder, OutputSettings())
    assert (event.state, event.reason) == (State.FAILED, "it cannot be read")


def test_a_photo_that_vanished_since_the_scan_fails_with_the_reason(old, folder):
    photos(old, 2)
    jobs = [folder.job(found) for found in scan([old])]
    (old / "00.jpg").unlink()
    events = list(run_batch(jobs, StubColouriser(), CancelToken(), folder, OutputSettings()))
    (failed,) = [event for event in events if event.state is State.FAILED]
    assert failed.job_id == jobs[0].id and "cannot be read" in failed.reason


def test_a_photo_that_changes_while_it_is_worked_on_fails_with_the_reason(old, folder):
    path = photo(old / "a.jpg")
    ends = run(old, folder, StubColouriser(before=lambda _: photo(path, seed=1, size=(32, 16))))
    assert ends["a.jpg"].state is State.FAILED and "changed" in ends["a.jpg"].reason
    assert outputs(folder) == []
    assert run(old, folder)["a.jpg"].state is State.DONE


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ComputeError("There is not enough memory for one photo."), "There is not enough memory for one photo."),
        (MemoryError(), "not enough memory"),
        (ZeroDivisionError("division by zero"), "unexpected error stopped it (ZeroDivisionError"),
    ],
)
def test_a_failure_of_the_network_fails_its_photo_alone(old, folder, error, reason):
    photos(old, 4), photo(old / "bad.jpg", size=(16, 24))

    def before(lightness):
        if lightness[0].shape[0] > lightness[0].shape[1]:
            raise error

    ends = run(old, folder, StubColouriser(before=before))
    assert ends["bad.jpg"].state is State.FAILED and reason in ends["bad.jpg"].reason
    assert Counter(states(ends).values()) == {State.DONE: 4, State.FAILED: 1}


def test_an_unexpected_error_is_logged_with_its_traceback(old, folder, caplog, monkeypatch):
    photos(old, 2)
    fail_on_call(monkeypatch, colouring, "network_input", {0}, ZeroDivisionError("division by zero"))
    with caplog.at_level(logging.ERROR):
        ends = run(old, folder)
    assert Counter(states(ends).values()) == {State.DONE: 1, State.FAILED: 1}
    assert "ZeroDivisionError" in caplog.text and "Traceback" in caplog.text


def test_a_photo_without_finite_colours_is_never_saved_as_done(old, folder):
    photo(old / "a.jpg")
    colouriser = StubColouriser()
    colouriser.predict = lambda lightness: [np.full((*one.shape, 2), np.nan, np.float32) for one in lightness]
    ends = run(old, folder, colouriser)
    assert ends["a.jpg"].state is State.FAILED
    assert outputs(folder) == []


def test_an_output_that_cannot_be_written_fails_its_photo_and_leaves_no_temporary_file(old, folder, monkeypatch):
    photos(old, 3)
    error = OSError(errno.ENAMETOOLONG, "File name too long")
    fail_on_call(monkeypatch, atomic, "sync_file", {1}, error)
    ends = run(old, folder)
    (failed,) = [event for event in ends.values() if event.state is State.FAILED]
    assert "File name too long" in failed.reason
    assert len(outputs(folder)) == 2


def test_a_failure_is_in_the_journal(old, folder):
    (old / "cut.jpg").write_bytes(photo(old / "a.jpg").read_bytes()[:200])
    ends = run(old, folder)
    record = folder.journal.get(folder.key(old / "cut.jpg"))
    assert (record.state, record.reason) == (State.FAILED, ends["cut.jpg"].reason)


def test_what_was_no_photo_is_tried_again_though_it_has_not_changed(old, folder, monkeypatch):
    photos(old, 1)
    fail_on_call(monkeypatch, colouring, "open_photo", {0}, NotAPhoto(old / "00.jpg", "it needs a package"))
    assert run(old, folder)["00.jpg"].state is State.SKIPPED
    assert run(old, folder)["00.jpg"].state is State.DONE


def test_what_turns_out_to_be_no_photo_is_in_the_journal_but_does_not_make_a_colour_copy_forgotten(old, folder):
    odd = old / "odd.tif"
    Image.fromarray(np.ones((8, 8), np.float32)).save(odd)
    reason = run(old, folder)["odd.tif"].reason
    record = folder.journal.get(folder.key(odd))
    assert (record.state, record.reason) == (State.SKIPPED, reason)
    seen = record.fingerprint
    assert (seen.size, seen.modified_ns) == (odd.stat().st_size, odd.stat().st_mtime_ns)
    photo(odd)
    assert run(old, folder)["odd.tif"].state is State.DONE
    Image.fromarray(np.ones((8, 8), np.float32)).save(odd)
    assert run(old, folder)["odd.tif"].state is State.SKIPPED
    assert folder.journal.get(folder.key(odd)).state is State.DONE


def test_a_scan_that_fails_ends_the_run_with_its_error_after_the_photos_it_gave(old, folder):
    photos(old, 2)

    def jobs():
        yield from (folder.job(found) for found in scan([old]))
        raise RuntimeError("the scan broke")

    events = []
    with pytest.raises(RuntimeError, match="the scan broke"):
        for event in run_batch(jobs(), StubColouriser(), CancelToken(), folder, OutputSettings()):
            events.append(event)
    assert Counter(event.state for event in events)[State.DONE] == 2


def test_a_target_outside_the_output_folder_is_never_written(old, folder, tmp_path):
    job = Job("1", photo(old / "a.jpg"), tmp_path / "elsewhere" / "a.jpg")
    events = list(run_batch([job], StubColouriser(), CancelToken(), folder, OutputSettings()))
    assert events[-1].state is State.FAILED
    assert not Path(tmp_path, "elsewhere").exists()


def test_a_full_disk_interrupts_the_run_once_and_the_next_run_goes_on(old, folder, monkeypatch):
    photos(old, 20)
    jobs = [folder.job(found) for found in scan([old])]
    full = OSError(errno.ENOSPC, "No space left on device")
    fail_on_call(monkeypatch, atomic, "sync_file", set(range(5, 100)), full)
    events = []
    with pytest.raises(DiskFull, match="Make room"):
        for event in run_batch(jobs, StubColouriser(), CancelToken(), folder, OutputSettings()):
            events.append(event)
    assert_one_end_each(jobs, events)
    counts = Counter(event.state for event in events if event.state in ENDS)
    assert counts == {State.DONE: 5, State.INTERRUPTED: 15}
    begun = {event.job_id for event in events if event.state is State.RUNNING}
    assert len(begun) < 20, "nothing is begun that cannot be written"
    assert len(outputs(folder)) == 5 and not list(folder.path.rglob(".kmhc-*"))
    monkeypatch.undo()
    assert Counter(states(run(old, folder)).values()) == {State.SKIPPED: 5, State.DONE: 15}


@pytest.mark.parametrize("step", ["begin", "finish", "get"])
def test_a_journal_that_fails_interrupts_the_run(old, folder, monkeypatch, step):
    photos(old, 6)
    jobs = [folder.job(found) for found in scan([old])]
    fail_on_call(monkeypatch, folder.journal, step, set(range(2, 100)), OutputError("the journal cannot be used"))
    events = []
    with pytest.raises(OutputError, match="journal"):
        events.extend(run_batch(jobs, StubColouriser(), CancelToken(), folder, OutputSettings()))
    monkeypatch.undo()
    run(old, folder)
    assert outputs(folder) == [f"{number:02}.jpg" for number in range(6)]
