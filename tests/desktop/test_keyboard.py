"""Everything by keyboard, wherever the focus is; and the way back out."""

import sys
from collections import Counter

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from kmhc_desktop.actions import Actions
from kmhc_desktop.queue.model import Filter
from kmhc_desktop.viewer.compare_canvas import Mode
from tests.desktop.conftest import write_photo
from tests.desktop.test_window import PATIENCE, colourise, drop_and_wait


def test_escape_gives_the_search_up(loaded, qtbot) -> None:
    pane = loaded.window.pane
    pane.focus_search()
    QTest.keyClicks(pane._search, "nothing")
    qtbot.waitUntil(lambda: pane._nothing.isVisible())
    QTest.keyClick(pane._search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: pane._model.rowCount() == 3)
    assert pane.view.hasFocus()


def test_a_photo_that_comes_leaves_the_focus_where_it_is(loaded, tmp_path, qtbot) -> None:
    pane = loaded.window.pane
    assert pane.view.hasFocus()
    pane.focus_search()
    QTest.keyClicks(pane._search, "attic")
    qtbot.waitUntil(lambda: pane._model.rowCount() == 0)
    write_photo(tmp_path / "attic.jpg", 90)
    drop_and_wait(loaded, qtbot, tmp_path / "attic.jpg")
    assert pane.current.name == "attic.jpg"
    assert pane._search.hasFocus()
    pane._search.clear()
    pane.show_only(Filter.DONE)
    loaded.window.browser.tree.setFocus()
    colourise(loaded, qtbot)
    assert pane.current is not None
    assert loaded.window.browser.tree.hasFocus()


def test_everything_that_takes_the_focus_has_a_name(start) -> None:
    app = start()
    for widget in app.window.findChildren(QAbstractButton) + app.window.findChildren(QComboBox):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible():
            assert widget.accessibleName() or getattr(widget, "text", str)() or widget.toolTip(), widget
    for edit in app.window.findChildren(QLineEdit):
        if edit.isVisible():
            assert edit.accessibleName() or edit.placeholderText()


def test_no_shortcut_stands_for_two_things(start) -> None:
    actions = start().window.findChildren(QAction)
    everywhere = [one for one in actions if one.shortcutContext() is not Qt.ShortcutContext.WidgetShortcut]
    keys = Counter(key.toString() for action in everywhere for key in action.shortcuts())
    assert keys["Ctrl+Z"] and [key for key, count in keys.items() if count > 1] == []


def test_on_a_mac_no_shortcut_is_one_of_the_systems_and_its_delete_key_takes_photos_off(qtbot, monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(window)
    keys = Counter(key.toString() for spec in actions.specs for key in actions[spec.name].shortcuts())
    assert not {"Ctrl+Space", "F11"} & set(keys), "the search of the system, and its desktop"
    assert [key.toString() for key in actions["remove"].shortcuts()] == ["Del", "Backspace"]
    assert [key for key, count in keys.items() if count > 1] == []
    assert "Ctrl+Shift+Z" not in keys, "it redoes"


def test_a_stroke_is_undone_with_the_focus_on_the_photo(coloured) -> None:
    coloured.window.actions_["adjust"].trigger()
    panel = coloured.window.desk.panel
    panel.add_stroke(((0.5, 0.5),))
    coloured.window.desk.view.canvas.setFocus()
    QTest.keyClick(coloured.window.desk.view.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not panel.edits.hints


def test_space_flips_and_escape_leads_back_wherever_the_focus_is(coloured, qtbot) -> None:
    window, view = coloured.window, coloured.window.desk.view
    qtbot.waitUntil(lambda: view.canvas.has_split, timeout=PATIENCE)
    QTest.keyClick(window.pane.view, Qt.Key.Key_Space)
    assert view.canvas.mode is Mode.TOGGLE
    for name in ("compare", "full_screen"):
        window.actions_[name].trigger()
        QTest.keyClick(window.desk.grid if name == "compare" else view.canvas, Qt.Key.Key_Escape)
        assert not window.actions_[name].isChecked()
    assert window.pane.isVisible()


def test_tab_leads_from_the_variants_to_their_buttons_and_on(coloured, qtbot) -> None:
    window = coloured.window
    window.actions_["compare"].trigger()
    window.desk.grid.add("KMHCNet_8")
    grid, seen = window.desk.grid, []
    qtbot.waitUntil(lambda: all(cell.chroma is not None for cell in grid.cells), timeout=PATIENCE)
    grid.setFocus()
    while (focus := window.focusWidget()) not in seen:
        seen.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    inside = [*grid.cells, grid._add, *grid._choices.values()]
    assert [widget for widget in seen if grid.isAncestorOf(widget)] == inside
    assert {window._tools._variant, window.pane.view} < set(seen)


@pytest.mark.parametrize("delete", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_takes_out_what_has_the_focus_and_no_photo(coloured, qtbot, delete) -> None:
    window, panel, grid = coloured.window, coloured.window.desk.panel, coloured.window.desk.grid
    window.actions_["remove"].setShortcuts([QKeySequence("Del"), QKeySequence("Backspace")])  # as on a Mac
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.actions_["adjust"].trigger()
    for _ in range(2):
        panel.add_stroke(((0.5, 0.5),))
    panel._list.setCurrentRow(0)
    panel._list.setFocus()
    QTest.keyClick(panel._list, Qt.Key.Key_Delete)
    assert len(panel.edits.hints) == 1
    QTest.keyClick(panel._list, Qt.Key.Key_Backspace)
    assert not panel.edits.hints
    QTest.keyClick(window.focusWidget(), delete)
    assert len(window.model) == 3
    window.actions_["compare"].trigger()
    grid.add("KMHCNet_8")
    qtbot.waitUntil(lambda: [one.isVisible() for one in grid.cells] == [True, True])
    grid.pick("KMHCNet_8")
    grid.cells[1].setFocus()
    for left in (1, 0, 0):
        QTest.keyClick(window.focusWidget(), delete)
        assert len(grid.cells) == left
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert len(window.model) == 3


def test_delete_takes_out_the_last_hint_while_one_paints(coloured, qtbot) -> None:
    window, panel, canvas = coloured.window, coloured.window.desk.panel, coloured.window.desk.view.canvas
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.actions_["adjust"].trigger()
    panel._paint.click()
    panel.add_stroke(((0.2, 0.2),))
    panel.add_stroke(((0.5, 0.5),))
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert [hint.points for hint in panel.edits.hints] == [((0.2, 0.2),)]
    for _ in range(2):
        QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert not panel.edits.hints
    assert len(window.model) == 3, "pressed once too often, it takes no photo off"
    panel.put_brush_down()
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert len(window.model) == 2


def test_page_keys_move_a_slider_that_has_the_focus_and_stay_on_the_photo(coloured, qtbot) -> None:
    window, slider = coloured.window, coloured.window.desk.panel._sliders["saturation"]
    window.actions_["adjust"].trigger()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    slider.setFocus()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_PageDown)
    assert slider.value < 100
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_PageUp)
    assert slider.value == 100
    assert window.pane.current.name == "photo 0.jpg"


def test_a_step_to_the_next_photo_chooses_that_one_alone_whatever_key_is_held(loaded) -> None:
    pane = loaded.window.pane
    for key in (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier):
        QTest.keyPress(pane.view, Qt.Key.Key_F35, key)
        loaded.window.actions_["next"].trigger()
        QTest.keyRelease(pane.view, Qt.Key.Key_F35)
        assert pane.chosen_rows() == [pane.current]
    assert pane.current.name == "photo 2.jpg"
