"""The fine-tune page with the real `kmhc train`: a tiny network, tiny photos, the whole way."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from kmhc_desktop.fine_tuning.page import Stage, TrainingPage
from kmhc_desktop.settings import SettingsStore
from kmhc_desktop.variant_model import choices
from kmhc_engine import variants, weights
from kmhc_engine.networks import build
from kmhc_engine.weights_format import write_weights

PATIENCE = 600_000  # milliseconds; importing torch alone takes minutes on a busy machine


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_page_and_kmhc_train_understand_each_other(qtbot, tmp_path, home, monkeypatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    variant = variants.find("unet/tu-test_resnet/LAB/chroma")
    torch.manual_seed(0)
    state = build(variant).state_dict()
    weights.install(write_weights(tmp_path / "tiny.safetensors", state, variant, title="Tiny", side=64).path)
    photos = tmp_path / "Attic"
    photos.mkdir()
    for seed in range(20):
        small = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), dtype=np.uint8)
        Image.fromarray(small).resize((80, 64), Image.Resampling.BICUBIC).save(photos / f"{seed}.png")
    store = SettingsStore(tmp_path / "settings.ini")
    store.change(variant="Tiny")
    page = TrainingPage(store, home / "window" / "training")
    qtbot.addWidget(page)
    page.show()
    page.setup.choose(photos)
    qtbot.waitUntil(lambda: page.stage in (Stage.CHECKED, Stage.FAILED), timeout=PATIENCE)
    assert page.stage is Stage.CHECKED, page._message.text()
    assert any("11 to learn from, 3 to tune by, 6 held out" in fact for fact in page.setup.facts)
    page.start()
    qtbot.waitUntil(lambda: page.stage in (Stage.VERDICT, Stage.FAILED), timeout=PATIENCE)
    assert page.stage is Stage.VERDICT, page._message.text()
    assert len(page.watch.difference.points) == 4
    assert not page.watch.sheet.empty
    assert "of 6 held-out photos" in page._message.text()
    with qtbot.waitSignal(page.kept, timeout=PATIENCE):
        page.keep()
    assert "Attic" in [choice.name for choice in choices()]
    page.end()
