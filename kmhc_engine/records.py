"""What the journal knows of one photo, and how it stands in the database."""

import json
import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from kmhc_engine.jobs import State

COLUMNS = """
    source BLOB PRIMARY KEY,
    size INTEGER, modified_ns INTEGER, digest BLOB,
    identity TEXT, settings TEXT,
    state TEXT, reason TEXT, notes TEXT,
    wanted BLOB, output BLOB, output_size INTEGER, output_modified_ns INTEGER,
    chroma TEXT, pages INTEGER, turn INTEGER
"""


@dataclass(frozen=True)
class Fingerprint:
    """A state of a file: size in bytes, modification time in nanoseconds, and a hash of the content."""

    size: int
    modified_ns: int
    digest: bytes


@dataclass(frozen=True)
class Output:
    """A file that was written: its path below the output folder, size and modification time when it was new."""

    path: PurePath
    size: int
    modified_ns: int


@dataclass(frozen=True)
class Record:
    """What became of one photo.

    Attributes:
        source: The photo's path as seen from the output folder, in the system's bytes.
        fingerprint: The photo's content.
        identity: The colouriser's.
        settings: Fingerprint of the settings.
        state: DONE, SKIPPED or FAILED; RUNNING while the output is about to appear.
        wanted: The output path that the job asked for.
        output: The output.
        chroma: Name of its stored colour; empty for none.
        pages: How many pages of colour are stored.
        reason: Why it was skipped or failed.
        notes: Notes of its last event.
        turn: Quarter turns clockwise that the photo took.
    """

    source: bytes
    fingerprint: Fingerprint
    identity: str
    settings: str
    state: State
    wanted: PurePath
    output: Output | None = None
    chroma: str = ""
    pages: int = 0
    reason: str = ""
    notes: tuple[str, ...] = ()
    turn: int = 0


def encoded(path: PurePath) -> bytes:
    """Return a relative path in the system's bytes."""
    return os.fsencode(path.as_posix())


def decoded(path: bytes) -> PurePath:
    """Return the path of such bytes."""
    return PurePath(os.fsdecode(path))


def row_of(record: Record) -> tuple[Any, ...]:
    """Return a record in the order of `COLUMNS`."""
    known, output = record.fingerprint, record.output
    written = (encoded(output.path), output.size, output.modified_ns) if output else (None, None, None)
    return (
        record.source, known.size, known.modified_ns, known.digest, record.identity, record.settings,
        record.state.value, record.reason, json.dumps(record.notes), encoded(record.wanted), *written,
        record.chroma, record.pages, record.turn,
    )  # fmt: skip


def record_of(row: tuple[Any, ...]) -> Record:
    """Return the record of such a row; in journals of the first version the last column is missing."""
    (source, size, modified_ns, digest, identity, settings, state, reason, notes, wanted, output, output_size,
     output_modified_ns, chroma, pages, *turn) = row  # fmt: skip
    return Record(
        source,
        Fingerprint(size, modified_ns, digest),
        identity,
        settings,
        State(state),
        decoded(wanted),
        None if output is None else Output(decoded(output), output_size, output_modified_ns),
        chroma,
        pages,
        reason,
        tuple(json.loads(notes)),
        turn[0] % 4 if turn else 0,
    )
