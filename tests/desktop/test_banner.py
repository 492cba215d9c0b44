"""The line above the photos."""

from kmhc_desktop.banner import Banner


def test_of_a_long_text_the_beginning_shows_and_the_tool_tip_has_all(qtbot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    for long in ("\n".join(f"Line {number}" for number in range(30)), "word " * 400):
        banner.say(long)
        assert len(banner.text) < 420 and banner.text.count("\n") < 4 and banner.text.endswith("…")
        assert banner._text.toolTip() == banner._text.accessibleName() == long
    banner.say("Short.")
    assert (banner.text, banner._text.toolTip()) == ("Short.", "")


def test_a_librarys_own_words_are_in_the_tool_tip(qtbot, german) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.say("The connection to the engine failed (unhashable type). Start again; a new engine begins.")
    assert "unhashable" not in banner.text
    assert "unhashable type" in banner._text.toolTip()
