from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
PHOTOS = sorted(path for path in SAMPLES.iterdir() if path.name != "SOURCES.md")
each_photo = pytest.mark.parametrize("photo", PHOTOS, ids=lambda photo: photo.name)


def licences() -> dict[str, str]:
    lines = (SAMPLES / "SOURCES.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip(" `") for cell in line.strip("| ").split("|")] for line in lines if line.startswith("| `")]
    return {row[0]: row[-1] for row in rows}


def test_there_are_six_to_ten_samples_of_less_than_three_megabytes() -> None:
    assert 6 <= len(PHOTOS) <= 10
    assert sum(photo.stat().st_size for photo in PHOTOS) < 3_000_000


def test_the_sources_name_exactly_the_samples() -> None:
    assert sorted(licences()) == [photo.name for photo in PHOTOS]


@each_photo
def test_a_sample_is_in_the_public_domain_or_cc0(photo: Path) -> None:
    assert licences()[photo.name].startswith(("Public domain", "CC0"))


@each_photo
def test_a_sample_is_a_jpeg_of_moderate_size(photo: Path) -> None:
    with Image.open(photo) as image:
        image.load()
        assert image.format == "JPEG"
        assert 256 <= max(image.size) <= 1600


@each_photo
def test_a_sample_says_in_its_exif_what_it_shows_and_its_licence(photo: Path) -> None:
    with Image.open(photo) as image:
        exif = image.getexif()
    assert exif[ExifTags.Base.ImageDescription]
    assert exif[ExifTags.Base.Copyright] in {"Public domain", "CC0 1.0"}


@each_photo
def test_a_sample_is_grey_or_has_one_tint(photo: Path) -> None:
    with Image.open(photo) as image:
        if image.mode == "L":
            return
        pixels = np.asarray(image.convert("RGB"), dtype=float)
    # In a tinted photo the grey value alone decides the colour.
    grey = pixels.mean(axis=-1).round().astype(int)
    members = np.bincount(grey.ravel())
    for channel in range(3):
        mean = np.bincount(grey.ravel(), pixels[..., channel].ravel()) / np.maximum(members, 1)
        assert np.abs(pixels[..., channel] - mean[grey]).mean() < 1.5


def test_one_sample_is_a_faded_sepia_print() -> None:
    with Image.open(SAMPLES / "wardenclyffe.jpg") as image:
        pixels = np.asarray(image, dtype=float)
    red, _, blue = pixels.mean(axis=(0, 1))
    assert red - blue > 20
    assert pixels.mean(axis=-1).min() > 20
    assert pixels.mean(axis=-1).max() < 240


def test_one_portrait_is_stored_on_its_side() -> None:
    with Image.open(SAMPLES / "grace-hopper.jpg") as image:
        stored, orientation = image.size, image.getexif()[ExifTags.Base.Orientation]
        upright = ImageOps.exif_transpose(image).size
    assert orientation == 6
    assert upright == stored[::-1]
    assert upright[1] > upright[0]
