import os

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from kmhc_engine import networks, variants, weights
from kmhc_engine.cli import app
from tests.engine.stub_colouriser import StubColouriser

TINY = "unet/mobilenet_v2"


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """A user's folder that holds weights of a tiny network."""
    home = tmp_path_factory.mktemp("home")
    torch.manual_seed(3)
    variant = variants.find(TINY)
    network = networks.build(variant)
    torch.nn.init.normal_(network.segmentation_head[0].bias, std=0.3)  # so that its pictures are in colour
    (home / "weights").mkdir()
    weights.write_weights(home / "weights" / "tiny.safetensors", network.state_dict(), variant, half=True)
    return home


@pytest.fixture
def bare(home):
    """The variables of a process that has next to none; Windows loads nothing without its own."""
    needed = {name: os.environ[name] for name in ("SYSTEMROOT", "USERPROFILE") if name in os.environ}
    return needed | {"KMHC_HOME": str(home), "PATH": ""}


@pytest.fixture
def kmhc(home, monkeypatch):
    monkeypatch.setenv("KMHC_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments):
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return run


@pytest.fixture
def stub(monkeypatch):
    """A network that costs nothing, for what is around it."""
    stub = StubColouriser()
    monkeypatch.setattr("kmhc_engine.cli.colourise.load_colouriser", lambda *_: stub)
    return stub


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "old photos"
    (folder / "1943").mkdir(parents=True)
    grey = np.tile(np.linspace(20, 230, 96).astype(np.uint8), (64, 1))
    Image.fromarray(grey).save(folder / "wedding.jpg")
    Image.fromarray(grey[::-1]).save(folder / "1943" / "farm.png")
    return folder
