"""Scripts whose letters join, move and stack; the year in Khmer stands for all: reportlab brings its letters along."""

import shutil
import subprocess
from pathlib import Path

import pytest
import reportlab
from PIL import Image, ImageDraw, features

from kmhc_engine.album import fonts
from kmhc_engine.album.contact_sheet import write_line
from kmhc_engine.album.contents import Contents
from kmhc_engine.album.exporting import export
from kmhc_engine.album.options import Kind, Options
from kmhc_engine.album.pdf_file import draw_joined, new_canvas, save

YEAR = "ឆ្នាំ"
UNJOINED = "This computer cannot join the letters of some words as their script asks for."
needs_poppler = pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed")
needs_raqm = pytest.mark.skipif(not features.check("raqm"), reason="Pillow finds no FriBiDi")


@pytest.fixture(autouse=True)
def khmer(monkeypatch):
    folder = Path(reportlab.__file__).with_name("fonts")
    few = tuple(fonts._registered(folder / name) for name in ("Vera.ttf", "hb-test.ttf"))
    monkeypatch.setattr(fonts, "faces", lambda: few)
    yield few
    fonts.joins.cache_clear()


@pytest.fixture
def no_raqm(monkeypatch):
    monkeypatch.setattr(features, "check", lambda feature: False)
    fonts.joins.cache_clear()


def ink(image):
    return image.convert("L").point(lambda value: 255 * (value < 128)).getbbox()


def written(words):
    image = Image.new("RGB", (900, 300), "white")
    write_line(ImageDraw.Draw(image), words, (450, 50), 120, 900, "black")
    return ink(image)


@needs_raqm
def test_letters_below_others_take_no_room_beside_them():
    left, _, right, _ = written(YEAR)
    assert right - left < fonts.width(YEAR, 120) < 0.8 * sum(fonts.width(letter, 120) for letter in YEAR)


def test_a_letter_and_its_marks_come_from_one_font(khmer, monkeypatch):
    both = "\N{ZERO WIDTH JOINER}\N{KHMER SIGN COENG}"
    has = fonts.Face.has
    monkeypatch.setattr(fonts.Face, "has", lambda face, character: character in both or has(face, character))
    assert [face for face, _ in fonts.runs("ឆ" + both + "ន")] == [khmer[1]]


@needs_raqm
@needs_poppler
def test_a_caption_in_a_pdf_can_be_searched_for(family):
    family.add("a.jpg", caption=f"{YEAR} 1954 {YEAR}")
    made = export(family.folder, Kind.PDF, options=Options(before=False))
    found = subprocess.run(["pdftotext", "-f", "2", made.path, "-"], capture_output=True, text=True, check=True).stdout
    assert found.count(YEAR) == 2 and "1954" in found


@needs_raqm
@needs_poppler
def test_words_in_a_pdf_stand_where_they_were_wanted_in_their_colour(khmer, tmp_path):
    canvas = new_canvas(Contents(tmp_path, "Book", (), ()), Options())
    draw_joined(canvas, khmer[1], YEAR, (100, 700), 72, (0.6, 0, 0))
    canvas.showPage()
    save(canvas, tmp_path / "book.pdf")
    subprocess.run(["pdftoppm", "-r", "72", "-png", tmp_path / "book.pdf", tmp_path / "page"], check=True)
    with Image.open(next(tmp_path.glob("page*"))) as page:
        left, top, right, bottom = ink(page)
        assert left >= 95 and right <= 100 + fonts.width(YEAR, 72) + 1
        assert top < page.height - 700 < bottom  # some letters stand on the line, and some below it
        assert (153, 0, 0) in {colour for _, colour in page.getcolors()}


@needs_raqm
@pytest.mark.parametrize("kind", [Kind.PDF, Kind.SHEET])
def test_a_mark_that_has_lost_its_letter_stops_no_album(family, kind):
    family.add("a.jpg", caption="a\N{KHMER SIGN NIKAHIT}b")
    assert export(family.folder, kind).photos == 1


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.SHEET])
def test_letters_that_stay_apart_are_told_of(family, no_raqm, kind):
    family.add("a.jpg", caption=YEAR)
    assert export(family.folder, kind).notes == (UNJOINED,)


@needs_raqm
def test_letters_that_join_are_not_told_of(family):
    family.add("a.jpg", caption=YEAR)
    assert export(family.folder, Kind.SHEET).notes == ()
