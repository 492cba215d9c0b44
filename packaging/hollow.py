"""Hollow libraries: stand-ins for large ones that a library is linked to, and that KMHC never calls.

OpenCV's wheel is linked to FFmpeg, an old OpenSSL, OpenBLAS and, by libavif, to libaom, for video, linear algebra and
AVIF; libheif to x265, for writing HEIC. Only their names must be there when the library loads. A call into one ends the
program at once: libavif itself is none of them, for OpenCV asks it about every photo.
"""

import re
import subprocess
from pathlib import Path


def hollow(library: Path, users: list[Path], target: Path) -> None:
    """Write a library with the name, the versions and the functions of another, all of which abort.

    Args:
        library: The one to stand in for.
        users: The libraries that are linked to it.
        target: Where the hollow one goes.
    """
    offered = {name for name, _ in _symbols(library, "--defined-only")}
    versions: dict[str, set[str]] = {}
    for user in users:
        for name, version in _symbols(user, "--undefined-only"):
            if name in offered:
                versions.setdefault(version, set()).add(name)
    if not versions:
        raise SystemExit(f"Nothing that is linked to {library.name} was found.")
    names = sorted(set().union(*versions.values()))
    code = ["void abort(void);", *(f"void {name}(void) {{ abort(); }}" for name in names)]
    script = "".join(
        f"{version} {{ global: {' '.join(f'{name};' for name in sorted(found))} }};\n"
        for version, found in sorted(versions.items())
        if version
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    map_file = target.with_suffix(".map")
    map_file.write_text(script)
    command = ["gcc", "-shared", "-fPIC", "-Os", "-s", "-fno-builtin", "-w", "-x", "c", "-", "-o", str(target)]
    command += [f"-Wl,-soname,{library.name}", *([f"-Wl,--version-script={map_file}"] if script else [])]
    subprocess.run(command, input="\n".join(code), text=True, check=True)


def _symbols(library: Path, which: str) -> set[tuple[str, str]]:
    """Return names and versions of a library's dynamic symbols."""
    told = subprocess.run(["nm", "-D", which, str(library)], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"\s[A-Za-z] ([A-Za-z_]\w*)(?:@@?(\S+))?$", told, re.MULTILINE)
    return {(name, version) for name, version in found}
