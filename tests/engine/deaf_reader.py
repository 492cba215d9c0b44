"""Processes that read foreign weights but never answer; they import no torch."""

import os
from multiprocessing.connection import Connection
from threading import Event


def serve(pipe: Connection) -> None:
    """Do nothing with a file."""
    pipe.send_bytes(b"")
    Event().wait(60)


def crash(pipe: Connection) -> None:
    """Die of a file."""
    pipe.send_bytes(b"")
    pipe.recv_bytes()
    os._exit(1)
