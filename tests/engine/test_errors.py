import pytest

from kmhc_engine.errors import printable


@pytest.mark.parametrize("name", ["خانه\u200cی ما.jpg", "\U0001f468\u200d\U0001f469\u200d\U0001f467.jpg"])
def test_what_joins_letters_in_a_name_is_shown_as_it_is(name):
    assert printable(name) == name


def test_a_name_that_ends_within_a_pictograph_is_shown_too():
    assert printable("Oma \ud83d.jpg") == r"Oma \ud83d.jpg"  # Windows takes it, and hands it out


def test_what_is_no_text_in_a_name_is_escaped():
    assert printable("a\nb\x1b[31m\u202e\udcff.jpg") == r"a\nb\x1b[31m\u202e\xff.jpg"
