import ast
import re
import xml.etree.ElementTree as ET
from pathlib import Path, PurePath

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTranslator

import kmhc_desktop
from kmhc_desktop.language import use_language
from kmhc_desktop.queue.model import QueueModel
from kmhc_engine import resources
from kmhc_engine.jobs import State
from kmhc_engine.scan import Found

FOLDER = resources.folder() / "translations"
PLACES = re.compile(r"{\d}|%Ln")


@pytest.fixture(autouse=True)
def english_again(qapp):
    yield
    use_language(qapp, "en")
    QLocale.setDefault(QLocale.c())


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ts")), ids=lambda path: path.stem)
def test_every_text_is_translated_and_compiled(qapp, path: Path) -> None:
    compiled = QTranslator()
    assert compiled.load(str(path.with_suffix(".qm"))), "run `make translations`"
    for context in ET.parse(path).iter("context"):
        for message in context.iter("message"):
            source, translation = message.findtext("source"), message.find("translation")
            forms = [form.text for form in translation.findall("numerusform")] or [translation.text]
            done = all(forms) and "type" not in translation.attrib
            assert done, f"{path.name} lacks {source!r}. Translate it, take type=… away, and run `make translations`."
            for form in forms:
                assert sorted(PLACES.findall(form)) == sorted(PLACES.findall(source)), form
            said = compiled.translate(context.findtext("name"), source, "", 2 if len(forms) > 1 else -1)
            assert said in forms, f"{path.stem}.qm is older than {path.name}: run `make translations`."


def test_every_text_of_the_window_is_in_the_translation() -> None:
    """Those inside of f-strings too, which lupdate does not find."""
    known = {message.findtext("source") for message in ET.parse(FOLDER / "kmhc_de.ts").getroot().iter("message")}
    for path in Path(kmhc_desktop.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case (
                    ast.Call(ast.Attribute(attr="tr"), [ast.Constant(str(text)), *_])
                    | ast.Call(ast.Attribute(attr="translate"), [_, ast.Constant(str(text)), *_])
                    | ast.Call(ast.Name("translate" | "QT_TRANSLATE_NOOP"), [_, ast.Constant(str(text)), *_])
                ):
                    assert text in known, f"{path.name}: `make translations` puts this text into kmhc_de.ts."


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
