"""Rows about albums: a web album against what decoding and encoding alone cost, and a long PDF."""

import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from kmhc_engine.album import pictures
from kmhc_engine.album.exporting import export
from kmhc_engine.album.options import Kind, Options
from kmhc_engine.album.web import GRID
from tests.bench.engine import Row, _peak_mb

BARS = {
    ("web album of 200", "CPU of the export / CPU of the codecs"): "<= 1.2",
    ("web album of 200", "peak MB"): "<= 600",
    ("web album of 200", "wall s, nothing changed"): "<= 4 (2 for 100)",
    ("PDF of 1,000", "peak MB"): "<= 600",
}
SIZE, HALF = (4000, 3000), (2000, 1500)


def web_album(base: Path) -> dict[str, float]:
    """Make 200 photos of 12 megapixels below a folder, export them twice, and time both beside the bare codecs.

    Returns:
        Seconds of wall time, the ratios of wall and CPU time to the bare codecs, and the peak of memory in MB.
    """
    count = 200
    folder = _colourised(base, count, SIZE)
    first = _timed(lambda: export(folder))
    peak = _peak_mb()
    second = _timed(lambda: export(folder))
    bare = base / "bare"
    bare.mkdir()
    small = pictures.small(pictures.load(folder / "0.jpg", max(HALF), max(HALF)), *GRID)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        reference = _timed(lambda: list(pool.map(lambda number: _bare(base, f"{number}.jpg", small), range(count))))
    return {
        "wall s": first[0],
        "wall of the export / wall of the codecs": first[0] / reference[0],
        "CPU of the export / CPU of the codecs": first[1] / reference[1],
        "wall s, nothing changed": second[0],
        "peak MB": peak,
    }


def long_pdf(base: Path) -> dict[str, float]:
    """Make a PDF of a thousand photos with their originals."""
    folder = _colourised(base, 1000, (1200, 900))
    wall, cpu = _timed(lambda: export(folder, Kind.PDF, base / "album.pdf", Options(photos_per_page=2)))
    return {
        "wall s": wall,
        "CPU s": cpu,
        "MB written": (base / "album.pdf").stat().st_size / 1e6,
        "peak MB": _peak_mb(),
    }


def _in_a_folder(row: Callable[[Path], dict[str, float]]) -> Row:
    def run() -> dict[str, float]:
        with tempfile.TemporaryDirectory() as base:
            return row(Path(base))

    return run


ROWS: dict[str, Row] = {"web album of 200": _in_a_folder(web_album), "PDF of 1,000": _in_a_folder(long_pdf)}


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return seconds of wall time, and of CPU time in all threads."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _bare(base: Path, name: str, small: Image.Image) -> None:
    """Do what no album can do without: decode at half size, encode the sizes of the album."""
    for folder, mode in (("Photos colourised", "RGB"), ("Photos", "L")):
        with Image.open(base / folder / name) as image:
            image.draft(None, HALF)
            image.save(base / "bare" / f"{mode}-{name}", quality=pictures.JPEG_QUALITY)
    small.save(base / "bare" / f"small-{name}", quality=pictures.JPEG_QUALITY)


def _colourised(base: Path, count: int, size: tuple[int, int]) -> Path:
    """Make photos and a colourised folder in another process, whose memory does not count."""
    process = multiprocessing.get_context("spawn").Process(target=_make, args=(base, count, size))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("the photos could not be made")
    return base / "Photos colourised"


def _make(base: Path, count: int, size: tuple[int, int]) -> None:
    import numpy as np

    from kmhc_engine.jobs import State
    from kmhc_engine.outputs import OutputFolder
    from kmhc_engine.records import Fingerprint, Output, Record

    originals, colours = base / "Photos", base / "Photos colourised"
    for folder in (originals, colours):
        folder.mkdir()
    width, height = size
    waves = np.add.outer(np.sin(np.linspace(0, 60, height)), np.cos(np.linspace(0, 80, width))) * 50 + 128
    grain = np.random.default_rng(0).normal(0, 6, waves.shape)
    grey = Image.fromarray((waves + grain).clip(0, 255).astype(np.uint8))
    grey.save(originals / "0.jpg", quality=92)
    colour = Image.merge("RGB", (grey, grey.point(lambda v: v * 0.9), grey.point(lambda v: v * 0.75)))
    colour.save(colours / "0.jpg", quality=92)
    with OutputFolder(colours) as held:
        for number in range(count):
            name = Path(f"{number}.jpg")
            if number:
                shutil.copyfile(originals / "0.jpg", originals / name)
                shutil.copyfile(colours / "0.jpg", colours / name)
            status = (colours / name).stat()
            output = Output(name, status.st_size, status.st_mtime_ns)
            key, mark = held.key(originals / name), Fingerprint(1, 1, b"")
            held.journal.finish(Record(key, mark, "KMHCNet_6|", "{}", State.DONE, name, output, "0123"))
