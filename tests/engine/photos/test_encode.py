import errno
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, JpegImagePlugin

import kmhc_engine
from kmhc_engine.photos import Format, Metadata, Provenance, RenderedPage, choose_format, encode, open_photo
from kmhc_engine.photos.exif import read_exif
from kmhc_engine.photos.provenance import DC
from tests.engine.photos.making import IPTC, TAKEN, XMP, exif_block, in_memory

SOFTWARE = f"KMHC {kmhc_engine.__version__}"
LOSSLESS = (Format.PNG, Format.TIFF)


def pixels_of(path):
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.mark.parametrize("format", Format)
def test_a_photo_is_written_in_srgb(written, colour, format):
    path = written(Metadata(), format, colour)
    with Image.open(path) as image:
        assert image.format == format.upper()
        profile = ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"]))
        assert "sRGB" in ImageCms.getProfileDescription(profile)
        error = np.abs(np.asarray(image.convert("RGB")).astype(int) - colour)
    assert error.max() == 0 if format in LOSSLESS else error.mean() < 6


def test_colour_in_a_jpeg_is_as_fine_as_its_lightness(written, colour):
    with Image.open(written(Metadata(), Format.JPEG, colour)) as image:
        assert JpegImagePlugin.get_sampling(image) == JpegImagePlugin.samplings[1, 1, 1, 1, 1, 1]


def test_sixteen_bits_are_written_whole(written):
    import cv2

    samples = np.random.default_rng(3).integers(0, 65536, (70, 50, 3), dtype=np.uint16)
    for format in LOSSLESS:
        path = written(Metadata(), format, samples)
        assert np.array_equal(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., ::-1], samples)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("big", [True, False])
def test_tiff_is_read_by_others_as_it_was_written(written, packed, order, dtype, big):
    tifffile = pytest.importorskip("tifffile")
    samples = np.random.default_rng(4).integers(0, np.iinfo(dtype).max, (70, 50, 3), dtype=dtype)
    metadata = Metadata(exif=read_exif(exif_block(order)), packed=packed, big=big, xmp=XMP, iptc=IPTC)
    path = written(metadata, Format.TIFF, samples, samples[:40, :30])
    with tifffile.TiffFile(path) as tiff:
        assert (tiff.is_bigtiff, tiff.byteorder, len(tiff.pages)) == (big, order, 2)
        assert np.array_equal(tiff.pages[0].asarray(), samples)
        assert np.array_equal(tiff.pages[1].asarray(), samples[:40, :30])
        assert tiff.pages[0].tags["ExifTag"].value["ExposureTime"] == (1, 125)
        assert tiff.pages[0].compression == (8 if packed else 1)


@pytest.mark.parametrize("format", [Format.PNG, Format.TIFF, Format.WEBP])
@pytest.mark.parametrize("deep", [True, False])
def test_transparency_stays(written, colour, grey, format, deep):
    alpha = grey * np.uint16(257) if deep else grey
    path = written(Metadata(), format, colour, alpha=alpha)
    assert np.array_equal(pixels_of(path)[..., 3], grey)


def test_transparency_of_more_bits_is_rounded(written, colour):
    alpha = np.full(colour.shape[:2], 100 * 257, np.uint16)
    alpha[0, :4] = (0, 129, 100 * 257 + 128, 100 * 257 + 129)
    pixels = pixels_of(written(Metadata(), Format.PNG, colour, alpha=alpha))
    assert pixels[0, :5, 3].tolist() == [0, 1, 100, 101, 100]


def test_transparency_gets_the_bits_of_the_colour(written, colour, grey):
    path = written(Metadata(), Format.TIFF, colour * np.uint16(257), alpha=grey)
    with open_photo(path) as photo:
        assert np.array_equal(photo.page(0).alpha, grey * np.uint16(257))


@pytest.fixture
def telling():
    return Metadata(
        exif=read_exif(exif_block(orientation=6, thumbnail=in_memory(np.zeros((9, 9, 3), np.uint8), "JPEG"))),
        xmp=XMP,
        iptc=IPTC,
        dpi=(300.0, 600.0),
        comment=b"from the shoebox",
        texts=((b"tEXt", b"Title\0Oma"), (b"tIME", b"\7\xe4\1\2\3\4\5")),
    )


