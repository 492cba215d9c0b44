import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import html5lib
import pytest
from PIL import ExifTags, Image

from kmhc_engine.album.exporting import export
from kmhc_engine.album.options import Kind, Options, Theme
from kmhc_engine.album.web import MOST
from kmhc_engine.cancel import CancelToken
from kmhc_engine.errors import Cancelled, DiskFull, OutputError
from kmhc_engine.photos.provenance import Provenance, tell

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def pages(album):
    return [album / "index.html", *sorted((album / "photo").iterdir())]


def tree(page):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(page.read_text(encoding="utf-8"))


def links(page):
    for element in tree(page).iter():
        for name in ("href", "src", "srcset", "data-after", "data-before"):
            if name in element.attrib:
                yield element.attrib[name]


def assets(album, pattern="*.jpg"):
    return sorted((album / "assets").glob(pattern))


@pytest.fixture
def album(family, tmp_path):
    family.add("a.jpg", caption="Minka", taken="1954:07:12 10:00:00", size=(400, 300))
    family.add("Lake/b.png")
    export(family.folder)
    return tmp_path / "Family album"


def test_pages_are_valid_and_every_link_leads_to_a_file_of_the_album(album):
    assert len(pages(album)) == 3
    for page in pages(album):
        for link in links(page):
            path, _, mark = link.partition("#")
            target = (page.parent / unquote(path)).resolve() if path else page
            assert target.is_relative_to(album) and target.is_file()
            assert not mark or f'id="{mark}"' in target.read_text(encoding="utf-8")


def test_nothing_is_inline_and_the_policy_forbids_it(album):
    for page in pages(album):
        for element in tree(page).iter():
            assert not any(name.startswith("on") or name == "style" for name in element.attrib)
            assert element.tag != "style" and (element.tag != "script" or not element.text)
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page.read_text(encoding="utf-8"))[1]
        assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy


def test_caption_date_chapter_and_provenance_are_on_the_pages(album):
    first, second = (
        page.read_text(encoding="utf-8") for page in sorted(pages(album)[1:], key=lambda p: b"Lake" in p.read_bytes())
    )
    assert "Minka" in first and '<time datetime="1954-07-12">12 July 1954</time>' in first
    assert "<bdi>Lake</bdi>" in second
    assert "Colourised with KMHC, variant KMHCNet_6" in first


def test_the_footer_can_go_and_the_metadata_stay(family, tmp_path):
    family.add("a.jpg")
    export(family.folder, options=Options(footer=False))
    album = tmp_path / "Family album"
    assert "Colourised" not in "".join(page.read_text(encoding="utf-8") for page in pages(album))
    with Image.open(assets(album, "*a-*.jpg")[0]) as image:
        told = image.info.get("xmp", b"") + image.getexif().tobytes()
    assert b"KMHC" in told


def test_hostile_names_and_captions_are_only_text(family, tmp_path):
    name = "..&'; DROP\n\u202e<script>.jpg"
    family.add(name, caption=HOSTILE)
    family.add("x" * 200 + "/" + "ü" * 120 + ".jpg", caption="\u202e&amp;")
    export(family.folder, options=Options(title=HOSTILE, author=HOSTILE, downloads=True))
    album = tmp_path / "Family album"
    for page in pages(album):
        assert {e.tag for e in tree(page).iter() if isinstance(e.tag, str)} & {"script", "img"} == {"script", "img"}
        assert sum(e.tag == "script" for e in tree(page).iter()) == 1
        assert "alert(1)" in "".join(tree(page).itertext())
        assert "\u202e" not in page.read_text(encoding="utf-8")
    for path in album.rglob("*"):
        assert re.fullmatch(r"[a-z0-9.-]+", path.name)


def test_places_people_and_thumbnails_stay_out_and_date_and_caption_stay(album):
    for path in assets(album):
        data = path.read_bytes()
        assert b"SecretName" not in data
        with Image.open(path) as image:
            exif = image.getexif()
            assert not exif.get_ifd(ExifTags.IFD.GPSInfo) and not exif.get_ifd(ExifTags.IFD.IFD1)
    with Image.open(next(path for path in assets(album) if b"Minka" in path.read_bytes())) as image:
        assert image.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] == "1954:07:12 00:00:00"
        assert b"<dc:description>" in image.info["xmp"]


def test_only_colour_pictures_claim_that_their_colours_are_made(album):
    made = [b"compositeWithTrainedAlgorithmicMedia" in path.read_bytes() for path in assets(album)]
    assert made == [not path.name.rpartition("-")[0].endswith("b") for path in assets(album)]


def test_places_stay_when_asked_to(family, tmp_path):
    family.add("a.jpg")
    export(family.folder, options=Options(keep_metadata=True))
    with Image.open(assets(tmp_path / "Family album", "*a-*.jpg")[0]) as image:
        assert image.getexif().get_ifd(ExifTags.IFD.GPSInfo)[2] == (48.0, 12.0, 34.0)


