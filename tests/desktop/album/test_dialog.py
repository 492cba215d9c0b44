"""The album dialog, as a person uses it, with the real process behind it."""

import multiprocessing
import threading
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QElapsedTimer, QLocale, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
)

from kmhc_desktop.album import messages
from kmhc_desktop.album.model import Column
from kmhc_desktop.album.process import serve
from kmhc_desktop.album.work import AlbumWork
from kmhc_desktop.language import use_language
from kmhc_engine.album.options import Kind, Options, Order, remembered
from kmhc_engine.scan import MARKER
from tests.desktop.album import stubs
from tests.desktop.album.steps import PATIENCE, choose, export
from tests.desktop.test_window import colourise
from tests.engine.album.conftest import Family


def test_a_web_album_is_made_and_can_be_opened(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder)
    dialog.strip.open_requested.disconnect()
    qtbot.keyClicks(dialog.form.title, "The Bergers")
    export(dialog, qtbot)
    assert "3" in dialog.strip.text.text() and dialog.strip.open.isVisible() and dialog.strip.reveal.isVisible()
    page = coloured_folder.with_name("shoebox album") / "index.html"
    with qtbot.waitSignal(dialog.strip.open_requested) as opened:
        dialog.strip.open.click()
    assert opened.args == [page]
    assert "<h1><bdi>The Bergers</bdi></h1>" in page.read_text(encoding="utf-8")


def test_folders_of_one_name_are_told_apart(open_album, coloured_folder, tmp_path):
    scans = [tmp_path / year / "Scans colourised" for year in ("1954", "1960")]
    dialog = open_album(coloured_folder, *scans)
    texts = [dialog.folder.itemText(row) for row in range(dialog.folder.count())]
    assert texts == ["shoebox colourised", "Scans colourised (1954)", "Scans colourised (1960)"]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.WEB])
def test_every_kind_is_made_and_replaced_only_when_the_user_agrees(open_album, coloured_folder, qtbot, kind):
    dialog = open_album(coloured_folder)
    choose(dialog.form.kind, kind)
    target = Path(dialog.target.text())
    export(dialog, qtbot)
    assert target.stat().st_size > 500
    asked = []
    target.write_bytes(b"mine")
    dialog.confirm_replace = lambda path: bool(asked.append(path))
    dialog.strip.begin.click()
    assert asked == [target] and target.read_bytes() == b"mine" and not dialog.strip.making
    dialog.confirm_replace = lambda path: True
    export(dialog, qtbot)
    assert target.read_bytes() != b"mine"


def test_the_first_album_of_a_folder_speaks_the_windows_language_and_the_next_what_was_chosen(
    open_album, coloured_folder
):
    QLocale.setDefault(QLocale("de"))
    (coloured_folder / MARKER).mkdir()
    dialog = open_album(coloured_folder)
    assert dialog.form.language.currentData() == "de"
    choose(dialog.form.language, "fr")
    dialog.reject()
    assert open_album(coloured_folder).form.language.currentData() == "fr"
    QLocale.setDefault(QLocale("cy"))
    assert open_album(coloured_folder.parent).form.language.currentData() == "en", "albums speak no Welsh"
    QLocale.setDefault(QLocale.c())


def test_the_preview_follows_every_change(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder)

    def drawn_anew():
        before = dialog.preview._image.cacheKey()
        return lambda: not dialog.preview._image.isNull() and dialog.preview._image.cacheKey() != before

    qtbot.waitUntil(lambda: not dialog.preview._image.isNull(), timeout=PATIENCE)
    plain = dialog.preview._image.copy()
    changed = drawn_anew()
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka on the stove")
    qtbot.waitUntil(changed, timeout=PATIENCE)
    assert dialog.preview._image != plain
    changed = drawn_anew()
    choose(dialog.form.kind, Kind.PDF)
    qtbot.waitUntil(changed, timeout=PATIENCE)
    assert dialog.preview._image.height() > dialog.preview._image.width()


