import logging
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest

from kmhc_engine import journal as journal_module
from kmhc_engine.errors import DiskFull, OutputError
from kmhc_engine.jobs import State
from kmhc_engine.journal import Journal
from kmhc_engine.records import Fingerprint, Output, Record

SOURCE = os.fsencode("../old/not utf-8 \udcff\n.jpg") if os.name == "posix" else b"../old/a.jpg"
OUTPUT = Output(PurePath(os.fsdecode(SOURCE)[7:]), 12345, 1_700_000_000_123_456_700)
RECORD = Record(
    SOURCE,
    Fingerprint(2**40, 1_600_000_000_123_456_789, b"\0digest\xff"),
    identity="KMHCNet_6|abc|256|fp32",
    settings="{}",
    state=State.DONE,
    wanted=PurePath("old/a.png"),
    output=OUTPUT,
    chroma="colour",
    pages=3,
    notes=("the first", "the second"),
    turn=3,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path):
    journal = Journal(path)
    yield journal
    journal.close()


def test_a_record_comes_back_as_it_was_also_after_the_journal_was_closed(path, journal):
    journal.finish(RECORD)
    assert journal.get(SOURCE) == RECORD
    journal.close()
    again = Journal(path)
    assert (again.get(SOURCE), list(again.records())) == (RECORD, [RECORD])
    assert again.get(b"another") is None
    again.close()


def test_an_output_is_known_from_before_it_appears(journal):
    journal.begin(replace(RECORD, state=State.DONE))
    assert journal.get(SOURCE).state is State.RUNNING
    assert journal.wrote(SOURCE, OUTPUT)
    assert list(journal.outputs()) == [(SOURCE, RECORD.wanted, OUTPUT.path)]


def test_what_is_begun_is_written_out_at_once_and_what_is_finished_when_the_disk_likes(journal):
    def durability():
        return journal._database.execute("PRAGMA synchronous").fetchone()

    journal.begin(RECORD)
    assert durability() == (2,)
    journal.finish(RECORD)
    assert durability() == (1,)


def test_only_the_very_file_that_was_written_counts_as_ones_own(journal):
    journal.begin(RECORD)
    journal.finish(RECORD)
    assert journal.wrote(SOURCE, replace(OUTPUT, modified_ns=OUTPUT.modified_ns + 1_999_999_999))  # FAT
    assert not journal.wrote(SOURCE, replace(OUTPUT, modified_ns=OUTPUT.modified_ns + 3_000_000_000))
    assert not journal.wrote(SOURCE, replace(OUTPUT, size=OUTPUT.size + 1))
    assert not journal.wrote(SOURCE, replace(OUTPUT, size=OUTPUT.size - 1))
    assert not journal.wrote(SOURCE, replace(OUTPUT, path=PurePath("other.jpg")))
    assert not journal.wrote(b"another source", OUTPUT)


def test_until_a_new_output_is_finished_the_old_file_counts_as_ones_own_too(journal):
    newer = replace(RECORD, output=replace(OUTPUT, size=99))
    journal.begin(RECORD)
    journal.finish(RECORD)
    journal.begin(newer)
    assert journal.wrote(SOURCE, OUTPUT) and journal.wrote(SOURCE, newer.output)
    journal.finish(newer)
    assert journal.wrote(SOURCE, newer.output) and not journal.wrote(SOURCE, OUTPUT)


def test_a_failure_is_kept_but_does_not_make_a_success_forgotten(journal):
    failure = replace(RECORD, state=State.FAILED, output=None, reason="cut short")
    journal.finish(failure)
    journal.finish(replace(failure, reason="gone"))
    assert journal.get(SOURCE).reason == "gone"
    journal.finish(RECORD)
    journal.finish(failure)
    assert journal.get(SOURCE) == RECORD


