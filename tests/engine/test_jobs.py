import pytest

from kmhc_engine.choices import ColourPhotos, Format
from kmhc_engine.chroma import Adjustments
from kmhc_engine.jobs import OutputSettings


@pytest.mark.parametrize(
    "settings",
    [OutputSettings(), OutputSettings(Format.TIFF, 80, Adjustments(0.5, -0.2, 2.0), 1200, ColourPhotos.REDO)],
)
def test_settings_are_those_that_their_fingerprint_tells_of(settings):
    told = OutputSettings.of(settings.fingerprint)
    assert told == settings
    assert type(told.format) is type(settings.format) and isinstance(told.colour_photos, ColourPhotos)


@pytest.mark.parametrize("fingerprint", ["", "{", "[]", "{}", '{"format": "gif"}', OutputSettings().fingerprint + "}"])
def test_a_damaged_fingerprint_tells_of_the_defaults(fingerprint):
    assert OutputSettings.of(fingerprint) == OutputSettings()
