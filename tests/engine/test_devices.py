import pytest
import torch

from kmhc_engine import devices
from kmhc_engine.choices import Precision
from kmhc_engine.errors import ComputeError


def test_the_cpu_is_always_there_and_stands_last():
    assert devices.available()[-1] == "cpu"


def test_the_choice_gives_its_reason():
    assert devices.choose("cpu").reason == "It was asked for."
    assert devices.choose().reason.endswith(".")


@pytest.mark.parametrize("memory", [True, False])
def test_a_macs_graphics_processor_is_used_where_it_has_memory(monkeypatch, memory):
    def zeros(*_, device):
        if not memory:  # as on a virtual Mac
            raise RuntimeError("MPS backend out of memory (MPS allocated: 0 bytes, max allowed: 7.93 GB)")

    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch, "zeros", zeros)
    monkeypatch.setattr(devices, "_has_mps", devices._has_mps.__wrapped__)
    assert ("mps" in devices.available()) is memory


def test_cuda_is_preferred_when_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "A fast card")
    device = devices.choose()
    assert (device.name, device.title, device.precision) == ("cuda", "A fast card", "bf16")


def test_an_older_cuda_card_gets_fp16(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: False)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "An older card")
    assert devices.choose().precision == "fp16"


def test_a_larger_memory_takes_larger_batches(monkeypatch):
    cuda = devices.Device("cuda", "", "bf16", "")
    sizes = []
    for free in (2 * 2**30, 8 * 2**30):
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda free=free: (free, free))
        sizes.append(devices.batch_size(cuda, 256))
    assert 1 <= sizes[0] < sizes[1] <= 64


@pytest.mark.parametrize(("flags", "precision"), [(True, "bf16"), (False, "fp32")])
def test_bf16_is_used_on_cpus_that_have_it(monkeypatch, flags, precision):
    monkeypatch.setattr(devices, "cpu_has_bf16", lambda: flags)
    assert devices.choose("cpu").precision == precision


def test_a_device_that_is_not_here_is_refused_with_those_that_are():
    with pytest.raises(ComputeError, match="no device 'tpu'.*Here: .*cpu"):
        devices.choose("tpu")
    with pytest.raises(ComputeError, match="no precision 'int3'.*fp32"):
        devices.choose("cpu", "int3")


@pytest.mark.parametrize("precision", Precision)
def test_every_precision_that_is_offered_is_one_of_torch(precision):
    assert devices.choose("cpu", precision).dtype.is_floating_point
