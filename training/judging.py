"""Colourise whole photos as the program does, and measure the result against the truth and the baselines."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from kmhc_engine.chroma import working_size
from kmhc_engine.colour import Floats, lab_to_rgb, rgb_to_lab
from kmhc_engine.colouriser import TorchColouriser
from training.losses import TrainingLoss
from training.measures import measure

RGB = NDArray[np.uint8]
Predict = Callable[[Floats], Floats]  # L (h, w) in 0..100 -> ab (h, w, 2)
GREY, MEAN_COLOUR = "grey (baseline)", "mean colour (baseline)"


@dataclass(frozen=True)
class Score:
    """A colourised photo, measured.

    Attributes:
        photo: The original.
        group: Its group, if any.
        values: Measure -> value.
    """

    photo: Path
    group: str
    values: Mapping[str, float]


def grey(lightness: Floats) -> Floats:
    """Predict no colour: what everything must beat."""
    return np.zeros((*lightness.shape, 2), np.float32)


def mean_colour(photos: Sequence[RGB]) -> Predict:
    """Return what predicts the mean colour of these photos everywhere: it knows more of them than a network may."""
    mean = np.mean([rgb_to_lab(photo)[..., 1:].mean((0, 1)) for photo in photos], axis=0)

    def predict(lightness: Floats) -> Floats:
        return np.tile(mean.astype(np.float32), (*lightness.shape, 1))

    return predict


def of_network(colouriser: TorchColouriser) -> Predict:
    """Return what predicts with a network, at the working size that it is used at."""

    def predict(lightness: Floats) -> Floats:
        small = working_size(lightness.shape[0], lightness.shape[1], colouriser.side)
        return _resized(colouriser.predict([_resized(lightness, small)])[0], lightness.shape)

    return predict


def _resized(array: Floats, shape: tuple[int, ...]) -> Floats:
    import cv2

    way = cv2.INTER_AREA if shape[0] < array.shape[0] else cv2.INTER_LINEAR
    resized: Floats = cv2.resize(array, (shape[1], shape[0]), interpolation=way)
    return resized


def colourised(photo: RGB, predict: Predict) -> tuple[RGB, Floats]:
    """Colourise a photo (h, w, 3) from its lightness alone; return it and the predicted ab (h, w, 2)."""
    lightness = rgb_to_lab(photo)[..., 0]
    ab = predict(lightness)
    lab = np.concatenate((lightness[..., None], ab), axis=-1).astype(np.float32)
    return lab_to_rgb(lab).astype(np.uint8), ab


def score(photo: RGB, predict: Predict, loss: TrainingLoss | None = None) -> tuple[dict[str, float], RGB]:
    """Measure a prediction for a photo; with a loss, its value too, as `loss`, in percent as in Table 2."""
    result, ab = colourised(photo, predict)
    values = {name: float(value) for name, value in measure(_tensor(result), _tensor(photo)).items()}
    if loss is not None:
        lab = torch.from_numpy(rgb_to_lab(photo)).permute(2, 0, 1)[None]
        p_hat = torch.from_numpy(np.ascontiguousarray(ab)).permute(2, 0, 1)[None] / 128
        with torch.inference_mode():
            values["loss"] = 100 * float(loss(p_hat, lab[:, 1:] / 128, (lab[:, :1] - 50) / 100))
    return values, result


def _tensor(rgb: RGB) -> torch.Tensor:
    return torch.from_numpy(rgb.copy()).permute(2, 0, 1)[None].float() / 255


def means(scores: Sequence[Score]) -> dict[str, float]:
    """Return the mean of every measure over photos."""
    names = list(dict.fromkeys(name for score in scores for name in score.values))
    return {name: float(np.mean([s.values[name] for s in scores if name in s.values])) for name in names}


def by_group(scores: Sequence[Score]) -> Iterator[tuple[str, list[Score]]]:
    """Yield the scores of each group, where there are groups."""
    for group in sorted({score.group for score in scores if score.group}):
        yield group, [score for score in scores if score.group == group]
