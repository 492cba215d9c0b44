"""The .deb, and an archive that installs itself for one user."""

import gzip
import lzma
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import man_page

HERE = Path(__file__).resolve().parent
DEPENDS = (
    "libc6 (>= {libc})",
    "libegl1",
    "libgl1",
    "libdrm2",
    "libxcb1",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
    "libx11-6",
    "xkb-data",
    "fontconfig",
)
_CONTROL = """\
Package: kmhc
Version: {version}
Architecture: {architecture}
Maintainer: The KMHC authors <kmhc@localhost>
Installed-Size: {kilobytes}
Depends: {depends}
Section: graphics
Priority: optional
Description: colourise folders of black-and-white photos
 KMHC colourises whole folders of old black-and-white photos on your own
 computer. Nothing leaves it. Originals are opened for reading only; colour
 copies go to a folder beside them.
 .
 This package holds all it needs: Python, PyTorch (for the CPU), Qt, and
 weights.
"""


def deb(bundle: Path, icons: Path, work: Path, out: Path, version: str, compression: str) -> Path:
    """Build the Debian package of a bundle.

    Args:
        bundle: The folder that PyInstaller made.
        icons: Icons that `icons.draw` drew.
        work: A folder for what is needed on the way; it is emptied.
        out: Where the package goes.
        version: KMHC's.
        compression: "zstd" (opens fast) or "xz" (smaller).
    """
    root = work / "deb"
    shutil.rmtree(root, ignore_errors=True)
    (root / "usr/lib").mkdir(parents=True)
    _link_tree(bundle, root / "usr/lib/kmhc")
    _place(HERE / "linux/kmhc.desktop", root / "usr/share/applications/kmhc.desktop")
    told = (HERE / "linux/org.kmhc.KMHC.metainfo.xml").read_text("utf-8")
    _write(root / "usr/share/metainfo/org.kmhc.KMHC.metainfo.xml", filled(told, version))
    _place(HERE.parent / "resources/icons/kmhc.svg", root / "usr/share/icons/hicolor/scalable/apps/kmhc.svg")
    for icon in icons.glob("kmhc-*.png"):
        size = icon.stem.split("-")[1]
        _place(icon, root / f"usr/share/icons/hicolor/{size}x{size}/apps/kmhc.png")
    _zip(root / "usr/share/man/man1/kmhc.1.gz", man_page.page(version))
    _zip(root / "usr/share/man/man1/kmhc-desktop.1.gz", filled((HERE / "linux/kmhc-desktop.1").read_text(), version))
    _zip(root / "usr/share/doc/kmhc/changelog.gz", (HERE.parent / "CHANGELOG.md").read_text("utf-8"))
    licence = (HERE.parent / "LICENSE").read_text("utf-8")
    _write(root / "usr/share/doc/kmhc/copyright", f"{licence}\nWorks of others: /usr/lib/kmhc/_internal/licences\n")
    (root / "usr/bin").mkdir()
    for program in ("kmhc", "kmhc-desktop"):
        (root / "usr/bin" / program).symlink_to(f"../lib/kmhc/{program}")
    architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout
    control = _CONTROL.format(
        version=version,
        architecture=architecture.strip(),
        kilobytes=sum(file.lstat().st_size for file in root.rglob("*") if not file.is_dir()) // 1024,
        depends=", ".join(DEPENDS).format(libc=os.confstr("CS_GNU_LIBC_VERSION").split()[1]),
    )
    _write(root / "DEBIAN/control", control)
    _let_everybody_use(root)
    target = out / f"kmhc_{version}_{architecture.strip()}.deb"
    effort = {"zstd": ["-Zzstd", "-z19"], "xz": ["-Znone"]}[compression]
    command = ["dpkg-deb", "--root-owner-group", *effort, "--build", str(root), str(target)]
    subprocess.run(command, check=True)  # dpkg-deb heeds SOURCE_DATE_EPOCH
    if compression == "xz":
        _compress_members(target, work / "members")
    shutil.rmtree(root)
    return target


def _compress_members(package: Path, work: Path) -> None:
    """Compress what an uncompressed Debian package is made of by xz, with a filter for machine code.

    dpkg-deb reads such packages but cannot be asked to write them; the filter saves 3 %.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    subprocess.run(["ar", "x", str(package.resolve())], cwd=work, check=True)
    code = [{"id": lzma.FILTER_X86}] if os.uname().machine == "x86_64" else []
    filters = [*code, {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]
    for name in ("control.tar", "data.tar"):
        with (work / name).open("rb") as plain, lzma.open(work / f"{name}.xz", "wb", filters=filters) as compressed:
            shutil.copyfileobj(plain, compressed, 2**20)
    package.unlink()
    members = ("debian-binary", "control.tar.xz", "data.tar.xz")  # the order is the format's
    subprocess.run(["ar", "rcDS", str(package.resolve()), *members], cwd=work, check=True)
    shutil.rmtree(work)


def archive(bundle: Path, work: Path, out: Path, version: str) -> Path:
    """Build the file that installs KMHC for one user: gzip, because every system has it."""
    root = work / "archive"
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    _link_tree(bundle, root / "kmhc")
    for name in ("install.sh", "kmhc.desktop"):
        shutil.copy(HERE / "linux" / name, root / name)
    target = out / f"kmhc-{version}-linux-{os.uname().machine}.run"
    date = os.environ["SOURCE_DATE_EPOCH"]
    subprocess.run(
        [
            *("makeself", "--quiet", "--gzip", "--complevel", "6", "--packaging-date", f"@{date}", "--tar-extra"),
            f"--sort=name --mtime=@{date} --owner=0 --group=0 --numeric-owner",
            *(str(root), str(target), "KMHC", "./install.sh"),
        ],
        check=True,
    )
    shutil.rmtree(root)
    return target


def filled(text: str, version: str) -> str:
    """Put version and date into a template."""
    date = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    return text.replace("@VERSION@", version).replace("@DATE@", f"{date:%Y-%m-%d}")


def _link_tree(source: Path, target: Path) -> None:
    """Copy a tree without its bytes: hard links."""
    shutil.copytree(source, target, symlinks=True, copy_function=os.link)


def _let_everybody_use(root: Path) -> None:
    """Give a tree the modes of installed programs, whatever the builder's own files have."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")


def _zip(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
