"""What others wrote: their licences, collected into the program, and the bill of materials (CycloneDX)."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

_LICENCE = re.compile(r"(^|/)(licen[cs]e|copying|notice|copyright|authors)[^/]*$|\.dist-info/licenses/", re.IGNORECASE)
_DEBIANS = Path("/usr/share/doc/python3/copyright")  # what Debian's Python has instead of a LICENSE.txt
_LENDER = "python-bidi"  # brings the texts of GPL 3 and LGPL 3, which these name without bringing them
_BORROWERS = ("pyside6-essentials", "shiboken6")
_CODE = (".py", ".pyc", ".so", ".pyd", ".pyi")


def collect_licences(names: list[str], folder: Path) -> list[str]:
    """Copy the licences of distributions into a folder, one folder each, and write an index of them.

    Returns:
        The distributions that neither state a licence nor bring its text, and Python if it does not bring its own.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows, silent = [], []
    for name in names:
        found = distribution(name)
        texts = _copy_texts(found, folder / name)
        if _normal(name) in _BORROWERS and not texts:
            texts = _copy_texts(distribution(_LENDER), folder / name, re.compile("/COPYING"))
        stated = _stated(found)
        rows.append(f"{name} {found.version}: {stated or 'see its folder'}")
        if not texts and not stated:
            silent.append(name)
    places = (Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt", _DEBIANS)
    python = next((place for place in places if place.is_file()), None)
    if python:
        (folder / "Python").mkdir()
        shutil.copyfile(python, folder / "Python" / "LICENSE.txt")
    else:
        silent.append("Python")
    rows.append(f"Python {sys.version.split()[0]}: PSF-2.0")
    heading = "KMHC is under the MIT licence. It holds these works of others, under their own licences:\n\n"
    (folder / "INDEX.txt").write_text(heading + "\n".join(sorted(rows, key=str.lower)) + "\n", "utf-8")
    return silent


def add_systems_licences(libraries: list[Path], folder: Path) -> list[str]:
    """Copy the licences of those libraries that come from Debian's packages, and the general texts they refer to.

    Returns:
        The packages that bring no licence.
    """
    if shutil.which("dpkg-query") is None:
        return []
    real = {str(library.resolve()) for library in libraries}
    wanted = real | {place.removeprefix("/usr") for place in real}  # some packages still say /lib
    told = subprocess.run(["dpkg-query", "--search", *sorted(wanted)], capture_output=True, text=True).stdout
    owners = {line.split(":")[0] for line in told.splitlines() if line.rpartition(": ")[2] in wanted}
    silent = []
    for owner in sorted(owners):
        text = Path("/usr/share/doc") / owner / "copyright"
        if not text.is_file():
            silent.append(owner)
            continue
        (folder / owner).mkdir(exist_ok=True)
        shutil.copyfile(text, folder / owner / text.name)
        for name in re.findall(r"/usr/share/common-licenses/([\w.-]*\w)", text.read_text("utf-8", "replace")):
            general = Path("/usr/share/common-licenses") / name
            if general.is_file():
                (folder / "common-licenses").mkdir(exist_ok=True)
                shutil.copyfile(general, folder / "common-licenses" / name)
    rows = "".join(f"{owner}: see its folder\n" for owner in sorted(owners))
    with (folder / "INDEX.txt").open("a", encoding="utf-8") as index:
        index.write(f"\nLibraries of the system that built it:\n\n{rows}")
    return silent


def _copy_texts(found: Distribution, folder: Path, wanted: re.Pattern[str] = _LICENCE) -> int:
    copied = 0
    for file in found.files or ():
        if wanted.search(str(file)) and not str(file).endswith(_CODE):
            source = Path(str(found.locate_file(file)))
            if source.is_file():
                target = folder / re.sub(r"^.*\.dist-info/(licenses/)?", "", str(file))
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                copied += 1
    return copied


def _stated(found: Distribution) -> str:
    told = found.metadata
    classifiers = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier") or [] if "License ::" in line]
    text = told.get("License-Expression") or ", ".join(classifiers) or told.get("License") or ""
    return str(text).strip().split("\n")[0]


def write_bill(names: list[str], version: str, target: Path) -> None:
    """Write the CycloneDX bill of what is in the bundle; cyclonedx-py knows the whole environment."""
    command = [
        *(sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON"),
        *("--output-file", str(target), sys.executable),
    ]
    subprocess.run(command, check=True)
    bill = json.loads(target.read_text("utf-8"))
    target.write_text(json.dumps(only(bill, names, version), indent=2) + "\n", "utf-8")


def only(bill: dict[str, Any], names: list[str], version: str) -> dict[str, Any]:
    """Leave the components of these names in a bill, and make KMHC what it is about."""
    wanted = {_normal(name) for name in names}
    kept = [part for part in bill["components"] if _normal(part["name"]) in wanted and part["name"] != "kmhc"]
    missing = wanted - {_normal(part["name"]) for part in kept} - {"kmhc"}
    if missing:
        raise SystemExit(f"The bill of materials lacks {', '.join(sorted(missing))}.")
    for part in kept:  # where the builder's own copies came from is nobody's business
        part.pop("externalReferences", None)
    references = {part["bom-ref"] for part in kept}
    about = {"type": "application", "bom-ref": "kmhc", "name": "kmhc", "version": version}
    depends = [
        {**one, "dependsOn": [ref for ref in one.get("dependsOn", ()) if ref in references]}
        for one in bill.get("dependencies", ())
        if one["ref"] in references
    ]
    depends.append({"ref": "kmhc", "dependsOn": sorted(references)})
    about_all = {**bill.get("metadata", {}), "component": about}
    return {**bill, "metadata": about_all, "components": kept, "dependencies": depends}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
