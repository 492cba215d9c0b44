"""The album as a PDF for the printer: cover, contents, and photos with their originals and captions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from PIL import Image, ImageOps
from reportlab.lib.units import inch, mm

from kmhc_engine.album import fonts, pdf_file, pictures
from kmhc_engine.album.contents import AlbumPhoto, Contents
from kmhc_engine.album.options import Options
from kmhc_engine.album.pdf_file import SIZES, Printed
from kmhc_engine.album.texts import Texts
from kmhc_engine.album.work import Made, Work
from kmhc_engine.errors import PhotoError

_DPI = 300
_COARSEST = 72 / 100  # points a pixel: 100 dots an inch
_MARGIN, _GAP = 16 * mm, 5 * mm
_INK, _SOFT = (0.15, 0.14, 0.13), (0.42, 0.39, 0.36)
_BODY, _LEADING = 11.0, 15.0
_CHAPTERS_A_PAGE = 30


@dataclass(frozen=True)
class _Box:
    """A rectangle on a page, in points from its lower left corner."""

    x: float
    y: float
    width: float
    height: float


_Shown = tuple[Printed, Printed | None]


def write_pdf(contents: Contents, target: Path, options: Options, work: Work) -> None:
    """Write the album as a PDF.

    Args:
        contents: What is in it.
        target: The file to write; its pictures wait beside it, where they may be left.
        options: Paper, photos a page, language, originals.
        work: Does the photos, and keeps the account.
    """
    size = SIZES[options.paper]
    cell = _cells(_area(*size), options.photos_per_page, "ltr")[0]

    def make(photo: AlbumPhoto) -> tuple[_Shown, Made]:
        after = _print(photo.colour, target.with_name(f"{photo.key}-after.jpg"), cell.width, cell.height)
        if not (options.before and photo.original):
            return (after, None), Made()
        path = target.with_name(f"{photo.key}-before.jpg")
        try:
            return (after, _print(photo.original, path, cell.width / 2, cell.height / 2, photo.turn)), Made()
        except PhotoError as error:
            return (after, None), Made(notes=(f"{error} The album shows it without its original.",))

    shown = dict(work.through(contents.photos, make))
    if shown:
        contents = contents.only(shown)
        _Book(contents, shown, options, work, target.parent).write(target)
        words = [photo.told.caption for photo in shown] + [chapter.title for chapter in contents.chapters]
        fonts.note_lacking([contents.title, options.author, *words], work.notes)


def _print(source: Path, path: Path, width: float, height: float, turn: int = 0) -> Printed:
    """Make a picture that has enough dots for a room in points."""
    room = _dots(width, height)
    image = pictures.load(source, max(room), pictures.WHOLE, turn)
    image.thumbnail(room, Image.Resampling.LANCZOS)
    return Printed.of(image, path)


def _dots(width: float, height: float) -> tuple[int, int]:
    return ceil(width / inch * _DPI), ceil(height / inch * _DPI)


class _Book:
    def __init__(
        self, contents: Contents, shown: dict[AlbumPhoto, _Shown], options: Options, work: Work, folder: Path
    ) -> None:
        self._contents, self._shown, self._options, self._work, self._folder = contents, shown, options, work, folder
        self._text = Texts(options.language)
        self._width, self._height = SIZES[options.paper]
        self._canvas = pdf_file.new_canvas(contents, options)
        self._chapters = [(chapter.title or contents.title, chapter.photos) for chapter in contents.chapters]

    def write(self, target: Path) -> None:
        self._cover()
        many = len(self._chapters) > 1
        page = 2 + (ceil(len(self._chapters) / _CHAPTERS_A_PAGE) if many else 0)
        starts = []
        for _, photos in self._chapters:
            starts.append(page)
            page += ceil(len(photos) / self._options.photos_per_page)
        if many:
            self._list_chapters(starts)
        for number, (title, photos) in enumerate(self._chapters):
            self._chapter(f"chapter-{number}", title if many else "", photos)
        pdf_file.save(self._canvas, target)

    def _cover(self) -> None:
        sizes = [(photo.name, (after.width, after.height)) for photo, (after, _) in self._shown.items()]
        chosen = self._contents.photos[pictures.cover(sizes, self._options.cover)]
        height = self._height * 0.62
        picture = _cover(chosen, self._folder / "cover.jpg", self._width, height)
        pdf_file.draw(self._canvas, picture, 0, self._height - height, self._width, height)
        y = self._height - height - 26 * mm
        for line in fonts.balanced(self._contents.title, 32, self._width - 2 * _MARGIN, 3):
            self._centred(line, y, 32)
            y -= 40
        self._centred(self._text.facts(self._contents, self._options), y - 4, 12, _SOFT)
        self._page_done(self._text.provenance(self._contents) if self._options.footer else "")

    def _list_chapters(self, starts: list[int]) -> None:
        for first in range(0, len(starts), _CHAPTERS_A_PAGE):
            y = self._height - _MARGIN - 24
            self._centred(self._text.contents, y, 22)
            y -= 46
            for number in range(first, min(first + _CHAPTERS_A_PAGE, len(starts))):
                self._contents_line(number, starts[number], y)
                y -= 21
            self._page_done()

    def _contents_line(self, number: int, page: int, y: float) -> None:
        title = fonts.lines(self._chapters[number][0].replace("\n", " "), 12, self._width - 2 * _MARGIN - 60, 1)[0]
        left, right = _MARGIN, self._width - _MARGIN
        ends = (left + fonts.width(title, 12) + 8, right - fonts.width(str(page), 12) - 8)
        if self._text.direction == "rtl":
            self._line(title, right - fonts.width(title, 12), y, 12)
            self._line(str(page), left, y, 12)
            ends = (left + fonts.width(str(page), 12) + 8, right - fonts.width(title, 12) - 8)
        else:
            self._line(title, left, y, 12)
            self._line(str(page), ends[1] + 8, y, 12)
        self._canvas.setStrokeColorRGB(*_SOFT)
        self._canvas.setDash(0.5, 4)
        self._canvas.line(ends[0], y + 1, ends[1], y + 1)
        self._canvas.setDash()
        self._canvas.linkAbsolute("", f"chapter-{number}", (left, y - 5, right, y + 14), Border="[0 0 0]")

    def _chapter(self, mark: str, title: str, photos: Sequence[AlbumPhoto]) -> None:
        canvas, each = self._canvas, self._options.photos_per_page
        for first in range(0, len(photos), each):
            self._work.token.check()
            area = _area(self._width, self._height)
            if first == 0:
                canvas.bookmarkPage(mark)
                if title:
                    canvas.addOutlineEntry(title.replace("\n", " "), mark)
                    line = fonts.lines(title, 20, area.width, 1)[0]
                    self._centred(line, area.y + area.height - 18, 20)
                    area = replace(area, height=area.height - 36)
            boxes = _cells(area, each, self._text.direction)
            for box, photo in zip(boxes, photos[first : first + each], strict=False):
                self._photo(box, photo)
            self._page_done(str(canvas.getPageNumber()))

    def _photo(self, box: _Box, photo: AlbumPhoto) -> None:
        caption, day = photo.told.caption, self._text.day(photo.told.taken)
        most = (12 if self._options.photos_per_page == 1 else 5) - bool(day)
        lines = [(line, _INK) for line in fonts.lines(caption, _BODY, box.width, most)] if caption else []
        lines += [(day, _SOFT)] if day else []
        room = len(lines) * _LEADING + (8 if lines else 0)
        above = _Box(box.x, box.y + room, box.width, box.height - room)
        placed = _arranged(above, *self._shown[photo])
        height = max(at.height + at.y for _, at in placed) - min(at.y for _, at in placed)
        down = (above.height - height) / 2  # the words keep close to the picture
        for picture, at in placed:
            pdf_file.draw(self._canvas, picture, at.x, at.y + down, at.width, at.height)
        y = above.y + down - 8 - _BODY
        for line, colour in lines:
            self._centred(line, y, _BODY, colour, box.x + box.width / 2)
            y -= _LEADING

    def _centred(
        self, line: str, y: float, size: float, colour: tuple[float, float, float] = _INK, middle: float = 0
    ) -> None:
        self._line(line, (middle or self._width / 2) - fonts.width(line, size) / 2, y, size, colour)

    def _line(self, line: str, x: float, y: float, size: float, colour: tuple[float, float, float] = _INK) -> None:
        self._canvas.setFillColorRGB(*colour)
        for face, text in fonts.runs(line):
            if fonts.joined(text):
                pdf_file.draw_joined(self._canvas, face, text, (x, y), size, colour)
            else:
                self._canvas.setFont(face.name, size)
                self._canvas.drawString(x, y, text)
            x += fonts.advance(face, text, size)

    def _page_done(self, foot: str = "") -> None:
        self._centred(foot, _MARGIN - 4 * mm, 9, _SOFT)
        self._canvas.showPage()


def _cover(photo: AlbumPhoto, path: Path, width: float, height: float) -> Printed:
    """Make the picture that fills the upper part of the cover; what does not fit is cut off."""
    room = _dots(width, height)
    image = pictures.load(photo.colour, 2 * max(room), pictures.WHOLE)
    scale = min(1, image.width / room[0], image.height / room[1])
    size = (max(1, round(room[0] * scale)), max(1, round(room[1] * scale)))
    return Printed.of(ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=(0.5, 0.4)), path)


def _area(width: float, height: float) -> _Box:
    """Return where photos may stand on a page."""
    return _Box(_MARGIN, _MARGIN + 6 * mm, width - 2 * _MARGIN, height - 2 * _MARGIN - 6 * mm)


def _cells(area: _Box, count: int, direction: str) -> list[_Box]:
    """Divide a page into boxes, in the order of reading."""
    columns, rows = (1, count) if count < 4 else (2, 2)
    width, height = (area.width - (columns - 1) * _GAP) / columns, (area.height - (rows - 1) * _GAP * 2) / rows
    order = range(columns) if direction == "ltr" else reversed(range(columns))
    across = [area.x + column * (width + _GAP) for column in order]
    down = [area.y + (rows - 1 - row) * (height + 2 * _GAP) for row in range(rows)]
    return [_Box(x, y, width, height) for y in down for x in across]


def _arranged(box: _Box, after: Printed, before: Printed | None) -> list[tuple[Printed, _Box]]:
    """Place a photo in a box, its original at half its size beside or below it, whichever leaves both larger."""
    if before is None:
        scale = min(box.width / after.width, box.height / after.height, _COARSEST)
        width, height = after.width * scale, after.height * scale
        return [(after, _Box(box.x + (box.width - width) / 2, box.y, width, height))]
    ratio = after.width / after.height
    tall = min(box.width / ratio, (box.height - _GAP) / 1.5, after.height * _COARSEST)  # one above the other
    flat = min(box.height, (box.width - _GAP) / 1.5 / ratio, after.height * _COARSEST)  # side by side
    if tall >= flat:
        width, half = tall * ratio, tall * ratio / 2
        return [
            (after, _Box(box.x + (box.width - width) / 2, box.y + tall / 2 + _GAP, width, tall)),
            (before, _Box(box.x + (box.width - half) / 2, box.y, half, tall / 2)),
        ]
    width = flat * ratio
    left = box.x + (box.width - 1.5 * width - _GAP) / 2
    return [
        (before, _Box(left, box.y, width / 2, flat / 2)),
        (after, _Box(left + width / 2 + _GAP, box.y, width, flat)),
    ]