@pytest.mark.parametrize("width", [780, 1180])
def test_without_photos_there_is_a_reason_and_nothing_to_export(open_album, coloured_folder, qtbot, width):
    dialog = open_album(coloured_folder)
    dialog.resize(width, 690)
    for row in range(3):
        dialog.model.setData(dialog.model.index(row, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    qtbot.waitUntil(lambda: "no photo" in dialog.preview.reason, timeout=PATIENCE)
    assert not dialog.strip.begin.isEnabled()
    assert ("no photo" in dialog.strip.text.text()) == (width < 1000)  # where there is no room for the preview


def test_what_is_not_an_album_stays_and_the_error_says_so(open_album, coloured_folder, qtbot, tmp_path):
    (tmp_path / "precious").mkdir()
    dialog = open_album(coloured_folder)
    dialog.target.setText(str(tmp_path / "precious"))
    export(dialog, qtbot)
    assert "not an album made by KMHC" in dialog.strip.text.text() and not dialog.strip.open.isVisible()
    dialog.target.setText("  ")
    export(dialog, qtbot)
    assert "Say where" in dialog.strip.text.text()


@pytest.mark.parametrize(
    ("kind", "typed", "made"),
    [
        (Kind.PDF, "Easter 3.4.1955", "Easter 3.4.1955.pdf"),
        (Kind.PDF, "Easter.PDF", "Easter.PDF"),
        (Kind.SHEET, "Easter.pdf", "Easter.pdf"),
        (Kind.SHEET, "Easter", "Easter.png"),
        (Kind.ZIP, "Easter.jpg", "Easter.jpg.zip"),
        (Kind.WEB, "Easter 3.4.1955", "Easter 3.4.1955/index.html"),
    ],
)
def test_a_name_that_is_typed_takes_the_place_of_the_one_shown_and_ends_as_its_kind_does(
    open_album, coloured_folder, qtbot, kind, typed, made
):
    dialog = open_album(coloured_folder)
    choose(dialog.form.kind, kind)
    dialog.target.setText(typed)
    export(dialog, qtbot)
    assert dialog.strip.open.isVisible() and (coloured_folder.parent / made).is_file()


def test_a_name_that_is_typed_stays_in_the_folder_that_was_shown(open_album, qtbot, tmp_path, monkeypatch):
    family = Family(tmp_path)
    family.add("a.jpg")
    dialog = open_album(family.folder)
    choose(dialog.form.kind, Kind.PDF)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(tmp_path / "usb" / "for Anna"), ""))
    dialog._choose.click()
    assert dialog.target.text() == str(tmp_path / "usb" / "for Anna.pdf")
    for typed in ("Easter", f"{tmp_path}/disk/Summer", "Autumn"):
        dialog.target.setText(typed)
        export(dialog, qtbot)
    dialog.reject()
    again = open_album(family.folder)
    assert again.target.text() == str(tmp_path / "disk" / "Autumn.pdf")
    again.target.setText("Winter")
    export(again, qtbot)
    assert [path.name for path in (tmp_path / "usb").iterdir()] == ["Easter.pdf"]
    assert {path.name for path in (tmp_path / "disk").iterdir()} == {"Autumn.pdf", "Summer.pdf", "Winter.pdf"}


def test_the_question_whether_to_replace_shows_a_name_as_it_is_and_return_answers_no(
    open_album, coloured_folder, monkeypatch
):
    asked = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box))
    assert not open_album(coloured_folder).confirm_replace(coloured_folder / "<b>60er.pdf")
    (box,) = asked
    assert (box.text(), box.textFormat()) == ("<b>60er.pdf is there already.", Qt.TextFormat.PlainText)
    assert box.defaultButton().text() == "Cancel"


