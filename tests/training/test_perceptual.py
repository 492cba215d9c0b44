from functools import partial

import pytest
import torch
from safetensors.torch import save_file

from tests.training.conftest import colour_photo
from training.errors import TrainingError
from training.perceptual import fid, lpips, mobilenet


@pytest.mark.parametrize("file", ["alexnet.pth", "alexnet.safetensors"])
def test_lpips_is_zero_for_equal_photos_and_takes_its_weights_in_any_order(tmp_path, file):
    from torchvision.models import alexnet

    state = alexnet().features.state_dict(prefix="features.")
    (torch.save if file.endswith(".pth") else save_file)(state, tmp_path / file)
    likeness = lpips(tmp_path / file)
    one, other = colour_photo(1), colour_photo(2)
    assert likeness(one, one) == pytest.approx(0, abs=1e-5)
    assert likeness(one, other) > 0


@pytest.mark.parametrize("lacking", ["features.0.bias", "features.10.weight"])
def test_lpips_refuses_other_networks(tmp_path, lacking):
    from torchvision.models import alexnet

    state = alexnet().features.state_dict(prefix="features.")
    del state[lacking]
    torch.save(state, tmp_path / "other.pth")
    with pytest.raises(TrainingError, match=r"other\.pth is no AlexNet"):
        lpips(tmp_path / "other.pth")


@pytest.mark.parametrize("measure", [lpips, mobilenet, fid])
@pytest.mark.parametrize("content", [[torch.zeros(1)], {"features.0.weight": 3}])
def test_what_holds_no_named_tensors_is_refused_by_every_measure(tmp_path, measure, content):
    torch.save(content, tmp_path / "list.pth")
    with pytest.raises(TrainingError, match=r"list\.pth cannot be used as weights: it holds other things"):
        measure(tmp_path / "list.pth")


def test_the_distance_in_mobilenet_is_zero_for_equal_photos_and_takes_any_number_of_classes(tmp_path):
    from torchvision.models import mobilenet_v2

    save_file(mobilenet_v2(num_classes=1001).state_dict(), tmp_path / "mobilenet.safetensors")
    distance = mobilenet(tmp_path / "mobilenet.safetensors")
    one, other = colour_photo(1), colour_photo(2)
    assert distance(one, one) == pytest.approx(0, abs=1e-4)
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert 0 < distance(one, other) < 400  # features of length 1 are at most 2 apart


def test_the_distance_in_mobilenet_refuses_other_networks(tmp_path):
    save_file({"features.0.0.weight": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(TrainingError, match=r"other\.safetensors is no MobileNetV2"):
        mobilenet(tmp_path / "other.safetensors")


def test_fid_refuses_a_file_that_is_not_its_inception_and_runs_none_of_its_code(tmp_path):
    pytest.importorskip("torch_fidelity")
    torch.save({"fc.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(TrainingError, match=r"other\.pth is not FID's Inception"):
        fid(tmp_path / "other.pth")


def test_fid_is_zero_for_equal_photos_and_grows_with_their_difference(tmp_path, monkeypatch):
    inception = pytest.importorskip("torch_fidelity.feature_extractor_inceptionv3")
    from torchmetrics.image import fid as metric

    kind = inception.FeatureExtractorInceptionV3
    with monkeypatch.context() as patch:  # its constructor wants weights: give it none
        patch.setattr(torch, "load", lambda *_, **__: {})
        patch.setattr(kind, "load_state_dict", lambda *_, **__: None)
        state = kind("any", ["2048"], "nothing").state_dict()
    for kernel in (value for value in state.values() if value.dim() == 4):
        torch.nn.init.kaiming_normal_(kernel)  # else nothing of the photos reaches the features
    torch.save(state, tmp_path / "inception.pth")
    few = partial(metric.FrechetInceptionDistance, feature=64)  # what stands in a square with 2048 takes half a minute
    monkeypatch.setattr(metric, "FrechetInceptionDistance", few)
    distance = fid(tmp_path / "inception.pth")
    photos = [colour_photo(n) for n in range(3)]
    assert distance((photo, photo) for photo in photos) == pytest.approx(0, abs=1e-3)
    assert distance((255 - photo, photo) for photo in photos) > 1e-3
