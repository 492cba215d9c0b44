"""The web album: a folder of pages that open from the disk, with nothing else needed."""

import hashlib
import math
import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from itertools import count
from pathlib import Path, PurePath
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL.Image import Image

from kmhc_engine.album import pictures
from kmhc_engine.album.archive import full_size, suffix_of
from kmhc_engine.album.captions import named
from kmhc_engine.album.contents import AlbumPhoto, Contents
from kmhc_engine.album.options import Options
from kmhc_engine.album.texts import Texts
from kmhc_engine.album.work import Made, Work
from kmhc_engine.errors import PhotoError
from kmhc_engine.names import portable

LEAST, MOST = 1600, 2048  # pixels of the longer side; 12 megapixels become 2000, which JPEG decodes by halving alone
GRID = (640, 480)
_RECIPE = "1"  # another one makes all pictures anew
_ALT = 150  # characters
_ASSETS, _PAGES = "assets", "photo"
_SHAPES = (0.5, 0.667, 0.75, 0.875, 1, 1.2, 1.333, 1.5, 1.778, 2.4)  # as in album.css


@dataclass(frozen=True)
class Picture:
    """A picture in the album: addresses from the album's top, and its size in pixels."""

    jpeg: str
    webp: str
    width: int
    height: int

    @property
    def addresses(self) -> tuple[str, ...]:
        """Those that it has."""
        return (self.jpeg, self.webp) if self.webp else (self.jpeg,)


@dataclass(frozen=True)
class _Shown:
    """What a photo has in the album's assets folder."""

    small: Picture
    after: Picture
    before: Picture | None
    download: str


class _Assets:
    """The pictures of the album in the making; those of the album before are taken over where they are the same.

    Args:
        new: Folder of the album in the making.
        old: The album before; need not exist.
        options: The album's.
    """

    def __init__(self, new: Path, old: Path, options: Options) -> None:
        self._new, self._old, self._options = new, old, options
        (new / _ASSETS).mkdir()
        try:  # a power cut leaves empty files
            names = [entry.name for entry in os.scandir(old / _ASSETS) if entry.stat().st_size]
        except OSError:
            names = []
        self._there = {f"{_ASSETS}/{name}" for name in names}
        found = (re.fullmatch(r"(\w+)-(\d+)x(\d+)\.jpg", name) for name in names)
        self._sizes = {one[1]: (int(one[2]), int(one[3])) for one in found if one}

    def show(self, photo: AlbumPhoto) -> tuple[_Shown, Made]:
        """Make the pictures of one photo.

        Raises:
            PhotoError: The colour photo cannot be read.
        """
        notes = []
        after, fresh = self._pictures(photo, "a", photo.colour, ("a", "s"))
        before: list[Picture] = []
        if self._options.before and photo.original:
            try:
                before, made = self._pictures(photo, "b", photo.original, ("b",), photo.turn)
                fresh = fresh or made
            except PhotoError as error:
                notes.append(f"{error} The album shows it without its original.")
        download = ""
        if self._options.downloads:
            download, note = self._download(photo)
            notes += note
        shown = _Shown(after[1], after[0], before[0] if before else None, download)
        return shown, Made(fresh, tuple(notes))

    def _pictures(
        self, photo: AlbumPhoto, role: str, source: Path, wanted: tuple[str, ...], turn: int = 0
    ) -> tuple[list[Picture], bool]:
        stems = [f"{self._hash(photo, one)}{one}" for one in wanted]
        known = [self._picture(stem, self._sizes[stem]) for stem in stems if stem in self._sizes]
        if len(known) == len(stems) and self._take_over(*(place for one in known for place in one.addresses)):
            return known, False
        image = pictures.load(source, LEAST, MOST, turn)
        kept = pictures.exif_of(source) if self._options.keep_metadata else None
        about = pictures.metadata(photo.told, before=role == "b", kept=kept)
        images = [image, pictures.small(image, *GRID)]
        return [self._write(made, stem, about) for made, stem in zip(images, stems, strict=False)], True

    def _hash(self, photo: AlbumPhoto, role: str) -> str:
        options = self._options
        stamp = photo.stamp[2:] if role == "b" else photo.stamp[:2]
        recipe = (_RECIPE, photo.name, stamp, photo.told, options.webp, options.keep_metadata)
        text = repr(recipe).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, digest_size=9).hexdigest()

    def _picture(self, stem: str, size: tuple[int, int]) -> Picture:
        name = f"{_ASSETS}/{stem}-{size[0]}x{size[1]}"
        return Picture(f"{name}.jpg", f"{name}.webp" if self._options.webp else "", *size)

    def _write(self, image: Image, stem: str, about: pictures.PictureMetadata) -> Picture:
        picture = self._picture(stem, image.size)
        for address in picture.addresses:
            pictures.write(image, self._new / address, about)
        return picture

    def _download(self, photo: AlbumPhoto) -> tuple[str, list[str]]:
        name = f"{_ASSETS}/{_slug(PurePath(photo.name).stem)}-{self._hash(photo, 'd')[:10]}"
        for suffix in (".jpg", ".png", suffix_of(photo.colour)):
            if self._take_over(name + suffix):
                return name + suffix, []
        data, suffix, note = full_size(photo, keep_metadata=self._options.keep_metadata)
        (self._new / (name + suffix)).write_bytes(data)
        return name + suffix, [note] if note else []

    def _take_over(self, *addresses: str) -> bool:
        """Take files over from the album before, if all of them are there."""
        return self._there.issuperset(addresses) and all(
            _linked(self._old / address, self._new / address) for address in addresses
        )


