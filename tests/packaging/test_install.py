"""The archive that installs KMHC for one user: what its script does in homes that are not as one would like."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """What the archive unpacks: the program, its installer and its entry in menus."""
    folder = tmp_path / "unpacked"
    (folder / "kmhc" / "_internal" / "resources" / "icons").mkdir(parents=True)
    (folder / "kmhc" / "kmhc-desktop").write_text("#!/bin/sh\necho started\n")
    (folder / "kmhc" / "kmhc-desktop").chmod(0o755)
    (folder / "kmhc" / "kmhc").symlink_to("kmhc-desktop")
    (folder / "kmhc" / "_internal" / "resources" / "icons" / "kmhc.svg").write_text("<svg/>")
    for name in ("install.sh", "kmhc.desktop"):
        shutil.copy(ROOT / "packaging" / "linux" / name, folder)
    return folder


def call(home: Path, *words: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run something as a user whose home this is."""
    home.mkdir(exist_ok=True)
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"} | variables
    return subprocess.run(words, env=environment, cwd=home, capture_output=True, text=True)


def files(folder: Path) -> set[str]:
    """What lies in a folder, but for what a system's own tools note."""
    found = (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    return {str(path.relative_to(folder)) for path in found if path.name != "mimeinfo.cache"}


def test_it_does_not_take_the_place_of_something_else(unpacked, tmp_path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    done = call(tmp_path / "home", "sh", unpacked / "install.sh", other)
    assert done.returncode == 1
    assert "is no KMHC" in done.stderr


def test_it_does_not_run_the_uninstaller_of_something_else(unpacked, tmp_path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "uninstall.sh").write_text('#!/bin/sh\nrm "$(dirname "$0")/precious"\n')
    (other / "uninstall.sh").chmod(0o755)
    (other / "precious").write_text("mine")
    done = call(tmp_path / "home", "sh", unpacked / "install.sh", other)
    assert done.returncode == 1
    assert (other / "precious").is_file()


def test_a_folder_is_meant_from_where_the_user_is(unpacked, tmp_path) -> None:
    """The archive runs its script in a folder of its own, which goes afterwards, and notes where the user was."""
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        ["sh", "./install.sh", "my programs/kmhc"],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "USER_PWD": str(home)},
        cwd=unpacked,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    shutil.rmtree(unpacked)
    assert call(home, home / ".local/bin/kmhc").stdout == "started\n"
    assert call(home, home / "my programs/kmhc/uninstall.sh").returncode == 0
    assert not files(home)


def test_files_that_somebody_put_there_stop_neither_the_next_version_nor_the_removal(unpacked, tmp_path) -> None:
    home = tmp_path / "home"
    target = home / ".local/lib/kmhc"
    assert call(home, "sh", unpacked / "install.sh").returncode == 0
    (target / "notes.txt").write_text("mine")
    again = call(home, "sh", unpacked / "install.sh")
    assert again.returncode == 0, again.stderr
    assert call(home, home / ".local/bin/kmhc").stdout == "started\n"
    removed = call(home, target / "uninstall.sh")
    assert removed.returncode == 0, removed.stderr
    assert files(home) == {".local/lib/kmhc/notes.txt"}


def test_an_installation_that_broke_off_can_be_repeated_and_removed(unpacked, tmp_path) -> None:
    home, tools = tmp_path / "home", tmp_path / "tools"
    tools.mkdir()
    (tools / "cp").write_text("#!/bin/sh\necho 'No space left on device' >&2\nexit 1\n")
    (tools / "cp").chmod(0o755)
    full = call(home, "sh", unpacked / "install.sh", PATH=f"{tools}:/usr/bin:/bin")
    assert full.returncode
    assert call(home, home / ".local/lib/kmhc/uninstall.sh").returncode == 0
    assert not files(home)
    call(home, "sh", unpacked / "install.sh", PATH=f"{tools}:/usr/bin:/bin")
    again = call(home, "sh", unpacked / "install.sh")
    assert again.returncode == 0, again.stderr


def test_it_goes_without_a_trace_and_leaves_what_is_the_users(unpacked, tmp_path) -> None:
    home = tmp_path / "a home"
    own = home / ".local/share/KMHC/own weights"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    assert call(home, "sh", unpacked / "install.sh").returncode == 0
    entry = (home / ".local/share/applications/kmhc.desktop").read_text("utf-8")
    assert f'Exec="{home}/.local/lib/kmhc/kmhc-desktop" %F' in entry
    assert call(home, home / ".local/lib/kmhc/uninstall.sh").returncode == 0
    assert files(home) == {".local/share/KMHC/own weights"}


@pytest.mark.parametrize("name", ["Müller's photos", 'a "quoted" $HOME', "`tick` \\ back"])
def test_any_folder_will_do(unpacked, tmp_path, name) -> None:
    home = tmp_path / "home"
    done = call(home, "sh", unpacked / "install.sh", home / name)
    assert done.returncode == 0, done.stderr
    assert call(home, home / ".local/bin/kmhc").stdout == "started\n"
    removed = call(home, home / name / "uninstall.sh")
    assert removed.returncode == 0, removed.stderr
    assert not files(home)
