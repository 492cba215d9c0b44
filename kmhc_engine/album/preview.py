"""A picture of the album's first page, quick enough to be drawn at every change of a word."""

from collections.abc import Iterator, Mapping

from PIL import Image, ImageDraw, ImageOps

from kmhc_engine.album import fonts, pictures
from kmhc_engine.album.contact_sheet import INK, PIXELS, SOFT, Thumbnails, draw_sheet, raster, write_line
from kmhc_engine.album.contents import AlbumPhoto, Contents
from kmhc_engine.album.options import Kind, Options, Theme
from kmhc_engine.album.texts import Texts
from kmhc_engine.errors import printable

_MOST = 30  # photos on a first page
_COLOURS = {False: ("#faf7f2", "#262320"), True: ("#171513", "#ece6dd")}


def thumbnail(photo: AlbumPhoto) -> Image.Image:
    """Return the small picture that `draw` wants of a photo; worth keeping by `AlbumPhoto.name`.

    Raises:
        PhotoError: It cannot be shown.
    """
    return pictures.load(photo.colour, pictures.THUMBNAIL, pictures.THUMBNAIL).convert("RGB")


def wanted(contents: Contents, options: Options) -> list[AlbumPhoto]:
    """Return the photos that show on the first page, if there is room for them."""
    photos = contents.photos
    named = [photo for photo in photos if photo.name == options.cover]
    return list(dict.fromkeys([*named, *photos[:_MOST]]))


def draw(
    kind: Kind,
    contents: Contents,
    options: Options,
    thumbnails: Mapping[str, Image.Image],
    size: tuple[int, int],
    *,
    dark: bool = False,
) -> Image.Image:
    """Draw the first page of an album.

    Args:
        kind: Of the album.
        contents: Of `collect` with these options.
        options: The album's.
        thumbnails: Of `thumbnail`, by name; photos without one are passed over.
        size: Width and height in pixels; printed pages fit in and keep the shape of their paper.
        dark: What the theme AUTO means here.

    Returns:
        An image in mode "RGB".
    """
    shown = [(photo, thumbnails[photo.name]) for photo in contents.photos if photo.name in thumbnails]
    if kind in (Kind.WEB, Kind.WEB_ZIP):
        return _web(contents, shown, options, size, dark=dark)
    if kind is Kind.PDF:
        page = _printed_cover(contents, shown, options)
    elif kind is Kind.ZIP:
        page = _files(shown, options)
    else:
        page = draw_sheet(contents, shown, *raster(max(1, len(shown)), PIXELS[options.paper]), options)
    page.thumbnail(size, Image.Resampling.BOX, reducing_gap=1.0)
    return page


def _web(contents: Contents, shown: Thumbnails, options: Options, size: tuple[int, int], *, dark: bool) -> Image.Image:
    """Draw cover, title and the first photos with their captions."""
    text, (width, height) = Texts(options.language), size
    paper, ink = _COLOURS[dark if options.theme is Theme.AUTO else options.theme is Theme.DARK]
    page = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(page)
    hero = (width, round(height * 0.5))
    if shown:
        cover = ImageOps.fit(_cover(shown, options), hero, centering=(0.5, 0.35))
        shade = Image.linear_gradient("L").resize(hero).point(lambda value: max(0, value - 90))
        page.paste(Image.composite(Image.new("RGB", hero, "#0c0a08"), cover, shade))
    unit = max(9, width // (44 if width > height else 24))
    title, middle, room = contents.title.replace("\n", " "), width / 2, width - 2 * unit
    size_of_title = max(unit, min(2 * unit, int(2 * unit * room / max(1, fonts.width(title, 2 * unit)))))
    write_line(draw, title, (middle, hero[1] - unit * 3 - size_of_title), size_of_title, room, "white")
    write_line(draw, text.facts(contents, options), (middle, hero[1] - unit * 2), unit, room, "white")
    for photo, image, (x, y, w, h) in _in_rows(shown, (unit, hero[1] + unit, width - unit, height), unit):
        left = x if text.direction == "ltr" else width - x - w
        page.paste(ImageOps.fit(image, (w, h)), (left, y))
        label = photo.told.caption.partition("\n")[0] or text.day(photo.told.taken)
        write_line(draw, label, (left + w / 2, y + h + unit // 4), max(8, unit * 3 // 4), w, ink)
    return page


def _files(shown: Thumbnails, options: Options) -> Image.Image:
    """Draw the photos with their names, as a file manager shows what is in a ZIP."""
    width, height = (side // 3 for side in PIXELS[options.paper])
    page = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(page)
    for photo, image, (x, y, w, h) in _in_rows(shown, (40, 40, width - 40, height), 30):
        page.paste(ImageOps.fit(image, (w, h)), (x, y))
        name = printable(photo.name.rpartition("/")[2])
        write_line(draw, name, (x + w / 2, y + h + 8), 22, w, INK)
    return page


def _printed_cover(contents: Contents, shown: Thumbnails, options: Options) -> Image.Image:
    text, (width, height) = Texts(options.language), (side // 3 for side in PIXELS[options.paper])
    page = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(page)
    top = round(height * 0.62)
    if shown:
        page.paste(ImageOps.fit(_cover(shown, options), (width, top), centering=(0.5, 0.4)))
    middle, room = width / 2, width - 126
    for line in fonts.balanced(contents.title, 44, room, 3):
        write_line(draw, line, (middle, top + 58), 44, room, INK)
        top += 55
    write_line(draw, text.facts(contents, options), (middle, top + 65), 18, room, SOFT)
    if options.footer:
        write_line(draw, text.provenance(contents), (middle, height - 50), 12, room, SOFT)
    return page


def _cover(shown: Thumbnails, options: Options) -> Image.Image:
    return shown[pictures.cover([(photo.name, image.size) for photo, image in shown], options.cover)][1]


_Box = tuple[int, int, int, int]


def _in_rows(shown: Thumbnails, area: _Box, gap: int) -> Iterator[tuple[AlbumPhoto, Image.Image, _Box]]:
    """Set photos in rows across the area, as many as fit: left, top, width, height of each."""
    left, top, right, bottom = area
    across = 6 if right - left > bottom - top else 3
    height = min((right - left) // across, (bottom - top - 5 * gap) // 2)
    x = left
    for photo, image in shown:
        width = round(height * image.width / image.height)
        if x > left and x + width > right:
            x, top = left, top + height + 2 * gap
        if top + height > bottom:
            return
        yield photo, image, (x, top, min(width, right - left), height)
        x += width + gap // 2
