"""`kmhc report`: the paper's Table 2 and Figures 4 to 9 from recorded runs.

No colour at all is a row or a line wherever it is comparable, on the photos that the run itself was judged on.
"""

import csv
import io
import json
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

from kmhc_engine import resources
from kmhc_engine.atomic import replacing
from kmhc_engine.colouriser import TorchColouriser
from kmhc_engine.errors import printable
from kmhc_engine.networks import parameter_count
from kmhc_engine.scan import scan
from kmhc_engine.variants import Variant
from kmhc_engine.weights_format import info
from training.data import SPLIT_FILE, Split, collect
from training.errors import TrainingError
from training.evaluate import distinct
from training.judging import RGB, colourised, grey, of_network
from training.losses import as_told
from training.packed import decode
from training.recipe import HISTORY, RESULT, RESULTS, Run, read_history
from training.sheets import sheet

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

mpl.rcParams["text.parse_math"] = False  # two dollars in a title are no formula

_SHOWN = 6
_SIDE = 192
_LOSS = "loss % (chroma: ab units)"
_LONGEST = 40  # letters of a label that leave room for the figure
_BASELINE: Any = {"color": "grey", "linestyle": "--"}


@dataclass(frozen=True)
class Recorded:
    """A run as its folder tells it.

    Attributes:
        folder: The folder.
        label: The title of its weights; with the folder's name where runs share it.
        variant: What was trained.
        history: Column -> value of each epoch; losses as Table 2 tells them.
        results: "weights" and "grey" -> measure -> mean over its test photos; empty for a run not yet finished.
    """

    folder: Path
    label: str
    variant: Variant
    history: dict[str, list[float]]
    results: dict[str, dict[str, float]]

    @property
    def short(self) -> str:
        """The label in figures; matplotlib would hide one that begins with "_"."""
        label = " " * self.label.startswith("_") + self.label
        return label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"


def make_report(runs: Sequence[Path], out: Path, *, photos: Path | None, legacy: Path | None) -> list[Path]:
    """Make the table and the figures.

    Args:
        runs: Folders of runs.
        out: Where they go; made if need be.
        photos: Colour photos for Figure 4; None takes test photos of the first run that has any left, but for those
            that taught another run.
        legacy: Old photos for Figure 5; None takes the program's samples.

    Returns:
        The files written.

    Raises:
        TrainingError: A folder holds no run, or none has an epoch yet.
    """
    recorded = [_read(folder) for folder in runs]
    labels = distinct([run.label for run in recorded], [run.folder.absolute().name for run in recorded])
    recorded = [replace(run, label=label) for run, label in zip(recorded, labels, strict=True)]
    if not any(run.history["epoch"] for run in recorded):
        raise TrainingError("None of these runs has finished an epoch. Train further, then report.")
    shown = {4: _held_out(recorded) if photos is None else _below(photos)}
    shown[5] = _below(legacy or resources.folder() / "samples")
    out.mkdir(parents=True, exist_ok=True)
    written = [*_table(recorded, out)]
    written += [
        _curves(recorded, out / "figure-6-validation-loss.png", "val_loss", f"validation {_LOSS}"),
        _curves(recorded, out / "figure-7-validation-accuracy.png", "val_accuracy", "validation accuracy, %"),
        _bars(recorded, out / "figure-8-test.png"),
        _boxes(recorded, out / "figure-9-epochs.png"),
    ]
    return written + [_grid(recorded, some, out / f"figure-{n}-photos.png") for n, some in shown.items() if some]


def _read(folder: Path) -> Recorded:
    run = Run.read(folder)
    rows = read_history(folder / HISTORY)
    columns = rows[0].keys() if rows else ("epoch",)
    history = {name: [float(row[name] or "nan") for row in rows] for name in columns}
    if "val_loss" in history:
        history["val_loss"] = [as_told(run.parsed_variant.loss) * loss for loss in history["val_loss"]]
    results: dict[str, dict[str, float]] = {}
    if (folder / RESULTS).is_file():
        try:
            told = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
            results = {
                kind: {name: float(mean) for name, mean in means.items() if np.isfinite(float(mean))}
                for kind, means in told.items()
            }
        except (ValueError, AttributeError, TypeError) as error:
            raise TrainingError(f"{printable(folder / RESULTS)} is damaged ({error}). Train the run again.") from error
    return Recorded(folder, run.title, run.parsed_variant, history, results)


