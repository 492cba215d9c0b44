import builtins
import errno
import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kmhc_engine.colour import lightness_table, rgb_to_lab
from kmhc_engine.errors import BrokenPhoto, NotAPhoto, PhotoTooLarge
from kmhc_engine.photos import MAX_PIXELS, Tone, decode, open_photo
from kmhc_engine.photos.directories import LONG, pack, whole
from tests.engine.photos.making import in_memory, matrix_profile, png_of


def lightness(codes):
    return lightness_table(codes.dtype.name)[codes]


def page_of(path, index=0):
    with open_photo(path) as photo:
        return photo.page(index)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.jpg", {"quality": 95}),
        ("a.jpg", {"quality": 95, "progressive": True}),
        ("a.png", {}),
        ("a.tif", {}),
        ("a.tif", {"compression": "tiff_lzw"}),
        ("a.tif", {"compression": "tiff_adobe_deflate"}),
        ("a.bmp", {}),
    ],
)
def test_grey_photos_come_as_the_very_codes_that_they_hold(saved, grey, name, options):
    path = saved(grey, name, **options)
    page = page_of(path)
    assert (page.grey.dtype, page.depth, page.alpha) == (np.uint8, 8, None)
    assert np.array_equal(page.grey, np.asarray(Image.open(path).convert("L")))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.jpg", {"quality": 95}),
        ("a.png", {}),
        ("a.tif", {"compression": "tiff_lzw"}),
        ("a.webp", {}),
        ("a.webp", {"lossless": True}),
        ("a.bmp", {}),
        ("a.avif", {}),
        ("a.gif", {}),
    ],
)
def test_colour_photos_keep_their_lightness(saved, colour, name, options):
    path = saved(colour, name, **options)
    page = page_of(path)
    expected = rgb_to_lab(np.asarray(Image.open(path).convert("RGB")))[..., 0]
    assert page.grey.dtype == np.uint16
    assert np.abs(lightness(page.grey) - expected).max() < 0.1


def test_photos_of_phones_are_read(colour, tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    path = tmp_path / "a.heic"
    pillow_heif.from_pillow(Image.fromarray(colour)).save(path, quality=95)
    with open_photo(path) as photo:
        assert (photo.format, photo.size) == ("heif", (160, 120))
        assert np.abs(lightness(photo.page(0).grey) - rgb_to_lab(colour)[..., 0]).mean() < 3


def test_without_its_package_a_heic_photo_is_refused_with_the_way_to_get_it(tmp_path, monkeypatch):
    real = builtins.__import__

    def refuse(name, *rest, **options):
        if name.startswith("pillow_heif"):
            raise ImportError(name)
        return real(name, *rest, **options)

    path = tmp_path / "a.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100))
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(NotAPhoto, match=r"kmhc\[heif\]"):
        open_photo(path)


def test_a_neutral_colour_jpeg_is_read_by_its_luminance(saved, grey):
    path = saved(np.dstack([grey] * 3), "a.jpg", quality=90)
    with open_photo(path) as photo:
        assert photo.tone is Tone.GREY
        page = photo.page(0)
    assert page.grey.dtype == np.uint8
    assert np.abs(page.grey.astype(int) - np.asarray(Image.open(path))[..., 1]).max() <= 1


def test_inks_without_a_profile_are_read_as_pillow_reads_them(saved, colour):
    path = saved(Image.fromarray(colour).convert("CMYK"), "a.jpg", quality=95)
    expected = rgb_to_lab(np.asarray(Image.open(path).convert("RGB")))[..., 0]
    assert np.abs(lightness(page_of(path).grey) - expected).max() < 0.1


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("name", "mode"), [("a.jpg", "L"), ("a.png", "LA"), ("a.tif", "L"), ("a.webp", "RGBA"), ("a.avif", "L")]
)
def test_photos_are_set_upright(saved, grey, orientation, name, mode):
    image = Image.fromarray(grey)
    exif = Image.Exif()
    exif[0x0112] = orientation
    with open_photo(saved(image.convert(mode), name, exif=exif)) as photo:
        page, size, thumbnail = photo.page(0), photo.size, photo.thumbnail(40)
    upright = image.transpose(TURNS[orientation]) if orientation > 1 else image
    assert (page.grey.shape, size) == (upright.size[::-1], upright.size)
    assert np.abs(lightness(page.grey) - lightness(np.asarray(upright))).mean() < 2.5
    small = np.asarray(upright.convert("RGB").resize(thumbnail.shape[1::-1], Image.Resampling.BOX))
    assert max(thumbnail.shape) == 40
    assert np.abs(thumbnail.astype(int) - small).mean() < 4


