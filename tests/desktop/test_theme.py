import os
import re
import shutil
from dataclasses import asdict

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QTableWidget, QVBoxLayout, QWidget

from kmhc_desktop.fine_tuning.hint import TrainingHint
from kmhc_desktop.fine_tuning.stage import Stage
from kmhc_desktop.fine_tuning.watch import SheetView
from kmhc_desktop.settings import Theme
from kmhc_desktop.theme import DARK, LIGHT, Colours, look, style_sheet
from kmhc_engine import resources

PAIRS = [
    ("text", "window"), ("text", "surface"), ("text", "raised"), ("text", "hover"), ("text", "selected"),
    ("secondary", "window"), ("secondary", "surface"), ("secondary", "selected"),
    ("on_accent", "accent"), ("on_accent", "accent_hover"),
    ("failed", "surface"), ("done", "surface"), ("review", "surface"), ("accent", "surface"),
]  # fmt: skip


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_meets_aa_on_every_surface(colours: Colours, front: str, back: str) -> None:
    assert contrast(getattr(colours, front), getattr(colours, back)) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_outlines_of_controls_and_focus_can_be_seen(colours: Colours) -> None:
    assert contrast(colours.control, colours.surface) >= 3
    assert contrast(colours.accent, colours.window) >= 3


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_style_sheet_leaves_no_name_open_and_its_pictures_exist(colours: Colours) -> None:
    text = style_sheet(colours)
    assert "@" not in text.replace("@names", "")
    for name in re.findall(r'url\("([^"]+)"\)', text):
        assert (resources.folder() / "icons" / name.rsplit("/", 1)[1]).is_file(), name
    assert set(re.findall("#[0-9a-f]{6}", text)) <= set(asdict(colours).values())


QUOTED = pytest.param('the "old" ones', marks=pytest.mark.skipif(os.name == "nt", reason="takes no such name"))


@pytest.mark.parametrize("place", ["Anna Müller's files (1)", QUOTED, "anna@text"])
def test_the_style_sheet_stands_wherever_the_program_lies(place, qapp, qtbot, qtlog, tmp_path, monkeypatch) -> None:
    shutil.copytree(resources.folder() / "styles", tmp_path / place / "styles")
    monkeypatch.setattr(resources, "folder", lambda: tmp_path / place)
    label = QLabel("grey")
    qtbot.addWidget(label)
    sheet = style_sheet(LIGHT)
    label.setStyleSheet(sheet)
    label.ensurePolished()
    assert not [record.message for record in qtlog.records if "stylesheet" in record.message]
    assert "#" not in "".join(re.findall("url.*", sheet))


def test_a_theme_is_shown_at_once_and_icons_take_its_colour(qapp, qtbot) -> None:
    appearance = look()
    appearance.use(Theme.LIGHT)
    light = appearance.icon("play").pixmap(32).toImage()
    with qtbot.waitSignal(appearance.changed):
        appearance.use(Theme.DARK)
    assert appearance.dark
    assert appearance.icon("play").pixmap(32).toImage() != light
    assert qapp.palette().window().color().name() == DARK.window
    appearance.use(Theme.SYSTEM)


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_what_an_empty_field_invites_to_can_be_read(qapp, qtbot, theme) -> None:
    appearance, edit = look(), QLineEdit(placeholderText="Search")
    qtbot.addWidget(edit)
    appearance.use(theme)
    edit.show()
    assert edit.palette().placeholderText().color().name() == appearance.colours.secondary
    appearance.use(Theme.SYSTEM)


@pytest.mark.parametrize("view", [QTableWidget, SheetView])
def test_a_view_that_has_the_focus_is_outlined(qapp, qtbot, view) -> None:
    look()
    shown, other = view(), QLineEdit()
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(shown)
    column.addWidget(other)
    window.show()
    window.activateWindow()
    outlined = []
    for focused in (shown, other):
        focused.setFocus()
        qtbot.waitUntil(focused.hasFocus)
        outlined.append(shown.grab().toImage().pixelColor(shown.width() // 2, 0).name() == look().colours.accent)
    assert outlined == [True, False]


def test_what_is_on_in_a_menu_is_marked_where_it_has_an_icon(qapp, qtbot) -> None:
    menu, pictures = QMenu(), []
    qtbot.addWidget(menu)
    action = menu.addAction(look().icon("folder"), "Folders")
    action.setCheckable(True)
    for on in (False, True):
        action.setChecked(on)
        pictures.append(menu.grab().toImage())
    assert pictures[0] != pictures[1]


def test_the_one_large_icon_is_sharp_at_200_percent_and_costs_the_others_nothing(qapp, qtbot, monkeypatch) -> None:
    appearance, icons = look(), []
    draw = appearance.icon
    monkeypatch.setattr(appearance, "icon", lambda *how: icons.append(draw(*how)) or icons[-1])
    hint = TrainingHint()
    qtbot.addWidget(hint)
    hint.show_stage(Stage.EMPTY, over=False, chosen=False)
    assert icons[0].pixmap(QSize(48, 48), 2.0).size() == QSize(96, 96)
    assert max(size.width() for size in draw("train").availableSizes()) == 48


def test_between_two_scroll_bars_there_is_no_box(qapp, qtbot) -> None:
    look()
    table = QTableWidget(20, 20)
    qtbot.addWidget(table)
    table.resize(300, 300)
    table.show()
    below, right = table.horizontalScrollBar(), table.verticalScrollBar()
    assert below.isVisible() and right.isVisible()
    place = QRect(right.mapTo(table, QPoint(0, right.height())), QSize(right.width(), below.height()))
    corner = table.grab(place).toImage()
    colours = {corner.pixelColor(x, y).name() for x in range(corner.width() - 3) for y in range(corner.height() - 3)}
    assert len(colours) == 1, colours


def test_every_icon_can_be_drawn_and_is_of_one_style(qapp) -> None:
    for path in (resources.folder() / "icons").glob("*.svg"):
        assert not look().icon(path.stem).pixmap(24).isNull()
        if path.stem != "kmhc" and not path.stem.endswith(("-dark", "-light")):
            assert 'viewBox="0 0 24 24"' in path.read_text(), path.name
