"""A picture of the album's first page, quick enough to be drawn at every change of a word."""

from collections.abc import Iterator, Mapping

from PIL import Image, ImageDraw, ImageOps

from kmhc_engine.album import fonts, pictures
from kmhc_engine.album.contact_sheet import PIXELS, draw_sheet, raster, write_line
from kmhc_engine.album.contents import Contents, Photo
from kmhc_engine.album.options import Kind, Options, Theme
from kmhc_engine.album.texts import Texts
from kmhc_engine.errors import printable

_MOST = 30  # photos on a first page
_COLOURS = {False: ("#faf7f2", "#262320"), True: ("#171513", "#ece6dd")}


def thumbnail(photo: Photo) -> Image.Image:
    """Return the small picture that `preview` wants of a photo; worth keeping by `Photo.name`.

    Raises:
        PhotoError: It cannot be shown.
    """
    return pictures.load(photo.colour, pictures.THUMBNAIL, pictures.THUMBNAIL).convert("RGB")


def wanted(contents: Contents, options: Options) -> list[Photo]:
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
    """Draw the first page of an album of any kind; see `preview`. Printed pages keep the shape of their paper."""
    if kind in (Kind.WEB, Kind.WEB_ZIP):
        return preview(contents, options, thumbnails, size, dark=dark)
    if kind is Kind.PDF:
        page = _printed_cover(contents, options, thumbnails)
    elif kind is Kind.ZIP:
        page = _files(contents, options, thumbnails)
    else:
        shown = [(photo, thumbnails[photo.name]) for photo in contents.photos if photo.name in thumbnails]
        page = draw_sheet(contents, shown, *raster(max(1, len(shown)), PIXELS[options.paper]), options)
    page.thumbnail(size, Image.Resampling.BOX, reducing_gap=1.0)
    return page


def preview(
    contents: Contents,
    options: Options,
    thumbnails: Mapping[str, Image.Image],
    size: tuple[int, int],
    *,
    dark: bool = False,
) -> Image.Image:
    """Draw the first page of the web album: cover, title and the first photos with their captions.

    Args:
        contents: Of `collect` with these options.
        options: The album's.
        thumbnails: Of `thumbnail`, by name; photos without one are passed over.
        size: Width and height in pixels.
        dark: What the theme AUTO means here.

    Returns:
        An image in mode "RGB".
    """
    text, (width, height) = Texts(options.language), size
    paper, ink = _COLOURS[dark if options.theme is Theme.AUTO else options.theme is Theme.DARK]
    page = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(page)
    photos = [photo for photo in contents.photos if photo.name in thumbnails]
    hero = (width, round(height * 0.5))
    if photos:
        page.paste(_cover([(photo.name, thumbnails[photo.name]) for photo in photos], options, hero), (0, 0))
    unit = max(9, width // (44 if width > height else 24))
    title, facts = (
        contents.title.replace("\n", " "),
        [text.photos(len(contents.photos)), contents.years, options.author],
    )
    middle, room = width / 2, width - 2 * unit
    size_of_title = max(unit, min(2 * unit, int(2 * unit * room / max(1, fonts.width(title, 2 * unit)))))
    write_line(draw, title, (middle, hero[1] - unit * 3 - size_of_title), size_of_title, room, "white", middle=True)
    write_line(draw, " · ".join(filter(None, facts)), (middle, hero[1] - unit * 2), unit, room, "white", middle=True)
    for row in _rows(photos, thumbnails, (unit, hero[1] + unit, width - unit, height), unit):
        for photo, (x, y, w, h) in row:
            left = x if text.direction == "ltr" else width - x - w
            page.paste(ImageOps.fit(thumbnails[photo.name], (w, h)), (left, y))
            label = photo.told.caption.partition("\n")[0] or text.day(photo.told.taken)
            if label:
                write_line(draw, label, (left + w / 2, y + h + unit // 4), max(8, unit * 3 // 4), w, ink, middle=True)
    return page


def _files(contents: Contents, options: Options, thumbnails: Mapping[str, Image.Image]) -> Image.Image:
    """Draw the photos with their names, as a file manager shows what is in a ZIP."""
    width, height = (side // 3 for side in PIXELS[options.paper])
    page = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(page)
    photos = [photo for photo in contents.photos if photo.name in thumbnails]
    for row in _rows(photos, thumbnails, (40, 40, width - 40, height), 30):
        for photo, (x, y, w, h) in row:
            page.paste(ImageOps.fit(thumbnails[photo.name], (w, h)), (x, y))
            name = printable(photo.name.rpartition("/")[2])
            write_line(draw, name, (x + w / 2, y + h + 8), 22, w, "#262320", middle=True)
    return page


def _printed_cover(contents: Contents, options: Options, thumbnails: Mapping[str, Image.Image]) -> Image.Image:
    text, (width, height) = Texts(options.language), (side // 3 for side in PIXELS[options.paper])
    page = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(page)
    photos = [(photo.name, thumbnails[photo.name]) for photo in contents.photos if photo.name in thumbnails]
    top = round(height * 0.62)
    if photos:
        page.paste(ImageOps.fit(_chosen(photos, options), (width, top), centering=(0.5, 0.4)))
    facts = [text.photos(len(contents.photos)), contents.years, options.author]
    room, ink, soft = width - 126, "#262320", "#6a625a"
    for line in fonts.lines(contents.title, 44, room, 3):
        write_line(draw, line, (width / 2, top + 58), 44, room, ink, middle=True)
        top += 55
    write_line(draw, "  ·  ".join(filter(None, facts)), (width / 2, top + 65), 18, room, soft, middle=True)
    if options.footer and contents.colourised:
        line = text.provenance(contents.variants)
        write_line(draw, line, (width / 2, height - 50), 12, room, soft, middle=True)
    return page


def _chosen(photos: list[tuple[str, Image.Image]], options: Options) -> Image.Image:
    return photos[pictures.cover([(name, image.size) for name, image in photos], options.cover)][1]


def _cover(photos: list[tuple[str, Image.Image]], options: Options, size: tuple[int, int]) -> Image.Image:
    cover = ImageOps.fit(_chosen(photos, options), size, centering=(0.5, 0.35))
    shade = Image.linear_gradient("L").resize(size).point(lambda value: max(0, value - 90))
    return Image.composite(Image.new("RGB", size, "#0c0a08"), cover, shade)


_Box = tuple[int, int, int, int]


def _rows(
    photos: list[Photo], thumbnails: Mapping[str, Image.Image], area: _Box, gap: int
) -> Iterator[list[tuple[Photo, _Box]]]:
    """Set photos in rows across the area, as many as fit: left, top, width, height of each."""
    left, top, right, bottom = area
    across = 6 if right - left > bottom - top else 3
    height = min((right - left) // across, (bottom - top - 5 * gap) // 2)
    x = left
    row: list[tuple[Photo, _Box]] = []
    for photo in photos:
        image = thumbnails[photo.name]
        width = round(height * image.width / image.height)
        if row and x + width > right:
            yield row
            x, row, top = left, [], top + height + 2 * gap
        if top + height > bottom:
            return
        row.append((photo, (x, top, min(width, right - left), height)))
        x += width + gap // 2
    yield row