def test_a_second_export_makes_only_what_changed(family, tmp_path):
    for name in ("a.jpg", "b.jpg"):
        family.add(name)
    assert export(family.folder).fresh == 2
    before = {path.name: path.read_bytes() for path in assets(tmp_path / "Family album")}
    again = export(family.folder)
    assert (again.photos, again.fresh) == (2, 0)
    assert {path.name: path.read_bytes() for path in assets(tmp_path / "Family album")} == before
    family.add("b.jpg", size=(64, 64))
    assert export(family.folder).fresh == 1
    assert len(assets(tmp_path / "Family album")) == 6  # nothing of the old b.jpg is left


def test_another_original_or_another_wish_about_metadata_makes_the_pictures_anew(family):
    family.add("a.jpg")
    export(family.folder)
    Image.new("L", (96, 72), 200).save(family.originals / "a.jpg")
    assert export(family.folder).fresh == 1
    assert export(family.folder, options=Options(keep_metadata=True)).fresh == 1


def test_an_album_never_takes_the_place_of_a_folder_that_holds_its_photos(family):
    family.add("a.jpg")
    album = export(family.folder).path.parent
    within = family.folder.rename(album / "coloured")
    for target in (album, within):
        with pytest.raises(OutputError, match="the place of the photos|not an album made by KMHC"):
            export(within, Kind.WEB, target)
    assert (within / "a.jpg").is_file()


@pytest.mark.parametrize("pattern", ["*s-*.jpg", "*b-*.webp", "a-*.jpg"])
def test_an_empty_file_left_by_a_power_cut_is_made_anew(family, tmp_path, pattern):
    family.add("a.jpg")
    options = Options(webp=True, downloads=True)
    export(family.folder, options=options)
    (empty,) = assets(tmp_path / "Family album", pattern)
    empty.write_bytes(b"")
    export(family.folder, options=options)
    assert empty.stat().st_size and len(assets(tmp_path / "Family album", "*")) == 9


def test_webp_stands_before_jpeg_where_it_is_wanted(family, tmp_path):
    family.add("a.jpg")
    export(family.folder, options=Options(webp=True, before=False))
    album = tmp_path / "Family album"
    assert len(assets(album, "*.webp")) == len(assets(album, "*.jpg")) == 2
    assert '<source type="image/webp"' in (album / "index.html").read_text(encoding="utf-8")
    assert export(family.folder, options=Options(webp=True, before=False)).fresh == 0


def test_large_photos_become_small_and_stand_upright(family, tmp_path):
    colour = family.add("a.jpg", size=(4000, 800))
    with Image.open(colour) as image:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = 6
        image.save(colour, exif=exif)
    export(family.folder, options=Options(before=False))
    with Image.open(assets(tmp_path / "Family album", "*a-*.jpg")[0]) as image:
        assert image.height > 4 * image.width and image.height <= MOST


def test_the_cover_is_a_photo_that_is_large_enough(family, tmp_path):
    for name, size in (("a.jpg", (300, 200)), ("b.jpg", (500, 600)), ("c.jpg", (600, 400))):
        family.add(name, size=size)
    export(family.folder)
    page = (tmp_path / "Family album" / "index.html").read_text(encoding="utf-8")
    assert 'width="600" height="400"' in page.partition("</header>")[0]


def test_a_long_caption_is_cut_between_words_where_it_stands_for_the_photo(family, tmp_path):
    family.add("a.jpg", caption="Großmutter " * 40)
    family.add("b.jpg", caption="x" * 400)
    export(family.folder)
    page = (tmp_path / "Family album" / "index.html").read_text(encoding="utf-8")
    first, second = re.findall(r'alt="([^"]{30,})"', page)
    assert first.endswith("Großmutter…") and second == "x" * 149 + "…" and len(first) <= 150