def test_photos_that_are_left_out_are_listed(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder)
    (coloured_folder / "b.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    export(dialog, qtbot)
    assert dialog.strip.details.isVisible() and "b.jpg" in dialog.strip.details.toPlainText()


def test_cancelling_is_no_error_and_leaves_the_dialog_usable(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder, serve=stubs.serve_slowly)
    dialog.strip.begin.click()
    qtbot.waitUntil(lambda: "1 of 9" in dialog.strip.text.text(), timeout=PATIENCE)
    assert not dialog.form.isEnabled() and dialog.strip.cancel.isVisible()
    dialog.strip.cancel.click()
    qtbot.waitUntil(lambda: not dialog.strip.making, timeout=PATIENCE)
    assert dialog.strip.text.text().startswith("Cancelled") and dialog.form.isEnabled()
    assert dialog.strip.text.property("role") != "error" and dialog.focusWidget() is dialog.strip.begin


def test_closing_while_it_works_gives_up_and_closes(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder, serve=stubs.serve_slowly)
    dialog.strip.begin.click()
    dialog.close()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert not dialog._work.isRunning()


def add_large_photos(folder, count):
    """Add photos that take long to decode and encode."""
    encoded = BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(encoded, "JPEG", quality=90)
    for number in range(count):
        (folder / f"large {number}.jpg").write_bytes(encoded.getvalue())


def begin(work, folder, kind, qtbot):
    """Begin an album, until the first photo is done."""
    reports = []
    work.reported.connect(reports.append)
    work.tell(messages.MakeAlbum(folder, kind, folder.with_name("album"), Options(), False, Options()))
    qtbot.waitUntil(lambda: bool(reports), timeout=PATIENCE)


@pytest.mark.parametrize("kind", [Kind.WEB, Kind.PDF, Kind.WEB_ZIP])
def test_a_window_that_goes_away_in_the_middle_leaves_no_pieces(qapp, coloured_folder, qtbot, kind):
    add_large_photos(coloured_folder, 12)
    work = AlbumWork()
    begin(work, coloured_folder, kind, qtbot)
    work.close()
    only = [coloured_folder.name]
    qtbot.waitUntil(lambda: [path.name for path in coloured_folder.parent.iterdir()] == only, timeout=PATIENCE)


def test_the_window_waits_for_nothing_that_is_cleared_away(qapp, coloured_folder, qtbot):
    ours, theirs = multiprocessing.Pipe()
    work = AlbumWork(serve=partial(stubs.serve_tidying, theirs))
    begin(work, coloured_folder, Kind.WEB, qtbot)
    work.close()
    waiting = [thread.daemon for thread in threading.enumerate() if thread.name == "end of albums"]
    assert waiting and not any(waiting), "the program's end waits for it"
    ours.send("clear away")
    assert ours.poll(PATIENCE / 1000) and ours.recv()


def test_closing_again_while_an_export_is_given_up_changes_nothing(open_album, coloured_folder, qtbot):
    ours, theirs = multiprocessing.Pipe()
    dialog = open_album(coloured_folder, serve=partial(stubs.serve_tidying, theirs))
    dialog.strip.begin.click()
    qtbot.waitUntil(lambda: "1 of 9" in dialog.strip.text.text(), timeout=PATIENCE)
    for _ in range(2):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible() and dialog.strip.text.text() == "Cancelling…"
    ours.send("clear away")
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert ours.poll()


def test_a_process_that_dies_is_told_and_the_next_export_works(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder, serve=stubs.serve_dying)
    export(dialog, qtbot)
    assert "stopped" in dialog.strip.text.text()
    dialog._work._serve = serve
    export(dialog, qtbot)
    assert dialog.strip.open.isVisible()


def test_a_process_that_does_not_even_start_is_told_and_is_not_waited_for(qapp, qtbot, tmp_path):
    before = set(threading.enumerate())
    work = AlbumWork(serve=lambda _: None)  # which cannot be sent to another process
    with qtbot.waitSignal(work.reported, timeout=PATIENCE) as told:
        work.tell(messages.ListPhotos(tmp_path))
    assert "stopped unexpectedly" in told.args[0].text
    assert work.wait()
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "end of albums"]


def test_a_folder_that_is_gone_is_named_and_can_be_tried_again(open_album, coloured_folder, qtbot):
    coloured_folder.rename(coloured_folder.with_name("elsewhere"))
    dialog = open_album(coloured_folder)
    assert "there is no such folder" in dialog.strip.text.text() and dialog.strip.begin.text() == "Try again"
    coloured_folder.with_name("elsewhere").rename(coloured_folder)
    dialog.strip.begin.click()
    qtbot.waitUntil(lambda: dialog._photos is not None, timeout=PATIENCE)


