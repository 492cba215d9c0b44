"""The network stage of a batch: one thread that gathers photos of one size and predicts them together."""

import threading
from collections import deque
from concurrent.futures import Future

import numpy as np

from kmhc_engine.cancel import CancelToken
from kmhc_engine.colour import Floats
from kmhc_engine.errors import Cancelled, ComputeError
from kmhc_engine.jobs import Colouriser


class _Request:
    def __init__(self, lightness: Floats) -> None:
        self.lightness = lightness
        self.answer: Future[Floats] = Future()


class Predictions:
    """Answers from many threads' questions, in batches of whatever is there: it never waits for a batch to fill.

    Args:
        colouriser: Asked from one thread only.
        token: Checked before every batch.
    """

    def __init__(self, colouriser: Colouriser, token: CancelToken) -> None:
        self.colouriser = colouriser
        self._token = token
        self._waiting: deque[_Request] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="kmhc-network", daemon=True)
        self._thread.start()

    def ask(self, lightness: Floats) -> Floats:
        """Return ab (h, w, 2) for L (h, w); blocks.

        Raises:
            Cancelled: The run was cancelled.
            ComputeError: The network failed, or its colours are not finite.
        """
        request = _Request(lightness)
        with self._changed:
            self._waiting.append(request)
            self._changed.notify()
        return request.answer.result()

    def close(self) -> None:
        """End the thread; nobody may be asking any more."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while batch := self._next():
            try:
                self._token.check()
                self._answer(batch)
            except BaseException as error:  # whoever asked has to hear of it, or would wait for ever
                for request in batch:
                    if not request.answer.done():
                        request.answer.set_exception(Cancelled() if isinstance(error, Cancelled) else error)

    def _next(self) -> list[_Request]:
        """Take the longest waiting request and those of its size; empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return []
            shape = self._waiting[0].lightness.shape
            alike = [request for request in self._waiting if request.lightness.shape == shape]
            batch = alike[: max(1, self.colouriser.batch_size)]
            for request in batch:
                self._waiting.remove(request)
            return batch

    def _answer(self, batch: list[_Request]) -> None:
        try:
            colours = self.colouriser.predict([request.lightness for request in batch])
        except Exception:
            if len(batch) == 1:
                raise
            for request in batch:  # one photo must not spoil the others
                try:
                    self._answer([request])
                except Exception as error:
                    request.answer.set_exception(error)
            return
        for request, ab in zip(batch, colours, strict=True):
            if ab.shape != (*request.lightness.shape, 2) or not np.isfinite(ab).all():
                request.answer.set_exception(ComputeError("the network gave no usable colours"))
            else:
                request.answer.set_result(ab)
