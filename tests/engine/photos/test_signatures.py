import pytest

from kmhc_engine.photos.signatures import describe_stranger, recognise


@pytest.mark.parametrize(
    ("head", "format"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"II*\0\x08\0\0\0", "tiff"),
        (b"MM\0*\0\0\0\x08", "tiff"),
        (b"II+\0\x08\0\0\0", "tiff"),
        (b"MM\0+\0\x08\0\0", "tiff"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"GIF89a", "gif"),
        (b"BM" + bytes(12) + b"\x28\0\0\0", "bmp"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0heicmif1", "heif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", "avif"),
    ],
)
def test_photos_are_recognised_by_their_first_bytes(head, format):
    assert recognise(head) == format


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "video"),
        (b"\x1aE\xdf\xa3", "video"),
        (b"RIFF\0\0\0\0AVI ", "video"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "raw"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"BMW is a make of cars", "text"),
        ("Fotos von Oma: Köln".encode(), "text"),
        (b"PK\x03\x04", "archive"),
        (bytes(100), "zeros"),
        (b"\x01\x02\x03\xfe" * 30, "no photo format"),
    ],
)
def test_what_is_no_photo_is_called_by_its_name(head, word):
    assert recognise(head) == ""
    assert word in describe_stranger(head)[0]


def test_a_text_whose_head_ends_within_a_character_is_a_text():
    assert "text" in describe_stranger("ä".encode() * 50 + b"\xc3")[0]
