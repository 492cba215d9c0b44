"""`kmhc train`, `kmhc evaluate` and `kmhc report`. Nothing heavy is imported before a command runs."""

import contextlib
import errno
import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kmhc_engine import resources, variants
from kmhc_engine.errors import DiskFull, KMHCError, printable
from training.errors import TrainingError, typed

if TYPE_CHECKING:
    from training.progress import Tell
    from training.recipe import Run
    from training.trial import Trial

Option = typer.Option
_HEEDED_ON_RESUMING = {"resume", "install", "progress", "led"}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
LED_RUN = "KMHC_TRAINING_RUN"  # tells the processes that share the work which run it is


class Progress(StrEnum):
    """How a run tells what it does."""

    TEXT = "text"
    JSON = "json"


def train(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Colour photos: a folder tree, or an index.csv.")] = None,
    variant: Annotated[
        str, Option(help=f"Number, name or spec of the variant; empty: that of --from, or {variants.DEFAULT.name}.")
    ] = "",
    start: Annotated[
        str, Option("--from", help="default (the variant's weights), a weights file, imagenet or none.")
    ] = "default",
    encoder_weights: Annotated[str, Option(help="Start the encoder from this file; none: from random weights.")] = "",
    embedding_weights: Annotated[str, Option(help="File of the network that the variant's loss looks through.")] = "",
    teacher: Annotated[
        str, Option(help="Weights of any network whose colours teach too, less and less; a file or a name.")
    ] = "",
    name: Annotated[
        str, Option(help="Name of the result, such as \"Grandma's album\"; else the folder's or the variant's.")
    ] = "",
    out: Annotated[Path | None, Option(help="Folder of the run; made if need be.")] = None,
    resume: Annotated[Path | None, Option(help="Go on with the run in this folder.")] = None,
    epochs: Annotated[int, Option(min=0, help="Passes; 0: as long as makes sense.")] = 0,
    minutes: Annotated[float, Option(min=0, max=1e6, help="About so long instead, as measured at the start.")] = 0.0,
    recipe: Annotated[str, Option(help="paper, strong or personal; empty chooses.")] = "",
    size: Annotated[int, Option(min=0, max=4096, help="Side of the crops; 0: the recipe's.")] = 0,
    batch: Annotated[int, Option(min=0, help="Photos a step; 0: the recipe's.")] = 0,
    learning_rate: Annotated[float, Option(min=0, help="0: the recipe's.")] = 0.0,
    wear: Annotated[bool, Option(help="Wear the training photos like old ones.")] = True,
    device: Annotated[str, Option(help="cuda, mps or cpu; empty chooses.")] = "",
    devices: Annotated[int, Option(min=1, help="Devices that share the work.")] = 1,
    seed: Annotated[int, Option(min=0, max=2**63 - 1, help="Same seed, same split and same training.")] = 0,
    install: Annotated[bool, Option(help="Put the result among your own weights, if it beats start and grey.")] = True,
    dry_run: Annotated[bool, Option("--dry-run", help="Say what would happen, how long and how much memory.")] = False,
    progress: Annotated[Progress, Option(help="text, or json: one event a line.")] = Progress.TEXT,
    led: Annotated[bool, Option("--led", help="Give way to other programs, and end when standard input does.")] = False,
) -> None:
    """Fine-tune weights on your own colour photos.

    20 to 500 are enough. With --recipe paper or strong, train a variant for everyone.
    """
    from training.progress import give_way, tell_json, tell_people

    if led:
        give_way()
    tell = tell_json if progress is Progress.JSON else tell_people
    with _told(tell):
        if start.lower() == "imagenet":
            os.environ.setdefault("HF_HUB_OFFLINE", "0")  # asked for: these weights may be fetched
        helped = _run_to_help(resume or out)
        if resume is not None:
            _refuse_changes(context)
        if resume is not None or helped is not None:
            from training.hold import held
            from training.recipe import Run

            place = helped or resume or Path()
            run = Run.read(place)
            with nullcontext() if helped else held(place):
                _run(run, place, tell, install)
            return
        if folder is None:
            raise TrainingError("Give a folder of colour photos, or --resume with the folder of a run.")
        if epochs and minutes:
            raise TrainingError("Give --epochs or --minutes, not both.")
        if not folder.is_dir():
            from training.data import collect

            collect(folder)  # a mistyped folder or a faulty index is told before anything heavy is imported
        options = {"size": size, "batch": batch, "learning_rate": learning_rate}
        asked = {key: value for key, value in options.items() if value} | ({} if wear else {"wear": False})
        from training.planning import Wishes, plan

        wishes = Wishes(
            folder,
            variant=variant,
            start=start,
            encoder_weights=encoder_weights,
            embedding_weights=embedding_weights,
            teacher=teacher,
            name=name,
            recipe=recipe,
            options=asked,
            epochs=epochs,
            minutes=minutes,
            device=device,
            devices=devices,
            seed=seed,
        )
        place = out or _fresh_folder(name or variant or variants.DEFAULT.name)
        with plan(wishes, place, tell, dry=dry_run) as planned:
            if dry_run:
                tell("planned", **planned.told())
                return
            _run(planned.run, place, tell, install, planned.trial)


