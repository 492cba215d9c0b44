import errno
import os
import threading

import pytest

from kmhc_engine.outputs import OutputFolder

ODD_NAMES = (
    "new\nline.jpg",
    "tab\tand bell\a.jpg",
    "\U0001f468‍\U0001f469‍\U0001f467.jpg",
    "صورة قديمة.jpg",
    "‮gpj.evil.jpg",
    "Größe.jpg",
    "not utf-8 \udcff\udcfe.jpg",
    "n" * 251 + ".jpg",
    "é" * 125 + ".jpg",
    " spaces .jpg",
    "-rf.jpg",
    "a:b?*<>|\"\\'.jpg",
    "CON.jpg",
    "%s%n.jpg",
    "no suffix",
    "dots...jpg",
)


@pytest.fixture
def odd_names(tmp_path):
    """Names that this disk takes; on Linux all of them."""
    takes = []
    for name in ODD_NAMES:
        try:
            (tmp_path / name).touch()
            (tmp_path / name).unlink()
            takes.append(name)
        except (OSError, ValueError):
            assert os.name != "posix" or os.uname().sysname != "Linux", f"Linux refuses {name!r}"
    return takes


@pytest.fixture
def old(tmp_path):
    """The folder of originals."""
    (tmp_path / "old").mkdir()
    return tmp_path / "old"


@pytest.fixture
def folder(tmp_path):
    """The output folder, held."""
    with OutputFolder(tmp_path / "old colourised") as folder:
        yield folder


@pytest.fixture
def no_thread_is_left():
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


@pytest.fixture
def synced(monkeypatch):
    """The numbers of the files and folders that were written out to the disk, in order."""
    real, numbers = os.fsync, []

    def fsync(descriptor):
        numbers.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return numbers


@pytest.fixture(params=["ENOSYS", "ENOLCK", "EOPNOTSUPP", "EINVAL"])
def no_locks(request, monkeypatch):
    """A disk that knows no locks, as some network shares."""
    if os.name == "nt":
        pytest.skip("locks files in another way")
    number = getattr(errno, request.param)

    def refused(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refused)
