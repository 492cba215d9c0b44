import ast
import tomllib
from importlib.metadata import distribution, entry_points
from importlib.util import find_spec
from pathlib import Path

import contents
import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [file for package in ("kmhc_engine", "kmhc_desktop", "training") for file in (ROOT / package).rglob("*.py")]


def lacks_a_module(handler: ast.ExceptHandler) -> bool:
    return handler.type is not None and "ModuleNotFoundError" in ast.unparse(handler.type)


def imported() -> set[str]:
    """What our own code imports, but for what it can do without."""
    names = set()
    for file in SOURCES:
        nodes = set(ast.walk(ast.parse(file.read_text("utf-8"))))
        tries = [node for node in nodes if isinstance(node, ast.Try) and any(map(lacks_a_module, node.handlers))]
        optional = {inner for node in tries for statement in node.body for inner in ast.walk(statement)}
        for node in nodes - optional:
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_nothing_that_kmhc_imports_is_left_out() -> None:
    ours = imported()
    for excluded in contents.EXCLUDED_MODULES:
        used = {name for name in ours if name == excluded or name.startswith(f"{excluded}.")}
        assert not used, f"the program would lack {used}: take {excluded} out of EXCLUDED_MODULES in contents.py"


def test_every_command_found_by_name_goes_along() -> None:
    commands = {entry.module for entry in entry_points(group="kmhc.commands")}
    assert commands <= set(contents.HIDDEN_IMPORTS), "PyInstaller does not see them: name them in contents.py"


def test_qts_own_words_go_along_in_every_language_of_the_window() -> None:
    spoken = {path.stem.removeprefix("kmhc_") for path in (ROOT / "resources" / "translations").glob("*.ts")}
    assert spoken == set(contents.LANGUAGES)


@pytest.mark.parametrize("name", contents.METADATA)
def test_the_metadata_that_goes_along_is_there(name: str) -> None:
    assert distribution(name).version


def test_modules_read_as_source_are_there() -> None:
    torch = Path(find_spec("torch").origin).parent
    for name in contents.READ_AS_SOURCE:
        path = torch.joinpath(*name.split(".")[1:])
        assert path.with_suffix(".py").is_file() or path.is_dir(), name


def test_all_resources_go_along_but_pictures_of_the_readme() -> None:
    # "samples colourised" is there once somebody has tried KMHC.
    folders = {path.name for path in (ROOT / "resources").iterdir() if path.is_dir() and " " not in path.name}
    assert folders == set(contents.RESOURCES)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert wheel == {f"resources/{name}": f"kmhc_engine/_resources/{name}" for name in contents.RESOURCES}


def test_the_spec_takes_name_and_version_from_the_project() -> None:
    spec = (ROOT / "packaging" / "kmhc.spec").read_text("utf-8")
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] not in spec
    compile(spec, "kmhc.spec", "exec")
