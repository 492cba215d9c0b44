import os
import threading
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSize

from kmhc_desktop import thumbnails as module
from kmhc_desktop.thumbnails import SIDE, Thumbnails
from tests.desktop.conftest import write_photo


@pytest.fixture
def thumbnails(tmp_path, qapp):
    made = Thumbnails(tmp_path / "thumbnails")
    yield made
    made.stop()


def wait_for(thumbnails: Thumbnails, qtbot, path: Path, version: int = 1):
    with qtbot.waitSignal(thumbnails.ready, timeout=20_000, check_params_cb=lambda ready: ready == path):
        assert thumbnails.get(str(path), version, 0) is None
    return thumbnails.get(str(path), version, 0)


def test_a_thumbnail_is_made_in_the_pool_and_kept_on_the_disk(thumbnails, photos, tmp_path, qtbot) -> None:
    image = wait_for(thumbnails, qtbot, photos / "photo 0.jpg")
    assert image.size() == QSize(64, 48)
    assert len(list((tmp_path / "thumbnails").glob("*.jpg"))) == 1
    (photos / "photo 0.jpg").unlink()
    again = Thumbnails(tmp_path / "thumbnails")
    assert not wait_for(again, qtbot, photos / "photo 0.jpg").isNull()
    again.stop()


def test_one_that_cannot_be_kept_on_the_disk_is_shown_all_the_same(thumbnails, photos, qtbot, monkeypatch) -> None:
    def in_use(*_: object) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(Path, "replace", in_use)
    assert wait_for(thumbnails, qtbot, photos / "photo 0.jpg").size() == QSize(64, 48)


def test_a_photo_whose_name_ends_within_a_pictograph_has_one(thumbnails, photos, qtbot, monkeypatch) -> None:
    opened = module.open_photo(photos / "photo 0.jpg")
    monkeypatch.setattr(module, "open_photo", lambda _: opened)  # Windows alone takes such a name
    assert wait_for(thumbnails, qtbot, photos / "Oma \ud83d.jpg").size() == QSize(64, 48)


def test_a_changed_photo_gets_a_new_one(thumbnails, photos, qtbot) -> None:
    path = photos / "photo 0.jpg"
    old = wait_for(thumbnails, qtbot, path)
    write_photo(path, 220)
    assert wait_for(thumbnails, qtbot, path, version=2) != old


def test_a_photo_that_cannot_be_read_has_a_null_one(thumbnails, tmp_path, qtbot) -> None:
    path = tmp_path / "torn.jpg"
    path.write_bytes(b"\xff\xd8\xff torn")
    assert wait_for(thumbnails, qtbot, path).isNull()


def test_a_photo_that_lies_on_its_side_is_turned_up(thumbnails, tmp_path, qtbot) -> None:
    path = tmp_path / "turned.jpg"
    image = Image.new("L", (600, 300), 90)
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(path, exif=exif)
    made = wait_for(thumbnails, qtbot, path)
    assert (made.width(), made.height()) == (SIDE // 2, SIDE)


def test_what_is_near_the_view_comes_first(thumbnails, tmp_path, qtbot) -> None:
    thumbnails._pool.setMaxThreadCount(1)
    for number in range(8):
        write_photo(tmp_path / f"{number}.jpg", 20 + 20 * number)
    ready: list[str] = []
    thumbnails.ready.connect(lambda path: ready.append(path.stem))
    hold = threading.Event()
    thumbnails._pool.start(hold.wait)  # the one thread is busy until all are asked for
    thumbnails.look_at(7)
    for number in range(8):
        thumbnails.get(str(tmp_path / f"{number}.jpg"), 1, number)
    hold.set()
    qtbot.waitUntil(lambda: len(ready) == 8, timeout=20_000)
    assert ready == ["7", "6", "5", "4", "3", "2", "1", "0"]


def test_of_too_many_that_are_wanted_those_far_from_the_view_are_given_up(thumbnails, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "_PENDING", 3)
    hold = threading.Event()
    for _ in range(2):
        thumbnails._pool.start(hold.wait)
    thumbnails.look_at(5)
    for number in range(8):
        write_photo(tmp_path / f"{number}.jpg", 20 + 20 * number)
        thumbnails.get(str(tmp_path / f"{number}.jpg"), 1, number)
    kept = sorted(Path(wanted.path).stem for wanted in thumbnails._pending)
    hold.set()
    assert kept == ["4", "5", "6"]


def test_of_many_those_that_were_looked_at_last_stay_in_memory(thumbnails, photos, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(module, "_IN_MEMORY", 2)
    for number in (0, 1):
        wait_for(thumbnails, qtbot, photos / f"photo {number}.jpg")
    thumbnails.get(str(photos / "photo 0.jpg"), 1, 0)
    wait_for(thumbnails, qtbot, photos / "photo 2.jpg")
    assert [Path(wanted.path).stem for wanted in thumbnails._images] == ["photo 0", "photo 2"]


def test_of_many_on_the_disk_the_oldest_go(tmp_path, qapp, monkeypatch) -> None:
    monkeypatch.setattr(module, "_ON_DISK", 2)
    for second, name in enumerate(("oldest", "older", "new")):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (second, second))
    thumbnails = Thumbnails(tmp_path)
    thumbnails._pool.waitForDone()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "older"]
    thumbnails.stop()
