"""The Makefile and the script it calls for the system's packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux" or not shutil.which("make"), reason="Linux and make only")


def made(*words: str) -> str:
    """What make would do."""
    command = ["make", "--dry-run", "--always-make", "--no-print-directory", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_cuda_build_has_an_environment_of_its_own() -> None:
    """Once set up, an environment stays: the other build would get its PyTorch."""
    plain, cuda = made("installer"), made("installer", "ARGS=--cuda")
    assert "build/venv/bin/python packaging/build.py" in plain
    assert "whl/cpu" in plain
    assert "build/venv/bin" not in cuda
    assert "whl/cpu" not in cuda


def asked_for(tmp_path: Path, installed: str) -> subprocess.CompletedProcess[str]:
    """Ask a user's system, which has these packages, for libone and libtwo."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, code in (("dpkg-query", f"cat <<END\n{installed}\nEND"), ("id", "echo 1000")):
        (tools / name).write_text(f"#!/bin/sh\n{code}\n")
        (tools / name).chmod(0o755)
    wanted = tmp_path / "wanted.txt"
    wanted.write_text("# two\nlibone\nlibtwo # the second\n")
    script = ROOT / "packaging" / "install-debian-packages.sh"
    path = os.pathsep.join((str(tools), "/usr/bin", "/bin"))
    return subprocess.run(["sh", script, wanted], env={"PATH": path}, capture_output=True, text=True)


def test_missing_packages_are_named_to_who_may_not_install_them(tmp_path) -> None:
    asked = asked_for(tmp_path, "installed libone \nconfig-files libtwo ")
    assert asked.returncode == 1
    assert asked.stderr.endswith("sudo apt-get install libtwo\n")


def test_a_package_that_has_another_name_by_now_is_there(tmp_path) -> None:
    """Debian 13 and Ubuntu 24.04 renamed libraries for times after 2038: libglib2.0-0t64 provides libglib2.0-0."""
    asked = asked_for(tmp_path, "installed libone-t64 libold, libone (= 1.2)\ninstalled libtwo ")
    assert asked.returncode == 0, asked.stderr


_PYTHON = """#!/bin/sh
echo made >> made
echo "#!/bin/sh" > .venv/bin/python
chmod +x .venv/bin/python
"""


@pytest.mark.parametrize(
    ("there", "made"),
    [
        pytest.param(None, 1, id="none"),
        pytest.param("exit 1", 1, id="one of another Python, or without pip"),
        pytest.param(f'[ "$1" = -m ] || exec {sys.executable} "$@"', 0, id="a good one"),
    ],
)
def test_an_environment_is_made_where_there_is_no_good_one(tmp_path, there: str | None, made: int) -> None:
    """A newcomer's first `make` may fail for want of another Python or of venv; the second must not stumble over it."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    for name, code in (("python", _PYTHON), (".venv/bin/python", there and f"#!/bin/sh\n{there}\n")):
        if code:
            (tmp_path / name).write_text(code)
            (tmp_path / name).chmod(0o755)
    command = ["make", "PYTHON=./python", ".venv/runtime"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    note = tmp_path / "made"
    assert (note.read_text().count("made") if note.exists() else 0) == made
