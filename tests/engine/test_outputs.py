import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePath

import pytest
from PIL import Image

from kmhc_engine import atomic
from kmhc_engine.errors import DiskFull, FolderInUse, OutputError
from kmhc_engine.jobs import State
from kmhc_engine.outputs import OutputFolder, among_photos, default_output
from kmhc_engine.records import Fingerprint, Record
from kmhc_engine.scan import Found


@pytest.fixture
def path(tmp_path):
    return tmp_path / "old colourised"


def record(folder, source, wanted="a.jpg"):
    key = folder.key(folder.path.parent / source)
    return Record(key, Fingerprint(1, 2, b"3"), "identity", "settings", State.RUNNING, PurePath(wanted))


def publish(folder, source, content=b"colour", wanted="a.jpg", suffix=""):
    new = record(folder, source, wanted)
    path = folder.claim(new.source, folder.path / wanted, suffix or PurePath(wanted).suffix)
    temporary = folder.temporary(path)
    temporary.write_bytes(content)
    return folder.publish(temporary, path, new)


def files(folder):
    """What the user sees in the output folder."""
    found = (path for path in folder.path.rglob("*") if path.is_file() and ".kmhc" not in path.parts)
    return {path.relative_to(folder.path).as_posix(): path.read_bytes() for path in found}


def test_outputs_go_beside_the_folder_and_for_files_among_them(tmp_path):
    (tmp_path / "old").mkdir()
    assert default_output([tmp_path / "old"]) == tmp_path / "old colourised"
    assert default_output([tmp_path / "a.jpg"]) == tmp_path / "colourised"
    assert default_output([tmp_path / "old" / "a.jpg", tmp_path / "old" / "b.jpg"]) == tmp_path / "old" / "colourised"
    assert default_output([tmp_path / "old", tmp_path / "new"]) == tmp_path / "colourised"
    assert default_output([Path(tmp_path.anchor)]) == Path(tmp_path.anchor) / "colourised"


def test_a_folder_that_photos_are_taken_from_is_known_by_any_of_its_names(tmp_path):
    (tmp_path / "old" / "1950").mkdir(parents=True)
    photo = tmp_path / "old" / "a.jpg"
    photo.touch()
    (tmp_path / "link").symlink_to(tmp_path / "old")
    for path in (tmp_path / "old", tmp_path / "link", photo):
        assert among_photos(tmp_path / "old", [path])
        assert among_photos(tmp_path / "link", [path])
        assert not among_photos(tmp_path / "old" / "1950", [path])
        assert not among_photos(tmp_path / "not there yet", [path])


def test_no_output_folder_hides_photos_that_lie_in_it(tmp_path):
    (tmp_path / "old" / "1950").mkdir(parents=True)
    (tmp_path / "new").mkdir()
    Image.new("L", (8, 8)).save(tmp_path / "old" / "1950" / "a.png")
    assert among_photos(tmp_path, [tmp_path / "old"])
    assert among_photos(tmp_path / "old", [tmp_path / "old" / "1950" / "a.png"])
    assert among_photos(tmp_path / "old" / "1950", [tmp_path / "old"])
    assert not among_photos(tmp_path / "old" / "1950", [tmp_path / "new"])
    (tmp_path / "old" / "1950" / ".kmhc").mkdir()
    assert not among_photos(tmp_path / "old" / "1950", [tmp_path / "old"])


def test_a_published_file_is_whole_named_and_in_the_journal(folder):
    done = publish(folder, "a.jpg", wanted="1950/summer/a.jpg")
    assert files(folder) == {"1950/summer/a.jpg": b"colour"}
    assert folder.journal.get(done.source) == done
    assert done.state is State.DONE and folder.stands(done)


def test_the_journal_knows_a_file_before_it_appears_and_calls_it_done_only_after_the_folder_is_on_disk(
    folder, monkeypatch
):
    steps = []
    for owner, name in [(atomic, "sync_file"), (atomic, "rename_new"), (atomic, "sync_folder")]:
        real = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *a, name=name, real=real: (steps.append(name), real(*a))[1])
    for name in ("begin", "finish"):
        real = getattr(folder.journal, name)
        monkeypatch.setattr(folder.journal, name, lambda *a, name=name, real=real: (steps.append(name), real(*a))[1])
    publish(folder, "a.jpg")
    assert steps == ["sync_file", "begin", "rename_new", "sync_folder", "finish"]


def test_a_file_that_kmhc_did_not_write_is_never_overwritten(folder):
    (folder.path / "a.jpg").write_bytes(b"somebody's")
    publish(folder, "a.jpg")
    assert files(folder) == {"a.jpg": b"somebody's", "a (2).jpg": b"colour"}


