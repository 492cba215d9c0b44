"""Small folders of photos, and runs of a batch over them, for the tests of the batch."""

import threading
from collections import Counter

import numpy as np
from PIL import Image
from stub_colouriser import StubColouriser

from kmhc_engine.batch import CancelToken, OutputSettings, State, run_batch
from kmhc_engine.scan import scan

ENDS = {State.DONE, State.SKIPPED, State.FAILED, State.CANCELLED, State.INTERRUPTED}


def photo(path, size=(24, 16), seed=0, colour=False):
    """Write a small photo, in grey or of patches in many colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    if colour:  # patches of many colours, which follow neither lightness nor place
        pixels = random.integers(0, 256, (8, 12, 3), np.uint8).repeat(8, axis=0).repeat(8, axis=1)
    else:
        pixels = random.integers(60, 200, (size[1], size[0]), np.uint8)
    image = Image.fromarray(pixels)
    suffix = path.suffix.lower()
    image.save(path, {".png": "PNG", ".tif": "TIFF", ".bmp": "BMP"}.get(suffix, "JPEG"))
    return path


def photos(old, count):
    return [photo(old / f"{number:02}.jpg", seed=number) for number in range(count)]


def run(old, folder, colouriser=None, token=None, settings=OutputSettings()):  # noqa: B008
    """Run a folder to its end: {relative name: last event}."""
    jobs = [folder.job(found) for found in scan([old], output=folder.path)]
    names = {job.id: job.source.relative_to(old).as_posix() for job in jobs}
    events = list(run_batch(jobs, colouriser or StubColouriser(), token or CancelToken(), folder, settings))
    assert_one_end_each(jobs, events)
    return {names[event.job_id]: event for event in events if event.state in ENDS}


def assert_one_end_each(jobs, events):
    ends = Counter(event.job_id for event in events if event.state in ENDS)
    begins = Counter(event.job_id for event in events if event.state is State.RUNNING)
    assert ends == Counter(job.id for job in jobs)
    assert not begins - ends


def states(ends):
    return {name: event.state for name, event in ends.items()}


def outputs(folder):
    return sorted(
        path.relative_to(folder.path).as_posix()
        for path in folder.path.rglob("*")
        if path.is_file() and ".kmhc" not in path.parts
    )


def is_orange(path):
    with Image.open(path) as image:
        red, _, blue = np.asarray(image.convert("RGB"), np.float32).reshape(-1, 3).mean(0)
    return red > blue + 30


def fail_on_call(monkeypatch, owner, name, calls, error):
    """Let a function fail on the calls with these numbers."""
    real, lock, count = getattr(owner, name), threading.Lock(), iter(range(10**6))

    def sometimes(*arguments, **options):
        with lock:
            number = next(count)
        if number in calls:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(owner, name, sometimes)