def test_a_broken_photo_is_listed_and_the_others_are_there(family, tmp_path):
    family.add("a.jpg")
    family.add("b.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    made = export(family.folder)
    assert made.photos == 1
    assert [out.name for out in made.left_out] == ["b.jpg"]
    assert len(pages(tmp_path / "Family album")) == 2


def test_a_broken_original_leaves_the_photo_without_one_and_says_so(family, tmp_path):
    family.add("a.jpg")
    (family.originals / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    made = export(family.folder)
    assert made.photos == 1 and "without its original" in made.notes[0]
    assert 'class="compare"' not in pages(tmp_path / "Family album")[1].read_text(encoding="utf-8")


def test_no_readable_photo_makes_no_album(family, tmp_path):
    family.add("a.jpg").write_bytes(b"nothing")
    with pytest.raises(OutputError, match=r"no photo could be read.*a\.jpg"):
        export(family.folder)
    assert not (tmp_path / "Family album").exists()


def test_cancelling_leaves_the_old_album_and_no_trace(family, tmp_path):
    for number in range(6):
        family.add(f"{number}.jpg")
    export(family.folder, options=Options(title="old"))
    token = CancelToken()

    def stop(done, total, name):
        if done == 2:
            token.cancel()

    with pytest.raises(Cancelled):
        export(family.folder, options=Options(title="new"), token=token, progress=stop)
    assert "old" in (tmp_path / "Family album/index.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Family", "Family album", "Family colourised"]


def test_progress_counts_every_photo_once(family):
    for number in range(5):
        family.add(f"{number}.jpg")
    seen = []
    export(family.folder, progress=lambda *step: seen.append(step))
    assert [(done, total) for done, total, _ in seen] == [(n, 5) for n in range(1, 6)]


def test_a_full_disk_is_named_and_leaves_nothing(family, tmp_path, monkeypatch):
    family.add("a.jpg")

    def full(self, *args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(DiskFull, match="the disk is full"):
        export(family.folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Family", "Family colourised"]


def test_every_theme_has_its_colours(family, tmp_path):
    family.add("a.jpg")
    export(family.folder)
    (css,) = (tmp_path / "Family album/assets").glob("*.css")
    coloured = re.findall(r'data-theme="(\w+)"', css.read_text(encoding="utf-8"))
    assert {Theme.LIGHT, *coloured} == {*Theme}, "in album.css; those of :root are light"


def test_the_language_sets_words_and_direction(family, tmp_path):
    family.add("a.jpg")
    export(family.folder, options=Options(language="ar", theme=Theme.DARK))
    text = (tmp_path / "Family album/index.html").read_text(encoding="utf-8")
    assert '<html lang="ar" dir="rtl" data-theme="dark">' in text and "عرض الشرائح" in text
    with pytest.raises(OutputError, match="Albums do not speak 'xx' yet"):
        export(family.folder, options=Options(language="xx"))


def test_downloads_keep_every_pixel_and_tell_nothing(family, tmp_path):
    colour = family.add("My Photo.jpg", caption="Minka")
    export(family.folder, options=Options(downloads=True))
    (download,) = assets(tmp_path / "Family album", "my-photo-*.jpg")
    assert b"SecretName" in colour.read_bytes() and b"SecretName" not in download.read_bytes()
    with Image.open(colour) as one, Image.open(download) as other:
        assert one.tobytes() == other.tobytes()
        assert not other.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert 'download="My Photo.jpg"' in pages(tmp_path / "Family album")[1].read_text(encoding="utf-8")
    export(family.folder, options=Options(downloads=True))
    assert download.exists()


def test_the_originals_and_the_colour_photos_stay_as_they_are(family):
    family.add("a.jpg")
    paths = [family.originals / "a.jpg", family.folder / "a.jpg"]
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths]
    export(family.folder, options=Options(downloads=True))
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in paths] == before
    assert Path(family.folder / ".kmhc" / "album.json").is_file()


def test_an_album_of_photos_that_kmhc_did_not_colour_does_not_claim_it_did(tmp_path):
    folder = tmp_path / "Colour"
    folder.mkdir()
    Image.new("RGB", (40, 30), "red").save(folder / "a.jpg")
    export(folder)
    album = tmp_path / "Colour album"
    assert "Colourised" not in "".join(page.read_text(encoding="utf-8") for page in pages(album))
    assert not any(b"compositeWithTrained" in path.read_bytes() for path in assets(album))


def test_photos_tell_on_their_own_who_colourised_them(tmp_path):
    folder = tmp_path / "Sent"
    folder.mkdir()
    packet = tell(b"", Provenance("KMHCNet_7", "0123"), {})
    Image.new("RGB", (40, 30), "red").save(folder / "a.jpg", xmp=packet)
    export(folder)
    assert "Colourised with KMHC, variant KMHCNet_7" in (tmp_path / "Sent album/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [Kind.WEB, Kind.PDF])
def test_a_killed_export_leaves_the_old_album_and_the_next_one_clears_up(family, tmp_path, kind):
    for number in range(4):
        family.add(f"{number}.jpg")
    album = export(family.folder, kind).path
    old, there = album.read_bytes(), sorted(tmp_path.iterdir())
    code = (
        "import sys; from pathlib import Path; from kmhc_engine.album.exporting import Kind, export\n"
        "export(Path(sys.argv[1]), Kind(sys.argv[2]), replace=True,\n"
        "       progress=lambda *step: (print(step, flush=True), sys.stdin.read()))"
    )
    command = [sys.executable, "-c", code, str(family.folder), kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline()  # one photo is done, and it waits
        process.kill()
        process.stdout.read()  # on Windows what was started ends a little later than what starts it
    assert album.read_bytes() == old and sorted(tmp_path.iterdir()) != there
    export(family.folder, kind, options=Options(title="new"), replace=True)
    assert album.read_bytes() != old and sorted(tmp_path.iterdir()) == there
