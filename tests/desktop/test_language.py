import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale

from kmhc_desktop.language import use_language
from kmhc_engine import resources

FOLDER = resources.folder() / "translations"


@pytest.fixture(autouse=True)
def english_again(qapp):
    yield
    use_language(qapp, "en")
    QLocale.setDefault(QLocale.c())


def test_every_text_is_translated_and_compiled() -> None:
    for path in FOLDER.glob("*.ts"):
        for message in ET.parse(path).getroot().iter("message"):
            translation = message.find("translation")
            text = translation.text or "".join(form.text or "" for form in translation)
            assert text, f"{path.name}: {message.findtext('source')}"
            assert "type" not in translation.attrib
        assert path.with_suffix(".qm").is_file()


def test_placeholders_survive_the_translation() -> None:
    for message in ET.parse(FOLDER / "kmhc_de.ts").getroot().iter("message"):
        forms = message.findall("translation/numerusform") or [message.find("translation")]
        for place in ("{0}", "{1}", "{2}", "%n"):
            for form in forms:
                assert form.text.count(place) == message.findtext("source").count(place), form.text


def test_german_and_plurals(qapp) -> None:
    use_language(qapp, "de")
    assert QCoreApplication.translate("Actions", "Colourise") == "Kolorieren"
    assert QCoreApplication.translate("ProgressStrip", "%n photo(s)", "", 1) == "1 Foto"
    use_language(qapp, "en")
    assert QCoreApplication.translate("ProgressStrip", "%n photo(s)", "", 2) == "2 photos"
    assert QCoreApplication.translate("Actions", "Colourise") == "Colourise"


def test_the_window_speaks_german_when_told_to(start, qapp) -> None:
    first = start()
    first.settings.change(language="de")
    assert first.window.banner.text
    first.window.close()
    second = start()
    assert second.window.actions_["start"].text() == "Kolorieren"
    assert Path(second.settings._path).is_file()