def test_a_file_that_appears_at_the_last_moment_is_not_overwritten_either(folder, monkeypatch):
    real = atomic.rename_new

    def rename_new(temporary, target):
        if target.name == "a.jpg":
            target.write_bytes(b"somebody's")
        real(temporary, target)

    monkeypatch.setattr(atomic, "rename_new", rename_new)
    done = publish(folder, "a.png", wanted="a.jpg")
    assert files(folder) == {"a.jpg": b"somebody's", "a (2).jpg": b"colour"}
    assert folder.journal.get(done.source).output.path == PurePath("a (2).jpg")


def test_an_output_is_made_anew_in_its_place(folder):
    publish(folder, "a.jpg", b"first")
    publish(folder, "a.jpg", b"second try")
    assert files(folder) == {"a.jpg": b"second try"}


def test_an_output_that_the_user_changed_stays(folder):
    publish(folder, "a.jpg", b"first")
    (folder.path / "a.jpg").write_bytes(b"retouched by hand")
    publish(folder, "a.jpg", b"second try")
    assert files(folder) == {"a.jpg": b"retouched by hand", "a (2).jpg": b"second try"}


def test_one_photo_never_replaces_the_output_of_another(folder):
    publish(folder, "a.jpg", b"of a.jpg")
    publish(folder, "a.png", b"of a.png")
    assert files(folder) == {"a.jpg": b"of a.jpg", "a (2).jpg": b"of a.png"}


def test_names_are_remembered_in_the_next_run(path):
    with OutputFolder(path) as folder:
        publish(folder, "a.png", b"first come")
        publish(folder, "a.jpg", b"second come")
    with OutputFolder(path) as folder:  # now in the other order
        publish(folder, "a.jpg", b"of a.jpg")
        publish(folder, "a.png", b"of a.png")
        assert files(folder) == {"a.jpg": b"of a.png", "a (2).jpg": b"of a.jpg"}


def test_a_remembered_name_stays_even_when_the_file_before_it_is_gone(path):
    with OutputFolder(path) as folder:
        publish(folder, "a.jpg", wanted="a.jpg")
        publish(folder, "a.png", wanted="a.png", suffix=".jpg")
        (path / "a.jpg").unlink()
    with OutputFolder(path) as folder:
        folder._names._owners.pop("a.jpg")  # as if a.jpg had never been there
        publish(folder, "a.png", b"again", wanted="a.png", suffix=".jpg")
        assert files(folder) == {"a (2).jpg": b"again"}


def test_an_output_counts_as_there_only_while_it_is(folder):
    done = publish(folder, "a.jpg")
    (folder.path / "a.jpg").write_bytes(b"retouched by hand")
    assert folder.stands(done)
    (folder.path / "a.jpg").unlink()
    assert not folder.stands(done)


def test_a_photo_whose_output_appeared_just_before_the_power_failed_is_done(folder, monkeypatch):
    monkeypatch.setattr(folder.journal, "finish", lambda _: None)
    publish(folder, "a.jpg")
    begun = folder.journal.get(record(folder, "a.jpg").source)
    assert begun.state is State.RUNNING and folder.stands(begun)
    (folder.path / "a.jpg").write_bytes(b"another file")
    assert not folder.stands(begun)


def test_sources_are_known_when_both_folders_are_moved_together(tmp_path):
    with OutputFolder(tmp_path / "disk" / "old colourised") as folder:
        before = folder.key(tmp_path / "disk" / "old" / "a.jpg")
    (tmp_path / "disk").rename(tmp_path / "usb")
    with OutputFolder(tmp_path / "usb" / "old colourised") as folder:
        assert folder.key(tmp_path / "usb" / "old" / "a.jpg") == before


def test_what_a_killed_run_left_behind_is_removed_and_nothing_else(path):
    (path / "1950").mkdir(parents=True)
    (path / ".kmhc" / "chroma").mkdir(parents=True)
    left = [path / ".kmhc-0123456789ab.part", path / "1950" / ".kmhc-ba9876543210.part"]
    left.append(path / ".kmhc" / "chroma" / ".77-a.png")
    others = [path / "1950" / "a.jpg", path / ".hidden", path / "b.part", path / ".kmhc" / "chroma" / "a.png"]
    for file in left + others:
        file.touch()
    with OutputFolder(path):
        assert not any(file.exists() for file in left)
        assert all(file.exists() for file in others)


