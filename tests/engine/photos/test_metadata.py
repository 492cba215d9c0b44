import struct
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from kmhc_engine.photos import open_photo
from kmhc_engine.photos.iptc import photoshop_block
from tests.engine.photos.making import IPTC, TAKEN, XMP, exif_block, pointing_to


def segment(number, content):
    return b"\xff" + bytes((number,)) + struct.pack(">H", len(content) + 2) + content


def with_segments(path, *segments):
    jpeg = path.read_bytes()
    path.write_bytes(jpeg[:2] + b"".join(segments) + jpeg[2:])
    return path


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif"])
def test_exif_is_read_from_every_format(saved, grey, name):
    with open_photo(saved(grey, name, exif=b"Exif\0\0" + exif_block())) as photo:
        assert photo.metadata.exif.photo[0x9003] == TAKEN
        assert photo.metadata.dpi == (600, 300)


def test_exif_is_read_from_tiff(saved, grey):
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + exif_block())
    with open_photo(saved(grey, "a.tif", exif=exif, dpi=(600, 300))) as photo:
        assert photo.metadata.exif.photo[0x9003] == TAKEN
        assert photo.metadata.dpi == (600, 300)


def test_the_resolution_lies_as_the_photo_does(saved, grey):
    exif = Image.Exif()
    exif[0x0112] = 8
    with open_photo(saved(grey, "a.png", exif=exif, dpi=(300, 150))) as photo:
        assert photo.metadata.dpi == pytest.approx((150, 300), abs=0.02)


def test_without_a_resolution_none_is_made_up(saved, grey):
    exif = Image.Exif()
    exif[0x010F] = "Agfa"
    with open_photo(saved(grey, "a.jpg", exif=exif)) as photo:
        assert photo.metadata.dpi is None


def test_exif_behind_the_pixels_of_a_png_is_read(saved, grey):
    path = saved(grey, "a.png")
    content = b"eXIf" + exif_block(orientation=6)
    chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
    png = path.read_bytes()
    path.write_bytes(png[:-12] + chunk + png[-12:])
    with open_photo(path) as photo:
        assert photo.size == (120, 160)
        assert photo.metadata.exif.photo[0x9003] == TAKEN


def test_texts_of_a_png_are_read_and_its_software_is_not(saved, grey):
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "Oma")
    info.add_itxt("Description", "in Köln", zip=True)
    info.add_text("Software", "VueScan")
    info.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    with open_photo(saved(grey, "a.png", pnginfo=info)) as photo:
        assert [content.split(b"\0")[0] for _, content in photo.metadata.texts] == [b"Title", b"Description"]
        assert photo.metadata.xmp == XMP


def test_exif_that_imagemagick_hid_in_a_text_is_read(saved, grey):
    info = PngImagePlugin.PngInfo()
    block = b"Exif\0\0" + exif_block()
    info.add_text("Raw profile type APP1", f"\nexif\n{len(block):8d}\n{block.hex()}\n", zip=True)
    with open_photo(saved(grey, "a.png", pnginfo=info)) as photo:
        assert photo.metadata.exif.photo[0x9003] == TAKEN
        assert photo.metadata.texts == ()


def test_iptc_of_a_jpeg_is_read(saved, grey):
    path = with_segments(saved(grey, "a.jpg"), segment(0xED, photoshop_block(IPTC)))
    with open_photo(path) as photo:
        assert photo.metadata.iptc == IPTC


@pytest.mark.parametrize(
    ("marker", "content", "note"),
    [
        (0xE1, b"Exif\0\0rubbish", "damaged EXIF dropped"),
        (0xE1, b"Exif\0\0" + exif_block()[:9], "damaged EXIF dropped"),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<broken", "damaged XMP dropped"),
        (0xED, photoshop_block(b"rubbish"), "damaged IPTC dropped"),
        (0xE2, b"ICC_PROFILE\0\1\1rubbish", "damaged colour profile dropped"),
    ],
)
def test_broken_metadata_is_dropped_with_a_note_and_costs_no_pixel(saved, grey, marker, content, note):
    path = saved(grey, "a.jpg", quality=95)
    expected = np.asarray(Image.open(path))
    with open_photo(with_segments(path, segment(marker, content))) as photo:
        assert photo.notes == (note,)
        assert np.array_equal(photo.page(0).grey, expected)


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
@pytest.mark.parametrize(("tag", "part"), [(0x8769, "camera data"), (0x8825, "GPS")])
def test_a_broken_part_of_exif_does_not_leave_a_photo_on_its_side(saved, grey, name, tag, part):
    block = pointing_to(60_000, tag, exif_block(orientation=6))
    with open_photo(saved(grey, name, exif=b"Exif\0\0" + block)) as photo:
        assert photo.notes == (f"damaged {part} dropped",)
        assert (photo.size, photo.page(0).grey.shape) == ((120, 160), (160, 120))
        assert "Köln".encode() in photo.metadata.exif.image[0x010E].raw


@pytest.mark.parametrize("place", [0, 2**32 - 1])
def test_a_broken_part_of_exif_does_not_leave_a_tiff_on_its_side(saved, place):
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + exif_block(orientation=6))
    path = saved(np.zeros((300, 1000), np.uint8), "a.tif", exif=exif)  # long enough to hold a directory anywhere
    path.write_bytes(pointing_to(place, 0x8825, path.read_bytes()))
    with open_photo(path) as photo:
        assert photo.notes == ("damaged GPS dropped",)
        assert (photo.size, photo.page(0).grey.shape) == ((300, 1000), (1000, 300))
        assert photo.metadata.exif.photo[0x9003] == TAKEN


@pytest.mark.parametrize("kind", [b"eXIf", b"iCCP", b"zTXt", b"iTXt", b"pHYs", b"tIME"])
def test_a_broken_chunk_costs_no_pixel_of_a_png(saved, grey, kind):
    path = saved(grey, "a.png")
    png = path.read_bytes()
    chunk = struct.pack(">I", 9) + kind + b"rubbish\0\0" + b"bad!"
    path.write_bytes(png[:33] + chunk + png[33:])
    with open_photo(path) as photo:
        assert np.array_equal(photo.page(0).grey, grey)


def test_a_text_that_swells_to_gigabytes_costs_nothing(saved, grey):
    path = saved(grey, "a.png")
    png = path.read_bytes()
    bomb = b"iTXtXML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(50_000_000), 9)
    chunk = struct.pack(">I", len(bomb) - 4) + bomb + struct.pack(">I", zlib.crc32(bomb))
    path.write_bytes(png[:33] + chunk + png[33:])
    with open_photo(path) as photo:
        assert photo.notes == ("damaged XMP dropped",)
        assert np.array_equal(photo.page(0).grey, grey)


def test_xmp_that_goes_on_elsewhere_is_told(saved, grey):
    content = XMP.replace(
        b"<own:", b"<n:HasExtendedXMP xmlns:n='http://ns.adobe.com/xmp/note/'>1</n:HasExtendedXMP><own:", 1
    )
    path = with_segments(saved(grey, "a.jpg"), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + content))
    with open_photo(path) as photo:
        assert photo.notes == ("XMP beyond its first 64 kB dropped",)
