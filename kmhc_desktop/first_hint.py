"""What is said the first time that photos show; once, and never again."""

from collections import Counter

from PySide6.QtCore import QByteArray, QCoreApplication

from kmhc_desktop.banner import Banner
from kmhc_desktop.queue.run import TO_DO
from kmhc_desktop.settings import SettingsStore
from kmhc_engine.jobs import State

_MARK = "first_hint"


def show_first_hint(banner: Banner, settings: SettingsStore, states: Counter[State]) -> None:
    """Say how it goes on with photos, unless that was said before or something else is being said."""
    to_do = any(states[state] for state in TO_DO)
    if banner.text or not (to_do or states[State.DONE]) or not settings.layout(_MARK).isEmpty():
        return
    settings.save_layout(_MARK, QByteArray(b"seen"))
    translate = QCoreApplication.translate
    text = (
        translate(
            "FirstHint",
            "“Colourise” starts. Originals stay as they are; colour copies go to a folder beside them. "
            "Drag the line over a photo to compare before and after; “Adjust” mends what came out wrong.",
        )
        if to_do
        else translate(
            "FirstHint",
            "These photos have their colour copies already. Drag the line over a photo to compare before and after; "
            "“Adjust” mends what came out wrong, “Export album…” makes something to show round.",
        )
    )
    banner.say(text, [(translate("FirstHint", "Got it"), lambda: None)])
