"""One opener for each format: what is in the file, and the pixels of any of its pictures on demand."""

from dataclasses import replace
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from kmhc_engine.errors import NotAPhoto
from kmhc_engine.photos.directories import Directory, DirectoryReader, integers
from kmhc_engine.photos.metadata import Metadata, from_pillow, from_png, from_tiff
from kmhc_engine.photos.png import take_apart
from kmhc_engine.photos.png16 import Png16Raster
from kmhc_engine.photos.rasters import PillowRaster, Raster
from kmhc_engine.photos.tiff16 import Tiff16Raster, is_16_bit, why_not_16_bit

_ANIMATED = "animated or a series: only the first picture is used"
_SUBFILE, _BITS, _SUB_DIRECTORIES, _ICC, _DNG_VERSION = 254, 258, 330, 34675, 50706
_CANON_RAW = b"II*\0\x10\0\0\0CR"
_REDUCED, _MASK = 1, 4  # kinds of pictures in a TIFF that are no pages


class Source(Protocol):
    """An open file of one format.

    Attributes:
        format: Its name.
        page_count: How many pages there are.
        metadata: What it tells.
        icc: The colour profile of each page; may be empty.
        notes: What people should know.
    """

    format: str
    page_count: int
    metadata: Metadata
    icc: list[bytes]
    notes: list[str]

    def raster(self, index: int, *, small_side: int = 0, luminance_only: bool = False) -> Raster:
        """Return the pixels of a page, not decoded yet.

        Args:
            index: Which page.
            small_side: If given, a copy is enough that is at least so long on its longer side.
            luminance_only: The page is known to be neutral: its grey is enough.
        """

    def release(self) -> None:
        """Let go of what is decoded; it would be decoded again."""


def open_source(path: Path, file: BinaryIO, format: str) -> Source:
    """Open a file of a known format.

    Raises:
        NotAPhoto: It needs a package that is missing, or is a camera's raw file.
        Exception: It is damaged; the decoders raise all kinds.
    """
    match format:
        case "png":
            return _PngSource(file)
        case "tiff":
            return _TiffSource(path, file)
        case "jpeg":
            return _JpegSource(file, format, JpegImagePlugin.JpegImageFile)
        case _:
            return _PillowSource(file, format, _plugin(path, format))


def _plugin(path: Path, format: str) -> Any:
    if format != "heif":
        return {
            "webp": WebPImagePlugin.WebPImageFile,
            "bmp": BmpImagePlugin.BmpImageFile,
            "gif": GifImagePlugin.GifImageFile,
            "avif": AvifImagePlugin.AvifImageFile,
        }[format]
    try:
        from pillow_heif import HeifImageFile
    except ImportError as error:
        cause = "reading HEIC photos needs the package pillow-heif, which is not installed"
        raise NotAPhoto(path, cause, 'Install it with: pip install "kmhc[heif]"') from error
    return HeifImageFile


class _PillowSource:
    """A format that Pillow decodes at once."""

    page_count = 1

    def __init__(self, file: BinaryIO, format: str, plugin: Any) -> None:
        self.format = format
        self._file = file
        self._plugin = plugin
        self._image: ImageFile.ImageFile | None = None
        image = self._opened()
        self.metadata, self.notes = from_pillow(image.info)
        self.icc = [image.info.get("icc_profile") or b""]
        if getattr(image, "is_animated", False):
            self.notes.append(_ANIMATED)

    def raster(self, index: int, *, small_side: int = 0, luminance_only: bool = False) -> Raster:
        """Return the first picture."""
        return PillowRaster(self._opened(), self.metadata.exif.orientation)

    def _opened(self) -> ImageFile.ImageFile:
        if self._image is None:
            self._file.seek(0)
            self._image = self._plugin(self._file)
        return self._image

    def release(self) -> None:
        """Let go of what is decoded."""
        self._image = None


