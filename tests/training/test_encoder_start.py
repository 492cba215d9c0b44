from copy import deepcopy
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from kmhc_engine.networks import build, smp
from kmhc_engine.variants import Variant
from training import encoder_start
from training.encoder_start import from_file, from_imagenet, recalibrate, start_from_grey, to_one_channel
from training.errors import TrainingError

VARIANT = Variant("unet", "mobilenet_v2")
FIRST = "features.0.0.weight"
MEAN, STD = encoder_start.IMAGENET_MEAN, encoder_start.IMAGENET_STD


def rgb_encoder(folded: float | None = None) -> Any:
    """An encoder as it was trained; or one with batch norms folded away, their variance `folded`."""
    encoder = smp().encoders.get_encoder("mobilenet_v2", in_channels=3, weights=None)
    generator = torch.Generator().manual_seed(1)
    for layer in encoder.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.bias.data = torch.rand(layer.bias.shape, generator=generator) - 0.3
            if folded:
                layer.running_var.fill_(folded)
            else:
                layer.running_mean.copy_(torch.rand(layer.bias.shape, generator=generator) - 0.5)
                layer.running_var.copy_(torch.rand(layer.bias.shape, generator=generator) + 0.5)
    return encoder.eval()


def photos(count: int = 6, side: int = 64) -> torch.Tensor:
    return torch.rand(count, 1, side, side, generator=torch.Generator().manual_seed(2)) - 0.5


def as_rgb(x: torch.Tensor, mean: tuple = MEAN, std: tuple = STD) -> torch.Tensor:
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (mean, std))
    return (x.expand(-1, 3, -1, -1) + 0.5 - mean) / std


def taken(network: Any, state: dict[str, torch.Tensor], *, but: tuple[str, ...]) -> bool:
    """Whether the encoder has all tensors of a state but some."""
    own = network.encoder.state_dict()
    return {name for name, value in state.items() if not torch.equal(value, own[name])} == {*but}


def inner(features: torch.Tensor) -> torch.Tensor:
    return features[..., 3:-3, 3:-3]  # at its border the first convolution sees padding, which means another grey


