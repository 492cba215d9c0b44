"""Finds English phrases in a text, whatever stands in their places, and says them in the language of the window."""

import re
from collections.abc import Sequence
from functools import cache

from PySide6.QtCore import QCoreApplication, QLocale


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

    def translated(self, text: str, *, details: bool = True) -> str:
        """Return a text with the phrases in it translated; what has no translation stays English.

        Args:
            text: What is said.
            details: Keep what a translated phrase has in brackets also where that stays English: words of a library.
        """
        done: list[str] = []
        for phrase, words in self._known:
            # Few texts have a phrase's words, and to search for its pattern is a hundred times as slow as to see that.
            if words in text and (found := _pattern(phrase).search(text)):
                template, groups = QCoreApplication.translate(self._context, phrase), found.groups()
                if not details and template != phrase:
                    foreign = [self._is_foreign(group, done) for group in groups]
                    template = _without_asides(template, foreign)
                done.append(template.format(*map(_grouped, groups)))
                text = text[: found.start()] + done[-1] + text[found.end() :]
        return text

    def _is_foreign(self, words: str, done: Sequence[str]) -> bool:
        has_letters = any(character.isalpha() for character in words)
        return has_letters and self.translated(words) == words and not any(said in words for said in done)


def _without_asides(template: str, foreign: Sequence[bool]) -> str:
    """Take the brackets out in which nothing but foreign words would stand."""

    def kept(aside: re.Match[str]) -> str:
        return "" if all(foreign[int(number)] for number in re.findall(r"\{(\d)\}", aside[0])) else aside[0]

    return re.sub(r" ?\([^()]*\{\d\}[^()]*\)", kept, template)


def _grouped(words: str) -> str:
    """Group the digits of a number as the window does; other words stay."""
    return words.replace(",", QLocale().groupSeparator()) if re.fullmatch(r"\d{1,3}(,\d{3})+", words) else words


@cache  # compiling all of them would hold up the start
def _pattern(phrase: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\d\\}", "(.*)", re.escape(phrase)))


def _words(phrase: str) -> str:
    return max(re.split(r"\{\d\}", phrase), key=len)
