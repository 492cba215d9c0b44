"""Foreign weights as the child process converts them, file by file."""

import pytest
import torch

from kmhc_engine import networks, weights
from kmhc_engine.errors import WeightsRefused
from kmhc_engine.variants import DEFAULT, Variant
from kmhc_engine.weights_foreign import convert
from tests.engine.test_weights_import import TINY


@pytest.fixture(scope="module")
def state():
    torch.manual_seed(1)
    return networks.build(TINY).state_dict()


def test_our_own_file_keeps_what_its_header_says_and_needs_no_variant(tmp_path, state):
    header = {"title": "Grandma's album", "licence": "CC0-1.0", "trained_on": "three albums", "created_by": "KMHC 9"}
    source = tmp_path / "shared.safetensors"
    weights.write_weights(source, state, TINY, metrics={"psnr": 25.5}, half=True, interim=True, **header)
    convert(source, None, tmp_path / "taken.safetensors")
    taken = weights.info(tmp_path / "taken.safetensors")
    assert taken.variant == TINY
    assert {name: getattr(taken, name) for name in header} == header
    assert taken.metrics == {"psnr": 25.5}
    assert taken.precision == "fp16"
    assert taken.interim
    assert taken.sha256 == weights.info(source).sha256


def test_our_own_file_is_refused_when_a_bit_of_it_has_changed(tmp_path, state):
    path = weights.write_weights(tmp_path / "a.safetensors", state, TINY).path
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightsRefused, match="its contents do not match its sha256"):
        convert(path, TINY, tmp_path / "b.safetensors")
    assert not (tmp_path / "b.safetensors").exists()


def test_our_own_file_is_not_taken_for_another_variant(tmp_path, state):
    weights.write_weights(tmp_path / "a.safetensors", state, TINY)
    with pytest.raises(WeightsRefused, match="it was trained as linknet/"):
        convert(tmp_path / "a.safetensors", DEFAULT, tmp_path / "b.safetensors")


def test_a_network_that_cannot_be_built_is_refused_by_its_parts(tmp_path, state):
    torch.save(state, tmp_path / "a.pth")
    with pytest.raises(WeightsRefused, match=r"guess18.*Choose another variant\.$"):
        convert(tmp_path / "a.pth", Variant("linknet", "guess18"), tmp_path / "b.safetensors")


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("can't allocate memory: 5 GB"), RuntimeError("bad_alloc")]
)
def test_want_of_memory_is_told_as_what_it_is_however_it_shows(tmp_path, state, monkeypatch, error):
    def hungry(*_, **__):
        raise error

    torch.save(state, tmp_path / "a.pth")
    monkeypatch.setattr(torch, "load", hungry)
    with pytest.raises(WeightsRefused, match="it wants far more memory than its size explains"):
        convert(tmp_path / "a.pth", TINY, tmp_path / "b.safetensors")