@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize("orientation", [1, 6, 4])
@pytest.mark.parametrize(("name", "mode"), [("a.jpg", "L"), ("a.png", "LA"), ("a.tif", "I;16")])
def test_photos_are_turned_beyond_what_they_say_themselves(saved, grey, orientation, turn, name, mode):
    image = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(grey).convert(mode)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = saved(image, name, exif=exif, dpi=(300, 600))
    with open_photo(path) as photo, open_photo(path, turn) as turned:
        expected, page = photo.page(0), turned.page(0)
        assert np.array_equal(page.grey, np.rot90(expected.grey, -turn))
        assert turned.size == page.grey.shape[::-1]
        assert (page.alpha is None) or np.array_equal(page.alpha, np.rot90(expected.alpha, -turn))
        assert np.abs(turned.thumbnail(40).astype(int) - np.rot90(photo.thumbnail(40), -turn)).max() <= 1
        assert turned.metadata.dpi == (photo.metadata.dpi[::-1] if turn % 2 else photo.metadata.dpi)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_png_of_few_bits_spans_black_to_white(tmp_path, bits):
    ramp = np.arange(2**bits, dtype=np.uint8)[None].repeat(3, 0)
    packed = np.packbits(np.unpackbits(ramp[..., None], axis=-1)[..., -bits:].reshape(3, -1), axis=1)
    path = tmp_path / "a.png"
    path.write_bytes(png_of((2**bits, 3), bits, 0, packed))
    assert page_of(path).grey[1].tolist() == [round(k * 255 / (2**bits - 1)) for k in range(2**bits)]


def test_palettes_and_their_transparency_are_read(saved, colour):
    image = Image.fromarray(colour).quantize(32)
    image.info["transparency"] = bytes([0, *[255] * 31])
    path = saved(image, "a.png")
    page = page_of(path)
    expected = np.asarray(Image.open(path).convert("RGBA"))
    assert np.array_equal(page.alpha, expected[..., 3] * np.uint16(257))
    assert np.abs(lightness(page.grey) - rgb_to_lab(expected[..., :3])[..., 0]).max() < 0.1


def test_alpha_is_as_the_photo_has_it(saved, grey):
    alpha = np.linspace(0, 255, grey.size).astype(np.uint8).reshape(grey.shape)
    page = page_of(saved(np.dstack((grey, alpha)), "a.png"))
    assert np.array_equal(page.grey, grey)
    assert np.array_equal(page.alpha, alpha)


