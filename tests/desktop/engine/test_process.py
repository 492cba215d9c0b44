import gc
import multiprocessing
import os
import subprocess
import sys
import weakref

import numpy as np
import pytest
from PIL import Image
from skimage import data

from kmhc_desktop.engine import process
from kmhc_desktop.engine.messages import Compute, Preview, Ready
from kmhc_desktop.engine.process import _Engine
from kmhc_engine.chroma import Chroma
from kmhc_engine.colour import rgb_to_lab
from tests.desktop import stub_engine


class Traced:
    """A colouriser that refers to itself, as traced networks do."""

    identity = variant = weights = "stub"

    def __init__(self, side: int) -> None:
        self.side, self.itself = side, self


@pytest.fixture
def no_luck():
    """Python's own collections, which come now and then, are not waited for."""
    gc.disable()
    yield
    gc.enable()


def test_a_page_in_colour_beside_a_grey_one_is_previewed_in_its_own_colours_as_it_is_exported(tmp_path):
    coffee = Image.fromarray(data.coffee()).resize((150, 100))
    coffee.save(tmp_path / "mixed.tif", save_all=True, append_images=[coffee.convert("L")])
    coffee.save(tmp_path / "colour.tif", save_all=True, append_images=[coffee])
    ours, theirs = multiprocessing.Pipe()
    engine, compute = _Engine(theirs, stub_engine.load), Compute("KMHCNet_6")
    own = rgb_to_lab(np.asarray(coffee))[..., 1:].mean((0, 1))

    def previewed(name: str, *, keeps_colour: bool = True) -> Chroma:
        preview = Preview(tmp_path / name, (compute,), tmp_path / "previews", keeps_colour)
        return Chroma.load(engine._predicted(preview, compute))

    kept = previewed("mixed.tif")
    assert kept.own
    assert np.abs(kept.ab.mean((0, 1)) - own).max() < 1.5
    assert not previewed("mixed.tif", keeps_colour=False).own, "it is to be coloured anew"
    assert not previewed("colour.tif").own, "it is left alone, or coloured anew"
    ours.close()


@pytest.mark.usefixtures("no_luck")
def test_a_network_that_gave_way_is_no_longer_in_memory():
    loaded = []

    def load(compute: Compute) -> tuple[Traced, Ready]:
        colouriser = Traced(compute.side)
        loaded.append(weakref.ref(colouriser))
        return colouriser, Ready("CPU", "", "fp32", ())

    ours, theirs = multiprocessing.Pipe()
    engine = _Engine(theirs, load)
    for side in (128, 192, 256):
        engine._network(Compute("6c", side), urgent=False)
    assert [one() is not None for one in loaded] == [False, True, True]
    ours.close()


def test_a_photo_whose_name_ends_within_a_pictograph_is_previewed(tmp_path, monkeypatch):
    Image.new("L", (64, 48), 90).save(tmp_path / "a.png")
    opened = process.open_photo(tmp_path / "a.png")
    monkeypatch.setattr(process, "open_photo", lambda *_: opened)  # Windows alone takes such a name
    monkeypatch.setattr(process, "stamp", lambda _: (0, 0))
    ours, theirs = multiprocessing.Pipe()
    engine, compute = _Engine(theirs, stub_engine.load), Compute("KMHCNet_6")
    preview = Preview(tmp_path / "Oma \ud83d.png", (compute,), tmp_path / "previews", keeps_colour=False)
    assert engine._predicted(preview, compute).is_file()
    ours.close()


def test_its_log_takes_names_of_any_script_whatever_the_system_writes_in(tmp_path):
    code = (
        "import logging; from pathlib import Path; from kmhc_desktop.engine.process import _logging\n"
        f"with _logging(Path({os.fspath(tmp_path)!r})): logging.warning({'Jürgen und Δήμητρα'!a})"
    )
    system = os.environ | {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    subprocess.run([sys.executable, "-c", code], env=system, check=True)
    assert "Jürgen und Δήμητρα" in (tmp_path / "engine.log").read_text(encoding="utf-8")
