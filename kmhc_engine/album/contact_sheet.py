"""The contact sheet: all photos of an album at a glance, as one PNG or as PDF pages."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from PIL import Image, ImageDraw, PngImagePlugin

from kmhc_engine.album import fonts, pdf_file, pictures
from kmhc_engine.album.contents import AlbumPhoto, Contents
from kmhc_engine.album.options import Options, Paper
from kmhc_engine.album.pdf_file import SIZES, Printed
from kmhc_engine.album.texts import Texts
from kmhc_engine.album.work import Made, Work

_DPI = 300
PIXELS = {Paper.A4: (2480, 3508), Paper.LETTER: (2550, 3300)}
_COLUMNS, _ROWS = 5, 6  # on a page of a PDF
_MARGIN, _GAP, _HEAD = 140, 40, 170
_THUMBNAIL = 1600  # pixels at most
INK, SOFT = "#262320", "#6a625a"

Thumbnails = Sequence[tuple[AlbumPhoto, Image.Image]]


def write_sheet(contents: Contents, target: Path, options: Options, work: Work) -> None:
    """Write the contact sheet: PDF pages where the target ends in ".pdf", else one PNG with all photos.

    Args:
        contents: Which photos.
        target: The file to write; the pictures of a PDF wait beside it, where they may be left.
        options: Paper, language.
        work: Does the photos, and keeps the account.
    """
    write = _write_pages if target.suffix.lower() == ".pdf" else _write_png
    write(contents, target, options, work)
    words = [photo.told.caption.partition("\n")[0] for photo in contents.photos]
    fonts.note_lacking([contents.title, options.author, *words], work.notes)


def _write_png(contents: Contents, target: Path, options: Options, work: Work) -> None:
    columns, rows = raster(len(contents.photos), PIXELS[options.paper])
    side = _side(columns, options)
    shown = dict(work.through(contents.photos, lambda photo: (pictures.load(photo.colour, side, side), Made())))
    if shown:
        contents = contents.only(shown)
        told = Texts(options.language).provenance(contents)
        info = PngImagePlugin.PngInfo()
        for key, value in (("Software", pictures.SOFTWARE), ("Title", contents.title), ("Description", told)):
            info.add_itxt(key, value)
        sheet = draw_sheet(contents, list(shown.items()), columns, rows, options)
        sheet.save(target, "PNG", dpi=(_DPI, _DPI), pnginfo=info, compress_level=3)


def _write_pages(contents: Contents, target: Path, options: Options, work: Work) -> None:
    side = _side(_COLUMNS, options)

    def make(photo: AlbumPhoto) -> tuple[Printed, Made]:
        return Printed.of(pictures.load(photo.colour, side, side), target.with_name(f"{photo.key}.jpg")), Made()

    shown = dict(work.through(contents.photos, make))
    contents = contents.only(shown)
    canvas = pdf_file.new_canvas(contents, options)
    for first in range(0, len(shown), _COLUMNS * _ROWS):
        work.token.check()
        photos = contents.photos[first : first + _COLUMNS * _ROWS]
        thumbnails = [(photo, Image.open(shown[photo].path)) for photo in photos]
        sheet = draw_sheet(contents, thumbnails, _COLUMNS, _ROWS, options)
        picture = Printed.of(sheet, target.with_name(f"sheet-{first}.jpg"))
        pdf_file.draw(canvas, picture, 0, 0, *SIZES[options.paper])
        canvas.showPage()
    pdf_file.save(canvas, target)


def _side(columns: int, options: Options) -> int:
    """Return how large thumbnails can be."""
    return min(_THUMBNAIL, (PIXELS[options.paper][0] - 2 * _MARGIN) // columns)


def raster(count: int, page: tuple[int, int]) -> tuple[int, int]:
    """Return how many columns and rows let so many photos, some of them upright, be as large as they can."""
    width, height = page[0] - 2 * _MARGIN, page[1] - 2 * _MARGIN - _HEAD

    def size(columns: int) -> float:
        across, down = width / columns, height / ceil(count / columns)
        return min(across, down * 4 / 3) + min(across * 4 / 3, down)

    columns = max(range(1, count + 1), key=size)
    return columns, ceil(count / columns)


def draw_sheet(contents: Contents, thumbnails: Thumbnails, columns: int, rows: int, options: Options) -> Image.Image:
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
    text, middle, most = Texts(options.language), width / 2, width - 2 * _MARGIN
    write_line(draw, contents.title.replace("\n", " "), (middle, _MARGIN), 64, most, INK)
    write_line(draw, text.facts(contents, options), (middle, _MARGIN + 88), 34, most, SOFT)
    if options.footer:
        write_line(draw, text.provenance(contents), (middle, height - 100), 26, most, SOFT)
    across, down = (width - 2 * _MARGIN) / columns, (height - 2 * _MARGIN - _HEAD) / rows
    gap = _GAP * min(1, 5 / columns)
    letters = round(min(30, across / 14))
    words = letters * 1.6 if letters >= 9 else 0
    room = (max(1, int(across - gap)), max(1, int(down - gap - words)))
    scales = [min(room[0] / one.width, room[1] / one.height) for _, one in thumbnails]
    heights = [one.height * scale for (_, one), scale in zip(thumbnails, scales, strict=True)]
    for at, (photo, thumbnail) in enumerate(thumbnails):
        row, column = divmod(at, columns)
        tallest = max(heights[row * columns : (row + 1) * columns])
        column = column if text.direction == "ltr" else columns - 1 - column
        left, top = _MARGIN + column * across, _MARGIN + _HEAD + row * down - (room[1] - tallest) / 2
        size = [max(1, round(side * scales[at])) for side in thumbnail.size]
        small = thumbnail.resize(size, Image.Resampling.LANCZOS)
        place = (round(left + (across - small.width) / 2), round(top + room[1] - small.height))
        sheet.paste(small, place)
        label = photo.told.caption.partition("\n")[0] or text.day(photo.told.taken)
        if words and label:
            write_line(draw, label, (left + across / 2, top + room[1] + letters * 0.4), letters, room[0], SOFT)
    return sheet


def write_line(
    draw: ImageDraw.ImageDraw, line: str, at: tuple[float, float], size: int, room: float, colour: str
) -> None:
    """Write one line into an image, cut to the room.

    Args:
        draw: Of the image.
        line: The words.
        at: The middle of the line, and its top, in pixels.
        size: Of the letters, in pixels.
        room: Pixels across.
        colour: Of the letters.
    """
    pieces = [(fonts.drawing(face, size, text), text) for face, text in fonts.runs(fonts.lines(line, size, room, 1)[0])]
    middle, top = at
    x = middle - sum(font.getlength(text) for font, text in pieces) / 2
    for font, text in pieces:
        draw.text((x, top + size), text, colour, font, anchor="ls")
        x += font.getlength(text)
