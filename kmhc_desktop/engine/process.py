"""The engine's own process: it imports torch, keeps the networks, runs batches and answers previews.

It ends with the window: the pipe to it breaks, whatever the window died of.
"""

import contextlib
import faulthandler
import gc
import itertools
import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from kmhc_desktop.engine import messages
from kmhc_desktop.engine.doubts import doubts_path, save_doubts
from kmhc_desktop.pipes import Pipe
from kmhc_engine.batch import run_batch
from kmhc_engine.cancel import CancelToken
from kmhc_engine.chroma import Chroma, network_input
from kmhc_engine.colour import Floats
from kmhc_engine.errors import FolderInUse, KMHCError, OutputError, VariantError, WeightsMissing
from kmhc_engine.jobs import Colouriser, State
from kmhc_engine.originals import stamp
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.pages import keeps_colour, own_colour
from kmhc_engine.photos import open_photo
from kmhc_engine.processes import give_way
from kmhc_engine.scan import Found

log = logging.getLogger(__name__)

HEARTBEAT = 1.0  # seconds
_NETWORKS_KEPT = 2
_FOLDER_PATIENCE = 10.0  # seconds
_T = TypeVar("_T")
Load = Callable[[messages.Compute], tuple[Colouriser, messages.Ready]]


def load_network(compute: messages.Compute) -> tuple[Colouriser, messages.Ready]:
    """Build a variant's network and load its weights.

    Raises:
        KMHCError: There are no weights, they do not fit, or the device is not here.
    """
    from kmhc_engine import devices, weights
    from kmhc_engine.colouriser import TorchColouriser

    try:
        found = weights.find(compute.variant)
    except VariantError as error:
        if "/" in compute.variant:
            raise
        # It was the name of weights that have been removed.
        text = f"There are no weights called “{compute.variant}” here any more. Choose another variant."
        raise WeightsMissing(text) from error
    devices.use_threads()
    device = devices.choose(compute.device or None, compute.precision or None)
    colouriser = TorchColouriser.with_weights(found, device, compute.side)
    ready = messages.Ready(device.title, device.reason, device.precision, devices.available())
    return colouriser, ready


