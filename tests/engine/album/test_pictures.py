import io

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, ImageOps, TiffImagePlugin

from kmhc_engine.album.captions import Told
from kmhc_engine.album.pictures import cover, exif_of, load, metadata, small, write
from kmhc_engine.errors import PhotoError, PhotoTooLarge


def stored(tmp_path, image, name="a.png", **options):
    image.save(tmp_path / name, **options)
    return load(tmp_path / name, 1600, 2048)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_becomes_grey_or_rgb(tmp_path, mode):
    image = Image.new("L", (8, 6), 255).convert(mode if mode != "I;16" else "L")
    if mode == "I;16":
        image = Image.fromarray(np.full((6, 8), 65535, np.uint16))
    shown = stored(tmp_path, image, "a.tif")
    assert shown.mode in ("L", "RGB") and shown.size == (8, 6)
    assert np.asarray(shown).min() >= 254


def test_sixteen_bits_of_colour_become_eight(tmp_path):
    tifffile = pytest.importorskip("tifffile")
    pixels = np.full((6, 8, 3), (65535, 32768, 0), np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb")
    assert load(tmp_path / "a.tif", 1600, 2048).getpixel((0, 0)) == (255, 128, 0)


def test_what_is_clear_shows_white_paper(tmp_path):
    assert stored(tmp_path, Image.new("RGBA", (4, 4), (255, 0, 0, 0))).convert("RGB").getpixel((0, 0)) == (
        255,
        255,
        255,
    )


def test_colours_come_out_in_srgb(tmp_path):
    swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    swapped = swapped.replace(b"rXYZ", b"\0XYZ", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"\0XYZ", b"bXYZ", 1)
    swapped = swapped.replace(b"s\0R\0G\0B", b"t\0R\0G\0B").replace(b"sRGB built-in", b"tRGB built-in")
    red, _, blue = stored(tmp_path, Image.new("RGB", (4, 4), (255, 0, 0)), icc_profile=bytes(swapped)).getpixel((0, 0))
    assert blue > 200 > red


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright(tmp_path, orientation):
    quarters = Image.new("RGB", (64, 32), "red")
    quarters.paste("lime", (32, 0, 64, 32))
    quarters.paste("blue", (0, 16, 32, 32))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    quarters.getexif()[ExifTags.Base.Orientation] = orientation
    expected = ImageOps.exif_transpose(quarters)
    shown = stored(tmp_path, quarters, "a.jpg", exif=exif, quality=95)
    assert shown.size == expected.size
    for place in ((8, 8), (shown.width - 8, 8), (8, shown.height - 8)):
        assert np.abs(np.subtract(shown.getpixel(place), expected.getpixel(place))).max() < 20


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_originals_are_turned_as_their_colour_photos_are(tmp_path, name, turn):
    image = Image.linear_gradient("L").resize((60, 40))  # dark at the top
    image.save(tmp_path / name)
    turned, expected = load(tmp_path / name, 60, 60, turn), image.rotate(-90 * turn, expand=True)
    assert turned.size == expected.size
    assert np.abs(np.subtract(turned.convert("L"), expected, dtype=int)).max() < 8


@pytest.mark.parametrize(("width", "expected"), [(4000, 2000), (3264, 1632), (2048, 2048), (3000, 2048), (600, 600)])
def test_jpeg_is_decoded_at_the_size_that_is_nearest(tmp_path, width, expected):
    assert stored(tmp_path, Image.new("L", (width, 8)), "a.jpg").width == expected


def test_a_strip_of_one_pixel_is_shown(tmp_path):
    assert stored(tmp_path, Image.new("L", (1, 20_000)), "a.jpg").size == (1, 2048)


def test_a_heic_photo_is_shown(tmp_path):
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.new("RGB", (64, 48), "white")).save(tmp_path / "a.heic")
    assert load(tmp_path / "a.heic", 1600, 2048).size == (64, 48)


def test_the_small_picture_is_no_smaller_than_the_grid_wants():
    assert small(Image.new("L", (2000, 1500)), 640, 480).size == (667, 500)
    assert small(Image.new("L", (700, 300)), 640, 480).size == (700, 300)


@pytest.mark.parametrize("damage", ["cut", "text", "gone"])
def test_a_damaged_photo_is_named(tmp_path, damage):
    path = tmp_path / "a.jpg"
    buffer = io.BytesIO()
    Image.effect_noise((300, 300), 50).save(buffer, "JPEG")
    path.write_bytes(buffer.getvalue()[:3000] if damage == "cut" else b"text")
    if damage == "gone":
        path.unlink()
    with pytest.raises(PhotoError, match=r"a\.jpg"):
        load(path, 1600, 2048)


def test_a_photo_with_far_too_many_pixels_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("kmhc_engine.photos.decode.MAX_PIXELS", 10)
    with pytest.raises(PhotoTooLarge, match="are the limit"):
        stored(tmp_path, Image.new("L", (10, 10)))


@pytest.mark.parametrize("name", ["a.jpg", "a.webp"])
def test_caption_and_provenance_come_back_from_the_file(tmp_path, name):
    about = metadata(Told("Ä <&> \"'", "1954-07", 0, True, "unet/x&y"))
    write(Image.new("RGB", (8, 8)), tmp_path / name, about)
    with Image.open(tmp_path / name) as image:
        xmp = image.info["xmp"].decode()
        assert "Ä &lt;&amp;&gt;" in xmp and "unet/x&amp;y" in xmp and "1954-07" in xmp
        assert image.getexif()[ExifTags.Base.Software].startswith("KMHC ")


def test_what_a_tiff_tells_of_its_own_layout_is_not_kept(tmp_path):
    told = TiffImagePlugin.ImageFileDirectory_v2()
    told[ExifTags.Base.Artist] = "Minka"
    told.tagtype[34377], told[34377] = 7, bytes(70_000)  # Photoshop's
    Image.new("L", (8, 8)).save(tmp_path / "a.tif", tiffinfo=told)
    write(Image.new("L", (8, 8)), tmp_path / "a.jpg", metadata(Told(), kept=exif_of(tmp_path / "a.tif")))
    with Image.open(tmp_path / "a.jpg") as image:
        exif = dict(image.getexif())
        assert (exif.pop(ExifTags.Base.Artist), exif.pop(ExifTags.Base.Orientation)) == ("Minka", 1)
        assert set(exif) == {ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo}


@pytest.mark.parametrize(
    ("tag", "value"), [(ExifTags.Base.Make, TiffImagePlugin.IFDRational(1, 3)), (ExifTags.Base.Artist, "x" * 70_000)]
)
def test_exif_that_cannot_be_written_costs_no_picture_its_caption(tmp_path, tag, value):
    exif = Image.Exif()
    exif[tag] = value
    write(Image.new("L", (8, 8)), tmp_path / "a.jpg", metadata(Told("Minka"), kept=exif))
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.getexif()[ExifTags.Base.ImageDescription] == "Minka" and tag not in image.getexif()


@pytest.mark.parametrize(
    ("sizes", "chosen", "place"),
    [
        ([(300, 200), (600, 800), (3000, 500), (800, 600), (1600, 1200)], "", 3),
        ([(300, 200), (600, 800), (3000, 500), (800, 600)], "1", 1),
        ([(600, 800), (300, 200), (3000, 500)], "gone", 1),
        ([(600, 800), (3000, 500)], "", 0),
    ],
    ids=["large landscape", "chosen", "any landscape", "none"],
)
def test_the_cover_is_the_chosen_photo_or_one_that_fills_it_sharply(sizes, chosen, place):
    assert cover([(str(at), size) for at, size in enumerate(sizes)], chosen) == place
