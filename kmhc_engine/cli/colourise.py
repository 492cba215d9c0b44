"""`kmhc colourise` and `kmhc render`."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kmhc_engine import variants
from kmhc_engine.choices import ColourPhotos, DeviceName, Format, Precision, Turn
from kmhc_engine.errors import printable

if TYPE_CHECKING:
    from kmhc_engine.jobs import Colouriser, OutputSettings
    from kmhc_engine.weights import Weights


CopyFormat = Annotated[Format | None, typer.Option(help="Format of the copies. By default each photo's own.")]
Quality = Annotated[int | None, typer.Option(min=1, max=100, help="Quality of JPEG and WebP. By default 92 and 90.")]
Saturation = Annotated[float, typer.Option(min=0, max=3, help="Factor on the colours: 0 is grey, 1 leaves them.")]
Warmth = Annotated[float, typer.Option(min=-1, max=1, help="-1 is cool, 0 leaves the colours, 1 is warm.")]
Edges = Annotated[float, typer.Option(min=0, max=4, help="How strictly colour follows edges; 1 is normal.")]
LongestSide = Annotated[
    int | None, typer.Option(min=16, help="Make the copies smaller: at most so many pixels a side.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON event a line, for other programs.")]


def colourise(
    paths: Annotated[
        list[Path], typer.Argument(help="Folders (with all that is in them) and photos.", show_default=False)
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Output folder. By default “FOLDER colourised” beside FOLDER.")
    ] = None,
    variant: Annotated[
        str,
        typer.Option(
            "--variant", "-v", help="6, KMHCNet_6, ARCHITECTURE/ENCODER or your own weights' name; see `kmhc variants`."
        ),
    ] = variants.DEFAULT.name,
    format: CopyFormat = None,
    quality: Quality = None,
    colour_photos: Annotated[
        ColourPhotos, typer.Option(help="Photos in colour already: leave out, copy as they are, or colour anew.")
    ] = ColourPhotos.SKIP,
    saturation: Saturation = 1.0,
    warmth: Warmth = 0.0,
    edges: Edges = 1.0,
    longest_side: LongestSide = None,
    turn: Annotated[
        Turn | None, typer.Option(help="Turn photos that do not stand upright. By default as in an earlier run.")
    ] = None,
    side: Annotated[
        int | None,
        typer.Option(
            min=64,
            max=1024,
            help="Size at which the network sees photos, in pixels. By default what suits the weights.",
        ),
    ] = None,
    device: Annotated[
        DeviceName | None, typer.Option(help="Where the network runs. By default the fastest here.")
    ] = None,
    precision: Annotated[
        Precision | None, typer.Option(help="Of the network. By default what suits the device.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Turn old photos into colour copies.

    The originals stay as they are. Ctrl-C once ends after the photos in hand, twice at once; the same command goes on
    from there.
    """
    from kmhc_engine import weights
    from kmhc_engine.batch import CancelToken, run_batch, tell_refused
    from kmhc_engine.cli.progress import Watcher
    from kmhc_engine.outputs import OutputFolder, among_photos, default_output
    from kmhc_engine.scan import as_stored, scan

    for path in paths:
        if not os.path.lexists(path):  # unlike Path.exists, it answers for impossible names, too
            raise typer.BadParameter(f"{printable(path)} does not exist. Check how it is written.")
    paths = as_stored(paths)
    [target] = as_stored([out or default_output(paths)])
    if among_photos(target, paths):
        raise typer.BadParameter(f"{printable(target)} holds the photos. Choose another folder with --out.")
    settings = _settings(format, quality, (saturation, warmth, edges), longest_side, colour_photos)
    chosen = weights.find(variant)  # before torch is imported, and before anything is made
    found = list(scan(paths, output=target))
    if turn is not None:
        found = [replace(one, turn=turn.quarters) for one in found]
    folder = OutputFolder(target)
    if all(one.refusal for one in found):
        jobs = [folder.job(one) for one in found]
        raise typer.Exit(Watcher(jobs, folder.path, as_json=as_json).follow(tell_refused(jobs), CancelToken()))
    with folder:
        jobs = [folder.job(one) for one in found]
        watcher = Watcher(jobs, folder.path, as_json=as_json)
        watcher.say("Loading the network …")
        network = load_colouriser(chosen, device, precision, side)
        token = CancelToken()
        raise typer.Exit(watcher.follow(run_batch(jobs, network, token, folder, settings), token))


def render(
    folder: Annotated[
        Path, typer.Argument(help="What `kmhc colourise` made: “FOLDER colourised”.", show_default=False)
    ],
    format: CopyFormat = None,
    quality: Quality = None,
    saturation: Saturation = 1.0,
    warmth: Warmth = 0.0,
    edges: Edges = 1.0,
    longest_side: LongestSide = None,
    as_json: AsJson = False,
) -> None:
    """Make the copies anew, without the network.

    The stored colour gives another format, size or saturation in a moment; so do the adjustments made in the window.
    Copies in another format than before come beside those.
    """
    from kmhc_engine.batch import CancelToken, render_batch
    from kmhc_engine.cli.progress import Watcher
    from kmhc_engine.outputs import OutputFolder
    from kmhc_engine.scan import MARKER

    if not os.path.isdir(folder / MARKER):  # noqa: PTH112 - answers for impossible names, too
        raise typer.BadParameter(f"{printable(folder)} is no output folder of KMHC. Run `kmhc colourise` first.")
    settings = _settings(format, quality, (saturation, warmth, edges), longest_side, ColourPhotos.SKIP)
    with OutputFolder(folder) as outputs:
        jobs = list(outputs.recorded_jobs())
        token = CancelToken()
        watcher = Watcher(jobs, outputs.path, as_json=as_json)
        raise typer.Exit(watcher.follow(render_batch(jobs, token, outputs, settings), token))


def _settings(
    format: Format | None,
    quality: int | None,
    adjustments: tuple[float, float, float],
    longest_side: int | None,
    colour_photos: ColourPhotos,
) -> "OutputSettings":
    from kmhc_engine.chroma import Adjustments
    from kmhc_engine.jobs import OutputSettings

    return OutputSettings(
        format=format,
        quality=quality,
        adjustments=Adjustments(*adjustments),
        longest_side=longest_side,
        colour_photos=colour_photos,
    )


def load_colouriser(chosen: "Weights", device: str | None, precision: str | None, side: int | None) -> "Colouriser":
    """Load weights and get their network ready; imports torch.

    Raises:
        WeightsError, ComputeError: With the next step.
    """
    import cv2

    from kmhc_engine import devices
    from kmhc_engine.colouriser import TorchColouriser

    cv2.setNumThreads(1)  # photos are worked on side by side
    devices.use_threads()
    return TorchColouriser.with_weights(chosen, devices.choose(device, precision), side)
