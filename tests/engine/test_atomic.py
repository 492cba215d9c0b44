import errno
import os
from collections import namedtuple
from pathlib import Path

import pytest

from kmhc_engine import atomic
from kmhc_engine.errors import DiskFull, OutputError


def no_hard_links(*_):
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.fixture(params=["hard links", "no hard links"])
def disk(request, tmp_path, monkeypatch):
    if request.param == "no hard links":
        monkeypatch.setattr(os, "link", no_hard_links)
    return tmp_path


def test_a_file_gets_its_name_and_no_temporary_name_stays(disk):
    temporary = atomic.temporary_beside(disk / "a.jpg")
    temporary.write_bytes(b"new")
    atomic.rename_new(temporary, disk / "a.jpg")
    assert [(path.name, path.read_bytes()) for path in disk.iterdir()] == [("a.jpg", b"new")]


def test_a_name_that_is_taken_is_never_overwritten(disk):
    temporary = atomic.temporary_beside(disk / "a.jpg")
    temporary.write_bytes(b"new")
    (disk / "a.jpg").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        atomic.rename_new(temporary, disk / "a.jpg")
    assert (disk / "a.jpg").read_bytes() == b"old"
    assert temporary.read_bytes() == b"new"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_dangling_link_takes_its_name_too(disk):
    temporary = atomic.temporary_beside(disk / "a.jpg")
    temporary.write_bytes(b"new")
    (disk / "a.jpg").symlink_to(disk / "elsewhere.jpg")
    with pytest.raises(FileExistsError):
        atomic.rename_new(temporary, disk / "a.jpg")
    assert not (disk / "elsewhere.jpg").exists()


def test_without_hard_links_a_rename_that_fails_leaves_no_empty_file(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", no_hard_links)
    with pytest.raises(FileNotFoundError):
        atomic.rename_new(tmp_path / "never written.part", tmp_path / "a.jpg")
    assert list(tmp_path.iterdir()) == []


def test_temporary_names_are_short_fresh_and_beside_their_target(tmp_path):
    target = tmp_path / ("n" * 255)
    one, another = atomic.temporary_beside(target), atomic.temporary_beside(target)
    assert one != another and one.parent == tmp_path
    assert one.name.startswith(".kmhc-") and len(one.name) < 30


def test_syncing_a_file_returns_the_status_that_it_keeps(tmp_path, synced):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"12345")
    status = atomic.sync_file(path)
    assert (status.st_size, status.st_mtime_ns) == (5, path.stat().st_mtime_ns)
    assert synced == [status.st_ino]


@pytest.mark.skipif(os.name == "nt", reason="folders are not synced there")
def test_a_file_that_is_replaced_is_on_the_disk_and_its_name_too(tmp_path, synced):
    with atomic.replacing(tmp_path / "a.jpg") as file:
        file.write(b"new")
    assert synced == [(tmp_path / "a.jpg").stat().st_ino, tmp_path.stat().st_ino]


@pytest.mark.skipif(os.name == "nt", reason="folders are not synced there")
def test_new_folders_are_on_the_disk_from_the_top(tmp_path, synced):
    atomic.make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path.stat().st_ino, (tmp_path / "a").stat().st_ino]


def test_a_network_disk_that_cannot_sync_folders_is_no_error(tmp_path, monkeypatch):
    def fsync(_):
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", fsync)
    atomic.sync_folder(tmp_path)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_and_a_full_quota_are_disk_full(tmp_path, number):
    with pytest.raises(DiskFull, match="disk is full. Make room"), atomic.whole_disk_errors(tmp_path):
        raise OSError(number, "No space left on device")


def test_an_error_that_lost_its_number_is_disk_full_when_the_disk_is(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10, 10, 0))
    with pytest.raises(DiskFull), atomic.whole_disk_errors(tmp_path):
        raise OSError("encoder error -2 when writing image file")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10**12, 10, 10**12))
    with pytest.raises(OSError, match="encoder error"), atomic.whole_disk_errors(tmp_path):
        raise OSError("encoder error -2 when writing image file")


def test_a_disk_that_was_unplugged_ends_the_run(tmp_path):
    with pytest.raises(OutputError, match="cannot be written to any more"), atomic.whole_disk_errors(tmp_path / "gone"):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")
    with pytest.raises(OutputError), atomic.whole_disk_errors(tmp_path):
        raise OSError(errno.EROFS, "Read-only file system")


@pytest.mark.parametrize(("number", "says"), [(errno.ENOSPC, "no room"), (errno.EIO, "gone: 5")])
def test_what_is_told_of_the_disk_suits_what_is_written(tmp_path, number, says):
    words = {"full": lambda _: DiskFull("no room"), "gone": lambda _, error: OutputError(f"gone: {error.errno}")}
    with pytest.raises(OutputError, match=says), atomic.whole_disk_errors(tmp_path, **words):
        raise OSError(number, "odd")


def test_a_network_disk_that_is_gone_ends_the_run_where_asking_for_its_folder_fails_too(tmp_path, monkeypatch):
    lost = OSError(errno.EINVAL, "The specified network name is no longer available")  # as Windows says it

    def is_dir(folder):
        raise lost

    monkeypatch.setattr(Path, "is_dir", is_dir)
    with pytest.raises(OutputError, match="no longer available"), atomic.whole_disk_errors(tmp_path / "gone"):
        raise lost


def test_an_error_of_one_file_passes_through(tmp_path):
    with pytest.raises(OSError, match="File name too long"), atomic.whole_disk_errors(tmp_path):
        raise OSError(errno.ENAMETOOLONG, "File name too long")


def test_folders_are_made_with_those_above_them(tmp_path):
    atomic.make_folder(tmp_path / "a" / "b" / "c")
    atomic.make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        atomic.make_folder(Path(tmp_path, "file", "sub"))


def test_a_drive_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setattr(Path, "is_dir", lambda _: False)
    with pytest.raises(FileNotFoundError):
        atomic.make_folder(Path("/old colourised/.kmhc"))
