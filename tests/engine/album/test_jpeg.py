import io

import pytest
from PIL import Image

from kmhc_engine.album.jpeg import retold


def jpeg(**options):
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(buffer, "JPEG", **options)
    return buffer.getvalue()


@pytest.mark.parametrize("progressive", [False, True])
def test_every_pixel_and_the_profile_stay_and_all_else_goes(progressive):
    icc = b"profile" * 20000  # longer than one segment
    data = jpeg(progressive=progressive, icc_profile=icc, exif=b"Exif\0\0secret", comment="secret", xmp=b"secret")
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(retold(data, b"", b""))) as after:
        assert after.tobytes() == before.tobytes()
        assert after.info["icc_profile"] == icc
    assert b"secret" not in retold(data, b"", b"")


def test_new_metadata_stand_where_readers_look():
    told = retold(jpeg(exif=b"Exif\0\0old"), b"Exif\0\0new", b"<x:xmpmeta/>")
    with Image.open(io.BytesIO(told)) as image:
        assert image.info["exif"] == b"Exif\0\0new" and image.info["xmp"] == b"<x:xmpmeta/>"


def test_what_hides_behind_the_picture_goes():
    assert retold(jpeg() + b"a film of the children", b"", b"").endswith(b"\xff\xd9")


@pytest.mark.parametrize("cut", [1, 3, 20, 300, -2])
def test_a_file_that_is_cut_short_is_refused(cut):
    with pytest.raises(ValueError, match="JPEG"):
        retold(jpeg()[:cut], b"", b"")
