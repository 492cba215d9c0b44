"""Albums: a colourised folder becomes something that the family opens."""

from kmhc_engine.album.captions import Told
from kmhc_engine.album.contents import Chapter, Contents, LeftOut, Photo, collect
from kmhc_engine.album.export import Exported, default_target, export
from kmhc_engine.album.options import Kind, Options, Order, Paper, Theme, remembered
from kmhc_engine.album.texts import languages

__all__ = [
    "Chapter", "Contents", "Exported", "Kind", "LeftOut", "Options", "Order", "Paper", "Photo", "Theme", "Told",
    "collect", "default_target", "export", "languages", "remembered",
]  # fmt: skip
