"""`make installer-check`: what can be seen of the installers without building the program."""

import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import contents
import linux_packages
import man_page

import build

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def main() -> None:
    """Check each part; the first that is wrong ends it. Tools that are not here are named and left out."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    compile((HERE / "kmhc.spec").read_text("utf-8"), "kmhc.spec", "exec")
    missing = [name for name in contents.HIDDEN_IMPORTS if not _is_there(name)]
    if missing:
        raise SystemExit(f"contents.py names modules that are not there: {', '.join(missing)}")
    for script in HERE.rglob("*.sh"):
        _run("sh", "-n", str(script))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _check_linux(work)
        _check_windows(work)
    print("The installers' parts are in order.")


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _check_linux(work: Path) -> None:
    _run("desktop-file-validate", str(HERE / "linux" / "kmhc.desktop"))
    told = work / "org.kmhc.KMHC.metainfo.xml"
    text = (HERE / "linux" / told.name).read_text("utf-8")
    told.write_text(linux_packages.filled(text, "1.2.3"), "utf-8")
    _run("appstreamcli", "validate", "--no-net", str(told))
    manual = work / "kmhc.1"
    manual.write_text(man_page.page("1.2.3"), "utf-8")
    _run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", str(manual), quiet=True)


def _check_windows(work: Path) -> None:
    """Compile the installer with a small payload; where wine is, install and uninstall it."""
    from PIL import Image

    payload, icon, target = work / "payload", work / "kmhc.ico", work / "kmhc-installer.exe"
    (payload / "_internal" / "resources").mkdir(parents=True)
    for name in ("kmhc.exe", "kmhc-desktop.exe", "_internal/resources/photo.txt"):
        (payload / name).write_text("x")
    Image.new("RGBA", (64, 64), "orange").save(icon)
    options = ["-WX"]
    if Path("/usr/share/nsis/Stubs/lzma_solid-amd64-unicode").exists():
        options.append("-XTarget amd64-unicode")  # Debian's wine64 runs no other
    if not _run(*build.makensis(payload, icon, target, "1.2.3", *options)):
        return
    wine = shutil.which("wine64") or shutil.which("wine")
    if wine is None:
        print("wine is not here: the Windows installer is not tried.")
        return
    os.environ.update(WINEPREFIX=str(work / "wine"), WINEDEBUG="-all", WINEDLLOVERRIDES="mscoree,mshtml=")
    _run(wine, "wineboot", "--init", quiet=True)
    _run(wine, str(target), "/S", quiet=True)
    installed = [folder for folder in (work / "wine").rglob("Programs/KMHC") if "Start Menu" not in str(folder)]
    if not installed or not (installed[0] / "_internal" / "resources" / "photo.txt").is_file():
        raise SystemExit("The Windows installer did not install.")
    keys = _registry(wine)
    for key in ("CurrentVersion\\Uninstall\\KMHC", "KMHC.Photo", "Directory\\shell\\KMHC"):
        if key not in keys:
            raise SystemExit(f"The Windows installer did not write {key}.")
    own = installed[0] / "my photo.jpg"
    own.write_text("mine")
    _run(wine, str(installed[0] / "uninstall.exe"), "/S", f"_?={_windows_path(wine, installed[0])}", quiet=True)
    if [file.name for file in installed[0].iterdir() if file.name != "uninstall.exe"] != [own.name]:
        raise SystemExit("The Windows uninstaller left files, or took one that is not KMHC's.")
    if "KMHC" in _registry(wine):
        raise SystemExit("The Windows uninstaller left keys in the registry.")
    _run(wine, "wineboot", "--kill", quiet=True)


def _registry(wine: str) -> str:
    """Return the names of the user's keys."""
    exported = Path(os.environ["WINEPREFIX"]) / "drive_c" / "told.reg"
    _run(wine, "reg", "export", "HKCU\\Software", "C:\\told.reg", "/y", quiet=True)
    return "\n".join(line for line in exported.read_text("utf-16").splitlines() if line.startswith("["))


def _windows_path(wine: str, folder: Path) -> str:
    told = subprocess.run([wine, "winepath", "-w", str(folder)], capture_output=True, text=True, timeout=120)
    return told.stdout.strip()


def _run(*command: str, quiet: bool = False) -> bool:
    """Run a tool; return False if it is not here."""
    if shutil.which(command[0]) is None:
        print(f"{command[0]} is not here: its check is left out.")
        return False
    print(*(Path(word).name if "/" in word else word for word in command[:3]), flush=True)
    done = subprocess.run(command, stdout=subprocess.DEVNULL if quiet else None, timeout=300)
    if done.returncode:
        raise SystemExit(f"{command[0]} found something wrong.")
    return True


if __name__ == "__main__":
    main()
