import numpy as np
import pytest
import torch
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from tests.training.conftest import colour_photo
from training.judging import means
from training.measures import MEASURES, averaged, ciede2000, colourfulness, measure, psnr, ssim


def tensor(rgb: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(rgb).permute(2, 0, 1)[None].float() / 255


def pair(side: int = 64) -> tuple[np.ndarray, np.ndarray]:
    return colour_photo(1, side, side), colour_photo(2, side, side)


def test_ciede2000_agrees_with_scikit_image():
    rng = np.random.default_rng(0)
    one = np.concatenate([rng.uniform(0, 100, (500, 1)), rng.uniform(-100, 100, (500, 2))], 1)
    other = one + rng.normal(0, 20, one.shape)
    one[:20, 1:] = 0  # greys have no hue
    other[10:30, 1:] = 0
    got = ciede2000(*(torch.from_numpy(lab).T[None, :, :, None] for lab in (one, other)))
    np.testing.assert_allclose(got[0, :, 0], deltaE_ciede2000(one, other), atol=1e-4)


def test_measures_are_the_same_where_the_network_computes_in_bf16():
    one, other = (tensor(photo) for photo in pair(192))
    usual = measure(one, other)
    with torch.autocast("cpu", torch.bfloat16):
        reduced = measure(one, other)
    assert reduced == usual


def test_psnr_and_ssim_agree_with_scikit_image():
    one, other = pair()
    expected = peak_signal_noise_ratio(one, other, data_range=255)
    assert psnr(tensor(one), tensor(other)).item() == pytest.approx(expected, rel=1e-4)
    options = {"win_size": 11, "gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    _, similar = structural_similarity(one, other, channel_axis=2, data_range=255, full=True, **options)
    assert ssim(tensor(one), tensor(other)).item() == pytest.approx(similar[5:-5, 5:-5].mean(), abs=1e-3)


def test_colourfulness_is_that_of_hasler_and_suesstrunk():
    one, _ = pair()
    red, green, blue = np.moveaxis(one.astype(np.float64), -1, 0)
    rg, yb = red - green, (red + green) / 2 - blue
    expected = np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean())
    assert colourfulness(tensor(one)).item() == pytest.approx(expected, rel=1e-4)
    assert colourfulness(tensor(np.full_like(one, 90))).item() == pytest.approx(0, abs=1e-3)


def test_the_chroma_measures_are_those_of_the_ab_plane():
    one, other = pair()
    lab, true = rgb2lab(one), rgb2lab(other)
    got = measure(tensor(one), tensor(other))
    error = np.hypot(*np.moveaxis((lab - true)[..., 1:], -1, 0)).mean()
    share = np.hypot(*np.moveaxis(lab[..., 1:], -1, 0)).mean() / np.hypot(*np.moveaxis(true[..., 1:], -1, 0)).mean()
    assert got["chroma_error"].item() == pytest.approx(error, rel=1e-3)
    assert got["chroma_share"].item() == pytest.approx(100 * share, rel=1e-3)


def test_the_colourfulness_is_that_of_the_picture_and_its_difference_has_no_sign():
    one, other = map(tensor, pair())
    for picture, truth in ((one, other), (other, one)):
        got = measure(picture, truth)
        assert got["colourfulness"] == colourfulness(picture)
        assert got["colourfulness_difference"] == (colourfulness(picture) - colourfulness(truth)).abs()


def test_measures_are_finite_where_the_truth_has_no_colour_at_all():
    got = measure(tensor(colour_photo(1)), torch.zeros(1, 3, 64, 80))
    assert got["true_chroma"] == 0
    assert all(value.isfinite() for value in got.values())
    assert np.isfinite(averaged({name: float(value) for name, value in got.items()})["chroma_share"])


def test_the_share_of_chroma_is_that_of_all_photos_together():
    dull, bold = {"chroma": 4.0, "true_chroma": 2.0}, {"chroma": 20.0, "true_chroma": 40.0}
    assert means([dull, bold]) == {"chroma_share": pytest.approx(100 * 24 / 42)}  # the shares' mean would be 125 %


# Sharma, Wu and Dalal 2005, table 1: two colours and their difference.
SHARMA = """
50 2.6772 -79.7751 50 0 -82.7485 2.0425
50 3.1571 -77.2803 50 0 -82.7485 2.8615
50 2.8361 -74.02 50 0 -82.7485 3.4412
50 -1.3802 -84.2814 50 0 -82.7485 1
50 -1.1848 -84.8006 50 0 -82.7485 1
50 -0.9009 -85.5211 50 0 -82.7485 1
50 0 0 50 -1 2 2.3669
50 -1 2 50 0 0 2.3669
50 2.49 -0.001 50 -2.49 0.0009 7.1792
50 2.49 -0.001 50 -2.49 0.001 7.1792
50 2.49 -0.001 50 -2.49 0.0011 7.2195
50 2.49 -0.001 50 -2.49 0.0012 7.2195
50 -0.001 2.49 50 0.0009 -2.49 4.8045
50 -0.001 2.49 50 0.001 -2.49 4.8045
50 -0.001 2.49 50 0.0011 -2.49 4.7461
50 2.5 0 50 0 -2.5 4.3065
50 2.5 0 73 25 -18 27.1492
50 2.5 0 61 -5 29 22.8977
50 2.5 0 56 -27 -3 31.9030
50 2.5 0 58 24 15 19.4535
50 2.5 0 50 3.1736 0.5854 1
50 2.5 0 50 3.2972 0 1
50 2.5 0 50 1.8634 0.5757 1
50 2.5 0 50 3.2592 0.335 1
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.248 -4.962 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.694 23.0331 14.973 -42.5619 2.0373
36.4612 47.858 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.441 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.135 0.9033 -0.0636 -0.5514 0.9082
"""


def test_ciede2000_agrees_with_its_authors_table_in_either_order():
    rows = torch.tensor([[float(value) for value in line.split()] for line in SHARMA.split("\n") if line]).double()
    one, other, expected = rows[:, :3, None, None], rows[:, 3:6, None, None], rows[:, 6]
    for a, b in ((one, other), (other, one)):
        torch.testing.assert_close(ciede2000(a, b).flatten().double(), expected, atol=1e-4, rtol=0)


def test_the_truth_itself_is_best_in_every_measure():
    truth = tensor(colour_photo(1, 176, 176))
    got = measure(truth, truth)
    assert set(averaged({name: float(value) for name, value in got.items()})) == set(MEASURES)
    assert got["accuracy"].item() == pytest.approx(100, abs=1e-3)
    assert got["psnr"].item() == pytest.approx(100)
    assert got["chroma_share"].item() == pytest.approx(100)
    assert got["ssim"].item() == pytest.approx(1)
    for none in ("ciede2000", "chroma_error", "colourfulness_difference"):
        assert got[none].item() == pytest.approx(0, abs=1e-4)


def test_measures_are_taken_photo_by_photo_and_small_photos_have_no_accuracy():
    one, other = pair()
    batch = measure(torch.cat([tensor(one), tensor(other)]), torch.cat([tensor(other), tensor(other)]))
    assert "accuracy" not in batch
    assert batch["psnr"].tolist() == pytest.approx([psnr(tensor(one), tensor(other)).item(), 100])
