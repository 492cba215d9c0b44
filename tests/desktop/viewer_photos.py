"""Small photos with results, for the tests of the viewer."""

import cv2
import numpy as np
from PIL import Image
from skimage import data

from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_engine.chroma import Chroma, working_size
from kmhc_engine.colour import compress_chroma

compress_chroma(np.float32([[50, 120, 0]]))  # makes its table, which takes long on a busy machine


def grey_photo(path, width=300, height=200):
    Image.fromarray(cv2.resize(data.camera(), (width, height), interpolation=cv2.INTER_AREA)).save(path)
    return path


def coloured(path, ab=(40.0, 30.0), size=(200, 300)):
    height, width = working_size(*size, 64)
    Chroma(np.broadcast_to(np.float32(ab), (height, width, 2)).copy(), "KMHCNet_6", "abc").save(path)
    return path


def viewed(folder, name="photo", ab=(40.0, 30.0), **size):
    source = grey_photo(folder / f"{name}.png", **size)
    return ViewedPhoto(source, chroma=coloured(folder / f"{name}-chroma.png", ab))


def is_grey(colour):
    return max(colour.red(), colour.green(), colour.blue()) - min(colour.red(), colour.green(), colour.blue()) < 6