def _refuse_changes(context: typer.Context) -> None:
    """Refuse options that a resumed run would not heed."""
    sources = {name: context.get_parameter_source(name) for name in context.params if name not in _HEEDED_ON_RESUMING}
    given = {name for name, source in sources.items() if source is not None and source.name == "COMMANDLINE"}
    if unheeded := [_as_typed(parameter) for parameter in context.command.params if parameter.name in given]:
        named = " and ".join(printable(word) for word in unheeded)
        raise TrainingError(f"With --resume a run goes on as it was begun. Leave {named} out, or begin a new run.")


def _as_typed(parameter: Any) -> str:
    return str(parameter.opts[0]) if parameter.param_type_name == "option" else f"the {parameter.name}"


def _run(run: "Run", folder: Path, tell: "Tell", install: bool, trial: "Trial | None" = None) -> None:
    from kmhc_engine import weights
    from training.progress import tell_people
    from training.recipe import RUN_FILE
    from training.running import train as train_run

    improved = not run.personal  # there the verdict says it

    def heed(event: str, **values: object) -> None:
        nonlocal improved
        improved = bool(values.get("improved", improved))
        tell(event, **values)

    os.environ[LED_RUN] = str(folder.absolute())
    try:
        saved = train_run(run, folder, heed, trial)
    except DiskFull as error:
        # The window has no use for commands: it offers what there is to go on with.
        if tell is not tell_people or not (folder / RUN_FILE).is_file():
            raise
        goes_on = f"Make room. To go on: kmhc train --resume {typed(folder)}"
        raise DiskFull(f"{printable(folder)}: the disk is full. {goes_on}") from error
    if not install:
        return
    difference, none = (saved.metrics.get(name, math.nan) for name in ("ciede2000", "ciede2000_grey"))
    if improved and difference < none:
        installed = weights.install(saved.path)
        tell("saved", path=installed.path, title=installed.title, variant=installed.variant.name, installed=True)
        return
    reason = "has not been judged, for want of test photos"
    if not improved:
        reason = "is no improvement"
    elif difference >= none:
        reason = f"is no closer to the truth than grey ({difference:.1f}, grey {none:.1f})"
    tell("left", text=f"The result {reason}: it stays in the run's folder, and your weights are as they were.")


def _run_to_help(out: Path | None) -> Path | None:
    """Return the folder of the run that another process leads, if this one is there to share its work."""
    from training.hold import follows

    if not follows():
        return None
    place = Path(os.environ[LED_RUN]) if LED_RUN in os.environ else out
    if place is None:
        raise TrainingError("Several processes need one folder for the run: give --out.")
    from training.recipe import RUN_FILE

    while not (place / RUN_FILE).is_file():  # torchrun starts all at once; the first one decodes the photos
        time.sleep(1)
    return place


def _fresh_folder(name: str) -> Path:
    safe = "".join(c if c.isalnum() or c in " -_+" else "-" for c in name).strip()[:40] or "run"
    return resources.user_folder() / "training" / f"{safe} {time.strftime('%Y-%m-%d %H.%M.%S')}"