def _table(runs: Sequence[Recorded], out: Path) -> list[Path]:
    """Write Table 2 as CSV and Markdown, the published numbers beside ours."""
    head = ["variant", "architecture", "encoder", "space", "loss", "embedding", "accuracy %", _LOSS, "PSNR dB"]
    head += ["CIEDE2000", "chroma share %", "epochs", "parameters M", "published accuracy %", "published loss %"]
    rows: list[list[str]] = []
    for run in runs:
        variant, published = run.variant, run.variant.published
        rows.append(
            [run.label, variant.architecture_title, variant.encoder, variant.space, variant.loss, variant.embedding]
            + _values(run.results.get("weights", {}))
            + [str(len(run.history["epoch"])), f"{parameter_count(variant) / 1e6:.2f}"]
            + ([f"{published.accuracy}", f"{published.loss}"] if published else ["–", "–"])
        )
    for run in runs:  # test photos and losses may differ from run to run, and with them the baseline
        if "grey" in run.results:
            label = "grey (baseline)" if len(runs) == 1 else f"grey (baseline of {run.label})"
            rows.append([label, *["–"] * 5, *_values(run.results["grey"]), "0", "0", "–", "–"])
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    marked = [[cell.replace("|", "&#124;") for cell in cells] for cells in (head, ["---"] * len(head), *rows)]
    lines = ["| " + " | ".join(cells) + " |" for cells in marked]
    written = []
    for name, content in (("table-2.csv", text.getvalue()), ("table-2.md", "\n".join(lines) + "\n")):
        with replacing(out / name) as file:
            file.write(content.encode())
        written.append(out / name)
    return written


def _values(means: dict[str, float]) -> list[str]:
    names = ("accuracy", "loss", "psnr", "ciede2000", "chroma_share")
    return [f"{means[name]:.2f}" if name in means else "–" for name in names]


def _curves(runs: Sequence[Recorded], path: Path, column: str, title: str) -> Path:
    figure, axes = plt.subplots(figsize=(11, 5))
    for run in _with(column, runs):
        (line,) = axes.plot(run.history["epoch"], run.history[column], marker=".", label=run.short)
        baseline = [v for v in run.history.get("val_grey_accuracy", []) if np.isfinite(v)]
        if column == "val_accuracy" and baseline:
            axes.axhline(baseline[-1], color=line.get_color(), linestyle="--", linewidth=1)
    axes.set(xlabel="epoch", ylabel=title)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _scale(axes, column)
    if axes.lines:
        shown, _ = axes.get_legend_handles_labels()
        if len(shown) < len(axes.lines):
            shown.append(Line2D([], [], label="grey, on the same photos", **_BASELINE))
        axes.legend(handles=shown, loc="upper left", bbox_to_anchor=(1, 1), frameon=False)  # or it hides curves
    return _save(figure, path)


def _with(column: str, runs: Sequence[Recorded]) -> list[Recorded]:
    """Return the runs that have a measure: photos may have been too small for it."""
    return [run for run in runs if np.isfinite(run.history.get(column, [])).any()]


def _scale(axes: Any, column: str) -> None:
    """Divide an axis: losses of different kinds differ by powers of ten. Where no run has the measure, say so."""
    if not axes.has_data():
        axes.text(0.5, 0.5, "no run has measured it yet, or its photos are too small", ha="center", color="grey")
        axes.set(xticks=[], yticks=[])
    elif column == "val_loss":
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
        if np.ptp(np.log10(axes.get_ylim())) < 1:  # else there are too many lines between the powers of ten
            axes.yaxis.set_minor_formatter("{x:g}")