def test_the_one_channel_encoder_sees_what_the_rgb_encoder_saw(tmp_path):
    encoder, network = rgb_encoder(), build(VARIANT)
    save_file(encoder.state_dict(), tmp_path / "rgb.safetensors")
    from_file(network, tmp_path / "rgb.safetensors", photos())
    assert taken(network, encoder.state_dict(), but=(FIRST, "features.0.1.running_mean"))
    network.eval()
    with torch.no_grad():
        expected, got = encoder(as_rgb(photos()))[1], network.encoder(photos())[1]
    torch.testing.assert_close(inner(got), inner(expected), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_weights_kept_in_16_bits_are_folded_in_32(tmp_path, dtype):
    halves = {name: value.to(dtype) for name, value in rgb_encoder().state_dict().items() if value.is_floating_point()}
    network, exact = build(VARIANT), build(VARIANT)
    save_file(halves, tmp_path / "16.safetensors")
    save_file({name: value.float() for name, value in halves.items()}, tmp_path / "32.safetensors")
    from_file(network, tmp_path / "16.safetensors", photos())
    from_file(exact, tmp_path / "32.safetensors", photos())
    for name, value in exact.encoder.state_dict().items():
        assert torch.equal(network.encoder.state_dict()[name], value), name


def test_what_a_file_lacks_or_has_in_another_shape_stays_random(tmp_path):
    state, network, lacking = rgb_encoder().state_dict(), build(VARIANT), "features.18.0.weight"
    save_file({n: v for n, v in state.items() if n != lacking} | {FIRST: torch.zeros(5)}, tmp_path / "odd.safetensors")
    from_file(network, tmp_path / "odd.safetensors", photos())
    assert taken(network, state, but=(FIRST, lacking))


def test_every_convolution_that_sees_the_photo_is_folded(tmp_path):
    import segmentation_models_pytorch as smp

    rgb = smp.encoders.get_encoder("mobileone_s0", weights=None)  # its first block has two side by side
    for number, layer in enumerate(layer for layer in rgb.modules() if isinstance(layer, nn.BatchNorm2d)):
        layer.running_var.fill_(1.0 + number)  # so that none of them would do for another
    network = build(Variant("unet", "mobileone_s0"))
    save_file(rgb.state_dict(), tmp_path / "rgb.safetensors")
    from_file(network, tmp_path / "rgb.safetensors", photos())
    rgb.eval()
    network.eval()
    with torch.no_grad():
        expected, got = rgb(as_rgb(photos()))[1], network.encoder(photos())[1]
    torch.testing.assert_close(inner(got), inner(expected), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("behind", [nn.Identity(), nn.BatchNorm2d(4)])
def test_a_first_convolution_with_a_bias_takes_the_constant_there(behind):
    rgb, encoder = nn.Sequential(nn.Conv2d(3, 4, 3), behind).eval(), nn.Sequential(nn.Conv2d(1, 4, 3), deepcopy(behind))
    encoder.load_state_dict(to_one_channel(encoder, rgb.state_dict(), MEAN, STD))
    torch.testing.assert_close(encoder.eval()(photos()), rgb(as_rgb(photos())), atol=1e-5, rtol=1e-4)


def test_the_mean_and_deviation_are_those_the_header_names(tmp_path):
    encoder, network = rgb_encoder(), build(VARIANT)
    save_file(encoder.state_dict(), tmp_path / "rgb.safetensors", {"preprocess": "x/127.5-1 RGB"})
    from_file(network, tmp_path / "rgb.safetensors", photos())
    network.eval()
    with torch.no_grad():
        expected, got = encoder((photos() * 2).expand(-1, 3, -1, -1))[1], network.encoder(photos())[1]
    torch.testing.assert_close(inner(got), inner(expected), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("variance", [1.0, 1 - 1e-5])
def test_folded_batch_norms_are_recalibrated_so_that_training_mode_agrees(tmp_path, variance):
    encoder, network = rgb_encoder(folded=variance), build(VARIANT)
    save_file(encoder.state_dict(), tmp_path / "folded.safetensors")
    from_file(network, tmp_path / "folded.safetensors", photos())
    with torch.no_grad():
        evaluated = network.eval().encoder(photos())[1]
        expected = encoder(as_rgb(photos()))[1]
        for layer in network.encoder.modules():
            if isinstance(layer, nn.Dropout):
                layer.p = 0.0
        trained = network.train().encoder(photos())[1]
    torch.testing.assert_close(inner(evaluated), inner(expected), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(trained, evaluated, atol=2e-3, rtol=2e-3)


def test_recalibration_leaves_the_function_unchanged_and_no_hooks_behind():
    encoder = build(VARIANT).encoder.eval()
    with torch.no_grad():
        before = encoder(photos())[-1]
        recalibrate(encoder, photos())
        after = encoder(photos())[-1]
    torch.testing.assert_close(after, before, atol=1e-4, rtol=1e-3)
    assert not any(layer._forward_pre_hooks for layer in encoder.modules())


def test_the_weights_of_another_encoder_are_refused_by_name(tmp_path):
    save_file({"conv1.weight": torch.zeros(64, 3, 7, 7)}, tmp_path / "other.safetensors")
    with pytest.raises(TrainingError, match=r"other\.safetensors fits only 0 of the encoder's"):
        from_file(build(VARIANT), tmp_path / "other.safetensors", photos())


def test_weights_that_fit_less_than_half_of_an_encoder_are_refused(tmp_path):
    state = rgb_encoder().state_dict()
    save_file(dict([*state.items()][: len(state) // 3]), tmp_path / "part.safetensors")
    with pytest.raises(TrainingError, match=r"part\.safetensors fits only \d+ of the encoder's"):
        from_file(build(VARIANT), tmp_path / "part.safetensors", photos())


def test_the_encoder_of_a_whole_network_of_kmhc_serves_too(tmp_path):
    source, network = build(VARIANT), build(VARIANT)
    save_file(source.state_dict(), tmp_path / "whole.safetensors")
    from_file(network, tmp_path / "whole.safetensors", photos())
    kernels = {name: value for name, value in source.encoder.state_dict().items() if value.ndim == 4}
    assert taken(network, kernels, but=())


@pytest.mark.parametrize(("mean", "std"), [((0.1, 0.2, 0.3), (0.4, 0.5, 0.6)), (None, None)])
def test_the_imagenet_weights_are_taken_over_with_their_own_mean_and_deviation(monkeypatch, mean, std):
    encoder, network = rgb_encoder(), build(VARIANT)
    there = {("mobilenet_v2", 3, "imagenet"): encoder}
    told = {("mobilenet_v2", "imagenet"): {"mean": mean, "std": std}}
    monkeypatch.setattr(
        smp().encoders, "get_encoder", lambda name, in_channels, weights: there[name, in_channels, weights]
    )
    monkeypatch.setattr(smp().encoders, "get_preprocessing_params", lambda name, weights: told[name, weights])
    from_imagenet(network, VARIANT)
    network.eval()
    with torch.no_grad():
        rgb = as_rgb(photos(), mean or (0.0,) * 3, std or (1.0,) * 3)
        expected, got = encoder(rgb)[1], network.encoder(photos())[1]
    torch.testing.assert_close(inner(got), inner(expected), atol=1e-4, rtol=1e-4)


def test_offline_without_a_file_the_error_names_both_ways_out(monkeypatch):
    def offline(*_: object, **__: object) -> None:
        raise OSError("no network\nwhat else a library says")

    monkeypatch.setattr(smp().encoders, "get_encoder", offline)
    with pytest.raises(TrainingError, match=r"\(no network\)\. .*--encoder-weights FILE.*--encoder-weights none"):
        from_imagenet(build(VARIANT), VARIANT)


def test_training_starts_from_nearly_grey():
    network = build(VARIANT)
    network.segmentation_head[0].bias.data.fill_(1.0)
    start_from_grey(network)
    with torch.no_grad():
        assert 0 < network.eval()(photos()).abs().mean() < 0.005  # else nothing would reach the layers before it
