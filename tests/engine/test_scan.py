import os
import socket
from pathlib import Path, PurePath
from types import SimpleNamespace

import pytest

from kmhc_engine import scan as scan_module
from kmhc_engine.scan import as_stored, scan

JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")


def put(path, content=JPEG):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def photos(*paths, output=None):
    return [str(found.relative) for found in scan(paths, output=output) if not found.refusal]


def refusals(*paths):
    return {found.path.name: found.refusal for found in scan(paths, output=None) if found.refusal}


def test_photos_come_folder_by_folder_in_the_order_of_their_names(tmp_path):
    for name in ("b.jpg", "a.jpg", "C.jpg", "z/2.jpg", "z/1.jpg", "d/e/deep.jpg"):
        put(tmp_path / name)
    expected = ["a.jpg", "b.jpg", "C.jpg", "d/e/deep.jpg", "z/1.jpg", "z/2.jpg"]
    assert photos(tmp_path) == [str(PurePath(name)) for name in expected]


def test_a_photo_comes_with_its_path_size_and_time(tmp_path):
    photo = put(tmp_path / "a.jpg")
    os.utime(photo, ns=(5, 1_000_000_123_456_700))
    (found,) = scan([tmp_path])
    assert (found.path, found.relative) == (photo, PurePath("a.jpg"))
    assert (found.size, found.modified_ns) == (64, photo.stat().st_mtime_ns)


def test_files_and_folders_may_be_mixed_and_each_photo_comes_once(tmp_path):
    first, second = put(tmp_path / "old" / "a.jpg"), put(tmp_path / "new" / "b.jpg")
    put(tmp_path / "old" / "c.jpg")
    found = photos(first, tmp_path / "old", second, first, tmp_path / "old")
    assert found == ["a.jpg", str(PurePath("old/c.jpg")), "b.jpg"]


def test_a_photo_that_is_given_twice_in_other_words_comes_once(tmp_path, monkeypatch):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"\xff\xd8\xff photo")
    monkeypatch.chdir(tmp_path)
    assert [found.path for found in scan([Path("a.jpg"), photo, Path("..", tmp_path.name, "a.jpg")])] == [photo]


def test_photos_of_several_folders_keep_apart_by_the_names_of_their_folders(tmp_path):
    put(tmp_path / "x" / "a.jpg"), put(tmp_path / "y" / "a.jpg")
    assert photos(tmp_path / "x", tmp_path / "y") == [str(PurePath("x/a.jpg")), str(PurePath("y/a.jpg"))]


HIDDEN = ".DS_Store ._a.jpg .hidden.jpg Thumbs.db THUMBS.DB desktop.ini ~$lock.jpg @eaDir/a.jpg $RECYCLE.BIN/a.jpg"


@pytest.mark.parametrize("name", [*HIDDEN.split(), "System Volume Information/a.jpg"])
def test_hidden_and_system_files_are_passed_over(tmp_path, name):
    put(tmp_path / "shown.jpg"), put(tmp_path / name)
    assert [found.path.name for found in scan([tmp_path])] == ["shown.jpg"]


@pytest.mark.parametrize(("attributes", "hidden"), [(0x2, True), (0x6, True), (0x4, False), (0x10, False)])
def test_on_windows_hidden_is_what_its_explorer_hides(monkeypatch, attributes, hidden):
    # A folder with an icon of its own can have the attribute "system" alone, and is shown.
    monkeypatch.setattr(os, "stat_result", SimpleNamespace(st_file_attributes=0))
    status = SimpleNamespace(st_file_attributes=attributes)
    entry = SimpleNamespace(name="Oma", stat=lambda *, follow_symlinks: status)
    assert scan_module._hidden(entry) is hidden


def test_the_output_folder_is_passed_over_even_inside_the_input(tmp_path):
    put(tmp_path / "a.jpg"), put(tmp_path / "colour" / "a.jpg")
    assert photos(tmp_path, output=tmp_path / "colour") == ["a.jpg"]
    assert photos(tmp_path, output=tmp_path / "not made yet") == ["a.jpg", str(PurePath("colour/a.jpg"))]


def test_every_output_folder_of_kmhc_is_passed_over(tmp_path):
    put(tmp_path / "a.jpg"), put(tmp_path / "sub" / "old run" / "b.jpg")
    (tmp_path / "sub" / "old run" / ".kmhc").mkdir()
    assert photos(tmp_path) == ["a.jpg"]


def test_an_output_folder_given_by_name_is_refused_with_the_reason(tmp_path):
    put(tmp_path / "a.jpg"), (tmp_path / ".kmhc").mkdir()
    assert "output folder" in refusals(tmp_path)[tmp_path.name]


@pytest.mark.parametrize("name", ["Photos Library.photoslibrary", "OLD.PhotosLibrary", "1998.aplibrary"])
def test_a_library_of_a_mac_is_refused_for_it_holds_small_copies_beside_the_photos(tmp_path, name):
    for photo in ("originals/0/0A.jpeg", "resources/derivatives/0/0A_1_105_c.jpeg"):
        put(tmp_path / "Pictures" / name / photo)
    put(tmp_path / "Pictures" / "scan.jpg")
    assert photos(tmp_path / "Pictures") == ["scan.jpg"]
    for given in (tmp_path / "Pictures", tmp_path / "Pictures" / name):
        assert "export its photos" in refusals(given)[name]
    assert photos(tmp_path / "Pictures" / name / "originals") == [str(PurePath("0/0A.jpeg"))]


def test_a_file_called_like_a_library_of_a_mac_is_a_file(tmp_path):
    put(tmp_path / "one.photoslibrary")
    assert photos(tmp_path) == ["one.photoslibrary"]


