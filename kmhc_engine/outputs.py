"""The output folder: one run at a time, names that never clash, files that appear whole, and the journal."""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path, PurePath
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from kmhc_engine import atomic, locks
from kmhc_engine.errors import DiskFull, FolderInUse, OutputError, printable
from kmhc_engine.jobs import Job, State
from kmhc_engine.journal import CLOCK_NS, Journal, read_only
from kmhc_engine.names import Names, portable, with_suffix
from kmhc_engine.records import Output, Record
from kmhc_engine.scan import MARKER, Found, is_folder, scan

_JOURNAL = "journal.sqlite"
_ODD_NAME = "name?:\n\udcff"


def default_output(paths: Sequence[Path]) -> Path:
    """Return where outputs go when nobody said: "<folder> colourised" beside it; for files, "colourised" among them.

    Raises:
        OutputError: The paths have no folder in common.
    """
    places = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - links stay links
    if len(places) == 1 and is_folder(places[0]) and places[0].name:
        return places[0].with_name(f"{places[0].name} colourised")
    try:
        return Path(os.path.commonpath([place.parent for place in places])) / "colourised"
    except ValueError:
        raise OutputError("The photos lie on several disks. Choose an output folder.") from None


def among_photos(output: Path, paths: Iterable[Path]) -> bool:
    """Tell whether a folder holds photos that are or could be taken: its marker would hide them from every later run.

    It does if it is the folder of the photos, if it is above that, and if it is below and has photos of its own.
    """
    for folder in dict.fromkeys(path if is_folder(path) else path.parent for path in paths):
        with suppress(OSError):
            place = folder.resolve()
            if any(above.samefile(output) for above in (place, *place.parents)):
                return True
            strange = output.resolve().is_relative_to(place) and not (output / MARKER).is_dir()
            if strange and not all(found.refusal for found in scan([output])):
                return True
    return False


def recorded(folder: Path) -> list[Record]:
    """Return what became of the photos of an output folder, which need not be writable.

    Raises:
        FolderInUse: A run has it.
        OutputError: Its journal cannot be read.
    """
    if not _takes(atomic.temporary_beside(folder / MARKER / _JOURNAL)):  # os.access tells nothing of Windows' folders
        return read_only(folder / MARKER / _JOURNAL)
    with OutputFolder(folder) as held:
        return list(held.journal.records())


