from pathlib import Path

import pytest

from kmhc_desktop.queue.session import Session, load, save


def test_what_is_saved_is_loaded_even_with_odd_names(tmp_path: Path) -> None:
    session = Session(("/photos/odd\udcff", "/b"), ("/out", "/b out"), ("/b/x.jpg",), True)
    save(session, tmp_path / "session.json")
    assert load(tmp_path / "session.json") == (session, None)


def test_no_file_is_no_complaint(tmp_path: Path) -> None:
    assert load(tmp_path / "session.json") == (Session(), None)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b'{"roots": ["a"], "outputs": [], "removed": [], "unfinished": 0}',
        b'{"roots": [1], "outputs": ["b"], "removed": [], "unfinished": 0}',
    ],
)
def test_a_damaged_file_is_set_aside(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "session.json"
    path.write_bytes(damage)
    session, aside = load(path)
    assert session == Session()
    assert aside is not None
    assert aside.read_bytes() == damage


def test_a_damaged_file_that_cannot_be_renamed_does_not_keep_the_window_shut(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "session.json"
    path.write_bytes(b"{")

    def locked(self: Path, target: Path) -> Path:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(Path, "rename", locked)
    assert load(path) == (Session(), None)
    assert path.read_bytes() == b"{"