def test_a_folder_that_does_not_tell_whether_it_is_an_output_folder_is_looked_into(tmp_path, monkeypatch):
    put(tmp_path / "a.jpg")

    def is_dir(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", is_dir)
    assert photos(tmp_path) == ["a.jpg"]


def test_a_path_is_spelled_as_the_disk_has_it_where_that_takes_others_too(tmp_path, monkeypatch):
    put(tmp_path / "Fotos von Mu\u0308ller" / "A.jpg")
    typed = tmp_path / "fotos von M\u00fcller" / "a.jpg"
    assert as_stored([tmp_path / "none" / "a.jpg"]) == [tmp_path / "none" / "a.jpg"]
    monkeypatch.setattr(os.path, "lexists", lambda _: True)
    assert as_stored([typed]) == [tmp_path / "Fotos von Mu\u0308ller" / "A.jpg"]


def test_for_many_photos_of_a_folder_it_is_listed_once(tmp_path, monkeypatch):
    listed, real = [], os.listdir
    monkeypatch.setattr(os, "listdir", lambda folder: (listed.append(folder), real(folder))[1])
    photos = [put(tmp_path / f"{number}.jpg") for number in range(9)]
    assert as_stored(photos) == photos
    assert listed.count(tmp_path) == 1


@posix_only
def test_links_stay_as_they_are_spelled(tmp_path):
    put(tmp_path / "real" / "a.jpg"), (tmp_path / "link").symlink_to(tmp_path / "real")
    assert as_stored([tmp_path / "link" / "a.jpg"]) == [tmp_path / "link" / "a.jpg"]


def test_what_is_no_photo_comes_with_a_reason(tmp_path):
    put(tmp_path / "letter.jpg", b"Dear all, this is text."), put(tmp_path / "empty.jpg", b"")
    put(tmp_path / ".IMG_1.jpg.icloud", b"bplist00"), put(tmp_path / "photo")
    reasons = refusals(tmp_path)
    assert reasons["letter.jpg"] == "it is not a photo"
    assert reasons["empty.jpg"] == "it is empty"
    assert "cloud" in reasons[".IMG_1.jpg.icloud"]
    assert photos(tmp_path) == ["photo"]


def test_a_photo_whose_first_bytes_are_those_of_a_video_is_found(tmp_path):
    put(tmp_path / "photo", b"\0\0\0\x1cftypisom\0\0\0\0isommp41avif")
    assert photos(tmp_path) == ["photo"]


def test_a_placeholder_of_a_cloud_is_not_opened(tmp_path, monkeypatch):
    photo = put(tmp_path / "a.jpg")

    class Placeholder:
        st_file_attributes, st_size = 0x400000, 10

    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("opened"))
    assert "cloud" in scan_module._refusal(photo, Placeholder())


@posix_only
def test_links_are_followed_but_every_real_folder_is_visited_once(tmp_path):
    put(tmp_path / "in" / "real" / "a.jpg"), put(tmp_path / "outside" / "b.jpg")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in" / "real")
    (tmp_path / "in" / "elsewhere").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "link.jpg").symlink_to(tmp_path / "outside" / "b.jpg")
    (tmp_path / "in" / "real" / "loop").symlink_to(tmp_path / "in")
    assert photos(tmp_path / "in") == ["link.jpg", "real/a.jpg", "elsewhere/b.jpg"]


@posix_only
def test_links_that_lead_nowhere_are_reported(tmp_path):
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nothing")
    (tmp_path / "circle.jpg").symlink_to(tmp_path / "circle.jpg")
    found = list(scan([tmp_path]))
    assert {entry.path.name for entry in found} == {"gone.jpg", "circle.jpg"}
    assert all(entry.unreadable and entry.refusal for entry in found)
    assert refusals(tmp_path / "gone.jpg") == {"gone.jpg": "it is a link to a file that is not there"}


@posix_only
def test_pipes_sockets_and_devices_are_passed_over_without_hanging(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "zero.jpg").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.jpg")  # a Mac takes no long addresses
        assert [found.path.name for found in scan([tmp_path])] == ["a.jpg"]
    assert "pipe" in refusals(tmp_path / "pipe.jpg")["pipe.jpg"]


@posix_only
def test_a_pipe_that_takes_the_place_of_a_file_meanwhile_does_not_hang_the_scan(tmp_path):
    status = put(tmp_path / "a.jpg").stat()
    os.mkfifo(tmp_path / "pipe.jpg")
    assert scan_module._refusal(tmp_path / "pipe.jpg", status) == "it is not a photo"


def test_a_folder_that_cannot_be_opened_is_reported_and_the_rest_goes_on(tmp_path, monkeypatch):
    put(tmp_path / "locked" / "a.jpg"), put(tmp_path / "open" / "b.jpg")
    real = os.scandir

    def scandir(folder):
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    locked, photo = scan([tmp_path])
    assert (locked.path.name, locked.unreadable) == ("locked", True)
    assert locked.refusal == "it cannot be read (Permission denied)"
    assert photo.path.name == "b.jpg"


def test_a_path_that_does_not_exist_is_reported(tmp_path):
    assert "cannot be read" in refusals(tmp_path / "gone")["gone"]


def test_odd_names_are_found_as_they_are(tmp_path, odd_names):
    for name in odd_names:
        put(tmp_path / name)
    assert {found.path.name for found in scan([tmp_path])} == set(odd_names)


def test_the_walk_yields_before_it_has_seen_all(tmp_path):
    put(tmp_path / "a.jpg"), put(tmp_path / "sub" / "b.jpg")
    found = scan([tmp_path])
    assert next(found).path.name == "a.jpg"
    put(tmp_path / "sub" / "later.jpg")
    assert [entry.path.name for entry in found] == ["b.jpg", "later.jpg"]
