"""The journal of an output folder: what became of every photo, and which files are KMHC's own.

The folder's lock, on disks that know locks, makes this process the only user, so SQLite runs in exclusive mode: its
write-ahead log then needs no shared memory and works on network disks too.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path, PurePath
from typing import Any

from kmhc_engine.atomic import disk_full
from kmhc_engine.errors import OutputError, printable
from kmhc_engine.jobs import State
from kmhc_engine.records import COLUMNS, Output, Record, decoded, encoded, record_of, row_of

_log = logging.getLogger(__name__)

CLOCK_NS = 2_000_000_000  # FAT keeps even seconds only, so a new file's time may change when it is read back
_VERSION = 2
_SCHEMA = f"""
CREATE TABLE photos (
    {COLUMNS}
) WITHOUT ROWID;
CREATE TABLE outputs (
    path BLOB, size INTEGER, modified_ns INTEGER, source BLOB, wanted BLOB,
    PRIMARY KEY (path, size, modified_ns)
) WITHOUT ROWID;
PRAGMA user_version = {_VERSION};
"""
_FROM_VERSION_1 = f"""
ALTER TABLE photos ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
PRAGMA user_version = {_VERSION};
"""


class Journal:
    """Opened under the folder's lock, used from any thread.

    Args:
        path: The database; made when missing, set aside with a warning when damaged.

    Attributes:
        warning: Says that a damaged journal was set aside; else empty.

    Raises:
        OutputError: It can be neither opened nor made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.warning = ""
        with self._errors():
            try:
                self._database = _opened(path)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                self.warning = (
                    f"The journal of the output folder was damaged ({error}) and is set aside as {_set_aside(path)}. "
                    "A new one begins; photos that were done are made again, beside the old ones."
                )
                _log.warning("%s: %s", printable(path), self.warning)
                self._database = _opened(path)

    def close(self) -> None:
        """Write everything out."""
        with self._lock, suppress(sqlite3.Error):
            self._database.close()

    def get(self, source: bytes) -> Record | None:
        """Look a photo up."""
        with self._lock, self._errors():
            row = self._database.execute("SELECT * FROM photos WHERE source = ?", (source,)).fetchone()
        return _readable(row) if row else None

    def records(self) -> Iterator[Record]:
        """Yield all photos, by source."""
        with self._lock, self._errors():
            rows = self._database.execute("SELECT * FROM photos ORDER BY source").fetchall()
        return filter(None, map(_readable, rows))

    def outputs(self) -> Iterator[tuple[bytes, PurePath, PurePath]]:
        """Yield (source, path that was wanted, path) of every file ever written here."""
        with self._lock, self._errors():
            rows = self._database.execute("SELECT source, wanted, path FROM outputs").fetchall()
        return ((source, decoded(wanted), decoded(path)) for source, wanted, path in rows)

    def announced(self) -> Iterator[Output]:
        """Yield every file that was about to appear when a run was cut off."""
        query = "SELECT * FROM photos WHERE state = ?"
        with self._lock, self._errors():
            rows = self._database.execute(query, (State.RUNNING.value,)).fetchall()
        return (record.output for record in map(_readable, rows) if record and record.output)

    def wrote(self, source: bytes, output: Output) -> bool:
        """Tell whether a file with these properties was written for this photo."""
        query = "SELECT 1 FROM outputs WHERE path = ? AND size = ? AND abs(modified_ns - ?) <= ? AND source = ?"
        values = (encoded(output.path), output.size, output.modified_ns, CLOCK_NS, source)
        with self._lock, self._errors():
            return self._database.execute(query, values).fetchone() is not None

    def begin(self, record: Record) -> None:
        """Say which file is about to appear for a photo; on the disk when this returns.

        From now on the file is known as KMHC's own, whatever moment the power fails at.
        """
        output = record.output
        assert output is not None
        values = (encoded(output.path), output.size, output.modified_ns, record.source, encoded(record.wanted))
        with self._transaction(durable=True):
            self._database.execute("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?, ?, ?)", values)
            self._put(replace(record, state=State.RUNNING))

    def finish(self, record: Record) -> None:
        """Say what became of a photo. A failure, or a file that is no photo, makes no earlier success forgotten."""
        with self._transaction(durable=False):
            unread = record.state is State.SKIPPED and not record.fingerprint.digest
            if record.state is State.FAILED or unread:
                refused = "DELETE FROM photos WHERE source = ? AND state IN (?, ?)"
                self._database.execute(refused, (record.source, State.FAILED.value, State.SKIPPED.value))
                self._put(record, "INSERT OR IGNORE")
            else:
                self._put(record)
            if record.output is not None:
                values = (encoded(record.output.path), record.output.size, record.output.modified_ns)
                self._database.execute(
                    "DELETE FROM outputs WHERE path = ? AND NOT (size = ? AND modified_ns = ?)", values
                )

    def _put(self, record: Record, verb: str = "INSERT OR REPLACE") -> None:
        values = row_of(record)
        self._database.execute(f"{verb} INTO photos VALUES ({', '.join('?' * len(values))})", values)

    @contextmanager
    def _transaction(self, *, durable: bool) -> Iterator[None]:
        with self._lock, self._errors():
            self._database.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with self._database:
                self._database.execute("BEGIN")
                yield

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
                raise disk_full(self._path.parent) from error
            raise OutputError(
                f"{printable(self._path)}: the journal cannot be used ({error}). Check the disk and your permissions "
                "on the folder, then start again."
            ) from error


def read_only(path: Path) -> list[Record]:
    """Return all photos of a journal on a disk that cannot be written to, such as a DVD.

    Raises:
        OutputError: It is damaged.
    """
    try:
        with closing(sqlite3.connect(_address(path) + "?mode=ro&immutable=1", uri=True)) as database:
            rows = database.execute("SELECT * FROM photos ORDER BY source").fetchall()
    except sqlite3.Error as error:
        raise OutputError(f"{printable(path)}: the journal cannot be read ({error}). Copy the folder again.") from error
    return list(filter(None, map(_readable, rows)))


def _readable(row: tuple[Any, ...]) -> Record | None:
    """Return the record of a row; None for one that a failing disk has changed, whose photo then is a new one."""
    try:
        return record_of(row)
    except (ValueError, TypeError) as error:
        _log.warning("A row of the journal is damaged (%s); its photo is made anew.", error)
        return None


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return _connected(path, "")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR}:
            raise
        # Some network disks cannot lock parts of a file. The folder's own lock is enough, if they know locks at all.
        return _connected(path, "?nolock=1")


def _connected(path: Path, options: str) -> sqlite3.Connection:
    database = sqlite3.connect(
        _address(path) + options, uri=True, isolation_level=None, check_same_thread=False, timeout=1.0
    )
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")  # answers with another mode where it cannot
        (verdict,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version > _VERSION:
            raise OutputError(f"{printable(path)}: written by a newer KMHC. Update KMHC to go on in this folder.")
        if version == 0:
            database.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        elif version == 1:
            database.executescript(f"BEGIN; {_FROM_VERSION_1} COMMIT;")
    except BaseException:
        database.close()
        raise
    return database


def _address(path: PurePath) -> str:
    """Return a path as SQLite takes it: it knows no servers, but opens a network share as a path of two slashes."""
    address = path.as_uri()
    return address if address.startswith("file:///") else address.replace("file://", "file:////", 1)


def _set_aside(path: Path) -> str:
    name = next(n for k in count(1) if not path.with_name(n := f"damaged-{k}-{path.name}").exists())
    for tail in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + tail).rename(path.with_name(name + tail))
    return name
