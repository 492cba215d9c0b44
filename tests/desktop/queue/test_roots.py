"""What is chosen, dropped and taken off; and where its results go."""

import errno
import os
import sys
from pathlib import Path, PurePath
from urllib.parse import quote

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData

from kmhc_desktop.exports import Exports
from kmhc_desktop.queue import scanning
from kmhc_desktop.widgets.drop_target import dropped_paths
from kmhc_engine.chroma import Adjustments
from kmhc_engine.edits import Edits
from kmhc_engine.jobs import State
from kmhc_engine.scan import Found
from tests.desktop.conftest import write_photo
from tests.desktop.test_window import PATIENCE, colourise, drop, drop_and_wait, states


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
def test_a_dropped_name_that_is_no_text_is_kept_byte_for_byte() -> None:
    path = os.fsdecode(b"/attic/f\xff\xfe %20 \n \xf0\x9f\x98\x80.jpg")
    data = QMimeData()
    data.setData("text/uri-list", f"file://{quote(os.fsencode(path))}\r\nhttps://example.org/a.jpg\r\n".encode())
    assert [str(one) for one in dropped_paths(data)] == [path]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is Unicode")
def test_photos_with_names_that_are_hard_to_write_are_colourised(start, tmp_path, qtbot) -> None:
    folder = tmp_path / "box \N{CAMERA} & <i>100%"
    folder.mkdir()
    for name in ("two\nlines.jpg", "\N{GRINNING FACE}.jpg", os.fsdecode(b"\xff.jpg")):
        write_photo(tmp_path / "photo.jpg", 80)
        (tmp_path / "photo.jpg").rename(folder / name)
    app = start(folder)
    qtbot.waitUntil(lambda: len(app.window.model) == 3, timeout=PATIENCE)
    colourise(app, qtbot)
    assert states(app) == [State.DONE] * 3
    assert all(Path(row.output).is_file() for row in app.window.model.rows)


def test_a_file_manager_may_give_an_address(start, photos, qtbot) -> None:
    app = start((photos / "photo 0.jpg").as_uri())
    qtbot.waitUntil(lambda: states(app) == [State.WAITING], timeout=PATIENCE)


def test_a_folder_without_photos_is_told(start, tmp_path, qtbot) -> None:
    (tmp_path / "attic").mkdir()
    (tmp_path / "attic" / "letter.txt").write_text("Dear Ada")
    app = start()
    drop_and_wait(app, qtbot, tmp_path / "attic")
    assert "No photos" in app.window.banner.text
    assert app.window.empty.isVisible()


def test_a_library_of_a_mac_among_the_photos_is_told_with_what_to_do(start, photos, qtbot) -> None:
    library = photos / "Photos Library.photoslibrary"
    library.mkdir()
    write_photo(library / "small copy.jpg", 99)
    app = start()
    drop_and_wait(app, qtbot, photos)
    assert states(app) == [State.WAITING] * 3 + [State.SKIPPED]
    assert "export its photos" in list(app.window.model.rows)[-1].reason
    colourise(app, qtbot)
    assert states(app) == [State.DONE] * 3 + [State.SKIPPED]


def test_that_a_folder_has_no_photos_is_forgotten_when_others_are_found(start, photos, tmp_path, qtbot) -> None:
    (tmp_path / "attic").mkdir()
    app = start()
    drop_and_wait(app, qtbot, tmp_path / "attic", photos)
    assert "No photos" in app.window.banner.text, "found together they do not hide it"
    drop_and_wait(app, qtbot, tmp_path / "attic")
    assert "No photos" in app.window.banner.text
    write_photo(tmp_path / "later.jpg", 99)
    drop_and_wait(app, qtbot, tmp_path / "later.jpg")
    assert "No photos" not in app.window.banner.text


def test_a_folder_that_is_not_there_is_told_and_is_no_photo(coloured, tmp_path, qtbot) -> None:
    with qtbot.waitSignal(coloured.window.roots.scanned, timeout=PATIENCE):
        coloured.window.show_folder(tmp_path / "stick")
    assert f"The folder {tmp_path / 'stick'} is not there. Connect" in coloured.window.banner.text
    assert states(coloured) == [State.DONE] * 3, "what shows stays"
    assert list(coloured.window.roots._outputs) == [tmp_path / "shoebox"]


def test_the_photos_of_a_drive_are_back_when_it_is_connected_again(coloured, start, photos, tmp_path, qtbot) -> None:
    coloured.window.close()
    photos.rename(tmp_path / "unplugged")
    without = start()
    qtbot.waitUntil(lambda: "is not there" in without.window.banner.text, timeout=PATIENCE)
    assert not len(without.window.model)
    without.settings.change(output=str(tmp_path / "elsewhere"))
    without.window.start()
    without.window.close()
    (tmp_path / "unplugged").rename(photos)
    again = start()
    qtbot.waitUntil(lambda: states(again) == [State.DONE] * 3, timeout=PATIENCE)


