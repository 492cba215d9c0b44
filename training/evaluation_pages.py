"""An evaluation on the screen, as JSON, as CSV per photo, and as an HTML page."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from kmhc_engine.atomic import replacing
from kmhc_engine.errors import printable
from training.data import Split, called
from training.errors import TrainingError
from training.evaluate import UNFAIR, Evaluation, Row
from training.measures import MEASURES

TITLES = {
    **MEASURES,
    "loss": "the variant's own loss, % (chroma: ab units)",
    "skin": "CIEDE2000 of the skin in the largest face",
    "lpips": "LPIPS",
    "fid": "FID",
    "mobilenet": "distance in MobileNetV2",
}
BETTER = "Better is more of MS-SSIM, PSNR and SSIM, less of differences, distances and losses, and chroma near 100 %."
_DATA = "evaluation.json"
_FINE = ("ssim", "lpips")  # from 0 to 1


def told(measure: str, means: Mapping[str, float]) -> str:
    """Return a measure's mean as it is shown; a dash where it was not taken."""
    return f"{means[measure]:.{3 if measure in _FINE else 2}f}" if measure in means else "–"


def measures(evaluation: Evaluation) -> list[str]:
    """Return the measures that were taken, in the order in which they are shown."""
    taken = {name for row in evaluation.rows for name in row.means}
    return [name for name in TITLES if name in taken]


def warnings(evaluation: Evaluation) -> list[str]:
    """Return what has to be said aloud: weights no better than grey, and groups that come off badly."""
    grey = evaluation.rows[0].means["ciede2000"]
    dull = [
        f"{row.title} is no closer to the truth than grey on these photos."
        for row in evaluation.judged
        if row.means["ciede2000"] >= grey
    ]
    unfair = [
        f"{row.title} is more than {100 * UNFAIR - 100:.0f} % worse than its mean on: {', '.join(row.unfair)}. "
        "The model card has to say so."
        for row in evaluation.judged
        if row.unfair
    ]
    seen = [
        f"{row.title} was trained on {row.trained_on or 'photos that it does not name'}. "
        "If these are the same photos, this flatters it: give its run's split.csv, which says what it has not seen."
        for row in evaluation.judged
        if _taught(row, evaluation)
    ]
    return dull + unfair + seen


def _taught(row: Row, evaluation: Evaluation) -> bool:
    """Tell whether the photos are those that taught a row, by what they are called."""
    asked = evaluation.asked
    return asked.split == Split.TRAIN or (
        asked.split == "all" and row.trained_on.endswith(f" of {called(asked.folder)}")
    )


def notes(evaluation: Evaluation) -> list[str]:
    """Return what helps to read the numbers: losses that are missing or unlike, and photos that may have taught."""
    judged = evaluation.judged
    unseen = evaluation.asked.split in (Split.VAL, Split.TEST)
    unlike = len({row.variant.split("/", 2)[-1] for row in judged}) > 1
    return (
        [
            f"The loss of {row.title} looks through a network: give its weights as --embedding-weights FILE."
            for row in judged
            if "loss" not in row.means
        ]
        + ["These losses are of different kinds: their values do not compare."] * unlike
        + [
            f"{row.title} was trained on {row.trained_on}: make sure that these photos are not among them."
            for row in judged
            if row.trained_on and not unseen and not _taught(row, evaluation)
        ]
    )


def show(evaluation: Evaluation) -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = [(row, row.means) for row in evaluation.rows]
    table = Table(title=f"{counted(len(evaluation.rows[0].scores))}; left out: {evaluation.census.left_out}")
    table.add_column("measure")
    for row, _ in rows:
        table.add_column(Text(row.title), justify="right", style="dim" if row.baseline else None, min_width=6)
    for name in measures(evaluation):
        table.add_row(TITLES[name], *(told(name, means) for _, means in rows))
    console = Console(markup=False)
    console.print(table)
    console.print(BETTER)
    for row in evaluation.rows:
        for name, group in row.groups.items():
            console.print(f"{row.title}, {name} ({counted(group.photos)}): CIEDE2000 {group.ciede2000:.2f}")
    for warning in warnings(evaluation):
        console.print(warning, style="bold")
    for note in notes(evaluation):
        console.print(note)


