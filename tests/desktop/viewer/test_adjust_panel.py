from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog, QSlider

from kmhc_desktop.viewer import open_photos, photo_loader
from kmhc_desktop.viewer.adjust_panel import AdjustPanel
from kmhc_desktop.viewer.colour_swatches import SwatchButton, ab_of, screen_colour, swatches
from kmhc_desktop.viewer.compare_view import CompareView
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_engine.chroma import Adjustments
from kmhc_engine.colour import lab_to_rgb
from kmhc_engine.edits import UNEDITED, Edits
from kmhc_engine.hints import Hint
from tests.desktop.viewer_photos import viewed

HINT = Hint(((0.2, 0.2), (0.3, 0.3)), 0.01, (10.0, -40.0))


@pytest.fixture
def panel(qtbot):
    QGuiApplication.clipboard().clear()
    panel = AdjustPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.show()
    return panel


@pytest.fixture
def photo(tmp_path):
    return viewed(tmp_path)


@pytest.fixture
def changes(panel, photo):
    """All that the panel says, for a photo that is set."""
    heard = []
    panel.adjusted.connect(heard.append)
    panel.set_photo(photo)
    return heard


def slider(panel, name):
    return panel._sliders[name].findChild(QSlider)


def swatch(panel, name):
    return next(button for button in panel.findChildren(SwatchButton) if button.swatch.name == name)


def roll(widget):
    """Turn the wheel over a widget; return whether it takes that for itself."""
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_wheel_is_the_panels_unless_the_slider_has_the_focus(panel, changes, qtbot):
    edges = slider(panel, "edges")
    assert not roll(edges)
    assert not changes
    panel.activateWindow()
    edges.setFocus()
    qtbot.waitUntil(edges.hasFocus)
    assert roll(edges)
    assert changes


def test_a_photo_without_colour_cannot_be_adjusted(panel, tmp_path):
    panel.set_photo(ViewedPhoto(tmp_path / "a.png"))
    assert panel._why_not.isVisible()
    assert not panel._parts.isVisible()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("saturation", Adjustments(saturation=1.01)),
        ("warmth", Adjustments(warmth=0.01)),
        ("edges", Adjustments(edges=1.01)),
    ],
)
def test_a_slider_changes_its_adjustment(panel, changes, name, expected):
    QTest.keyClick(slider(panel, name), Qt.Key.Key_Right)
    assert changes == [Edits(expected)]


def test_a_photos_own_edits_are_shown(panel, changes, photo):
    panel.set_photo(replace(photo, edits=Edits(Adjustments(0.5, -0.2, 1.5), (HINT,))))
    assert [slider(panel, name).value() for name in ("saturation", "warmth", "edges")] == [50, -20, 150]
    assert [panel._sliders[name]._shown.text() for name in ("saturation", "warmth", "edges")] == [
        "50 %",
        "-20",
        "150 %",
    ]
    assert panel._list.count() == 1
    assert changes == [], "showing is not changing"


def test_a_slider_that_moves_is_one_step_to_undo(panel, changes):
    for _ in range(5):
        QTest.keyClick(slider(panel, "warmth"), Qt.Key.Key_Right)
    QTest.keyClick(slider(panel, "edges"), Qt.Key.Key_Left)
    assert panel.undo_stack.count() == 2
    panel.undo_stack.undo()
    panel.undo_stack.undo()
    assert panel.edits == UNEDITED
    assert slider(panel, "warmth").value() == 0
    panel.undo_stack.redo()
    assert changes[-1] == Edits(Adjustments(warmth=0.05))


