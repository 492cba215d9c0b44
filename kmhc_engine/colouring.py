"""The way of one photo: decode, ask the network, render, encode, publish. The batch runs several at once."""

import hashlib
import shutil
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from kmhc_engine.atomic import whole_disk_errors
from kmhc_engine.cancel import CancelToken
from kmhc_engine.choices import ColourPhotos
from kmhc_engine.chroma import Chroma, network_input
from kmhc_engine.colour import Floats
from kmhc_engine.edits import Edits, edits_path, load_edits, save_edits
from kmhc_engine.errors import BrokenPhoto, OutputError, PhotoError
from kmhc_engine.jobs import IN_COLOUR, Job, OutputSettings, State
from kmhc_engine.originals import digest, stamp
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.pages import keeps_colour, own_colour, rendered_page
from kmhc_engine.photos import Page, Provenance, RenderedPage, choose_format, encode, open_photo
from kmhc_engine.predictions import Predictions
from kmhc_engine.records import Fingerprint, Record
from kmhc_engine.task import Outcome, Task

_ALREADY_DONE = "it is done already"


class Colouring:
    """Colours the photos of one run; called from several threads.

    Args:
        folder: Where outputs go, held.
        settings: What the user chose.
        token: Checked between any two steps.
        predictions: The network; None renders from stored colour only.
        slots: How many threads may compute at the same time; those that wait for network or disk do not count.
    """

    def __init__(
        self,
        folder: OutputFolder,
        settings: OutputSettings,
        token: CancelToken,
        predictions: Predictions | None,
        slots: int,
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._token = token
        self._predictions = predictions
        self._slots = threading.Semaphore(slots)

    def prepare(self, job: Job) -> Task | Outcome:
        """Look a job up in the journal and, unless it is done, open its photo and name its output.

        Called for one job after the other, so that names do not depend on chance.

        Raises:
            PhotoError: The photo cannot be opened.
            OutputError: The output folder cannot be used.
        """
        key = self._folder.key(job.source)
        known = self._folder.journal.get(key)
        size, modified_ns = stamp(job.source)
        turn = _turn(job, known, size, modified_ns)
        if known:
            if not self._predictions and not known.chroma and known.state is not State.FAILED:
                return Outcome(State.SKIPPED, reason=known.reason or IN_COLOUR)
            same = (known.fingerprint.size, known.fingerprint.modified_ns) == (size, modified_ns)
            if same and (outcome := self._settled(known, known.fingerprint, turn)):
                return outcome
        with ExitStack() as stack:
            photo = stack.enter_context(open_photo(job.source, turn))
            wanted, note = choose_format(photo, self._settings.format, self._settings.longest_side)
            path = self._folder.claim(key, job.target, wanted.suffix)
            notes = [*photo.notes, *filter(None, [note])]
            clock = self._token.clock
            return Task(job, key, size, modified_ns, known, turn, photo, wanted, path, notes, stack.pop_all(), clock)

    def run(self, task: Task) -> Outcome:
        """Colour a photo and publish it; close it in any case.

        Raises:
            PhotoError, ComputeError, MemoryError, OSError: This photo failed.
            OutputError: The run has to end.
            Cancelled: The user wants no more.
        """
        with closing(task.stack):
            with self._slots:
                made = self._make(task)
            return made if isinstance(made, Outcome) else self._publish(task, made)

    def _make(self, task: Task) -> "Outcome | _Made":
        self._token.check()
        with task.timed("decode"):
            fingerprint = Fingerprint(task.size, task.modified_ns, digest(task.job.source))
            same = task.known is not None and task.known.fingerprint.digest == fingerprint.digest
            if task.known and same and (outcome := self._settled(task.known, fingerprint, task.turn)):
                return outcome
            # Who turns a photo that was in colour, and was coloured all the same, wants those colours.
            only_turned = task.known is not None and same and task.known.chroma and task.known.turn != task.turn
            if self._leaves_colour and not only_turned and task.photo.in_colour(self._token.check):
                return self._leave(task, fingerprint)
            page = task.photo.page(0)
        return self._colour(task, fingerprint, page)

    def note_refusal(self, job: Job, state: State, reason: str) -> None:
        """Keep in the journal that a photo failed, or turned out to be none, unless it was done before."""
        refused = Fingerprint(0, 0, b"")
        with suppress(BrokenPhoto):
            refused = Fingerprint(*stamp(job.source), b"")
        with suppress(OutputError, ValueError):
            key = self._folder.key(job.source)
            record = Record(
                key,
                refused,
                self._identity(None),
                self._settings.fingerprint,
                state,
                wanted=job.target.relative_to(self._folder.path),
                reason=reason,
                turn=_turn(job, self._folder.journal.get(key), refused.size, refused.modified_ns),
            )
            self._folder.journal.finish(record)

    def _settled(self, known: Record, fingerprint: Fingerprint, turn: int) -> Outcome | None:
        """Return how a photo ended in an earlier run, if nothing has changed since but perhaps its time."""
        turn = turn if known.chroma else known.turn  # what is left in colour stays as it lies
        asked = (self._identity(known), self._settings.fingerprint, turn)
        if (known.identity, known.settings, known.turn) != asked:
            return None
        if known.state is State.SKIPPED and known.fingerprint.digest:  # what was refused has none, and is tried again
            settled = replace(known, fingerprint=fingerprint)
            outcome = Outcome(State.SKIPPED, None, known.reason, known.notes)
        elif known.output and self._folder.stands(known) and self._has_its_colour(known):
            settled = replace(known, fingerprint=fingerprint, state=State.DONE)
            outcome = Outcome(State.SKIPPED, self._folder.path / known.output.path, _ALREADY_DONE, known.notes)
        else:
            return None
        if settled != known:
            self._folder.journal.finish(settled)
        return outcome

    def _has_its_colour(self, known: Record) -> bool:
        """Tell whether the colour from which later outputs are made is there; the network can make it again."""
        if not self._predictions or not known.chroma:
            return True
        places = (self._folder.chroma(known.chroma, index) for index in range(known.pages))
        return all(place.is_file() and place.stat().st_size for place in places)

    @property
    def _leaves_colour(self) -> bool:
        return self._predictions is not None and self._settings.colour_photos is not ColourPhotos.REDO

    def _identity(self, known: Record | None) -> str:
        if self._predictions:
            return self._predictions.colouriser.identity
        return known.identity if known else ""

    def _leave(self, task: Task, fingerprint: Fingerprint) -> "Outcome | _Made":
        """Skip or copy a photo that is in colour; it stays as it lies."""
        record = replace(self._record(task, fingerprint), turn=0)
        if self._settings.colour_photos is ColourPhotos.SKIP:
            self._folder.journal.finish(replace(record, state=State.SKIPPED, reason=IN_COLOUR))
            return Outcome(State.SKIPPED, None, IN_COLOUR)
        path = self._folder.claim(task.key, task.job.target, task.job.target.suffix)
        temporary = self._temporary(task, path)
        with whole_disk_errors(self._folder.path):
            shutil.copyfile(task.job.source, temporary)
        return _Made(temporary, path, replace(record, notes=(f"{IN_COLOUR}: copied",)))

    def _colour(self, task: Task, fingerprint: Fingerprint, first: Page) -> "_Made":
        name = _chroma_name(task.key, fingerprint.digest, self._identity(task.known), task.turn)
        chroma = self._chroma(task, name, 0, first)
        provenance = Provenance(chroma.variant, chroma.weights)
        edits, warning = self._edits(task, name)
        pages = self._rendered_pages(task, name, first, edits.chroma(chroma, first.grey), edits)
        temporary = self._temporary(task, task.path)
        with task.timed("render"), whole_disk_errors(self._folder.path):
            notes = encode(temporary, task.format, pages, task.photo.metadata, provenance, self._settings.quality)
        record = self._record(task, fingerprint)
        notes = (*task.notes, *notes, *filter(None, [warning]))
        return _Made(temporary, task.path, replace(record, chroma=name, pages=task.photo.page_count, notes=notes))

    def _edits(self, task: Task, name: str) -> tuple[Edits, str]:
        """Return what a person changed about the photo; it follows from one variant's colours to another's, and turns.

        "This dress was blue" is as true of a new prediction, and nobody paints it twice.
        """
        place = edits_path(self._folder.chroma(name, 0))
        known = task.known
        if known is None or not known.chroma or known.chroma == name:
            return load_edits(place)
        edits, warning = load_edits(edits_path(self._folder.chroma(known.chroma, 0)))
        edits = edits.turned(task.turn - known.turn)
        save_edits(edits, place)
        return edits, warning

    def _rendered_pages(
        self, task: Task, name: str, page: Page, chroma: Chroma, edits: Edits
    ) -> Iterator[RenderedPage]:
        settings = self._settings.then(edits.adjustments)
        for index in range(task.photo.page_count):
            if index > 0:
                page = task.photo.page(index)
                chroma = self._chroma(task, name, index, page)
            yield rendered_page(page, chroma, task.format, settings, self._token.check)

    def _chroma(self, task: Task, name: str, index: int, page: Page) -> Chroma:
        """Return the stored colour of a page, else what the network predicts; of one in colour its own."""
        path = self._folder.chroma(name, index)
        chroma = _stored(path)
        if self._predictions:
            own = self._keeps_colour(task, index)
            if chroma is None or chroma.own != own:
                ab = _own_colour(task, index) if own else self._predicted(self._predictions, task, page)
                chroma = Chroma(ab, self._predictions.colouriser.variant, self._predictions.colouriser.weights, own)
                with whole_disk_errors(self._folder.path):
                    chroma.save(path)
        if chroma is None:
            raise PhotoError(task.job.source, "no colour is stored for it as it is now", "Colourise it first.")
        if chroma.own:
            task.notes.append(f"page {index + 1} is in colour already: it keeps its colours")
        return chroma

    def _keeps_colour(self, task: Task, index: int) -> bool:
        """Tell whether a page is in colour beside others that are not, and to be left so."""
        with task.timed("decode"):
            return self._leaves_colour and keeps_colour(task.photo, index)

    def _predicted(self, predictions: Predictions, task: Task, page: Page) -> Floats:
        lightness = network_input(page.grey, predictions.colouriser.side)
        with task.timed("network"):
            self._slots.release()  # another thread may compute meanwhile
            try:
                return predictions.ask(lightness)
            finally:
                self._slots.acquire()

    def _temporary(self, task: Task, path: PurePath) -> Path:
        """Return a fresh name for the output, which is gone when the task ends."""
        temporary = self._folder.temporary(path)
        task.stack.callback(_remove, temporary)
        return temporary

    def _publish(self, task: Task, made: "_Made") -> Outcome:
        self._token.check()
        if stamp(task.job.source) != (task.size, task.modified_ns):
            raise BrokenPhoto(task.job.source, "it changed while it was being read", "Try it again.")
        with task.timed("write"):
            record = self._folder.publish(made.temporary, made.path, made.record)
        if task.known and task.known.chroma != record.chroma:
            for index in range(task.known.pages):  # the colour of an earlier variant or content
                _remove(self._folder.chroma(task.known.chroma, index))
            _remove(edits_path(self._folder.chroma(task.known.chroma, 0)))
        assert record.output is not None
        return Outcome(State.DONE, self._folder.path / record.output.path, "", record.notes)

    def _record(self, task: Task, fingerprint: Fingerprint) -> Record:
        return Record(
            task.key,
            fingerprint,
            self._identity(task.known),
            self._settings.fingerprint,
            State.RUNNING,
            wanted=task.job.target.relative_to(self._folder.path),
            turn=task.turn,
        )


@dataclass(frozen=True)
class _Made:
    """A finished file that has yet to get its name."""

    temporary: Path
    path: PurePath
    record: Record


def _stored(path: Path) -> Chroma | None:
    try:
        return Chroma.load(path)
    except BrokenPhoto:
        _remove(path)  # so that the next run with the network makes it anew
        return None


def _own_colour(task: Task, index: int) -> Floats:
    with task.timed("decode"):
        return own_colour(task.photo, index)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _turn(job: Job, known: Record | None, size: int, modified_ns: int) -> int:
    """Return how a photo is turned: as is asked, else as before, unless it is another photo now."""
    if job.turn is not None or known is None or not known.turn:
        return job.turn or 0
    before = known.fingerprint
    if (before.size, before.modified_ns) == (size, modified_ns):
        return known.turn
    with suppress(BrokenPhoto):
        return known.turn if digest(job.source) == before.digest else 0
    return 0


def _chroma_name(key: bytes, digest: bytes, identity: str, turn: int) -> str:
    """Return a name that is the same only for the same colouriser's colours of the same content, turned alike."""
    photo = hashlib.blake2b(key, digest_size=12).hexdigest()
    content = digest + identity.encode() + bytes([turn] if turn else [])
    return f"{photo}-{hashlib.blake2b(content, digest_size=12).hexdigest()}"
