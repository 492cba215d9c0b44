from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmhc_engine.photos.directories import (
    ASCII,
    LONG,
    SHORT,
    DirectoryReader,
    Entry,
    integers,
    pack,
    rational,
    text,
    whole,
)

ENTRIES = st.dictionaries(
    st.integers(1, 65535),
    st.binary(min_size=1, max_size=40).map(lambda raw: Entry(ASCII, len(raw), raw)),
    max_size=20,
)


def file_of(directory, order, big):
    mark = b"II" if order == "<" else b"MM"
    head = [whole(SHORT, order, n).raw for n in ((43, 8, 0) if big else (42,))]
    first = whole(16 if big else LONG, order, 16 if big else 8).raw
    block = mark + b"".join(head) + first
    return BytesIO(block + pack(directory, len(block), order, big=big))


@given(ENTRIES, st.sampled_from("<>"), st.booleans())
def test_a_directory_comes_back_as_it_was(directory, order, big):
    reader = DirectoryReader(file_of(directory, order, big))
    assert (reader.order, reader.big) == (order, big)
    assert list(reader.chain()) == [directory]


@given(ENTRIES, st.data())
def test_damage_leaves_out_entries_or_says_so(directory, data):
    content = bytearray(file_of(directory, "<", False).getvalue())
    for place in data.draw(st.lists(st.integers(4, len(content) - 1), min_size=1, max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    try:
        pages = list(DirectoryReader(BytesIO(bytes(content))).chain())
    except ValueError:
        return
    assert all(len(entry.raw) <= len(content) for page in pages for entry in page.values())


def test_a_chain_that_bites_its_tail_ends():
    directory = pack({1: whole(SHORT, "<", 5)}, 8, "<", following=8)
    assert len(list(DirectoryReader(BytesIO(b"II*\0\x08\0\0\0" + directory)).chain())) == 1


def test_an_entry_that_claims_gigabytes_is_left_out():
    huge = pack({1: Entry(SHORT, 4_000_000_000, bytes(8)), 2: whole(SHORT, "<", 5)}, 8, "<")
    (page,) = DirectoryReader(BytesIO(b"II*\0\x08\0\0\0" + huge)).chain()
    assert set(page) == {2}


def test_a_missing_end_of_chain_is_the_end():
    whole_file = file_of({1: whole(SHORT, "<", 5)}, "<", False).getvalue()
    (page,) = DirectoryReader(BytesIO(whole_file[:-4])).chain()
    assert integers(page, 1, "<") == (5,)


@pytest.mark.parametrize("content", [b"", b"II", b"XX*\0\x08\0\0\0", b"II\x07\0\x08\0\0\0", b"II*\0"])
def test_what_does_not_begin_like_tiff_is_refused(content):
    with pytest.raises(ValueError, match=r"TIFF|early"):
        list(DirectoryReader(BytesIO(content)).chain())


def test_text_is_written_in_utf_8():
    assert text("Köln").raw == "Köln\0".encode()


def test_fractions_are_exact_where_they_can_be():
    assert rational(300, "<").raw == b"\x2c\x01\0\0\1\0\0\0"
    assert rational(118.11, ">").raw == (1181100).to_bytes(4, "big") + (10000).to_bytes(4, "big")
