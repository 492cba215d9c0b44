import re
import shutil
import subprocess
import tracemalloc

import pytest
from PIL import Image

from kmhc_engine.album.contact_sheet import PIXELS, raster
from kmhc_engine.album.contents import Contents
from kmhc_engine.album.exporting import export
from kmhc_engine.album.fonts import Face, balanced, lines, runs, width
from kmhc_engine.album.options import Kind, Options, Paper
from kmhc_engine.album.pdf_file import Printed, draw, new_canvas, save

# Git for Windows has pdftotext alone.
needs_poppler = pytest.mark.skipif(not shutil.which("pdfimages"), reason="poppler is not installed")


def told(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@needs_poppler
def test_the_pdf_has_cover_contents_chapters_and_captions(family):
    family.add("a.jpg", caption="Minka on the stove", taken="1954:07:12 00:00:00")
    family.add("Lake/b.jpg", caption="Žluťoučký kůň")
    made = export(family.folder, Kind.PDF, options=Options(title="The Bergers", author="Anna"))
    pages = told("pdftotext", "-layout", made.path, "-").split("\f")
    assert "The Bergers" in pages[0] and "2 photos" in pages[0] and "variant KMHCNet_6" in pages[0]
    assert re.search(r"The Bergers\s+3\s", pages[1]) and re.search(r"Lake\s+4\s", pages[1])
    assert "Minka on the stove" in pages[2] and "12 July 1954" in pages[2]
    assert "Žluťoučký kůň" in pages[3]
    info = told("pdfinfo", made.path)
    assert "KMHC" in info and "Anna" in info and "A4" in info
    assert b"GTS_PDFA1" in made.path.read_bytes() and b"SecretName" not in made.path.read_bytes()


@needs_poppler
def test_a_caption_that_is_too_long_leaves_room_for_the_date_and_is_in_one_colour(family, tmp_path):
    family.add("a.jpg", caption="word " * 300, taken="1954:07:12 00:00:00")
    made = export(family.folder, Kind.PDF, options=Options(before=False))
    words = told("pdftotext", "-layout", "-f", "2", made.path, "-")
    assert "word…" in words and "12 July 1954" in words
    assert len(re.findall("word.*|12 July 1954", words)) == 12
    subprocess.run(["pdftohtml", "-xml", "-f", "2", "-i", made.path, tmp_path / "page.xml"], check=True)
    page = (tmp_path / "page.xml").read_text(encoding="utf-8")
    colours = dict(re.findall(r'<fontspec id="(\d+)".* color="(#\w+)"', page))
    used = {colours[font] for font in re.findall(r'font="(\d+)">word', page)}
    assert used == {"#262321"}


@needs_poppler
def test_a_list_of_chapters_goes_on_to_another_page_and_all_numbers_are_right(family):
    for number in range(31):
        family.add(f"{number} chapter/a.jpg", size=(16, 12))
    made = export(family.folder, Kind.PDF, options=Options(before=False))
    pages = told("pdftotext", "-layout", made.path, "-").split("\f")
    assert "29 chapter" in pages[1] and "30 chapter" in pages[2]
    assert re.search(r"30 chapter\s+34\s", pages[2]) and "30 chapter" in pages[33]


@needs_poppler
@pytest.mark.parametrize("size", [(90, 60), (60, 90)])
def test_small_photos_are_printed_no_coarser_than_a_hundred_dots_an_inch(family, size):
    family.add("a.jpg", size=size)
    made = export(family.folder, Kind.PDF)
    listed = told("pdfimages", "-list", "-f", "2", made.path).splitlines()[2:]
    assert len(listed) == 2 and all(int(line.split()[12]) >= 99 for line in listed)


@needs_poppler
@pytest.mark.parametrize(("each", "pages"), [(1, 6), (2, 4), (4, 3)])
def test_as_many_photos_stand_on_a_page_as_were_asked_for(family, each, pages):
    for number in range(5):
        family.add(f"{number}.jpg")
    made = export(family.folder, Kind.PDF, options=Options(photos_per_page=each, paper=Paper.LETTER))
    info = told("pdfinfo", made.path)
    assert re.search(rf"Pages:\s+{pages}\n", info) and "letter" in info
    assert len(told("pdfimages", "-list", made.path).splitlines()) >= 2 + 10


@needs_poppler
def test_pictures_are_printed_with_three_hundred_dots_an_inch(family):
    family.add("a.jpg", size=(3600, 600))
    made = export(family.folder, Kind.PDF, options=Options(before=False))
    dots = [int(line.split()[12]) for line in told("pdfimages", "-list", made.path).splitlines()[2:]]
    assert max(dots) >= 300


@needs_poppler
def test_a_pdf_of_any_length_passes_through_memory_picture_by_picture(tmp_path):
    canvas, size = new_canvas(Contents(tmp_path, "Book", (), ()), Options()), 0
    for number in range(30):
        noise = Image.effect_noise((400, 300), 90)
        picture = Printed.of(noise if number % 2 else noise.convert("RGB"), tmp_path / f"{number}.jpg")
        size += picture.path.stat().st_size
        draw(canvas, picture, 0, 0, 400, 300)
        canvas.showPage()
    tracemalloc.start()
    save(canvas, tmp_path / "book.pdf")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < size / 3
    listed = told("pdfimages", "-list", tmp_path / "book.pdf").splitlines()[2:]
    assert [line.split()[5] for line in listed] == ["rgb", "gray"] * 15
    assert not subprocess.run(["pdftoppm", "-r", "20", tmp_path / "book.pdf", tmp_path / "page"], capture_output=True,
                              check=True).stderr  # fmt: skip


@needs_poppler
@pytest.mark.parametrize(("language", "first", "second"), [("en", "Alpha", "Beta"), ("he", "Beta", "Alpha")])
def test_photos_stand_in_the_order_of_reading(family, language, first, second):
    for name, caption in (("a.jpg", "Alpha"), ("b.jpg", "Beta"), ("c.jpg", "Gamma")):
        family.add(name, caption=caption)
    made = export(family.folder, Kind.PDF, options=Options(photos_per_page=4, language=language, before=False))
    line = next(line for line in told("pdftotext", "-layout", made.path, "-").splitlines() if "Alpha" in line)
    assert line.index(first) < line.index(second)


@needs_poppler
def test_the_cover_is_filled_to_its_edges(family, tmp_path):
    family.add("a.jpg", size=(600, 200))
    made = export(family.folder, Kind.PDF, options=Options(before=False))
    subprocess.run(["pdftoppm", "-r", "20", "-l", "1", "-png", made.path, tmp_path / "page"], check=True)
    with Image.open(next(tmp_path.glob("page*.png"))) as page:
        for corner in ((1, 1), (page.width - 2, 1), (1, page.height // 2), (page.width - 2, page.height // 2)):
            assert page.getpixel(corner) != (255, 255, 255)


@needs_poppler
def test_the_cover_is_a_photo_that_is_large_enough(family):
    for name, size in (("a.jpg", (300, 200)), ("b.jpg", (500, 600)), ("c.jpg", (600, 400))):
        family.add(name, size=size)
    made = export(family.folder, Kind.PDF, options=Options(before=False, photos_per_page=4))
    first = told("pdfimages", "-list", made.path).splitlines()[2].split()
    assert int(first[4]) == 400  # pixels down, of 300 and 400 and 600


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.SHEET])
@pytest.mark.parametrize(
    ("caption", "notes"),
    [
        ("Minka \U0001f470", ()),
        ("\U00012000 in Ur", ("This computer has no letters for some words: “?” stands for them.",)),
    ],
)
def test_words_that_no_font_can_print_are_told_of_once(family, kind, caption, notes):
    for name in ("a.jpg", "b.jpg"):
        family.add(name, caption=caption)
    assert export(family.folder, kind).notes == notes


def test_a_broken_photo_is_not_in_the_pdf_but_in_the_account(family):
    family.add("a.jpg")
    family.add("b.jpg").write_bytes(b"\xff\xd8\xff")
    made = export(family.folder, Kind.PDF)
    assert made.photos == 1 and [out.name for out in made.left_out] == ["b.jpg"]


def test_one_png_shows_all_photos_and_counts_those_that_it_shows(family, tmp_path):
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        family.add(name, caption="Minka")
    made = export(family.folder, Kind.SHEET)
    family.add("broken.jpg").write_bytes(b"\xff\xd8\xff")
    with Image.open(made.path) as three, Image.open(export(family.folder, Kind.SHEET, tmp_path / "x").path) as also:
        assert three.size == (2480, 3508) and round(three.info["dpi"][0]) == 300
        assert "KMHC" in three.text["Software"]
        assert also.tobytes() == three.tobytes()


def test_small_photos_fill_their_place_on_a_contact_sheet_as_large_ones_do(family):
    for name, side in (("a.png", 30), ("b.png", 900), ("c.png", 30), ("d.png", 30)):
        Image.new("RGB", (side, side), "teal").save(family.folder / name)
        family.record(name)
    with Image.open(export(family.folder, Kind.SHEET).path) as sheet:
        across, down = (side // 2 for side in sheet.size)
        for left in (0, across):
            for top in (200, down):
                photo = sheet.crop((left, top, left + across, top + down - 200)).point(lambda value: 255 - value)
                place = photo.convert("L").point(lambda value: 255 * (value > 100)).getbbox()
                assert place[2] - place[0] > 0.8 * across


@needs_poppler
@pytest.mark.parametrize(("each", "characters"), [(1, 800), (2, 290), (4, 130)])
def test_what_people_tell_about_a_photo_is_printed_whole(family, each, characters):
    story = ("Grandmother and the dog " * 40)[:characters].rpartition(" ")[0]
    family.add("a.jpg", caption=story, taken="1954:07:12 00:00:00")
    made = export(family.folder, Kind.PDF, options=Options(photos_per_page=each))
    assert story in " ".join(told("pdftotext", "-f", "2", made.path, "-").split())


def test_photos_on_a_contact_sheet_have_as_much_white_above_as_below(family):
    family.add("a.jpg", size=(800, 400))
    with Image.open(export(family.folder, Kind.SHEET, options=Options(footer=False)).path) as sheet:
        box = sheet.convert("L").crop((0, 300, *sheet.size)).point(lambda value: 255 * (value < 200)).getbbox()
    above, below = box[1], sheet.height - 300 - box[3]
    assert above == pytest.approx(below, abs=300)  # words may stand below


def test_a_photo_as_flat_as_a_line_is_on_the_contact_sheet(family):
    family.add("a.png", size=(6000, 1))
    assert export(family.folder, Kind.SHEET).photos == 1


def test_a_contact_sheet_is_as_even_as_its_page():
    assert [raster(count, PIXELS[Paper.A4]) for count in (1, 4, 9, 30)] == [(1, 1), (2, 2), (3, 3), (5, 6)]


@needs_poppler
def test_a_contact_sheet_in_pdf_has_thirty_photos_a_page(family, tmp_path):
    for number in range(31):
        family.add(f"{number}.jpg", size=(16, 12))
    made = export(family.folder, Kind.SHEET, tmp_path / "sheet.pdf")
    assert re.search(r"Pages:\s+2\n", told("pdfinfo", made.path))


def test_lines_fit_the_room_and_the_last_one_says_that_there_is_more():
    broken = lines("word " * 50 + "x" * 200, 10, 100, 5)
    assert len(broken) == 5 and broken[-1].endswith("…")
    assert not any(lines("a word " * 50, 10, room, 1)[0].endswith(" …") for room in range(30, 120))
    assert all(width(line, 10) <= 100 for line in broken)


@pytest.mark.timeout(10)  # it took half a minute when it tried one letter less at a time
def test_a_long_caption_without_spaces_is_broken_at_once():
    assert len(lines("写真" * 1000, 11, 400, 6)) == 6


def test_a_title_of_two_lines_leaves_no_word_alone():
    assert balanced("Familie Größling an der Ostsee", 10, 130, 3) == ["Familie Größling", "an der Ostsee"]


def test_a_title_that_fits_or_is_too_long_stays_as_it_is():
    for title in ("Winter", "Winter\nin the mountains", "word " * 60, "Donaudampfschifffahrtsgesellschaft " * 2):
        assert balanced(title, 10, 130, 3) == lines(title, 10, 130, 3)


def test_a_room_narrower_than_a_letter_ends_no_export():
    assert lines("Wedding", 9, 1, 1) == ["…"]
    assert lines("Wi", 9, 1, 2) == ["W", "i"]


def test_every_character_gets_a_shape_and_hebrew_runs_from_right_to_left():
    assert "".join(text for _, text in runs("a\U0010fffdb")) == "a?b"
    assert "".join(text for _, text in runs("אב")) in ("בא", "??")


@pytest.mark.parametrize("spelling", ["خانۀ", "خانهٔ"])
@pytest.mark.parametrize(("lacking", "shape"), [("", "\ufba5"), ("\ufba4\ufba5", "\u0654\ufeea")])
def test_persian_heh_keeps_its_hamza_whether_a_font_has_both_in_one_or_not(monkeypatch, spelling, lacking, shape):
    monkeypatch.setattr(Face, "has", lambda face, character: character not in lacking)
    ((_, shown),) = runs(f"{spelling} ما")
    assert shown.partition(" ")[2] == shape + "\ufee7\ufe8e\ufea7"


def test_brackets_around_hebrew_are_turned_with_it():
    assert "".join(text for _, text in runs("א (1948) ב")).count("(1948)") == 1


def test_pictographs_that_no_font_has_are_left_out():
    shown = "".join(text for _, text in runs("Wedding \U0001f470\U0001f3fd\ufe0f day"))
    assert "Wedding" in shown and "day" in shown and "?" not in shown and "  " not in shown
    assert not "".join(text for _, text in runs("\U0001f470 Wedding")).startswith(" ")
