import pytest

from kmhc_engine.album.contents import collect
from kmhc_engine.album.options import Kind, Options, Paper, Theme
from kmhc_engine.album.preview import draw, thumbnail, wanted


def first_page(family, kind, *, dark=False, **options):
    options = Options(**options)
    contents = collect(family.folder, options)
    small = {photo.name: thumbnail(photo) for photo in wanted(contents, options)}
    return draw(kind, contents, options, small, (500, 700), dark=dark)


def test_title_captions_and_theme_show_at_once(family):
    family.add("a.jpg", size=(90, 60))
    plain = first_page(family, Kind.WEB)
    assert plain.size == (500, 700) and plain.getpixel((1, 699)) == (250, 247, 242)
    assert first_page(family, Kind.WEB, theme=Theme.DARK).getpixel((1, 699)) == (23, 21, 19)
    assert first_page(family, Kind.WEB, dark=True).getpixel((1, 699)) == (23, 21, 19)
    assert first_page(family, Kind.WEB, title="Another").tobytes() != plain.tobytes()
    assert first_page(family, Kind.WEB, captions={"a.jpg": "Minka"}).tobytes() != plain.tobytes()


def test_a_panorama_stands_in_the_first_row_where_it_is_the_first_photo(family):
    family.add("a.jpg", size=(1000, 100))
    page = first_page(family, Kind.ZIP)
    assert page.crop((60, 30, 400, 90)).convert("L").getextrema()[1] < 255


@pytest.mark.parametrize("kind", Kind)
def test_a_first_page_without_thumbnails_is_empty_but_there(family, kind):
    family.add("a.jpg")
    options = Options(language="he")
    assert draw(kind, collect(family.folder, options), options, {}, (200, 283)).size == (200, 283)


def test_every_kind_of_album_has_its_first_page(family):
    for number in range(33):
        family.add(f"{number}.jpg", size=(90, 60))
    options = Options(cover="32.jpg", paper=Paper.LETTER)
    contents = collect(family.folder, options)
    shown = wanted(contents, options)
    assert shown[0].name == "32.jpg" and len(shown) <= 31
    thumbnails = {photo.name: thumbnail(photo) for photo in shown}
    for kind in Kind:
        page = draw(kind, contents, options, thumbnails, (300, 300))
        assert page.size == ((300, 300) if kind in (Kind.WEB, Kind.WEB_ZIP) else (232, 300))
        assert len(page.getcolors(1 << 20)) > 20


def test_the_cover_of_the_pdf_breaks_a_long_title_as_the_pdf_does(family):
    family.add("a.jpg", size=(90, 60))
    pages = [first_page(family, Kind.PDF, title="Familie Müller und Söhne " * 2 + end) for end in ("1920", "1934")]
    assert pages[0].tobytes() != pages[1].tobytes(), "the end of the title shows"


@pytest.mark.parametrize("kind", [Kind.WEB, Kind.PDF])
def test_a_small_photo_is_not_blown_up_to_a_cover(family, kind):
    family.add("a.jpg", size=(96, 72))
    small = first_page(family, kind)
    family.add("b.jpg", size=(600, 480))
    large = first_page(family, kind)
    assert large.crop((0, 0, 500, 200)).tobytes() != small.crop((0, 0, 500, 200)).tobytes()


def test_a_zip_of_photos_shows_them_and_none_of_the_words_of_an_album(family):
    family.add("a.jpg", size=(90, 60))
    plain = first_page(family, Kind.ZIP)
    assert first_page(family, Kind.ZIP, title="Another", captions={"a.jpg": "Minka"}).tobytes() == plain.tobytes()