def test_undo_and_redo_have_their_keys(panel, changes):
    QTest.keyClick(slider(panel, "warmth"), Qt.Key.Key_Right)
    slider(panel, "warmth").setFocus()
    QTest.keyClick(slider(panel, "warmth"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.edits == UNEDITED


def test_a_double_click_sets_a_slider_back(panel, changes):
    QTest.keyClick(slider(panel, "saturation"), Qt.Key.Key_PageUp)
    assert panel.edits != UNEDITED
    QTest.mouseDClick(slider(panel, "saturation"), Qt.MouseButton.LeftButton)
    assert panel.edits == UNEDITED


def test_choosing_a_swatch_takes_up_the_brush_in_its_colour(panel, changes, qtbot):
    with qtbot.waitSignal(panel.brush_changed) as told:
        swatch(panel, "Navy").click()
    assert [one.swatch.name for one in panel.findChildren(SwatchButton) if one.isChecked()] == ["Navy"]
    navy = next(one for one in swatches() if one.name == "Navy")
    assert told.args[0].colour == screen_colour(navy.ab, navy.lightness)
    panel.add_stroke(((0.1, 0.2), (0.3, 0.4)))
    assert changes[-1] == Edits(hints=(Hint(((0.1, 0.2), (0.3, 0.4)), 0.01, navy.ab),))
    listed = panel._list.item(0)
    assert listed.text() == "Navy"
    assert listed.icon().pixmap(48).toImage().pixelColor(24, 24) == told.args[0].colour


def test_the_brush_in_hand_takes_another_colour_and_another_size(panel, changes, qtbot):
    swatch(panel, "Navy").click()
    with qtbot.waitSignal(panel.brush_changed) as told:
        swatch(panel, "Red").click()
    red = next(one for one in swatches() if one.name == "Red")
    assert told.args[0].colour == screen_colour(red.ab, red.lightness)
    with qtbot.waitSignal(panel.brush_changed) as told:
        QTest.keyClick(panel._size.focusProxy(), Qt.Key.Key_End)
    assert told.args[0].radius == 0.06


def test_another_photo_begins_without_a_brush(panel, changes, tmp_path):
    swatch(panel, "Navy").click()
    panel.set_photo(viewed(tmp_path, "other"))
    assert not panel._paint.isChecked()


def test_the_focus_is_seen_on_the_brush_in_hand_too(panel, changes, qtbot):
    def painted(focus):
        focus.setFocus()
        qtbot.waitUntil(focus.hasFocus)
        return panel._paint.grab().toImage()

    panel.activateWindow()
    panel._paint.click()
    assert painted(panel._save) != painted(panel._paint)


def test_putting_the_brush_down_is_told(panel, changes, qtbot):
    swatch(panel, "Navy").click()
    with qtbot.waitSignal(panel.brush_changed) as told:
        panel.put_brush_down()
    assert told.args == [None]


def test_another_colour_can_be_chosen(panel, changes, monkeypatch):
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(10, 120, 40))
    panel._colour.click()
    panel.add_stroke(((0.5, 0.5),))
    assert changes[-1].hints[0].ab == ab_of(QColor(10, 120, 40))


def test_a_hint_is_undone_and_removed(panel, changes):
    panel.add_stroke(((0.5, 0.5),))
    panel.undo_stack.undo()
    assert panel.edits.hints == ()
    panel.undo_stack.redo()
    panel._list.setCurrentRow(0)
    panel._list.setFocus()
    QTest.keyClick(panel._list, Qt.Key.Key_Delete)
    assert panel.edits.hints == ()
    panel.undo_stack.undo()
    assert len(panel.edits.hints) == 1


def test_hints_are_removed_one_after_the_other(panel, changes):
    for x in (0.1, 0.2, 0.3):
        panel.add_stroke(((x, 0.5),))
    panel._list.setCurrentRow(0)
    for _ in range(2):
        QTest.keyClick(panel._list, Qt.Key.Key_Delete)
    assert [hint.points for hint in panel.edits.hints] == [((0.3, 0.5),)]


def test_a_slider_that_moves_forth_and_back_leaves_nothing_to_undo(panel, changes):
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(slider(panel, "warmth"), key)
    assert changes[-1] == UNEDITED
    assert not panel.undo_stack.canUndo()


def test_adjustments_are_copied_to_another_photo_and_hints_are_not(panel, changes, photo, tmp_path):
    panel.set_photo(replace(photo, edits=Edits(Adjustments(1.5, 0.25, 1.0), (HINT,))))
    panel._copy.click()
    panel.set_photo(viewed(tmp_path, "other"))
    panel._paste.click()
    assert panel.edits == Edits(Adjustments(1.5, 0.25, 1.0))


@pytest.mark.parametrize("swatch", swatches(), ids=lambda swatch: swatch.name)
def test_a_swatch_looks_like_the_colour_that_it_paints(swatch):
    red, green, blue = lab_to_rgb(np.array([[[swatch.lightness, *swatch.ab]]], np.float32))[0, 0]
    shown = screen_colour(swatch.ab, swatch.lightness)
    assert (shown.red(), shown.green(), shown.blue()) == pytest.approx((red, green, blue), abs=2)
    assert ab_of(shown) == pytest.approx(swatch.ab, abs=1)


def test_pasting_waits_for_something_to_paste(panel, changes):
    assert not panel._paste.isEnabled()
    QGuiApplication.clipboard().setText("a letter")
    assert not panel._paste.isEnabled()
    panel.copy()
    assert panel._paste.isEnabled()


def test_reset_goes_back_to_the_prediction_and_can_be_undone(panel, changes, photo):
    panel.set_photo(replace(photo, edits=Edits(Adjustments(0.2), (HINT,))))
    panel._reset.click()
    assert changes[-1] == UNEDITED
    panel.undo_stack.undo()
    assert panel.edits == Edits(Adjustments(0.2), (HINT,))


def test_another_photo_starts_with_nothing_to_undo(panel, changes, tmp_path):
    QTest.keyClick(slider(panel, "warmth"), Qt.Key.Key_Right)
    panel.set_photo(viewed(tmp_path, "other"))
    assert not panel.undo_stack.canUndo()


def test_the_photo_coming_back_adjusted_keeps_the_steps(panel, changes, photo):
    QTest.keyClick(slider(panel, "warmth"), Qt.Key.Key_Right)
    panel.set_photo(replace(photo, edits=changes[-1]))
    assert panel.undo_stack.canUndo()


def test_saving_and_applying_to_others_are_told(panel, changes, qtbot):
    QTest.keyClick(slider(panel, "warmth"), Qt.Key.Key_Right)
    with qtbot.waitSignal(panel.save_requested):
        panel._save.click()
    with qtbot.waitSignal(panel.apply_to_others_requested) as told:
        panel._others.click()
    assert told.args == [Adjustments(warmth=0.01)]


def test_all_can_be_reached_by_the_keyboard_and_has_a_name(panel, changes):
    controls = [panel._paint, panel._colour, panel._save, panel._others, panel._reset]
    controls += panel.findChildren(SwatchButton) + panel.findChildren(QSlider)
    assert all(control.focusPolicy() & Qt.FocusPolicy.TabFocus for control in controls)
    assert all(control.accessibleName() or control.text() for control in controls)


def test_a_change_shows_on_a_small_copy_first_and_decodes_nothing(panel, qtbot, tmp_path, monkeypatch):
    photo = viewed(tmp_path, "large", width=3000, height=2000, ab=(12.0, 18.0))
    view = CompareView()
    qtbot.addWidget(view)
    panel.adjusted.connect(lambda edits: view.show_photo(replace(photo, edits=edits)))
    panel.set_photo(photo)
    with qtbot.waitSignal(view._loader.after_ready):
        view.show_photo(photo)
    qtbot.waitUntil(lambda: not view._loader._working)
    rendered, opened = [], []
    render, decoded = photo_loader.render, open_photos.decoded
    monkeypatch.setattr(
        photo_loader, "render", lambda grey, *a, **k: rendered.append(grey.shape) or render(grey, *a, **k)
    )
    monkeypatch.setattr(open_photos, "decoded", lambda *a: opened.append(a) or decoded(*a))
    QTest.keyClick(slider(panel, "saturation"), Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: len(rendered) == 2 and not view._loader._working)
    view.close_loader()
    assert [max(shape) for shape in rendered] == [photo_loader.QUICK_SIDE, open_photos.SCREEN_SIDE]
    assert opened == []


def test_the_colours_stay_in_place_when_painting_begins(panel, changes):
    def place():
        panel.layout().activate()
        QApplication.processEvents()
        return swatch(panel, "Sea").mapTo(panel, QPoint())

    before = place()
    panel._paint.click()
    assert panel._how.isVisible() and place() == before
