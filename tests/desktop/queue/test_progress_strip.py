from collections import Counter

import pytest
from PySide6.QtCore import QLocale

from kmhc_desktop.language import use_language
from kmhc_desktop.queue.progress_strip import ProgressStrip, duration_text
from kmhc_desktop.queue.run import Pace, Phase


def test_large_numbers_are_grouped_alike(qtbot, qapp) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    use_language(qapp, "en")
    try:
        said = strip.summary(Counter(), photos=2000, to_do=2000, in_colour=0, scanning=False)
    finally:
        QLocale.setDefault(QLocale.c())
    assert said == "2,000 photos · 2,000 to colourise"


def test_the_strip_says_how_far_how_fast_and_how_long(qapp) -> None:
    strip = ProgressStrip()
    strip.show_run(Pace(12, 30, 21.0, 51.0), Phase.RUNNING)
    assert strip.text == "12 of 30 photos about 51 s left · 21 photos a minute"
    strip.show_run(Pace(12, 30), Phase.PAUSED)
    assert strip.text == "Paused · 12 of 30 photos"


def test_until_there_is_a_speed_the_strip_says_what_is_colourised_once_the_engine_is_ready(qapp) -> None:
    strip = ProgressStrip()
    strip.show_run(Pace(0, 30), Phase.RUNNING)
    assert strip.text == "0 of 30 photos Getting the engine ready…"
    strip.show_run(Pace(0, 30, in_hand="aunt.jpg"), Phase.RUNNING)
    assert strip.text == "0 of 30 photos Colourising aunt.jpg"
    strip.show_run(Pace(0, 30, in_hand=f"{'very ' * 40}long.jpg"), Phase.RUNNING)
    assert "…" in strip.text and strip.text.endswith("long.jpg")
    assert strip.minimumSizeHint().width() < 600


@pytest.mark.parametrize(("seconds", "text"), [(0.2, "1 s"), (59, "59 s"), (61, "1 min"), (7_500, "2 h 5 min")])
def test_times_are_for_people(seconds: float, text: str, qapp) -> None:
    assert duration_text(seconds) == text
