"""The photos of a run, decoded once: one flat uint8 file that the system keeps in memory as far as it fits.

Grey and tinted photos teach no colour: they are left out, and counted.
"""

import contextlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kmhc_engine.atomic import replacing
from kmhc_engine.errors import PhotoError, printable
from kmhc_engine.photos import Tone, open_photo
from training.data import PAPER_FRACTIONS, Fractions, Sample, Split, fingerprint, split_up
from training.errors import TooFewPhotos, no_room_told

RGB = NDArray[np.uint8]

_LONGEST = 1.6  # times the short side: what is beyond, in panoramas and strips, is cut off at both ends
_NAMED = 3  # unreadable photos, with their reasons
PIXELS, LISTING = "photos.u8", "photos.json"


@dataclass(frozen=True)
class Census:
    """What became of the photos that were found.

    Attributes:
        found: All.
        grey: Left out: no colour at all.
        tinted: Left out: one tint all over.
        broken: Left out: could not be read; each with its reason.
        train: Photos to learn from.
        val: Photos to tune by.
        test: Photos to report on.
    """

    found: int
    grey: int = 0
    tinted: int = 0
    broken: tuple[str, ...] = ()
    train: int = 0
    val: int = 0
    test: int = 0

    def __str__(self) -> str:
        split = f"{self.train} to learn from, {self.val} to tune by, {self.test} held out"
        return f"{self.found} photos: {split}; left out: {self.left_out}"

    @property
    def left_out(self) -> str:
        """How many photos are left out and why, in words."""
        out = f"{self.grey} grey, {self.tinted} tinted, {len(self.broken)} unreadable"
        if self.broken:
            out += f" ({' '.join(self.broken[:_NAMED])}{' …' if len(self.broken) > _NAMED else ''})"
        return out