def test_a_small_copy_has_neither_transparency_nor_profile(saved, colour):
    alpha = np.full(colour.shape[:2], 255, np.uint8)
    alpha[:60] = 0
    path = saved(np.dstack((colour, alpha)), "a.png", icc_profile=matrix_profile(2.2))
    with open_photo(path) as photo:
        small = photo.thumbnail(160)
    assert (small[:60] == 255).all()
    assert np.abs(small[60:].astype(int) - colour[60:]).mean() > 1  # a wide gamut is not sRGB


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png", "a.avif"])
def test_of_an_animation_the_first_picture_is_taken_and_told(saved, grey, name):
    others = [Image.fromarray(255 - grey), Image.fromarray(grey // 2)]
    path = saved(grey, name, save_all=True, append_images=others)
    with open_photo(path) as photo:
        assert photo.page_count == 1
        assert any(note.startswith("animated") for note in photo.notes)
        page = photo.page(0)
    assert np.abs(lightness(page.grey) - lightness(grey)).mean() < 3


def test_the_content_decides_and_not_the_name(grey, tmp_path):
    path = tmp_path / "not really.txt"
    path.write_bytes(in_memory(grey, "PNG"))
    with open_photo(path) as photo:
        assert photo.format == "png"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("letter.jpg", b"Liebe Oma, wie geht es dir?", "text"),
        ("album.jpg", b"%PDF-1.4 ...", "PDF"),
        ("film.jpg", b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "video"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        ("nothing.jpg", b"", "empty"),
        ("scan.dng", None, "raw"),
        ("scan.cr2", b"II*\0\x10\0\0\0CR\2\0" + bytes(4) + pack({256: whole(LONG, "<", 9)}, 16, "<"), "raw"),
        ("measured.tif", None, "kind"),
    ],
)
def test_what_is_no_photo_is_refused_by_name_with_the_reason(tmp_path, grey, name, content, word):
    path = tmp_path / name
    if name == "scan.dng":
        Image.fromarray(grey).save(path, "TIFF", tiffinfo={50706: b"\1\4\0\0"})
    elif name == "measured.tif":
        Image.fromarray(grey.astype(np.float32)).save(path)
    else:
        path.write_bytes(content)
    with pytest.raises(NotAPhoto, match=word) as refused:
        open_photo(path)
    assert str(refused.value).startswith(name)


def test_a_tiff_whose_first_pixels_are_like_the_mark_of_a_raw_file_is_read(tmp_path):
    import cv2

    path = tmp_path / "a.tif"
    pixels = np.frombuffer(b"CRAB" * 4, np.uint8).reshape(4, 4)
    assert cv2.imwrite(str(path), pixels, [cv2.IMWRITE_TIFF_COMPRESSION, 1])
    assert path.read_bytes()[8:12] == b"CRAB"
    assert np.array_equal(page_of(path).grey, pixels)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(NotAPhoto, match="folder"):
        open_photo(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(NotAPhoto, match="pipe"):
        open_photo(tmp_path / "pipe.jpg")


def test_a_photo_that_is_gone_is_told(tmp_path, not_there):
    with pytest.raises(BrokenPhoto, match=rf"it cannot be read \({not_there}\)\. Check that it is still there"):
        open_photo(tmp_path / "gone.jpg")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP", "BMP", "AVIF"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_photo_that_is_cut_short_is_refused_by_name(tmp_path, colour, format, share):
    whole = in_memory(colour, format)
    path = tmp_path / "cut.photo"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises((BrokenPhoto, NotAPhoto), match=r"cut\.photo"), open_photo(path) as photo:
        photo.page(0)


def test_what_a_decoder_says_in_several_lines_is_told_in_one(tmp_path, colour):
    heif = pytest.importorskip("pillow_heif")
    path = tmp_path / "a.heic"
    heif.from_pillow(Image.fromarray(colour)).save(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(BrokenPhoto) as caught, open_photo(path) as photo:
        photo.page(0)
    assert "\n" not in str(caught.value)


def test_a_page_beyond_the_limit_is_refused_and_the_others_are_not(saved, grey, monkeypatch):
    path = saved(Image.fromarray(grey[:40]), "a.tif", save_all=True, append_images=[Image.fromarray(grey)])
    monkeypatch.setitem(open_photo.__globals__, "MAX_PIXELS", grey.size - 1)
    assert page_of(path).grey.shape == (40, 160)
    with pytest.raises(PhotoTooLarge):
        page_of(path, 1)


def test_a_picture_beyond_the_limit_is_refused_before_it_is_decoded(tmp_path):
    side = int(MAX_PIXELS**0.5) + 1
    path = tmp_path / "bomb.png"
    path.write_bytes(png_of((side, side), 8, 0, np.zeros((1, 1), np.uint8)))
    with pytest.raises(PhotoTooLarge, match="250 million"):
        open_photo(path)


def test_thumbnails_are_small_and_never_larger_than_the_photo(saved, colour):
    with open_photo(saved(colour, "a.jpg")) as photo:
        assert photo.thumbnail(50).shape == (38, 50, 3)
        assert photo.thumbnail(1000).shape == (120, 160, 3)


def test_thumbnails_show_transparency_as_white(saved, grey):
    with open_photo(saved(np.dstack((grey, np.zeros_like(grey))), "a.png")) as photo:
        assert (photo.thumbnail(20) == 255).all()


def test_a_page_can_be_had_again(saved, grey):
    for name in ("a.png", "a.jpg", "a.webp", "a.tif", "a.gif"):
        with open_photo(saved(grey, name)) as photo:
            assert np.array_equal(photo.page(0).grey, photo.page(0).grey)
            assert photo.thumbnail(30).shape == (22, 30, 3)


def test_the_original_is_left_as_it_is(saved, colour):
    path = saved(colour, "a.jpg")
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    path.chmod(0o444)
    with open_photo(path) as photo:
        assert photo.tone is Tone.COLOUR
        photo.page(0)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("reads", [1, 2])
def test_a_disk_that_fails_is_told_with_what_to_do_wherever_it_does(saved, grey, monkeypatch, reads):
    class Failing(io.BytesIO):
        left = reads

        def read(self, *sizes):
            self.left -= 1
            if not self.left:
                raise OSError(errno.EIO, "Input/output error")
            return super().read(*sizes)

    content = saved(grey, "a.png").read_bytes()
    monkeypatch.setattr(decode, "_open_file", lambda path: Failing(content))
    with pytest.raises(BrokenPhoto, match=r"it cannot be read \(Input/output error\)\. Check the disk"):
        page_of(Path("a.png"))
