"""Photos in, photos out: one photo at a time, with everything that it tells besides its pixels."""

from kmhc_engine.choices import Format
from kmhc_engine.photos.decode import MAX_PIXELS, Page, Photo, open_photo
from kmhc_engine.photos.encode import RenderedPage, choose_format, encode
from kmhc_engine.photos.metadata import Metadata
from kmhc_engine.photos.provenance import Provenance
from kmhc_engine.photos.tone import Tone

__all__ = [
    "MAX_PIXELS",
    "Format",
    "Metadata",
    "Page",
    "Photo",
    "Provenance",
    "RenderedPage",
    "Tone",
    "choose_format",
    "encode",
    "open_photo",
]
