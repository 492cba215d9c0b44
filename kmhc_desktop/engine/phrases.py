"""Finds English phrases in a text, whatever stands in their places, and says them in the language of the window."""

import re
from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QCoreApplication


class Phrases:
    """What another part of KMHC may say.

    Args:
        context: Where their translations stand.
        phrases: In English, with {0}, {1}… for what varies.
    """

    def __init__(self, context: str, phrases: Sequence[object]) -> None:
        self._context = context
        precise_first = sorted(map(str, phrases), key=len, reverse=True)
        self._known = [(phrase, _words(phrase)) for phrase in precise_first]

    def translated(self, text: str) -> str:
        """Return a text with the phrases in it translated; what has no translation stays English."""
        for phrase, words in self._known:
            # Few texts have a phrase's words, and to search for its pattern is a hundred times as slow as to see that.
            if words in text and (found := _pattern(phrase).search(text)):
                said = QCoreApplication.translate(self._context, phrase).format(*found.groups())
                text = text[: found.start()] + said + text[found.end() :]
        return text


@cache  # compiling all of them would hold up the start
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\d\\}", "(.*)", re.escape(phrase)))


def _words(phrase: str) -> str:
    return max(re.split(r"\{\d\}", phrase), key=len)
