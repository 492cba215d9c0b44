"""Rows about training: how many photos a second it learns from, and whether the device waits for them."""

import tempfile
from dataclasses import replace
from pathlib import Path

from tests.bench.engine import Row

BARS = {
    ("training on the CPU", "share of time waiting for photos"): "<= 0.02",
    ("training on the GPU", "share of time computing"): ">= 0.90",
}


def training(device: str, batch: int, steps: int) -> dict[str, float]:
    """KMHCNet_6 on 256 x 256 crops with its own loss, augmentation, optimiser and all."""
    from kmhc_engine import devices
    from kmhc_engine.variants import PAPER
    from tests.bench.speed import speed
    from training.data import collect
    from training.finetune import packed_side
    from training.packed import pack
    from training.recipe import STRONG

    if device not in devices.available():
        return {}
    devices.use_threads()
    recipe = replace(STRONG, batch=batch)
    with tempfile.TemporaryDirectory() as folder:
        photos = _photos(Path(folder) / "photos", 64)
        packed = pack(collect(photos), Path(folder), side=packed_side(recipe), seed=0)
        return speed(packed, devices.choose(device), PAPER[5], recipe, steps)


ROWS: dict[str, Row] = {
    "training on the CPU": lambda: training("cpu", batch=4, steps=4),
    "training on the GPU": lambda: training("cuda", batch=16, steps=40),  # nothing where there is none
}


def _photos(folder: Path, count: int) -> Path:
    """Write crops of a colour photo."""
    from PIL import Image
    from skimage.data import astronaut

    folder.mkdir()
    photo = Image.fromarray(astronaut())
    for number in range(count):
        left, top = number % 8 * 20, number // 8 * 20
        photo.crop((left, top, left + 360, top + 300)).save(folder / f"{number}.jpg", quality=92)
    return folder
