from pathlib import Path

from PySide6.QtCore import Qt

from kmhc_desktop.menus import FoldersMenu
from kmhc_desktop.queue.row import Row
from kmhc_desktop.queue.state_text import tool_tip
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_desktop.widgets.plain_tip import plain_tip
from kmhc_engine.jobs import State
from tests.desktop.test_menus import menu_of

FOLDER = Path("/scans/<b>60er")


def test_a_tip_keeps_its_lines(qapp) -> None:
    assert plain_tip("a\nb") == "a\nb"
    assert "<br" in plain_tip("<b>a</b>\nb")


def test_names_in_tool_tips_are_shown_as_they_are(start) -> None:
    app = start()
    app.settings.change(recent=(str(FOLDER),))
    folders = menu_of(app, FoldersMenu)
    browser = app.window.browser
    view = app.window.desk.view
    view.show_photo(ViewedPhoto(FOLDER / "a.jpg", None, None))
    browser._folder = FOLDER
    browser._name_buttons()
    tips = [
        next(one.toolTip() for one in folders.actions() if one.text() == FOLDER.name),
        browser.recent.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole),
        browser._show.toolTip(),
        view._name.toolTip(),
        tool_tip(Row(0, str(FOLDER), str(FOLDER / "a.jpg"), "a.jpg", state=State.DONE, notes=("converted",))),
    ]
    assert all("&lt;b&gt;60er" in tip for tip in tips), tips
