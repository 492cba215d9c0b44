import xml.etree.ElementTree as ET

import pytest

import kmhc_engine
from kmhc_engine.photos.provenance import DC, PHOTOSHOP, Provenance, is_xmp, tell
from tests.engine.photos.making import XMP

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
TIFF, EXT, KMHC = (
    "{http://ns.adobe.com/tiff/1.0/}",
    "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}",
    "{https://kmhc.invalid/ns/1.0/}",
)
PROVENANCE = Provenance("KMHCNet_6", "0a" * 32)


def told(packet):
    """All simple values by name, of attributes and elements alike."""
    values = {}
    for description in ET.fromstring(packet).iter(RDF + "Description"):
        for name, value in description.attrib.items():
            values.setdefault(name, []).append(value)
        for element in description:
            values.setdefault(element.tag, []).append("|".join(text.strip() for text in element.itertext()).strip("|"))
    return values


@pytest.mark.parametrize("packet", [b"", XMP])
def test_a_photo_says_who_coloured_it(packet):
    values = told(tell(packet, PROVENANCE, {}))
    assert values[EXT + "DigitalSourceType"] == [
        "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    ]
    assert values[TIFF + "Software"] == [f"KMHC {kmhc_engine.__version__}"]
    assert values[KMHC + "Variant"] == ["KMHCNet_6"]
    assert values[KMHC + "Weights"] == ["0a" * 32]


def test_what_the_photo_told_before_stays():
    values = told(tell(XMP, PROVENANCE, {}))
    assert values[f"{{{DC}}}title"] == ["Großmutter"]
    assert values["{urn:own}shoebox"] == ["7"]
    assert values["{http://ns.adobe.com/xap/1.0/}CreatorTool"] == ["VueScan"]
    assert set(values[RDF + "about"]) == {"uuid:1"}


def test_what_is_true_of_the_old_pixels_only_goes():
    values = told(tell(XMP, PROVENANCE, {}))
    assert TIFF + "Orientation" not in values
    assert TIFF + "ImageWidth" not in values


def test_gain_maps_and_clips_behind_the_old_photo_are_no_longer_told_of():
    packet = XMP.replace(
        b"</own:shoebox>", b"</own:shoebox><g:Version xmlns:g='http://ns.adobe.com/hdr-gain-map/1.0/'/>"
    )
    assert b"hdr-gain-map/1.0/'" not in tell(packet, PROVENANCE, {})
    assert not [name for name in told(tell(packet, PROVENANCE, {})) if "gain-map" in name]


def test_colouring_twice_tells_it_once():
    values = told(tell(tell(XMP, Provenance("old", "1"), {}), PROVENANCE, {}))
    assert values[KMHC + "Variant"] == ["KMHCNet_6"]
    assert len(values[EXT + "DigitalSourceType"]) == 1


def test_further_texts_fill_gaps_and_overwrite_nothing():
    texts = {(DC, "title"): ("other",), (DC, "subject"): ("a", "b"), (PHOTOSHOP, "City"): ("Köln & <so>",)}
    values = told(tell(XMP, PROVENANCE, texts))
    assert values[f"{{{DC}}}title"] == ["Großmutter"]
    assert values[f"{{{DC}}}subject"] == ["a|b"]
    assert values[f"{{{PHOTOSHOP}}}City"] == ["Köln & <so>"]


@pytest.mark.parametrize(
    "packet",
    [b"rubbish", b"<x/>", XMP[:300], b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + XMP, b"\xff\xfe\0", b"<a>" * 5000],
)
def test_what_is_no_xmp_is_known(packet):
    assert not is_xmp(packet)


def test_xmp_without_its_wrapper_is_read():
    bare = XMP[XMP.index(b"<rdf:RDF") : XMP.index(b"</x:xmpmeta>")]
    assert is_xmp(bare)
    assert told(tell(bare, PROVENANCE, {}))[f"{{{DC}}}title"] == ["Großmutter"]
