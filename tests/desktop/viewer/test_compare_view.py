from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from kmhc_desktop.viewer.compare_canvas import Mode
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_engine.chroma import Adjustments
from kmhc_engine.edits import Edits
from tests.desktop.viewer.steps import at, colour, press_key
from tests.desktop.viewer_photos import coloured, grey_photo, is_grey, viewed


def test_screen_readers_hear_where_the_handle_is(canvas):
    press_key(canvas, Qt.Key.Key_Right)
    assert "51" in canvas.accessibleDescription()


@pytest.mark.parametrize(
    ("key", "mode"), [(Qt.Key.Key_D, Mode.SIDE_BY_SIDE), (Qt.Key.Key_T, Mode.TOGGLE), (Qt.Key.Key_S, Mode.SPLIT)]
)
def test_keys_choose_how_to_compare(view, canvas, key, mode):
    press_key(canvas, key)
    assert canvas.mode is mode
    assert view._modes[mode].isChecked()


def test_while_the_result_is_awaited_only_the_original_shows(view, qtbot, tmp_path):
    with qtbot.waitSignal(view._loader.before_ready):
        view.show_photo(ViewedPhoto(grey_photo(tmp_path / "a.png")))
    assert [pane.label for pane in view.canvas.panes()] == ["Before"]
    assert not view.canvas.has_split
    assert view.canvas.accessibleDescription() == "Before, Not in colour yet"
    assert not view._modes[Mode.SPLIT].isEnabled()
    assert is_grey(colour(view.canvas, at(view.canvas, 0.8, 0.3)))


def test_the_result_joins_when_it_comes(view, qtbot, tmp_path):
    waiting = ViewedPhoto(grey_photo(tmp_path / "a.png"))
    with qtbot.waitSignal(view._loader.before_ready):
        view.show_photo(waiting)
    with qtbot.waitSignal(view._loader.after_ready):
        view.show_photo(replace(waiting, chroma=coloured(tmp_path / "c.png")))
    assert view.canvas.has_split


def test_the_former_photo_never_shows_beside_the_new_name(view, canvas, tmp_path):
    view.show_photo(ViewedPhoto(grey_photo(tmp_path / "b.png")))
    assert canvas.panes() == []


def test_a_result_that_is_gone_shows_no_more(view, canvas):
    view.show_photo(ViewedPhoto(view._photo.source))
    assert [pane.label for pane in canvas.panes()] == ["Before"]


def test_from_right_to_left_the_next_photo_is_to_the_left(view):
    right, left = view._next.icon().cacheKey(), view._previous.icon().cacheKey()
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert (view._next.icon().cacheKey(), view._previous.icon().cacheKey()) == (left, right)


def test_nothing_is_told_of_a_photo_that_does_not_show_any_more(view, canvas):
    assert view._name.toolTip() and canvas.accessibleDescription()
    view.clear()
    assert not (view._name.text() or view._name.toolTip() or canvas.accessibleDescription())


def test_an_adjustment_keeps_zoom_and_handle(view, canvas, qtbot):
    canvas.set_split(0.3)
    press_key(canvas, Qt.Key.Key_1)
    with qtbot.waitSignal(view._loader.after_ready):
        view.show_photo(replace(view._photo, edits=Edits(Adjustments(saturation=0.0))))
    assert (canvas.split, canvas.zoom_percent()) == (0.3, 100)
    assert is_grey(colour(canvas, at(canvas, 0.8, 0.3)))


@pytest.mark.parametrize(
    ("key", "signal"),
    [
        (Qt.Key.Key_PageDown, "next_requested"),
        (Qt.Key.Key_PageUp, "previous_requested"),
        (Qt.Key.Key_F, "full_screen_requested"),
    ],
)
def test_keys_lead_on(view, canvas, qtbot, key, signal):
    with qtbot.waitSignal(getattr(view, signal)):
        press_key(canvas, key)


def test_a_broken_photo_is_a_message_in_its_place(view, canvas, qtbot, tmp_path):
    path = tmp_path / "letter.jpg"
    path.write_text("Dear all")
    with qtbot.waitSignal(view._loader.failed):
        view.show_photo(ViewedPhoto(path))
    assert "letter.jpg" in canvas._message
    assert canvas.accessibleDescription() == canvas._message
    assert not any(button.isEnabled() for button in view._zooms)


def test_from_a_file_that_cannot_be_shown_one_can_go_on_to_the_next(view, canvas, tmp_path, qtbot):
    view.clear("Skipped: it is empty", tmp_path / "letter.jpg")
    assert view._name.text() == "letter.jpg"
    assert canvas._message == "Skipped: it is empty"
    with qtbot.waitSignals([view.previous_requested, view.next_requested]):
        view._previous.click()
        view._next.click()
    assert not any(button.isEnabled() for button in view._zooms)
    view.clear()
    assert not (view._name.text() or view._next.isEnabled())


def test_the_zoom_figure_follows_the_size_of_the_view_and_the_way_of_comparing(view, canvas):
    def shown_percent():
        return int(view._percent.text().split()[0])

    whole = shown_percent()
    view.resize(1200, 900)
    assert shown_percent() == canvas.zoom_percent() > whole
    view.set_mode(Mode.SIDE_BY_SIDE)
    halved = shown_percent()
    assert halved == canvas.zoom_percent()
    press_key(canvas, Qt.Key.Key_Space)
    assert shown_percent() == canvas.zoom_percent() > halved


def test_a_short_name_is_whole_also_beside_the_adjust_panel(view, tmp_path):
    view.resize(588, 400)
    view.show_photo(viewed(tmp_path, "Foto 000"))
    assert view._name.width() >= view._name.fontMetrics().horizontalAdvance("Foto 000.jpg")


def test_a_long_name_keeps_its_end(view, tmp_path):
    def name(end):
        view.show_photo(ViewedPhoto(tmp_path / f"{'summer ' * 30}{end}"))
        return view._name.grab().toImage()

    assert name("1936.jpg") != name("1937.jpg")
