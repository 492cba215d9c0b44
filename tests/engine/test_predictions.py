import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from stub_colouriser import StubColouriser

from kmhc_engine.cancel import CancelToken
from kmhc_engine.errors import Cancelled, ComputeError
from kmhc_engine.predictions import Predictions

SMALL, WIDE = np.full((8, 8), 50, np.float32), np.full((4, 16), 50, np.float32)


class Bench:
    """Predictions whose network is held in its first call, so that questions queue up behind it."""

    def __init__(self, batch_size):
        self.entered, self.open = threading.Event(), threading.Event()
        self.token = CancelToken()
        self.colouriser = StubColouriser(batch_size=batch_size, before=self.hold)
        self.predictions = Predictions(self.colouriser, self.token)
        self.pool = ThreadPoolExecutor(16)
        self.first = self.pool.submit(self.predictions.ask, SMALL)
        assert self.entered.wait(10)

    def hold(self, lightness):
        self.entered.set()
        assert self.open.wait(10)

    def ask(self, *photos):
        """Ask for photos from a thread each; return when all of them wait, in this order."""
        answers = []
        for photo in photos:
            answers.append(self.pool.submit(self.predictions.ask, photo))
            with self.predictions._changed:
                waiting = self.predictions._waiting
                assert self.predictions._changed.wait_for(lambda: len(waiting) >= len(answers), 10)  # noqa: B023
        return answers

    def close(self):
        self.open.set()
        self.pool.shutdown()
        self.predictions.close()


@pytest.fixture
def bench():
    bench = Bench(batch_size=3)
    yield bench
    bench.close()


def test_every_question_gets_the_answer_of_its_size(bench):
    answers = bench.ask(SMALL, WIDE, SMALL)
    bench.open.set()
    assert [answer.result(10).shape for answer in answers] == [(8, 8, 2), (4, 16, 2), (8, 8, 2)]


def test_the_network_takes_what_is_there_up_to_its_batch_size_and_one_size_at_a_time(bench):
    bench.ask(SMALL, WIDE, SMALL, WIDE, SMALL, SMALL)
    bench.open.set()
    bench.pool.shutdown()
    assert bench.colouriser.batches == [[(8, 8)], [(8, 8)] * 3, [(4, 16)] * 2, [(8, 8)]]


def test_a_single_photo_does_not_wait_for_others(bench):
    bench.open.set()
    assert bench.first.result(10).shape == (8, 8, 2)
    assert bench.colouriser.batches == [[(8, 8)]]


def test_a_photo_that_the_network_fails_on_does_not_spoil_those_beside_it(bench):
    def before(lightness):
        if any(photo[0, 0] == 13 for photo in lightness):
            raise ComputeError("out of luck")

    good, bad, other = bench.ask(SMALL, np.full((8, 8), 13, np.float32), SMALL)
    bench.colouriser.before = before
    bench.open.set()
    with pytest.raises(ComputeError, match="out of luck"):
        bad.result(10)
    assert np.isfinite(good.result(10)).all() and np.isfinite(other.result(10)).all()


@pytest.mark.parametrize("colours", [np.full((8, 8, 2), np.nan), np.full((8, 8, 2), np.inf), np.zeros((4, 4, 2))])
def test_colours_that_cannot_be_used_are_an_error(bench, colours):
    bench.colouriser.predict = lambda lightness: [colours.astype(np.float32) for _ in lightness]
    bench.open.set()
    bench.first.result(10)
    with pytest.raises(ComputeError, match="no usable colours"):
        bench.predictions.ask(SMALL)


def test_one_photo_with_bad_colours_leaves_the_others_of_its_batch_alone(bench):
    bench.colouriser.predict = lambda lightness: [np.full((8, 8, 2), photo[0, 0]) for photo in lightness]
    good, bad = bench.ask(SMALL, np.full((8, 8), np.nan, np.float32))
    bench.open.set()
    with pytest.raises(ComputeError):
        bad.result(10)
    assert (good.result(10) == 50).all()


def test_a_batch_of_too_few_answers_is_an_error_and_not_a_wait_for_ever(bench):
    bench.colouriser.predict = lambda lightness: []
    (answer,) = bench.ask(SMALL)
    bench.open.set()
    with pytest.raises(ValueError, match="shorter"):
        answer.result(10)


def test_cancelling_answers_all_who_wait_and_asks_the_network_no_more(bench):
    answers = bench.ask(SMALL, WIDE)
    bench.token.cancel()
    bench.open.set()
    for answer in answers:
        with pytest.raises(Cancelled):
            answer.result(10)
    assert len(bench.colouriser.batches) == 1
