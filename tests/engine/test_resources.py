import sys

import pytest

from kmhc_engine import resources


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the place where the package lies, so that the real one does not matter."""
    package = tmp_path / "kmhc_engine"
    package.mkdir()
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
    return package


def test_a_checkout_has_its_resources_beside_the_package(package):
    assert resources.folder() == package.parent / "resources"


def test_an_installed_wheel_has_them_inside_the_package(package):
    (package / "_resources").mkdir()
    (package.parent / "resources").mkdir()
    assert resources.folder() == package / "_resources"


def test_a_frozen_program_has_them_where_it_was_unpacked(package, tmp_path, monkeypatch):
    (package / "_resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "bundle"), raising=False)
    assert resources.folder() == tmp_path / "bundle" / "resources"


def test_the_environment_says_where_the_users_folder_is(tmp_path, monkeypatch):
    monkeypatch.setenv("KMHC_HOME", str(tmp_path))
    assert resources.user_folder() == tmp_path


def test_a_relative_home_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KMHC_HOME", "here")
    assert resources.user_folder() == tmp_path / "here"


@pytest.mark.parametrize("home", [None, ""])
def test_without_it_the_system_decides(home, monkeypatch):
    if home is None:
        monkeypatch.delenv("KMHC_HOME", raising=False)
    else:
        monkeypatch.setenv("KMHC_HOME", home)
    assert resources.user_folder().is_absolute()
    assert resources.user_folder().name == "KMHC"
