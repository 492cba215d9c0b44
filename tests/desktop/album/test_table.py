"""The table of the album dialog: which photos, in which order, with which captions."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from kmhc_desktop.album.model import Column
from kmhc_engine.album.options import Kind, Order, remembered, remembered_kind, remembered_target
from kmhc_engine.scan import MARKER
from tests.desktop.album.steps import PATIENCE, choose, export
from tests.engine.album.conftest import Family


def test_order_captions_and_choice_go_into_the_album(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder, selection={coloured_folder: ["b.jpg", "a.jpg"]})
    choose(dialog.choice, "selection")
    dialog.table.setCurrentIndex(dialog.model.index(1, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert dialog.order.currentData() == Order.HAND
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka")
    export(dialog, qtbot)
    page = (coloured_folder.with_name("shoebox album") / "index.html").read_text(encoding="utf-8")
    assert page.count('<li class="shape') == 2 and page.index("Minka") < page.rindex("<li")


def test_the_captions_take_what_room_there_is_and_no_column_is_out_of_sight(open_album, coloured_folder, qtbot):
    table = open_album(coloured_folder).table
    header = table.header()
    for room in (40, 400):
        table.setFixedWidth(header.sectionSize(Column.PHOTO) + header.sectionSize(Column.DATE) + room)
        qtbot.waitUntil(lambda: header.length() == table.viewport().width())
    assert not table.horizontalScrollBar().isVisible()


def test_space_ticks_the_first_photo_and_f2_edits_its_caption(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder)
    table, role = dialog.table, Qt.ItemDataRole.CheckStateRole
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert dialog.model.index(0, 0).data(role) == Qt.CheckState.Unchecked
    qtbot.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    qtbot.keyClicks(editor, "Minka")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.model.index(0, Column.CAPTION).data() == "Minka")


def test_space_ticks_all_that_are_selected_before_it_takes_the_ticks_away(open_album, coloured_folder, qtbot):
    dialog, role = open_album(coloured_folder), Qt.ItemDataRole.CheckStateRole
    dialog.model.setData(dialog.model.index(0, 0), Qt.CheckState.Unchecked, role)
    dialog.table.selectAll()
    for state in (Qt.CheckState.Checked, Qt.CheckState.Unchecked):
        qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
        assert {Qt.CheckState(dialog.model.index(row, 0).data(role)) for row in range(3)} == {state}


def test_the_first_photo_cannot_be_moved_up_and_the_order_stays(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder)
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert dialog.model.order is Order.NAME


@pytest.mark.parametrize(
    "close",
    [
        lambda dialog, qtbot: qtbot.keyClick(dialog, Qt.Key.Key_Escape),
        lambda dialog, qtbot: dialog.strip.close_button.click(),
        lambda dialog, qtbot: dialog.close(),
    ],
    ids=["Escape", "Close", "window"],
)
def test_captions_order_and_ticks_are_remembered_when_the_dialog_is_closed(
    open_album, coloured_folder, qtbot, tmp_path, close
):
    dialog = open_album(coloured_folder)
    (coloured_folder / MARKER).mkdir()
    choose(dialog.form.kind, Kind.PDF)
    dialog.target.setText(str(tmp_path / "for Anna.pdf"))
    dialog.model.move([2], 0)
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka")
    dialog.model.setData(dialog.model.index(1, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    close(dialog, qtbot)
    kept = remembered(coloured_folder)
    assert kept.captions == {"Lake/c.jpg": "Minka"} and kept.chosen == ("Lake/c.jpg", "b.jpg")
    assert kept.order is Order.HAND and remembered_kind(coloured_folder) is Kind.PDF
    assert remembered_target(coloured_folder, Kind.PDF) == tmp_path / "for Anna.pdf"


def test_an_album_of_what_the_window_lists_leaves_the_others_for_the_next_one(open_album, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("kmhc_desktop.album.dialog.remember", lambda *_: None)  # the export does it
    family = Family(tmp_path)
    for name in ("a.jpg", "b.jpg"):
        family.add(name)
    folder = family.folder
    dialog = open_album(folder, listed={folder: ["b.jpg"]})
    qtbot.keyClicks(dialog.form.title, "One")
    export(dialog, qtbot)
    page = (tmp_path / "Family album" / "index.html").read_text(encoding="utf-8")
    assert page.count('<li class="shape') == 1
    assert remembered(folder).chosen is None and remembered(folder).title == "One"
    dialog.close()
    assert remembered(folder).chosen is None
    assert open_album(folder).model.options(remembered(folder)).chosen is None


def test_a_caption_that_is_being_typed_when_the_dialog_closes_is_kept(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder)
    (coloured_folder / MARKER).mkdir()
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_F2)
    qtbot.keyClicks(dialog.table.findChild(QLineEdit), "Minka")
    dialog.close()
    assert remembered(coloured_folder).captions == {"a.jpg": "Minka"}


def test_a_caption_that_is_being_typed_when_the_export_begins_is_in_the_album(open_album, coloured_folder, qtbot):
    dialog = open_album(coloured_folder)
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_F2)
    qtbot.keyClicks(dialog.table.findChild(QLineEdit), "Minka")
    dialog.make()  # where a click on a button does not take the focus
    qtbot.waitUntil(lambda: not dialog.strip.making, timeout=PATIENCE)
    assert "Minka" in (coloured_folder.with_name("shoebox album") / "index.html").read_text(encoding="utf-8")


def test_captions_are_kept_when_another_folder_is_chosen(open_album, coloured_folder, tmp_path):
    dialog = open_album(coloured_folder, tmp_path / "attic colourised")
    (coloured_folder / MARKER).mkdir()
    dialog.model.setData(dialog.model.index(0, Column.CAPTION), "Minka")
    dialog.target.clear()
    dialog.folder.setCurrentIndex(1)
    assert remembered(coloured_folder).captions == {"a.jpg": "Minka"}
    assert remembered_target(coloured_folder, Kind.WEB) == coloured_folder.with_name("shoebox album")


def test_folders_are_gone_through_by_keyboard(open_album, coloured_folder, qtbot, tmp_path):
    dialog = open_album(coloured_folder, tmp_path / "attic colourised", tmp_path / "cellar colourised")
    dialog.activateWindow()
    assert dialog.focusWidget() is dialog.table
    dialog.folder.setFocus()
    for number in (1, 2):
        qtbot.keyClick(dialog.folder, Qt.Key.Key_Down)
        assert dialog.folder.currentIndex() == number and dialog.focusWidget() is dialog.folder


def test_a_dialog_in_which_nothing_was_changed_leaves_the_folder_alone(open_album, coloured_folder):
    dialog = open_album(coloured_folder)
    (coloured_folder / MARKER).mkdir()
    dialog.close()
    assert not any((coloured_folder / MARKER).iterdir())
