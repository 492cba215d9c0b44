import contextlib
import io

import pytest
import torch

from training import callbacks
from training.callbacks import AtomicCheckpoints


@pytest.mark.parametrize("why", [KeyboardInterrupt, OSError])
def test_what_breaks_a_checkpoint_off_is_told_as_what_it_is(tmp_path, monkeypatch, why):
    class Broken(io.BytesIO):
        def write(self, data):
            if len(data) > 1000:  # the weights
                raise why
            return super().write(data)

    monkeypatch.setattr(callbacks, "replacing", lambda _: contextlib.nullcontext(Broken()))
    with pytest.raises(why):
        AtomicCheckpoints().save_checkpoint({"weights": torch.ones(10_000)}, tmp_path / "last.ckpt")
