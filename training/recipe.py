"""How to train: frozen recipes, and the record of a run that makes it resumable."""

import csv
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from kmhc_engine import variants
from kmhc_engine.atomic import replacing
from kmhc_engine.errors import printable
from kmhc_engine.variants import Variant
from training.data import PAPER_FRACTIONS, Fractions
from training.errors import TrainingError

# In a run's folder:
RUN_FILE, HISTORY, RESULT, RESULTS = "run.json", "history.csv", "result.safetensors", "results.json"

StartKind = Literal["weights", "imagenet", "none", "encoder"]


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        size: Side of the crops, pixels.
        batch: Photos a step, over all devices.
        pull: Of the chroma loss: the chroma at which a pixel weighs twice as much as a grey one; the less, the bolder.
        learning_rate: Of the decoder, at its highest.
        encoder_share: The encoder's learning rate, relative to the decoder's; 0 freezes it.
        freeze_norms: Keep the statistics of the batch norms, for few photos.
        optimiser: "adamw", or "muon", which steps along the orthogonalised momentum of convolutions (Jordan and others
            2024, https://kellerjordan.github.io/posts/muon/) and by NAdamW for all else. It computes in bf16.
        eps: Adam's. The paper's is 1e-5; where gradients start small it holds the start back (README.md).
        weight_decay: Of the optimiser, decoupled.
        schedule: "plateau" (a tenth after stagnation, the paper's) or "cosine" (down to nothing at the end).
        warm_up: Steps until the full learning rate.
        clip: Longest gradient.
        average: Decay of the moving average of the weights, which is what is judged and kept.
        wear: Whether the network sees photos worn like old ones.
        most_steps: Steps an epoch at most, so that little is lost when a run is killed.
        patience: Epochs without improvement after which training stops.
        fractions: Shares of photos to learn from, to tune by and to report on.
        taught: Share of the loss, at the start, that compares with a teacher's colours if there is one; it fades to
            nothing at the end.
        blended: Whether photos to tune by choose how much is kept of what weights have learnt (`blending.py`).
    """

    size: int = 256
    batch: int = 8
    pull: float = 15.0
    learning_rate: float = 1e-4
    encoder_share: float = 1.0
    freeze_norms: bool = False
    optimiser: Literal["adamw", "muon"] = "adamw"
    eps: float = 1e-5
    weight_decay: float = 0.0
    schedule: Literal["plateau", "cosine"] = "plateau"
    warm_up: int = 60
    clip: float = 1.0
    average: float = 0.998
    wear: bool = True
    most_steps: int = 250
    patience: int = 10
    fractions: Fractions = PAPER_FRACTIONS
    taught: float = 0.6
    blended: bool = False

    def suited_to(self, precision: str, *, from_weights: bool) -> "Recipe":
        """Return the recipe for a device and a start.

        Where a CPU does not compute bf16, Muon takes fifty times as long; and it helps those along who know something
        already, not those who begin (EXPERIMENTS.md).
        """
        if precision != "bf16" or not from_weights:
            return replace(self, optimiser="adamw")
        return self


PAPER = Recipe()
STRONG = Recipe(
    batch=16,
    pull=30.0,
    learning_rate=6e-4,
    encoder_share=0.5,
    optimiser="muon",
    eps=1e-8,
    weight_decay=1e-3,
    schedule="cosine",
    patience=1000,
)
# For 20 to 500 photos: the encoder knows more of the world than they show, and their batch statistics are too noisy.
# What is held out must choose nothing, not even how much of what was learnt is kept, or the verdict would flatter. With
# a pull of 15 colours become bolder than these photos' own, without one duller than they need be. Crops are as large as
# the working size of the start weights.
PERSONAL = Recipe(
    batch=4,
    pull=40.0,
    learning_rate=2e-4,
    encoder_share=0.0,
    freeze_norms=True,
    eps=1e-8,
    weight_decay=1e-3,
    schedule="cosine",
    warm_up=20,
    average=0.99,
    most_steps=100,
    patience=1000,
    fractions=(0.56, 0.14, 0.3),
    blended=True,
)
RECIPES = {"paper": PAPER, "strong": STRONG, "personal": PERSONAL}


@dataclass(frozen=True)
class Run:
    """A training run, as its folder records it.

    Attributes:
        variant: Spec string.
        start: What it starts from: a weights file, "imagenet", "none" or an encoder file.
        start_kind: "weights", "imagenet", "none" or "encoder".
        photos: The folder or index of photos.
        title: The name of the result.
        recipe: How.
        epochs: How many.
        steps: Steps an epoch.
        seed: Decides split, crops and augmentation.
        devices: How many devices share a batch.
        device: "cuda", "mps" or "cpu"; empty chooses.
        embedding_weights: File of the loss's embedding; empty fetches it, "random" is for trials.
        teacher: Weights file whose colours teach too; empty for none.
    """

    variant: str
    start: str
    start_kind: StartKind
    photos: str
    title: str
    recipe: Recipe
    epochs: int
    steps: int
    seed: int = 0
    devices: int = 1
    device: str = ""
    embedding_weights: str = ""
    teacher: str = ""

    @property
    def parsed_variant(self) -> Variant:
        """The variant."""
        return variants.find(self.variant)

    @property
    def processes(self) -> tuple[int, int]:
        """Processes that share each batch on this machine, one a device, and machines; torchrun says both."""
        if "TORCHELASTIC_RUN_ID" in os.environ:
            return int(os.environ["LOCAL_WORLD_SIZE"]), int(os.environ.get("GROUP_WORLD_SIZE", "1"))
        return self.devices, 1

    @property
    def personal(self) -> bool:
        """Whether this fine-tunes weights, so that there is a verdict against them."""
        return self.start_kind == "weights"

    def write(self, folder: Path) -> None:
        """Record the run in its folder."""
        with replacing(folder / RUN_FILE) as file:
            file.write(json.dumps(asdict(self), indent=1).encode())

    @classmethod
    def read(cls, folder: Path) -> "Run":
        """Read a run's record.

        Raises:
            TrainingError: The folder holds no run.
        """
        try:
            told = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
            recipe = Recipe(**told["recipe"] | {"fractions": tuple(told["recipe"]["fractions"])})
            return cls(**told | {"recipe": recipe})
        except OSError as error:
            raise TrainingError(
                f"{printable(folder)} holds no training run ({RUN_FILE}: {error.strerror}). "
                "Give the folder that `kmhc train` named."
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"{printable(folder / RUN_FILE)} is damaged, or of another version of KMHC ({error}). Begin a new run."
            ) from error


def read_history(path: Path) -> list[dict[str, str]]:
    """Return the rows of a run's history, one an epoch; none if there is no file yet."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        for row in rows:
            int(row["epoch"])
            for value in row.values():
                float(value or "nan")
    except (KeyError, ValueError, TypeError) as error:
        raise TrainingError(f"{printable(path)} is damaged ({error}). Delete it; the run can go on without.") from error
    return rows