class OutputFolder:
    """An output folder, made when missing, and held by one run at a time with ``with``.

    Args:
        path: The folder.

    Attributes:
        path: The folder, absolute.
        journal: Its journal, while it is held.
        warning: What the user should know about it; mostly empty.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - links stay links
        self._inside = self.path / MARKER
        self._stack = ExitStack()
        self._strict = os.name == "nt"

    def __enter__(self) -> Self:
        """Take the folder.

        Raises:
            FolderInUse: Another run has it.
            OutputError: It cannot be made or written to.
        """
        with ExitStack() as stack:
            with self._unusable():
                atomic.make_folder(self._inside / "chroma")
                lock = locks.take(self._inside / "lock")
                stack.callback(lock.release)
                probe = atomic.temporary_beside(self._inside)
                probe.touch()
                probe.unlink()
                self._remove_leftovers(lock)
            self.journal = stack.enter_context(closing(Journal(self._inside / _JOURNAL)))
            self.warning = self.journal.warning
            self._strict = self._strict or not _takes(self._inside / _ODD_NAME)
            self._names = Names(self.path, self._ours)
            self._free_names()
            for source, wanted, path in self.journal.outputs():
                self._names.keep(source, with_suffix(wanted, path.suffix), path)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the folder go."""
        self._stack.close()

    def job(self, found: Found) -> Job:
        """Return the job that colourises a file that was found."""
        target = self.path / portable(found.relative, strict=self._strict)
        return Job(_id(found.path), found.path, target, found.refusal, found.unreadable, found.turn)

    def recorded_jobs(self) -> Iterator[Job]:
        """Yield a job for every photo in the journal."""
        for record in self.journal.records():
            source = Path(os.path.normpath(self.path / os.fsdecode(record.source)))
            yield Job(_id(source), source, self.path / record.wanted)

    def key(self, source: Path) -> bytes:
        """Return how the journal calls a photo: as seen from here, so that both folders may be moved together."""
        try:
            return os.fsencode(os.path.relpath(source, self.path))
        except ValueError:  # on another drive of Windows
            return os.fsencode(source)

    def claim(self, source: bytes, target: Path, suffix: str) -> PurePath:
        """Return the path below this folder that is the source's alone: the target's, or the next free one."""
        return self._names.claim(source, with_suffix(target.relative_to(self.path), suffix))

    def chroma(self, name: str, page: int) -> Path:
        """Return where the colour of a page is stored."""
        return self._inside / "chroma" / f"{name}-{page}.png"

    def temporary(self, path: PurePath) -> Path:
        """Return a fresh name beside an output to be, with its folder made.

        Raises:
            DiskFull, OutputError: See `atomic.whole_disk_errors`.
        """
        target = self.path / path
        with atomic.whole_disk_errors(self.path):
            atomic.make_folder(target.parent)
        return atomic.temporary_beside(target)

    def publish(self, temporary: Path, path: PurePath, record: Record) -> Record:
        """Give a finished file its name, and say so in the journal.

        Args:
            temporary: The file, beside its place.
            path: What `claim` returned; when another program has taken it meanwhile, the next free one is used.
            record: What the journal is to keep.

        Returns:
            The record as kept, with its output.

        Raises:
            DiskFull, OutputError: See `atomic.whole_disk_errors`.
        """
        with atomic.whole_disk_errors(self.path):
            status = atomic.sync_file(temporary)
            while True:
                target = self.path / path
                replaceable = self._ours(path, record.source)
                record = replace(record, output=Output(path, status.st_size, status.st_mtime_ns))
                self.journal.begin(record)
                try:
                    if replaceable:
                        temporary.replace(target)
                    else:
                        atomic.rename_new(temporary, target)
                    break
                except FileExistsError:
                    path = self._names.claim(record.source, with_suffix(record.wanted, path.suffix))
            atomic.sync_folder(target.parent)
        record = replace(record, state=State.DONE)
        self.journal.finish(record)
        return record

    def stands(self, record: Record) -> bool:
        """Tell whether a photo's output is there: any file once it was done, the very one if power failed just then."""
        if record.output is None or record.state not in {State.DONE, State.RUNNING}:
            return False
        there = self._there(record.output.path)
        if record.state is State.DONE or there is None:
            return there is not None
        return there.size == record.output.size and abs(there.modified_ns - record.output.modified_ns) <= CLOCK_NS

    def _ours(self, path: PurePath, source: bytes) -> bool:
        there = self._there(path)
        return there is not None and self.journal.wrote(source, there)

    def _there(self, path: PurePath) -> Output | None:
        try:
            status = (self.path / path).lstat()
        except OSError:
            return None
        return Output(path, status.st_size, status.st_mtime_ns)

    def _remove_leftovers(self, lock: FileLock) -> None:
        leftovers = list((self._inside / "chroma").glob(".*"))
        for folder, below, files in os.walk(self.path):
            # In an output folder of its own, another run may be writing.
            below[:] = [name for name in below if not Path(folder, name, MARKER).is_dir()]
            temporary = (name for name in files if name.startswith(atomic.TEMPORARY) and name.endswith(".part"))
            leftovers += (Path(folder, name) for name in temporary)
        for path in leftovers:
            with suppress(OSError):
                if locks.left_behind(path, lock):
                    path.unlink()

    def _free_names(self) -> None:
        """Delete the empty files that kept names for others to come when a run was cut off; see `atomic.rename_new`."""
        for announced in self.journal.announced():
            there = self._there(announced.path)
            if there and there.size == 0:
                with suppress(OSError):
                    (self.path / announced.path).unlink()

    @contextmanager
    def _unusable(self) -> Iterator[None]:
        name = printable(self.path)
        try:
            yield
        except Timeout:
            raise FolderInUse(
                f"{name}: another run of KMHC is working in this output folder. "
                "Wait until it has ended, or choose another output folder."
            ) from None
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise DiskFull(f"{name}: the disk is full. Make room, or choose another output folder.") from error
            reason = error.strerror or error
            raise OutputError(f"{name}: cannot be written to ({reason}). Choose another output folder.") from error


def _id(source: Path) -> str:
    return hashlib.blake2b(os.fsencode(source), digest_size=16).hexdigest()


def _takes(path: Path) -> bool:
    """Tell whether the disk accepts a name."""
    try:
        path.touch()
        path.unlink()
    except (OSError, ValueError):
        return False
    return True