def test_a_folder_that_may_not_be_read_is_told(start, photos, qtbot, monkeypatch) -> None:
    denied = Found(photos, PurePath(photos.name), refusal="it cannot be read (Permission denied)", unreadable=True)
    monkeypatch.setattr(scanning, "scan", lambda *_, **__: iter([denied]))
    app = start()
    drop_and_wait(app, qtbot, photos)
    assert f"{photos} cannot be opened" in app.window.banner.text
    assert not len(app.window.model)


@pytest.mark.parametrize("fault", [errno.EACCES, errno.EHOSTDOWN])
def test_a_folder_that_cannot_even_be_asked_for_is_told(start, photos, qtbot, monkeypatch, fault) -> None:
    stat = Path.stat

    def refused(path: Path, **options: bool) -> os.stat_result:
        if path.is_relative_to(photos):
            raise OSError(fault, os.strerror(fault), str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refused)
    app = start()
    drop_and_wait(app, qtbot, photos)
    assert f"{photos} cannot be opened" in app.window.banner.text


def test_a_known_folder_that_is_empty_now_is_still_run(start, photos, tmp_path, qtbot) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos)
    photos.rename(tmp_path / "kept")
    photos.mkdir()
    drop_and_wait(app, qtbot, photos)
    assert "No photos" not in app.window.banner.text
    photos.rmdir()
    (tmp_path / "kept").rename(photos)
    colourise(app, qtbot)
    assert states(app) == [State.DONE] * 3


def test_what_was_taken_off_comes_back_when_it_is_dropped_again(start, photos, qtbot) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos)
    app.window.roots.forget([photos / "photo 0.jpg", photos / "photo 1.jpg"])
    drop_and_wait(app, qtbot, photos / "photo 1.jpg")
    assert {row.name for row in app.window.model.rows} == {"photo 1.jpg", "photo 2.jpg"}


def test_photos_that_were_taken_off_can_be_put_back_where_they_were(start, photos, qtbot) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos)
    rows = list(app.window.model.rows)
    app.window.actions_["next"].trigger()
    app.window.actions_["remove"].trigger()
    assert app.window.banner.text == "1 photo taken off the list."
    app.window.banner._buttons[0].click()
    assert list(app.window.model.rows) == rows
    assert app.window.model.shown(1) is rows[1]
    app.window.close()
    again = start()
    qtbot.waitUntil(lambda: len(again.window.model) == 3, timeout=PATIENCE)


def test_a_folder_that_is_shown_joins_photos_that_wait_and_takes_the_place_of_others(loaded, tmp_path, qtbot) -> None:
    window, attic = loaded.window, tmp_path / "attic"
    attic.mkdir()
    write_photo(attic / "photo.jpg", 99)
    window.actions_["select_all"].trigger()
    assert not window.actions_["again"].isEnabled(), "they wait for the first time"
    for expected in ([State.WAITING] * 4, [State.DONE]):
        with qtbot.waitSignal(window.roots.scanned, timeout=PATIENCE):
            window.show_folder(attic)
        assert states(loaded) == expected
        if len(expected) == 4:
            colourise(loaded, qtbot)
    qtbot.waitUntil(window.actions_["again"].isEnabled)


def test_photos_of_a_list_that_was_emptied_are_not_put_back(start, photos, qtbot) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos)
    app.window.actions_["remove"].trigger()
    app.window.actions_["clear"].trigger()
    app.window.banner._buttons[0].click()
    assert not len(app.window.model)


@pytest.mark.parametrize("again", ["dropped", "started"])
def test_what_was_no_photo_or_damaged_waits_when_a_photo_has_taken_its_place(start, photos, qtbot, again) -> None:
    Image.fromarray(np.ones((8, 8), np.float32)).save(photos / "photo 3.tif")
    (photos / "photo 4.jpg").write_bytes((photos / "photo 0.jpg").read_bytes()[:300])
    (photos / "photo 5.jpg").write_text("Dear Ada")
    app = start()
    drop_and_wait(app, qtbot, photos)
    colourise(app, qtbot)
    ended = [State.DONE] * 3 + [State.SKIPPED, State.FAILED, State.SKIPPED]
    assert states(app) == ended
    write_photo(photos / "photo 3.tif", 60)
    write_photo(photos / "photo 4.jpg", 60)
    write_photo(photos / "photo 5.jpg", 60)
    if again == "started":
        app.window.close()
        app = start()
        qtbot.waitUntil(lambda: len(app.window.model) == 6 and not app.window.roots.scanning, timeout=PATIENCE)
    else:
        drop_and_wait(app, qtbot, photos)
    assert states(app) == [State.DONE] * 3 + [State.WAITING] * 3
    colourise(app, qtbot)
    assert states(app) == [State.DONE] * 6


