import threading
from collections import Counter

import pytest
from batch_bench import outputs, photo, photos, run, states
from stub_colouriser import StubColouriser

from kmhc_engine import batch, cancel, pages
from kmhc_engine import render as render_module
from kmhc_engine.batch import CancelToken, OutputSettings, State, run_batch
from kmhc_engine.predictions import Predictions
from kmhc_engine.scan import scan

pytestmark = pytest.mark.usefixtures("no_thread_is_left")


@pytest.fixture
def two_cores(monkeypatch):
    monkeypatch.setattr(batch, "cores", lambda: 2)


def test_a_stopped_run_finishes_what_is_in_hand_and_cancels_the_rest(old, folder, two_cores):
    photos(old, 20)
    token = CancelToken()
    ends = run(old, folder, StubColouriser(before=lambda _: token.stop()), token)
    counts = Counter(states(ends).values())
    assert 1 <= counts[State.DONE] <= 5 and counts[State.CANCELLED] == 20 - counts[State.DONE]
    assert set(states(run(old, folder)).values()) == {State.DONE, State.SKIPPED}


def test_the_time_of_a_photo_leaves_out_the_pauses(old, folder, monkeypatch):
    photo(old / "a.png")
    token, now = CancelToken(), [100.0]
    monkeypatch.setattr(cancel, "perf_counter", lambda: now[0])

    def predict_with_a_pause(_):
        now[0] += 1
        token.pause()
        now[0] += 20
        token.pause()
        now[0] += 20
        token.resume()
        now[0] += 2
        token.resume()

    ends = run(old, folder, StubColouriser(before=predict_with_a_pause), token)
    assert sum(ends["a.png"].seconds.values()) == 3


def test_cancelling_takes_effect_between_two_strips_of_the_photo_being_rendered(old, folder, monkeypatch):
    photo(old / "tall.png", size=(64, 256))
    monkeypatch.setattr(render_module, "_STRIP_PIXELS", 64 * 4)
    token, strips = CancelToken(), []
    real = pages.render

    def render(*arguments, **options):
        for strip in real(*arguments, **options):
            strips.append(strip.shape)
            if len(strips) == 3:
                token.cancel()
            yield strip

    monkeypatch.setattr(pages, "render", render)
    ends = run(old, folder, token=token)
    assert ends["tall.png"].state is State.CANCELLED
    assert folder.journal.get(folder.key(old / "tall.png")) is None, "the next start does not call it failed"
    assert len(strips) == 3
    assert outputs(folder) == []
    monkeypatch.undo()
    colouriser = StubColouriser()
    assert run(old, folder, colouriser)["tall.png"].state is State.DONE
    assert colouriser.predicted == 0  # its colour was kept


def test_a_run_cancelled_before_it_begins_ends_every_job_cancelled(old, folder):
    photos(old, 3)
    token = CancelToken()
    token.cancel()
    assert set(states(run(old, folder, token=token)).values()) == {State.CANCELLED}


def test_a_paused_run_waits_and_goes_on(old, folder):
    photos(old, 4)
    jobs = [folder.job(found) for found in scan([old])]
    token = CancelToken()
    token.pause()
    events = run_batch(jobs, StubColouriser(), token, folder, OutputSettings())
    assert next(events).state is State.RUNNING
    assert outputs(folder) == []
    token.resume()
    assert Counter(event.state for event in events)[State.DONE] == 4


@pytest.mark.parametrize("paused", [False, True])
def test_closing_the_iterator_ends_the_threads_and_leaves_nothing_behind(old, folder, paused):
    photos(old, 30)
    jobs = [folder.job(found) for found in scan([old])]
    token = CancelToken()
    events = run_batch(jobs, StubColouriser(), token, folder, OutputSettings())
    assert next(events).state is State.RUNNING
    if paused:
        token.pause()
    events.close()  # `no_thread_is_left` looks at the threads
    assert not list(folder.path.rglob(".kmhc-*"))
    assert set(states(run(old, folder)).values()) <= {State.DONE, State.SKIPPED}


def test_once_the_iterator_is_closed_no_more_photos_are_looked_for(old, folder, two_cores):
    photos(old, 30)
    taken = []

    def jobs():
        for found in scan([old]):
            taken.append(found)
            yield folder.job(found)

    events = run_batch(jobs(), StubColouriser(), CancelToken(), folder, OutputSettings())
    assert next(events).state is State.RUNNING
    events.close()
    assert len(taken) < 30


def test_the_network_gets_as_many_photos_at_once_as_it_likes_whatever_the_cores(old, folder, monkeypatch):
    monkeypatch.setattr(batch, "cores", lambda: 1)
    photos(old, 5)
    asked, ask = threading.Barrier(5), Predictions.ask

    def all_ask_at_once(*arguments):
        asked.wait(10)
        return ask(*arguments)

    monkeypatch.setattr(Predictions, "ask", all_ask_at_once)
    assert set(states(run(old, folder, StubColouriser(batch_size=4))).values()) == {State.DONE}


def test_photos_that_fill_the_memory_go_one_at_a_time(old, folder, monkeypatch):
    photos(old, 6)
    monkeypatch.setattr(batch, "_PIXELS_AT_ONCE", 24 * 16)
    jobs = [folder.job(found) for found in scan([old])]
    events = list(run_batch(jobs, StubColouriser(), CancelToken(), folder, OutputSettings()))
    assert [event.state for event in events] == [State.RUNNING, State.DONE] * 6


def test_a_bounded_number_of_photos_is_on_the_way(old, folder, two_cores):
    photos(old, 20)
    gate, entered = threading.Event(), threading.Event()
    taken = []

    def jobs():
        for found in scan([old]):
            taken.append(found)
            yield folder.job(found)

    def before(_):
        entered.set()
        assert gate.wait(10)

    events = run_batch(jobs(), StubColouriser(before=before), CancelToken(), folder, OutputSettings())
    assert next(events).state is State.RUNNING
    assert entered.wait(10)
    assert len(taken) <= 2 + 1 + 2  # for each core, one more, and those in the network
    gate.set()
    assert Counter(event.state for event in events)[State.DONE] == 20
