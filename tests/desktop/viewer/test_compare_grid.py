import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kmhc_desktop.theme import look
from kmhc_desktop.viewer import open_photos, photo_loader
from kmhc_desktop.viewer.compare_grid import CompareGrid, Scope
from kmhc_desktop.viewer.open_photos import OpenPhoto
from tests.desktop.test_window import PATIENCE
from tests.desktop.viewer_photos import coloured, grey_photo

NO_KEY = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def grid(qtbot):
    grid = CompareGrid()
    qtbot.addWidget(grid)
    grid.resize(900, 600)
    grid.show()
    yield grid
    grid.close_loaders()


@pytest.fixture
def source(tmp_path):
    return grey_photo(tmp_path / "photo.png")


@pytest.fixture
def results(tmp_path):
    colours = {"KMHCNet_2": (40, 30), "KMHCNet_6": (-40, 30), "KMHCNet_8": (10, -40)}
    return {name: coloured(tmp_path / f"{name}.png", ab) for name, ab in colours.items()}


def fill(grid, source, results):
    """Show a photo, and what variants make of it."""
    grid.show_photo(source)
    for variant, result in results.items():
        grid.add(variant)
        grid.show_result(source, variant, result)


@pytest.fixture
def filled(qtbot, grid, source, results):
    fill(grid, source, results)
    qtbot.waitUntil(lambda: all(cell.panes() for cell in grid.cells))
    return grid


def test_variants_looked_at_closely_make_no_pictures_of_the_original(qtbot, grid, source, results, monkeypatch):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    made, sharp_before = [], OpenPhoto.sharp_before
    monkeypatch.setattr(OpenPhoto, "sharp_before", lambda photo: made.append(photo) or sharp_before(photo))
    fill(grid, source, results)
    qtbot.waitUntil(lambda: all(cell.panes() for cell in grid.cells))
    grid.viewport.actual_size()
    qtbot.waitUntil(lambda: all(cell.panes()[0].picture.detail for cell in grid.cells))
    qtbot.waitUntil(lambda: not any(cell.loader._working for cell in grid.cells))
    assert made == []


def cell(grid, variant):
    return next(cell for cell in grid.cells if cell.variant == variant)


