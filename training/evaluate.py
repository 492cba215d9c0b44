"""`kmhc evaluate`: measures of weights on photos, never without the grey and the mean-colour baselines."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.progress import track

from kmhc_engine import devices, weights
from kmhc_engine.colouriser import TorchColouriser
from kmhc_engine.errors import printable
from kmhc_engine.processes import kept_awake
from kmhc_engine.variants import DEFAULT, Embedding
from kmhc_engine.weights import Weights
from kmhc_engine.weights_format import info
from training.batches import spread
from training.data import Sample, Split, collect
from training.errors import TrainingError
from training.judging import (
    GREY,
    MEAN_COLOUR,
    RGB,
    Predict,
    colourised,
    grey,
    mean_colour,
    means,
    of_network,
    score,
    skin_difference,
)
from training.losses import TrainingLoss, embedding_of
from training.packed import Census, Packed, pack
from training.perceptual import fid, lpips, mobilenet
from training.skin import Skin, skin_finder

T = TypeVar("T")
UNFAIR = 1.25  # a group with this times the mean CIEDE2000 has to be named in the model card


@dataclass(frozen=True)
class Asked:
    """What to judge on, and how.

    Attributes:
        folder: Colour photos: a folder tree or an index.
        split: "train", "val", "test" or "all"; empty: test where the photos are split up, else all.
        size: Short side at which photos are judged, pixels.
        limit: So many photos at most, spread over all; 0: all.
        skin: Judge the skin of faces too, and give results by its tone.
        embedding_weights: For the loss of variants with an embedding.
        lpips_weights: torchvision's AlexNet, for LPIPS.
        fid_weights: torch-fidelity's Inception, for FID.
        mobilenet_weights: MobileNetV2 in torchvision's names, for the distance of its features.
        device: "cuda", "mps" or "cpu"; empty chooses.
    """

    folder: Path
    split: str = ""
    size: int = 256
    limit: int = 0
    skin: bool = False
    embedding_weights: Path | None = None
    lpips_weights: Path | None = None
    fid_weights: Path | None = None
    mobilenet_weights: Path | None = None
    device: str = ""


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


@dataclass(frozen=True)
class Group:
    """The photos of a group, and their mean CIEDE2000: of their skin where that is judged, else of all."""

    photos: int
    ciede2000: float


@dataclass(frozen=True)
class Row:
    """One kind of weights, or a baseline, over all photos.

    Attributes:
        title: Its name.
        baseline: Whether it has learnt nothing.
        scores: One a photo.
        sha256: Of the weights; empty for a baseline.
        trained_on: The photos that the weights were trained on, in words.
        variant: The spec of theirs; empty for a baseline.
        overall: Measures that only all photos together have.
    """

    title: str
    baseline: bool
    scores: list[Score]
    sha256: str = ""
    trained_on: str = ""
    variant: str = ""
    overall: Mapping[str, float] = field(default_factory=dict)

    @property
    def means(self) -> dict[str, float]:
        """Measure -> mean over the photos."""
        return _means(self.scores) | dict(self.overall)

    @property
    def groups(self) -> dict[str, Group]:
        """Group -> its results."""
        names = sorted({one.group for one in self.scores} - {""})
        found = {name: [one for one in self.scores if one.group == name] for name in names}
        return {name: Group(len(scores), _means(scores)[self._compared]) for name, scores in found.items()}

    @property
    def unfair(self) -> list[str]:
        """The groups that come off much worse than the mean."""
        limit = UNFAIR * self.means[self._compared]
        return [name for name, group in self.groups.items() if group.ciede2000 > limit]

    @property
    def _compared(self) -> str:
        return "skin" if "skin" in _means(self.scores) else "ciede2000"


def _means(scores: Sequence[Score]) -> dict[str, float]:
    return means([score.values for score in scores])


@dataclass(frozen=True)
class Evaluation:
    """The result.

    Attributes:
        asked: The question; its split is the one that was judged.
        rows: Baselines first.
        census: What became of the photos: which were not judged, and why.
        pictures: Photo -> title -> picture, for the worst, median and best photos of the first weights.
        sections: Title -> photos shown under it.
        names: Photo -> what it is called: its path below the folder.
    """

    asked: Asked
    rows: list[Row]
    census: Census
    pictures: dict[Path, dict[str, RGB]] = field(default_factory=dict)
    sections: dict[str, list[Path]] = field(default_factory=dict)
    names: dict[Path, str] = field(default_factory=dict)

    @property
    def judged(self) -> list[Row]:
        """The rows that have learnt something."""
        return [row for row in self.rows if not row.baseline]


def chosen(names: Sequence[str], files: Sequence[Path]) -> list[Weights]:
    """Return the weights asked for by name or file; the default's if there is no wish."""
    if not names and not files:
        names = [DEFAULT.name]
    return [weights.find(name) for name in names] + [info(path) for path in files]


