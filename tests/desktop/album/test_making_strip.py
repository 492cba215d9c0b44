"""The foot of the dialogs that make something."""

import pytest
from PySide6.QtCore import QLocale

from kmhc_desktop.album import messages
from kmhc_desktop.album.making_strip import MakingStrip
from kmhc_desktop.language import use_language


@pytest.mark.parametrize(("language", "says"), [("en", "1,234 of 5,678: a.jpg"), ("de", "1.234 von 5.678: a.jpg")])
def test_progress_is_told_in_the_digits_of_the_language(qapp, qtbot, language, says):
    use_language(qapp, language)
    QLocale.setDefault(QLocale(language))
    try:
        strip = MakingStrip("Export", can_open=True)
        qtbot.addWidget(strip)
        strip.show_progress(messages.Progress(1234, 5678, "a.jpg"))
        assert strip.text.text() == says
    finally:
        use_language(qapp, "en")
        QLocale.setDefault(QLocale.c())


def test_progress_that_comes_after_cancelling_does_not_hide_that(qapp):
    strip = MakingStrip("Export", can_open=True)
    strip.show_progress()
    strip.cancel.click()
    strip.show_progress(messages.Progress(2, 9, "b.jpg"))
    assert strip.text.text() == "Cancelling…" and strip.bar.value() == 2
