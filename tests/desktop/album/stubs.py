"""Stand-ins for the process that makes albums, run in a real child process."""

import os
from multiprocessing.connection import Connection

from kmhc_desktop.album import messages
from kmhc_desktop.album.process import serve
from kmhc_engine.album import copies, exporting
from kmhc_engine.album.work import Progress
from kmhc_engine.cancel import CancelToken
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
    """Begin an export or copies, and go on until that is cancelled."""

    def dawdle(token: CancelToken, progress: Progress) -> None:
        progress(1, 9, "a.jpg")
        token._cancelled.wait()
        token.check()

    exporting.export = lambda *_, token, progress, **__: dawdle(token, progress)
    copies.copy_photos = lambda _folder, _wish, work, _stems: dawdle(work.token, work.progress)
    serve(pipe)


def serve_tidying(test: Connection, pipe: Connection) -> None:
    """Begin an export, and take until the test says so to clear it away."""

    def export(*_: object, progress: Progress, **__: object) -> None:
        progress(1, 9, "a.jpg")
        test.recv()
        test.send("cleared away")
        raise Cancelled

    exporting.export = export
    serve(pipe)
