import re
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton

from kmhc_desktop.menus import FoldersMenu, ThemeMenu, ToolBar
from kmhc_desktop.settings import Theme
from kmhc_desktop.theme import look
from kmhc_engine.jobs import State
from kmhc_engine.names import PHOTO_SUFFIXES


def menu_of(app, kind: type[QMenu]) -> QMenu:
    return next(menu for menu in app.window.menuBar().findChildren(QMenu) if isinstance(menu, kind))


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_recent_folders_and_favourites_stand_in_the_file_menu(start, photos, qtbot) -> None:
    app = start()
    menu = menu_of(app, FoldersMenu)
    assert not menu.menuAction().isEnabled(), "there is nothing to open again"
    app.settings.change(recent=(str(photos), "/scans/Aunt & uncle"), favourites=("/scans/attic",))
    assert entries(menu) == ["attic", "shoebox", "Aunt && uncle"]
    with qtbot.waitSignal(app.window.roots.scanned):
        next(action for action in menu.actions() if action.text() == "shoebox").trigger()
    assert {Path(row.path).parent for row in app.window.model.rows} == {photos}


def test_the_button_of_the_variant_shows_an_ampersand(start) -> None:
    app = start()
    app.settings.change(variant="Mum & Dad")
    assert app.window.findChild(ToolBar)._variant.text() == "Mum && Dad", "a single one marks a key"


def test_the_theme_is_chosen_in_the_view_menu(start) -> None:
    app = start()
    menu = menu_of(app, ThemeMenu)
    menu._actions[Theme.DARK].trigger()
    assert look().dark
    app.settings.change(theme=Theme.LIGHT)
    assert not look().dark
    assert [theme for theme, action in menu._actions.items() if action.isChecked()] == [Theme.LIGHT]
    app.settings.change(theme=Theme.SYSTEM)


def test_it_is_told_that_the_diagnostics_are_on_the_clipboard(start) -> None:
    window = start().window
    window.actions_["diagnostics"].trigger()
    assert "clipboard" in window.banner.text
    assert QGuiApplication.clipboard().text().startswith("KMHC ")


def test_photos_of_every_kind_can_be_added_and_are_shown_when_they_are_damaged(
    start, tmp_path, qtbot, monkeypatch
) -> None:
    folder, asked = tmp_path / "shoebox", []
    folder.mkdir()
    for suffix in PHOTO_SUFFIXES:
        (folder / f"photo{suffix}").touch()
    window = start().window
    with qtbot.waitSignal(window.roots.scanned, timeout=30_000):
        window.roots.add([folder])
    assert {Path(row.path).suffix for row in window.model.rows} == PHOTO_SUFFIXES
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *told: (asked.append(told), ([], ""))[1])
    window.actions_["add_files"].trigger()
    assert all(f"*{suffix}" in re.split("[ ()]", asked[0][3]) for suffix in PHOTO_SUFFIXES)


def test_photos_are_added_from_where_they_were_added_last(start, photos, tmp_path, qtbot, monkeypatch) -> None:
    app, starts = start(), []
    chosen = [str(photos / "photo 0.jpg")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *told: (starts.append(told[2]), (chosen, ""))[1])
    app.settings.change(recent=(str(tmp_path),))
    for _ in range(2):
        with qtbot.waitSignal(app.window.roots.scanned, timeout=30_000):
            app.window.actions_["add_files"].trigger()
    assert starts == [str(tmp_path), str(photos)]


def test_a_run_that_is_paused_is_resumed_by_one_button_of_the_tool_bar(loaded, qtbot) -> None:
    window = loaded.window
    bar = window.findChild(ToolBar)
    window.actions_["start"].trigger()
    pauses = bar.widgetForAction(window.actions_["pause"])
    pausing = pauses.icon().pixmap(24).toImage()
    pauses.click()
    resumes = [button for button in bar.findChildren(QToolButton) if button.text() == "Resume"]
    assert resumes == [pauses] and pauses.icon().pixmap(24).toImage() != pausing
    assert not bar._start.isEnabled() and bar._start.text() == "Colourise"
    assert "Paused" in window.strip.text
    with qtbot.waitSignal(window.run.finished, timeout=30_000):
        pauses.click()
    assert {row.state for row in window.model.rows} == {State.DONE}
    assert pauses.text() == "Pause" and pauses.icon().pixmap(24).toImage() == pausing
