import errno
import os
import shutil

import pytest

from kmhc_engine.album import placing
from kmhc_engine.album.placing import album_file, album_folder, is_album, workshop
from kmhc_engine.errors import DiskFull, FolderInUse, OutputError


def make(target, text, *others):
    with album_folder(target) as new:
        (new / "index.html").write_text(text)
        for name in others:
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_text(text)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=["in one step", "in two steps"])
def target(request, tmp_path, monkeypatch):
    if request.param == "in two steps":
        monkeypatch.setattr(placing, "_exchanged", lambda one, other: False)
    return tmp_path / "album"


def test_a_new_album_takes_the_place_of_the_old_one_whole(target):
    make(target, "old", "stale.html", "photo/stale.html")
    make(target, "new")
    assert (target / "index.html").read_text() == "new"
    assert names(target) == [".kmhc", "index.html"]
    assert names(target.parent) == ["album"] and is_album(target)


def test_what_others_have_put_into_an_album_moves_to_the_new_one(target):
    make(target, "old", "photo/a.html")
    (target / "photo" / "my own scan.jpg").write_text("the only one")
    (target / "letters").symlink_to(target.parent)
    (target / "b.html").write_text("mine")
    make(target, "new", "b.html")
    make(target, "newer", "b.html")
    assert (target / "photo" / "my own scan.jpg").read_text() == "the only one"
    assert (target / "b (2).html").read_text() == "mine" and (target / "b.html").read_text() == "newer"
    assert names(target) == [".kmhc", "b (2).html", "b.html", "index.html", "letters", "photo"]
    assert (target / "letters").is_symlink() and names(target.parent) == ["album"]


def test_what_others_have_put_into_an_album_outlives_a_kill_after_the_exchange(target, monkeypatch):
    make(target, "old")
    (target / "my own scan.jpg").write_text("the only one")
    with monkeypatch.context() as killed:
        killed.setattr(placing, "_discard", lambda old, target: None)
        make(target, "new")
    assert not (target / "my own scan.jpg").exists()
    make(target, "newer")
    assert (target / "my own scan.jpg").read_text() == "the only one"
    assert names(target.parent) == ["album"]


def test_what_others_have_put_into_an_album_outlives_a_leftover_that_cannot_be_removed(target, monkeypatch):
    make(target, "old")
    (target / "my own scan.jpg").write_text("the only one")
    leftover = placing._beside(target, "old") / "in use"
    leftover.parent.mkdir()
    leftover.touch()
    monkeypatch.setattr(placing, "_discard", lambda old, target: None)
    with pytest.raises(OutputError, match="cannot be written"):
        make(target, "new")
    assert (target / "my own scan.jpg").read_text() == "the only one"


def test_what_others_have_put_into_an_album_outlives_an_end_right_after_the_exchange(target, monkeypatch):
    make(target, "old")
    (target / "my own scan.jpg").write_text("the only one")
    exchanged = placing._exchanged

    def ended(one, other):
        exchanged(one, other)
        raise KeyboardInterrupt

    with monkeypatch.context() as ending, pytest.raises(KeyboardInterrupt):
        ending.setattr(placing, "_exchanged", ended)
        make(target, "new")
    make(target, "newer")
    assert (target / "my own scan.jpg").read_text() == "the only one"


def test_clearing_up_leaves_the_next_export_alone(target, monkeypatch):
    make(target, "old")
    discard, rooms = placing._discard, []

    def slow(old, target):
        if old.exists():  # the new album is in its place
            rooms.append(placing._beside(target, "new"))
            rooms[0].mkdir()
        discard(old, target)

    monkeypatch.setattr(placing, "_discard", slow)
    make(target, "new")
    assert rooms[0].is_dir()


def test_a_failing_export_leaves_the_old_album(target):
    make(target, "old")
    with pytest.raises(ZeroDivisionError), album_folder(target) as new:
        (new / "index.html").write_text("half")
        raise ZeroDivisionError
    assert (target / "index.html").read_text() == "old"
    assert names(target.parent) == ["album"]


