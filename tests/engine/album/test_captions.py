import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kmhc_engine.album.captions import Table, Told, clean, date, named, told_by
from kmhc_engine.errors import OutputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1954:07:12 10:11:12", "1954-07-12"),
        ("1954-07", "1954-07"),
        ("1954", "1954"),
        ("19540712", "1954-07-12"),
        ("1954-13-40", "1954"),
        ("1954:07:00", "1954-07"),
        ("0000:00:00 00:00:00", ""),
        ("    :  :     :  :  ", ""),
        ("yesterday", ""),
    ],
)
def test_dates_are_as_precise_as_they_are_told(text, expected):
    assert date(text) == expected


@pytest.mark.parametrize("name", ["خانه\u200cی ما", "\U0001f468\u200d\U0001f469\u200d\U0001f467"])
def test_what_joins_letters_in_a_name_is_part_of_it(name):
    assert named(name) == name
    assert named(f"{name}\x07\u202e\udcff") == rf"{name}\x07\u202e\xff"


def test_a_clean_text_has_no_direction_marks_and_no_control_characters():
    assert clean("a\u202eb\x00c\x1b[31m\r\nd\t e\ud800") == "abc[31m\nd e?"


def test_a_text_of_any_length_becomes_a_caption():
    assert clean("Minka " * 100_000) == ("Minka " * 400)[:2000]


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_leaves_what_can_be_written(text):
    assert clean(clean(text)) == clean(text)
    clean(text).encode("utf-8")


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmp:Rating="5" photoshop:DateCreated="1931-05">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Großmutter &lt;3</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_xmp_tells_caption_date_and_rating(tmp_path):
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path, xmp=XMP.encode())
    assert told_by(path) == Told("Großmutter <3", "1931-05", 5)


def test_xmp_that_defines_entities_is_not_read(tmp_path):
    path = tmp_path / "a.jpg"
    bomb = '<!DOCTYPE x [<!ENTITY a "boom">]>' + XMP.replace("Großmutter", "&a;")
    Image.new("RGB", (8, 8)).save(path, xmp=bomb.encode())
    assert told_by(path) == Told()


def test_exif_in_utf8_and_in_the_windows_fields_is_read(tmp_path):
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x9C9B] = "Žofie".encode("utf-16-le") + b"\0\0"
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    assert told_by(path).caption == "Žofie"
    exif[0x010E] = "Tante Jürgen".encode()
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    assert told_by(path).caption == "Tante Jürgen"


@pytest.mark.parametrize(
    ("endian", "comment"),
    [
        ("<", b"UNICODE\0" + "Jürgen".encode("utf-16-le")),
        (">", b"UNICODE\0" + "Jürgen".encode("utf-16-be")),
        (">", b"UNICODE\0" + b"\xff\xfe" + "Jürgen".encode("utf-16-le")),
        (">", b"ASCII\0\0\0" + "Jürgen".encode()),
    ],
)
def test_comments_are_read_in_the_order_of_their_bytes(tmp_path, endian, comment):
    exif = Image.Exif()
    exif.endian = endian
    exif.get_ifd(0x8769)[0x9286] = comment
    Image.new("RGB", (8, 8)).save(tmp_path / "a.jpg", exif=exif)
    assert told_by(tmp_path / "a.jpg").caption == "Jürgen"


def test_iptc_is_read(tmp_path):
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path)
    caption = "Onkel Böhm".encode()
    record = b"\x1c\x02\x78" + len(caption).to_bytes(2) + caption
    block = b"8BIM\x04\x04\0\0" + len(record).to_bytes(4) + record + b"\0" * (len(record) % 2)
    segment = b"Photoshop 3.0\0" + block
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xed" + (len(segment) + 2).to_bytes(2) + segment + data[2:])
    assert told_by(path).caption == "Onkel Böhm"


def test_what_the_camera_wrote_is_no_caption(tmp_path):
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x010E] = "OLYMPUS DIGITAL CAMERA         "
    Image.new("RGB", (8, 8)).save(path, exif=exif)
    assert told_by(path) == Told()


def test_damaged_metadata_say_nothing(tmp_path):
    path = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(path, exif=b"Exif\0\0II*\0\xff\xff\xff\x7f", xmp=b"<x:xmp")
    assert told_by(path) == Told()
    path.write_bytes(b"nothing")
    assert told_by(path) == Told()
    Image.new("L", (8, 8)).save(path, "AVIF")
    path.write_bytes(path.read_bytes().replace(b"pitm", b"meti"))
    assert told_by(path) == Told()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_tables_of_any_spreadsheet_are_read(tmp_path, encoding, between):
    path = tmp_path / "captions.csv"
    rows = [["file", "caption"], ["summer/a.jpg", "Käthe"], ["b", '"two\nlines"']]
    path.write_text("\n".join(between.join(row) for row in rows), encoding=encoding)
    table = Table(path)
    assert table.of("summer/a.jpg").caption == "Käthe"
    assert table.of("winter/B.jpg").caption == "two\nlines"
    assert table.of("c.jpg") == Told()


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a.jpg;Anna, Bob, Carl", "Anna, Bob, Carl"),
        ("a.jpg,Anna; Bob; Carl", "Anna; Bob; Carl"),
        ("Oma, Opa, wir.jpg;Lake\na.jpg;Anna", "Anna"),
        ('a.jpg;"Anna\nBob, Carl\nDora, Emil"', "Anna\nBob, Carl\nDora, Emil"),
    ],
)
def test_what_stands_between_columns_is_told_from_what_stands_in_them(tmp_path, text, caption):
    (tmp_path / "captions.csv").write_text(text)
    assert Table(tmp_path / "captions.csv").of("a.jpg").caption == caption


def test_a_table_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(OutputError, match=r"none\.csv: the captions cannot be read"):
        Table(tmp_path / "none.csv")
