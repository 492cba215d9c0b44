from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LINES = (Path(__file__).resolve().parents[2] / "constraints.txt").read_text("utf-8").splitlines()
PINNED = {canonicalize_name(line.partition("==")[0]) for line in LINES}
SYSTEMS = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
}


@pytest.fixture(scope="module")
def needed() -> list[Requirement]:
    """What the pinned packages need anywhere, but torch: it names the exact versions of CUDA's parts itself."""
    names = (PINNED | {"kmhc"}) - {"torch"}
    found = [one for one in distributions() if canonicalize_name(one.metadata["Name"]) in names]
    return [Requirement(line) for one in found for line in one.requires or ()]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", ["3.11", "3.13"])
def test_what_the_pinned_packages_need_is_pinned_on_every_system(needed, system, python) -> None:
    here = {**SYSTEMS[system], "python_version": python, "python_full_version": f"{python}.0", "extra": ""}
    used = {canonicalize_name(one.name) for one in needed if not one.marker or one.marker.evaluate(here)}
    assert used <= PINNED, "pin these in constraints.txt"