def test_what_is_still_no_photo_or_damaged_is_not_tried_at_each_start(start, photos, qtbot) -> None:
    Image.fromarray(np.ones((8, 8), np.float32)).save(photos / "photo 1.tif")
    (photos / "photo 2.jpg").write_bytes((photos / "photo 0.jpg").read_bytes()[:300])
    app = start()
    drop_and_wait(app, qtbot, photos)
    colourise(app, qtbot)
    app.window.close()
    again = start()
    qtbot.waitUntil(lambda: len(again.window.model) == 4 and not again.window.roots.scanning, timeout=PATIENCE)
    assert sorted(states(again)) == sorted([State.DONE] * 2 + [State.SKIPPED, State.FAILED])
    drop_and_wait(again, qtbot, photos)
    assert sorted(states(again)) == sorted([State.DONE] * 2 + [State.SKIPPED, State.FAILED])


def test_emptying_the_list_saves_what_was_adjusted(coloured, qtbot) -> None:
    output = coloured.window.pane.current.output
    coloured.window.desk.panel.adjusted.emit(Edits(Adjustments(saturation=0.0)))
    with qtbot.waitSignal(coloured.window.desk._saving.saved, timeout=PATIENCE):
        coloured.window.actions_["clear"].trigger()
    assert np.ptp(np.asarray(Image.open(output)).astype(int), axis=-1).max() <= 4


def test_results_go_where_the_settings_say_until_there_are_some(start, photos, tmp_path, qtbot) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos)
    app.settings.change(output=str(tmp_path / "first"))
    colourise(app, qtbot)
    app.settings.change(output=str(tmp_path / "second"))
    write_photo(photos / "photo 3.jpg", 130)
    drop_and_wait(app, qtbot, photos)
    colourise(app, qtbot)
    assert {Path(row.output).parent for row in app.window.model.rows} == {tmp_path / "first" / "shoebox"}


def test_photos_that_are_done_are_found_when_later_ones_go_elsewhere(coloured, start, photos, tmp_path, qtbot) -> None:
    first, second = photos.with_name("shoebox colourised"), tmp_path / "stick" / "shoebox"
    write_photo(photos / "photo 3.jpg", 130)
    drop_and_wait(coloured, qtbot, photos)
    coloured.window.roots.send_to(tmp_path / "stick", [photos])
    colourise(coloured, qtbot)
    places = [first, first, first, second]
    assert [Path(row.output).parent for row in coloured.window.model.rows] == places
    coloured.window.desk.panel.adjusted.emit(Edits(Adjustments(saturation=0.0)))
    with qtbot.waitSignal(coloured.window.desk._saving.saved, timeout=PATIENCE):
        coloured.window.desk.save()
    exports = coloured.window.findChild(Exports)
    names = {first: [f"photo {number}.jpg" for number in range(3)], second: ["photo 3.jpg"]}
    assert exports._finished(coloured.window.model.rows) == names
    coloured.window.close()
    again = start()
    qtbot.waitUntil(lambda: states(again) == [State.DONE] * 4, timeout=PATIENCE)
    assert [Path(row.output).parent for row in again.window.model.rows] == places
    assert again.window.roots.output_of(photos) == second


def test_a_damaged_journal_is_told_when_its_folder_is_opened(coloured, start, photos, qtbot) -> None:
    coloured.window.close()
    (photos.with_name("shoebox colourised") / ".kmhc" / "journal.sqlite").write_bytes(b"rubbish" * 1000)
    again = start()
    qtbot.waitUntil(lambda: "journal" in again.window.banner.text, timeout=PATIENCE)


def test_a_session_that_cannot_be_written_keeps_no_window_open(start, photos, home) -> None:
    app = start(photos)
    (home / "window" / "session.part").mkdir()
    app.window.close()
    assert app.worker._process is None


def test_files_of_several_folders_and_folders_may_be_dropped_together(start, photos, tmp_path, qtbot) -> None:
    inner = tmp_path / "attic" / "box" / "album"
    inner.mkdir(parents=True)
    write_photo(inner / "deep.jpg", 99)
    write_photo(tmp_path / "alone.jpg", 99)
    app = start()
    drop_and_wait(app, qtbot, photos, tmp_path / "attic", tmp_path / "alone.jpg", photos / "photo 1.jpg")
    assert len(app.window.model) == 5
    colourise(app, qtbot)
    assert states(app) == [State.DONE] * 5
    assert (tmp_path / "attic colourised" / "box" / "album" / "deep.jpg").is_file()
    drop(app, photos)  # what is there already stays as it is
    qtbot.waitUntil(lambda: not app.window.roots.scanning, timeout=PATIENCE)
    assert states(app) == [State.DONE] * 5


@pytest.mark.parametrize(
    ("dropped", "chosen", "results"), [("", "..", "../shoebox colourised"), ("photo 0.jpg", ".", "colourised")]
)
def test_results_never_go_among_the_photos_themselves(start, photos, dropped, chosen, results, qtbot) -> None:
    app = start()
    app.settings.change(output=str((photos / chosen).resolve()))
    drop_and_wait(app, qtbot, photos / dropped)
    colourise(app, qtbot)
    assert {Path(row.output).parent for row in app.window.model.rows} == {(photos / results).resolve()}
