"""`kmhc evaluate`: measures of weights on photos, never without the grey and the mean-colour baselines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from kmhc_engine import devices, weights
from kmhc_engine.colouriser import TorchColouriser
from kmhc_engine.errors import printable
from kmhc_engine.networks import build
from kmhc_engine.variants import DEFAULT, Embedding
from kmhc_engine.weights import Weights
from kmhc_engine.weights_format import info
from training.data import Split, collect
from training.errors import TrainingError
from training.judging import (
    GREY,
    MEAN_COLOUR,
    RGB,
    Predict,
    Score,
    by_group,
    grey,
    mean_colour,
    means,
    of_network,
    score,
)
from training.losses import TrainingLoss, embedding_of
from training.packed import Packed, pack
from training.perceptual import lpips

UNFAIR = 1.25  # a group with this times the mean CIEDE2000 has to be named in the model card


@dataclass(frozen=True)
class Asked:
    """What to judge on, and how.

    Attributes:
        folder: Colour photos: a folder tree or an index.
        split: "train", "val", "test" or "all".
        size: Short side at which photos are judged, pixels.
        limit: So many photos at most, spread over all; 0: all.
        lpips_weights: torchvision's AlexNet, for LPIPS.
        embedding_weights: For the loss of variants with an embedding.
        device: "cuda", "mps" or "cpu"; empty chooses.
    """

    folder: Path
    split: str = "test"
    size: int = 256
    limit: int = 0
    lpips_weights: Path | None = None
    embedding_weights: Path | None = None
    device: str = ""


@dataclass(frozen=True)
class Row:
    """One kind of weights, or a baseline, over all photos.

    Attributes:
        title: Its name.
        baseline: Whether it has learnt nothing.
        scores: One a photo.
        sha256: Of the weights; empty for a baseline.
    """

    title: str
    baseline: bool
    scores: list[Score]
    sha256: str = ""

    @property
    def means(self) -> dict[str, float]:
        """Measure -> mean over the photos."""
        return means(self.scores)

    @property
    def groups(self) -> dict[str, float]:
        """Group -> mean CIEDE2000."""
        return {group: means(scores)["ciede2000"] for group, scores in by_group(self.scores)}

    @property
    def unfair(self) -> list[str]:
        """The groups that come off much worse than the mean."""
        limit = UNFAIR * self.means["ciede2000"]
        return [group for group, value in self.groups.items() if value > limit]


@dataclass(frozen=True)
class Evaluation:
    """The result.

    Attributes:
        asked: The question.
        rows: Baselines first.
        left_out: The photos that were not judged, in words.
        pictures: Photo -> title -> picture, for the worst, median and best photos of the first weights.
        sections: Title -> photos shown under it.
    """

    asked: Asked
    rows: list[Row]
    left_out: str
    pictures: dict[Path, dict[str, RGB]] = field(default_factory=dict)
    sections: dict[str, list[Path]] = field(default_factory=dict)


def chosen(names: Sequence[str], files: Sequence[Path]) -> list[Weights]:
    """Return the weights asked for by name or file; the default's if there is no wish."""
    if not names and not files:
        names = [DEFAULT.name]
    return [weights.find(name) for name in names] + [info(path) for path in files]


def evaluate(asked: Asked, judged: Sequence[Weights], each_side: int = 4) -> Evaluation:
    """Judge weights on photos.

    Args:
        asked: On what.
        judged: The weights.
        each_side: How many of the worst, the median and the best photos to show.

    Raises:
        TrainingError: No photo is in that split.
    """
    with TemporaryDirectory(prefix="kmhc-") as temporary:
        samples = collect(asked.folder)
        if asked.split != "all" and any(sample.split for sample in samples):
            samples = [sample for sample in samples if sample.split == asked.split]
            if not samples:
                raise TrainingError(f"{printable(asked.folder)} has no photos in the split {asked.split!r}. Try all.")
        if asked.limit:
            picked = np.linspace(0, len(samples) - 1, min(asked.limit, len(samples))).round().astype(int)
            samples = [samples[index] for index in picked]
        packed = pack(samples, Path(temporary), side=asked.size, seed=0)
        indices = _of_split(asked, packed)
        photos = [packed.photo(int(index)) for index in indices]
        likeness = lpips(asked.lpips_weights) if asked.lpips_weights else None

        def row(title: str, predict: Predict, loss: TrainingLoss | None, found: Weights | None = None) -> Row:
            scores = []
            for index, photo in zip(indices, photos, strict=True):
                values, picture = score(photo, predict, loss)
                if likeness is not None:
                    values["lpips"] = likeness(picture, photo)
                scores.append(Score(packed.samples[index].path, packed.samples[index].group, values))
            return Row(title, found is None, scores, found.sha256 if found else "")

        loss = _loss(judged[0], asked) if judged else None
        rows = [row(GREY, grey, loss), row(MEAN_COLOUR, mean_colour(photos), loss)]
        predictions: dict[str, Predict] = {}
        for found in judged:
            title = found.title if found.title not in predictions else f"{found.title} ({found.path.stem})"
            predictions[title] = _predict(found, asked)
            rows.append(row(title, predictions[title], _loss(found, asked), found))
        sections = _sections(rows[2 if judged else 0], each_side)
        shown = {path for paths in sections.values() for path in paths}
        pictures = {
            packed.samples[index].path: {"grey": score(photo, grey)[1]}
            | {title: score(photo, predict)[1] for title, predict in predictions.items()}
            | {"true": photo.copy()}
            for index, photo in zip(indices, photos, strict=True)
            if packed.samples[index].path in shown
        }
        census = packed.census
        left_out = f"{census.grey} grey, {census.tinted} tinted, {len(census.broken)} unreadable"
        return Evaluation(asked, rows, left_out, pictures, sections)


def _of_split(asked: Asked, packed: Packed) -> list[int]:
    wanted = [split for split in Split if asked.split in ("all", split)]
    if not wanted:
        raise TrainingError(f"There is no split {asked.split!r}. Choose train, val, test or all.")
    indices = [int(index) for split in wanted for index in packed.indices(split)]
    if not indices:
        raise TrainingError(f"{printable(asked.folder)} has no photos in the split {asked.split!r}. Try --split all.")
    return indices


def _predict(found: Weights, asked: Asked) -> Predict:
    network = build(found.variant)
    weights.load_into(network, found)
    device = devices.choose(asked.device or None)
    return of_network(TorchColouriser(found.variant, network, found.sha256, device, found.side))


def _loss(found: Weights, asked: Asked) -> TrainingLoss | None:
    """Return the loss of a variant; None where it looks through an embedding whose weights are not at hand."""
    if found.variant.embedding is Embedding.NONE:
        return TrainingLoss(found.variant)
    if asked.embedding_weights is None:
        return None
    return TrainingLoss(found.variant, embedding_of(found.variant, asked.embedding_weights))


def _sections(row: Row, count: int) -> dict[str, list[Path]]:
    """Return the photos with the largest, the median and the smallest colour difference."""
    order = sorted(row.scores, key=lambda score: -score.values["ciede2000"])
    paths = list(dict.fromkeys(score.photo for score in order))
    middle = max(0, (len(paths) - count) // 2)
    ends: dict[str, Callable[[], list[Path]]] = {
        "Worst": lambda: paths[:count],
        "Median": lambda: paths[middle : middle + count],
        "Best": lambda: paths[::-1][:count],
    }
    return {title: pick() for title, pick in ends.items()}
