import numpy as np
import pytest
from PIL import Image
from skimage import data

from kmhc_engine.photos import Provenance, RenderedPage, encode


@pytest.fixture(scope="session")
def colour():
    """A colour photo, (120, 160, 3)."""
    return np.asarray(Image.fromarray(data.coffee()).resize((160, 120)))


@pytest.fixture(scope="session")
def grey(colour):
    """The same in grey, (120, 160)."""
    return np.asarray(Image.fromarray(colour).convert("L"))


@pytest.fixture
def saved(tmp_path):
    """Save pixels, or an image, with Pillow under a name; return the path."""

    def save(pixels, name, **options):
        path = tmp_path / name
        image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
        image.save(path, **options)
        return path

    return save


@pytest.fixture
def written(tmp_path):
    """Write pixels with `encode`, in strips; return the path."""

    def write(photo_or_metadata, format, *pages, alpha=None, quality=None, name="out"):
        metadata = getattr(photo_or_metadata, "metadata", photo_or_metadata)
        path = tmp_path / (name + format.suffix)
        rendered = (
            RenderedPage(
                *page.shape[:2], 8 * page.itemsize, iter(np.array_split(page, range(16, len(page), 16))), alpha
            )
            for page in pages
        )
        write.notes = encode(path, format, rendered, metadata, Provenance("KMHCNet_6", "0a" * 32), quality)
        return path

    return write