@pytest.mark.skipif(os.name == "nt", reason="renames there in one step")
def test_a_name_that_was_taken_when_the_run_was_killed_is_used(path, monkeypatch):
    """Without hard links an empty file takes it first."""

    def without_links(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, OutputFolder(path) as folder:
        patched.setattr(os, "link", without_links)
        patched.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(folder, "a.jpg")
        assert files(folder)["a.jpg"] == b""
    with OutputFolder(path) as folder:
        publish(folder, "a.jpg")
        assert files(folder) == {"a.jpg": b"colour"}


def test_what_another_run_is_writing_below_is_no_leftover(path):
    writing = path / "1950" / "colourised" / ".kmhc-0123456789ab.part"
    (writing.parent / ".kmhc").mkdir(parents=True)
    writing.touch()
    with OutputFolder(path):
        assert writing.exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_leftovers_are_not_looked_for_behind_links(path, tmp_path):
    path.mkdir()
    elsewhere = tmp_path / "originals" / ".kmhc-0123456789ab.part"
    elsewhere.parent.mkdir()
    elsewhere.touch()
    (path / "link").symlink_to(elsewhere.parent)
    with OutputFolder(path):
        assert elsewhere.exists()


def test_a_second_run_in_the_same_folder_is_refused(folder):
    with pytest.raises(FolderInUse, match="another run of KMHC") as refusal, OutputFolder(folder.path):
        pass
    assert str(folder.path) in str(refusal.value)


def test_a_disk_that_knows_no_locks_takes_output_folders_too(path, no_locks):
    for content in (b"first", b"second"):
        with OutputFolder(path) as folder:
            publish(folder, "a.jpg", content)
            assert files(folder) == {"a.jpg": content}


def test_on_a_disk_that_knows_no_locks_what_another_run_may_be_writing_stays(path, no_locks):
    inside = path / ".kmhc" / "chroma"
    inside.mkdir(parents=True)
    now = [path / ".kmhc-0123456789ab.part", inside / ".77-a.png"]
    yesterday = [path / ".kmhc-ba9876543210.part", inside / ".78-a.png"]
    for file in now + yesterday:
        file.touch()
    for file in yesterday:
        os.utime(file, (0, 0))
    with OutputFolder(path):
        assert all(file.exists() for file in now) and not any(file.exists() for file in yesterday)


def test_a_run_of_another_process_is_noticed_and_its_end_too(path):
    code = (
        "import sys; from pathlib import Path; from kmhc_engine.outputs import OutputFolder\n"
        "with OutputFolder(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(FolderInUse), OutputFolder(path):
            pass
        other.kill()  # it has no chance to let go
        assert other.stdout.read() == b""
    with OutputFolder(path):
        pass


def test_a_folder_may_be_let_go_by_another_thread_than_took_it(path):
    folder = OutputFolder(path)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(folder.__enter__).result()
        folder.__exit__(None, None, None)
        with OutputFolder(path):
            pass


def test_an_output_folder_that_cannot_be_made_is_an_error_at_the_start(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="Choose another output folder"), OutputFolder(tmp_path / "file" / "out"):
        pass


@pytest.mark.parametrize(("number", "error"), [(errno.EROFS, OutputError), (errno.ENOSPC, DiskFull)])
def test_an_output_folder_that_takes_no_file_is_an_error_at_the_start(path, monkeypatch, number, error):
    def touch(self, *_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "touch", touch)
    with pytest.raises(error), OutputFolder(path):
        pass
    monkeypatch.undo()
    with OutputFolder(path):  # the lock was let go
        pass


def test_a_disk_that_fills_up_while_publishing_leaves_the_old_output(folder, monkeypatch):
    publish(folder, "a.jpg", b"first")

    def sync_file(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic, "sync_file", sync_file)
    with pytest.raises(DiskFull):
        publish(folder, "a.jpg", b"second")
    assert files(folder)["a.jpg"] == b"first"


def test_a_damaged_journal_is_told_and_files_of_its_time_are_not_overwritten(path):
    with OutputFolder(path) as folder:
        publish(folder, "a.jpg", b"first")
    (path / ".kmhc" / "journal.sqlite").write_bytes(b"nonsense" * 1000)
    with OutputFolder(path) as folder:
        assert "damaged" in folder.warning
        publish(folder, "a.jpg", b"second")
        assert files(folder) == {"a.jpg": b"first", "a (2).jpg": b"second"}


def test_odd_names_are_published_as_they_are(folder, odd_names):
    for name in odd_names:
        publish(folder, name, os.fsencode(name), wanted=name)
    assert files(folder) == {name: os.fsencode(name) for name in odd_names}


def test_jobs_mirror_the_place_of_what_was_found(folder, tmp_path):
    found = Found(tmp_path / "old" / "1950" / "CON.jpg", PurePath("1950/CON.jpg"), refusal="it is empty")
    job = folder.job(found)
    assert (job.source, job.target) == (found.path, folder.path / "1950" / "CON_.jpg")
    assert (job.refusal, job.unreadable) == ("it is empty", False)
    assert folder.job(found).id == job.id != folder.job(Found(tmp_path / "b", PurePath("b"))).id


def test_on_a_disk_that_refuses_odd_names_jobs_have_plain_ones(path, monkeypatch):
    monkeypatch.setattr("kmhc_engine.outputs._takes", lambda _: False)
    with OutputFolder(path) as folder:
        job = folder.job(Found(path / "x", PurePath("a|b", "what?\n\udcff.jpg")))
        assert job.target == path / "a_b" / "what___.jpg"


def test_the_journal_gives_the_jobs_back(folder, tmp_path):
    found = Found(tmp_path / "old" / "a.png", PurePath("a.png"))
    publish(folder, "old/a.png", wanted="a.png")
    assert list(folder.recorded_jobs()) == [folder.job(found)]
