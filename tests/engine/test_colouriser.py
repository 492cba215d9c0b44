from copy import copy

import numpy as np
import pytest
import torch

from kmhc_engine import networks, variants
from kmhc_engine.colouriser import TorchColouriser, folded
from kmhc_engine.devices import Device, choose
from kmhc_engine.errors import ComputeError

TINY = variants.find("unet/mobilenet_v2")


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def network():
    torch.manual_seed(0)
    net = networks.build(TINY)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.8, 1.2)
            module.running_mean.uniform_(-0.1, 0.1)
    return net


@pytest.fixture(scope="module")
def built(one_thread):
    return TorchColouriser(TINY, network(), "ab12", choose("cpu", "fp32"), side=64)


@pytest.fixture
def colouriser(built):
    """A colouriser that a test may change; all share one network."""
    return copy(built)


def photo(h, w, seed=0):
    return np.random.default_rng(seed).uniform(0, 100, (h, w)).astype(np.float32)


def test_every_photo_gets_ab_of_its_own_size(colouriser):
    sizes = [(64, 64), (50, 81), (64, 64), (1, 100), (7, 3)]
    results = colouriser.predict([photo(*size) for size in sizes])
    assert [result.shape for result in results] == [(*size, 2) for size in sizes]
    assert all(np.abs(result).max() <= 128 for result in results)


def test_a_photo_gets_the_same_colours_alone_and_in_a_batch(colouriser):
    photos = [photo(40, 50, seed) for seed in range(3)] + [photo(64, 64, 9)]
    together = colouriser.predict(photos)
    for one, result in zip(photos, together, strict=True):
        assert np.abs(colouriser.predict([one])[0] - result).max() < 0.01


def test_the_network_gets_equation_2_and_its_output_is_scaled_by_128(colouriser):
    lightness = photo(64, 64)
    net = network().eval()
    with torch.inference_mode():
        p = net(torch.from_numpy((lightness - 50) / 100)[None, None])
    assert np.abs(colouriser.predict([lightness])[0] - 128 * p[0].permute(1, 2, 0).numpy()).max() < 0.05


def test_folding_batch_norms_changes_nothing():
    net = network().eval()
    x = torch.rand(1, 1, 64, 64) - 0.5
    with torch.inference_mode():
        before = net(x)
        fast = folded(net)
        assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in fast.modules())
        assert (fast(x) - before).abs().max() < 1e-5


def test_no_more_photos_are_seen_at_once_than_wanted(colouriser):
    colouriser.batch_size = 2
    colouriser._network = Forgetful(colouriser._network, 10**6)
    colouriser.predict([photo(32, 32)] * 5)
    assert [shape[0] for shape in colouriser._network.seen] == [2, 2, 1]


def test_photos_are_mirrored_where_the_network_sees_beyond_them(colouriser):
    lightness, seen = photo(50, 81), []
    hook = colouriser._network.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    colouriser.predict([lightness])
    hook.remove()
    assert np.allclose(100 * seen[0][0, 0] + 50, np.pad(lightness, ((0, 14), (0, 15)), mode="reflect"), atol=1e-3)


@pytest.mark.parametrize(
    ("attribute", "other"),
    [("variant", "KMHCNet_6"), ("weights", "cd34"), ("side", 96), ("device", choose("cpu", "bf16"))],
)
def test_the_identity_tells_what_changes_colours(colouriser, attribute, other):
    before = colouriser.identity
    setattr(colouriser, attribute, other)
    assert colouriser.identity != before


class Forgetful(torch.nn.Module):
    """Runs out of memory above a number of pixels."""

    def __init__(self, inner, limit, error=None):
        super().__init__()
        self.inner, self.limit, self.seen = inner, limit, []
        self.error = error or torch.OutOfMemoryError("no memory")

    def forward(self, x):
        self.seen.append(tuple(x.shape))
        if x.numel() > self.limit:
            raise self.error
        return self.inner(x)


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("no memory"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:1] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("MPS backend out of memory (MPS allocated: 17.82 GB, other allocations: 384.00 KB)"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    ],
    ids=["cuda", "cpu", "mps", "cublas"],
)
def test_when_memory_runs_out_batches_get_smaller(colouriser, error):
    colouriser.batch_size = 8
    photos = [photo(64, 64, seed) for seed in range(8)]
    expected = colouriser.predict(photos)
    colouriser._network = Forgetful(colouriser._network, 2 * 64 * 64, error)
    results = colouriser.predict(photos)
    assert colouriser.batch_size == 2
    assert all(np.abs(a - b).max() < 0.01 for a, b in zip(results, expected, strict=True))
    colouriser.predict(photos)
    assert max(shape[0] for shape in colouriser._network.seen[-4:]) == 2  # it remembers


def test_when_one_photo_is_too_much_it_is_seen_smaller(colouriser):
    colouriser._network = Forgetful(colouriser._network, 64 * 64)
    result = colouriser.predict([photo(96, 96)])[0]
    assert result.shape == (96, 96, 2)
    assert np.isfinite(result).all()
    assert colouriser._network.seen == [(1, 1, 96, 96), (1, 1, 96, 96), (1, 1, 96, 96), (1, 1, 64, 64)]


def test_when_nothing_fits_it_fails_and_works_again_afterwards(colouriser):
    net = colouriser._network
    colouriser._network = Forgetful(net, 0)
    with pytest.raises(ComputeError, match="not enough memory"):
        colouriser.predict([photo(64, 64)])
    colouriser._network = net
    assert colouriser.predict([photo(64, 64)])[0].any()


def test_a_device_without_memory_hands_one_photo_to_the_cpu(colouriser, monkeypatch):
    moves = []
    monkeypatch.setattr(colouriser, "_place", lambda device: moves.append(device.name))
    colouriser.device = Device("cuda", "a small card", "fp32", "")
    real = colouriser._predict

    def predict(photos):
        if colouriser.device.name == "cuda":
            raise torch.OutOfMemoryError
        return real(photos)

    monkeypatch.setattr(colouriser, "_predict", predict)
    assert colouriser.predict([photo(64, 64)])[0].shape == (64, 64, 2)
    assert moves == ["cpu", "cuda"]
    assert colouriser.device.name == "cuda"


def test_weights_that_give_no_finite_colours_are_an_error_and_never_grey(colouriser):
    colouriser._network = torch.nn.Conv2d(1, 2, 1)
    torch.nn.init.constant_(colouriser._network.bias, float("nan"))
    with pytest.raises(ComputeError, match="no finite colours"):
        colouriser.predict([photo(64, 64)])


def test_another_failure_is_not_taken_for_a_lack_of_memory(colouriser):
    colouriser._network = torch.nn.Conv2d(3, 2, 1)
    with pytest.raises(ComputeError, match="The network failed on CPU"):
        colouriser.predict([photo(64, 64)])
