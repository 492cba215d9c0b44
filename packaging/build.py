"""`make installer`: the standalone program, wrapped for the system this runs on, with its checksums, in dist."""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK, OUT = ROOT / "build", ROOT / "dist"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def main() -> None:
    """Build, wrap, sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuda", action="store_true", help="with the CUDA build of PyTorch (gigabytes)")
    parser.add_argument("--xz", action="store_true", help="make the .deb smaller, and slower to install")
    parser.add_argument("--keep-bundle", action="store_true", help="wrap dist/kmhc as it is")
    asked = parser.parse_args()
    os.environ.setdefault("SOURCE_DATE_EPOCH", _last_change())
    if not asked.keep_bundle:
        freeze(cuda=asked.cuda)
    made = wrap("xz" if asked.xz else "zstd")
    bill = OUT / f"kmhc-{VERSION}-{sys.platform}.cdx.json"
    shutil.copyfile(WORK / "licences" / "kmhc.cdx.json", bill)
    write_sums([*made, bill])
    for file in made:
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size / 2**20:.0f} MiB")


def freeze(*, cuda: bool) -> None:
    """Run PyInstaller. The fixed hash seed and date make two builds alike."""
    import icons

    icons.draw(ROOT / "resources" / "icons" / "kmhc.svg", WORK / "icons")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"]
    command += ["--distpath", str(OUT), "--workpath", str(WORK / "pyinstaller"), str(HERE / "kmhc.spec")]
    environment = os.environ | {"PYTHONHASHSEED": "1"} | ({"KMHC_CUDA": "1"} if cuda else {})
    subprocess.run(command, check=True, env=environment)


def wrap(compression: str) -> list[Path]:
    """Make what people download."""
    if sys.platform == "win32":
        target = OUT / f"kmhc-{VERSION}-windows-x64.exe"
        subprocess.run(makensis(OUT / "kmhc", WORK / "icons" / "kmhc.ico", target, VERSION), check=True)
        return [target]
    if sys.platform == "darwin":
        target = OUT / f"kmhc-{VERSION}-macos-{os.uname().machine}.dmg"
        subprocess.run(["sh", str(HERE / "macos" / "dmg.sh"), str(OUT / "KMHC.app"), str(target)], check=True)
        return [target]
    import linux_packages

    return [
        linux_packages.deb(OUT / "kmhc", WORK / "icons", WORK, OUT, VERSION, compression),
        linux_packages.archive(OUT / "kmhc", WORK, OUT, VERSION),
    ]


def makensis(payload: Path, icon: Path, target: Path, version: str, *options: str) -> list[str]:
    """Return the command that wraps a program for Windows."""
    defined = {"VERSION": version, "PAYLOAD": payload, "ICON": icon, "OUT": target}
    definitions = [f"-D{name}={value}" for name, value in defined.items()]
    return ["makensis", "-V2", "-INPUTCHARSET", "UTF8", *options, *definitions, str(HERE / "windows" / "kmhc.nsi")]


def write_sums(files: list[Path]) -> None:
    """Write SHA256SUMS, which `sha256sum --check` reads, with the same line ends on every system."""
    lines = []
    for file in files:
        with file.open("rb") as opened:
            lines.append(f"{hashlib.file_digest(opened, 'sha256').hexdigest()}  {file.name}\n")
    (OUT / "SHA256SUMS").write_bytes("".join(lines).encode("ascii"))


def _last_change() -> str:
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    told = subprocess.run(command, capture_output=True, text=True)
    return told.stdout.strip() or str(int((ROOT / "CHANGELOG.md").stat().st_mtime))


if __name__ == "__main__":
    main()
