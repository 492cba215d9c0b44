import errno
import io
import os
import time
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms
from PIL.JpegImagePlugin import get_sampling

from kmhc_engine.album.archive import full_size
from kmhc_engine.album.contents import gather
from kmhc_engine.album.exporting import export
from kmhc_engine.album.options import Kind, Options
from kmhc_engine.errors import OutputError


def test_the_photos_are_in_their_folders_under_names_that_windows_takes(family):
    for name in ("Lake/a.jpg", "CON.jpg", "what?:*.jpg", "..x/a...jpg", "A.jpg", "a.jpg"):
        family.add(name)
    made = export(family.folder, Kind.ZIP)
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert "Lake/a.jpg" in names and "CON_.jpg" in names and "what___.jpg" in names
    assert len({name.casefold() for name in names}) == 6
    assert not any(part in ("..", ".", "") for name in names for part in name.split("/"))


def test_names_keep_what_joins_their_letters(family):
    names = ["خانه\u200cی ما/a.jpg", "\U0001f468\u200d\U0001f469\u200d\U0001f467.jpg"]
    for name in names:
        family.add(name)
    with zipfile.ZipFile(export(family.folder, Kind.ZIP).path) as archive:
        assert sorted(archive.namelist()) == sorted(names)


def test_entries_have_the_dates_of_the_originals_as_far_as_a_zip_can_hold_them(family):
    day = (2001, 2, 3, 4, 5, 6)
    for name, seconds in (("a.jpg", time.mktime((*day, 0, 0, -1))), ("b.jpg", 0)):
        family.add(name, taken="1954:07:12 10:00:00")
        os.utime(family.originals / name, (seconds, seconds))
    with zipfile.ZipFile(export(family.folder, Kind.ZIP).path) as archive:
        assert [entry.date_time for entry in archive.infolist()] == [day, (1980, 1, 1, 0, 0, 0)]


def test_an_entry_has_the_date_of_the_colour_photo_where_the_original_is_gone(family):
    seconds = time.mktime((2001, 2, 3, 4, 5, 6, 0, 0, -1))
    os.utime(family.add("a.jpg"), (seconds, seconds))
    (family.originals / "a.jpg").unlink()
    with zipfile.ZipFile(export(family.folder, Kind.ZIP).path) as archive:
        assert archive.infolist()[0].date_time == (2001, 2, 3, 4, 5, 6)


def test_everybody_may_read_what_is_unpacked(family):
    family.add("a.jpg").chmod(0o600)
    with zipfile.ZipFile(export(family.folder, Kind.ZIP).path) as archive:
        assert archive.infolist()[0].external_attr >> 16 == 0o644


def test_a_photo_of_a_date_that_the_system_cannot_tell_has_the_first_one_of_zips(family, monkeypatch):
    def untold(seconds):  # as on Windows before 1970
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    family.add("a.jpg")
    monkeypatch.setattr("zipfile.time.localtime", untold)
    with zipfile.ZipFile(export(family.folder, Kind.ZIP).path) as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_photos_keep_pixels_and_caption_and_lose_places(family):
    family.add("a.jpg", caption="Minka")
    family.add("b.png", caption="Minka")
    made = export(family.folder, Kind.ZIP)
    with zipfile.ZipFile(made.path) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            assert b"SecretName" not in data and b"Minka" in data
            with Image.open(io.BytesIO(data)) as image, Image.open(family.folder / name) as colour:
                assert image.tobytes() == colour.tobytes()
                assert not image.getexif().get_ifd(ExifTags.IFD.GPSInfo)


def test_a_png_keeps_its_sixteen_bits_and_what_is_clear(family):
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    clear = Image.linear_gradient("L").resize((96, 72))
    family.add("clear.png").unlink()
    Image.merge("RGBA", (clear, clear, clear, clear)).save(family.folder / "clear.png", icc_profile=icc)
    family.record("clear.png")
    family.add("deep.png").unlink()
    deep = np.arange(72 * 96, dtype=np.uint16).reshape(72, 96) * 9
    Image.fromarray(deep).save(family.folder / "deep.png", icc_profile=icc)
    family.record("deep.png")
    made = export(family.folder, Kind.ZIP)
    with zipfile.ZipFile(made.path) as archive:
        with Image.open(io.BytesIO(archive.read("clear.png"))) as image:
            assert image.mode == "RGBA" and image.getchannel("A").tobytes() == clear.tobytes()
            assert image.info["icc_profile"] == icc and "KMHC" in image.getexif()[ExifTags.Base.Software]
        with Image.open(io.BytesIO(archive.read("deep.png"))) as image:
            np.testing.assert_array_equal(np.asarray(image), deep)


