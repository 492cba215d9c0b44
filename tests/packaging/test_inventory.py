import json
import shutil
import sys
import sysconfig
from pathlib import Path

import inventory
import pytest
from inventory import add_systems_licences, collect_licences, only

import build


def test_the_licences_of_others_are_collected_with_an_index(tmp_path) -> None:
    silent = collect_licences(["numpy", "typer", "pillow"], tmp_path / "licences")
    assert silent == []
    index = (tmp_path / "licences" / "INDEX.txt").read_text("utf-8")
    assert "numpy" in index
    assert "Python 3" in index
    assert list((tmp_path / "licences" / "numpy").rglob("*LICENSE*"))


def test_pythons_own_licence_goes_along_wherever_its_builder_puts_it(tmp_path, monkeypatch) -> None:
    """Beside its library on macOS and Linux, one folder higher on Windows."""
    (tmp_path / "Lib").mkdir()
    monkeypatch.setattr(inventory, "_DEBIANS", tmp_path / "none")
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path / "Lib"))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    assert "Python" in collect_licences(["numpy"], tmp_path / "licences")
    (tmp_path / "LICENSE.txt").write_text("PSF")
    assert collect_licences(["numpy"], tmp_path / "licences") == []
    assert (tmp_path / "licences" / "Python" / "LICENSE.txt").read_text() == "PSF"


def test_who_states_the_lgpl_brings_its_text(tmp_path) -> None:
    """Qt's wheels only name it."""
    collect_licences(["PySide6-Essentials", "shiboken6"], tmp_path)
    for name in ("PySide6-Essentials", "shiboken6"):
        texts = [file.read_text("utf-8") for file in (tmp_path / name).iterdir()]
        assert any("GNU LESSER GENERAL PUBLIC LICENSE" in text for text in texts)
        assert not any("bidi" in text for text in texts)
        assert any("GNU GENERAL PUBLIC LICENSE" in text.partition("\n")[0] for text in texts)


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="Debian only")
def test_the_systems_libraries_bring_their_licences_and_what_these_refer_to(tmp_path) -> None:
    libraries = [Path(line.split()[-1]) for line in Path("/proc/self/maps").read_text().splitlines() if ".so" in line]
    libc = next(path for path in libraries if path.name.startswith("libc.so"))
    collect_licences(["numpy"], tmp_path / "licences")
    silent = add_systems_licences([libc, tmp_path / "own.so"], tmp_path / "licences")
    assert silent == []
    assert "GNU C Library" in (tmp_path / "licences" / "libc6" / "copyright").read_text("utf-8")
    assert "GNU LESSER" in (tmp_path / "licences" / "common-licenses" / "LGPL-2.1").read_text("utf-8")
    assert "libc6" in (tmp_path / "licences" / "INDEX.txt").read_text("utf-8")


def bill() -> dict:
    parts = [{"name": name, "bom-ref": f"{name}==1", "version": "1"} for name in ("Jinja2", "pytest", "markupsafe")]
    parts[0]["externalReferences"] = [{"url": "file:///home/builder/wheels/jinja2.whl"}]
    depends = [
        {"ref": "Jinja2==1", "dependsOn": ["markupsafe==1", "pytest==1"]},
        {"ref": "pytest==1", "dependsOn": []},
        {"ref": "markupsafe==1"},
    ]
    return {"bomFormat": "CycloneDX", "components": parts, "dependencies": depends}


def test_the_bill_names_what_is_in_the_program_and_nothing_else() -> None:
    shown = only(bill(), ["jinja2", "MarkupSafe"], "1.2")
    assert [part["name"] for part in shown["components"]] == ["Jinja2", "markupsafe"]
    assert "pytest" not in json.dumps(shown)
    assert "builder" not in json.dumps(shown)
    assert shown["metadata"]["component"]["version"] == "1.2"
    assert shown["dependencies"][-1] == {"ref": "kmhc", "dependsOn": ["Jinja2==1", "markupsafe==1"]}


def test_a_bill_that_lacks_a_part_is_refused() -> None:
    with pytest.raises(SystemExit, match="torch"):
        only(bill(), ["jinja2", "torch"], "1.2")


def test_sums_can_be_checked(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(build, "OUT", tmp_path)
    (tmp_path / "a.deb").write_bytes(b"abc")
    build.write_sums([tmp_path / "a.deb"])
    assert (tmp_path / "SHA256SUMS").read_bytes() == (  # bytes: sha256sum takes the line ends of Windows for names
        b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.deb\n"
    )
