"""Writes a photo again after a person has changed its colours: from the stored colour, without the network."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path, PurePath

from PySide6.QtCore import QCoreApplication, QObject, QThreadPool, Signal

from kmhc_engine.atomic import whole_disk_errors
from kmhc_engine.chroma import Chroma
from kmhc_engine.edits import Edits, edits_path, load_edits
from kmhc_engine.errors import DiskFull, KMHCError, PhotoError, printable
from kmhc_engine.jobs import OutputSettings
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.pages import rendered_page
from kmhc_engine.photos import Format, Photo, Provenance, RenderedPage, encode, open_photo

log = logging.getLogger(__name__)


class Saving(QObject):
    """One thread that saves photo after photo.

    Attributes:
        saved: Emitted with the original's path.
        failed: Emitted with the original's path and a text for the user.
        drained: Emitted when all that was asked for has ended.
    """

    saved = Signal(object)
    failed = Signal(object, str)
    drained = Signal()
    _ended = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._under_way = 0
        self._ended.connect(self._count_down)

    @property
    def idle(self) -> bool:
        """Whether no photo is being saved."""
        return self._under_way == 0

    def save(self, source: Path, chroma: Path) -> None:
        """Write a photo's result anew; its edits lie beside its colour."""
        self._under_way += 1
        self._pool.start(lambda: self._save(source, chroma))

    def close(self) -> None:
        """Finish what is asked for."""
        self._pool.waitForDone()

    def _save(self, source: Path, chroma: Path) -> None:
        try:
            save_edited(source, chroma)
        except DiskFull:
            self.failed.emit(source, disk_full_text(printable(source.name)))
        except KMHCError as error:
            self.failed.emit(source, str(error))
        except Exception as error:
            log.exception("saving %s", source)
            text = f"{printable(source.name)}: the changed photo could not be saved ({error}). The log says more."
            self.failed.emit(source, text)
        else:
            self.saved.emit(source)
        finally:
            self._ended.emit()

    def _count_down(self) -> None:
        self._under_way -= 1
        if self.idle:
            self.drained.emit()


def disk_full_text(name: str) -> str:
    """Return what to tell of a photo whose changes find no room."""
    text = QCoreApplication.translate("Saving", "{0}: the disk is full. Make room, then click “Save” again.")
    return text.format(name)


def save_edited(source: Path, chroma: Path) -> None:
    """Render a photo from its stored colour and a person's edits, and replace its result.

    All else is as when it was coloured: strength, size, format and quality.

    Args:
        source: The original.
        chroma: The stored colour of its first page; the edits lie beside it, and hints apply to that page.

    Raises:
        KMHCError: The photo or the folder cannot be used, or a run has the folder.
    """
    edits, _ = load_edits(edits_path(chroma))
    output = chroma.parents[2]  # the next results of its root may go elsewhere
    with OutputFolder(output) as folder, ExitStack() as stack:
        record = folder.journal.get(folder.key(source))
        if record is None or record.output is None:
            raise PhotoError(source, "the output folder does not know it", "Colourise it again.")
        photo = stack.enter_context(open_photo(source, record.turn))
        path = record.output.path
        wanted, temporary = _format_of(path), folder.temporary(path)
        try:
            stored = Chroma.load(chroma)
            settings = OutputSettings.of(record.settings).then(edits.adjustments)
            pages = _pages(photo, folder, record.chroma, edits, wanted, settings)
            provenance = Provenance(stored.variant, stored.weights)
            with whole_disk_errors(output):
                encode(temporary, wanted, pages, photo.metadata, provenance, settings.quality)
                folder.publish(temporary, path, record)
        finally:
            temporary.unlink(missing_ok=True)


def _pages(
    photo: Photo, folder: OutputFolder, name: str, edits: Edits, wanted: Format, settings: OutputSettings
) -> Iterator[RenderedPage]:
    for index in range(photo.page_count):
        page = photo.page(index)
        chroma = Chroma.load(folder.chroma(name, index))
        if index == 0:
            chroma = edits.chroma(chroma, page.grey)
        yield rendered_page(page, chroma, wanted, settings, lambda: None)


def _format_of(path: PurePath) -> Format:
    return next(format for format in Format if format.suffix[:3] == path.suffix.lower()[:3])  # .jpg and .jpeg alike