@pytest.mark.parametrize("damage", ["text", "middle", "cut"])
def test_a_damaged_journal_is_set_aside_with_a_warning(path, caplog, damage):
    journal = Journal(path)
    for number in range(500):
        journal.finish(replace(RECORD, source=b"%d" % number))
    journal.close()
    content = path.read_bytes()
    spoilt = {
        "text": b"this is not a database, whatever its name says" * 100,
        "middle": content[:8192] + os.urandom(8192) + content[16384:],
        "cut": content[: len(content) // 2],
    }[damage]
    path.write_bytes(spoilt)
    with caplog.at_level(logging.WARNING):
        journal = Journal(path)
    assert "damaged" in journal.warning and "damaged" in caplog.text
    assert path.with_name("damaged-1-journal.sqlite").read_bytes() == spoilt
    journal.finish(RECORD)
    assert journal.get(SOURCE) == RECORD
    journal.close()


@pytest.mark.parametrize("spoilt", ["state = 'd0ne'", "notes = '['", "wanted = NULL"])
def test_a_damaged_row_counts_as_an_unknown_photo(journal, path, spoilt, caplog):
    journal.finish(RECORD)
    journal.finish(replace(RECORD, source=b"../old/b.jpg"))
    journal.close()
    database = sqlite3.connect(path)
    with database:
        database.execute(f"UPDATE photos SET {spoilt} WHERE source = ?", (SOURCE,))
    database.close()
    again = Journal(path)
    assert again.get(SOURCE) is None
    assert [record.source for record in again.records()] == [b"../old/b.jpg"]
    again.finish(RECORD)
    assert again.get(SOURCE) == RECORD
    again.close()
    assert "damaged" in caplog.text


def test_a_second_damaged_journal_does_not_replace_the_first(path):
    for _ in range(2):
        path.write_bytes(b"nonsense" * 1000)
        Journal(path).close()
    assert path.with_name("damaged-1-journal.sqlite").exists()
    assert path.with_name("damaged-2-journal.sqlite").exists()


def test_a_journal_of_a_newer_version_is_left_alone(path):
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {journal_module._VERSION + 1}")
    database.close()
    with pytest.raises(OutputError, match="newer KMHC"):
        Journal(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["journal.sqlite"]


def of_the_first_version(path, journal):
    journal.finish(replace(RECORD, turn=0))
    journal.close()
    with closing(sqlite3.connect(path)) as database:
        database.executescript("ALTER TABLE photos DROP COLUMN turn; PRAGMA user_version = 1;")


def test_a_journal_of_the_first_version_is_taken_over(path, journal):
    of_the_first_version(path, journal)
    again = Journal(path)
    assert list(again.records()) == [replace(RECORD, turn=0)]
    again.finish(RECORD)
    assert again.get(SOURCE) == RECORD
    again.close()


def test_a_journal_of_the_first_version_is_read_where_it_cannot_be_written_to(path, journal):
    of_the_first_version(path, journal)
    assert journal_module.read_only(path) == [replace(RECORD, turn=0)]


def test_a_journal_that_cannot_be_made_says_where_and_why(tmp_path):
    with pytest.raises(OutputError, match="gone"):
        Journal(tmp_path / "gone" / "journal.sqlite")


def test_a_disk_that_cannot_lock_parts_of_files_is_enough(path, monkeypatch):
    real, tried = journal_module._connected, []

    def connected(path, options):
        tried.append(options)
        if not options:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return real(path, options)

    monkeypatch.setattr(journal_module, "_connected", connected)
    journal = Journal(path)
    journal.begin(RECORD)
    journal.finish(RECORD)
    assert journal.get(SOURCE) == RECORD
    assert tried == ["", "?nolock=1"]
    journal.close()


@pytest.mark.parametrize(
    ("place", "address"),
    [
        (PureWindowsPath(r"\\NAS\photos\old #1\journal.sqlite"), "file:////NAS/photos/old%20%231/journal.sqlite"),
        (PureWindowsPath(r"C:\old\journal.sqlite"), "file:///C:/old/journal.sqlite"),
        (PurePosixPath("/old/journal.sqlite"), "file:///old/journal.sqlite"),
    ],
)
def test_drives_and_network_shares_are_named_as_sqlite_takes_them(place, address):
    assert journal_module._address(place) == address


@pytest.mark.skipif(os.name == "nt", reason="needs a path that begins with two slashes")
def test_sqlite_opens_what_stands_on_a_network_share(path):
    journal_module._connected(PureWindowsPath(f"/{path}"), "").close()
    assert path.exists()


def test_a_full_disk_is_told_apart(journal):
    (pages,) = journal._database.execute("PRAGMA page_count").fetchone()
    journal._database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match="disk is full"):
        for number in range(1000):
            journal.begin(replace(RECORD, source=b"%d" % number, notes=("long" * 1000,)))


def test_what_was_begun_survives_a_process_that_dies(path):
    journal = Journal(path)
    journal.begin(RECORD)
    survivor = path.with_name("copy.sqlite")
    for tail in ("", "-wal"):  # what the disk holds at this moment
        survivor.with_name(survivor.name + tail).write_bytes(path.with_name(path.name + tail).read_bytes())
    journal.close()
    again = Journal(survivor)
    assert again.get(SOURCE) == replace(RECORD, state=State.RUNNING)
    again.close()
