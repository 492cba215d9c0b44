import struct

import pytest

from kmhc_engine.photos.iptc import as_texts, datasets, in_photoshop_resources, photoshop_block
from kmhc_engine.photos.provenance import DC
from tests.engine.photos.making import IPTC


def test_captions_become_texts_in_their_own_coding():
    texts = as_texts(IPTC)
    assert texts[DC, "subject"] == ("Familie", "Köln")
    assert texts[DC, "creator"] == ("Jörg",)
    latin = b"\x1c\x02\x78\0\x04K\xf6ln"
    assert as_texts(latin)[DC, "description"] == ("Köln",)


def test_long_values_are_read():
    value = b"x" * 40_000
    long = b"\x1c\x02\x78\x80\x04" + struct.pack(">I", len(value)) + value
    assert datasets(long) == [(2, 120, value)]


@pytest.mark.parametrize("iptc", [b"rubbish", IPTC[:-3], b"\x1c\x02", b"\x1c\x02\x78\xff\xffabc"])
def test_damage_is_told(iptc):
    with pytest.raises(ValueError, match="data set"):
        datasets(iptc)


def test_photoshop_holds_it_among_other_things():
    other = b"8BIM" + struct.pack(">HB", 0x03ED, 3) + b"abc" + struct.pack(">I", 3) + b"xyz\0"
    block = photoshop_block(IPTC).removeprefix(b"Photoshop 3.0\0")
    assert in_photoshop_resources(other + block) == IPTC
    assert in_photoshop_resources(other) == b""
    assert in_photoshop_resources(b"rubbish") == b""
