"""What is said the first time that photos show; once, and never again."""

from PySide6.QtCore import QByteArray, QCoreApplication

from kmhc_desktop.banner import Banner
from kmhc_desktop.settings import SettingsStore

_MARK = "first_hint"


def show_first_hint(banner: Banner, settings: SettingsStore, *, photos: int) -> None:
    """Say how it goes on with photos, unless that was said before or something else is being said."""
    if not photos or banner.text or not settings.layout(_MARK).isEmpty():
        return
    settings.save_layout(_MARK, QByteArray(b"seen"))
    translate = QCoreApplication.translate
    text = translate(
        "FirstHint",
        "“Colourise” starts. Originals stay as they are; colour copies go to a folder beside them. "
        "Drag the line over a photo to compare before and after; “Adjust” mends what came out wrong.",
    )
    banner.say(text, [(translate("FirstHint", "Got it"), lambda: None)])
