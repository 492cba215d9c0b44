import errno
import json
from pathlib import Path

import pytest

from kmhc_engine.album.captions import Told
from kmhc_engine.album.contents import AlbumPhoto, Chapter, Contents
from kmhc_engine.album.exporting import default_target
from kmhc_engine.album.options import Kind, Options, Order, Paper, Theme, remember, remembered, remembered_kind
from kmhc_engine.album.texts import Texts, languages

CHOSEN = Options(
    title="T", theme=Theme.DARK, order=Order.HAND, chosen=("b.jpg", "a.jpg"), captions={"a.jpg": "x"},
    before=False, paper=Paper.LETTER, photos_per_page=4,
)  # fmt: skip


def test_the_options_of_the_last_export_are_remembered(tmp_path):
    (tmp_path / ".kmhc").mkdir()
    remember(tmp_path, CHOSEN, Kind.PDF, tmp_path / "a.pdf")
    assert remembered(tmp_path) == CHOSEN


def test_the_next_album_of_a_kind_goes_where_the_last_one_went(tmp_path):
    folder = tmp_path / "Family colourised"
    (folder / ".kmhc").mkdir(parents=True)
    remember(folder, CHOSEN, Kind.PDF, tmp_path / "odd\udcff.pdf")
    remember(folder, CHOSEN, Kind.WEB, tmp_path / "gone" / "album")
    assert remembered_kind(folder) is Kind.WEB
    assert default_target(folder, Kind.PDF) == tmp_path / "odd\udcff.pdf"
    assert default_target(folder, Kind.WEB) == tmp_path / "Family album"


def test_the_last_album_went_to_a_disk_that_does_not_answer(tmp_path, monkeypatch):
    folder = tmp_path / "Family colourised"
    (folder / ".kmhc").mkdir(parents=True)
    remember(folder, CHOSEN, Kind.PDF, tmp_path / "share" / "a.pdf")
    share = Path.is_dir

    def is_dir(place):
        if place.name == "share":
            raise OSError(errno.EINVAL, "The specified network name is no longer available")
        return share(place)

    monkeypatch.setattr(Path, "is_dir", is_dir)
    assert default_target(folder, Kind.PDF) == tmp_path / "Family album.pdf"


def test_an_album_of_a_whole_disk_goes_into_it():
    disk = Path("/").absolute()  # a memory stick on Windows, whose name is empty
    assert default_target(disk, Kind.WEB) == disk / "album"
    assert default_target(disk, Kind.SHEET) == disk / "album contact sheet.png"


@pytest.mark.parametrize("name", ["Family album", "Fotoalbum", "ALBUM", "Family albums"])
def test_a_folder_that_is_called_an_album_is_not_called_one_twice(tmp_path, name):
    folder = tmp_path / f"{name} colourised"
    names = {kind: default_target(folder, kind).name for kind in Kind}
    assert names == {
        Kind.WEB: f"{name} web", Kind.PDF: f"{name}.pdf", Kind.SHEET: f"{name} contact sheet.png",
        Kind.ZIP: f"{name} photos.zip", Kind.WEB_ZIP: f"{name}.zip",
    }  # fmt: skip


def test_a_folder_of_somebody_else_is_not_written_to(tmp_path):
    remember(tmp_path, CHOSEN, Kind.PDF, tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == [] and remembered(tmp_path) == Options()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"theme": 3, "before": "no", "photos_per_page": 3, "chosen": 5}', '{"kind": 5, "targets": 5}'],
)
def test_what_is_damaged_is_the_default(tmp_path, text):
    (tmp_path / ".kmhc").mkdir()
    (tmp_path / ".kmhc" / "album.json").write_text(text)
    assert remembered(tmp_path) == Options() and remembered_kind(tmp_path) is Kind.WEB
    assert default_target(tmp_path / "x", Kind.PDF) == tmp_path / "x album.pdf"


def test_one_damaged_field_leaves_the_others(tmp_path):
    (tmp_path / ".kmhc").mkdir()
    (tmp_path / ".kmhc" / "album.json").write_text(json.dumps({"title": "T", "theme": "pink", "unknown": 1}))
    assert remembered(tmp_path) == Options(title="T")


@pytest.mark.parametrize("language", languages())
def test_every_language_has_every_word(language):
    text, english = Texts(language), Texts("en")
    assert set(english._words) <= set(text._words)
    for taken in ("1954-07-12", "1954-07", "1954", ""):
        assert ("1954" in text.day(taken)) == bool(taken)
    assert len(text._words["months"]) == 12
    assert "3" in text.photos(3)
    photo = AlbumPhoto("a.jpg", Path("a.jpg"), None, (), Told(colourised=True, variant="KMHCNet_6"))
    assert "KMHCNet_6" in text.provenance(Contents(Path(), "", (Chapter("", (photo,)),), ()))


def test_dates_read_as_people_write_them():
    assert Texts("en").day("1954-07-12") == "12 July 1954"
    assert Texts("de-AT").day("1954-07-12") == "12. Juli 1954"
    assert Texts("pl").day("1954-07") == "lipiec 1954"
