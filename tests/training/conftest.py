import csv
import gc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
import typer
from typer.testing import CliRunner

from kmhc_engine.variants import Loss, Variant
from training import cli

TINY = Variant("linknet", "tu-test_resnet", loss=Loss.CHROMA)  # timm's own network for tests


@pytest.fixture(scope="session", autouse=True)
def _what_is_imported_is_no_garbage() -> Iterator[None]:
    """Runs collect garbage before they judge, which among all that tests import takes longer than the rest of a run."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _one_thread_and_a_fixed_seed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    monkeypatch.setenv("KMHC_HOME", str(tmp_path / "home"))


def colour_photo(seed: int, height: int = 64, width: int = 80) -> np.ndarray:
    """A smooth random photo with plenty of colour."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (5, 6, 3), dtype=np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def save(path: Path, rgb: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), rgb[..., ::-1] if rgb.ndim == 3 else rgb)
    return path


@pytest.fixture
def colour_folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder of colour photos, with an index where columns are given."""

    def make(count: int = 10, columns: dict[str, list[str]] | None = None, **size: int) -> Path:
        folder = tmp_path / "colour"
        names = [f"{n:03}.png" for n in range(count)]
        for n, name in enumerate(names):
            save(folder / name, colour_photo(n, **size))
        if columns:
            with (folder / "index.csv").open("w", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(["path", *columns])
                rows.writerows(zip(names, *columns.values(), strict=True))
        return folder

    return make


@pytest.fixture
def muon_in_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Muon, which in bf16 takes most CPUs 20 times as long."""
    from timm.optim import muon  # not at the top: networks have to make torchvision importable first

    in_fp32 = partial(muon.zeropower_via_newtonschulz, dtype=torch.float32)
    monkeypatch.setattr(muon, "zeropower_via_newtonschulz", in_fp32)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """An empty folder for a run."""
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


@pytest.fixture
def invoke(monkeypatch):
    app = typer.Typer()
    for function in (cli.train, cli.evaluate, cli.report):
        app.command()(function)
    monkeypatch.setenv(cli.LED_RUN, "")  # what a run makes of it goes again
    monkeypatch.delenv(cli.LED_RUN)

    def run(*words: str | Path):
        return CliRunner().invoke(app, [str(word) for word in words])

    return run
