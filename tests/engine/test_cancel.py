import threading

import pytest

from kmhc_engine.cancel import CancelToken
from kmhc_engine.errors import Cancelled


@pytest.fixture
def token():
    return CancelToken()


@pytest.fixture
def waiting(token):
    """A thread that checks the paused token, and the list in which it says how that ended."""
    token.pause()
    ends = []

    def check():
        try:
            token.check()
            ends.append("went on")
        except Cancelled:
            ends.append("cancelled")

    thread = threading.Thread(target=check)
    thread.start()
    assert not ends
    return thread, ends


def test_a_fresh_token_lets_the_work_go_on(token):
    token.check()
    assert not token.stopping


def test_a_stopped_run_finishes_what_is_in_hand(token):
    token.stop()
    token.check()
    assert token.stopping


def test_a_cancelled_run_ends_between_two_steps(token):
    token.cancel()
    assert token.stopping
    with pytest.raises(Cancelled):
        token.check()


@pytest.mark.parametrize(("wish", "end"), [("resume", "went on"), ("stop", "went on"), ("cancel", "cancelled")])
def test_a_paused_run_waits_for(token, waiting, wish, end):
    thread, ends = waiting
    getattr(token, wish)()
    thread.join(10)
    assert ends == [end]


def test_what_is_stopped_cannot_be_paused(token):
    token.stop()
    token.pause()
    token.check()
