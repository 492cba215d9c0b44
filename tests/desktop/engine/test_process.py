import gc
import multiprocessing
import weakref

import pytest

from kmhc_desktop.engine.messages import Compute, Ready
from kmhc_desktop.engine.process import _Engine


class Traced:
    """A colouriser that refers to itself, as traced networks do."""

    identity = variant = weights = "stub"

    def __init__(self, side: int) -> None:
        self.side, self.itself = side, self


@pytest.fixture
def no_luck():
    """Python's own collections, which come now and then, are not waited for."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_luck")
def test_a_network_that_gave_way_is_no_longer_in_memory():
    loaded = []

    def load(compute: Compute) -> tuple[Traced, Ready]:
        colouriser = Traced(compute.side)
        loaded.append(weakref.ref(colouriser))
        return colouriser, Ready("CPU", "", "fp32", ())

    ours, theirs = multiprocessing.Pipe()
    engine = _Engine(theirs, load)
    for side in (128, 192, 256):
        engine._network(Compute("6c", side), urgent=False)
    assert [one() is not None for one in loaded] == [False, True, True]
    ours.close()