class Packed:
    """Decoded photos of a run.

    Args:
        folder: Where `pack` has put them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        listing = json.loads((folder / LISTING).read_text(encoding="utf-8"))
        self.side: int = listing["side"]
        self.census = Census(**listing["census"] | {"broken": tuple(listing["census"]["broken"])})
        self.samples = [
            Sample(Path(row["path"]), row["name"], row["weight"], Split(row["split"]), row["group"])
            for row in listing["photos"]
        ]
        self._places = [(row["offset"], row["height"], row["width"]) for row in listing["photos"]]
        self._pixels: NDArray[np.uint8] = np.memmap(folder / PIXELS, dtype=np.uint8, mode="r")
        if self._pixels.size != sum(3 * height * width for _, height, width in self._places):
            raise ValueError(f"{folder / PIXELS} is not whole")

    def __reduce__(self) -> tuple[type["Packed"], tuple[Path]]:
        """Go to other processes as the folder, not as all pixels."""
        return type(self), (self._folder,)

    def indices(self, split: Split) -> NDArray[np.int64]:
        """Return the indices of the photos of a split."""
        return np.array([i for i, sample in enumerate(self.samples) if sample.split is split], dtype=np.int64)

    def photo(self, index: int) -> RGB:
        """Return a photo (h, w, 3), sRGB, its short side `side`; not to be written to."""
        offset, height, width = self._places[index]
        return self._pixels[offset : offset + height * width * 3].reshape(height, width, 3)

    def square(self, index: int, rng: np.random.Generator | None = None) -> RGB:
        """Return the square of a photo (side, side, 3) from its middle, or from anywhere if there is an `rng`."""
        photo = self.photo(index)
        spare = (photo.shape[0] - self.side, photo.shape[1] - self.side)
        top, left = (int(rng.integers(0, s + 1)) if rng else s // 2 for s in spare)
        return photo[top : top + self.side, left : left + self.side]

    @classmethod
    def at(cls, folder: Path) -> Self | None:
        """Return what was packed into a folder; None if nothing is, or it is damaged."""
        try:
            return cls(folder)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def close(self) -> None:
        """Let the file go, which Windows else does not delete; no photo can be had any more."""
        self._pixels = np.empty(0, np.uint8)

    @staticmethod
    def discard(folder: Path) -> None:
        """Delete the decoded photos; the originals stay."""
        (folder / LISTING).unlink(missing_ok=True)
        with contextlib.suppress(PermissionError):  # Windows: still open somewhere
            (folder / PIXELS).unlink(missing_ok=True)


def pack(
    samples: Sequence[Sample],
    folder: Path,
    *,
    side: int,
    seed: int,
    fractions: Fractions = PAPER_FRACTIONS,
    least: int = 2,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Packed:
    """Decode photos once and split them up.

    Args:
        samples: The photos.
        folder: Where the decoded ones go; exists.
        side: Length of their short sides.
        seed: Decides the split.
        fractions: Of train, val and test.
        least: How many photos with colour it takes.
        told: Called with the number of photos done, and of all.

    Raises:
        TooFewPhotos: Fewer photos have colour.
        OutputError: The folder cannot be written to.
    """
    kept: list[tuple[Sample, int, int, int, int]] = []
    left_out, broken, offset = Counter[Tone](), list[str](), 0
    (folder / LISTING).unlink(missing_ok=True)
    with no_room_told(folder), (folder / PIXELS).open("wb") as file:
        for done, (sample, result) in enumerate(_decoded(samples, side), start=1):
            if isinstance(result, Tone):
                left_out[result] += 1
            elif isinstance(result, str):
                broken.append(result)
            else:
                file.write(result.data)
                kept.append((sample, fingerprint(result), offset, *result.shape[:2]))
                offset += result.size
            told(done, len(samples))
        file.flush()
        os.fsync(file.fileno())  # the list, which says that all is there, must not come first
    if len(kept) < least:
        if len(broken) == len(samples):
            raise TooFewPhotos(f"None of the {len(samples)} photos can be read: {' '.join(broken[:_NAMED])}")
        few = f"Only {len(kept)} of {len(samples)}" if kept else f"None of the {len(samples)}"
        raise TooFewPhotos(
            f"{few} photos have colour. Add colour photos to the folder."
            + (f" Not readable: {' '.join(broken[:_NAMED])}" if broken else "")
        )
    split = split_up([k[0] for k in kept], [k[1] for k in kept], seed=seed, fractions=fractions)
    counts = Counter(sample.split for sample in split)
    census = Census(
        len(samples), left_out[Tone.GREY], left_out[Tone.TINTED], tuple(broken), *(counts[s] for s in Split)
    )
    rows = [
        {"path": str(s.path), "name": s.name, "weight": s.weight, "split": s.split, "group": s.group}
        | {"offset": offset, "height": height, "width": width}
        for s, (_, _, offset, height, width) in zip(split, kept, strict=True)
    ]
    with replacing(folder / LISTING) as file:
        file.write(json.dumps({"side": side, "census": asdict(census), "photos": rows}).encode())
    return Packed(folder)


def _decoded(samples: Sequence[Sample], side: int) -> Iterator[tuple[Sample, RGB | Tone | str]]:
    """Decode on all cores, in order, a bounded number ahead."""

    def read(sample: Sample) -> RGB | Tone | str:
        return f"{printable(sample.path.name)}: {sample.refusal}." if sample.refusal else decode(sample.path, side)

    with ThreadPoolExecutor() as pool:
        for start in range(0, len(samples), 256):
            some = samples[start : start + 256]
            yield from zip(some, pool.map(read, some), strict=True)


def decode(path: Path, side: int, *, any_tone: bool = False) -> RGB | Tone | str:
    """Read a photo upright, its short side scaled to `side`; else return why it cannot be read.

    A photo without colour is only its tone, unless `any_tone` will do.
    """
    import cv2

    try:
        with open_photo(path) as photo:
            if not any_tone and photo.tone is not Tone.COLOUR:
                return photo.tone
            rgb = photo.thumbnail(round(side * max(photo.size) / min(photo.size)))
    except PhotoError as error:
        return str(error)
    except OSError as error:
        return f"{printable(path.name)}: {error.strerror or error}."
    longest = round(min(rgb.shape[:2]) * _LONGEST)
    top, left = (max(0, length - longest) // 2 for length in rgb.shape[:2])
    rgb = rgb[top : top + longest, left : left + longest]
    height, width = rgb.shape[:2]
    scale = side / min(height, width)
    size = max(side, round(width * scale)), max(side, round(height * scale))
    if size != (width, height):
        rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return np.ascontiguousarray(rgb)
