"""Colourise whole photos as the program does, and measure the result against the truth and the baselines."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from kmhc_engine.chroma import Chroma, network_input
from kmhc_engine.colour import Codes, Floats, rgb_to_lab
from kmhc_engine.colouriser import TorchColouriser
from kmhc_engine.photos.profile import Profile
from kmhc_engine.render import rendered
from training.losses import TrainingLoss, as_told
from training.measures import averaged, batch_of, ciede2000, measure
from training.skin import Skin

RGB = NDArray[np.uint8]
Predict = Callable[[Codes], Floats]  # sRGB grey (h, w) -> ab (h', w', 2), of any size, covering the photo
GREY, MEAN_COLOUR = "grey (baseline)", "mean colour (baseline)"


def grey(photo: Codes) -> Floats:
    """Predict no colour: what everything must beat."""
    return np.zeros((8, 8, 2), np.float32)


def mean_colour(photos: Sequence[RGB]) -> Predict:
    """Return what predicts the mean colour of these photos everywhere: it knows more of them than a network may."""
    mean = np.mean([rgb_to_lab(photo)[..., 1:].mean((0, 1)) for photo in photos], axis=0)
    return lambda photo: np.tile(mean.astype(np.float32), (8, 8, 1))


def of_network(colouriser: TorchColouriser) -> Predict:
    """Return what predicts with a network, at the working size that it is used at."""
    return lambda photo: colouriser.predict([network_input(photo, colouriser.side)])[0]


def lightness(photo: RGB) -> Codes:
    """Return what a network gets to see of a photo (h, w, 3): sRGB grey (h, w), as the program makes it."""
    to_grey, _ = Profile().to_grey("RGB", "uint8")
    return to_grey(photo)


def painted(photo: RGB, ab: Floats) -> RGB:
    """Give the lightness of a photo predicted colours, as the program does."""
    return rendered(lightness(photo), Chroma(ab, "", "")).astype(np.uint8)


def colourised(photo: RGB, predict: Predict) -> tuple[RGB, Floats]:
    """Colourise a photo from its lightness alone; return it and the predicted ab."""
    ab = predict(lightness(photo))
    return painted(photo, ab), ab


def score(photo: RGB, predict: Predict, loss: TrainingLoss | None = None) -> tuple[dict[str, float], RGB]:
    """Measure a prediction for a photo; with a loss, it too: in percent as in Table 2, but chroma in ab units."""
    result, ab = colourised(photo, predict)
    values = {name: float(value) for name, value in measure(batch_of(result) / 255, batch_of(photo) / 255).items()}
    if loss is not None:
        lab, p_hat = batch_of(rgb_to_lab(photo)), batch_of(_resized(ab, photo)) / 128
        with torch.inference_mode():
            values["loss"] = as_told(loss.loss) * float(loss(p_hat, lab[:, 1:] / 128, (lab[:, :1] - 50) / 100))
    return values, result


def _resized(ab: Floats, photo: RGB) -> Floats:
    import cv2

    resized: Floats = cv2.resize(ab, photo.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return resized


def colour_difference(picture: RGB, photo: RGB) -> Floats:
    """Return CIEDE2000 of every pixel, (h, w)."""
    one, other = (batch_of(rgb_to_lab(np.ascontiguousarray(rgb))) for rgb in (picture, photo))
    result: Floats = ciede2000(one, other)[0].numpy()
    return result


def skin_difference(picture: RGB, photo: RGB, skin: Skin) -> float:
    """Return the mean CIEDE2000 of the skin pixels of a face."""
    one, other = (rgb[skin.rows, skin.columns] for rgb in (picture, photo))
    return float(colour_difference(one, other)[skin.mask].mean())


def untinted_difference(picture: RGB, photo: RGB) -> float:
    """Return the mean ab distance once both have lost their mean colour: what no tint all over can make up for."""
    one, other = (rgb_to_lab(np.ascontiguousarray(rgb))[..., 1:] for rgb in (picture, photo))
    apart = (one - one.mean((0, 1))) - (other - other.mean((0, 1)))
    return float(np.linalg.norm(apart, axis=-1).mean())


def means(measured: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of every measure over photos, the share of chroma over all of them together."""
    names = dict.fromkeys(name for values in measured for name in values)
    return averaged({name: float(np.mean([v[name] for v in measured if name in v])) for name in names})
