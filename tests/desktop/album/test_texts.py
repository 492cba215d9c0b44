"""What albums and copies tell of photos and places, in a German window."""

import ast
import re
from collections.abc import Iterator

from kmhc_desktop.engine.texts import translated
from tests.desktop.engine.test_texts import ENGINE, UNKNOWN, spelt

ENGLISH = re.compile(r"\b(the|is|it|this|there|be|can|has|of|to|for|any|as|out)\b", re.IGNORECASE)
TELLING = {"OutputError", "DiskFull", "FolderInUse", "BrokenPhoto", "PhotoTooLarge", "LeftOut", "ValueError"}
NOT_GERMAN = {
    # The window lets nobody get there.
    "Albums do not speak – yet. Choose one of these languages: –.",
    "it is not a JPEG",
    "photos_per_page is –; it can be 1, 2 or 4.",
    # The metadata of every picture say it, whatever the language.
    "Colourised with KMHC",
    "Colourised with KMHC, variant –",
}


def alternatives(node: ast.expr) -> list[str]:
    """Return all that an expression may say."""
    match node:
        case ast.IfExp(_, one, other):
            return [*alternatives(one), *alternatives(other)]
        case ast.BinOp(one, ast.Add(), other):
            return [first + second for first in alternatives(one) for second in alternatives(other)]
        case ast.Tuple(words):
            return [text for word in words for text in alternatives(word)]
        case _:
            return [spelt(node)]


def told() -> Iterator[str]:
    """Yield what albums and copies tell, from their source."""
    for path in (ENGINE / "album").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Name(name), words) if name in TELLING:
                    yield from alternatives(ast.Tuple(words))
                case ast.Call(ast.Attribute(ast.Name("notes"), "append"), [word]):
                    yield from alternatives(word)
                case ast.keyword("notes", word) | ast.Assign([ast.Name("note")], word):
                    yield from alternatives(word)
                case ast.Return(ast.Tuple([_, word])):
                    yield from alternatives(word)


def test_what_an_album_tells_is_german_from_end_to_end(german):
    found = {text for text in told() if " " in text}
    assert len(found) >= 30 and found > NOT_GERMAN, (sorted(found), NOT_GERMAN - found)
    for text in found - NOT_GERMAN:
        assert translated(text) != text and not ENGLISH.search(translated(text)), f"{translated(text)!r} {UNKNOWN}"
