"""The table of the variants."""

from dataclasses import replace

from PySide6.QtTest import QAbstractItemModelTester

from kmhc_desktop.variant_model import Column, VariantModel, described
from kmhc_engine import weights
from kmhc_engine.variants import DEFAULT, PAPER, find


def test_the_table_holds_the_papers_sixteen_with_their_numbers(qapp) -> None:
    model = VariantModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    names = [row.name for row in model.rows]
    assert {variant.name for variant in PAPER} <= set(names)
    assert DEFAULT.name in names
    row = model.find("KMHCNet_8")
    assert model.index(row, Column.PUBLISHED).data() == "95.51 %"
    assert model.index(row, Column.PARAMETERS).data() == "68.0 M"


def test_a_variant_is_described_as_the_engine_does(qapp) -> None:
    for variant in (*PAPER, DEFAULT, find("unet/resnet18/RGB/mse/vgg16")):
        assert described(variant) == str(variant)


def test_a_variant_is_described_in_german(german) -> None:
    assert described(DEFAULT) == "KMHCNet_6c (UNet++ auf resnet18, chroma in LAB)"


def test_the_time_of_a_variant_follows_the_measured_speed(qapp) -> None:
    model = VariantModel()
    model.set_speed(PAPER[5].network, 0.5, 100)
    assert model.index(model.find("KMHCNet_6"), Column.TIME).data() == "50 s"
    assert model.index(model.find("KMHCNet_1"), Column.TIME).data() == "4 min"


def test_weights_with_a_name_of_their_own_are_not_those_of_their_variant(qapp, monkeypatch) -> None:
    attic = replace(weights.find(DEFAULT.name), variant=PAPER[0], title="Attic")
    monkeypatch.setattr(weights, "catalogue", lambda: [attic])
    model = VariantModel()
    assert model.rows[model.find(PAPER[0].name)].weights is None
    assert model.rows[model.find("Attic")].weights is attic