def test_everything_that_takes_the_focus_has_a_name(open_album, coloured_folder):
    dialog = open_album(coloured_folder)
    for widget in dialog.findChildren(QAbstractButton) + dialog.findChildren(QComboBox):
        assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    for edit in dialog.findChildren(QLineEdit):
        assert edit.accessibleName()
    for area in dialog.findChildren(QScrollArea):
        assert area.focusPolicy() is Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize("width", [780, 800, 1180])
@pytest.mark.parametrize("language", ["de", "en"])
def test_choice_and_order_are_read_whole_and_no_column_is_out_of_sight(
    open_album, coloured_folder, qtbot, qapp, width, language
):
    use_language(qapp, language)
    try:
        dialog = open_album(coloured_folder, selection={coloured_folder: ["a.jpg"]})
        dialog.resize(width, 560)
        for order in Order:
            choose(dialog.order, order)
            qtbot.waitUntil(lambda: room(dialog.order) >= wanted(dialog.order))
        choose(dialog.choice, "selection")
        qtbot.waitUntil(lambda: room(dialog.choice) >= wanted(dialog.choice))
        assert not dialog.table.horizontalScrollBar().isVisible()
    finally:
        use_language(qapp, "en")
        QLocale.setDefault(QLocale.c())


def room(box):
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    field = QStyle.SubControl.SC_ComboBoxEditField
    return box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, box).width()


def wanted(box):
    return box.fontMetrics().horizontalAdvance(box.currentText())


def test_the_preview_shows_what_was_changed_just_before_an_export(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder)
    qtbot.waitUntil(lambda: not dialog.preview._image.isNull(), timeout=PATIENCE)
    before = dialog.preview._image.copy()
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka on the stove")
    export(dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.preview._image != before, timeout=PATIENCE)


def test_the_preview_works_again_after_the_process_has_died(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder, serve=stubs.serve_dying)
    qtbot.waitUntil(lambda: not dialog.preview._image.isNull(), timeout=PATIENCE)
    export(dialog, qtbot)
    before = dialog.preview._image.copy()
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka on the stove")
    qtbot.waitUntil(lambda: dialog.preview._image != before or dialog.strip.text.text() != "", timeout=PATIENCE)
    assert dialog.strip.text.text() == "" and not dialog.preview.reason


def test_the_window_does_not_stall_while_an_album_is_made(open_album, coloured_folder, qtbot):
    add_large_photos(coloured_folder, 6)
    dialog = open_album(coloured_folder)
    clock, gaps = QElapsedTimer(), []
    timer = QTimer(interval=10)
    timer.timeout.connect(lambda: gaps.append(clock.restart()))
    clock.start()
    timer.start()
    export(dialog, qtbot)
    timer.stop()
    assert len(gaps) > 20 and sorted(gaps)[int(len(gaps) * 0.95)] < 100


def test_the_window_opens_it_for_finished_photos_and_it_is_remembered(start, photos, qtbot):
    app = start(photos)
    window = app.window
    qtbot.waitUntil(lambda: len(window.model) == 3, timeout=PATIENCE)
    assert not window.actions_["album"].isEnabled() and not window.actions_["export"].isEnabled()
    colourise(app, qtbot)
    qtbot.waitUntil(window.actions_["album"].isEnabled)

    def use():
        dialog = QApplication.activeModalWidget()
        qtbot.waitUntil(lambda: dialog._photos is not None, timeout=PATIENCE)
        assert dialog.model.rowCount() == 3
        qtbot.keyClicks(dialog.form.author, "Anna")
        export(dialog, qtbot)
        dialog.reject()

    QTimer.singleShot(0, use)
    window.actions_["album"].trigger()
    assert (photos.with_name("shoebox album") / "index.html").is_file()
    assert remembered(photos.with_name("shoebox colourised")).author == "Anna"