def write_web(contents: Contents, folder: Path, old: Path, options: Options, work: Work) -> None:
    """Write a web album.

    Args:
        contents: What is in it.
        folder: An empty folder.
        old: The album before, to take unchanged pictures from; need not exist.
        options: The album's.
        work: Does the photos, and keeps the account.
    """
    assets = _Assets(folder, old, options)
    shown = dict(work.through(contents.photos, assets.show))
    if not shown:
        return
    contents = contents.only(shown)
    text, numbers = Texts(options.language), count(1)
    chapters: list[dict[str, Any]] = [
        {"title": chapter.title, "photos": [_described(p, shown[p], next(numbers), text) for p in chapter.photos]}
        for chapter in contents.chapters
    ]
    photos = [photo for chapter in chapters for photo in chapter["photos"]]
    frame = {
        "title": contents.title,
        "options": options,
        "text": text,
        "assets": dict(_static(folder)),
        "provenance": text.provenance(contents) if options.footer else "",
        "software": pictures.SOFTWARE,
        "total": len(photos),
    }
    templates = Environment(
        loader=PackageLoader("kmhc_engine.album"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    index, page = (templates.get_template(name) for name in ("index.html", "photo.html"))
    top = index.render(frame, root="", chapters=chapters, cover=_cover(photos, options), years=contents.years)
    (folder / "index.html").write_text(top, encoding="utf-8", newline="\n")
    (folder / _PAGES).mkdir()
    for previous, photo, following in zip([None, *photos], photos, [*photos[1:], None], strict=False):
        work.token.check()
        html = page.render(frame, root="../", photo=photo, previous=previous, next=following)
        (folder / photo["page"]).write_text(html, encoding="utf-8", newline="\n")


def _static(folder: Path) -> Iterator[tuple[str, str]]:
    for kind in ("css", "js"):
        data = files(__package__).joinpath("static", f"album.{kind}").read_bytes()
        name = f"{_ASSETS}/{hashlib.blake2b(data, digest_size=9).hexdigest()}.{kind}"
        (folder / name).write_bytes(data)
        yield kind, name


def _described(photo: AlbumPhoto, shown: _Shown, number: int, text: Texts) -> dict[str, Any]:
    day = text.day(photo.told.taken)
    first = photo.told.caption.partition("\n")[0]
    ratio = math.log(shown.small.width / shown.small.height)
    return {
        "key": photo.key,
        "name": photo.name,
        "chapter": photo.chapter,
        "number": number,
        "page": f"{_PAGES}/{photo.key}.html",
        "caption": photo.told.caption,
        "taken": photo.told.taken,
        "date": day,
        "alt": _cut(first) or (f"{text.photo_number(number)}, {day}" if day else text.photo_number(number)),
        "shape": min(range(len(_SHAPES)), key=lambda at: abs(math.log(_SHAPES[at]) - ratio)) + 1,
        "small": shown.small,
        "after": shown.after,
        "before": shown.before,
        "download": shown.download,
        "download_name": _plain_name(photo) if shown.download else "",
    }


def _cut(line: str) -> str:
    """Shorten a line to what a screen reader or a tab can do with, between words where it has some."""
    if len(line) <= _ALT:
        return line
    start = line[: _ALT - 1]
    return (start.rpartition(" ")[0] or start) + "…"


def _cover(photos: list[dict[str, Any]], options: Options) -> dict[str, Any]:
    sizes = [(photo["name"], (photo["after"].width, photo["after"].height)) for photo in photos]
    return photos[pictures.cover(sizes, options.cover)]


def _linked(old: Path, new: Path) -> bool:
    """Give a file a second name, or copy it where the disk cannot."""
    try:
        os.link(old, new)
    except OSError:
        with suppress(FileNotFoundError):
            shutil.copyfile(old, new)
            return True
        return False
    return True


def _plain_name(photo: AlbumPhoto) -> str:
    return str(portable(PurePath(named(PurePath(photo.name).name)), strict=True))


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "photo"
