"""Rows about the engine: one photo, a batch, memory, start-up."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

Row = Callable[[], dict[str, float]]

BARS = {
    ("network", "share of the convolution peak"): ">= 0.70",
    ("network", "share of the peak of one thread, in CPU s"): ">= 0.70",
    ("one 12-megapixel JPEG", "CPU s, were convolutions at 110 GFLOP/s"): "<= 0.75",
    ("batch of 50", "wall / (CPU / cores)"): "<= 1.15",
    ("memory at 12 megapixels", "peak MB"): "<= 1,000",
    ("memory at 200 megapixels", "peak MB"): "<= 2,500",
    ("start-up", "kmhc --help, CPU s above Python"): "<= 0.3",
    ("start-up", "import kmhc_engine, CPU s above Python"): "<= 0.3",
}


def network() -> dict[str, float]:
    """KMHCNet_6 at 256 x 256 against the convolution peak of the same run.

    On a computer that does other work too, threads wait for each other: trust the share of one thread then.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from kmhc_engine import devices, networks, variants
    from kmhc_engine.colouriser import TorchColouriser

    devices.use_threads()
    plain = networks.build(variants.PAPER[5]).eval()
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        plain(torch.zeros(1, 1, 256, 256))
    flops = counter.get_total_flops()
    colouriser = TorchColouriser(variants.PAPER[5], plain, "", devices.choose("cpu", "fp32"))
    lightness = [np.random.default_rng(0).uniform(0, 100, (256, 256)).astype(np.float32)] * colouriser.batch_size
    flops *= len(lightness)
    seconds, peak = _beside_a_convolution(lambda: colouriser.predict(lightness), time.perf_counter)
    torch.set_num_threads(1)
    cpu, peak_of_one = _beside_a_convolution(lambda: colouriser.predict(lightness), time.process_time)
    return {
        "wall ms a photo": 1e3 * seconds / len(lightness),
        "GFLOP/s": flops / seconds / 1e9,
        "convolution peak, GFLOP/s": peak / 1e9,
        "share of the convolution peak": flops / seconds / peak,
        "share of the peak of one thread, in CPU s": flops / cpu / peak_of_one,
    }


def one_photo() -> dict[str, float]:
    """One 12-megapixel JPEG to JPEG on one thread, stage by stage: the best of five after a warm-up.

    The bar is for convolutions of 110 GFLOP/s; the whole is also given with the network's part as it would be there.
    """
    import torch

    from kmhc_engine.chroma import Chroma, network_input
    from kmhc_engine.photos import Format, Provenance, RenderedPage, Tone, encode, open_photo
    from kmhc_engine.render import render

    colouriser = _colouriser()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        source, target = _jpeg(Path(folder) / "photo.jpg", 4000, 3000), Path(folder) / "out.jpg"
        runs, peaks = [], []
        for _ in range(6):
            peaks.append(_convolutions(time.process_time))
            ticks = [time.process_time()]
            with open_photo(source) as photo:
                assert photo.tone is Tone.GREY
                page = photo.page(0)
                ticks.append(time.process_time())
                ab = colouriser.predict([network_input(page.grey, 256)])[0]
                ticks.append(time.process_time())
                strips = render(page.grey, Chroma(ab, "", ""))
                pages = [RenderedPage(*page.grey.shape, 8, strips, None)]
                encode(target, Format.JPEG, pages, photo.metadata, Provenance("KMHCNet_6", ""), None)
                ticks.append(time.process_time())
            runs.append(np.diff(ticks))
    decode, network, rest = (float(seconds) for seconds in np.min(runs[1:], axis=0))
    return {
        "CPU s, fp32": decode + network + rest,
        "CPU s, were convolutions at 110 GFLOP/s": decode + network * max(peaks) / 110e9 + rest,
        "CPU s, decode": decode,
        "CPU s, network": network,
        "CPU s, render and encode": rest,
    }


def batch() -> dict[str, float]:
    """Fifty 12-megapixel JPEGs: wall time against CPU time, on a computer that does nothing else."""
    from kmhc_engine.processes import cores

    colouriser = _colouriser()
    with tempfile.TemporaryDirectory() as folder:
        _photos(Path(folder) / "in", 50)
        start, cpu = time.perf_counter(), time.process_time()
        _run(Path(folder), colouriser)
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {
        "wall / (CPU / cores)": wall / (cpu / cores()),
        "photos a minute": 50 * 60 / wall,
        "CPU s a photo": cpu / 50,
        "peak MB": _peak_mb(),
    }


def memory(width: int, height: int) -> dict[str, float]:
    """Peak memory of one photo from file to file."""
    colouriser = _colouriser()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "in").mkdir()
        _in_another_process(f"engine._jpeg(Path({str(Path(folder) / 'in' / 'photo.jpg')!r}), {width}, {height})")
        _run(Path(folder), colouriser)
    return {"peak MB": _peak_mb()}