def _bars(runs: Sequence[Recorded], path: Path) -> Path:
    """Draw the most accurate run on top; losses stand beside it, for those of different kinds have no best."""
    judged = [run for run in runs if "weights" in run.results]
    judged.sort(key=lambda run: run.results["weights"].get("accuracy", 0))
    kinds = [
        f"{run.variant.space} {run.variant.loss}" + f", {run.variant.embedding}" * (run.variant.embedding != "none")
        for run in judged
    ]
    rows = range(len(judged))
    figure, panels = plt.subplots(1, 2, figsize=(11, 1.5 + 0.4 * len(runs)))
    for axes, measure, labels in zip(panels, ("accuracy", "loss"), ([r.short for r in judged], kinds), strict=True):
        values = [run.results["weights"].get(measure, np.nan) for run in judged]
        numbers = ["" if np.isnan(value) else f"{value:.2f}" for value in values]
        bars = axes.barh(rows, values, height=0.6)
        axes.set_yticks(rows, labels)
        if measure == "accuracy":  # inside, clear of the line for grey
            axes.bar_label(bars, numbers, padding=-36, color="white")
            for row, run in enumerate(judged):
                if measure in run.results.get("grey", {}):
                    axes.plot([run.results["grey"][measure]] * 2, [row - 0.45, row + 0.45], **_BASELINE)
            if axes.lines:
                axes.legend(axes.lines[:1], ["grey"], loc="lower right", bbox_to_anchor=(1, 1), frameon=False)
        else:
            axes.bar_label(bars, numbers, padding=3)
            axes.margins(x=0.25)
        axes.set(xlabel="test accuracy, %" if measure == "accuracy" else f"test {_LOSS}")
    return _save(figure, path)


def _boxes(runs: Sequence[Recorded], path: Path) -> Path:
    figure, panels = plt.subplots(1, 2, figsize=(11, 5))
    for axes, column in zip(panels, ("val_accuracy", "val_loss"), strict=True):
        shown = _with(column, runs)
        values = [[v for v in run.history[column] if np.isfinite(v)] for run in shown]
        if shown:
            axes.boxplot(values, tick_labels=[run.short for run in shown])
        plt.setp(axes.get_xticklabels(), rotation=45, horizontalalignment="right")
        axes.set(ylabel=f"validation {'accuracy, %' if column == 'val_accuracy' else _LOSS}, over epochs")
        _scale(axes, column)
    return _save(figure, path)


def _save(figure: Any, path: Path) -> Path:
    with replacing(path) as file, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph")  # of scripts that the font lacks: a title in Japanese, say
        figure.tight_layout()
        figure.savefig(file, dpi=120, format="png", bbox_inches="tight")
    plt.close(figure)
    return path


def _below(folder: Path) -> list[RGB]:
    """Return the first photos of a folder.

    Raises:
        TrainingError: There are none.
    """
    if photos := _decoded(entry.path for entry in scan([folder]) if not entry.refusal):
        return photos
    raise TrainingError(f"{printable(folder)} holds no photos. Give another folder.")


def _held_out(runs: Sequence[Recorded]) -> list[RGB]:
    """Return photos that a run was tested on and none has learnt from; none if all are gone."""
    splits = [collect(run.folder / SPLIT_FILE) for run in runs if (run.folder / SPLIT_FILE).is_file()]
    taught = {sample.path for split in splits for sample in split if sample.split is not Split.TEST}
    tested = ([s.path for s in split if s.path not in taught] for split in splits)
    return next(filter(None, map(_decoded, tested)), [])


def _decoded(paths: Iterable[Path]) -> list[RGB]:
    found = (decode(path, _SIDE, any_tone=True) for path in paths)
    return list(islice((photo for photo in found if isinstance(photo, np.ndarray)), _SHOWN))


def _grid(runs: Sequence[Recorded], photos: list[RGB], path: Path) -> Path:
    """Show photos as each run's weights colourise them: one row a run, one column a photo."""
    rows: list[tuple[str, list[RGB]]] = [("grey", [colourised(photo, grey)[0] for photo in photos])]
    for run in runs:
        if (run.folder / RESULT).is_file():
            predict = of_network(TorchColouriser.with_weights(info(run.folder / RESULT)))
            rows.append((run.short, [colourised(photo, predict)[0] for photo in photos]))
    rows.append(("the photo itself", photos))
    columns = [[row[index] for _, row in rows] for index in range(len(photos))]
    return sheet(path, columns, [label for label, _ in rows])
