"""What a person chose about an album, and how it is remembered for the next export."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

from kmhc_engine import atomic
from kmhc_engine.scan import MARKER, is_folder

_REMEMBERED = "album.json"


class Kind(StrEnum):
    """What an export makes."""

    WEB = "web"
    PDF = "pdf"
    SHEET = "sheet"
    ZIP = "zip"
    WEB_ZIP = "web-zip"


class Order(StrEnum):
    """How the photos follow one another."""

    NAME = "name"
    DATE = "date"
    HAND = "hand"


class Theme(StrEnum):
    """Colours of the web album; AUTO follows the reader's system."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Paper(StrEnum):
    """Paper sizes."""

    A4 = "A4"
    LETTER = "letter"


@dataclass(frozen=True)
class Options:
    """What a person chose about an album. A photo's name is its path below the colourised folder, with slashes.

    Attributes:
        title: Empty for the folder's name.
        author: Shown on the cover.
        language: Of the album's own words ("en"); see `texts.languages`.
        theme: Of the web album.
        order: Chapters come in the order of their first photos.
        chosen: Names of the photos to take, in their order by hand; None for all.
        favourites: Take only photos that are rated four stars or five.
        captions: By name; they go before what captions.csv and the photos say.
        cover: Name of the photo on the cover; empty for the first one in landscape format.
        before: Show the original too.
        webp: Add WebP pictures, a fifth smaller, for an album that goes on a web site; JPEG stays as the fallback.
        downloads: Put the photos in full size beside the web album.
        keep_metadata: Keep places, people and camera data in the pictures; else only date and caption stay.
        footer: Say at the foot of the pages that the colours are KMHC's; the pictures' metadata always say it.
        paper: Of PDF and contact sheet.
        photos_per_page: Of the PDF: 1, 2 or 4.
    """

    title: str = ""
    author: str = ""
    language: str = "en"
    theme: Theme = Theme.AUTO
    order: Order = Order.NAME
    chosen: tuple[str, ...] | None = None
    favourites: bool = False
    captions: Mapping[str, str] = field(default_factory=dict)
    cover: str = ""
    before: bool = True
    webp: bool = False
    downloads: bool = False
    keep_metadata: bool = False
    footer: bool = True
    paper: Paper = Paper.A4
    photos_per_page: int = 1

    def __post_init__(self) -> None:
        if self.photos_per_page not in (1, 2, 4):
            raise ValueError(f"photos_per_page is {self.photos_per_page}; it can be 1, 2 or 4.")


def remember(folder: Path, options: Options, kind: Kind, target: Path) -> None:
    """Keep the options with the colourised folder, not in the album, which goes to other people.

    A folder that is not an output folder of KMHC is left as it is, and so is one that cannot be written to.

    Args:
        folder: The colourised folder.
        options: Of the export.
        kind: What was made.
        target: Where it is.
    """
    place = folder / MARKER
    if not place.is_dir():
        return
    path = place / _REMEMBERED
    known = _stored(folder).get("targets")
    targets = (known if isinstance(known, dict) else {}) | {kind: os.fsencode(target).decode("latin-1")}
    stored = asdict(options) | {"kind": kind, "targets": targets}
    temporary = atomic.temporary_beside(path)
    with suppress(OSError):
        temporary.write_text(json.dumps(stored, indent=1), encoding="utf-8")
        temporary.replace(path)
    with suppress(OSError):
        temporary.unlink(missing_ok=True)


def remembered(folder: Path, language: str = Options.language) -> Options:
    """Return the options of the last export of a colourised folder; what is missing or damaged is the default.

    Args:
        folder: The colourised folder.
        language: Of the album's own words, where there was no export.
    """
    stored = _stored(folder)
    options, kinds = Options(language=language), get_type_hints(Options)
    for name in (f.name for f in fields(Options) if f.name in stored):
        with suppress(TypeError, ValueError):
            options = replace(options, **{name: _as(kinds[name], stored[name])})
    return options


def remembered_kind(folder: Path) -> Kind:
    """Return what the last export made."""
    with suppress(ValueError):
        return Kind(_stored(folder).get("kind", Kind.WEB))
    return Kind.WEB


def remembered_target(folder: Path, kind: Kind) -> Path | None:
    """Return where the last album of a kind went; None if there was none, or its place is gone."""
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        target = Path(os.fsdecode(_stored(folder)["targets"][kind].encode("latin-1")))
        return target if is_folder(target.parent) else None
    return None


def _stored(folder: Path) -> dict[str, Any]:
    try:
        stored = json.loads((folder / MARKER / _REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def _as(kind: Any, value: Any) -> Any:
    if kind in (str, bool, int):
        if type(value) is not kind:
            raise TypeError(value)
        return value
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if isinstance(value, dict):
        return {str(name): str(text) for name, text in value.items()}
    return None if value is None else tuple(map(str, value))
