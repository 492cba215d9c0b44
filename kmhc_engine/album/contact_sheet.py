"""The contact sheet: all photos of an album at a glance, as one PNG or as PDF pages."""

import tempfile
from collections.abc import Iterator, Sequence
from itertools import count, islice
from math import ceil
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from kmhc_engine.album import fonts, pdf_file, pictures
from kmhc_engine.album.contents import Contents, Photo
from kmhc_engine.album.options import Options, Paper
from kmhc_engine.album.pdf_file import SIZES, Printed
from kmhc_engine.album.texts import Texts
from kmhc_engine.album.work import Made, Work

_DPI = 300
PIXELS = {Paper.A4: (2480, 3508), Paper.LETTER: (2550, 3300)}
_COLUMNS, _ROWS = 5, 6  # on a page of a PDF
_MARGIN, _GAP, _HEAD = 140, 40, 170
_THUMBNAIL = 1600  # pixels at most
_INK, _SOFT = "#262320", "#6a625a"

_Thumbnails = Sequence[tuple[Photo, Image.Image]]


def write_sheet(contents: Contents, target: Path, options: Options, work: Work) -> None:
    """Write the contact sheet: PDF pages where the target ends in ".pdf", else one PNG with all photos.

    Args:
        contents: Which photos.
        target: The file to write.
        options: Paper, language.
        work: Does the photos, and keeps the account.
    """
    page = PIXELS[options.paper]
    columns, rows = (_COLUMNS, _ROWS) if target.suffix.lower() == ".pdf" else raster(len(contents.photos), page)
    side = min(_THUMBNAIL, (page[0] - 2 * _MARGIN) // columns)

    def make(photo: Photo) -> tuple[Image.Image, Made]:
        return pictures.load(photo.colour, side, side), Made()

    told = Texts(options.language).provenance(contents.variants) if contents.colourised else ""
    coming = work.through(contents.photos, make)
    if target.suffix.lower() == ".pdf":
        _write_pages(contents, coming, target, options, told)
    elif thumbnails := list(coming):
        info = PngImagePlugin.PngInfo()
        for key, value in (("Software", pictures.SOFTWARE), ("Title", contents.title), ("Description", told)):
            info.add_itxt(key, value)
        sheet = draw_sheet(contents, thumbnails, columns, rows, options)
        sheet.save(target, "PNG", dpi=(_DPI, _DPI), pnginfo=info, compress_level=3)
    words = [photo.told.caption.partition("\n")[0] for photo in contents.photos]
    fonts.note_lacking([contents.title, options.author, *words], work.notes)


def raster(count: int, page: tuple[int, int]) -> tuple[int, int]:
    """Return how many columns and rows let so many photos, some of them upright, be as large as they can."""
    width, height = page[0] - 2 * _MARGIN, page[1] - 2 * _MARGIN - _HEAD

    def size(columns: int) -> float:
        across, down = width / columns, height / ceil(count / columns)
        return min(across, down * 4 / 3) + min(across * 4 / 3, down)

    columns = max(range(1, count + 1), key=size)
    return columns, ceil(count / columns)


def _write_pages(
    contents: Contents, coming: Iterator[tuple[Photo, Image.Image]], target: Path, options: Options, told: str
) -> None:
    size = SIZES[options.paper]
    canvas = pdf_file.new_canvas(size, options.language)
    canvas.setTitle(contents.title)
    canvas.setAuthor(options.author)
    canvas.setCreator(pictures.SOFTWARE)
    canvas.setSubject(told)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kmhc-") as folder:
        for number in count():
            thumbnails = list(islice(coming, _COLUMNS * _ROWS))
            if not thumbnails:
                break
            sheet = draw_sheet(contents, thumbnails, _COLUMNS, _ROWS, options)
            pdf_file.draw(canvas, Printed.of(sheet, Path(folder, f"sheet-{number}.jpg")), 0, 0, *size)
            canvas.showPage()
        pdf_file.save(canvas, target)


def draw_sheet(contents: Contents, thumbnails: _Thumbnails, columns: int, rows: int, options: Options) -> Image.Image:
    """Draw one sheet at 300 dots an inch.

    Args:
        contents: Of the album, for its title.
        thumbnails: The photos of this sheet.
        columns: Across.
        rows: Down; fewer photos leave the rest of the page free.
        options: Paper, language.
    """
    width, height = PIXELS[options.paper]
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    text = Texts(options.language)
    write_line(
        draw, contents.title.replace("\n", " "), (width / 2, _MARGIN), 64, width - 2 * _MARGIN, _INK, middle=True
    )
    facts = [text.photos(len(contents.photos)), contents.years, options.author]
    write_line(
        draw, "  ·  ".join(filter(None, facts)), (width / 2, _MARGIN + 88), 34, width - 2 * _MARGIN, _SOFT, middle=True
    )
    if options.footer and contents.colourised:
        write_line(
            draw,
            text.provenance(contents.variants),
            (width / 2, height - 100),
            26,
            width - 2 * _MARGIN,
            _SOFT,
            middle=True,
        )
    across, down = (width - 2 * _MARGIN) / columns, (height - 2 * _MARGIN - _HEAD) / rows
    gap = _GAP * min(1, 5 / columns)
    letters = round(min(30, across / 14))
    for at, (photo, thumbnail) in enumerate(thumbnails):
        column = at % columns if text.direction == "ltr" else columns - 1 - at % columns
        left, top = _MARGIN + column * across, _MARGIN + _HEAD + at // columns * down
        words = letters * 1.6 if letters >= 9 else 0
        room = (max(1, int(across - gap)), max(1, int(down - gap - words)))
        small = thumbnail.copy()
        small.thumbnail(room, Image.Resampling.LANCZOS)
        place = (round(left + (across - small.width) / 2), round(top + room[1] - small.height))
        sheet.paste(small, place)
        label = photo.told.caption.partition("\n")[0] or text.day(photo.told.taken)
        if words and label:
            write_line(
                draw, label, (left + across / 2, top + room[1] + letters * 0.4), letters, room[0], _SOFT, middle=True
            )
    return sheet


def write_line(
    draw: ImageDraw.ImageDraw, line: str, at: tuple[float, float], size: int, room: float, colour: str, *, middle: bool
) -> None:
    """Write one line into an image, cut to the room.

    Args:
        draw: Of the image.
        line: The words.
        at: Left end of the line or its middle, and its top, in pixels.
        size: Of the letters, in pixels.
        room: Pixels across.
        colour: Of the letters.
        middle: Whether `at` is the line's middle.
    """
    pieces = [
        (ImageFont.truetype(face.path, size, layout_engine=ImageFont.Layout.BASIC), text)
        for face, text in fonts.runs(fonts.lines(line, size, room, 1)[0])
    ]
    x, top = at
    if middle:
        x -= sum(font.getlength(text) for font, text in pieces) / 2
    for font, text in pieces:
        draw.text((x, top + size), text, colour, font, anchor="ls")
        x += font.getlength(text)
