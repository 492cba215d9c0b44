"""Of which variant foreign weights are."""

from pathlib import Path

import pytest
import torch

from kmhc_engine import networks
from kmhc_engine.errors import WeightsRefused
from kmhc_engine.variants import DEFAULT, PAPER
from kmhc_engine.weights_foreign import detect


@pytest.fixture(scope="module")
def shapes():
    """The shapes of the network that KMHCNet_2 and KMHCNet_13 share, and of the default's."""
    with torch.device("meta"):
        states = [networks.build(variant).state_dict() for variant in (PAPER[1], DEFAULT)]
    return [{key: tuple(value.shape) for key, value in state.items()} for state in states]


@pytest.mark.parametrize(
    ("name", "network", "variant"),
    [
        ("best.pth", 1, PAPER[5]),
        ("KMHCNet_6c.pth", 1, DEFAULT),
        ("KMHCNet_13-final.pth", 0, PAPER[12]),
        ("kmhcnet2.pth", 0, PAPER[1]),
    ],
)
def test_the_variant_is_told_from_the_shapes_and_among_equal_networks_from_the_name(name, network, variant, shapes):
    assert detect(Path(name), shapes[network]) == variant


@pytest.mark.parametrize("name", ["upp_resnet50.pth", "KMHCNet_6.pth", "KMHCNet_130.pth"])
def test_where_several_variants_fit_one_has_to_be_named(name, shapes):
    with pytest.raises(WeightsRefused, match=r"its network is that of KMHCNet_2, KMHCNet_13\. Say which"):
        detect(Path(name), shapes[0])


def test_a_file_that_does_not_say_what_it_is_for_is_taken_for_what_is_wanted_otherwise(shapes):
    assert detect(Path("a.pth"), shapes[0], PAPER[12]) == PAPER[12]
    assert detect(Path("a.pth"), shapes[0] | {"more": (1,)}, PAPER[12]) == PAPER[12], "then the differences are listed"


def test_what_a_file_says_of_itself_goes_before_what_is_wanted_otherwise(shapes):
    assert detect(Path("kmhcnet2.pth"), shapes[0], PAPER[12]) == PAPER[1]
    assert detect(Path("best.pth"), shapes[1], PAPER[12]) == PAPER[5]


def test_where_no_variant_fits_one_has_to_be_named(shapes):
    with pytest.raises(WeightsRefused, match="fit no network of the paper"):
        detect(Path("a.pth"), shapes[0] | {"more": (1,)})
