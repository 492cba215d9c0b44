"""What the buttons below the folders are for is what one sees selected."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from kmhc_desktop.folder_browser import FolderBrowser, FolderList
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.theme import look


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.ini")


@pytest.fixture
def browser(store: SettingsStore, qtbot) -> Iterator[FolderBrowser]:
    store.change(recent=("/a", "/b"), favourites=("/c",))
    browser = FolderBrowser(store, look())
    qtbot.addWidget(browser)
    browser.show()
    return browser


def click(short: FolderList, row: int, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> QPoint:
    place = short.visualRect(short.model().index(row, 0)).center()
    QTest.mouseClick(short.viewport(), button, pos=place)
    return place


def selected(short: FolderList) -> list[Path]:
    return [short.folder(index) for index in short.selectedIndexes()]


def test_without_a_selection_the_buttons_do_nothing(browser) -> None:
    browser.tree.setFocus()
    assert not browser._show.isEnabled()
    assert not browser._star.isEnabled()


def test_the_buttons_are_for_the_folder_that_was_clicked_last(browser, store, qtbot) -> None:
    click(browser.recent, 1)
    browser._star.click()
    assert store.current.favourites == ("/c", "/b")
    assert browser._star.text() == "Unstar"
    with qtbot.waitSignal(browser.chosen) as chosen:
        browser._show.click()
    assert chosen.args == [Path("/b")]
    click(browser.favourites, 0)
    assert selected(browser.recent) == []
    browser._star.click()
    assert store.current.favourites == ("/b",), "a folder that is gone can be taken off"


def test_only_one_folder_seems_selected(browser, tmp_path, qtbot) -> None:
    browser.reveal(Path.home())
    browser.tree.selectAll()
    click(browser.recent, 0)
    assert not browser.tree.selectedIndexes()
    folder = Path(browser._files.rootPath()).parent
    browser.tree.setRootIndex(browser._files.index(str(folder.parent)))
    browser.reveal(folder)
    assert selected(browser.recent) == []
    with qtbot.waitSignal(browser.chosen) as chosen:
        browser._show.click()
    assert chosen.args == [folder]


def test_the_buttons_are_for_a_folder_that_was_opened_elsewhere(browser, store, tmp_path) -> None:
    click(browser.favourites, 0)
    store.put(store.current.with_recent(tmp_path))
    assert selected(browser.recent) == [tmp_path]
    assert selected(browser.favourites) == []
    browser._star.click()
    assert store.current.favourites == ("/c", str(tmp_path))


@pytest.mark.parametrize(
    ("name", "offered"), [("favourites", "Take off the favourites"), ("recent", "Add to favourites")]
)
def test_the_short_lists_have_the_menu_of_the_tree(browser, store, qtbot, name, offered) -> None:
    short, texts = getattr(browser, name), []

    def use() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        texts.extend(action.text() for action in menu.actions())
        menu.actions()[1].trigger()
        menu.close()

    QTimer.singleShot(0, use)
    short.customContextMenuRequested.emit(short.visualRect(short.model().index(0, 0)).center())
    assert texts == ["Show photos", offered]
    assert store.current.favourites == (() if name == "favourites" else ("/c", "/a"))
