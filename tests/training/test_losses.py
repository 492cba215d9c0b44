import ssl
from itertools import product

import numpy as np
import pytest
import pytorch_msssim
import torch
import truststore
from skimage.color import lab2rgb
from torch import nn

from kmhc_engine.variants import PAPER, Embedding, Loss, Space, Variant
from training.errors import PhotosTooSmall, TrainingError
from training.losses import TrainingLoss, embedding_of, ms_ssim, state_dict

COMBINATIONS = list(product(Space, Loss, Embedding))


def variant(space: Space, loss: Loss, embedding: Embedding = Embedding.NONE) -> Variant:
    return Variant("unet", "resnet18", space, loss, embedding)


class Features(nn.Module):
    """Stands for an embedding: scaled channels, so that the values can be worked out."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image / 200


def loss_of(space: Space, loss: Loss, embedding: Embedding = Embedding.NONE) -> TrainingLoss:
    features = None if embedding is Embedding.NONE else Features()
    return TrainingLoss(variant(space, loss, embedding), features)


def tensors(side: int = 12, count: int = 2) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(4)
    p_hat = torch.rand(count, 2, side, side, generator=generator) * 0.3 - 0.15
    p = torch.rand(count, 2, side, side, generator=generator) * 0.3 - 0.15
    x = torch.rand(count, 1, side, side, generator=generator) * 0.4 - 0.2
    return p_hat, p, x


def numpy_rgb(p: torch.Tensor, x: torch.Tensor) -> np.ndarray:
    lab = torch.cat((100 * x + 50, 128 * p), 1).permute(0, 2, 3, 1).double().numpy()
    return 255 * lab2rgb(lab).transpose(0, 3, 1, 2)


def numpy_image(space: Space, p: torch.Tensor, x: torch.Tensor) -> np.ndarray:
    return 128 * p.double().numpy() + 128 if space is Space.LAB else numpy_rgb(p, x)


def numpy_ms_ssim(a: np.ndarray, b: np.ndarray) -> float:
    """MS-SSIM of one channel as Wang, Simoncelli and Bovik 2003 state it."""
    window = np.exp(-((np.arange(11) - 5.0) ** 2) / (2 * 1.5**2))
    window /= window.sum()

    def mean(image: np.ndarray) -> np.ndarray:
        rows = np.apply_along_axis(np.convolve, 0, image, window, "valid")
        return np.apply_along_axis(np.convolve, 1, rows, window, "valid")

    result, weights = 1.0, (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
    for scale, weight in enumerate(weights):
        ma, mb = mean(a), mean(b)
        va, vb, cov = mean(a * a) - ma**2, mean(b * b) - mb**2, mean(a * b) - ma * mb
        c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
        contrast = (2 * cov + c2) / (va + vb + c2)
        last = scale == len(weights) - 1
        value = (contrast * (2 * ma * mb + c1) / (ma**2 + mb**2 + c1)) if last else contrast
        result *= max(0.0, value.mean()) ** weight
        a, b = (i.reshape(i.shape[0] // 2, 2, i.shape[1] // 2, 2).mean((1, 3)) for i in (a, b))
    return result


@pytest.mark.parametrize("space", Space)
def test_mse_is_the_mean_square_of_0_to_255_values_over_255(space):
    p_hat, p, x = tensors()
    expected = ((numpy_image(space, p_hat, x) - numpy_image(space, p, x)) ** 2).mean() / 255
    assert loss_of(space, Loss.MSE)(p_hat, p, x).item() == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize("space", Space)
def test_ms_ssim_is_that_of_its_inventors(space):
    p_hat, p, x = (torch.nn.functional.interpolate(t, size=(192, 192), mode="bicubic") for t in tensors(24, 1))
    a, b = numpy_image(space, p_hat, x)[0], numpy_image(space, p, x)[0]
    expected = 1 - np.mean([numpy_ms_ssim(one, two) for one, two in zip(a, b, strict=True)])
    assert loss_of(space, Loss.MS_SSIM)(p_hat, p, x).item() == pytest.approx(expected, rel=2e-3)
    assert 0.05 < expected < 1


@pytest.mark.parametrize("space", Space)
def test_an_embedding_sees_three_channels_and_its_features_are_squashed(space):
    p_hat, p, x = tensors()

    def features(q: torch.Tensor) -> np.ndarray:
        lightness = 100 * x.double().numpy() + 50
        seen = numpy_rgb(q, x) if space is Space.RGB else np.concatenate((lightness, numpy_image(space, q, x)), 1)
        return np.tanh(seen / 200)

    expected = ((features(p_hat) - features(p)) ** 2).mean()
    assert loss_of(space, Loss.MSE, Embedding.VGG16)(p_hat, p, x).item() == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(("space", "embedding"), list(product(Space, Embedding)))
def test_the_sum_loss_is_the_mean_of_its_parts_and_its_ms_ssim_never_looks_through_the_embedding(space, embedding):
    p_hat, p, x = (torch.nn.functional.interpolate(t, size=(192, 192), mode="bicubic") for t in tensors(24, 1))
    mse = loss_of(space, Loss.MSE, embedding)(p_hat, p, x)
    ssim = loss_of(space, Loss.MS_SSIM)(p_hat, p, x)
    assert loss_of(space, Loss.MSE_MS_SSIM, embedding)(p_hat, p, x).item() == pytest.approx((mse + ssim).item() / 2)


def test_the_chroma_loss_of_one_pixel_is_the_smooth_length_of_its_difference():
    p = torch.tensor([3.0, 4.0]).view(1, 2, 1, 1) / 128
    zero = torch.zeros(1, 1, 1, 1)
    loss = loss_of(Space.LAB, Loss.CHROMA)(torch.zeros_like(p), p, zero)
    assert loss.item() == pytest.approx((25 + 4) ** 0.5 - 2)


def test_the_chroma_loss_weighs_colourful_pixels_up_to_five_times():
    p = torch.zeros(1, 2, 1, 2)
    p[0, 0, 0, 0] = 100 / 128  # one grey pixel, one colourful: weights 1 and 5
    p_hat = p.clone()
    x = torch.zeros(1, 1, 1, 2)
    p_hat[0, 1] = torch.tensor([[10.0, 40.0]]) / 128  # wrong by 10 and by 40
    wrong = [(d * d + 4) ** 0.5 - 2 for d in (10, 40)]
    expected = (5 * wrong[0] + wrong[1]) / 6
    assert loss_of(Space.LAB, Loss.CHROMA)(p_hat, p, x).item() == pytest.approx(expected, rel=1e-5)


def test_a_weaker_pull_weighs_colourful_pixels_less():
    p = torch.tensor([[[[40 / 128]], [[0.0]]]]).expand(1, 2, 1, 2).clone()
    p[..., 1] = 0  # one pixel of chroma 40, one grey
    p_hat = p.clone()
    p_hat[0, 1, 0, 0] = 10 / 128  # the colourful one is wrong
    loss = TrainingLoss(variant(Space.LAB, Loss.CHROMA, Embedding.NONE), pull=40.0)
    expected = 2 * ((10**2 + 4) ** 0.5 - 2) / 3
    assert loss(p_hat, p, torch.zeros(1, 1, 1, 2)).item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("space", "loss", "embedding"), COMBINATIONS)
def test_every_combination_is_zero_for_the_truth_and_positive_otherwise(space, loss, embedding):
    p_hat, p, x = (t.repeat_interleave(16, 2).repeat_interleave(16, 3) for t in tensors(12, 1))
    criterion = loss_of(space, loss, embedding)
    assert criterion(p, p, x).item() == pytest.approx(0, abs=1e-5)
    assert criterion(p_hat, p, x).item() > 1e-4


@pytest.mark.parametrize(("space", "loss", "embedding"), COMBINATIONS)
@pytest.mark.parametrize("lightness", [-0.5, 0.5, 0.1])
def test_every_combination_is_finite_on_black_white_and_constant_photos(space, loss, embedding, lightness):
    side = 192 if "ms-ssim" in loss else 8
    x = torch.full((1, 1, side, side), lightness)
    p = torch.zeros(1, 2, side, side)
    p_hat = torch.full((1, 2, side, side), 0.3, requires_grad=True)
    value = loss_of(space, loss, embedding)(p_hat, p, x)
    value.backward()
    assert torch.isfinite(value)
    assert p_hat.grad is not None
    assert torch.isfinite(p_hat.grad).all()


def test_the_gradient_of_ms_ssim_is_finite_where_a_scale_correlates_negatively():
    b = torch.rand(1, 2, 192, 192, generator=torch.Generator().manual_seed(0)) * 255
    a = (255 - b).requires_grad_()
    ms_ssim(a, b).sum().backward()
    assert torch.isfinite(a.grad).all()


@pytest.mark.parametrize(("space", "loss"), list(product(Space, (Loss.MSE, Loss.CHROMA))))
@pytest.mark.parametrize("embedding", [Embedding.NONE, Embedding.VGG16])
def test_gradients_agree_with_finite_differences(space, loss, embedding):
    p_hat, p, x = tensors(3, 1)
    criterion = loss_of(space, loss, embedding)
    direction = torch.sign(torch.randn(p_hat.shape, generator=torch.Generator().manual_seed(1)))
    p_hat.requires_grad_()
    criterion(p_hat, p, x).backward()
    step = 2e-3
    with torch.no_grad():
        ahead, behind = (criterion(p_hat + sign * step * direction, p, x).item() for sign in (1, -1))
    slope = (p_hat.grad * direction).sum().item()
    assert slope == pytest.approx((ahead - behind) / (2 * step), rel=0.02, abs=1e-4)


def test_the_gradient_of_ms_ssim_agrees_with_finite_differences():
    p_hat, p, x = (torch.nn.functional.interpolate(t, size=(192, 192), mode="bicubic") for t in tensors(24, 1))
    criterion = loss_of(Space.LAB, Loss.MS_SSIM)
    direction = (p - p_hat).detach()
    p_hat.requires_grad_()
    criterion(p_hat, p, x).backward()
    with torch.no_grad():
        ahead, behind = (criterion(p_hat + step * direction, p, x).item() for step in (0.01, -0.01))
    assert (p_hat.grad * direction).sum().item() == pytest.approx((ahead - behind) / 0.02, rel=0.02)


@pytest.mark.parametrize("space", list(Space))
def test_half_of_the_chroma_loss_through_an_embedding_is_that_of_the_features_on_its_scale(space):
    p_hat, p, x = tensors()
    features = (
        Features()(torch.cat((100 * x + 50, 128 * p_hat + 128), 1)),
        Features()(torch.cat((100 * x + 50, 128 * p + 128), 1)),
    )
    if space is Space.RGB:
        features = tuple(torch.from_numpy(numpy_rgb(q, x)).float() / 200 for q in (p_hat, p))
    seen = nn.functional.mse_loss(*map(torch.tanh, features))
    expected = (loss_of(space, Loss.CHROMA)(p_hat, p, x) + 128 * seen) / 2
    assert loss_of(space, Loss.CHROMA, Embedding.VGG16)(p_hat, p, x).item() == pytest.approx(expected.item(), rel=2e-3)


@pytest.mark.parametrize("loss", [Loss.MSE, Loss.CHROMA])
def test_autocast_does_not_blur_the_loss(loss):
    p_hat, p, x = tensors()
    for space in Space:
        with torch.autocast("cpu", torch.bfloat16):
            reduced = loss_of(space, loss, Embedding.VGG16)(p_hat, p, x)
        assert reduced.dtype == torch.float32
        assert reduced.item() == pytest.approx(loss_of(space, loss, Embedding.VGG16)(p_hat, p, x).item(), rel=1e-6)


def test_the_chroma_loss_with_ms_ssim_is_the_mean_of_both_in_ab_units_and_looks_at_rgb():
    p_hat, p, x = (torch.nn.functional.interpolate(t, size=(128, 128), mode="bicubic") for t in tensors(24, 1))
    chroma = loss_of(Space.LAB, Loss.CHROMA)(p_hat, p, x)
    a, b = (torch.from_numpy(numpy_rgb(q, x)).float() for q in (p_hat, p))
    likeness = pytorch_msssim.ms_ssim(a, b, data_range=255, win_size=7)
    expected = (chroma + 120 * (1 - likeness)).item() / 2
    assert loss_of(Space.LAB, Loss.CHROMA_MS_SSIM)(p_hat, p, x).item() == pytest.approx(expected, rel=5e-3)
    assert likeness < 0.98


def test_the_chroma_loss_with_ms_ssim_does_with_crops_of_128_pixels_but_not_of_96():
    criterion = loss_of(Space.LAB, Loss.CHROMA_MS_SSIM)
    assert torch.isfinite(criterion(*tensors(128, 1)))
    with pytest.raises(PhotosTooSmall, match=r"at least 97 pixels a side, not 96.*at 128 pixels or more"):
        criterion(*tensors(96, 1))


def test_photos_too_small_for_ms_ssim_are_refused_with_the_size_they_need():
    p_hat, p, x = tensors(160, 1)
    with pytest.raises(PhotosTooSmall, match=r"at least 161 pixels a side, not 160"):
        loss_of(Space.LAB, Loss.MS_SSIM)(p_hat, p, x)


def test_the_features_leave_out_pooling_and_classifier_and_are_frozen():
    for number, channels in ((16, 2048), (15, 512)):
        features = embedding_of(PAPER[number - 1], random=True)
        assert features(torch.zeros(1, 3, 64, 64)).shape == (1, channels, 2, 2)
        assert not any(parameter.requires_grad for parameter in features.parameters())
        assert not any(module.training for module in features.modules())


@pytest.mark.parametrize("number", [15, 16])
def test_random_features_too_tell_colours_from_grey(number):
    criterion, again = (TrainingLoss(PAPER[number - 1], embedding_of(PAPER[number - 1], random=True)) for _ in "12")
    _, p, x = tensors(64, 1)
    assert again(torch.zeros_like(p), p, x) == criterion(torch.zeros_like(p), p, x)
    grey = torch.zeros_like(p, requires_grad=True)
    loss = criterion(grey, p, x)
    loss.backward()
    assert loss > 1e-4
    assert grey.grad.abs().max() > 1e-7
    seen = torch.tanh(criterion.embedding(255 * torch.rand(1, 3, 64, 64)))
    assert (seen.abs() > 0.99).float().mean() < 0.5  # where tanh is flat, nothing teaches


@pytest.mark.parametrize("classifier", [{}, {"classifier.6.bias": torch.zeros(1000)}])
def test_embedding_weights_may_leave_out_the_classifier(tmp_path, classifier):
    given = embedding_of(PAPER[14], random=True).state_dict()
    torch.save({f"features.{name}": value for name, value in given.items()} | classifier, tmp_path / "vgg.pth")
    found = embedding_of(PAPER[14], tmp_path / "vgg.pth").state_dict()
    assert found.keys() == given.keys()
    assert all(torch.equal(found[name], given[name]) for name in given)


@pytest.mark.parametrize("state", [{"features.0.weight": torch.zeros(1)}, {"features.0.bias": torch.zeros(64)}])
def test_embedding_weights_that_do_not_fit_are_refused_by_name(tmp_path, state):
    path = tmp_path / "vgg.pth"
    torch.save(state, path)
    with pytest.raises(TrainingError, match=r"vgg\.pth cannot be used as weights"):
        embedding_of(PAPER[14], path)


def test_a_weights_file_that_would_run_code_is_refused(tmp_path):
    class Harmful:
        def __reduce__(self):
            return (print, ("ran",))

    torch.save(Harmful(), tmp_path / "bad.pth")
    with pytest.raises(TrainingError, match=r"bad\.pth holds no plain weights"):
        state_dict(tmp_path / "bad.pth")


def test_embedding_weights_that_cannot_be_fetched_say_what_to_do(monkeypatch):
    from urllib.error import URLError

    from torchvision.models import VGG16_Weights

    def offline(*_: object, **__: object) -> None:
        trusted.append(ssl.create_default_context())
        raise URLError("no network")

    trusted: list[ssl.SSLContext] = []
    monkeypatch.setattr(VGG16_Weights, "get_state_dict", offline)
    with pytest.raises(TrainingError, match=r"--embedding-weights FILE"):
        embedding_of(PAPER[14])
    assert isinstance(trusted[0], truststore.SSLContext)