@pytest.mark.parametrize("format", Format)
def test_what_a_photo_tells_is_there_again(written, colour, telling, format):
    with open_photo(written(telling, format, colour)) as photo:
        again = photo.metadata
        assert photo.notes == ()
    assert again.exif.photo[0x9003] == telling.exif.photo[0x9003]
    assert again.exif.image[0x010E] == telling.exif.image[0x010E]
    assert again.exif.gps == telling.exif.gps
    assert again.exif.image[0x0131].raw == SOFTWARE.encode() + b"\0"
    assert again.exif.orientation == 1
    assert again.dpi == pytest.approx((300, 600), abs=0.02)
    assert "Großmutter" in again.xmp.decode()
    assert b"compositeWithTrainedAlgorithmicMedia" in again.xmp
    if format in (Format.JPEG, Format.TIFF):
        assert again.iptc == IPTC
    else:
        assert "Jörg" in again.xmp.decode()


def test_texts_of_png_and_comments_of_jpeg_stay(written, colour, telling):
    with Image.open(written(telling, Format.PNG, colour)) as image:
        image.load()
        assert (image.text["Title"], image.text["Software"]) == ("Oma", SOFTWARE)
    with Image.open(written(telling, Format.JPEG, colour)) as image:
        assert image.info["comment"] == b"from the shoebox"


@pytest.mark.parametrize("format", [Format.JPEG, Format.WEBP])
def test_the_preview_is_made_new(written, colour, telling, format):
    with Image.open(written(telling, format, colour)) as image:
        preview = image.getexif().get_ifd(ExifTags.IFD.IFD1)
        block = image.info["exif"].removeprefix(b"Exif\0\0")
    start = preview[0x0201]
    small = np.asarray(Image.open(BytesIO(block[start : start + preview[0x0202]])))
    assert small.shape == (120, 160, 3)
    assert np.abs(small.astype(int) - colour).mean() < 10


def test_a_photo_without_preview_gets_none(written, colour):
    with Image.open(written(Metadata(), Format.JPEG, colour)) as image:
        assert image.getexif().get_ifd(ExifTags.IFD.IFD1) == {}


def test_what_is_too_long_for_a_jpeg_is_dropped_with_a_note(written, colour):
    from kmhc_engine.photos.directories import UNDEFINED, Entry, text

    maker = {0x927C: Entry(UNDEFINED, 65_200, bytes(65_200))}
    path = written(Metadata(exif=read_exif(exif_block(extra=maker))), Format.JPEG, colour)
    assert written.notes == ("maker note dropped: too long for a JPEG",)
    with open_photo(path) as photo:
        assert photo.metadata.exif.photo[0x9003] == TAKEN
    novel = {0x9286: text("x" * 70_000)}
    written(
        Metadata(
            exif=read_exif(exif_block(extra=novel)),
            xmp=XMP.replace(b"ma", b"M" * 70_000),
            iptc=IPTC + b"\x1c\x02\x78\x7f\xff" + bytes(0x7FFF) + b"\x1c\x02\x78\x7f\xff" + bytes(0x7FFF),
        ),
        Format.JPEG,
        colour,
    )
    assert [note.split()[0] for note in written.notes] == ["maker", "EXIF", "XMP", "IPTC"]


def test_a_comment_that_is_too_long_for_a_jpeg_is_cut_with_a_note(written, colour):
    comment = b"Oma und Opa vor dem Haus. " * 3000
    path = written(Metadata(comment=comment), Format.JPEG, colour)
    assert written.notes == ("comment cut: too long for a JPEG",)
    with Image.open(path) as image:
        assert comment.startswith(image.info["comment"]) and len(image.info["comment"]) > 65_000


def test_quality_changes_the_size(written, colour):
    for format in (Format.JPEG, Format.WEBP):
        low, high = (written(Metadata(), format, colour, quality=q, name=str(q)).stat().st_size for q in (30, 95))
        assert low < high / 2


def test_the_same_photo_gives_the_same_file(written, colour, telling):
    for format in Format:
        first = written(telling, format, colour, name="1").read_bytes()
        assert written(telling, format, colour, name="2").read_bytes() == first


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk at hand")
@pytest.mark.parametrize("format", Format)
def test_a_full_disk_is_told_by_its_number(colour, format):
    page = RenderedPage(120, 160, 8, iter([colour] * 1))
    with pytest.raises(OSError) as told:
        encode(Path("/dev/full"), format, [page], Metadata(), Provenance("v", "w"))
    assert told.value.errno == errno.ENOSPC


def test_strips_that_do_not_fill_the_page_are_a_mistake(tmp_path, colour):
    for format in Format:
        page = RenderedPage(120, 160, 8, iter([colour[:50]]))
        with pytest.raises(ValueError, match="50 rows"):
            encode(tmp_path / "a", format, [page], Metadata(), Provenance("v", "w"))


