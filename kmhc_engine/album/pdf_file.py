"""PDF files of any length: pictures stay on the disk until the file is written, and pass through memory one by one."""

from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageCms, ImageDraw
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFImageXObject, PDFName, PDFStream, PDFString
from reportlab.pdfgen.canvas import Canvas

from kmhc_engine.album import pictures
from kmhc_engine.album.contents import Contents
from kmhc_engine.album.fonts import Face, advance, drawing
from kmhc_engine.album.options import Options, Paper
from kmhc_engine.album.texts import Texts

SIZES = {Paper.A4: A4, Paper.LETTER: LETTER}
_QUALITY = 90
_LETTERS_DPI, _UNSEEN = 600, 3


@dataclass(frozen=True)
class Printed:
    """A picture on the disk, as JPEG, ready for a PDF: its path, its size in pixels, and whether it is grey."""

    path: Path
    width: int
    height: int
    grey: bool

    @classmethod
    def of(cls, image: Image.Image, path: Path) -> "Printed":
        """Write an image of mode "L" or "RGB" to the disk."""
        image.save(path, "JPEG", quality=_QUALITY)
        return cls(path, image.width, image.height, image.mode == "L")


def new_canvas(contents: Contents, options: Options) -> Canvas:
    """Return an empty PDF in sRGB, which says what album it is."""
    text = Texts(options.language)
    canvas = Canvas("", SIZES[options.paper], pageCompression=1, lang=text.language)
    canvas.setTitle(contents.title)
    canvas.setAuthor(options.author)
    canvas.setCreator(pictures.SOFTWARE)
    canvas.setSubject(text.provenance(contents))
    _in_srgb(canvas)
    return canvas


def draw(canvas: Canvas, picture: Printed, x: float, y: float, width: float, height: float) -> None:
    """Draw a picture into a rectangle, in points from the lower left corner."""
    image = _Waiting(picture)  # `canvas.drawImage` would read the file now
    if not canvas.hasForm(image.name):
        canvas._doc.addForm(image.name, image)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(width, height)
    canvas.doForm(image.name)
    canvas.restoreState()


def draw_joined(
    canvas: Canvas, face: Face, text: str, at: tuple[float, float], size: float, colour: tuple[float, float, float]
) -> None:
    """Draw letters that join as a picture, on words that are not seen but found and copied.

    Args:
        canvas: Of the PDF.
        face: The font of the words.
        text: The words.
        at: Where they begin, on their line, in points.
        size: Of the letters, in points.
        colour: Red, green and blue from 0 to 1.
    """
    words = canvas.beginText(*at)
    words.setFont(face.name, size)
    words.setTextRenderMode(_UNSEEN)
    if apart := canvas.stringWidth(text, face.name, size):  # a mark alone has no width
        words.setHorizScale(100 * advance(face, text, size) / apart)
    words.textOut(text)
    canvas.saveState()
    canvas.drawText(words)
    canvas.restoreState()
    scale = 72 / _LETTERS_DPI
    font = drawing(face, round(size / scale), text)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    shape = Image.new("L", (ceil(right - left), ceil(bottom - top)))
    ImageDraw.Draw(shape).text((-left, -top), text, 255, font, anchor="ls")
    picture = Image.new("RGB", shape.size, tuple(round(255 * one) for one in colour))
    picture.putalpha(shape)
    place = (at[0] + left * scale, at[1] - bottom * scale, shape.width * scale, shape.height * scale)
    canvas.drawImage(ImageReader(picture), *place, mask="auto")


def save(canvas: Canvas, target: Path) -> None:
    """Write the PDF object by object."""
    with target.open("wb") as file:
        for known in canvas._doc.idToObject.values():
            if isinstance(known, _Waiting):
                known.file = file
        file.write(canvas.getpdfdata())  # the rest, or all of a PDF without pictures


class _Waiting(PDFImageXObject):  # type: ignore[misc]
    """A JPEG that is read when its turn has come to be written."""

    file: BinaryIO

    def __init__(self, picture: Printed) -> None:
        super().__init__(picture.path.stem)
        self._path = picture.path
        self.width, self.height, self.bitsPerComponent = picture.width, picture.height, 8
        self.colorSpace = "DeviceGray" if picture.grey else "DeviceRGB"
        self._filters = ("DCTDecode",)

    def format(self, document: Any) -> bytes:
        collected = document.__accum__  # reportlab would collect the whole file before it writes
        for piece in collected.strings:
            self.file.write(piece)
        collected.strings.clear()
        collected.write = self.file.write
        self.streamContent = self._path.read_bytes()
        try:
            return bytes(super().format(document))
        finally:
            self.streamContent = b""


def _in_srgb(canvas: Canvas) -> None:
    """Say in the PDF that its colours are sRGB, with the profile, so that printers need not guess."""
    profile = PDFStream(PDFDictionary({"N": 3}), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    document: Any = canvas._doc
    intent = PDFDictionary({
        "Type": PDFName("OutputIntent"), "S": PDFName("GTS_PDFA1"), "Info": PDFString("sRGB IEC61966-2.1"),
        "OutputConditionIdentifier": PDFString("sRGB IEC61966-2.1"), "DestOutputProfile": document.Reference(profile),
    })  # fmt: skip
    document.Catalog.__NoDefault__ = [*document.Catalog.__NoDefault__, "OutputIntents"]
    document.Catalog.OutputIntents = PDFArray([document.Reference(intent)])