def flat_memory() -> dict[str, float]:
    """Memory after 20 and after 500 photos of one megapixel."""
    colouriser = _colouriser()
    peaks = []
    for count in (20, 480):
        with tempfile.TemporaryDirectory() as folder:
            _photos(Path(folder) / "in", count, 1200, 900)
            _run(Path(folder), colouriser)
        peaks.append(_peak_mb())
    return {"peak MB after 20": peaks[0], "peak MB after 500": peaks[1], "growth": peaks[1] / peaks[0]}


def start_up() -> dict[str, float]:
    """CPU seconds above plain Python, the best of five."""
    python = min(_cpu_of("-c", "pass") for _ in range(5))
    main = "import sys; sys.argv = ['kmhc', '--help']; from kmhc_engine.cli import main; main()"
    return {
        "import kmhc_engine, CPU s above Python": min(_cpu_of("-c", "import kmhc_engine") for _ in range(5)) - python,
        "kmhc --help, CPU s above Python": min(_cpu_of("-c", main) for _ in range(5)) - python,
    }


ROWS: dict[str, Row] = {
    "start-up": start_up,
    "network": network,
    "one 12-megapixel JPEG": one_photo,
    "batch of 50": batch,
    "memory at 12 megapixels": lambda: memory(4000, 3000),
    "memory at 200 megapixels": lambda: memory(16330, 12250),
    "memory over 500 photos": flat_memory,
}


def _colouriser():
    """The bundled weights on the network of KMHCNet_6, at 256."""
    import cv2

    from kmhc_engine import devices, networks, variants, weights
    from kmhc_engine.colouriser import TorchColouriser

    cv2.setNumThreads(1)
    devices.use_threads()
    network = networks.build(variants.DEFAULT)
    weights.load_into(network, weights.find(variants.DEFAULT))
    return TorchColouriser(variants.DEFAULT, network, "", devices.choose("cpu", "fp32"))


def _beside_a_convolution(work: Callable[[], object], clock: Callable[[], float]) -> tuple[float, float]:
    """Return the seconds of some work, and the FLOP a second of a convolution that takes turns with it: the best."""
    work()
    seconds, peaks = [], []
    for _ in range(6):
        peaks.append(_convolutions(clock))
        start = clock()
        work()
        seconds.append(clock() - start)
    return min(seconds), max(peaks)


def _convolutions(clock: Callable[[], float]) -> float:
    """Return the FLOP a second of a large convolution, the best of three after a warm-up."""
    import torch

    convolution = torch.nn.Conv2d(64, 64, 3, padding=1).to(memory_format=torch.channels_last).eval()
    x = torch.rand(8, 64, 128, 128).contiguous(memory_format=torch.channels_last)
    seconds = []
    with torch.inference_mode():
        for _ in range(4):
            start = clock()
            convolution(x)
            seconds.append(clock() - start)
    return 8 * 128 * 128 * 64 * 64 * 9 * 2 / min(seconds[1:])


def _run(folder: Path, colouriser) -> None:
    from kmhc_engine.batch import CancelToken, OutputSettings, State, run_batch
    from kmhc_engine.outputs import OutputFolder
    from kmhc_engine.scan import scan

    with OutputFolder(folder / "out") as out:
        jobs = [out.job(found) for found in scan([folder / "in"])]
        ends = [
            e for e in run_batch(jobs, colouriser, CancelToken(), out, OutputSettings()) if e.state is not State.RUNNING
        ]
    bad = [event for event in ends if event.state is not State.DONE]
    if bad or len(ends) != len(jobs):
        raise SystemExit(f"not all done: {bad[:3]}")


def _photos(folder: Path, count: int, width: int = 4000, height: int = 3000) -> None:
    folder.mkdir()
    first = _jpeg(folder / "0.jpg", width, height)
    for number in range(1, count):
        os.link(first, folder / f"{number}.jpg")


def _jpeg(path: Path, width: int, height: int) -> Path:
    """Write a grey JPEG with the detail and the grain of a scan."""
    from PIL import Image, ImageChops
    from skimage.data import camera

    photo = Image.fromarray(camera()).resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((width // 2, height // 2), 20).resize(photo.size, Image.Resampling.BICUBIC)
    ImageChops.add(photo, grain, offset=-128).save(path, quality=92)
    return path


def _cpu_of(*arguments: str) -> float:
    process = psutil.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    before = os.times()
    process.wait()
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _in_another_process(call: str) -> None:
    code = f"from pathlib import Path; from tests.bench import engine; {call}"
    subprocess.run([sys.executable, "-c", code], check=True)


def _peak_mb() -> float:
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 1e6
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
