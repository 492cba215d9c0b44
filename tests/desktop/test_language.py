import ast
import xml.etree.ElementTree as ET
from pathlib import Path, PurePath

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt

import kmhc_desktop
from kmhc_desktop.language import use_language
from kmhc_desktop.queue.model import QueueModel
from kmhc_engine import resources
from kmhc_engine.jobs import State
from kmhc_engine.scan import Found

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


def test_every_text_of_the_window_is_in_the_translation() -> None:
    """Those inside of f-strings too, which lupdate does not find."""
    known = {message.findtext("source") for message in ET.parse(FOLDER / "kmhc_de.ts").getroot().iter("message")}
    for path in Path(kmhc_desktop.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case (
                    ast.Call(ast.Attribute(attr="tr"), [ast.Constant(str(text)), *_])
                    | ast.Call(ast.Attribute(attr="translate"), [_, ast.Constant(str(text)), *_])
                    | ast.Call(ast.Name("translate"), [_, ast.Constant(str(text)), *_])
                ):
                    assert text in known, path.name


def test_placeholders_survive_the_translation() -> None:
    for message in ET.parse(FOLDER / "kmhc_de.ts").getroot().iter("message"):
        forms = message.findall("translation/numerusform") or [message.find("translation")]
        for place in ("{0}", "{1}", "{2}", "%n"):
            for form in forms:
                assert form.text.count(place) == message.findtext("source").count(place), form.text


def test_german_and_plurals(qapp) -> None:
    use_language(qapp, "de")
    assert QCoreApplication.translate("Actions", "Colourise") == "Kolorieren"
    assert QCoreApplication.translate("ProgressStrip", "%Ln photo(s)", "", 1) == "1 Foto"
    use_language(qapp, "en")
    assert QCoreApplication.translate("ProgressStrip", "%Ln photo(s)", "", 2) == "2 photos"
    assert QCoreApplication.translate("Actions", "Colourise") == "Colourise"


def test_screen_readers_hear_the_state_in_german(qapp) -> None:
    use_language(qapp, "de")
    model, photo = QueueModel(), Path("/photos/a.jpg")
    model.add(photo.parent, [Found(photo, PurePath("a.jpg"))])
    model.update(photo, state=State.DONE)
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "a.jpg, Fertig"


def test_the_window_speaks_german_when_told_to(start, qapp) -> None:
    first = start()
    first.settings.change(language="de")
    assert first.window.banner.text
    first.window.close()
    second = start()
    assert second.window.actions_["start"].text() == "Kolorieren"
    assert Path(second.settings._path).is_file()