class _JpegSource(_PillowSource):
    """A JPEG, decoded at the size and in the colours that are wanted."""

    def raster(self, index: int, *, small_side: int = 0, luminance_only: bool = False) -> Raster:
        """Return the picture; libjpeg scales it while it decodes."""
        self.release()  # a draft cannot be taken back
        image = self._opened()
        if small_side:
            scale = min(1.0, small_side / max(image.size))
            image.draft(None, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))
        elif luminance_only:
            image.draft("L", image.size)
        return PillowRaster(image, self.metadata.exif.orientation)


class _PngSource:
    """A PNG, whose metadata is read apart so that damage in it costs no pixel."""

    format = "png"
    page_count = 1

    def __init__(self, file: BinaryIO) -> None:
        self._parts = take_apart(file)
        self.metadata, self.notes = from_png(self._parts)
        self.icc = [self._parts.icc]
        if self._parts.animated:
            self.notes.append(_ANIMATED)
        self._raster: Raster | None = None

    def raster(self, index: int, *, small_side: int = 0, luminance_only: bool = False) -> Raster:
        """Return the picture."""
        if self._raster is None:
            bare, orientation = self._parts.bare, self.metadata.exif.orientation
            if self._parts.depth == 16:
                self._raster = Png16Raster(bare, orientation)
            else:
                self._raster = PillowRaster(PngImagePlugin.PngImageFile(BytesIO(bare)), orientation)
        return self._raster

    def release(self) -> None:
        """Let go of what is decoded."""
        self._raster = None


class _TiffSource:
    """A TIFF of any number of pages."""

    format = "tiff"

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._file = file
        self._reader = DirectoryReader(file)
        self._image: TiffImagePlugin.TiffImageFile | None = None
        self.notes: list[str] = []
        directories = self._directories()
        self._pages = [(frame, page) for frame, page in enumerate(directories) if not self._is_aside(page)]
        first = directories[0]
        file.seek(0)
        canon = file.read(len(_CANON_RAW)) == _CANON_RAW
        if canon or _DNG_VERSION in first or (self._is_aside(first) and _SUB_DIRECTORIES in first):
            raise NotAPhoto(path, "it is a camera's raw file", "Develop it to JPEG or TIFF first.")
        self._pages = self._pages or [(0, first)]
        self.page_count = len(self._pages)
        main = self._pages[0][1]
        told, dropped = zip(*(from_tiff(self._reader, page) for _, page in self._pages), strict=True)
        self.metadata = replace(told[0], following=told[1:])
        self.notes += dict.fromkeys(chain(*dropped))
        self.icc = [page[_ICC].raw if _ICC in page else b"" for _, page in self._pages]
        order = self._reader.order
        if integers(main, _BITS, order)[:1] == (16,) and not is_16_bit(main, order):
            self.notes.append(f"read with 8 bits a channel: {why_not_16_bit(main, order)}")

    def raster(self, index: int, *, small_side: int = 0, luminance_only: bool = False) -> Raster:
        """Return a page."""
        frame, page = self._pages[index]
        if is_16_bit(page, self._reader.order):
            return Tiff16Raster(self._file, page, self._reader.order)
        if self._image is None or self._image.tell() != frame:
            self._file.seek(0)
            self._image = TiffImagePlugin.TiffImageFile(self._file)
            self._image.seek(frame)
        white = 4095 if integers(page, _BITS, self._reader.order) == (12,) else 65535
        return PillowRaster(self._image, 1, white)  # Pillow sets TIFF upright on its own

    def release(self) -> None:
        """Let go of what is decoded."""
        self._image = None

    def _directories(self) -> list[Directory]:
        found: list[Directory] = []
        try:
            for directory in self._reader.chain():
                found.append(directory)
        except ValueError:
            if not found:
                raise
            self.notes.append(f"damaged behind page {len(found)}: what follows is left out")
        if not found:
            raise ValueError("no picture is in it")
        return found

    def _is_aside(self, page: Directory) -> bool:
        kind = integers(page, _SUBFILE, self._reader.order)
        return bool(kind and kind[0] & (_REDUCED | _MASK))
