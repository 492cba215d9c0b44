"""A click opens one folder, and what the buttons below the folders are for is what one sees selected."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from kmhc_desktop.folder_browser import FolderBrowser, FolderList
from kmhc_desktop.settings import SettingsStore
from tests.desktop.test_window import drop_and_wait

A, B, C = (str(Path(f"/{name}")) for name in "abc")  # on Windows with its separators


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.ini")


@pytest.fixture
def browser(store: SettingsStore, qtbot) -> Iterator[FolderBrowser]:
    store.change(recent=(A, B), favourites=(C,))
    browser = FolderBrowser(store)
    qtbot.addWidget(browser)
    browser.show()
    return browser


def click(short: FolderList, row: int, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> QPoint:
    place = short.visualRect(short.model().index(row, 0)).center()
    QTest.mouseClick(short.viewport(), button, pos=place)
    return place


def selected(short: FolderList) -> list[Path]:
    return [short.folder(index) for index in short.selectedIndexes()]


@pytest.mark.parametrize(("system", "title"), [("win32", "Computer"), ("linux", "Home"), ("darwin", "Home")])
def test_above_the_tree_stands_what_it_shows(store, qtbot, monkeypatch, system, title) -> None:
    monkeypatch.setattr(sys, "platform", system)
    browser = FolderBrowser(store)
    qtbot.addWidget(browser)
    assert browser._tree_title.text() == title
    assert browser.tree.rootIndex().isValid() is (system != "win32"), "there all drives are seen"


def test_without_a_selection_the_buttons_do_nothing(browser) -> None:
    browser.tree.setFocus()
    assert not browser._show.isEnabled()
    assert not browser._star.isEnabled()


def test_the_buttons_are_for_the_folder_that_was_clicked_last(browser, store, qtbot) -> None:
    click(browser.recent, 1)
    browser._star.click()
    assert store.current.favourites == (C, B)
    assert browser._star.text() == "Unstar"
    with qtbot.waitSignal(browser.chosen) as chosen:
        browser._show.click()
    assert chosen.args == [Path(B)]
    click(browser.favourites, 0)
    assert selected(browser.recent) == []
    browser._star.click()
    assert store.current.favourites == (B,), "a folder that is gone can be taken off"


def test_only_one_folder_seems_selected(browser, qtbot) -> None:
    browser.tree.setCurrentIndex(browser._files.index(str(Path.home())))
    browser.tree.selectAll()
    click(browser.recent, 0)
    assert not browser.tree.selectedIndexes()
    folder = Path(browser._files.rootPath()).parent
    browser.tree.setRootIndex(browser._files.index(str(folder.parent)))
    browser.tree.setCurrentIndex(browser._files.index(str(folder)))
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
    assert store.current.favourites == (C, str(tmp_path))


def test_another_setting_moves_the_buttons_to_no_other_folder(browser, store) -> None:
    click(browser.favourites, 0)
    store.change(quality=80)
    assert selected(browser.favourites) == [Path(C)]
    assert browser._star.text() == "Unstar"


def test_of_the_recent_folders_five_are_offered(browser, store) -> None:
    store.change(recent=tuple(f"/{number}" for number in range(8)))
    assert browser.recent.model().rowCount() == 5


@pytest.mark.parametrize(
    ("name", "offered"), [("favourites", "Take off the favourites"), ("recent", "Add to favourites")]
)
def test_the_short_lists_have_the_menu_of_the_tree(browser, store, name, offered) -> None:
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
    assert store.current.favourites == (() if name == "favourites" else (C, A))


def test_favourites_are_kept_and_taken_off(store, tmp_path, qtbot) -> None:
    browser = FolderBrowser(store)
    browser._toggle_favourite(tmp_path)
    assert store.current.favourites == (str(tmp_path),)
    with qtbot.waitSignal(browser.chosen) as chosen:
        browser.favourites.clicked.emit(browser.favourites.model().index(0, 0))
    assert chosen.args == [tmp_path]
    browser._toggle_favourite(tmp_path)
    assert store.current.favourites == ()


@pytest.mark.parametrize("name", ["recent", "favourites"])
def test_a_double_click_opens_one_folder_also_when_its_row_changes(store, qtbot, name) -> None:
    folders = [Path(A), Path(B), Path(C)]
    store.change(**{name: tuple(map(str, folders))})
    browser = FolderBrowser(store)
    qtbot.addWidget(browser)
    browser.show()
    short, chosen = getattr(browser, name), []
    browser.chosen.connect(chosen.append)
    browser.chosen.connect(lambda folder: store.put(store.current.with_recent(folder)))
    double_click(short.viewport(), short.visualRect(short.model().index(2, 0)).center())
    assert chosen == folders[2:]
    short.setCurrentIndex(short.model().index(1, 0))
    QTest.keyClick(short, Qt.Key.Key_Return)
    assert chosen[1:] == [folders[0 if name == "recent" else 1]]
    first = short.visualRect(short.model().index(0, 0)).center()
    QTest.mouseClick(short.viewport(), Qt.MouseButton.LeftButton, pos=first)
    assert len(chosen) == 3


def test_a_third_fast_click_opens_no_other_folder_that_lies_there_now(store, qtbot) -> None:
    names = ("first", "second", "third")
    store.change(recent=tuple(f"/{name}" for name in names))
    browser, chosen = FolderBrowser(store), []
    qtbot.addWidget(browser)
    browser.chosen.connect(lambda folder: (chosen.append(folder.name), store.put(store.current.with_recent(folder))))
    browser.show()
    last = browser.recent.visualRect(browser.recent.model().index(2, 0)).center()
    double_click(browser.recent.viewport(), last, at=1000)
    send_click(browser.recent.viewport(), last, at=1200)
    assert chosen == ["third"]
    send_click(browser.recent.viewport(), last, at=9000)
    assert chosen == ["third", "second"]


def test_the_folder_that_is_taken_up_again_at_the_start_seems_selected(start, photos, qtbot) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos)
    app.window.close()
    browser = start().window.browser
    assert selected(browser.recent) == [photos]
    assert browser._show.isEnabled()


def test_a_photo_that_is_taken_up_again_at_the_start_is_taken_for_no_folder(start, photos, qtbot) -> None:
    app = start()
    drop_and_wait(app, qtbot, photos / "photo 0.jpg")
    app.window.close()
    browser = start().window.browser
    assert not browser._star.isEnabled()


def double_click(widget: QWidget, place: QPoint, at: int = 0) -> None:
    """Click twice by the events that a mouse sends, at a time in milliseconds."""
    send_click(widget, place, at)
    send_click(widget, place, at, QEvent.Type.MouseButtonDblClick)


def send_click(widget: QWidget, place: QPoint, at: int = 0, press: QEvent.Type = QEvent.Type.MouseButtonPress) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind, held in ((press, left), (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton)):
        event = QMouseEvent(kind, QPointF(place), QPointF(widget.mapToGlobal(place)), left, held, none)
        event.setTimestamp(at)
        QApplication.sendEvent(widget, event)
