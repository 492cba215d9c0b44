"""The colour photos in full size: for downloads, and in one ZIP."""

import io
import zipfile
from itertools import count
from pathlib import Path, PurePath

from kmhc_engine.album import jpeg, pictures, png
from kmhc_engine.album.captions import named
from kmhc_engine.album.contents import AlbumPhoto, Contents
from kmhc_engine.album.work import Made, Work
from kmhc_engine.errors import BrokenPhoto, printable
from kmhc_engine.names import folded, numbered, portable, with_suffix
from kmhc_engine.photos import open_photo

_FULL_SIZE_QUALITY = 95
_LOSSLESS = {b"\xff\xd8": ".jpg", b"\x89PNG": ".png"}


def full_size(photo: AlbumPhoto, *, keep_metadata: bool) -> tuple[bytes, str, str]:
    """Return a colour photo in full size, without the metadata that are nobody's business.

    JPEG and PNG keep every pixel, unless they lie on their side or have no profile. Other formats become JPEG, unless
    they may stay as they are.

    Returns:
        The file, its suffix, and what the user should know; mostly nothing.

    Raises:
        BrokenPhoto, PhotoTooLarge: It cannot be read.
    """
    try:
        data = photo.colour.read_bytes()
        about = pictures.metadata(photo.told)
        suffix = next((s for mark, s in _LOSSLESS.items() if data.startswith(mark)), "")
        kind = jpeg if suffix == ".jpg" else png
        if keep_metadata:  # it must be a whole photo still
            if suffix:
                kind.check(data)
            else:
                open_photo(photo.colour).close()
            return data, suffix_of(photo.colour), ""
        retold = kind.retold(data, about.exif, about.xmp) if suffix else b""
        if retold and pictures.exif_of(photo.colour).get(pictures.ORIENTATION, 1) == 1:
            return retold, suffix, ""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BrokenPhoto(photo.colour, f"it cannot be read ({reason})", "Colourise it again.") from error
    image = pictures.load(photo.colour, pictures.WHOLE, pictures.WHOLE)
    buffer = io.BytesIO()
    if suffix == ".png":
        image.save(buffer, "PNG", compress_level=3, exif=about.exif)
        return buffer.getvalue(), ".png", ""
    image.save(buffer, "JPEG", quality=_FULL_SIZE_QUALITY, subsampling=0, exif=about.exif, xmp=about.xmp)
    note = "" if suffix == ".jpg" else (
        f"{printable(photo.name)}: became JPEG to leave its metadata out. Keep the metadata to keep the format."
    )  # fmt: skip
    return buffer.getvalue(), ".jpg", note


def suffix_of(path: Path) -> str:
    """Return a file's suffix, as far as it is one."""
    suffix = path.suffix.lower()
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() else ""


def write_zip(contents: Contents, target: Path, *, keep_metadata: bool, work: Work) -> None:
    """Write the colour photos into a ZIP, in their folders, under names that every system takes.

    Args:
        contents: Which photos.
        target: The file to write.
        keep_metadata: Put them in as they are.
        work: Does the photos, and keeps the account.
    """

    def make(photo: AlbumPhoto) -> tuple[tuple[bytes, str], Made]:
        data, suffix, note = full_size(photo, keep_metadata=keep_metadata)
        return (data, suffix), Made(notes=(note,) if note else ())

    taken: set[str] = set()
    with _new_zip(target) as archive:
        for photo, (data, suffix) in work.through(contents.photos, make):
            name = with_suffix(portable(PurePath(named(photo.name)), strict=True), suffix)
            free = next(n for k in count(1) if folded(n := numbered(name, k)) not in taken)
            taken.add(folded(free))
            dated = photo.original or photo.colour
            try:
                entry = zipfile.ZipInfo.from_file(dated, free.as_posix(), strict_timestamps=False)
            except (OSError, OverflowError):  # Windows cannot tell the day of a time before 1970
                entry = zipfile.ZipInfo(free.as_posix())
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)


def pack(folder: Path, target: Path, top: str, work: Work) -> None:
    """Write a web album into a ZIP, below one folder.

    Args:
        folder: The album.
        target: The file to write.
        top: Name of the folder in the ZIP.
        work: Says when to stop.
    """
    name = numbered(portable(PurePath(top.replace("/", "_").strip(" .") or "_"), strict=True), 1)
    with _new_zip(target) as archive:
        for path in sorted(filter(Path.is_file, folder.rglob("*"))):
            work.token.check()
            archive.write(path, f"{name}/{path.relative_to(folder).as_posix()}")


def _new_zip(target: Path) -> zipfile.ZipFile:
    # Photos are compressed already; storing them is ten times as fast, and a damaged ZIP can still be mended.
    return zipfile.ZipFile(target, "w", zipfile.ZIP_STORED, strict_timestamps=False)
