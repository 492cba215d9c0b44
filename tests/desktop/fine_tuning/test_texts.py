"""In a German window a training says in German why it cannot go on."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QLocale

from kmhc_desktop.fine_tuning.page import Stage
from kmhc_desktop.fine_tuning.texts import told
from tests.desktop.fine_tuning import stub_training
from tests.desktop.fine_tuning.steps import colour_photos, reach
from training.data import collect
from training.errors import TrainingError
from training.hold import held
from training.packed import Census, pack


def refusal(folder: Path, run: Path) -> str:
    run.mkdir(exist_ok=True)
    with pytest.raises(TrainingError) as refused:
        pack(collect(folder), run, side=64, seed=0)
    return told(str(refused.value))


def test_photos_that_will_not_do_are_refused_in_german(german, tmp_path) -> None:
    photos = tmp_path / "Fotos"
    assert refusal(photos, tmp_path).startswith(f"{photos} ist kein Ordner")
    photos.mkdir()
    assert refusal(photos, tmp_path / "run").startswith(f"{photos} enthält keine Fotos")
    (photos / "kaputt.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    assert refusal(photos, tmp_path / "run").startswith("Keines der 1 Fotos ist lesbar: kaputt.jpg")
    Image.fromarray(np.zeros((64, 64), np.uint8)).save(photos / "grau.png")
    said = refusal(photos, tmp_path / "run")
    assert said.startswith("Keines der 2 Fotos hat Farbe. Legen")
    assert "Nicht lesbar: kaputt.jpg" in said
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)).save(photos / "bunt.png")
    assert refusal(photos, tmp_path / "run").startswith("Farbe haben nur 1 von 3 Fotos. Legen")


def test_counts_are_grouped_as_elsewhere_in_the_window(page) -> None:
    photos = stub_training.census(Path()) | {"found": 12345, "train": 2000, "grey": 1500}
    QLocale.setDefault(QLocale("en_GB"))  # which translated sentences heed; what stands already keeps its own
    page.setLocale(QLocale("en_GB"))
    page.setup.show_plan({"photos": photos, "memory": 2e9, "seconds": 60.0, "device": "CPU, 8 threads"})
    page.watch.heed({"event": "preparing", "done": 1234, "of": 12345})
    QLocale.setDefault(QLocale.c())
    told = " | ".join([*page.setup.facts, page.watch.text])
    for part in ("12,345 photo", "2,000 to learn from", "1,500 without colour", "1,234 of 12,345"):
        assert part in told, told


def test_the_count_of_photos_that_are_too_few_is_german(german) -> None:
    census = Census(23, 1, 2, ("kaputt.jpg: it is empty.",), 12, 3, 4)
    said = told(f"Fine-tuning needs at least 20 photos with colour ({census}). Add some.")
    assert "mindestens 20 Fotos mit Farbe" in said
    for part in (
        "23 Fotos: 12 zum Lernen, 3 zum Abstimmen, 4 zum Beurteilen",
        "1 ohne Farbe",
        "2 nur getönt",
        "1 nicht lesbar (kaputt.jpg: die Datei ist leer.)",
    ):
        assert part in said


def test_a_disk_without_room_is_told_in_german(german) -> None:
    for then in ("start again", "go on with the run"):
        assert "Datenträger ist voll" in told(f"/runs/1: the disk is full. Make room, then {then}.")
    assert told("/runs/1: Permission denied.") == "/runs/1: Zugriff verweigert."


def test_a_run_that_is_held_is_told_in_german(german, tmp_path) -> None:
    with held(tmp_path), pytest.raises(TrainingError) as refused, held(tmp_path):
        pass
    assert told(str(refused.value)).startswith(f"In {tmp_path} ist schon ein Anlernen am Werk")


def test_the_page_tells_it_so(german, page, qtbot, tmp_path) -> None:
    page.setup.choose(colour_photos(tmp_path, "too few"))
    reach(page, qtbot, Stage.FAILED)
    assert "mindestens 20 Fotos" in page._message.text()
