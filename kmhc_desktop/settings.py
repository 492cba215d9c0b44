"""The user's settings: one frozen record, one loader, one saver. A damaged file is set aside where it can be."""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from kmhc_engine import resources
from kmhc_engine.choices import ColourPhotos, Format
from kmhc_engine.variants import DEFAULT

log = logging.getLogger(__name__)

SCHEMA = 1
SIDES = (0, 160, 192, 256, 384, 512)
RECENT_LIMIT = 8


class Theme(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class SaveEdits(StrEnum):
    """When an adjusted photo is written."""

    AT_ONCE = "at once"
    ON_LEAVING = "on leaving"


@dataclass(frozen=True)
class Settings:
    """Everything that a person can set; each has a default that needs no visit.

    Attributes:
        theme: Follows the system by default.
        language: A code such as "de", or empty for the system's.
        output: Folder for the results; empty for a folder beside each folder of photos.
        format: "jpeg", "png", "tiff", "webp", or empty for the photo's own.
        quality: 1 to 100, of JPEG and WebP.
        colour_photos: What happens to photos that are in colour already.
        save_edits: When an adjusted photo is written.
        variant: Name, or the title of the user's own weights.
        side: Working size of the network, in pixels; 0 for what suits the weights.
        device: "cuda", "mps", "cpu", or empty for the fastest.
        precision: "fp32", "bf16", "fp16", or empty for the fastest that keeps the colours.
        recent: Folders, the latest first.
        favourites: Folders, in the order they were added.
    """

    theme: Theme = Theme.SYSTEM
    language: str = ""
    output: str = ""
    format: str = ""
    quality: int = 92
    colour_photos: ColourPhotos = ColourPhotos.SKIP
    save_edits: SaveEdits = SaveEdits.ON_LEAVING
    variant: str = DEFAULT.name
    side: int = 0
    device: str = ""
    precision: str = ""
    recent: tuple[str, ...] = ()
    favourites: tuple[str, ...] = ()

    def with_recent(self, folder: Path) -> "Settings":
        """Return the record with a folder as the latest one."""
        others = [known for known in self.recent if known != str(folder)]
        return replace(self, recent=(str(folder), *others)[:RECENT_LIMIT])


def window_folder() -> Path:
    """Return the folder of the window's own files: settings, session, logs, thumbnails."""
    return resources.user_folder() / "window"


class SettingsStore(QObject):
    """Holds the settings and says when they really change.

    Args:
        path: The INI file; it need not exist.

    Attributes:
        changed: Emitted with the record before and the record after.
        set_aside: Where a damaged file went, for the user to be told, if there was one.
    """

    changed = Signal(object, object)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.set_aside: Path | None = None
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.current = _load(path)
        except (ValueError, TypeError):  # a line with commas is a list, an empty one is None
            self.set_aside = set_aside(path)
            self.current = Settings()

    def change(self, **changes: Any) -> None:
        """Replace fields of the record, save it, and say so if anything is different."""
        self.put(replace(self.current, **changes))

    def put(self, settings: Settings) -> None:
        """Take a whole record."""
        before = self.current
        if settings == before:
            return
        self.current = settings
        self._save()
        self.changed.emit(before, settings)

    def layout(self, name: str) -> QByteArray:
        """Return a stored geometry or state of the window; empty if there is none."""
        value = self._file().value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def save_layout(self, name: str, value: QByteArray) -> None:
        """Store a geometry or state of the window."""
        file = self._file()
        file.setValue("schema", SCHEMA)
        file.setValue(f"layout/{name}", value)

    def _save(self) -> None:
        file = self._file()
        file.setValue("schema", SCHEMA)
        for field in fields(Settings):
            value = getattr(self.current, field.name)
            if field.name in _PATHS:  # names of files need not be text
                value = [_quoted(one) for one in value] if isinstance(value, tuple) else _quoted(value)
            file.setValue(field.name, value if isinstance(value, list) else str(value))
        file.sync()

    def _file(self) -> QSettings:
        return QSettings(str(self._path), QSettings.Format.IniFormat)


def set_aside(path: Path) -> Path | None:
    """Rename a damaged file, so that it can be looked at; return its new name, or None if others hold it fast."""
    number = 1
    while (target := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    try:
        return path.rename(target)
    except OSError:
        log.warning("%s is damaged, and cannot be set aside", path, exc_info=True)
        return None


def _load(path: Path) -> Settings:
    """Read the record; ValueError when the file is damaged."""
    if not path.is_file() or path.stat().st_size == 0:
        return Settings()
    file = QSettings(str(path), QSettings.Format.IniFormat)
    if file.status() is not QSettings.Status.NoError or not file.contains("schema"):
        raise ValueError("it is no settings file")
    if int(str(file.value("schema"))) > SCHEMA:
        raise ValueError("it is of a later version")
    defaults = Settings()
    values = {
        field.name: _READERS.get(field.name, type(getattr(defaults, field.name)))(file.value(field.name))
        for field in fields(Settings)
        if file.contains(field.name)
    }
    settings = Settings(**values)
    if not 1 <= settings.quality <= 100 or settings.side not in SIDES:
        raise ValueError("a number is out of range")
    if settings.format:
        Format(settings.format)
    return settings


def _quoted(path: str) -> str:
    return quote(os.fsencode(path), safe="/: ")


def _unquoted(text: object) -> str:
    return os.fsdecode(unquote_to_bytes(str(text)))


def _folders(value: object) -> tuple[str, ...]:
    """QSettings gives a list of one back as a string, and an empty one as None."""
    if isinstance(value, str):
        return (_unquoted(value),) if value else ()
    return tuple(_unquoted(entry) for entry in value) if isinstance(value, list) else ()


_PATHS = {"output", "recent", "favourites"}
_READERS: dict[str, Callable[[Any], Any]] = {
    "output": _unquoted,
    "recent": _folders,
    "favourites": _folders,
}