def test_a_png_on_its_side_or_without_a_profile_is_made_anew(family):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    family.add("side.png").unlink()
    Image.new("RGB", (96, 72), "teal").save(family.folder / "side.png", exif=exif, icc_profile=icc)
    family.record("side.png")
    made = export(family.folder, Kind.ZIP)
    with zipfile.ZipFile(made.path) as archive, Image.open(io.BytesIO(archive.read("side.png"))) as image:
        assert image.size == (72, 96) and image.getexif()[ExifTags.Base.Orientation] == 1


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_a_photo_that_is_cut_short_is_left_out(family, name, keep):
    family.add("whole.jpg")
    colour = family.add(name)
    colour.write_bytes(colour.read_bytes()[:-40])
    assert [out.name for out in export(family.folder, Kind.ZIP, options=Options(keep_metadata=keep)).left_out] == [name]


@pytest.mark.parametrize("name", ["a.jpg", "a.webp", "a.tif"])
def test_what_is_no_photo_any_more_is_left_out_even_where_photos_stay_as_they_are(family, name):
    family.add("whole.jpg")
    family.add(name).write_bytes(b"nothing")
    assert [out.name for out in export(family.folder, Kind.ZIP, options=Options(keep_metadata=True)).left_out] == [name]


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_a_photo_that_stays_as_it_is_is_not_built_anew(family, tmp_path, name):
    path = tmp_path / name
    Image.effect_noise((1000, 700), 60).convert("RGB").save(path, compress_level=0)
    photo = replace(gather(family.add("b.jpg").parent).photos["b.jpg"], colour=path)
    tracemalloc.start()
    full_size(photo, keep_metadata=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * path.stat().st_size


def test_a_tiff_becomes_jpeg_and_says_so_unless_it_may_stay_as_it_is(family):
    colour = family.add("a.tif")
    made = export(family.folder, Kind.ZIP)
    assert "became JPEG" in made.notes[0]
    with zipfile.ZipFile(made.path) as archive:
        assert archive.namelist() == ["a.jpg"]
        with Image.open(io.BytesIO(archive.read("a.jpg"))) as image:
            assert get_sampling(image) == 0  # as many pixels of colour as of light
    made = export(family.folder, Kind.ZIP, options=Options(keep_metadata=True), replace=True)
    with zipfile.ZipFile(made.path) as archive:
        assert archive.read("a.tif") == colour.read_bytes()


@pytest.mark.parametrize("title", ['A "title": ../x' * 30, "."])
def test_a_web_album_in_a_zip_is_one_folder(family, title):
    family.add("a.jpg")
    made = export(family.folder, Kind.WEB_ZIP, options=Options(title=title))
    with zipfile.ZipFile(made.path) as archive:
        names, entries = archive.namelist(), archive.infolist()
    (top,) = {name.split("/")[0] for name in names}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}  # pictures do not become smaller
    assert len(top.encode()) <= 255 and not any(".kmhc" in name for name in names)
    assert any(name.endswith("/index.html") for name in names)
    assert sorted(path.name for path in made.path.parent.iterdir()) == [
        "Family", "Family album.zip", "Family colourised",
    ]  # fmt: skip


def test_a_file_of_somebody_else_stays(family, tmp_path):
    family.add("a.jpg")
    (tmp_path / "Family album photos.zip").write_text("other")
    with pytest.raises(OutputError, match="already something of this name"):
        export(family.folder, Kind.ZIP)
    assert (tmp_path / "Family album photos.zip").read_text() == "other"


@pytest.mark.parametrize("kind", [Kind.ZIP, Kind.PDF, Kind.SHEET])
def test_an_album_never_replaces_a_photo_of_its_own_even_when_asked_to(family, kind):
    colour = family.add("a.jpg")
    for photo in (colour, family.originals / "a.jpg"):
        before = photo.read_bytes()
        with pytest.raises(OutputError, match="a photo of the album"):
            export(family.folder, kind, photo, replace=True)
        assert photo.read_bytes() == before
