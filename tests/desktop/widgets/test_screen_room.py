"""On small screens, and on large ones at 200 %, every large window opens with its buttons within reach."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QScreen, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QScrollArea, QSlider, QWidget

from kmhc_desktop.album import messages
from kmhc_desktop.album.dialog import AlbumDialog
from kmhc_desktop.album.work import AlbumWork
from kmhc_desktop.fine_tuning.chart import TrainingChart
from kmhc_desktop.fine_tuning.page import Stage, TrainingPage
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.settings_page import SettingsPage
from kmhc_desktop.thumbnails import Thumbnails
from kmhc_desktop.variant_model import Column, VariantModel
from kmhc_desktop.variant_picker import VariantPicker
from kmhc_engine import resources
from tests.desktop.fine_tuning.steps import STUB
from tests.desktop.test_dialogs import READY

SCREENS = [QSize(960, 540), QSize(800, 600)]
TITLE_BAR = 40
PLAN = {
    "photos": {"found": 60, "train": 50, "val": 5, "test": 5, "grey": 3, "tinted": 2, "broken": ["a.jpg: broken"]},
    "memory": 3e9,
    "seconds": 3000,
    "device": "CPU, 2 threads",
}


@pytest.fixture(params=SCREENS, ids=lambda size: f"{size.width()}x{size.height()}")
def screen(request, german, monkeypatch) -> QSize:
    """A small screen, and the window in German, whose words are longer."""
    monkeypatch.setattr(QScreen, "availableSize", lambda _: request.param)
    return request.param


@pytest.fixture
def album(screen, qtbot, tmp_path) -> Iterator[AlbumDialog]:
    thumbnails = Thumbnails(tmp_path / "thumbnails")
    dialog = AlbumDialog([tmp_path], {}, thumbnails, AlbumWork())
    dialog._look_at_folder = lambda: None
    yield shown(dialog, qtbot)
    dialog._work.close()
    thumbnails.stop()


@pytest.fixture
def picker(screen, qtbot, tmp_path) -> VariantPicker:
    return shown(VariantPicker(SettingsStore(tmp_path / "settings.ini"), VariantModel(), READY), qtbot)


@pytest.fixture
def training(screen, qtbot, tmp_path) -> TrainingPage:
    return shown(TrainingPage(SettingsStore(tmp_path / "settings.ini"), tmp_path / "runs", STUB), qtbot)


def shown(dialog: QDialog, qtbot) -> QDialog:
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def assert_fits(dialog: QDialog, screen: QSize) -> None:
    """Everything that can be pressed lies within the dialog, and the dialog within the screen."""
    dialog.layout().activate()
    assert dialog.width() <= screen.width() and dialog.height() <= screen.height() - TITLE_BAR
    needed = dialog.layout().totalMinimumSize()
    assert needed.width() <= dialog.width() and needed.height() <= dialog.height()
    for button in dialog.findChildren(QAbstractButton):
        if button.isVisible() and not inside_of_a_scroll_area(button):
            corner = button.mapTo(dialog, button.rect().bottomRight())
            assert dialog.rect().contains(corner), button.text()


def inside_of_a_scroll_area(button: QWidget) -> bool:
    return button.visibleRegion().boundingRect() != button.rect()


def test_the_album_dialog_leaves_its_preview_out_where_there_is_no_room(album, screen) -> None:
    assert not album.preview.isVisible()
    assert_fits(album, screen)
    assert album._left.viewport().width() >= album.form.minimumSizeHint().width(), "the scroll bar covers nothing"
    album.resize(1180, 480)
    assert album.preview.isVisible()


def test_the_album_dialog_says_without_its_preview_why_there_is_nothing_to_export(album, screen) -> None:
    album._heed(messages.Drawn(reason="There is no photo to show."))
    assert album.strip.text.text() == "There is no photo to show."
    assert not album.strip.begin.isEnabled()


def test_the_picker_fits_with_its_advanced_settings(picker, screen) -> None:
    picker._more.click()
    assert_fits(picker, screen)


def test_the_settings_fit(screen, qtbot, tmp_path) -> None:
    page = shown(SettingsPage(SettingsStore(tmp_path / "settings.ini")), qtbot)
    assert_fits(page, screen)


def test_a_wheel_scrolls_the_settings_and_changes_none(screen, qtbot, tmp_path) -> None:
    page = shown(SettingsPage(SettingsStore(tmp_path / "settings.ini")), qtbot)
    for field in (page.format, page.quality.findChild(QSlider)):
        before = page.format.currentIndex(), page.quality.value()
        place, none = QPointF(field.rect().center()), Qt.MouseButton.NoButton
        turned = (QPoint(0, -120), none, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)
        event = QWheelEvent(place, QPointF(field.mapToGlobal(place.toPoint())), QPoint(), *turned)
        QApplication.sendEvent(field, event)
        assert (page.format.currentIndex(), page.quality.value()) == before


def test_the_settings_show_whole_where_there_is_room(qtbot, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(1920, 1080))
    page = shown(SettingsPage(SettingsStore(tmp_path / "settings.ini")), qtbot)
    (area,) = page.findChildren(QScrollArea)
    assert area.viewport().height() >= area.widget().sizeHint().height()


@pytest.mark.parametrize("width", [800, 940, 1200])
def test_the_picker_names_every_network_whole(screen, picker, width) -> None:
    picker.resize(width, 540)
    picker.layout().activate()
    table = picker._table
    assert table.columnWidth(Column.NETWORK) >= table.sizeHintForColumn(Column.NETWORK)
    shown = table.columnViewportPosition(Column.WEIGHTS) + table.columnWidth(Column.WEIGHTS)
    assert shown <= table.viewport().width(), "whether the weights are here is told without scrolling"
    if width == 1200:
        assert table.horizontalHeader().length() == table.viewport().width()


def test_the_end_key_goes_to_the_last_variant_and_cuts_no_name(screen, picker) -> None:
    table = picker._table
    for key, modifier, row in (
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, table.model().rowCount() - 1),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier, table.model().rowCount() - 1),
    ):
        QTest.keyClick(table, key, modifier)
        assert picker._choice() is table.model().rows[row]
        assert table.columnViewportPosition(Column.NAME) == 0
        assert table.viewport().rect().contains(table.visualRect(table.model().index(row, 0)))


def test_the_picker_opens_as_wide_as_long_names_need_it(qtbot, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(1920, 1080))
    model = VariantModel()
    model.rows[0] = replace(model.rows[0], name="The album from my grandparents' attic in Sanok, 1931")
    picker = shown(VariantPicker(SettingsStore(tmp_path / "settings.ini"), model, READY), qtbot)
    assert picker._table.horizontalHeader().length() <= picker._table.viewport().width()


@pytest.mark.parametrize("stage", [Stage.CHECKED, Stage.STOPPED, Stage.VERDICT])
def test_the_fine_tune_page_fits_with_all_that_the_check_says(training, screen, stage) -> None:
    training.setup.show_plan(PLAN)
    training._enter(stage)
    assert_fits(training, screen)


def test_the_main_window_fits(screen, start: Callable[..., object]) -> None:
    window = start().window
    assert window.width() <= screen.width() and window.height() <= screen.height() - TITLE_BAR


def test_the_main_window_shows_all_its_tools(screen, start: Callable[..., object], qtbot) -> None:
    window = start().window
    for name in ("open", "pause", "cancel", "compare", "adjust", "album"):
        button = window._tools.widgetForAction(window.actions_[name])
        qtbot.waitUntil(button.isVisible)
        assert button.mapTo(window, button.rect().bottomRight()).x() < window.width(), name
    window.resize(1300, 560)
    opens = window._tools.widgetForAction(window.actions_["open"])
    qtbot.waitUntil(lambda: opens.width() > 100)  # with its text, where there is room


def test_the_comparison_of_variants_names_its_buttons_whole(screen, start: Callable[..., object], qtbot) -> None:
    window = start(resources.folder() / "samples").window
    qtbot.waitUntil(lambda: len(window.model) > 0)
    window.actions_["compare"].trigger()
    grid = window.desk.grid
    qtbot.waitUntil(grid._add.isVisible)
    for button in (grid._add, *grid._choices.values()):
        assert button.width() >= button.sizeHint().width(), button.text()
    last = list(grid._choices.values())[-1]
    qtbot.waitUntil(lambda: last.mapTo(window, last.rect().bottomRight()).x() < window.width())


def test_a_narrow_curve_draws_its_value_clear_of_its_title(qtbot) -> None:
    values = []
    for title in ("", "Colour difference to the truth"):
        chart = TrainingChart(title, "lower is better", "")
        qtbot.addWidget(chart)
        chart.resize(100, 110)
        chart.add(1, 12.3, 10)
        width = chart.fontMetrics().horizontalAdvance("12.3")
        values.append(chart.grab(QRect(chart.width() - width, 0, width, 20)).toImage())
    assert values[0] == values[1]
