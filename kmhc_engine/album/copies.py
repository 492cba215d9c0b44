"""Copies of the colour photos for elsewhere: in another format, under other names, with or without their metadata."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from pathlib import Path, PurePath

from kmhc_engine import atomic
from kmhc_engine.album import pictures
from kmhc_engine.album.archive import full_size, suffix_of
from kmhc_engine.album.captions import Told, named
from kmhc_engine.album.contents import AlbumPhoto, gather, source_of
from kmhc_engine.album.placing import disk_full, workshop
from kmhc_engine.album.work import Made, Work
from kmhc_engine.chroma import Chroma
from kmhc_engine.edits import edits_path, load_edits
from kmhc_engine.errors import BrokenPhoto, OutputError, PhotoError, printable
from kmhc_engine.jobs import OutputSettings
from kmhc_engine.names import folded, numbered, portable
from kmhc_engine.originals import digest, stamp
from kmhc_engine.outputs import OutputFolder, recorded
from kmhc_engine.pages import rendered_page
from kmhc_engine.photos import Format, Metadata, Photo, Provenance, RenderedPage, choose_format, encode, open_photo
from kmhc_engine.photos.exif import read_exif
from kmhc_engine.records import Record
from kmhc_engine.scan import MARKER, identity, is_folder

FIELDS = ("name", "folder", "number", "date", "variant")
_FIELD = re.compile(r"\{([^{}]*)\}")
_THREADS = 2  # each has a whole photo in hand


class Conflict(StrEnum):
    """What happens when a name is taken."""

    NUMBER = "number"
    SKIP = "skip"
    REPLACE = "replace"


@dataclass(frozen=True)
class Wish:
    """How copies are wanted.

    Attributes:
        target: Folder for them; made when missing.
        format: Of the copies; None for the colour photos as they are.
        quality: 1 to 100, of JPEG and WebP, where a format is given.
        pattern: Of their names, with the fields of `FIELDS` in braces; a slash begins a subfolder.
        conflict: What happens when a name is taken.
        keep_metadata: Keep all that the photos tell; else only caption, date and provenance.
        chosen: Names of the photos to copy, as in `Options`; None for all.
    """

    target: Path
    format: Format | None = None
    quality: int = 92
    pattern: str = "{name}"
    conflict: Conflict = Conflict.NUMBER
    keep_metadata: bool = True
    chosen: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Copied:
    """What came of it.

    Attributes:
        paths: The copies.
        skipped: How many photos were passed over because their names were taken.
        left_out: A sentence for each photo that could not be copied.
        notes: What the user should know about others.
    """

    paths: tuple[Path, ...]
    skipped: int
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def filled(pattern: str, name: str, told: Told, number: int, total: int) -> PurePath:
    """Return the name that a pattern gives a photo, without suffix, fit for every system.

    Args:
        pattern: See `Wish`.
        name: The photo's path below its folder, with slashes.
        told: What is told about it.
        number: Its place among the copies, from 1.
        total: How many copies there are.

    Raises:
        ValueError: The pattern has an unknown field, or none that tells photos apart.
    """
    known = {
        "name": PurePath(name).stem,
        "folder": name.rpartition("/")[0],
        "number": f"{number:0{len(str(total))}}",
        "date": told.taken,
        "variant": told.variant,
    }
    fields = _FIELD.findall(pattern)
    if unknown := [field for field in fields if field not in known]:
        raise ValueError(f"{{{unknown[0]}}} is unknown. Use {{{'}, {'.join(FIELDS)}}}.")
    if not {"name", "number"} & set(fields):
        raise ValueError("All photos would have the same name. Add {name} or {number}.")
    text = _FIELD.sub(lambda field: known[field[1]], pattern)
    parts = [named(part).strip(" .") for part in text.replace("\\", "/").split("/")]
    return portable(PurePath(*filter(None, parts)) if any(parts) else PurePath(known["name"]), strict=True)


class Stems:
    """Gives every copy of an export a name of its own, without suffix; of copies from several folders too.

    Args:
        pattern: See `Wish`.
        total: How many copies there are in all.
    """

    def __init__(self, pattern: str, total: int) -> None:
        self._pattern = pattern
        self._total = total
        self._number = 0
        self._taken: set[str] = set()

    def next(self, photo: AlbumPhoto) -> PurePath:
        """Return the name of the next copy.

        Raises:
            ValueError: See `filled`.
        """
        self._number += 1
        stem = filled(self._pattern, photo.name, photo.told, self._number, self._total)
        free = next(free for k in count(1) if folded(free := _numbered(stem, k)) not in self._taken)
        self._taken.add(folded(free))
        return free


def copy_photos(folder: Path, wish: Wish, work: Work, stems: Stems | None = None) -> Copied:
    """Copy colour photos to another folder. The colour photos and the originals stay as they are.

    Where a format is wished for, photos are rendered anew from their stored colour, with all their bits; those whose
    original is gone or changed are converted.

    Args:
        folder: The colourised folder.
        wish: How.
        work: Token and progress; it keeps the account.
        stems: Names the copies after those of the folders before; None begins anew.

    Raises:
        Cancelled: The user cancelled; the copies that are there are whole.
        OutputError: There is nothing to copy, or the target cannot be written to.
        ValueError: The pattern is of no use.
    """
    gathered = gather(folder, chosen=wish.chosen)
    photos = [gathered.photos[name] for name in wish.chosen or gathered.photos if name in gathered.photos]
    if not photos:
        raise OutputError(f"{printable(folder)}: there are no photos to export. Choose some that are done.")
    target = Path(os.path.abspath(wish.target))  # noqa: PTH100 - links stay links
    if target.resolve().is_relative_to(gathered.folder.resolve()):
        raise OutputError(f"{printable(target)}: the colour photos lie here already. Choose another folder.")
    stems = stems or Stems(wish.pattern, len(photos))
    copying = _Copying(gathered.folder, target, wish, {photo.name: stems.next(photo) for photo in photos}, photos)
    work.threads = min(work.threads, _THREADS)
    try:
        with workshop(target, inside=True) as room:
            made = list(work.through(photos, lambda photo: copying.copy(photo, room)))
    except OSError as error:
        raise _unwritable(target, error) from error
    paths = tuple(path for _, path in made if path)
    left_out = (*gathered.left_out, *work.left_out)
    return Copied(paths, len(made) - len(paths), tuple(map(str, left_out)), tuple(work.notes))


def _numbered(stem: PurePath, number: int) -> PurePath:
    suffix = ".photo"  # as long as suffixes get
    return stem.with_name(numbered(stem.with_name(stem.name + suffix), number).name.removesuffix(suffix))


class _Copying:
    def __init__(
        self, folder: Path, target: Path, wish: Wish, stems: dict[str, PurePath], photos: Sequence[AlbumPhoto]
    ) -> None:
        self._folder, self._target, self._wish, self._stems = folder, target, wish, stems
        self._records: dict[str, Record] = {}
        places = {photo.colour.parent for photo in photos}
        if (folder / MARKER).is_dir():
            for record in recorded(folder):
                places.add(source_of(record, folder).parent)
                if record.output:
                    self._records[record.output.path.as_posix()] = record
        self._guarded = {identity(place, place.stat()) for place in places if is_folder(place)}

    def copy(self, photo: AlbumPhoto, room: Path) -> tuple[Path | None, Made]:
        """Write the copy of one photo, first into a room; no path when its name is taken and it is passed over."""
        wish, stem = self._wish, self._target / self._stems[photo.name]
        usual = wish.format.suffix if wish.format else suffix_of(photo.colour)
        if wish.conflict is Conflict.SKIP and os.path.lexists(f"{stem}{usual}"):
            return None, Made()
        temporary = atomic.temporary_beside(room / stem.name)
        try:
            with atomic.whole_disk_errors(self._target, disk_full, _unwritable):
                atomic.make_folder(stem.parent)
                if stem.parent.stat().st_dev != room.stat().st_dev:  # a link to another disk, to which nothing moves
                    temporary = atomic.temporary_beside(stem)
                suffix, notes = self._write(photo, temporary)
                atomic.sync_file(temporary)
                path = self._place(temporary, stem, suffix)
        except OSError as error:
            raise BrokenPhoto(photo.colour, f"it cannot be copied ({error.strerror or error})") from error
        finally:
            with suppress(OSError):
                temporary.unlink()
        return path, Made(notes=tuple(f"{printable(photo.name)}: {note}." for note in notes))

    def _place(self, temporary: Path, stem: Path, suffix: str) -> Path | None:
        """Give the copy its name. A folder with originals is no place to replace anything in."""
        path = Path(f"{stem}{suffix}")
        if self._wish.conflict is Conflict.REPLACE and identity(path.parent, path.parent.stat()) not in self._guarded:
            temporary.replace(path)
            return path
        for number in count(1):
            free = Path(numbered(path, number))
            with suppress(FileExistsError):
                atomic.rename_new(temporary, free)
                return free
            if self._wish.conflict is Conflict.SKIP:
                break
        return None

    def _write(self, photo: AlbumPhoto, temporary: Path) -> tuple[str, tuple[str, ...]]:
        wanted, record = self._wish.format, self._records.get(photo.name)
        if wanted is None:
            if self._wish.keep_metadata:
                shutil.copyfile(photo.colour, temporary)
                return suffix_of(photo.colour), ()
            data, suffix, note = full_size(photo, keep_metadata=False)
            temporary.write_bytes(data)
            return suffix, ("became JPEG to leave its metadata out",) if note else ()
        if record is not None and record.chroma and photo.original and _unchanged(photo.original, record):
            return self._render(photo, photo.original, record, wanted, temporary)
        return self._convert(photo, wanted, temporary)

    def _render(
        self, photo: AlbumPhoto, source: Path, record: Record, wanted: Format, temporary: Path
    ) -> tuple[str, tuple[str, ...]]:
        held = OutputFolder(self._folder)  # not taken: a run may go on meanwhile
        chroma = [held.chroma(record.chroma, index) for index in range(record.pages)]
        first = Chroma.load(chroma[0])
        edits, warning = load_edits(edits_path(chroma[0]))
        settings = replace(OutputSettings.of(record.settings).then(edits.adjustments), longest_side=None)

        def pages(original: Photo, format: Format) -> Iterator[RenderedPage]:
            for index in range(original.page_count):
                page = original.page(index)
                colour = Chroma.load(chroma[index]) if index else edits.chroma(first, page.grey)
                yield rendered_page(page, colour, format, settings, lambda: None)

        with open_photo(source, record.turn) as original:
            format, note = choose_format(original, wanted)
            metadata = original.metadata if self._wish.keep_metadata else _little(photo)
            provenance = Provenance(first.variant, first.weights)
            notes = encode(temporary, format, pages(original, format), metadata, provenance, self._wish.quality)
        return format.suffix, tuple(filter(None, (note, warning, *notes)))

    def _convert(self, photo: AlbumPhoto, wanted: Format, temporary: Path) -> tuple[str, tuple[str, ...]]:
        image = pictures.load(photo.colour, pictures.WHOLE, pictures.WHOLE)
        kept = pictures.exif_of(photo.colour) if self._wish.keep_metadata else None
        about = pictures.metadata(photo.told, kept=kept)
        options = {"quality": self._wish.quality} if wanted in (Format.JPEG, Format.WEBP) else {}
        image.save(temporary, wanted.upper(), exif=about.exif, xmp=about.xmp, **options)
        return wanted.suffix, ("converted from the colour photo, for its original is gone or changed",)


def _unwritable(target: Path, error: OSError) -> OutputError:
    reason = error.strerror or error
    return OutputError(f"{printable(target)}: cannot be written to ({reason}). Choose another folder.")


def _unchanged(original: Path, record: Record) -> bool:
    known = record.fingerprint
    with suppress(PhotoError):
        return stamp(original) == (known.size, known.modified_ns) or digest(original) == known.digest
    return False


def _little(photo: AlbumPhoto) -> Metadata:
    """Return caption and date, and nothing else that the photo tells."""
    about = pictures.metadata(photo.told, before=True)
    return Metadata(exif=read_exif(about.exif.removeprefix(b"Exif\0\0")), xmp=about.xmp)