@contextmanager
def _told(tell: "Tell") -> Iterator[None]:
    """Tell errors that are meant for people, and exit with 1; after Ctrl-C with 130."""
    try:
        yield
    except (Exception, KeyboardInterrupt) as error:
        if isinstance(error, BrokenPipeError) or isinstance(error.__cause__, BrokenPipeError):
            from training.progress import tell_people

            tell = tell_people  # errors go elsewhere
            with contextlib.suppress(OSError):  # Python's end would write what is left, and fail again
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
        match error:
            case KeyboardInterrupt():
                message, code = "Stopped.", 130
            case KMHCError():
                message, code = str(error), getattr(error, "exit_code", 1)
            case ModuleNotFoundError():
                message = f"Training needs {error.name}. Install KMHC with the extra “training”."
            case OSError():
                place = printable(error.filename) if error.filename else "The output"
                remedy = " Choose another place, or allow access to it." if error.errno in _REFUSED else ""
                message = f"{place}: {error.strerror or error}.{remedy}"
            case _:
                raise
        tell("error", message=message)
        raise typer.Exit(code) from error


def evaluate(
    folder: Annotated[Path, typer.Argument(help="Colour photos: a folder tree, or an index.csv.")],
    variant: Annotated[list[str] | None, Option(help="Variant or name of weights; may be repeated.")] = None,
    weights: Annotated[list[Path] | None, Option(help="A weights file; may be repeated.")] = None,
    split: Annotated[str, Option(help="train, val, test or all; empty: test where photos are split up.")] = "",
    size: Annotated[int, Option(min=32, help="Short side at which photos are judged.")] = 256,
    limit: Annotated[int, Option(min=0, help="Judge so many photos at most; 0: all.")] = 0,
    out: Annotated[Path | None, Option(help="Folder for evaluation.json, .csv and .html.")] = None,
    card: Annotated[Path | None, Option(help="Write the results into this model card.")] = None,
    skin: Annotated[bool, Option("--skin", help="Judge the skin of faces, by its tone.")] = False,
    lpips_weights: Annotated[Path | None, Option(help="torchvision's AlexNet weights, for LPIPS.")] = None,
    fid_weights: Annotated[Path | None, Option(help="torch-fidelity's Inception weights, for FID.")] = None,
    mobilenet_weights: Annotated[Path | None, Option(help="MobileNetV2 weights, for a distance in them.")] = None,
    embedding_weights: Annotated[Path | None, Option(help="For the loss of variants with an embedding.")] = None,
    device: Annotated[str, Option(help="cuda, mps or cpu; empty chooses.")] = "",
) -> None:
    """Measure variants beside honest baselines."""
    from training.progress import tell_people

    with _told(tell_people):
        from training.data import keep_apart
        from training.evaluate import Asked, chosen
        from training.evaluate import evaluate as judge
        from training.evaluation_pages import ready, show, write
        from training.model_card import fill, places

        asked = Asked(
            folder, split, size, limit, skin, embedding_weights, lpips_weights, fid_weights, mobilenet_weights, device
        )
        if out is not None:
            keep_apart(out, folder)
            ready(out)
        if card is not None:
            places(card, skin=skin)
        result = judge(asked, chosen(variant or [], weights or []))
        written = []
        if out is not None:
            write(result, out)
            written.append(out / "evaluation.html")
        if card is not None:
            fill(card, result)
            written.append(card)
        show(result)  # last: a screen that is gone takes no results with it
        for path in written:
            typer.echo(f"Written: {printable(path)}")


def report(
    runs: Annotated[list[Path], typer.Argument(help="Folders of training runs.")],
    out: Annotated[Path, Option(help="Folder for the table and the figures.")] = Path("report"),
    photos: Annotated[Path | None, Option(help="Colour photos for Figure 4; else the first run's.")] = None,
    legacy: Annotated[Path | None, Option(help="Old photos for Figure 5; else the samples.")] = None,
) -> None:
    """Make the paper's table and figures.

    Table 2 and Figures 4 to 9, from recorded runs.
    """
    from training.progress import tell_people

    with _told(tell_people):
        from training.report import make_report

        written = make_report(runs, out, photos=photos, legacy=legacy)
        for path in written:
            typer.echo(printable(path))
        if not any(path.name.startswith("figure-4") for path in written):
            typer.echo("There is no Figure 4: the runs' test photos are gone. Give others by --photos FOLDER.")
