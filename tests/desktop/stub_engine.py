"""A stand-in for the network, run in a real child process."""

import hashlib
import os
import threading
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from kmhc_desktop.engine import process
from kmhc_desktop.engine.messages import Alive, Compute, Ready
from kmhc_engine.colour import Floats
from kmhc_engine.colouring import Colouring
from kmhc_engine.errors import WeightsMissing
from kmhc_engine.jobs import Colouriser, Job

KILLER = 77.0  # L of a photo that kills the engine


class StubColouriser:
    def __init__(self, variant: str, *, deadly: bool = False, slow: bool = False, stuck: bool = False) -> None:
        self.variant = variant
        self.weights = hashlib.sha256(variant.encode()).hexdigest()
        self.side = 32
        self.batch_size = 1
        self.identity = f"stub|{variant}"
        self._deadly, self._slow, self._stuck = deadly, slow, stuck

    def predict(self, lightness: Sequence[Floats]) -> list[Floats]:
        killed = any(abs(float(one.mean()) - KILLER) < 1.0 for one in lightness)
        if self._slow or (self._stuck and killed):
            threading.Event().wait(60)
        if self._deadly and killed:
            os.kill(os.getpid(), 9)
        return [np.dstack((one * 0.2, 30 - one * 0.3)).astype(np.float32) for one in lightness]


def load(
    compute: Compute, *, deadly: bool = False, slow: bool = False, stuck: bool = False
) -> tuple[Colouriser, Ready]:
    if compute.variant == "KMHCNet_1":
        raise WeightsMissing("KMHCNet_1 has no weights on this computer.")
    ready = Ready("Stub", "It is a test.", "fp32", ("cpu",))
    return StubColouriser(compute.variant, deadly=deadly, slow=slow, stuck=stuck), ready


def serve(pipe: Connection, log_folder: Path) -> None:
    process.serve(pipe, log_folder, load)


def serve_deadly(pipe: Connection, log_folder: Path) -> None:
    """The engine dies on photos of a certain grey."""
    process.serve(pipe, log_folder, partial(load, deadly=True))


def serve_deadly_to_open(pipe: Connection, log_folder: Path) -> None:
    """The engine dies when it opens a photo called deadly.jpg, before it can tell of it."""
    prepare = Colouring.prepare

    def die(colouring: Colouring, job: Job) -> object:
        if job.source.name == "deadly.jpg":
            os.kill(os.getpid(), 9)
        return prepare(colouring, job)

    Colouring.prepare = die  # type: ignore[method-assign, assignment]
    process.serve(pipe, log_folder, load)


def serve_slow(pipe: Connection, log_folder: Path) -> None:
    """The network never answers."""
    process.serve(pipe, log_folder, partial(load, slow=True))


def serve_stuck(pipe: Connection, log_folder: Path) -> None:
    """The network never answers on photos of a certain grey."""
    process.serve(pipe, log_folder, partial(load, stuck=True))


def serve_nothing(pipe: Connection, log_folder: Path) -> None:
    """The engine dies at its start."""
    os._exit(3)


def serve_after_a_long_load(pipe: Connection, log_folder: Path) -> None:
    """The engine is silent while it loads, and then for ever."""
    pipe.send(Alive())
    threading.Event().wait(1)
    pipe.send(load(Compute("KMHCNet_6"))[1])
    threading.Event().wait(60)


def serve_silently(pipe: Connection, log_folder: Path) -> None:
    """The engine hangs at its start."""
    threading.Event().wait(60)