def middle(cell):
    return QPoint(cell.width() // 2, cell.height() // 2)


def test_each_variant_shows_its_own_colours_and_name(filled):
    colours = {}
    for one in filled.cells:
        image = one.grab().toImage()
        colours[one.variant] = image.pixelColor(middle(one) * image.devicePixelRatio())
        assert one.panes()[0].label == one.variant
    assert colours["KMHCNet_2"].red() > colours["KMHCNet_2"].blue()
    assert colours["KMHCNet_6"].green() > colours["KMHCNet_6"].red()
    assert colours["KMHCNet_8"].blue() > colours["KMHCNet_8"].green()


def test_why_a_variant_has_no_result_is_said_in_its_place(grid, source):
    fill(grid, source, {"KMHCNet_9": "There are no weights."})
    assert "There are no weights." in cell(grid, "KMHCNet_9")._message
    assert not grid._choices[Scope.PHOTO].isEnabled()


def test_zoom_and_place_are_shared(filled):
    one = filled.cells[0]
    position = QPointF(40, 30)
    event = QWheelEvent(
        position, position, QPoint(), QPoint(0, 600), Qt.MouseButton.NoButton, NO_KEY,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    before = one.zoom_percent()
    QApplication.sendEvent(one, event)
    assert one.zoom_percent() > 2 * before
    places = [each.viewport.placed(each.frame_of(each.panes()[0])) for each in filled.cells]
    assert all(place.width() == places[0].width() for place in places)
    assert all((place.topLeft() - places[0].topLeft()).manhattanLength() < 3 for place in places)


def test_no_corner_of_a_photo_sticks_out_of_the_frame_of_what_is_picked(filled):
    one = filled.cells[0]
    filled.viewport.zoom_by(20, one.frame_of(one.panes()[0]))
    image = one.grab().toImage()
    assert image.pixelColor(0, 0).name() == image.pixelColor(image.width() - 1, image.height() - 1).name()
    assert image.pixelColor(0, 0).name() == look().colours.accent


def test_a_click_picks_and_a_drag_does_not(filled):
    QTest.mouseClick(cell(filled, "KMHCNet_6"), LEFT, NO_KEY, QPoint(50, 50))
    assert filled.picked == "KMHCNet_6"
    other = cell(filled, "KMHCNet_8")
    QTest.mousePress(other, LEFT, NO_KEY, QPoint(50, 50))
    QTest.mouseMove(other, QPoint(90, 80))
    QTest.mouseRelease(other, LEFT, NO_KEY, QPoint(90, 80))
    assert filled.picked == "KMHCNet_6"


@pytest.mark.parametrize("scope", list(Scope))
def test_what_is_picked_is_applied(filled, qtbot, scope):
    filled.pick("KMHCNet_8")
    with qtbot.waitSignal(filled.chosen) as told:
        filled._choices[scope].click()
    assert told.args == ["KMHCNet_8", scope]


def test_nothing_can_be_applied_while_a_run_goes_on(filled, qtbot):
    filled.pick("KMHCNet_8")
    filled.lock(True)
    assert not any(button.isEnabled() for button in filled._choices.values())
    assert "run" in filled._says.text()
    with qtbot.assertNotEmitted(filled.chosen):
        QTest.keyClick(cell(filled, "KMHCNet_8"), Qt.Key.Key_Return)
    filled.lock(False)
    assert all(button.isEnabled() for button in filled._choices.values())


def test_arrows_pick_and_enter_applies(filled, qtbot):
    filled.resize(900, 300)
    filled.pick("KMHCNet_2")
    cell(filled, "KMHCNet_2").setFocus()
    QTest.keyClick(cell(filled, "KMHCNet_2"), Qt.Key.Key_Right)
    assert filled.picked == "KMHCNet_6"
    with qtbot.waitSignal(filled.chosen) as told:
        QTest.keyClick(cell(filled, "KMHCNet_6"), Qt.Key.Key_Return)
    assert told.args == ["KMHCNet_6", Scope.PHOTO]


def test_arrows_pick_above_and_below(filled):
    filled.resize(700, 600)
    filled.pick("KMHCNet_2")
    for key, picked in ((Qt.Key.Key_Down, "KMHCNet_8"), (Qt.Key.Key_Up, "KMHCNet_2"), (Qt.Key.Key_Up, "KMHCNet_2")):
        QTest.keyClick(cell(filled, filled.picked), key)
        assert filled.picked == picked


def test_what_came_first_is_picked_and_then_what_the_tab_key_reaches(filled):
    assert [one.accessibleDescription() for one in filled.cells] == ["picked", "", ""]
    filled.activateWindow()
    cell(filled, "KMHCNet_6").setFocus(Qt.FocusReason.TabFocusReason)
    assert [one.accessibleDescription() for one in filled.cells] == ["", "picked", ""]


def test_a_variant_is_added_by_menu_and_asked_for(filled, qtbot):
    filled.variants = lambda: ["KMHCNet_2", "KMHCNet_5"]
    menu = filled._add.menu()
    menu.aboutToShow.emit()
    assert [action.isChecked() for action in menu.actions()[:2]] == [True, False]
    with qtbot.waitSignal(filled.requested) as told:
        menu.actions()[1].trigger()
    assert told.args == [("KMHCNet_5",)]
    assert "KMHCNet_5" in cell(filled, "KMHCNet_5")._message


def test_where_no_other_variant_is_the_menu_leads_to_some(filled, qtbot):
    filled.variants = list
    menu = filled._add.menu()
    menu.aboutToShow.emit()
    with qtbot.waitSignal(filled.more_requested):
        menu.actions()[-1].trigger()


def test_a_variant_is_taken_out_by_delete(filled):
    filled.pick("KMHCNet_2")
    cell(filled, "KMHCNet_2").setFocus()
    QTest.keyClick(cell(filled, "KMHCNet_2"), Qt.Key.Key_Delete)
    assert [one.variant for one in filled.cells] == ["KMHCNet_6", "KMHCNet_8"]
    assert filled.picked == "KMHCNet_6"


def test_a_variant_can_be_taken_out_while_its_picture_is_made(grid, source, results, qtbot, monkeypatch):
    began, go_on, real = threading.Event(), threading.Event(), photo_loader.render

    def held_up(*arguments, **options):
        began.set()
        go_on.wait(30)
        return real(*arguments, **options)

    monkeypatch.setattr(photo_loader, "render", held_up)
    fill(grid, source, results)
    qtbot.waitUntil(began.is_set)
    gone = []
    for one in grid.cells:
        one.loader.destroyed.connect(lambda: gone.append(1))
        grid.remove(one.variant)
    with qtbot.captureExceptions() as exceptions:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        go_on.set()
        grid._pool.waitForDone()
        qtbot.waitUntil(lambda: len(gone) == 3)
    assert not exceptions


def test_a_variant_that_is_taken_out_while_it_is_at_work_stays_out(grid, source, results):
    grid.show_photo(source)
    grid.add("KMHCNet_2")
    grid.remove("KMHCNet_2")
    grid.show_result(source, "KMHCNet_2", results["KMHCNet_2"])
    assert not grid.cells


def test_another_photo_asks_for_the_same_variants(filled, qtbot, tmp_path):
    with qtbot.waitSignal(filled.requested) as told:
        filled.show_photo(grey_photo(tmp_path / "other.png"))
    assert told.args == [("KMHCNet_2", "KMHCNet_6", "KMHCNet_8")]
    assert not any(one.panes() for one in filled.cells)
    assert not filled._choices[Scope.PHOTO].isEnabled()


def test_without_a_photo_no_variant_says_that_it_is_at_work(filled):
    filled.show_photo(None)
    assert all(not one.panes() and "at work" not in one._message for one in filled.cells)
    assert not filled._choices[Scope.PHOTO].isEnabled()


def test_the_focus_goes_with_the_photo_into_the_comparison_and_back(loaded, qtbot):
    window, canvas, grid = loaded.window, loaded.window.desk.view.canvas, loaded.window.desk.grid
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for _ in range(2):
        window.actions_["compare"].trigger()
    canvas.setFocus()
    for _ in range(2):
        window.actions_["compare"].trigger()
        qtbot.waitUntil(grid.cells[0].hasFocus)
        window.actions_["compare"].trigger()
        assert canvas.hasFocus()


def test_beside_a_refused_file_no_other_photo_is_compared(start, photos, qtbot):
    (photos / "zz.jpg").write_text("no photo at all")
    window = start(photos).window
    grid = window.desk.grid
    qtbot.waitUntil(lambda: window.model.rowCount() == 4, timeout=PATIENCE)
    with qtbot.waitSignal(window.run.previewed, timeout=PATIENCE):
        window.actions_["compare"].trigger()
    assert grid._choices[Scope.PHOTO].isEnabled()
    window.pane.view.setCurrentIndex(window.model.index(3))
    assert window.pane.current.refusal
    assert not grid._choices[Scope.PHOTO].isEnabled()
    with qtbot.waitSignal(window.run.previewed, timeout=PATIENCE):
        window.actions_["previous"].trigger()
    assert grid._choices[Scope.PHOTO].isEnabled()


@pytest.mark.parametrize("count", [1, 2, 4, 9, 16])
def test_any_number_of_variants_finds_room(grid, source, count):
    fill(grid, source, {f"KMHCNet_{number}": "missing" for number in range(1, count + 1)})
    QApplication.processEvents()
    assert all(one.width() >= 180 and one.height() >= 100 for one in grid.cells)
    assert all(grid.rect().contains(one.geometry()) for one in grid.cells)


@pytest.mark.parametrize(("size", "columns"), [((1200, 300), 3), ((400, 1100), 1), ((700, 600), 2)])
def test_variants_are_arranged_so_that_the_photo_is_large(filled, size, columns):
    filled.resize(*size)
    QApplication.processEvents()
    assert len({one.x() for one in filled.cells}) == columns
