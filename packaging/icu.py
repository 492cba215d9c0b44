"""Qt's ICU without the tables that KMHC does not show: names of currencies, zones, languages and units, encodings.

What sorts text stays, but for the large tables of Chinese, Japanese and Korean. 31 MB become 7.
"""

import subprocess
import tempfile
from pathlib import Path

_FOLDERS = ("curr/", "zone/", "lang/", "region/", "unit/", "rbnf/", "brkitr/", "translit/")
_SORTING = ("coll/zh", "coll/ja", "coll/ko", "coll/yue")
_FILES = ("confusables.cfu", "unames.icu", "uemoji.icu")
_SUFFIXES = (".cnv", ".spp")


def slim(library: Path, target: Path) -> None:
    """Write a smaller libicudata; needs icupkg, objcopy and gcc."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        version = library.name.rpartition(".so.")[2].split(".")[0]
        table = work / f"icudt{version}l.dat"  # the name is written into the tables
        _run("objcopy", "-O", "binary", "--only-section=.rodata", str(library), str(table))
        names = _run("icupkg", "-l", str(table)).split()
        (work / "dropped.txt").write_text("\n".join(filter(_is_dropped, names)) + "\n")
        (work / "kept").mkdir()
        kept = work / "kept" / table.name
        _run("icupkg", "-r", str(work / "dropped.txt"), str(table), str(kept))
        symbol = f"icudt{version}_dat"
        code = f'.section .rodata\n.globl {symbol}\n.type {symbol},@object\n.balign 16\n{symbol}:\n.incbin "{kept}"\n'
        code += f'.size {symbol}, .-{symbol}\n.section .note.GNU-stack,"",%progbits\n'
        (work / "data.S").write_text(code)
        target.parent.mkdir(parents=True, exist_ok=True)
        _run(
            "gcc", "-shared", "-nostdlib", "-s", f"-Wl,-soname,{library.name}", "-o", str(target), str(work / "data.S")
        )


def _is_dropped(name: str) -> bool:
    return name.startswith((*_FOLDERS, *_SORTING)) or name in _FILES or name.endswith(_SUFFIXES)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
