import ctypes
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import contents
import cv2
import icons
import icu
import linux_packages
import man_page
import numpy as np
import pytest
from hollow import hollow
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not here")


def test_the_manual_names_every_command_and_option() -> None:
    page = man_page.page("1.2.3")
    for words in ("kmhc colourise", "kmhc album", "kmhc train", "kmhc weights import", "\\-\\-dry\\-run", "1.2.3"):
        assert words in page


def test_the_manual_escapes_what_roff_would_obey() -> None:
    assert man_page._plain(".SH it\\ --all") == "\\&.SH it\\e \\-\\-all"


def test_icons_are_drawn_for_all_systems(tmp_path) -> None:
    icons.draw(ROOT / "resources" / "icons" / "kmhc.svg", tmp_path)
    with Image.open(tmp_path / "kmhc-48.png") as icon:
        assert icon.size == (48, 48)
        assert icon.getpixel((0, 0))[3] == 0
        assert icon.getpixel((24, 24))[3] == 255
    assert {file.suffix for file in tmp_path.iterdir()} == {".png", ".ico", ".icns"}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder like the one that PyInstaller makes."""
    folder = tmp_path / "bundle"
    (folder / "_internal" / "resources" / "icons").mkdir(parents=True)
    (folder / "kmhc-desktop").write_text("#!/bin/sh\necho $0 $@\n")
    (folder / "kmhc-desktop").chmod(0o755)
    (folder / "kmhc").symlink_to("kmhc-desktop")
    (folder / "_internal" / "resources" / "icons" / "kmhc.svg").write_text("<svg/>")
    return folder


@on_linux
@needs("dpkg-deb")
@pytest.mark.parametrize("compression", ["zstd", pytest.param("xz", marks=needs("ar"))])
def test_the_debian_package_is_the_same_each_time(bundle, tmp_path, monkeypatch, compression) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    packages = []
    for name in ("first", "second"):
        out = tmp_path / name
        out.mkdir()
        packages.append(linux_packages.deb(bundle, tmp_path, tmp_path / "work", out, "1.2.3", compression).read_bytes())
    assert packages[0] == packages[1]
    assert b"data.tar." + {"zstd": b"zst", "xz": b"xz"}[compression] in packages[0]
    listed = subprocess.run(["dpkg-deb", "-c", out / "kmhc_1.2.3_amd64.deb"], capture_output=True, text=True).stdout
    for place in ("usr/bin/kmhc -> ../lib/kmhc/kmhc", "share/applications/kmhc.desktop", "man1/kmhc.1.gz"):
        assert place in listed
    fields = subprocess.run(["dpkg-deb", "-f", out / "kmhc_1.2.3_amd64.deb"], capture_output=True, text=True).stdout
    assert "libc6 (>= 2." in fields


@on_linux
@needs("dpkg-deb")
def test_everybody_may_use_what_a_careful_administrator_built(bundle, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for path in (bundle, *bundle.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o700)
    usual = os.umask(0o077)
    try:
        package = linux_packages.deb(bundle, tmp_path, tmp_path / "work", tmp_path, "1.2.3", "zstd")
    finally:
        os.umask(usual)
    listed = subprocess.run(["dpkg-deb", "-c", package], capture_output=True, text=True, check=True).stdout
    modes = {line.split()[0] for line in listed.splitlines()}
    assert modes == {"drwxr-xr-x", "-rwxr-xr-x", "-rw-r--r--", "lrwxrwxrwx"}


@on_linux
@needs("gcc")
def test_a_hollow_library_lets_its_user_load(tmp_path) -> None:
    real, user = tmp_path / "libreal-1.so", tmp_path / "libuser.so"
    versions = tmp_path / "versions"
    versions.write_text("REAL_1 { global: *; };")
    _compile("int big(void) { return 1; }", real, f"-Wl,--version-script={versions}", f"-Wl,-soname,{real.name}")
    _compile("int big(void); int small(void) { return 7; } int use(void) { return big(); }", user, str(real))
    hollow(real, [user], real)
    assert ctypes.CDLL(str(real), ctypes.RTLD_GLOBAL)
    assert ctypes.CDLL(str(user)).small() == 7
    code = f"import ctypes; ctypes.CDLL({str(real)!r}, ctypes.RTLD_GLOBAL); ctypes.CDLL({str(user)!r}).use()"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == -6  # SIGABRT


@on_linux
@needs("gcc")
def test_photos_of_16_bits_are_decoded_with_opencvs_libraries_hollow(tmp_path) -> None:
    """OpenCV asks each of its decoders whether a photo is theirs, and creates them all for that."""
    packages = Path(find_spec("cv2").origin).parents[1]
    stand_ins = []
    for library, user in contents.HOLLOW.items():
        if library.startswith("opencv"):
            [real] = packages.glob(library)
            stand_ins.append(tmp_path / real.name)
            hollow(real, list(packages.glob(user)), stand_ins[-1])
    photo = np.full((9, 9), 40000, np.uint16)
    for suffix in (".png", ".tiff"):
        cv2.imencode(suffix, photo)[1].tofile(tmp_path / f"photo{suffix}")
    code = "import cv2, numpy, sys; [print(cv2.imdecode(numpy.fromfile(f, 'u1'), -1).tolist()) for f in sys.argv[1:]]"
    environment = {"LD_PRELOAD": ":".join(map(str, stand_ins)), "PATH": "/usr/bin"}
    command = [sys.executable, "-c", code, tmp_path / "photo.png", tmp_path / "photo.tiff"]
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert run.stdout == f"{photo.tolist()}\n" * 2, run


def _compile(code: str, target: Path, *options: str) -> None:
    command = ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(target), "-x", "none", *options]
    subprocess.run(command, input=code, text=True, check=True)


@on_linux
@needs("icupkg")
def test_a_slim_icu_sorts_as_the_whole_one_does(tmp_path) -> None:
    from PySide6.QtCore import QLibraryInfo

    libraries = list(Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.LibrariesPath)).glob("libicudata.so.*"))
    if not libraries:
        pytest.skip("Qt has no ICU here")
    slim = tmp_path / libraries[0].name
    icu.slim(libraries[0], slim)
    assert slim.stat().st_size < libraries[0].stat().st_size / 4
    code = (
        "from PySide6.QtCore import QCollator, QLocale; collator = QCollator(QLocale('de')); "
        "collator.setNumericMode(True); print(*sorted(['b10', 'b9', 'ä', 'z', 'a'], key=collator.sortKey))"
    )
    environment = {"LD_PRELOAD": str(slim), "PATH": "/usr/bin", "PYTHONUTF8": "1"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert run.stdout.split() == ["a", "ä", "b9", "b10", "z"], run.stderr
