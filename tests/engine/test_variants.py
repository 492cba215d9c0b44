import pytest

from kmhc_engine import variants
from kmhc_engine.errors import VariantError
from kmhc_engine.variants import Embedding, Loss, Space, Variant


def test_there_are_the_sixteen_of_the_paper_in_its_order():
    assert [variant.name for variant in variants.PAPER] == [f"KMHCNet_{n}" for n in range(1, 17)]
    assert len(set(variants.PAPER)) == 16


def test_rows_of_table_1_that_differ_from_the_common_choice_are_as_printed():
    third, ninth, fourteenth = variants.PAPER[2], variants.PAPER[8], variants.PAPER[13]
    assert (third.encoder, third.space) == ("resnet152", Space.RGB)
    assert (ninth.architecture, ninth.encoder) == ("unet", "inceptionresnetv2")
    assert (fourteenth.loss, fourteenth.embedding) == (Loss.MSE_MS_SSIM, Embedding.VGG16)


@pytest.mark.parametrize(
    "text", ["6", " 6 ", "KMHCNet_6", "kmhcnet6", "unet++/resnet18", "UNet++/ResNet18/lab/MS-SSIM/none"]
)
def test_a_variant_is_found_by_number_name_or_spec(text):
    assert variants.find(text) is variants.PAPER[5]


def test_the_default_is_the_network_of_kmhcnet_6_with_another_loss():
    assert variants.DEFAULT.network == variants.PAPER[5].network
    assert variants.PAPER[5] != variants.DEFAULT
    assert variants.find("6c") is variants.find("unet++/resnet18/LAB/chroma") is variants.DEFAULT


def test_every_variant_is_found_again_by_its_name_and_its_spec():
    for variant in variants.NAMED:
        assert variants.find(variant.name) == variant
        assert variants.find(variant.spec) == variant


def test_a_custom_variant_is_made_from_a_spec():
    variant = variants.find("unet++/resnet34/RGB/ms-ssim+mse/vgg16")
    assert variant == Variant("unetplusplus", "resnet34", Space.RGB, Loss.MSE_MS_SSIM, Embedding.VGG16)
    assert variants.find("unet++/resnet34/RGB/mse+ms-ssim/vgg16") == variant
    assert variant.name == variant.spec == "unet++/resnet34/RGB/ms-ssim+mse/vgg16"
    assert variants.find("unet/resnet18/LAB/ms-ssim+chroma").loss is Loss.CHROMA_MS_SSIM
    assert variants.find("unet/tu-mobilenetv3_small_050").encoder == "tu-mobilenetv3_small_050"


@pytest.mark.parametrize(
    ("text", "part", "near"),
    [
        ("unet+/resnet34", "architecture", "unet"),
        ("unet/resnet19", "encoder", "resnet18"),
        ("unet/tu-resnet19", "encoder of timm", "resnet18"),
        ("unet/resnet34/LUV", "colour space", "LAB"),
        ("unet/resnet34/LAB/msssim", "loss", "ms-ssim"),
        ("unet/resnet34/LAB/mse/vgg19", "embedding", "vgg16"),
    ],
)
def test_a_wrong_part_is_named_with_the_nearest_valid_values(text, part, near):
    with pytest.raises(VariantError, match=f"is no {part}. Nearest: .*{near}"):
        variants.find(text)


@pytest.mark.parametrize("text", ["", "0", "17", "best", "KMHCNet_99", "a/b/c/d/e/f"])
def test_what_describes_no_variant_is_refused(text):
    with pytest.raises(VariantError):
        variants.find(text)


def test_a_variant_prints_itself():
    assert str(variants.PAPER[5]) == "KMHCNet_6 (UNet++ over resnet18, ms-ssim in LAB)"
    assert str(variants.PAPER[14]) == "KMHCNet_15 (UNet++ over resnet152, mse in LAB through vgg16)"
