"""A web album of 200 photos of 12 megapixels, against what decoding and encoding alone cost."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from kmhc_engine.album import export
from kmhc_engine.album.pictures import JPEG_QUALITY
from kmhc_engine.jobs import State
from kmhc_engine.outputs import OutputFolder
from kmhc_engine.records import Fingerprint, Output, Record

WIDTH, HEIGHT = 4000, 3000
LARGE, SMALL = (2000, 1500), (666, 500)


def measure(base: Path, count: int = 200) -> dict[str, float]:
    """Make the photos below a folder, export them twice, and time both beside the bare codecs.

    Returns:
        Seconds of wall time, the ratios of wall and CPU time to the bare codecs, and the growth of memory in MB.
    """
    originals, colours = _photos(base, count)
    with _memory() as peak:
        first = _timed(lambda: export(base / "Photos colourised"))
    second = _timed(lambda: export(base / "Photos colourised"))
    bare = base / "bare"
    bare.mkdir()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pairs = list(zip(originals, colours, strict=True))
        reference = _timed(lambda: list(pool.map(lambda pair: _bare(*pair, bare), pairs)))
    return {
        "export_s": first[0],
        "codecs_s": reference[0],
        "ratio": first[0] / reference[0],
        "cpu_ratio": first[1] / reference[1],
        "unchanged_s": second[0],
        "memory_mb": peak[0],
    }


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds of wall time, and of CPU time in all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _bare(original: Path, colour: Path, folder: Path) -> None:
    """Do what no album can do without: decode at half size, encode the sizes of the album."""
    for path, mode in ((colour, "RGB"), (original, "L")):
        with Image.open(path) as image:
            image.draft(None, LARGE)
            image.load()
            image.save(folder / f"{path.stem}-{mode}.jpg", quality=JPEG_QUALITY)
            if mode == "RGB":
                tiny = Image.frombytes("RGB", SMALL, bytes(image.tobytes()[: SMALL[0] * SMALL[1] * 3]))
                tiny.save(folder / f"{path.stem}-small.jpg", quality=JPEG_QUALITY)


def _photos(base: Path, count: int) -> tuple[list[Path], list[Path]]:
    folders = (base / "Photos", base / "Photos colourised")
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    waves = np.add.outer(np.sin(np.linspace(0, 60, HEIGHT)), np.cos(np.linspace(0, 80, WIDTH))) * 50 + 128
    grey = Image.fromarray((waves + rng.normal(0, 6, waves.shape)).clip(0, 255).astype(np.uint8))
    colour = Image.merge("RGB", (grey, grey.point(lambda v: v * 0.9), grey.point(lambda v: v * 0.75)))
    grey.save(folders[0] / "0.jpg", quality=92)
    colour.save(folders[1] / "0.jpg", quality=92)
    paths = tuple([folder / f"{number}.jpg" for number in range(count)] for folder in folders)
    for some in paths:
        for path in some[1:]:
            path.write_bytes(some[0].read_bytes())
    with OutputFolder(folders[1]) as held:
        for original, made in zip(*paths, strict=True):
            status, name = made.stat(), made.relative_to(folders[1])
            output = Output(name, status.st_size, status.st_mtime_ns)
            mark = Fingerprint(1, 1, b"")
            held.journal.finish(Record(held.key(original), mark, "KMHCNet_6|", "{}", State.DONE, name, output, "0123"))
    return paths


@contextmanager
def _memory() -> Iterator[list[float]]:
    """Watch this process; the list holds by how many MB its memory grew."""
    process, done, peak = psutil.Process(), threading.Event(), [0.0]
    start = process.memory_info().rss

    def watch() -> None:
        while not done.wait(0.01):
            peak[0] = max(peak[0], (process.memory_info().rss - start) / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
