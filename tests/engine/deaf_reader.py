"""A process that reads foreign weights but never answers; it imports no torch."""

from multiprocessing.connection import Connection
from threading import Event


def serve(pipe: Connection) -> None:
    pipe.send_bytes(b"")
    Event().wait(60)