def test_more_bits_than_a_format_has_are_a_mistake(tmp_path, colour):
    page = RenderedPage(120, 160, 16, iter([colour * np.uint16(257)]))
    with pytest.raises(ValueError, match="8 bits"):
        encode(tmp_path / "a", Format.JPEG, [page], Metadata(), Provenance("v", "w"))


@pytest.mark.parametrize(
    ("name", "mode", "wanted", "format", "word"),
    [
        ("a.jpg", "L", None, Format.JPEG, ""),
        ("a.png", "L", None, Format.PNG, ""),
        ("a.tif", "L", None, Format.TIFF, ""),
        ("a.webp", "L", None, Format.WEBP, ""),
        ("a.png", "L", Format.JPEG, Format.JPEG, ""),
        ("a.png", "LA", Format.JPEG, Format.PNG, "transparency"),
        ("a.bmp", "L", None, Format.PNG, "KMHC reads BMP, but does not write it"),
        ("a.gif", "L", None, Format.PNG, "KMHC reads GIF, but does not write it"),
        ("a.avif", "L", None, Format.JPEG, "KMHC reads AVIF, but does not write it"),
        ("a.avif", "RGBA", None, Format.PNG, "KMHC reads AVIF, but does not write it"),
    ],
)
def test_a_photo_keeps_its_format_where_it_can(saved, grey, name, mode, wanted, format, word):
    image = Image.fromarray(grey).convert(mode)
    if mode != "L":
        image.putalpha(Image.fromarray(grey))
    with open_photo(saved(image, name)) as photo:
        chosen, note = choose_format(photo, wanted)
    assert chosen is format
    assert (word in note) and bool(word) == bool(note)


def test_pages_stay_together_in_a_tiff(saved, grey):
    other = Image.fromarray(255 - grey)
    with open_photo(saved(grey, "a.tif", save_all=True, append_images=[other])) as photo:
        assert choose_format(photo, Format.JPEG) == (Format.TIFF, "written as TIFF: JPEG has no pages")


def test_pages_that_are_too_large_for_a_tiff_together_make_a_big_one(written, colour, monkeypatch):
    monkeypatch.setitem(encode.__globals__, "CLASSIC_LIMIT", 3 * colour.nbytes // 2)
    one = written(Metadata(), Format.TIFF, colour).read_bytes()
    two = written(Metadata(following=(Metadata(),)), Format.TIFF, colour, colour).read_bytes()
    assert (one[:4], two[:4]) == (b"II*\0", b"II+\0")


def test_every_page_tells_its_own(written, colour):
    metadata = Metadata(dpi=(300, 300), following=(Metadata(dpi=(600, 600)),))
    with Image.open(written(metadata, Format.TIFF, colour, colour)) as image:
        image.seek(1)
        assert image.info["dpi"] == (600, 600)


def test_a_photo_that_is_too_long_for_its_format_is_written_as_png(saved):
    with open_photo(saved(np.zeros((2, 20_000), np.uint8), "a.png")) as photo:
        chosen, note = choose_format(photo, Format.WEBP)
    assert (chosen, "too long" in note) == (Format.PNG, True)


def test_an_animated_webp_can_be_longer_than_a_webp_photo(saved, grey):
    path = saved(grey, "a.webp", save_all=True, append_images=[Image.fromarray(255 - grey)])
    head = bytearray(path.read_bytes())
    head[24:27] = (20_000 - 1).to_bytes(3, "little")  # the width on which its pictures stand
    path.write_bytes(head)
    with open_photo(path) as photo:
        assert (photo.size[0], photo.page(0).grey.shape[1]) == (20_000, 20_000)
        chosen, note = choose_format(photo, None)
    assert (chosen, "too long" in note) == (Format.PNG, True)


def test_one_page_at_a_time_is_asked_for(tmp_path, colour):
    asked = []

    def pages():
        for number in range(3):
            asked.append(number)

            def strips(number=number):
                assert asked[-1] == number
                yield colour

            yield RenderedPage(120, 160, 8, strips())

    encode(tmp_path / "a.tif", Format.TIFF, pages(), Metadata(), Provenance("v", "w"))
    with open_photo(tmp_path / "a.tif") as photo:
        assert photo.page_count == 3
        assert not photo.notes


def test_iptc_does_not_overwrite_what_xmp_says(written, colour, telling):
    path = written(telling, Format.WEBP, colour)
    with Image.open(path) as image:
        packet = image.info["xmp"].decode()
    assert packet.count("Großmutter") == 1
    assert DC in packet
