"""From what was asked to a run: recipe, start weights, epochs, time and memory."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from kmhc_engine import devices, resources, variants, weights
from kmhc_engine.devices import Device
from kmhc_engine.errors import VariantError, WeightsMissing, printable
from kmhc_engine.variants import Variant
from kmhc_engine.weights_format import SIDE, Weights, info, named_by, names_another
from training.data import SPLIT_FILE, Split, called, collect, keep_apart
from training.errors import TooFewPhotos, TrainingError
from training.hold import LOCK, held
from training.packed import LISTING, PIXELS, Census
from training.parts import check_shares, loss_of, network_of, prepare, teacher_of
from training.personal import FEWEST, MOST
from training.progress import Tell, takes
from training.recipe import RECIPES, RUN_FILE, Recipe, Run, StartKind
from training.trial import Trial, try_out

_LEFT = {PIXELS, LISTING, SPLIT_FILE}  # what lies in a run's folder before its record does
_EPOCHS = {"paper": 40, "strong": 60, "personal": 4}


@dataclass(frozen=True)
class Wishes:
    """What the user asked for; empty and 0 mean: choose."""

    folder: Path
    variant: str
    start: str
    encoder_weights: str = ""
    embedding_weights: str = ""
    teacher: str = ""
    name: str = ""
    recipe: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)  # of the recipe
    epochs: int = 0
    minutes: float = 0.0
    device: str = ""
    devices: int = 1
    seed: int = 0


@dataclass(frozen=True)
class Plan:
    """A run, and what it will take."""

    run: Run
    census: Census
    trial: Trial
    device: str

    @property
    def seconds(self) -> float:
        """How long the run takes."""
        return self.trial.of(self.run, self.run.epochs)

    def told(self) -> dict[str, Any]:
        """Return it as the values of an event."""
        run, photos = self.run, asdict(self.census)
        return {"variant": run.variant, "start": run.start, "census": str(self.census), "photos": photos} | {
            "teacher": run.teacher, "epochs": run.epochs, "steps": run.steps, "size": run.recipe.size,
            "seconds": self.seconds, "memory": self.trial.memory, "device": self.device, "text": str(self),
        }  # fmt: skip

    def __str__(self) -> str:
        run, recipe = self.run, self.run.recipe
        total = run.epochs * run.steps
        teacher = (f"Teacher   {run.teacher}, its share fading from {recipe.taught:.0%}",) if run.teacher else ()
        return "\n".join(
            (
                f"Variant   {run.parsed_variant}",
                f"Start     {run.start or run.start_kind}",
                *teacher,
                f"Photos    {self.census}",
                f"Steps     {total}, in epochs of {run.steps}; {recipe.batch} photos each, {recipe.size} pixels",
                f"Time      {takes(self.seconds, self.trial.judging)}, on {self.device}",
                f"Memory    about {self.trial.memory / 2**30:.1f} GB",
            )
        )


@contextmanager
def plan(wishes: Wishes, folder: Path, tell: Tell, *, dry: bool) -> Iterator[Plan]:
    """Plan a run; decodes the photos and measures a few steps.

    Args:
        wishes: What was asked for.
        folder: The run's folder; made, and held, unless the plan is all that is wanted.
        tell: Where events go.
        dry: Leave nothing behind.

    Raises:
        TrainingError: It cannot be done as asked.
    """
    if dry:
        # Errors of the clean-up would hide others: Windows deletes no file that these still hold.
        with tempfile.TemporaryDirectory(prefix="kmhc-", ignore_cleanup_errors=True) as temporary:
            yield _plan(wishes, Path(temporary), tell)
        return
    if (folder / RUN_FILE).is_file():
        raise TrainingError(
            f"{printable(folder)} holds a run already. Go on with it by --resume, or name another folder."
        )
    own = folder.is_relative_to(resources.user_folder())  # which lies below the user's whole home, but hidden
    if not own:
        keep_apart(folder, wishes.folder)
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    found = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    if found and not (found <= _LEFT and PIXELS in found):  # what a run that was killed early has left may go
        raise TrainingError(f"{printable(folder)} holds other things. Name an empty folder, or a new one.")
    with ExitStack() as stack:
        stack.enter_context(held(folder))
        try:
            planned = _plan(wishes, folder, tell)
        except BaseException:
            for name in (*_LEFT, LOCK):  # while it is held: what lies there later may be another training's
                with contextlib.suppress(OSError):
                    (folder / name).unlink()
            stack.close()
            if new:
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise
        yield planned


def _plan(wishes: Wishes, folder: Path, tell: Tell) -> Plan:
    variant, start, kind, side = _start(wishes)
    by_count = kind == "weights" and not wishes.recipe  # the number of photos chooses the recipe
    name = wishes.recipe or ("personal" if by_count and len(collect(wishes.folder)) <= MOST else "strong")
    device = devices.choose(wishes.device or None)
    recipe = _recipe(name, wishes, device, side, from_weights=kind == "weights")
    run = Run(
        variant=variant.spec,
        start=start,
        start_kind=kind,
        photos=str(wishes.folder.absolute()),
        title=_title(wishes, variant, own=kind == "weights"),
        recipe=recipe,
        epochs=wishes.epochs or _EPOCHS[name],
        steps=1,
        seed=wishes.seed,
        devices=wishes.devices,
        device=wishes.device,
        embedding_weights=wishes.embedding_weights,
        teacher=str(_weights("--teacher", wishes.teacher).path.absolute()) if wishes.teacher else "",
    )
    check_shares(run, device)
    packed = prepare(run, folder, tell, fresh=True)
    photos = len(packed.indices(Split.TRAIN))
    census = packed.census
    coloured = census.train + census.val + census.test
    if coloured < FEWEST and (name == "personal" or by_count):
        raise TooFewPhotos(f"Fine-tuning needs at least {FEWEST} photos with colour ({census}). Add some.")
    if by_count and name != "personal" and coloured <= MOST:  # the others were grey
        packed.close()
        return _plan(replace(wishes, recipe="personal"), folder, tell)
    # Few photos are seen several times an epoch, each time cropped and worn otherwise.
    passes = 3 if name == "personal" else 1
    run = replace(run, steps=max(1, min(recipe.most_steps, -(-photos * passes // recipe.batch))))
    trial = try_out(run, packed, network_of(run, packed), loss_of(run), device, teacher_of(run))
    if wishes.minutes and not wishes.epochs:
        run = _lasting(run, (wishes.minutes * 60 - trial.judging) / trial.seconds)
    return Plan(run, census, trial, device.title)


def _recipe(name: str, wishes: Wishes, device: Device, side: int, *, from_weights: bool) -> Recipe:
    """Return the recipe of a name as it suits the device and the start weights, with the options asked for."""
    if name not in RECIPES:
        raise TrainingError(f"There is no recipe {name!r}. Choose one of {', '.join(RECIPES)}.")
    recipe = RECIPES[name].suited_to(device.precision, from_weights=from_weights)
    if name == "personal":
        recipe = replace(recipe, size=max(32, side // 32 * 32))  # the size that the start weights are used at
    recipe = replace(recipe, **wishes.options)
    if recipe.size % 32:
        raise TrainingError(f"The side of crops must be a multiple of 32 pixels; {recipe.size} is not.")
    return recipe


def _title(wishes: Wishes, variant: Variant, *, own: bool) -> str:
    """Name the result.

    Weights of one's own have a name of their own, or they would take the place of those they started from; as would
    those of a variant that has bundled ones.
    """
    if wishes.name:
        if names_another(wishes.name, variant):
            raise TrainingError(f"{wishes.name} is the name of another variant. Choose another name.")
        return weights.free_title(wishes.name) if own else wishes.name
    if not own and not any(known.bundled and known.variant == variant for known in weights.catalogue()):
        return variant.name
    title = called(wishes.folder)
    return weights.free_title(f"{title} photos".strip() if not title or named_by(title) else title)


def _lasting(run: Run, steps: float) -> Run:
    """Give a run so many steps in all, in epochs of about its own length; short runs too have some to resume from."""
    total = max(1, round(steps))
    epochs = max(min(total, 4), round(total / run.steps))
    return replace(run, epochs=epochs, steps=max(1, round(total / epochs)))


def _start(wishes: Wishes) -> tuple[Variant, str, StartKind, int]:
    """Return the variant, the source of the start weights, its kind, and the size that suits them."""
    named = wishes.variant or variants.DEFAULT.name
    if wishes.encoder_weights:
        variant = variants.find(named)
        if wishes.encoder_weights == "none":
            return variant, "", "none", SIDE
        return variant, str(Path(wishes.encoder_weights).absolute()), "encoder", SIDE
    match wishes.start.lower():
        case "imagenet":
            return variants.find(named), "", "imagenet", SIDE
        case "none":
            return variants.find(named), "", "none", SIDE
        case "default":
            found, variant = _default(named)
        case _:
            found = _weights("--from", wishes.start)
            variant = variants.find(wishes.variant) if wishes.variant else found.variant
            if variant.network != found.variant.network:
                raise TrainingError(
                    f"{printable(found.path)} holds the network {found.variant.network}; {variant} has another. "
                    "Leave --variant out, or start from other weights."
                )
    return variant, str(found.path.absolute()), "weights", found.side


def _default(named: str) -> tuple[Weights, Variant]:
    """Find a variant's own weights, or those of the default, which has the same network by another loss."""
    try:
        found = weights.find(named)
    except WeightsMissing:
        found, variant = weights.find(variants.DEFAULT), variants.find(named)
        if found.variant.network != variant.network:
            raise WeightsMissing(
                f"{variant.name} has no weights on this computer to start from. Begin with --from imagenet, or with an "
                "encoder's file by --encoder-weights FILE, or import weights with `kmhc weights import FILE`."
            ) from None
        return found, variant
    return found, found.variant


def _weights(option: str, wanted: str) -> Weights:
    """Find weights by file, name or variant."""
    path = Path(wanted)
    try:
        return info(path) if path.is_file() else weights.find(wanted)
    except VariantError as error:
        raise TrainingError(f"{option} {wanted}: no such file, and no weights of that name.") from error
