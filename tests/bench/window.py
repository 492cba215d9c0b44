"""Rows about the window: first paint, how long its event loop stalls, long lists, large photos. Times are wall times.

They run on Qt's "offscreen" platform with the real engine. `KMHC_BENCH_PHOTOS` makes the run of 200 shorter.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import psutil

from kmhc_engine.jobs import State
from tests.bench.engine import Row, _in_another_process

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

BARS = {
    ("window: first paint", "s after process start"): "<= 1.0",
    **{
        ("window: Python's lock", f"ms, {what}"): "<= 20"
        for what in (
            "decode of 50 megapixels",
            "decode of 12 megapixels",
            "thumbnail",
            "copy at screen size",
            "picture of 50 megapixels",
            "rendering of 50 megapixels",
        )
    },
    ("window: 200 photos of 12 megapixels", "stall ms, 99th percentile"): "<= 20",
    ("window: 200 photos of 12 megapixels", "stall ms, longest"): "<= 100",
    ("window: a folder of 100,000", "s to the first rows"): "<= 2",
    ("window: a folder of 100,000", "MB grown"): "<= 300",
    ("window: cancel", "s to the end"): "<= 2",
    ("window: a photo of 50 megapixels", "stall ms, longest"): "<= 100",
    ("window: a photo of 50 megapixels", "ms to draw, longest"): "<= 50",
}
PHOTOS = int(os.environ.get("KMHC_BENCH_PHOTOS", "200"))
_PAINT = """
import os, sys, time
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as kmhc_desktop.__main__ does
from PySide6.QtCore import QEvent, QObject
from kmhc_desktop.app import build
class Eye(QObject):
    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            print(time.time() - float(sys.argv[1]), time.process_time(), flush=True)
            os._exit(0)
        return False
