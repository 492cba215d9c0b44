import pytest
import torch

from kmhc_engine import networks, variants
from kmhc_engine.errors import VariantError


@pytest.mark.parametrize("variant", variants.PAPER, ids=lambda variant: variant.name)
def test_parameter_counts_are_those_of_table_2(variant):
    assert round(networks.parameter_count(variant) / 1e6, 2) == variant.published.parameters


def test_the_output_is_two_channels_between_minus_one_and_one():
    network = networks.build(variants.find("unet/mobilenet_v2")).eval()
    torch.nn.init.constant_(network.segmentation_head[0].bias, 9.0)
    with torch.inference_mode():
        p = network(torch.zeros(1, 1, 64, 96))
    assert p.shape == (1, 2, 64, 96)
    assert p.max() <= 1.0
    assert p.mean() > 0.99  # tanh(9), not 9


def test_an_architecture_that_does_not_go_with_an_encoder_is_refused():
    with pytest.raises(VariantError, match="dpt does not go with resnet18"):
        networks.build(variants.find("dpt/resnet18"))


def test_the_stride_is_the_encoders():
    with torch.device("meta"):
        assert networks.stride(networks.build(variants.DEFAULT)) == 32
