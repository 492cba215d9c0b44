"""The album's own words, in the languages that it speaks."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from kmhc_engine.album.contents import Contents
from kmhc_engine.album.options import Options
from kmhc_engine.errors import OutputError


@cache
def _texts() -> dict[str, dict[str, Any]]:
    texts: dict[str, dict[str, Any]] = json.loads(files(__package__).joinpath("texts.json").read_text(encoding="utf-8"))
    return texts


def languages() -> list[str]:
    """Return the codes of the languages ("en", "de", …)."""
    return sorted(_texts())


class Texts:
    """The words in one language; each is an attribute by its name in texts.json.

    Args:
        language: A code such as "de" or "de-AT".

    Raises:
        OutputError: The album does not speak that language.
    """

    def __init__(self, language: str) -> None:
        code = language.strip().lower().replace("_", "-").partition("-")[0]
        if code not in _texts():
            raise OutputError(
                f"Albums do not speak {language!r} yet. Choose one of these languages: {', '.join(languages())}."
            )
        self.language = code
        self._words = _texts()[code]
        self.direction = str(self._words.get("direction", "ltr"))

    def __getattr__(self, name: str) -> str:
        try:
            return str(self._words[name])
        except KeyError:
            raise AttributeError(name) from None

    def photos(self, count: int) -> str:
        """Return "12 photos"."""
        one, many = self._words["photos"]
        return str(one if count == 1 else many).format(count)

    def photo_number(self, number: int) -> str:
        """Return "Photo 12"."""
        return str(self._words["photo"]).format(number)

    def facts(self, contents: Contents, options: Options) -> str:
        """Return "12 photos · 1912–1954 · Anna", as far as it is known."""
        return "  ·  ".join(filter(None, (self.photos(len(contents.photos)), contents.years, options.author)))

    def provenance(self, contents: Contents) -> str:
        """Return "Colourised with KMHC, variant KMHCNet_6"; empty where all colours are the photos' own."""
        if not contents.colourised:
            return ""
        plain, precise = self._words["provenance"]
        return str(precise).format(contents.variants) if contents.variants else str(plain)

    def day(self, taken: str) -> str:
        """Return a date such as "1954-07-12", "1954-07" or "1954" as people write it; empty stays empty."""
        year, month, day = [*taken.split("-"), "", ""][:3]
        if not month:
            return str(int(year)) if year else ""
        alone = self._words.get("months_alone", self._words["months"])
        if not day:
            return f"{alone[int(month) - 1]} {int(year)}"
        pattern = str(self._words["date"])
        return pattern.format(day=int(day), month=self._words["months"][int(month) - 1], year=int(year))