app = build(["kmhc"])
eye = Eye()
app.window.installEventFilter(eye)
app.window.show()
app.application.exec()
"""


def first_paint() -> dict[str, float]:
    """From the start of the process to the first paint, the best of five."""
    runs = []
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as home:
        for _ in range(6):
            run = subprocess.run(
                [sys.executable, "-c", _PAINT, str(time.time())],
                env=environment | {"KMHC_HOME": home}, check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            runs.append(tuple(map(float, run.stdout.split())))
    return {"s after process start": min(wall for wall, _ in runs), "CPU s": min(cpu for _, cpu in runs)}


def stalls_of_a_run() -> dict[str, float]:
    """While the engine starts and photos are colourised, with the viewer following."""
    with _window() as (app, folder):
        _link(folder / "photos", PHOTOS, 4000, 3000)
        with _Ticks() as ticks:
            app.window.roots.add([folder / "photos"])
            _until(lambda: not app.window.roots.scanning)
            start = time.perf_counter()
            app.window.start()
            _until(lambda: app.window.run.phase.name == "IDLE", 3600)
            seconds = time.perf_counter() - start
    return ticks.result | {"photos a minute": 60 * PHOTOS / seconds}


def many_photos(count: int = 100_000) -> dict[str, float]:
    """A folder that is scanned while the list is scrolled."""
    with _window() as (app, folder):
        _link(folder / "photos", count, 64, 48)
        memory = psutil.Process().memory_info().rss
        with _Ticks() as ticks:
            start = time.perf_counter()
            app.window.roots.add([folder / "photos"])
            _until(lambda: app.window.model.rowCount() > 0)
            first = time.perf_counter() - start
            _until(lambda: not app.window.roots.scanning, 3600)
        grown = psutil.Process().memory_info().rss - memory
        assert len(app.window.model) == count
        for row in app.window.model.rows:  # cards say most when photos are damaged
            row.state, row.reason = State.FAILED, f"it is damaged or cut short (image file is truncated ({row.number}))"
        bar = app.window.pane.view.verticalScrollBar()
        steps = []
        for step in range(40):
            begun = time.perf_counter()
            bar.setValue(bar.maximum() * step // 40)
            app.application.processEvents()
            steps.append(time.perf_counter() - begun)
    return {
        "s to the first rows": first,
        "s to the last": time.perf_counter() - start,
        "MB grown": grown / 1e6,
        "ms a scroll, longest": 1e3 * max(steps),
        **ticks.result,
    }


def cancel() -> dict[str, float]:
    """From the click to the end of the run, with the network at work."""
    with _window() as (app, folder):
        _link(folder / "photos", 20, 4000, 3000)
        app.window.roots.add([folder / "photos"])
        _until(lambda: not app.window.roots.scanning)
        app.window.start()
        _until(lambda: any(row.state.name == "DONE" for row in app.window.model.rows), 600)
        start = time.perf_counter()
        app.window.run.cancel()
        _until(lambda: app.window.run.phase.name == "IDLE")
        return {"s to the end": time.perf_counter() - start}


def large_photo() -> dict[str, float]:
    """Opening a photo of 50 megapixels and zooming into it."""
    with _window() as (app, folder):
        _link(folder / "photos", 1, 8660, 5774)
        view = app.window.desk.view
        with _Ticks() as ticks:
            app.window.roots.add([folder / "photos"])
            _until(lambda: bool(view.canvas.panes()))
            view.canvas.viewport.actual_size()
            _until(lambda: view.canvas.panes()[0].picture.is_sharp_at(1.0))
            _until(lambda: not view._loader._working)
        drawn = []
        for step in range(24):
            view.canvas.zoom_by(1.6 if step % 12 < 8 else 0.4)
            begun = time.perf_counter()
            view.canvas.repaint()
            drawn.append(time.perf_counter() - begun)
    return ticks.result | {"ms to draw, longest": 1e3 * max(drawn)}


def interpreter() -> dict[str, float]:
    """How long what the window's other threads do keeps Python's lock: so long the window can do nothing.

    CPU time of the other thread between two moments at which this one had the lock, the best of four.
    """
    import cv2

    from kmhc_desktop.viewer.picture import picture_of
    from kmhc_engine.chroma import Chroma
    from kmhc_engine.colour import compress_chroma
    from kmhc_engine.photos import open_photo
    from kmhc_engine.render import render

    sys.setswitchinterval(0.001)
    cv2.setNumThreads(1)
    compress_chroma(np.float32([[50, 120, 0]]))
    grey = np.random.default_rng(0).integers(0, 256, (5774, 8660), np.uint8)
    chroma = Chroma(np.full((209, 314, 2), 20, np.float32), "", "")

    def opened(path: Path, side: int) -> None:
        with open_photo(path) as photo:
            photo.thumbnail(side) if side else photo.page(0)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _in_another_process(f"engine._jpeg(Path({str(folder / 'large.jpg')!r}), 8660, 5774)")
        _in_another_process(f"engine._jpeg(Path({str(folder / 'photo.jpg')!r}), 4000, 3000)")
        return {
            "ms, decode of 50 megapixels": _longest_hold(lambda: opened(folder / "large.jpg", 0)),
            "ms, decode of 12 megapixels": _longest_hold(lambda: opened(folder / "photo.jpg", 0)),
            "ms, thumbnail": _longest_hold(lambda: opened(folder / "photo.jpg", 320)),
            "ms, copy at screen size": _longest_hold(lambda: opened(folder / "large.jpg", 1600)),
            "ms, picture of 50 megapixels": _longest_hold(lambda: picture_of(grey)),
            "ms, rendering of 50 megapixels": _longest_hold(lambda: list(render(grey, chroma))),
        }


ROWS: dict[str, Row] = {
    "window: first paint": first_paint,
    "window: Python's lock": interpreter,
    "window: 200 photos of 12 megapixels": stalls_of_a_run,
    "window: a folder of 100,000": many_photos,
    "window: cancel": cancel,
    "window: a photo of 50 megapixels": large_photo,
}


def _longest_hold(work: Callable[[], object]) -> float:
    """Return milliseconds."""
    longest = []
    for _ in range(4):
        go, ended = threading.Event(), threading.Event()
        thread = threading.Thread(target=_when_told, args=(go, work, ended))
        thread.start()
        clock = time.pthread_getcpuclockid(thread.ident)
        gaps, last = [0.0], time.clock_gettime(clock)
        go.set()
        while not ended.is_set():
            with suppress(OSError):  # it has just ended
                now = time.clock_gettime(clock)
                gaps.append(now - last)
                last = now
            time.sleep(0)
        thread.join()
        longest.append(max(gaps))
    return 1e3 * min(longest)


def _when_told(go: threading.Event, work: Callable[[], object], ended: threading.Event) -> None:
    go.wait()
    work()
    ended.set()


class _Ticks:
    """Measures how late a timer of 10 ms is, and how much the window's thread itself computes between two ticks.

    On a busy machine only the second says something about the window.
    """

    def __enter__(self) -> "_Ticks":
        from PySide6.QtCore import Qt, QTimer

        self._late: list[float] = []
        self._own: list[float] = []
        self._last, self._last_own = time.perf_counter(), time.thread_time()
        self._timer = QTimer(interval=10, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        late = 1e3 * np.maximum(0, np.array(self._late) - 0.01)
        self.result = {
            "stall ms, 99th percentile": float(np.percentile(late, 99)),
            "stall ms, longest": float(late.max()),
            "own CPU ms, 99th percentile": 1e3 * float(np.percentile(self._own, 99)),
            "own CPU ms, longest": 1e3 * max(self._own),
        }

    def _tick(self) -> None:
        now, own = time.perf_counter(), time.thread_time()
        self._late.append(now - self._last)
        self._own.append(own - self._last_own)
        self._last, self._last_own = now, own


@contextmanager
def _window() -> Iterator[tuple[object, Path]]:
    """A shown window with a home and a folder of its own."""
    folder = Path(tempfile.mkdtemp())
    os.environ["KMHC_HOME"] = str(folder / "home")
    from kmhc_desktop.app import build

    app = build(["kmhc"])
    app.window.show()
    app.window.confirm_close = lambda: True
    try:
        yield app, folder
    finally:
        app.window.close()
        shutil.rmtree(folder)


def _until(condition: Callable[[], bool], limit: float = 120.0) -> None:
    """Run the event loop until something holds."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, timer, end = QEventLoop(), QTimer(interval=5), time.monotonic() + limit
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
    timer.start()
    loop.exec()
    if not condition():
        raise SystemExit("it did not happen in time")


def _link(folder: Path, count: int, width: int, height: int) -> None:
    """Make a folder of photos that share one content; another process makes it, whose memory does not count."""
    folder.mkdir(parents=True)
    first = folder / "0.jpg"
    _in_another_process(f"engine._jpeg(Path({str(first)!r}), {width}, {height})")
    for start in range(1, count, 1000):  # file systems limit how many names one file may have
        copy = folder / f"{start}" / f"{start}.jpg"
        copy.parent.mkdir()
        shutil.copyfile(first, copy)
        for number in range(start + 1, min(start + 1000, count)):
            os.link(copy, copy.with_name(f"{number}.jpg"))
