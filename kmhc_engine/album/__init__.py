"""Albums: a colourised folder becomes something that the family opens.

The names below are loaded when they are first asked for, so that `kmhc --help` stays fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kmhc_engine.album.captions import Told
    from kmhc_engine.album.contents import Chapter, Contents, LeftOut, Photo, collect
    from kmhc_engine.album.exporting import Exported, default_target, export
    from kmhc_engine.album.options import Kind, Options, Order, Paper, Theme, remembered, remembered_kind
    from kmhc_engine.album.texts import languages

__all__ = [
    "Chapter", "Contents", "Exported", "Kind", "LeftOut", "Options", "Order", "Paper", "Photo", "Theme", "Told",
    "collect", "default_target", "export", "languages", "remembered", "remembered_kind",
]  # fmt: skip

_HOMES = {
    "captions": ("Told",),
    "contents": ("Chapter", "Contents", "LeftOut", "Photo", "collect"),
    "exporting": ("Exported", "default_target", "export"),
    "options": ("Kind", "Options", "Order", "Paper", "Theme", "remembered", "remembered_kind"),
    "texts": ("languages",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
