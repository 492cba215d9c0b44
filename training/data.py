"""Which photos to train on: an index file or any folder tree, near duplicates in one split, the split written down."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kmhc_engine.atomic import replacing
from kmhc_engine.errors import printable
from kmhc_engine.scan import NO_PHOTO, scan
from training.errors import TrainingError

INDEX = "index.csv"
SPLIT_FILE = "split.csv"
NEAR = 6  # bits of 64 by which the hashes of near duplicates differ at most


class Split(StrEnum):
    """What a photo is for."""

    TRAIN = "train"
    VAL = "val"
    TEST = "test"


Fractions = tuple[float, float, float]
PAPER_FRACTIONS: Fractions = (0.7, 0.2, 0.1)


@dataclass(frozen=True)
class Sample:
    """A photo to learn from or to judge by.

    Attributes:
        path: The photo; only ever read.
        name: Its path below the folder, with slashes.
        weight: How often it is drawn, relative to the others.
        split: What it is for; None until `split_up` has decided.
        group: A group that results are also given by, such as a skin tone; may be empty.
        refusal: Why it is not to be opened, as a clause; empty for most.
    """

    path: Path
    name: str
    weight: float = 1.0
    split: Split | None = None
    group: str = ""
    refusal: str = ""


def collect(folder: Path) -> list[Sample]:
    """List the photos of a folder tree, or of an index file.

    An index is a CSV file with the column `path` (relative to it) and, where wanted, `weight`, `split` and `group`.
    Where the index says no split, a first folder called train, val, validation or test does, in any case.

    Args:
        folder: A folder, which may hold `index.csv`; or an index file.

    Raises:
        TrainingError: There is no such folder, the index is damaged, or nothing is in it.
    """
    index = folder / INDEX if folder.is_dir() else folder
    if index.is_file():
        samples = _from_index(index)
    elif folder.is_dir():
        met = (found for found in scan([folder]) if found.refusal != NO_PHOTO)
        samples = [Sample(found.path, found.relative.as_posix(), refusal=found.refusal) for found in met]
    else:
        raise TrainingError(f"{printable(folder)} is no folder. Give a folder of colour photos, or an index file.")
    if not samples:
        raise TrainingError(f"{printable(folder)} holds no photos. Give a folder of colour photos.")
    return samples


def keep_apart(place: Path, photos: Path) -> None:
    """Refuse a folder for results that is the photos' own, or below it: what lies there is taken for photos.

    Raises:
        TrainingError: It is.
    """
    if photos.is_dir() and place.resolve().is_relative_to(photos.resolve()):
        raise TrainingError(f"{printable(place)} lies among the photos. Name a folder that is elsewhere.")


def called(source: Path) -> str:
    """Return what photos are called: like their folder, or like an index that has a name of its own."""
    place = source.absolute()
    if place.name in (INDEX, SPLIT_FILE):
        place = place.parent
    return printable(place.stem if place.is_file() else place.name)


def _from_index(index: Path) -> list[Sample]:
    samples = []
    splits: dict[Path, Split | None] = {}
    reader = None
    try:
        with index.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            head = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=";" if head.count(";") > head.count(",") else ",")
            reader.fieldnames = [name.strip().casefold() for name in reader.fieldnames or ()]
            if "path" not in reader.fieldnames:
                raise ValueError("no column is called path")
            for row in reader:
                name = row["path"] or ""
                if not name:
                    raise ValueError("a row without a path")
                if printable(name) != name and not (index.parent / name).exists():
                    raise ValueError(f"no photo {name}; if that is not its name, save the index as UTF-8")
                split, place = _split(row.get("split") or "", name), (index.parent / name).resolve()
                if (other := splits.setdefault(place, split)) is not split:
                    raise TrainingError(
                        f"{printable(index)} lists {printable(name)} twice: its split is {other or 'not said'}, then "
                        f"{split or 'not said'} (line {reader.line_num}). Leave one of them out: no photo may judge "
                        "what it has taught."
                    )
                samples.append(
                    Sample(
                        path=index.parent / name,
                        name=name,
                        weight=_weight(row.get("weight") or "1"),
                        split=split,
                        group=row.get("group") or "",
                    )
                )
    except (ValueError, csv.Error) as error:
        line = f"line {reader.line_num}: " if reader else ""
        raise TrainingError(
            f"{printable(index)} is no index of photos ({line}{printable(str(error))}). Give a folder of colour "
            "photos, or a CSV file with a column `path`; `weight` is a number, `split` is train, val or test."
        ) from error
    return samples


def _split(said: str, name: str) -> Split | None:
    """Read what a photo is for; where nothing is said, its first folder may tell."""
    folder, _, photo = Path(name).as_posix().partition("/")
    word = (said.strip() or (folder if photo else "")).casefold()
    if word in (*Split, "validation"):
        return Split.VAL if word == "validation" else Split(word)
    if said.strip():
        raise ValueError(f"the split {said!r} of {name} is none of {', '.join(Split)}")
    return None


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = -1.0
    if not 0 <= weight < float("inf"):
        raise ValueError(f"the weight {text!r} is no number from 0 on, like 1.5")
    return weight


def fingerprint(rgb: NDArray[np.uint8]) -> int:
    """Return a 64-bit perceptual hash (dHash): whether brightness rises between neighbours of an 8 x 9 copy.

    Args:
        rgb: A photo (h, w, 3).
    """
    import cv2

    small = cv2.resize(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (9, 8), interpolation=cv2.INTER_AREA).astype(np.int16)
    return int.from_bytes(np.packbits(small[:, 1:] > small[:, :-1]).tobytes(), "big")


def near_duplicates(hashes: Sequence[int]) -> NDArray[np.int64]:
    """Return for every hash the lowest index of its group: those within `NEAR` bits, and what is near to these."""
    values = np.array(hashes, dtype=np.uint64)
    parent = np.arange(len(values))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = int(parent[index])
        return index

    for index in range(len(values) - 1):
        near = np.flatnonzero(np.bitwise_count(values[index + 1 :] ^ values[index]) <= NEAR)
        for other in near + index + 1:
            low, high = sorted((root(index), root(int(other))))
            parent[high] = low
    return np.array([root(index) for index in range(len(values))], dtype=np.int64)


def split_up(
    samples: Sequence[Sample], hashes: Sequence[int], *, seed: int, fractions: Fractions = PAPER_FRACTIONS
) -> list[Sample]:
    """Give every sample its split: the one it has, else by a fixed seed.

    Near duplicates go together; those of a photo that has its split get the same. The order of the samples does not
    matter.

    Args:
        samples: The photos.
        hashes: Their fingerprints.
        seed: Same seed, same photos: same split.
        fractions: Of train, val and test.
    """
    groups: dict[int, list[int]] = {}
    for index, first in enumerate(near_duplicates(hashes)):
        groups.setdefault(int(first), []).append(index)
    result = list(samples)
    free = []
    for members in groups.values():
        said = next((split for split in Split for member in members if samples[member].split is split), None)
        if said is None:
            free.append(members)
        for member in members:
            result[member] = replace(result[member], split=result[member].split or said)
    free.sort(key=lambda members: min(samples[member].name for member in members))
    np.random.default_rng(seed).shuffle(free)
    total = sum(map(len, free))
    counts = dict.fromkeys(Split, 0)
    share = dict(zip(Split, fractions, strict=True))
    for members in free:  # to the split that lacks most
        split = max(Split, key=lambda split: share[split] * total - counts[split])
        counts[split] += len(members)
        for member in members:
            result[member] = replace(result[member], split=split)
    return result


def write_split(run: Path, samples: Iterable[Sample]) -> None:
    """Write the split beside a run, as an index that `collect` reads too."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("path", "weight", "split", "group"))
    for sample in samples:
        writer.writerow((sample.path.absolute().as_posix(), sample.weight, sample.split or "", sample.group))
    with replacing(run / SPLIT_FILE) as file:
        file.write(text.getvalue().encode("utf-8", "surrogateescape"))
