"""In a German window the engine speaks German too."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest
from PySide6.QtCore import Qt

import kmhc_desktop
import kmhc_engine
from kmhc_desktop.engine import process
from kmhc_desktop.engine.messages import Compute
from kmhc_desktop.engine.texts import translated
from kmhc_desktop.queue.model import QueueModel
from kmhc_desktop.queue.state_text import state_text, tool_tip
from kmhc_engine import devices, weights
from kmhc_engine.errors import WeightsMissing
from kmhc_engine.jobs import IN_COLOUR, State
from kmhc_engine.photos.signatures import _STRANGERS
from kmhc_engine.scan import Found

ENGINE = Path(kmhc_engine.__file__).parent
SPEAKING = [
    ENGINE / "scan.py",
    ENGINE / "originals.py",
    ENGINE / "jobs.py",
    ENGINE / "colouring.py",
    *(ENGINE / "photos").glob("*.py"),
]
ERRORS = {"PhotoError", "NotAPhoto", "BrokenPhoto", "PhotoTooLarge"}
WEIGHTS = [ENGINE / f"{name}.py" for name in ("weights", "weights_format", "weights_foreign", "weights_import")]
WINDOW = [
    Path(kmhc_desktop.__file__).parent / f"{name}.py" for name in ("engine/worker", "engine/process", "viewer/saving")
]
UNKNOWN = "has no German. List it among _PHRASES in kmhc_desktop/engine/texts.py, with {0} for –; `make translations`."


def spelt(node: ast.expr) -> str:
    """Return what a literal says; a value that is put in is a dash."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.JoinedStr(parts):
            return "".join(spelt(part) if isinstance(part, ast.Constant) else "–" for part in parts)
        case _:
            return ""


def reasons() -> Iterator[str]:
    """Yield why the engine refuses photos, and what it advises, from its source."""
    for path in SPEAKING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Name(name), [_, *words]) if name in ERRORS:
                    yield from map(spelt, words)
                case ast.Assign([ast.Name("cause" | "reason" | "IN_COLOUR" | "_ALREADY_DONE" | "NO_PHOTO")], words):
                    yield spelt(words)
                case ast.Call(ast.Name("Found"), _, keywords):
                    yield from (spelt(word.value) for word in keywords if word.arg == "refusal")
    for _, cause, remedy in _STRANGERS:
        yield from (cause, remedy)


def notes() -> Iterator[str]:
    """Yield what the engine may remark on a photo that it has coloured."""
    yield f"{IN_COLOUR}: copied"
    for path in (ENGINE / "photos").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    ast.Name("notes") | ast.Attribute(attr="append"), [ast.Constant() | ast.JoinedStr() as word]
                ):
                    yield spelt(word)
                case ast.Return(ast.Tuple([_, ast.Constant() | ast.JoinedStr() as word])):
                    yield spelt(word)
                case ast.Assign([ast.Name("_ANIMATED" | "_DROPPED")], word):
                    yield spelt(word).replace("{}", "–")


def refusals() -> Iterator[str]:
    """Yield why weights are refused, and what is advised."""
    for path in WEIGHTS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Name("refusal"), [_, *words]):
                    yield from map(spelt, words)
                case ast.Call(ast.Name("WeightsError" | "WeightsMissing" | "WeightsRefused"), [word]):
                    yield spelt(word)
                case ast.Assign([ast.Name("cause" | "remedy" | "AGAIN")], ast.Constant() | ast.JoinedStr() as word):
                    yield spelt(word)


def troubles() -> Iterator[str]:
    """Yield what the window's own side of the engine tells."""
    for path in WINDOW:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Attribute(attr="Trouble" | "_kill" | "_died" | "_progress"), words):
                    yield from map(spelt, words)
                case ast.Assign([ast.Name("text" | "error")], ast.Constant() | ast.JoinedStr() as word):
                    yield spelt(word)
                case ast.keyword("error", ast.Constant() | ast.JoinedStr() as word):
                    yield spelt(word)


@pytest.mark.parametrize(("told", "at_least"), [(notes, 15), (refusals, 40), (troubles, 12)])
def test_what_the_engine_tells_besides_has_german_words(german, told, at_least) -> None:
    found = sorted({text for text in told() if " " in text and text != "–: –. –"})
    assert len(found) >= at_least, found
    for text in found:
        if text != "– is –, not –":  # so few words would be found in names too
            assert translated(text) != text, f"{text!r} {UNKNOWN}"


