"""How far to go from the start weights towards what was learnt: as far as photos that did not teach agree with.

A few photos teach quickly, and soon more than is true elsewhere. On the straight way between start and end there are
usually weights that are better than both (Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).

What faded slides share is their cast. It is learnt first, can halve CIEDE2000, and lays one tint over sky,
lawn and faces. So colours within a photo, its mean taken off, must not get farther from the truth on the way.
"""

from collections.abc import Callable, Mapping

import numpy as np
from torch import Tensor

from training.data import Split
from training.judging import Predict, score, untinted_difference
from training.packed import Packed

State = Mapping[str, Tensor]

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_UNTRIED = 0.5
_AS_GOOD = 1.02  # times the untinted difference of the start weights


def blended(start: State, end: State, share: float) -> dict[str, Tensor]:
    """Return start + share (end - start), tensor by tensor; counters are the end's."""
    return {name: start[name].lerp(value, share) if value.is_floating_point() else value for name, value in end.items()}


def best_blend(
    start: State, end: State, packed: Packed, predict_with: Callable[[State], Predict]
) -> tuple[dict[str, Tensor], float]:
    """Choose the share of what was learnt with the least mean CIEDE2000 on the photos to tune by, and more than a tint.

    Args:
        start: The start weights.
        end: What was learnt.
        packed: The photos; those of the val split choose, those held out have no say.
        predict_with: Makes a state predict.

    Returns:
        The blend and its share: half, if there is no photo to choose by.
    """
    photos = [packed.photo(int(index)) for index in packed.indices(Split.VAL)]

    def differences(share: float) -> tuple[float, float]:
        predict = predict_with(blended(start, end, share))
        scores = [(*score(photo, predict), photo) for photo in photos]
        untinted = [untinted_difference(picture, photo) for _, picture, photo in scores]
        return float(np.mean([values["ciede2000"] for values, _, _ in scores])), float(np.mean(untinted))

    if not photos:
        return blended(start, end, _UNTRIED), _UNTRIED
    found = {share: differences(share) for share in SHARES}
    most = _AS_GOOD * found[SHARES[0]][1]
    share = min((share for share in SHARES if found[share][1] <= most), key=lambda share: found[share][0])
    return blended(start, end, share), share
