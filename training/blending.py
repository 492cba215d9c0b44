"""How far to go from the start weights towards what was learnt: as far as photos that did not teach agree with.

A few photos teach quickly, and soon more than is true elsewhere. On the straight way between start and end there are
usually weights that are better than both (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).

What faded slides share is their cast. It is learnt first, can halve CIEDE2000, and lays one tint over sky,
lawn and faces. So colours within a photo, its mean taken off, must not get farther from the truth on the way.

And a few photos teach to be careful: colours grow weak, which CIEDE2000 rewards by itself. So they are compared, and
kept, as strong as those of the start weights.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from torch import Tensor

from kmhc_engine.colour import AB_SCALE, Floats, rgb_to_lab
from training.data import Split
from training.judging import RGB, Predict, colour_difference, lightness, painted, untinted_difference
from training.packed import Packed

StateDict = Mapping[str, Tensor]

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_UNTRIED = 0.5
_AS_GOOD = 1.02  # times the untinted difference of the start weights
_STRONGEST = 1.5  # beyond it, what was learnt is little more than grey
_LARGEST = 1 - 1e-6  # of what tanh gives: where it reaches 1 in fp32, it cannot be undone
_HEAD = "segmentation_head."  # a last convolution; then tanh (equation 1)


@dataclass(frozen=True)
class Blend:
    """Weights on the way from the start to what was learnt.

    Attributes:
        state: The weights.
        share: How far they are on the way, 0..1.
        strength: How many times as strong their last layer was made.
    """

    state: dict[str, Tensor]
    share: float
    strength: float = 1.0


class _Tried(NamedTuple):
    share: float
    strength: float
    ciede2000: float
    untinted: float


def blended(start: StateDict, end: StateDict, share: float) -> dict[str, Tensor]:
    """Return start + share (end - start), tensor by tensor; counters are the end's."""
    return {name: start[name].lerp(value, share) if value.is_floating_point() else value for name, value in end.items()}


def strengthened(state: StateDict, strength: float) -> dict[str, Tensor]:
    """Return the weights of a network whose last layer, before tanh, is so many times as strong."""
    return {name: value * strength if name.startswith(_HEAD) else value for name, value in state.items()}


def best_blend(start: StateDict, end: StateDict, packed: Packed, predict_with: Callable[[StateDict], Predict]) -> Blend:
    """Choose the share of what was learnt with the least mean CIEDE2000 on the photos to tune by, and more than a tint.

    Weaker colours than those of the start weights, or of the photos if these have less, are made as strong first.

    Args:
        start: The start weights.
        end: What was learnt.
        packed: The photos; those of the val split choose, those held out have no say.
        predict_with: Makes a state predict.

    Returns:
        The blend: half the way, if there is no photo to choose by.
    """
    photos = [packed.photo(int(index)) for index in packed.indices(Split.VAL)]
    if not photos:
        return Blend(blended(start, end, _UNTRIED), _UNTRIED)
    wanted = _chroma([rgb_to_lab(photo)[..., 1:] for photo in photos])
    found: list[_Tried] = []
    for share in SHARES:
        predict = predict_with(blended(start, end, share))
        colours = [predict(lightness(photo)) for photo in photos]
        chroma = _chroma(colours)
        if not found:  # the start weights
            wanted = min(wanted, chroma)
        strength = float(np.clip(wanted / max(chroma, 1e-3), 1, _STRONGEST))
        differences = [compared(photo, stronger(ab, strength)) for photo, ab in zip(photos, colours, strict=True)]
        found.append(_Tried(share, strength, *np.mean(differences, axis=0)))
    most = _AS_GOOD * found[0].untinted
    best = min((tried for tried in found if tried.untinted <= most), key=lambda tried: tried.ciede2000)
    return Blend(strengthened(blended(start, end, best.share), best.strength), best.share, best.strength)


def compared(photo: RGB, ab: Floats) -> tuple[float, float]:
    """Return mean CIEDE2000 and the untinted difference of a photo whose lightness was given these colours."""
    picture = painted(photo, ab)
    return float(colour_difference(picture, photo).mean()), untinted_difference(picture, photo)


def _chroma(colours: list[Floats]) -> float:
    return float(np.mean([np.linalg.norm(ab, axis=-1).mean() for ab in colours]))


def stronger(ab: Floats, strength: float) -> Floats:
    """Return what a network with a `strengthened` last layer predicts, from what it does without: ab of any shape."""
    result: Floats = AB_SCALE * np.tanh(strength * np.arctanh(np.clip(ab / AB_SCALE, -_LARGEST, _LARGEST)))
    return result
