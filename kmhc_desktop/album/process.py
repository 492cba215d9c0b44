"""The process that makes albums and copies: decoding and encoding photos there cannot make the window stutter.

It ends with the dialog, or with the window, whatever that died of: the pipe breaks.
"""

import contextlib
import logging
import os
import queue
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from kmhc_desktop.album import messages
from kmhc_desktop.pipes import Pipe
from kmhc_engine.album.options import Kind, Options, remembered, remembered_kind
from kmhc_engine.cancel import CancelToken
from kmhc_engine.errors import Cancelled, KMHCError, OutputError, PhotoError
from kmhc_engine.processes import give_way

if TYPE_CHECKING:  # the window imports `serve`, and is not to load all this
    from PIL import Image

    from kmhc_engine.album.contents import Gathered

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds to clear away an export that nobody waits for any more


def serve(pipe: Pipe) -> None:
    """Obey until the pipe breaks."""
    give_way()  # the window comes first
    maker = _Maker(pipe)
    worker = threading.Thread(target=maker.work, daemon=True)
    worker.start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            maker.take(pipe.recv())
    if maker.making:
        maker.take(messages.Cancel())
        worker.join(PATIENCE)  # it clears away what it has begun
    os._exit(0)  # what is in the making appears whole or not at all


class _Maker:
    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._commands: queue.SimpleQueue[tuple[messages.Command, CancelToken]] = queue.SimpleQueue()
        self._token = CancelToken()
        self.making = False  # files
        self._gathered: Gathered | None = None
        self._thumbnails: dict[str, Image.Image] = {}

    def take(self, command: messages.Command) -> None:
        """Put a command behind the others; cancelling the last one does not wait."""
        if isinstance(command, messages.Cancel):
            self._token.cancel()
        else:
            self._token = CancelToken()
            self._commands.put((command, self._token))

    def work(self) -> None:
        """Do one command after the other."""
        with contextlib.suppress(OSError):
            while True:
                command, token = self._commands.get()
                self.making = isinstance(command, messages.MakeAlbum | messages.CopyPhotos)
                answer = self._answer(command, token)
                self.making = False
                self._pipe.send(answer)

    def _answer(self, command: messages.Command, token: CancelToken) -> messages.Report:
        try:
            match command:
                case messages.ListPhotos():
                    return self._listed(command)
                case messages.Draw():
                    return self._drawn(command)
                case messages.MakeAlbum():
                    return self._make(command, token)
                case messages.CopyPhotos():
                    return self._copy(command, token)
                case _:
                    raise TypeError(command)
        except Cancelled:
            return messages.Failed()
        except (KMHCError, ValueError) as error:
            return messages.Failed(str(error))
        except Exception as error:
            log.exception("%s", type(command).__name__)
            return messages.Failed(f"Something unforeseen happened ({type(error).__name__}: {error}). Try it again.")

    def _listed(self, command: messages.ListPhotos) -> messages.Photos:
        from kmhc_engine.album.contents import gather, natural
        from kmhc_engine.album.exporting import default_target
        from kmhc_engine.album.texts import languages

        folder = command.folder
        self._gathered, self._thumbnails = gather(folder), {}
        photos = sorted(self._gathered.photos.values(), key=lambda photo: natural(photo.name))
        entries = tuple(
            messages.Entry(p.name, p.colour, p.stamp[1], p.told.caption, p.told.taken, p.favourite) for p in photos
        )
        targets = {kind: default_target(folder, kind) for kind in Kind}
        language = command.language if command.language in languages() else Options.language
        kind, options = remembered_kind(folder), remembered(folder, language)
        return messages.Photos(folder, entries, options, kind, targets)

    def _drawn(self, command: messages.Draw) -> messages.Drawn:
        from kmhc_engine.album import preview
        from kmhc_engine.album.contents import arrange, gather

        try:
            if self._gathered is None:  # the process that listed them has died
                self._gathered = gather(command.folder)
            contents = arrange(self._gathered, command.options)
        except OutputError as error:
            return messages.Drawn(reason=str(error))
        for photo in preview.wanted(contents, command.options):
            if photo.name not in self._thumbnails:
                with contextlib.suppress(PhotoError):
                    self._thumbnails[photo.name] = preview.thumbnail(photo)
        image = preview.draw(command.kind, contents, command.options, self._thumbnails, command.size, dark=command.dark)
        return messages.Drawn(image.size, image.tobytes())

    def _make(self, command: messages.MakeAlbum, token: CancelToken) -> messages.Made:
        from kmhc_engine.album.exporting import export

        made = export(
            command.folder, command.kind, command.target, command.options, replace=command.replace,
            lasting=command.lasting, token=token, progress=self._progress,
        )  # fmt: skip
        return messages.Made(made.path, made.photos, 0, tuple(map(str, made.left_out)), made.notes)

    def _copy(self, command: messages.CopyPhotos, token: CancelToken) -> messages.Made:
        from kmhc_engine.album.copies import Stems, copy_photos
        from kmhc_engine.album.work import Work

        total, before = sum(len(names) for _, names in command.chosen), 0
        stems = Stems(command.wish.pattern, total)
        made = messages.Made(command.wish.target, 0)
        for folder, names in command.chosen:

            def progress(done: int, _: int, name: str, before: int = before) -> None:
                self._progress(before + done, total, name)

            copied = copy_photos(folder, replace(command.wish, chosen=names), Work(token, progress), stems)
            before += len(names)
            made = messages.Made(
                made.path, made.photos + len(copied.paths), made.skipped + copied.skipped,
                made.problems + copied.left_out, made.notes + copied.notes,
            )  # fmt: skip
        return made

    def _progress(self, done: int, total: int, name: str) -> None:
        self._pipe.send(messages.Progress(done, total, name))