def test_a_photos_tool_tip_is_german(german) -> None:
    model, photo = QueueModel(), Path("/photos/a.jpg")
    model.add(photo.parent, [Found(photo, PurePath("a.jpg"))])
    model.update(photo, state=State.DONE, notes=("EXIF dropped: too long for a JPEG", "damaged XMP dropped"))
    told = model.index(0).data(Qt.ItemDataRole.ToolTipRole).splitlines()
    assert told == [str(photo), "EXIF weggelassen: zu lang für ein JPEG", "weggelassen, weil beschädigt: XMP"]


def test_why_the_engine_was_started_again_is_german(german) -> None:
    text = translated("The engine was started again, because it did not answer.")
    assert text == "Das Rechenwerk wurde neu gestartet, weil es nicht geantwortet hat."


def test_every_reason_why_a_photo_is_refused_has_german_words(german) -> None:
    found = sorted(filter(None, set(reasons())))
    assert len(found) > 35
    for reason in found:
        assert translated(reason) != reason, f"{reason!r} {UNKNOWN}"


@pytest.mark.parametrize(
    ("english", "german_text"),
    [
        (
            "it is damaged or cut short (image file is truncated (3 bytes)). Copy it again from where it came.",
            "die Datei ist beschädigt oder unvollständig. Kopieren Sie sie noch einmal von dort, woher sie kam.",
        ),
        (
            "a.jpg cannot be shown (division by zero). The log says more.",
            "a.jpg kann nicht gezeigt werden. Das Protokoll sagt mehr.",
        ),
        ("it cannot be read (Permission denied)", "die Datei ist nicht lesbar (Zugriff verweigert)"),
        (
            "it has 20,000 x 30,000 pixels, and 250 million are the limit",
            "das Foto hat 20.000 × 30.000 Pixel, und 250 Millionen sind die Grenze",
        ),
        ("it is a video or a sound", "es ist ein Video oder eine Tonaufnahme"),
        ("a {brace} nobody knows", "a {brace} nobody knows"),
    ],
)
def test_texts_keep_what_they_name(german, english: str, german_text: str) -> None:
    assert translated(english) == german_text


def test_a_librarys_own_words_are_a_detail(german) -> None:
    text = "torn.jpg: it is damaged or cut short (broken data stream). Copy it again from where it came."
    assert "(broken data stream)" in translated(text, details=True)
    model, photo = QueueModel(), Path("/photos/torn.jpg")
    model.add(photo.parent, [Found(photo, PurePath("torn.jpg"))])
    model.update(photo, state=State.FAILED, reason=text)
    row = next(iter(model.rows))
    assert "broken" not in state_text(row) and "broken data stream" in tool_tip(row)


def test_an_english_window_says_what_the_engine_says() -> None:
    text = "it is damaged or cut short (odd bytes)"
    assert translated(text) == text


@pytest.mark.parametrize("name", ["a.jpg", "x" * 300 + ".jpg"])
def test_few_phrases_are_searched_for_as_every_card_that_is_painted_asks(name: str) -> None:
    searched = []
    sys.setprofile(lambda _, event, called: searched.append(called) if event == "c_call" else None)
    try:
        translated(f"{name}: it is damaged or cut short (3 bytes). Copy it again from where it came.")
    finally:
        sys.setprofile(None)
    assert 2 <= sum(called.__name__ == "search" for called in searched) <= 4


def test_a_photos_reason_is_german(german) -> None:
    model, photo = QueueModel(), Path("/photos/a.jpg")
    model.add(photo.parent, [Found(photo, PurePath("a.jpg"))])
    model.update(photo, state=State.SKIPPED, reason="it is in colour already")
    assert state_text(next(iter(model.rows))) == "Übersprungen: es ist schon farbig"


def test_the_device_and_the_bundled_weights_are_told_in_german(german) -> None:
    device = devices.choose()
    assert translated(device.reason) != device.reason
    for one in weights.catalogue():
        assert translated(one.trained_on) != one.trained_on and translated(one.licence) != one.licence


def test_weights_that_are_gone_are_told_without_the_grammar_of_the_command_line(german) -> None:
    with pytest.raises(WeightsMissing) as told:
        process.load_network(Compute("Grandma's album"))
    assert str(told.value) == "There are no weights called “Grandma's album” here any more. Choose another variant."
    assert translated(str(told.value)).startswith("Gewichte namens „Grandma's album“")


def test_one_thread_is_no_threads(monkeypatch) -> None:
    for count, title in ((1, "CPU, 1 thread"), (8, "CPU, 8 threads")):
        monkeypatch.setattr(devices.torch, "get_num_threads", lambda count=count: count)
        assert devices.choose("cpu").title == title
