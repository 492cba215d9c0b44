"""The photos of an album as a table."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from kmhc_desktop.album.messages import Entry
from kmhc_desktop.album.model import THUMBNAIL, AlbumModel, Choice, Column
from kmhc_desktop.thumbnails import Thumbnails
from kmhc_engine.album.options import Options, Order

TICK = Qt.ItemDataRole.CheckStateRole


def entry(name: str, taken: str = "", *, favourite: bool = False) -> Entry:
    return Entry(name, Path("/none") / name, 0, f"about {name}", taken, favourite)


ENTRIES = (entry("a.jpg", "1960"), entry("b.jpg", "1950", favourite=True), entry("c.jpg"), entry("d.jpg", "1955"))


@pytest.fixture
def model(qapp, tmp_path, qtmodeltester):
    thumbnails = Thumbnails(tmp_path / "thumbnails")
    model = AlbumModel(thumbnails)
    model.load(ENTRIES, Options(), ["c.jpg"])
    yield model
    qtmodeltester.check(model)
    thumbnails.stop()


def names(model):
    return [model.index(row, Column.PHOTO).data() for row in range(model.rowCount())]


def tick(model, row, state):
    model.setData(model.index(row, Column.PHOTO), state, TICK)


def test_untouched_it_changes_nothing(model):
    assert model.options(Options()) == Options()
    assert model.choice is Choice.ALL


def test_a_photo_that_is_not_ticked_is_not_in_the_album(model):
    tick(model, 1, Qt.CheckState.Unchecked)
    assert model.choice is Choice.TICKED
    assert model.options(Options()).chosen == ("a.jpg", "c.jpg", "d.jpg")
    tick(model, 1, Qt.CheckState.Checked)
    assert model.options(Options()).chosen is None


@pytest.mark.parametrize(
    ("choice", "options"),
    [
        (Choice.SELECTION, Options(chosen=("c.jpg",))),
        (Choice.FAVOURITES, Options(favourites=True)),
        (Choice.ALL, Options()),
    ],
)
def test_a_choice_ticks_photos_and_is_remembered(model, choice, options):
    with_others = model.options(Options())
    model.choose(choice)
    assert model.options(with_others) == options and model.choice is choice
    model.load(ENTRIES, options, ["c.jpg"])
    assert model.choice is choice


def test_photos_that_are_not_listed_are_not_ticked_unless_a_person_chose_them(model):
    model.load(ENTRIES, Options(), [], ["b.jpg", "a.jpg"])
    assert model.options(Options()).chosen == ("a.jpg", "b.jpg")
    model.load(ENTRIES, Options(), [], [one.name for one in ENTRIES])
    assert model.options(Options()).chosen is None
    for remembered in (Options(chosen=("c.jpg",)), Options(favourites=True)):
        model.load(ENTRIES, remembered, [], ["a.jpg"])
        assert model.options(Options()) == remembered


def test_ticks_that_follow_the_list_are_not_remembered_and_those_of_a_person_are(model):
    model.load(ENTRIES, Options(), [], ["b.jpg", "a.jpg", "gone.jpg"])
    assert model.lasting(model.options(Options())) == Options()
    model.sort_by(Order.DATE)
    assert model.lasting(model.options(Options())) == Options(order=Order.DATE)
    tick(model, 0, Qt.CheckState.Unchecked)
    assert model.lasting(model.options(Options())).chosen == ("a.jpg",)
    model.load(ENTRIES, Options(chosen=("a.jpg", "b.jpg")), [], ["b.jpg", "a.jpg"])
    assert model.lasting(model.options(Options())).chosen == ("a.jpg", "b.jpg")


def test_an_order_by_hand_is_remembered_even_of_an_incomplete_list(model):
    model.load(ENTRIES, Options(), [], ["b.jpg", "a.jpg"])
    model.move([1], 0)
    assert model.lasting(model.options(Options())).chosen == ("b.jpg", "a.jpg")


def test_by_date_the_undated_come_last_and_by_name_all_is_as_before(model):
    model.sort_by(Order.DATE)
    assert names(model) == ["b.jpg", "d.jpg", "a.jpg", "c.jpg"]
    assert model.options(Options()).order is Order.DATE
    model.sort_by(Order.NAME)
    assert names(model) == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]


@pytest.mark.parametrize(
    ("rows", "place", "order"),
    [([2], 0, "cabd"), ([0], 4, "bcda"), ([0, 2], 2, "bacd"), ([1], 1, "abcd"), ([3], 1, "adbc")],
)
def test_rows_are_moved_and_the_order_is_by_hand(model, rows, place, order):
    model.move(rows, place)
    assert names(model) == [f"{letter}.jpg" for letter in order]
    assert model.options(Options()).chosen == tuple(names(model))
    assert model.order is Order.HAND
    again = Options(order=Order.HAND, chosen=tuple(names(model)))
    model.load(ENTRIES, again, [])
    assert names(model) == list(again.chosen)


def test_rows_that_are_dropped_are_moved_and_not_copied(model, qtbot):
    data = model.mimeData([model.index(3, 0), model.index(3, 1)])
    with qtbot.waitSignal(model.changed):
        assert not model.dropMimeData(data, Qt.DropAction.MoveAction, 1, 0, model.index(-1, -1))
    assert names(model) == ["a.jpg", "d.jpg", "b.jpg", "c.jpg"]


def test_only_captions_that_differ_are_kept(model):
    caption = model.index(0, Column.CAPTION)
    assert model.setData(caption, "Minka\non the stove")
    assert caption.data() == "Minka on the stove" and caption.data(Qt.ItemDataRole.EditRole) == "Minka\non the stove"
    assert model.options(Options()).captions == {"a.jpg": "Minka\non the stove"}
    assert model.setData(caption, "<b>Minka</b>") and "&lt;b&gt;" in caption.data(Qt.ItemDataRole.ToolTipRole)
    assert model.setData(caption, "about a.jpg")
    assert model.options(Options()).captions == {}
    assert model.setData(caption, "")
    assert model.options(Options()).captions == {"a.jpg": ""}


def test_captions_stay_with_their_photos_when_rows_are_moved(model):
    model.setData(model.index(0, Column.CAPTION), "first")
    model.move([0], 4)
    assert model.index(3, Column.CAPTION).data() == "first"
    assert model.options(Options()).captions == {"a.jpg": "first"}


def test_a_photo_without_a_thumbnail_takes_as_much_room(model):
    shown = model.index(0, Column.PHOTO).data(Qt.ItemDataRole.DecorationRole)
    assert shown.deviceIndependentSize().toTuple() == (THUMBNAIL, THUMBNAIL)