def test_what_is_not_an_album_stays(tmp_path):
    (tmp_path / "album").mkdir()
    (tmp_path / "album" / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="not an album made by KMHC"):
        make(tmp_path / "album", "new")
    assert (tmp_path / "album" / "thesis.txt").read_text() == "years of work"
    (tmp_path / "file").write_text("text")
    with pytest.raises(OutputError, match="not an album made by KMHC"):
        make(tmp_path / "file", "new")
    assert names(tmp_path) == ["album", "file"]


def test_a_link_to_an_album_is_not_replaced(tmp_path):
    make(tmp_path / "real", "old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(OutputError):
        make(tmp_path / "link", "new")
    assert (tmp_path / "real" / "index.html").read_text() == "old"


def test_two_exports_to_one_place_do_not_meet(target):
    with album_folder(target) as new:
        (new / "index.html").write_text("first")
        with pytest.raises(FolderInUse):
            make(target, "second")
    assert (target / "index.html").read_text() == "first"


def test_two_exports_to_one_file_do_not_meet(tmp_path):
    target = tmp_path / "album.pdf"
    with album_file(target, replace=True) as new:
        new.write_text("first")
        with pytest.raises(FolderInUse), album_file(target, replace=True):
            pass
    assert target.read_text() == "first" and names(tmp_path) == ["album.pdf"]


def test_nobody_begins_while_an_export_puts_its_album_in_place(target, monkeypatch):
    make(target, "old")
    put = placing._put

    def met(*places):
        with pytest.raises(FolderInUse):
            make(target, "second")
        put(*places)

    monkeypatch.setattr(placing, "_put", met)
    make(target, "first")
    assert (target / "index.html").read_text() == "first" and names(target.parent) == ["album"]


@pytest.mark.parametrize("place", [album_folder, lambda target: album_file(target, replace=False)])
def test_nobody_begins_while_a_failed_export_clears_up(tmp_path, monkeypatch, place):
    clear, tries = shutil.rmtree, []

    def met(folder, **options):
        if not tries:
            tries.append(folder)
            with pytest.raises(FolderInUse), place(tmp_path / "album"):
                pass
        clear(folder, **options)

    with pytest.raises(ZeroDivisionError), place(tmp_path / "album") as new:
        (new / "half" if new.is_dir() else new).write_text("half")
        monkeypatch.setattr(placing.shutil, "rmtree", met)
        raise ZeroDivisionError
    assert tries and names(tmp_path) == []


@pytest.mark.parametrize("place", [album_folder, lambda target: album_file(target, replace=False)])
def test_what_a_kill_left_is_cleared_away(tmp_path, place):
    left = placing._beside(tmp_path / "album", "new")
    (left / "photo").mkdir(parents=True)
    (left / "photo" / "half.jpg").touch()
    placing._beside(tmp_path / "album", "lock").touch()
    with place(tmp_path / "album") as new:
        assert not (left / "photo").exists()
        (new / "index.html" if new.is_dir() else new).write_text("whole")
    assert names(tmp_path) == ["album"]


@pytest.mark.parametrize("place", [album_folder, lambda target: album_file(target, replace=False)])
def test_a_disk_that_knows_no_locks_takes_albums_too(tmp_path, no_locks, place):
    placing._beside(tmp_path / "album", "lock").write_text("12345\nanother-computer\n")  # and a kill there
    with place(tmp_path / "album") as new:
        (new / "index.html" if new.is_dir() else new).write_text("whole")
    assert names(tmp_path) == ["album"]


def test_on_a_disk_that_knows_no_locks_two_exports_at_once_leave_each_other_whole(tmp_path, no_locks):
    with workshop(tmp_path, inside=True) as one, workshop(tmp_path, inside=True) as another:
        (one / "a.part").write_text("one"), (another / "a.part").write_text("another")
        assert (one / "a.part").read_text() == "one"
    assert names(tmp_path) == []


def test_on_a_disk_that_knows_no_locks_what_a_kill_left_yesterday_is_cleared_away(tmp_path, no_locks):
    with workshop(tmp_path, inside=True) as left:
        shutil.copytree(left, tmp_path / "saved")
    (tmp_path / "saved").rename(left)
    os.utime(left, (0, 0))
    with workshop(tmp_path, inside=True):
        assert not left.exists()


def test_on_a_disk_that_knows_no_locks_another_export_may_end_while_one_begins(tmp_path, no_locks, monkeypatch):
    with workshop(tmp_path, inside=True) as other:
        pass
    monkeypatch.setattr("pathlib.Path.glob", lambda *_: iter([other]))
    with workshop(tmp_path, inside=True) as room:
        assert room.is_dir()


def test_an_album_lost_between_two_steps_comes_back(target, monkeypatch):
    make(target, "old")

    class Killed(BaseException):
        pass

    def killed(new, there, old):
        there.rename(old)
        raise Killed

    monkeypatch.setattr(placing, "_put", killed)
    monkeypatch.setattr(placing.shutil, "rmtree", lambda *args, **options: None)
    with pytest.raises(Killed):
        make(target, "new")
    monkeypatch.undo()
    assert not target.exists()
    with pytest.raises(ZeroDivisionError), album_folder(target):
        raise ZeroDivisionError
    assert (target / "index.html").read_text() == "old"
    assert names(target.parent) == ["album"]


def test_a_file_replaces_another_only_when_asked_to(tmp_path):
    target = tmp_path / "album.pdf"
    target.write_text("other")
    with pytest.raises(OutputError, match="already something of this name"), album_file(target, replace=False):
        pass
    with album_file(target, replace=True) as temporary:
        temporary.write_text("new")
    assert target.read_text() == "new" and names(tmp_path) == ["album.pdf"]


@pytest.mark.skipif(os.name == "nt", reason="has no pipes among files")
def test_what_is_not_a_file_is_never_replaced(tmp_path):
    pipe = tmp_path / "album.pdf"
    os.mkfifo(pipe)

    with pytest.raises(OutputError, match="already something of this name"), album_file(pipe, replace=True):
        pass

    assert pipe.is_fifo()


@pytest.mark.parametrize("place", [album_folder, lambda target: album_file(target, replace=False)])
@pytest.mark.parametrize(
    ("number", "kind", "says"),
    [
        (errno.ENOSPC, DiskFull, "the disk is full. Make room, or choose another place."),
        (errno.EROFS, OutputError, "the album cannot be written (Read-only file system). Choose another place."),
        (errno.EIO, OutputError, "the album cannot be written (Input/output error). Choose another place."),
    ],
)
def test_a_disk_that_fails_is_told_in_words_that_suit_an_album(tmp_path, place, number, kind, says):
    with pytest.raises(kind) as caught, place(tmp_path / "album"):
        raise OSError(number, os.strerror(number))
    assert str(caught.value) == f"{tmp_path / 'album'}: {says}"
    assert names(tmp_path) == []


@pytest.mark.parametrize("place", [album_folder, lambda target: album_file(target, replace=False)])
@pytest.mark.parametrize("kind", [OutputError, DiskFull])
def test_what_was_told_plainly_stays_as_it_is(tmp_path, place, kind):
    with pytest.raises(kind) as caught, place(tmp_path / "album"):
        raise kind("/photos: they cannot be read.") from OSError(errno.EIO, os.strerror(errno.EIO))
    assert str(caught.value) == "/photos: they cannot be read."


def test_a_failing_export_leaves_the_old_file(tmp_path):
    target = tmp_path / "album.pdf"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), album_file(target, replace=True) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert target.read_text() == "old" and names(tmp_path) == ["album.pdf"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_place_without_permission_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="album"):
        make(tmp_path / "album", "new")
    tmp_path.chmod(0o700)
