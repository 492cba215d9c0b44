import os
import unicodedata
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmhc_engine.names import Names, folded, numbered, portable, with_suffix

# Names that are near one another: case, composed and decomposed accents, suffixes, numbers that clash with ours.
PARTS = st.sampled_from(
    ["a", "A", "a (2)", "A (2)", "é", "e\u0301", "É", "ß", "ss", "a.jpg", "a.png", "a.JPG", "ﬁ", "fi", "\udcff"]
)
PATHS = st.lists(PARTS, min_size=1, max_size=3).map(lambda parts: PurePath(*parts))


@pytest.fixture
def names(tmp_path):
    return Names(tmp_path, ours=lambda path, source: False)


def claims(root, wanted, ours=lambda path, source: False):
    names = Names(root, ours)
    return [names.claim(source, PurePath(path)).as_posix() for source, path in wanted]


def picky(path):
    """How the pickiest disk compares names."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path.as_posix()).casefold())


@given(st.lists(PATHS, max_size=12))
def test_different_sources_never_share_an_output_on_any_disk(tmp_path_factory, wanted):
    names = Names(tmp_path_factory.getbasetemp() / "nothing here", lambda path, source: False)
    given = [names.claim(str(number).encode(), path) for number, path in enumerate(wanted)]
    assert len({picky(path) for path in given}) == len(given)
    folders = {picky(parent) for path in given for parent in path.parents}
    assert not folders & {picky(path) for path in given}


@given(st.lists(PATHS, max_size=12))
def test_the_same_sources_get_the_same_outputs_again(tmp_path_factory, wanted):
    nowhere = tmp_path_factory.getbasetemp() / "nothing here"
    first, second = (Names(nowhere, lambda path, source: False) for _ in range(2))
    sources = [(str(number).encode(), path) for number, path in enumerate(wanted)]
    given = {source: first.claim(source, path) for source, path in sources}
    for source, path in sources:
        second.keep(source, path, given[source])
    assert {source: second.claim(source, path) for source, path in reversed(sources)} == given


def test_clashing_names_are_numbered_in_order(tmp_path):
    wanted = [(b"1", "a.jpg"), (b"2", "A.jpg"), (b"3", "é.jpg"), (b"4", "e\u0301.jpg"), (b"5", "a.jpg")]
    assert claims(tmp_path, wanted) == ["a.jpg", "A (2).jpg", "é.jpg", "e\u0301 (2).jpg", "a (3).jpg"]


def test_a_source_that_asks_again_gets_the_same_name(names):
    assert names.claim(b"1", PurePath("a.jpg")) == names.claim(b"1", PurePath("a.jpg")) == PurePath("a.jpg")


def test_a_file_of_somebody_else_keeps_its_name(tmp_path):
    (tmp_path / "a.jpg").touch()
    assert claims(tmp_path, [(b"1", "a.jpg")]) == ["a (2).jpg"]
    assert claims(tmp_path, [(b"1", "a.jpg")], ours=lambda path, source: source == b"1") == ["a.jpg"]


def test_a_folder_that_is_in_the_way_of_a_file_stays_and_so_does_a_file_in_the_way_of_a_folder(tmp_path):
    (tmp_path / "sub").touch()
    wanted = [(b"1", "a.jpg"), (b"2", "a.jpg/b.jpg"), (b"3", "c.jpg/d.jpg"), (b"4", "c.jpg"), (b"5", "sub/e.jpg")]
    assert claims(tmp_path, wanted) == ["a.jpg", "a (2).jpg/b.jpg", "c.jpg/d.jpg", "c (2).jpg", "sub (2)/e.jpg"]


@pytest.mark.parametrize(
    ("name", "suffix", "expected"),
    [
        ("a.JPG", ".jpg", "a.JPG"),
        ("a.jpeg", ".jpg", "a.jpeg"),
        ("a.tiff", ".tif", "a.tiff"),
        ("a.png", ".jpg", "a.jpg"),
        ("a.heic", ".jpg", "a.jpg"),
        ("Oma 1950.Mai", ".jpg", "Oma 1950.Mai.jpg"),
        ("no suffix", ".png", "no suffix.png"),
        ("...jpg", ".png", "...png"),
    ],
)
def test_an_output_has_the_suffix_of_its_format_and_its_own_where_that_means_the_same(name, suffix, expected):
    assert with_suffix(PurePath("sub", name), suffix) == PurePath("sub", expected)


@pytest.mark.parametrize("stem", ["n" * 300, "é" * 200, "\U0001f468" * 80])
@pytest.mark.parametrize("number", [1, 2, 1000])
def test_long_names_are_cut_between_characters_to_what_disks_store(stem, number):
    name = numbered(PurePath(stem + ".jpg"), number).name
    assert len(os.fsencode(name)) <= 255
    assert name.endswith(".jpg") and ("(" in name) == (number > 1)
    assert name[0] * 50 in name and "\ufffd" not in name


@pytest.mark.parametrize("name", ["1. " + "x" * 252, "1." + "é" * 200, ".." + "x" * 300])
@pytest.mark.parametrize("number", [1, 2, 1000])
def test_a_long_name_with_an_early_dot_is_cut_at_its_end(name, number):
    cut = numbered(PurePath(name), number).name
    assert len(os.fsencode(cut)) <= 255
    assert cut.startswith(name[:100]) and cut.endswith(f" ({number})" if number > 1 else name[-1])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CON.jpg", "CON_.jpg"),
        ("nul", "nul_"),
        ("Com1.tar.jpg", "Com1_.tar.jpg"),
        ("lpt² .jpg", "lpt²_ .jpg"),
        ("aux/prn/a.jpg", "aux_/prn_/a.jpg"),
        ("console.jpg", "console.jpg"),
        ("xcon.jpg", "xcon.jpg"),
    ],
)
def test_names_of_windows_devices_are_changed_everywhere(name, expected):
    assert portable(PurePath(name), strict=False) == PurePath(expected)


def test_odd_names_stay_where_the_disk_takes_them_and_are_replaced_where_not(odd_names):
    for name in odd_names:
        if not name.startswith("CON"):
            assert portable(PurePath(name), strict=False) == PurePath(name)
        strict = portable(PurePath("folder. ", name), strict=True)
        assert strict.parts[0] == "folder"
        strict.name.encode("utf-8")
        assert not set(strict.name) & set('<>:"/\\|?*\n\t\a')


def test_names_alike_but_for_case_and_accents_fold_to_one():
    assert len({folded(PurePath(name)) for name in ("É.jpg", "e\u0301.JPG", "E\u0301.Jpg", "é.jpg")}) == 1


def test_a_name_that_is_cut_ends_in_no_blank_which_windows_loses():
    folder = PurePath("Ж" * 127 + " " + "Ж" * 9)
    assert numbered(folder, 1).name == "Ж" * 127
