"""One export: from a colourised folder to an album of any kind."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kmhc_engine.album.contents import Contents, LeftOut, collect
from kmhc_engine.album.options import Kind, Options, remember, remembered_target
from kmhc_engine.album.placing import album_file, album_folder, refuse_strangers
from kmhc_engine.album.texts import Texts
from kmhc_engine.album.work import Progress, Work
from kmhc_engine.cancel import CancelToken
from kmhc_engine.errors import OutputError, printable

_SUFFIXES = {Kind.PDF: ".pdf", Kind.SHEET: ".png", Kind.ZIP: ".zip", Kind.WEB_ZIP: ".zip"}
_NAMES = {Kind.SHEET: " contact sheet", Kind.ZIP: " photos"}


@dataclass(frozen=True)
class Exported:
    """What came of an export.

    Attributes:
        path: What to open: index.html of a web album, else the file.
        photos: How many photos are in it.
        fresh: Of how many the pictures were made; those of the others had not changed.
        left_out: The photos that are not in it, and why.
        notes: What the user should know about others.
    """

    path: Path
    photos: int
    fresh: int
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


def default_target(folder: Path, kind: Kind) -> Path:
    """Return where an album goes when nobody said: where the last one went, else beside the colourised folder."""
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay links
    if known := remembered_target(folder, kind):
        return known
    name, more = folder.name.removesuffix(" colourised"), _NAMES.get(kind, "")
    if not name.casefold().endswith(("album", "albums")):
        name = f"{name} album".strip()
    elif kind is Kind.WEB:
        more = " web"  # the bare name is the folder with the originals
    return folder.parent / (name + more + _SUFFIXES.get(kind, ""))  # a whole disk has no name, and is its own parent


def export(
    folder: Path,
    kind: Kind = Kind.WEB,
    target: Path | None = None,
    options: Options | None = None,
    *,
    captions: Path | None = None,
    replace: bool = False,
    lasting: Options | None = None,
    token: CancelToken | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Make an album of a colourised folder.

    Args:
        folder: The colourised folder.
        kind: What to make.
        target: The folder of a web album, else a file; by default beside the colourised folder. A contact sheet is a
            PDF where this ends in ".pdf".
        options: What the person chose.
        captions: A table of captions; by default captions.csv in the folder.
        replace: A file that is there may be replaced. A web album replaces itself anyway, and nothing else ever.
        lasting: What to remember for the next export; by default the options.
        token: To cancel with.
        progress: Called with photos done, photos in all, and the last one's name.

    Raises:
        Cancelled: The user cancelled; what was there before is still there.
        OutputError: Nothing to export, or it cannot be written, or would replace a photo of the album. DiskFull and
            FolderInUse among these.
    """
    options = options or Options()
    target = Path(os.path.abspath(target or default_target(folder, kind)))  # noqa: PTH100 - links stay links
    work = Work(token or CancelToken(), progress or (lambda done, total, name: None))
    Texts(options.language)
    if kind is Kind.WEB:
        refuse_strangers(target)
    _stay_apart(target, Path(os.path.abspath(folder)))  # noqa: PTH100
    contents = collect(folder, options, captions)
    _spare_photos(target, contents)
    with album_folder(target) if kind is Kind.WEB else album_file(target, replace=replace) as new:
        _write(kind, contents, new, target, options, work)
        _some(contents, work)
    remember(contents.folder, lasting or options, kind, target)
    path = target / "index.html" if kind is Kind.WEB else target
    left_out = (*contents.left_out, *work.left_out)
    return Exported(path, work.fresh + work.kept, work.fresh, left_out, tuple(work.notes))


def _write(kind: Kind, contents: Contents, new: Path, target: Path, options: Options, work: Work) -> None:
    # Each kind loads its own library only when it is made.
    if kind is Kind.WEB:
        from kmhc_engine.album.web import write_web

        write_web(contents, new, target, options, work)
    elif kind is Kind.WEB_ZIP:
        from kmhc_engine.album.archive import pack
        from kmhc_engine.album.web import write_web

        folder = new.with_name("web")
        folder.mkdir()
        write_web(contents, folder, folder / "none", options, work)
        pack(folder, new, contents.title, work)
    elif kind is Kind.ZIP:
        from kmhc_engine.album.archive import write_zip

        write_zip(contents, new, keep_metadata=options.keep_metadata, work=work)
    elif kind is Kind.PDF:
        from kmhc_engine.album.pdf import write_pdf

        write_pdf(contents, new, options, work)
    else:
        from kmhc_engine.album.contact_sheet import write_sheet

        write_sheet(contents, new, options, work)


def _some(contents: Contents, work: Work) -> None:
    if not work.fresh + work.kept:
        reasons = "; ".join(str(out) for out in work.left_out[:3])
        raise OutputError(f"{printable(contents.folder)}: no photo could be read, so there is no album. {reasons}")


def _spare_photos(target: Path, contents: Contents) -> None:
    """Refuse to replace a photo of the album, whatever was asked for."""
    for photo in contents.photos if os.path.lexists(target) else ():
        for path in filter(None, (photo.colour, photo.original)):
            with suppress(OSError):
                if target.samefile(path):
                    raise OutputError(f"{printable(target)}: this is a photo of the album. Choose another name.")


def _stay_apart(target: Path, folder: Path) -> None:
    if target == folder or folder.is_relative_to(target):
        raise OutputError(f"{printable(target)}: the album would take the place of the photos. Choose another place.")
