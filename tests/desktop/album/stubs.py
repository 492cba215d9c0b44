"""Stand-ins for the process that makes albums, run in a real child process."""

import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from kmhc_desktop.album import messages
from kmhc_desktop.album.process import serve
from kmhc_engine.album import exporting
from kmhc_engine.errors import Cancelled


def serve_dying(pipe: Connection) -> None:
    """Answer as the real one, but die of an export."""

    class Dying:
        def recv(self) -> messages.Command:
            command = pipe.recv()
            if isinstance(command, messages.MakeAlbum):
                os._exit(9)
            return command

        def send(self, report: messages.Report) -> None:
            pipe.send(report)

    serve(Dying())  # type: ignore[arg-type]


def serve_slowly(pipe: Connection) -> None:
    """Never end an export by itself."""
    cancelled = threading.Event()

    def work() -> None:
        pipe.send(messages.Progress(1, 9, "a.jpg"))
        cancelled.wait()
        pipe.send(messages.Failed())

    while True:
        command = pipe.recv()
        if isinstance(command, messages.Look):
            from kmhc_desktop.album.process import _Maker

            pipe.send(_Maker(pipe)._answer(command, None))  # type: ignore[arg-type]
        elif isinstance(command, messages.MakeAlbum | messages.CopyPhotos):
            threading.Thread(target=work, daemon=True).start()
        elif isinstance(command, messages.Cancel):
            cancelled.set()


def serve_tidying(test: Connection, pipe: Connection) -> None:
    """Begin an export, and take until the test says so to clear it away."""

    def export(*_: object, progress: Callable[[int, int, str], None], **__: object) -> None:
        progress(1, 9, "a.jpg")
        test.recv()
        test.send("cleared away")
        raise Cancelled

    exporting.export = export
    serve(pipe)
