import subprocess
import sys
from importlib.metadata import entry_points

import pytest
import typer
from typer.testing import CliRunner

from kmhc_engine.album.cli import album


@pytest.fixture
def kmhc_album():
    app = typer.Typer()
    app.command()(album)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_one_command_makes_a_web_album(kmhc_album, family, tmp_path):
    family.add("a.jpg")
    result = kmhc_album(family.folder, "--title", "The Bergers")
    assert result.exit_code == 0
    assert str(tmp_path / "Family album" / "index.html") in result.stdout
    assert "The Bergers" in (tmp_path / "Family album" / "index.html").read_text(encoding="utf-8")


def test_what_is_not_said_is_as_the_last_time(kmhc_album, family, tmp_path):
    family.add("a.jpg")
    kmhc_album(family.folder, "--title", "The Bergers", "--no-before")
    assert kmhc_album(family.folder).exit_code == 0
    assert "The Bergers" in (tmp_path / "Family album" / "index.html").read_text(encoding="utf-8")


def test_the_name_of_the_album_says_its_kind(kmhc_album, family, tmp_path):
    family.add("a.jpg")
    assert kmhc_album(family.folder, "--out", tmp_path / "x.pdf").exit_code == 0
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


def test_photos_left_out_are_listed(kmhc_album, family):
    family.add("a.jpg")
    family.add("b.jpg").unlink()
    result = kmhc_album(family.folder)
    assert result.exit_code == 0 and "b.jpg: the colour photo is gone." in result.output


def test_a_log_of_errors_stays_empty_where_all_is_well(kmhc_album, family):
    family.add("a.jpg")
    assert kmhc_album(family.folder).stderr == ""


def test_an_error_is_one_sentence_and_ends_in_failure(kmhc_album, tmp_path):
    result = kmhc_album(tmp_path / "none")
    assert result.exit_code == 1 and "there is no such folder" in result.output
    assert "Traceback" not in result.output


def test_the_command_is_found_by_kmhc_and_is_light_to_import():
    (found,) = entry_points(group="kmhc.commands", name="album")
    assert found.value == "kmhc_engine.album.cli:album"
    loaded = f"import sys, {found.module}; print({{'torch', 'cv2', 'reportlab', 'jinja2'}} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True).stdout == "set()\n"