@kept_awake()
def evaluate(asked: Asked, judged: Sequence[Weights], each_side: int = 4) -> Evaluation:
    """Judge weights on photos.

    Args:
        asked: On what.
        judged: The weights.
        each_side: How many of the worst, the median and the best photos to show.

    Raises:
        TrainingError: No photo is in that split, or a file of weights does not fit.
    """
    likeness = {
        name: measure(path)
        for name, measure, path in (
            ("lpips", lpips, asked.lpips_weights),
            ("mobilenet", mobilenet, asked.mobilenet_weights),
        )
        if path
    }
    distance = fid(asked.fid_weights) if asked.fid_weights else None
    split, samples = _samples(asked)
    asked = replace(asked, split=split)
    with _unpacked(samples, asked.size) as packed:
        photos = {sample.path: packed.photo(index) for index, sample in enumerate(packed.samples)}
        groups = {sample.path: sample.group for sample in packed.samples}
        skin = _faces(photos, asked.folder) if asked.skin else {}
        if asked.skin:
            groups = {path: skin[path].tone if path in skin else "" for path in photos}

        def row(title: str, predict: Predict, loss: TrainingLoss | None, found: Weights | None = None) -> Row:
            scores = []
            for path, photo in _watched(title, photos.items()):
                values, picture = score(photo, predict, loss)
                values |= {name: measure(picture, photo) for name, measure in likeness.items()}
                if path in skin:
                    values["skin"] = skin_difference(picture, photo, skin[path])
                scores.append(Score(path, groups[path], values))
            overall = {}
            if distance:
                overall["fid"] = distance((colourised(photo, predict)[0], photo) for photo in photos.values())
            told = (found.sha256, found.trained_on, found.variant.spec) if found else ("", "", "")
            return Row(title, found is None, scores, *told, overall)

        kinds = {(found.variant.space, found.variant.loss, found.variant.embedding) for found in judged}
        loss = _loss(judged[0], asked) if len(kinds) == 1 else None  # of several kinds, which were the baselines'?
        rows = [row(GREY, grey, loss), row(MEAN_COLOUR, mean_colour(list(photos.values())), loss)]
        predictions: dict[str, Predict] = {}
        titles = distinct([found.title for found in judged], [found.path.parent.name for found in judged])
        for title, found in zip(titles, judged, strict=True):
            device = devices.choose(asked.device or None)
            predictions[title] = of_network(TorchColouriser.with_weights(found, device))
            rows.append(row(title, predictions[title], _loss(found, asked), found))
        sections = _sections(rows[2 if judged else 0], each_side)
        shown = dict.fromkeys(path for paths in sections.values() for path in paths)
        pictures = {
            path: {GREY: colourised(photos[path], grey)[0]}
            | {title: colourised(photos[path], predict)[0] for title, predict in predictions.items()}
            | {"true": photos[path].copy()}
            for path in shown
        }
        photos.clear()  # they lie in the file that goes now
        return Evaluation(asked, rows, packed.census, pictures, sections, _names(packed.samples))


def _names(samples: Sequence[Sample]) -> dict[Path, str]:
    """Return what to call photos: where an index has whole paths, as a run's split does, without what they share."""
    whole = all(Path(sample.name).is_absolute() for sample in samples) and len({s.path.anchor for s in samples}) == 1
    shared = os.path.commonpath([sample.path.parent for sample in samples]) if whole else ""
    return {s.path: s.path.relative_to(shared).as_posix() if whole else s.name for s in samples}


@contextmanager
def _unpacked(samples: Sequence[Sample], side: int) -> Iterator[Packed]:
    """Decode photos into a file, which is let go at the end."""
    # Errors of the clean-up would hide others: Windows deletes no file that these still hold.
    with TemporaryDirectory(prefix="kmhc-", ignore_cleanup_errors=True) as temporary:
        packed = pack(samples, Path(temporary), side=side, seed=0, least=1)
        try:
            yield packed
        finally:
            packed.close()


def _faces(photos: Mapping[Path, RGB], folder: Path) -> dict[Path, Skin]:
    """Return the skin of the photos that show a face."""
    find = skin_finder()
    faces = {path: find(photo) for path, photo in _watched("faces", photos.items())}
    skin = {path: face for path, face in faces.items() if face}
    if not skin:
        raise TrainingError(f"No face was found in the photos of {printable(folder)}. Leave --skin away.")
    return skin


def distinct(titles: Sequence[str], places: Sequence[str]) -> list[str]:
    """Tell things of the same title apart: by their places, and by numbers where these are the same too."""
    told = [f"{t} ({place})" if titles.count(t) > 1 else t for t, place in zip(titles, places, strict=True)]
    return [f"{t}, {told[: n + 1].count(t)}" if told.count(t) > 1 else t for n, t in enumerate(told)]


def _samples(asked: Asked) -> tuple[str, list[Sample]]:
    """Return the split to judge on, and its photos."""
    if asked.split not in ("", "all", *Split):
        raise TrainingError(f"There is no split {asked.split!r}. Choose train, val, test or all.")
    samples = collect(asked.folder)
    split = asked.split or (Split.TEST if any(sample.split for sample in samples) else "all")
    if split != "all":
        samples = [sample for sample in samples if sample.split == split]
    if not samples:
        raise TrainingError(
            f"{printable(asked.folder)} has no photos in the split {split!r}. Try --split all, or give an index "
            "that says what each photo is for, such as the split.csv of a run."
        )
    if asked.limit:
        samples = [samples[index] for index in spread(np.arange(len(samples)), asked.limit)]
    return split, samples


def _watched(title: str, items: Iterable[T]) -> Iterable[T]:
    """Show how far it is, where somebody looks."""
    console = Console(stderr=True)
    return track(list(items), title, console=console, transient=True, disable=not sys.stderr.isatty())


def _loss(found: Weights, asked: Asked) -> TrainingLoss | None:
    """Return the loss of a variant; None where it looks through an embedding whose weights are not at hand."""
    if found.variant.embedding is Embedding.NONE:
        return TrainingLoss(found.variant)
    if asked.embedding_weights is None:
        return None
    return TrainingLoss(found.variant, embedding_of(found.variant, asked.embedding_weights))


def _sections(row: Row, count: int) -> dict[str, list[Path]]:
    """Return the photos with the largest, the median and the smallest colour difference."""
    paths = [score.photo for score in sorted(row.scores, key=lambda score: -score.values["ciede2000"])]
    middle = max(0, (len(paths) - count) // 2)
    return {"Worst": paths[:count], "Median": paths[middle : middle + count], "Best": paths[::-1][:count]}
