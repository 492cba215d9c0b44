"""The album dialog, as a person uses it, with the real process behind it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QElapsedTimer, QLocale, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
)

from kmhc_desktop import album_messages as messages
from kmhc_desktop.album_dialog import AlbumDialog
from kmhc_desktop.album_model import Column
from kmhc_desktop.album_process import serve
from kmhc_desktop.album_work import AlbumWork
from kmhc_desktop.language import use_language
from kmhc_desktop.theme import look
from kmhc_desktop.thumbnails import Thumbnails
from kmhc_engine.album.options import Kind, Options, Order, remembered, remembered_kind, remembered_target
from kmhc_engine.scan import MARKER
from tests.desktop import album_stubs
from tests.desktop.test_window import colourise
from tests.engine.album.conftest import Family

PATIENCE = 60_000


@pytest.fixture
def folder(tmp_path):
    """Three colour photos that an engine of old has left."""
    folder = tmp_path / "shoebox colourised"
    (folder / "Lake").mkdir(parents=True)
    for number, name in enumerate(("a.jpg", "b.jpg", "Lake/c.jpg")):
        pixels = np.full((48, 64, 3), (40 + 60 * number, 90, 120), np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return folder


@pytest.fixture
def open_dialog(qapp, qtbot, tmp_path):
    thumbnails = Thumbnails(tmp_path / "thumbnails")
    dialogs = []

    def opened(*folders, selection=None, serve=serve, listed=None):
        work = AlbumWork(serve=serve)
        dialog = AlbumDialog(folders, selection or {}, thumbnails, look(), work, listed or {})
        dialogs.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog._photos is not None or dialog.strip.text.text() != "", timeout=PATIENCE)
        return dialog

    yield opened
    for dialog in dialogs:
        dialog._closing = True
        dialog.reject()
        assert not dialog._work.isRunning()
        dialog.deleteLater()
    thumbnails.stop()


def export(dialog, qtbot):
    dialog.strip.begin.click()
    qtbot.waitUntil(lambda: not dialog.strip.making, timeout=PATIENCE)


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_a_web_album_is_made_and_can_be_opened(open_dialog, folder, qtbot):
    dialog = open_dialog(folder)
    dialog.strip.open_requested.disconnect()
    qtbot.keyClicks(dialog.form.title, "The Bergers")
    export(dialog, qtbot)
    assert "3" in dialog.strip.text.text() and dialog.strip.open.isVisible() and dialog.strip.reveal.isVisible()
    page = folder.with_name("shoebox album") / "index.html"
    with qtbot.waitSignal(dialog.strip.open_requested) as opened:
        dialog.strip.open.click()
    assert opened.args == [page]
    assert '<h1 dir="auto">The Bergers</h1>' in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.WEB])
def test_every_kind_is_made_and_replaced_only_when_the_user_agrees(open_dialog, folder, qtbot, kind):
    dialog = open_dialog(folder)
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


def test_the_first_album_of_a_folder_speaks_the_windows_language_and_the_next_what_was_chosen(open_dialog, folder):
    QLocale.setDefault(QLocale("de"))
    (folder / MARKER).mkdir()
    dialog = open_dialog(folder)
    assert dialog.form.language.currentData() == "de"
    choose(dialog.form.language, "fr")
    dialog.reject()
    assert open_dialog(folder).form.language.currentData() == "fr"
    QLocale.setDefault(QLocale("cy"))
    assert open_dialog(folder.parent).form.language.currentData() == "en", "albums speak no Welsh"
    QLocale.setDefault(QLocale.c())


def test_the_preview_follows_every_change(open_dialog, folder, qtbot):
    dialog = open_dialog(folder)

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


def test_without_photos_there_is_a_reason_and_nothing_to_export(open_dialog, folder, qtbot):
    dialog = open_dialog(folder)
    for row in range(3):
        dialog.model.setData(dialog.model.index(row, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    qtbot.waitUntil(lambda: "no photo" in dialog.preview.reason, timeout=PATIENCE)
    assert not dialog.strip.begin.isEnabled()


def test_order_captions_and_choice_go_into_the_album(open_dialog, folder, qtbot):
    dialog = open_dialog(folder, selection={folder: ["b.jpg", "a.jpg"]})
    choose(dialog.choice, "selection")
    dialog.table.setCurrentIndex(dialog.model.index(1, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert dialog.order.currentData() == Order.HAND
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka")
    export(dialog, qtbot)
    page = (folder.with_name("shoebox album") / "index.html").read_text(encoding="utf-8")
    assert page.count('<li class="shape') == 2 and page.index("Minka") < page.rindex("<li")


def test_space_ticks_and_f2_edits_the_caption(open_dialog, folder, qtbot):
    dialog = open_dialog(folder)
    table, role = dialog.table, Qt.ItemDataRole.CheckStateRole
    table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert dialog.model.index(0, 0).data(role) == Qt.CheckState.Unchecked
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "Minka")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.model.index(0, Column.CAPTION).data() == "Minka")


@pytest.mark.parametrize(
    "close",
    [
        lambda dialog, qtbot: qtbot.keyClick(dialog, Qt.Key.Key_Escape),
        lambda dialog, qtbot: dialog.strip.close_button.click(),
        lambda dialog, qtbot: dialog.close(),
    ],
    ids=["Escape", "Close", "window"],
)
def test_captions_order_and_ticks_are_remembered_when_the_dialog_is_closed(open_dialog, folder, qtbot, tmp_path, close):
    dialog = open_dialog(folder)
    (folder / MARKER).mkdir()
    choose(dialog.form.kind, Kind.PDF)
    dialog.target.setText(str(tmp_path / "for Anna.pdf"))
    dialog.model.move([2], 0)
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka")
    dialog.model.setData(dialog.model.index(1, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    close(dialog, qtbot)
    kept = remembered(folder)
    assert kept.captions == {"Lake/c.jpg": "Minka"} and kept.chosen == ("Lake/c.jpg", "b.jpg")
    assert kept.order is Order.HAND and remembered_kind(folder) is Kind.PDF
    assert remembered_target(folder, Kind.PDF) == tmp_path / "for Anna.pdf"


def test_an_album_of_what_the_window_lists_leaves_the_others_for_the_next_one(open_dialog, qtbot, tmp_path):
    family = Family(tmp_path)
    for name in ("a.jpg", "b.jpg"):
        family.add(name)
    folder = family.folder
    dialog = open_dialog(folder, listed={folder: ["b.jpg"]})
    qtbot.keyClicks(dialog.form.title, "One")
    export(dialog, qtbot)
    page = (tmp_path / "Family album" / "index.html").read_text(encoding="utf-8")
    assert page.count('<li class="shape') == 1
    assert remembered(folder).chosen is None and remembered(folder).title == "One"
    dialog.close()
    assert remembered(folder).chosen is None
    assert open_dialog(folder).model.options(remembered(folder)).chosen is None


def test_a_caption_that_is_being_typed_when_the_dialog_closes_is_kept(open_dialog, folder, qtbot):
    dialog = open_dialog(folder)
    (folder / MARKER).mkdir()
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_F2)
    qtbot.keyClicks(dialog.table.findChild(QLineEdit), "Minka")
    dialog.close()
    assert remembered(folder).captions == {"a.jpg": "Minka"}


def test_a_caption_that_is_being_typed_when_the_export_begins_is_in_the_album(open_dialog, folder, qtbot):
    dialog = open_dialog(folder)
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_F2)
    qtbot.keyClicks(dialog.table.findChild(QLineEdit), "Minka")
    dialog.make()  # where a click on a button does not take the focus
    qtbot.waitUntil(lambda: not dialog.strip.making, timeout=PATIENCE)
    assert "Minka" in (folder.with_name("shoebox album") / "index.html").read_text(encoding="utf-8")


def test_captions_are_kept_when_another_folder_is_chosen(open_dialog, folder, tmp_path):
    dialog = open_dialog(folder, tmp_path / "attic colourised")
    (folder / MARKER).mkdir()
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka")
    dialog.target.clear()
    dialog.folder.setCurrentIndex(1)
    assert remembered(folder).captions == {"a.jpg": "Minka"}
    assert remembered_target(folder, Kind.WEB) == folder.with_name("shoebox album")


def test_folders_are_gone_through_by_keyboard(open_dialog, folder, qtbot, tmp_path):
    dialog = open_dialog(folder, tmp_path / "attic colourised", tmp_path / "cellar colourised")
    dialog.activateWindow()
    assert dialog.focusWidget() is dialog.table
    dialog.folder.setFocus()
    for number in (1, 2):
        qtbot.keyClick(dialog.folder, Qt.Key.Key_Down)
        assert dialog.folder.currentIndex() == number and dialog.focusWidget() is dialog.folder


def test_a_dialog_in_which_nothing_was_changed_leaves_the_folder_alone(open_dialog, folder):
    dialog = open_dialog(folder)
    (folder / MARKER).mkdir()
    dialog.close()
    assert not any((folder / MARKER).iterdir())


def test_what_is_not_an_album_stays_and_the_error_says_so(open_dialog, folder, qtbot, tmp_path):
    (tmp_path / "precious").mkdir()
    dialog = open_dialog(folder)
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
def test_a_name_that_is_typed_leads_beside_the_folder_and_ends_as_its_kind_does(
    open_dialog, folder, qtbot, kind, typed, made
):
    dialog = open_dialog(folder)
    choose(dialog.form.kind, kind)
    dialog.target.setText(typed)
    export(dialog, qtbot)
    assert dialog.strip.open.isVisible() and (folder.parent / made).is_file()


def test_photos_that_are_left_out_are_listed(open_dialog, folder, qtbot):
    dialog = open_dialog(folder)
    (folder / "b.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    export(dialog, qtbot)
    assert dialog.strip.details.isVisible() and "b.jpg" in dialog.strip.details.toPlainText()


def test_cancelling_is_no_error_and_leaves_the_dialog_usable(open_dialog, folder, qtbot):
    dialog = open_dialog(folder, serve=album_stubs.serve_slowly)
    dialog.strip.begin.click()
    qtbot.waitUntil(lambda: "1 of 9" in dialog.strip.text.text(), timeout=PATIENCE)
    assert not dialog.form.isEnabled() and dialog.strip.cancel.isVisible()
    dialog.strip.cancel.click()
    qtbot.waitUntil(lambda: not dialog.strip.making, timeout=PATIENCE)
    assert dialog.strip.text.text().startswith("Cancelled") and dialog.form.isEnabled()


def test_closing_while_it_works_gives_up_and_closes(open_dialog, folder, qtbot):
    dialog = open_dialog(folder, serve=album_stubs.serve_slowly)
    dialog.strip.begin.click()
    dialog.close()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE)
    assert not dialog._work.isRunning()


@pytest.mark.parametrize("kind", [Kind.WEB, Kind.PDF, Kind.WEB_ZIP])
def test_a_window_that_goes_away_in_the_middle_leaves_no_pieces(qapp, folder, qtbot, kind):
    picture = Image.effect_noise((3000, 2000), 60).convert("RGB")
    for number in range(12):
        picture.save(folder / f"large {number}.jpg", quality=90)
    work = AlbumWork()
    with qtbot.waitSignal(work.reported, timeout=PATIENCE):  # the first photo is done
        work.tell(messages.MakeAlbum(folder, kind, folder.with_name("album"), Options(), False))
    work.close()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_process_that_dies_is_told_and_the_next_export_works(open_dialog, folder, qtbot):
    dialog = open_dialog(folder, serve=album_stubs.serve_dying)
    export(dialog, qtbot)
    assert "stopped" in dialog.strip.text.text()
    dialog._work._serve = serve
    export(dialog, qtbot)
    assert dialog.strip.open.isVisible()


def test_a_folder_that_is_gone_is_named_and_can_be_tried_again(open_dialog, folder, qtbot):
    folder.rename(folder.with_name("elsewhere"))
    dialog = open_dialog(folder)
    assert "there is no such folder" in dialog.strip.text.text() and dialog.strip.begin.text() == "Try again"
    folder.with_name("elsewhere").rename(folder)
    dialog.strip.begin.click()
    qtbot.waitUntil(lambda: dialog._photos is not None, timeout=PATIENCE)


def test_everything_that_takes_the_focus_has_a_name(open_dialog, folder):
    dialog = open_dialog(folder)
    for widget in dialog.findChildren(QAbstractButton) + dialog.findChildren(QComboBox):
        assert widget.accessibleName() or getattr(widget, "text", str)(), widget
    for edit in dialog.findChildren(QLineEdit):
        assert edit.accessibleName()
    for area in dialog.findChildren(QScrollArea):
        assert area.focusPolicy() is Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize("width", [780, 800, 1180])
@pytest.mark.parametrize("language", ["de", "en"])
def test_choice_and_order_are_read_whole_and_no_column_is_out_of_sight(
    open_dialog, folder, qtbot, qapp, width, language
):
    use_language(qapp, language)
    try:
        dialog = open_dialog(folder, selection={folder: ["a.jpg"]})
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


def test_the_preview_shows_what_was_changed_just_before_an_export(open_dialog, folder, qtbot):
    dialog = open_dialog(folder)
    qtbot.waitUntil(lambda: not dialog.preview._image.isNull(), timeout=PATIENCE)
    before = dialog.preview._image.copy()
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka on the stove")
    export(dialog, qtbot)
    qtbot.waitUntil(lambda: dialog.preview._image != before, timeout=PATIENCE)


def test_the_preview_works_again_after_the_process_has_died(open_dialog, folder, qtbot):
    dialog = open_dialog(folder, serve=album_stubs.serve_dying)
    qtbot.waitUntil(lambda: not dialog.preview._image.isNull(), timeout=PATIENCE)
    export(dialog, qtbot)
    before = dialog.preview._image.copy()
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka on the stove")
    qtbot.waitUntil(lambda: dialog.preview._image != before or dialog.strip.text.text() != "", timeout=PATIENCE)
    assert dialog.strip.text.text() == "" and not dialog.preview.reason


def test_the_window_does_not_stall_while_an_album_is_made(open_dialog, folder, qtbot):
    picture = Image.effect_noise((3000, 2000), 60).convert("RGB")
    for number in range(6):
        picture.save(folder / f"large {number}.jpg", quality=90)
    dialog = open_dialog(folder)
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