def serve(pipe: Pipe, log_folder: Path, load: Load = load_network) -> None:
    """Obey the window until it quits or is gone.

    Args:
        pipe: To the window.
        log_folder: Where the log goes.
        load: Loads a network, and returns it with what to tell the window about it; the tests have one of their own.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    give_way()  # the window comes first
    with _logging(log_folder):
        _Engine(pipe, load).obey()


@contextlib.contextmanager
def _logging(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=folder / "engine.log",
        filemode="w",
        encoding="utf-8",
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    with (folder / "engine-crash.log").open("w", encoding="utf-8") as file:
        faulthandler.enable(file)
        try:
            yield
        finally:
            faulthandler.disable()


class _NetworkThread:
    """The one thread that loads and runs networks; what is urgent jumps the queue."""

    def __init__(self) -> None:
        self._queue: queue.PriorityQueue[tuple[int, int, Callable[[], None]]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        threading.Thread(target=self._work, name="network", daemon=True).start()

    def call(self, function: Callable[[], _T], *, urgent: bool) -> _T:
        """Run a function there and return what it returns or raises."""
        future: Future[_T] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)

        self._queue.put((0 if urgent else 1, next(self._numbers), run))
        return future.result()

    def _work(self) -> None:
        while True:
            self._queue.get()[2]()


@dataclass
class _Guarded:
    """A colouriser whose network runs in the network thread."""

    network: Colouriser
    thread: _NetworkThread
    urgent: bool

    def __post_init__(self) -> None:
        self.identity = self.network.identity
        self.variant = self.network.variant
        self.weights = self.network.weights
        self.side = self.network.side

    @property
    def batch_size(self) -> int:
        return self.network.batch_size

    def predict(self, lightness: Sequence[Floats]) -> list[Floats]:
        return self.thread.call(partial(self.network.predict, lightness), urgent=self.urgent)


class _Engine:
    def __init__(self, pipe: Pipe, load: Load) -> None:
        self._pipe = pipe
        self._sending = threading.Lock()
        self._load = load
        self._thread = _NetworkThread()
        self._networks: dict[messages.Compute, Colouriser] = {}
        self._token = CancelToken()
        self._batch: messages.Batch | None = None
        self._found: list[Found] = []
        self._previews: queue.SimpleQueue[messages.Preview] = queue.SimpleQueue()
        self._to_measure: queue.SimpleQueue[tuple[messages.Batch | None, messages.Measure]] = queue.SimpleQueue()

    def obey(self) -> None:
        """Read commands until the end; the work goes on in threads."""
        for target in (self._beat, self._preview, self._measure):
            threading.Thread(target=target, daemon=True).start()
        with contextlib.suppress(EOFError, OSError):
            while not isinstance(command := self._pipe.recv(), messages.Quit):
                self._do(command)
        # Threads may be deep in a network: they are given up. Outputs appear whole or not at all.
        os._exit(0)

    def _do(self, command: messages.Command) -> None:
        match command:
            case messages.Prepare(compute):
                self._in_thread(self._prepare, compute)
            case messages.Batch():
                self._batch, self._found, self._token = command, [], CancelToken()
            case messages.Photos(found):
                self._found.extend(found)
            case messages.Go():
                assert self._batch is not None
                self._in_thread(self._run, self._batch, tuple(self._found), self._token)
            case messages.Pause():
                self._token.pause()
            case messages.Resume():
                self._token.resume()
            case messages.Cancel():
                self._token.cancel()
            case messages.Preview():
                self._previews.put(command)
            case messages.Measure():
                self._to_measure.put((self._batch, command))

    def _in_thread(self, target: Callable[..., None], *args: Any) -> None:
        threading.Thread(target=target, args=args, daemon=True).start()

    def _send(self, report: messages.Report) -> None:
        with self._sending:
            self._pipe.send(report)

    def _beat(self) -> None:
        pause = threading.Event()
        with contextlib.suppress(OSError):
            while True:
                self._send(messages.Alive())
                pause.wait(HEARTBEAT)

    def _prepare(self, compute: messages.Compute) -> None:
        try:
            self._network(compute, urgent=False)
        except KMHCError as error:
            self._send(messages.Trouble(str(error)))
        except Exception as error:
            log.exception("loading %s", compute)
            self._send(messages.Trouble(f"{compute.variant} could not be loaded ({error}). The log says more."))

    def _network(self, compute: messages.Compute, *, urgent: bool) -> _Guarded:
        def known_or_loaded() -> Colouriser:
            known = self._networks.pop(compute, None)
            if known is None:
                while len(self._networks) >= _NETWORKS_KEPT:
                    self._networks.pop(next(iter(self._networks)))
                    gc.collect()  # traced networks refer to themselves, and would stay for long
                known, ready = self._load(compute)
                self._send(ready)
            self._networks[compute] = known
            return known

        return _Guarded(self._thread.call(known_or_loaded, urgent=urgent), self._thread, urgent)

    def _run(self, batch: messages.Batch, found: tuple[Found, ...], token: CancelToken) -> None:
        error, of_folder = "", False
        try:
            network = self._network(batch.compute, urgent=False)
            with _taken(batch.output) as folder:
                if folder.warning:
                    self._send(messages.Trouble(folder.warning))
                jobs = [folder.job(one) for one in found]
                sources = {job.id: job.source for job in jobs}
                for event in run_batch(jobs, network, token, folder, batch.settings):
                    source = sources[event.job_id]
                    made = _made(folder, source) if event.output else ()
                    self._send(messages.Progress(source, event, *made))
        except KMHCError as stopped:
            error, of_folder = str(stopped), isinstance(stopped, OutputError)
        except Exception as unexpected:
            log.exception("batch %d", batch.number)
            error = f"The engine stopped ({type(unexpected).__name__}: {unexpected}). The log says more; start again."
        self._send(messages.BatchEnded(batch.number, error, of_folder))

    def _measure(self) -> None:
        while True:
            batch, measure = self._to_measure.get()
            found: dict[Path, float] = {}
            try:
                network = self._network(measure.compute, urgent=False)
                for source, chroma, turn in measure.photos:
                    if self._batch is not batch:  # there is better to do
                        break
                    if (value := _doubt(source, chroma, turn, network)) is not None:
                        found[chroma] = value
                        self._send(messages.Doubt(source, value))
                for path in {doubts_path(chroma) for chroma in found}:
                    save_doubts(path, {one.name: found[one] for one in found if doubts_path(one) == path})
            except (KMHCError, OSError) as error:
                log.info("doubts are not measured: %s", error)
            except Exception:
                log.exception("measuring doubts")

    def _preview(self) -> None:
        while True:
            preview = self._previews.get()
            for compute in preview.computes:
                answer = messages.Previewed(preview.source, compute.variant, turn=preview.turn)
                try:
                    answer = replace(answer, chroma=self._predicted(preview, compute))
                except KMHCError as error:
                    answer = replace(answer, error=str(error))
                except Exception as error:
                    log.exception("preview of %s", preview.source)
                    answer = replace(answer, error=f"It could not be predicted ({error}). The log says more.")
                self._send(answer)

    def _predicted(self, preview: messages.Preview, compute: messages.Compute) -> Path:
        network = self._network(compute, urgent=True)
        size, modified_ns = stamp(preview.source)
        key = f"{preview.source}|{modified_ns}|{size}|{network.identity}|{preview.keeps_colour}|{preview.turn}"
        digest = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        path = preview.folder / f"{digest}.png"
        if not path.exists():
            with open_photo(preview.source, preview.turn) as photo:
                own = preview.keeps_colour and keeps_colour(photo, 0) and not photo.in_colour(lambda: None)
                if own:
                    ab = own_colour(photo, 0)
                else:
                    ab = network.predict([network_input(photo.page(0).grey, network.side)])[0]
            preview.folder.mkdir(parents=True, exist_ok=True)
            Chroma(ab, network.variant, network.weights, own).save(path)
        return path


@contextlib.contextmanager
def _taken(output: Path) -> Iterator[OutputFolder]:
    """Hold the output folder; the window may be reading just then what is known there."""
    end = time.monotonic() + _FOLDER_PATIENCE
    while True:
        try:
            with OutputFolder(output) as folder:
                yield folder
            return
        except FolderInUse:
            if time.monotonic() > end:
                raise
            threading.Event().wait(0.2)


def _doubt(source: Path, chroma: Path, turn: int, network: _Guarded) -> float | None:
    """Return how far a photo's colours are from those of its mirror image; None if that cannot be told."""
    try:
        stored = Chroma.load(chroma)
        with open_photo(source, turn) as photo:
            lightness = network_input(photo.page(0).grey, network.side)
        if stored.weights != network.weights or stored.ab.shape[:2] != lightness.shape:
            return None
        mirrored = network.predict([np.ascontiguousarray(lightness[:, ::-1])])[0][:, ::-1]
    except (KMHCError, OSError):  # it has moved meanwhile
        return None
    return float(np.abs(stored.ab - mirrored).mean())


def _made(folder: OutputFolder, source: Path) -> tuple[Path | None, int]:
    """Return where a photo's colour is stored, and how the photo was turned."""
    record = folder.journal.get(folder.key(source))
    if record is None:
        return None, 0
    stored = record.state is State.DONE and record.chroma
    return folder.chroma(record.chroma, 0) if stored else None, record.turn