def counted(count: int) -> str:
    """Return "1 photo" or "12 photos"."""
    return f"{count} photo{'' if count == 1 else 's'}"


def ready(folder: Path) -> None:
    """Make the folder for an evaluation, so that what cannot be written to is told before the work.

    Raises:
        TrainingError: It holds other things than an evaluation: one of its pictures could take the place of another.
        OSError: It cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    others = [path for path in folder.iterdir() if not path.name.startswith(".")]
    if others and not (folder / _DATA).is_file():
        raise TrainingError(f"{printable(folder)} holds other things. Name an empty folder, or a new one.")
    with TemporaryFile(dir=folder):
        pass


def write(evaluation: Evaluation, folder: Path) -> None:
    """Write evaluation.json, evaluation.csv and evaluation.html with its pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(folder / _DATA) as file:
        file.write(json.dumps(_as_data(evaluation), indent=1).encode())
    with replacing(folder / "evaluation.csv") as file:
        file.write(_as_csv(evaluation).encode("utf-8", "surrogateescape"))
    with replacing(folder / "evaluation.html") as file:
        file.write(_as_page(evaluation, folder).encode("utf-8", "replace"))


def _as_data(evaluation: Evaluation) -> dict[str, Any]:
    asked = evaluation.asked
    return {
        "folder": str(asked.folder),
        "split": asked.split,
        "size": asked.size,
        "photos": len(evaluation.rows[0].scores),
        "left_out": {name: getattr(evaluation.census, name) for name in ("grey", "tinted", "broken")},
        "rows": [
            {"title": row.title, "baseline": row.baseline, "sha256": row.sha256, "variant": row.variant}
            | {"means": row.means}
            | {"groups": {name: asdict(group) for name, group in row.groups.items()}, "unfair": row.unfair}
            for row in evaluation.rows
        ],
    }


def _as_csv(evaluation: Evaluation) -> str:
    text = io.StringIO()
    names = [*measures(evaluation), "chroma", "true_chroma"]  # the last two: of which the share of all is made
    writer = csv.writer(text)
    writer.writerow(("photo", "group", "weights", *names))
    for row in evaluation.rows:
        for score in row.scores:
            values = (score.values.get(name, "") for name in names)
            writer.writerow((score.photo.as_posix(), score.group, row.title, *values))
    return text.getvalue()


def _as_page(evaluation: Evaluation, folder: Path) -> str:
    from jinja2 import Environment, FileSystemLoader

    differences = {
        (row.title, score.photo): score.values["ciede2000"] for row in evaluation.rows for score in row.scores
    }
    files: dict[tuple[Path, str], str] = {}
    for number, (path, pictures) in enumerate(evaluation.pictures.items()):
        for column, (title, picture) in enumerate(pictures.items()):
            files[path, title] = _picture(folder, f"{number:03}-{column}.jpg", picture)
    sections = []
    for title, paths in evaluation.sections.items():
        photos = [
            {
                "name": evaluation.names[path],
                "images": [
                    {
                        "file": files[path, column],
                        "title": column if column != "true" else f"true: {evaluation.names[path]}",
                        "note": f"{differences[column, path]:.1f}" if (column, path) in differences else "",
                    }
                    for column in evaluation.pictures[path]
                ],
            }
            for path in paths
        ]
        sections.append({"title": title, "photos": photos})
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
    return templates.get_template("evaluation.html").render(
        count=counted(len(evaluation.rows[0].scores)),
        source=called(evaluation.asked.folder),
        size=evaluation.asked.size,
        left_out=evaluation.census.left_out,
        measures=measures(evaluation),
        titles=TITLES,
        better=BETTER,
        told=told,
        counted=counted,
        rows=evaluation.rows,
        groups=evaluation.rows[0].groups,
        groups_title=TITLES["skin" if evaluation.asked.skin else "ciede2000"],
        warnings=warnings(evaluation),
        notes=notes(evaluation),
        first=(evaluation.judged or evaluation.rows)[0].title,
        sections=sections,
    )


def _picture(folder: Path, name: str, rgb: Any) -> str:
    from PIL import Image

    (folder / "pictures").mkdir(exist_ok=True)
    with replacing(folder / "pictures" / name) as file:
        Image.fromarray(rgb).save(file, "JPEG", quality=90)
    return f"pictures/{name}"
