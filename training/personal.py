"""Fine-tuning on 20 to 500 photos of one's own: the verdict against the start weights and no colour at all."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.batches import spread
from training.data import Split
from training.judging import RGB, Predict, grey, means, score, untinted_difference
from training.losses import TrainingLoss
from training.packed import Packed
from training.sheets import sheet

FEWEST, MOST = 20, 500
_SHOWN = 12
_DULLER = 0.95  # less of a loss is hardly seen


@dataclass(frozen=True)
class Verdict:
    """How fine-tuned weights do on held-out photos; differences are mean CIEDE2000, lower is better.

    Attributes:
        better: Photos that got better than with the start weights.
        of: All held-out photos.
        start: The start weights' difference.
        tuned: The fine-tuned weights' difference.
        grey: That of no colour at all.
        start_within: The start weights' mean ab distance once result and truth have lost their mean colour.
        tuned_within: The fine-tuned weights'.
        start_chroma: The mean chroma of the start weights' colours, in percent of the truth's.
        tuned_chroma: The fine-tuned weights'.
        sheet: The page with grey, before, after and truth.
    """

    better: int
    of: int
    start: float
    tuned: float
    grey: float
    start_within: float
    tuned_within: float
    start_chroma: float
    tuned_chroma: float
    sheet: Path

    @property
    def improved(self) -> bool:
        """Whether the fine-tuned weights are better on average, and on most photos."""
        return self.tuned < self.start and self.better * 2 > self.of

    @property
    def only_a_tint(self) -> bool:
        """Whether it is a common tint that improved: within the photos, colours came no nearer, nor are they duller."""
        return self.improved and self.tuned_within >= self.start_within and not self.duller

    @property
    def duller(self) -> bool:
        """Whether colours came nearer to the truth, but have less chroma than before and than the truth."""
        return self.improved and self.tuned_chroma < min(_DULLER * self.start_chroma, 100)

    def __str__(self) -> str:
        text = (
            f"Better on {self.better} of {self.of} held-out photos, "
            f"mean colour difference (CIEDE2000) {self.start:.1f} -> {self.tuned:.1f} (no colour: {self.grey:.1f})."
        )
        if not self.improved:
            return text + " That is no improvement: keep the weights you had, or add photos of the same kind."
        if self.tuned >= self.grey:
            return text + " That is still no closer to the truth than grey."
        if self.only_a_tint:
            return text + " But it is a tint they share: within them, colours are no closer. Look at the photos."
        if self.duller:
            chroma = f"{self.start_chroma:.0f} % -> {self.tuned_chroma:.0f} % of the truth's chroma"
            return text + f" Its colours are duller, though: {chroma}. Look at the photos."
        if self.of < 8:
            return text + " So few held-out photos prove little: look at them."
        return text


def verdict(
    packed: Packed, before: Predict, after: Predict, loss: TrainingLoss, folder: Path
) -> tuple[Verdict, dict[str, dict[str, float]]]:
    """Compare two networks on the held-out photos, and write the sheet `verdict.png`.

    Args:
        packed: The photos; those of the test split are held out.
        before: Predicts with the start weights.
        after: Predicts with the fine-tuned weights.
        loss: The variant's, a measure among others.
        folder: Where the sheet goes.

    Returns:
        The verdict, and the means of all measures: "grey", "start" and "weights" -> measure -> mean.
    """
    indices = packed.indices(Split.TEST)
    judged: list[list[dict[str, float]]] = []
    within: list[list[float]] = []
    shown: list[list[RGB]] = []
    for index in indices:
        photo = packed.photo(int(index))
        outcomes = [score(photo, predict, loss) for predict in (grey, before, after)]
        judged.append([values for values, _ in outcomes])
        within.append([untinted_difference(picture, photo) for _, picture in outcomes])
        shown.append([*(image for _, image in outcomes), photo])
    differences = np.array([[values["ciede2000"] for values in row] for row in judged])
    order = np.argsort(differences[:, 1] - differences[:, 2])[::-1]  # the most improved first
    picked = spread(order, _SHOWN)
    page = sheet(
        folder / "verdict.png",
        [[shown[row][column] for row in picked] for column in range(4)],
        [
            f"{packed.samples[indices[row]].path.name}: {differences[row, 1]:.1f} -> {differences[row, 2]:.1f}"
            for row in picked
        ],
    )
    columns = zip(*judged, strict=True)
    results = {name: means(column) for name, column in zip(("grey", "start", "weights"), columns, strict=True)}
    _, within_before, within_after = np.mean(within, 0)
    found = Verdict(
        int((differences[:, 2] < differences[:, 1]).sum()),
        len(indices),
        results["start"]["ciede2000"],
        results["weights"]["ciede2000"],
        results["grey"]["ciede2000"],
        float(within_before),
        float(within_after),
        results["start"]["chroma_share"],
        results["weights"]["chroma_share"],
        page,
    )
    return found, results
