import pytest
from PySide6.QtCore import QPoint

from tests.desktop.viewer.test_desk import GREY, adjust, click, kept


@pytest.fixture
def window(loaded):
    return loaded.window


def right_of_the_photos(window) -> int:
    return window.desk.mapTo(window, QPoint(window.desk.width(), 0)).x()


@pytest.mark.parametrize("width", [860, 1000, 1200])
def test_in_a_narrow_window_one_makes_room_for_the_other(window, width) -> None:
    docks = window._docks
    window.resize(width, 614)
    window.actions_["adjust"].trigger()
    assert docks.adjust.isVisible() and not docks.folders.isVisible()
    window.actions_["folders"].trigger()
    assert docks.folders.isVisible() and not docks.adjust.isVisible()
    assert not window.actions_["adjust"].isChecked()
    window.actions_["folders"].trigger()
    assert not docks.folders.isVisible() and not docks.adjust.isVisible()


def test_a_window_that_becomes_narrow_keeps_the_adjust_panel_beside_the_photo(window, qtbot) -> None:
    docks = window._docks
    window.resize(1500, 614)
    window.actions_["adjust"].trigger()
    assert docks.folders.isVisible() and docks.adjust.isVisible()
    window.resize(1000, 614)
    assert docks.adjust.isVisible() and not docks.folders.isVisible()
    qtbot.waitUntil(lambda: right_of_the_photos(window) <= docks.adjust.x())


def test_a_window_too_narrow_for_the_folders_shows_them_until_one_is_chosen(window, photos, qtbot) -> None:
    docks = window._docks
    window.resize(800, 560)
    assert not docks.folders.isVisible() and not window.actions_["folders"].isChecked()
    qtbot.waitUntil(lambda: right_of_the_photos(window) <= window.width())
    window.actions_["folders"].trigger()
    assert docks.folders.isVisible()
    window.browser.chosen.emit(photos)
    assert not docks.folders.isVisible()
    qtbot.waitUntil(lambda: right_of_the_photos(window) <= window.width())


def test_the_folders_come_back_when_there_is_room_again(window) -> None:
    docks = window._docks
    window.resize(1300, 614)
    window.resize(800, 560)
    window.actions_["adjust"].trigger()
    window.actions_["adjust"].trigger()
    assert not docks.folders.isVisible() and not docks.adjust.isVisible()
    window.resize(1300, 614)
    assert docks.folders.isVisible() and window.actions_["folders"].isChecked()
    window.actions_["folders"].trigger()
    window.resize(800, 560)
    window.resize(1300, 614)
    assert not docks.folders.isVisible(), "it was not for want of room"


def test_folders_that_gave_way_stay_out_of_the_full_screen(window, monkeypatch) -> None:
    window.resize(800, 560)
    monkeypatch.setattr(window, "isFullScreen", lambda: True)
    window.resize(1900, 1000)
    assert not window._docks.folders.isVisible()


def test_a_panel_that_goes_leaves_the_focus_at_the_photos(coloured, qtbot) -> None:
    window = coloured.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for width in (1300, 800):
        window.resize(width, 614)
        for name, inside in (("adjust", window.desk.panel._sliders["warmth"]), ("folders", window.browser.tree)):
            window._docks.folders.setVisible(name == "folders")
            if not window.actions_[name].isChecked():
                window.actions_[name].trigger()
            inside.setFocus()
            window.actions_[name].trigger()
            assert window.pane.view.hasFocus(), (width, name)


def test_on_a_small_screen_the_list_makes_room_for_the_adjust_panel(window, qtbot) -> None:
    docks, adjust = window._docks, window.actions_["adjust"]
    window.resize(800, 560)
    adjust.trigger()
    qtbot.waitUntil(lambda: not window.pane.isVisible())
    qtbot.waitUntil(lambda: right_of_the_photos(window) <= docks.adjust.x())
    window.resize(1300, 614)
    assert window.pane.isVisible()
    window.resize(800, 560)
    qtbot.waitUntil(lambda: not window.pane.isVisible())
    adjust.trigger()
    qtbot.waitUntil(lambda: right_of_the_photos(window) <= window.width())
    assert window.pane.isVisible() and not docks.folders.isVisible()
    adjust.trigger()
    window.actions_["folders"].trigger()
    assert window.pane.isVisible() and not docks.adjust.isVisible()


@pytest.mark.parametrize("size", [(800, 560), (960, 500)])
def test_on_a_small_screen_the_adjust_panel_makes_room_for_the_list_where_others_are_to_be_selected(
    coloured, qtbot, size
) -> None:
    window, panel = coloured.window, coloured.window.desk.panel
    window.resize(*size)
    window.actions_["adjust"].trigger()
    qtbot.waitUntil(lambda: not window.pane.isVisible())
    adjust(coloured, GREY)
    panel._others.click()
    assert "select other photos" in window.banner.text
    qtbot.waitUntil(window.pane.isVisible)
    assert not panel.isVisible() and not window.actions_["adjust"].isChecked()
    assert not window._docks.folders.isVisible()
    assert window.pane.view.hasFocus(), "the keyboard selects too"
    for number in (1, 2):
        click(coloured, number, ctrl=True)
    window.actions_["adjust"].trigger()
    panel._others.click()
    assert panel.isVisible()
    assert kept(coloured) == [GREY] * 3


def test_the_full_screen_ends_where_others_are_to_be_selected(coloured) -> None:
    window, panel = coloured.window, coloured.window.desk.panel
    window.resize(1300, 614)
    window.actions_["adjust"].trigger()
    window.actions_["full_screen"].trigger()
    adjust(coloured, GREY)
    panel._others.click()
    assert not window.isFullScreen() and not window.actions_["full_screen"].isChecked()
    assert panel.isVisible() and window.pane.isVisible()


def test_the_list_that_is_back_stays_when_the_window_gets_its_size_from_before_the_full_screen_later(coloured) -> None:
    window, panel = coloured.window, coloured.window.desk.panel
    window.resize(1300, 614)
    window.actions_["full_screen"].trigger()
    window.actions_["adjust"].trigger()
    adjust(coloured, GREY)
    panel._others.click()
    window.resize(800, 614)
    assert window.pane.isVisible() and not panel.isVisible()
    window.actions_["adjust"].trigger()
    assert panel.isVisible() and not window.pane.isVisible()


def test_where_the_list_shows_beside_the_adjust_panel_it_stays_when_others_are_to_be_selected(coloured) -> None:
    window, panel = coloured.window, coloured.window.desk.panel
    window.resize(1300, 614)
    window.actions_["adjust"].trigger()
    adjust(coloured, GREY)
    panel._others.click()
    assert panel.isVisible() and window.pane.isVisible()


def test_a_roomy_window_keeps_the_folders_when_one_is_chosen(window, photos) -> None:
    window.resize(1300, 614)
    window.browser.chosen.emit(photos)
    assert window._docks.folders.isVisible()


def test_the_adjust_panel_can_be_closed_when_the_list_is_empty(window) -> None:
    adjust = window.actions_["adjust"]
    adjust.trigger()
    window.actions_["clear"].trigger()
    adjust.trigger()
    assert not window._docks.adjust.isVisible()
    assert not adjust.isEnabled(), "there is nothing to adjust"


def test_where_both_fit_both_can_be_seen(window) -> None:
    docks = window._docks
    window.resize(1300, 614)
    window.actions_["adjust"].trigger()
    window.actions_["folders"].trigger()
    assert docks.folders.isVisible() and docks.adjust.isVisible()
