from dataclasses import replace
from types import SimpleNamespace

import pytest

from training.data import collect
from training.finetune import PhotoBatches, packed_side
from training.packed import pack
from training.recipe import STRONG, Run


@pytest.mark.parametrize(("ranks", "photos"), [(1, 5), (2, 4), (4, 4), (8, 5)])
def test_devices_judge_equally_many_photos(colour_folder, tmp_path, ranks, photos):
    recipe = replace(STRONG, size=32, batch=4)
    folder = colour_folder(6, {"split": ["train", *["val"] * 5]})
    pack(collect(folder), tmp_path, side=packed_side(recipe), seed=0)
    run = Run("6", "", "none", str(folder), "Mine", recipe, 1, 1)
    judged = []
    for rank in range(ranks):
        batches = PhotoBatches(run, tmp_path, workers=0)
        batches.trainer = SimpleNamespace(global_rank=rank, world_size=ranks)
        judged.append(sum(len(batch) for batch, _ in batches.val_dataloader()))
    assert judged == [photos // ranks if photos >= ranks else photos] * ranks
