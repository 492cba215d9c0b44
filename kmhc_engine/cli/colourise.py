"""`kmhc colourise` and `kmhc render`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kmhc_engine import variants

if TYPE_CHECKING:
    from kmhc_engine.jobs import Colouriser, Settings


class OutputFormat(StrEnum):
    """What `--format` takes."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"


class ColourPhotos(StrEnum):
    """What becomes of photos that are in colour already."""

    SKIP = "skip"
    COPY = "copy"
    REDO = "redo"


Format = Annotated[OutputFormat | None, typer.Option(help="Format of the copies. By default each photo's own.")]
Quality = Annotated[int | None, typer.Option(min=1, max=100, help="Quality of JPEG and WebP.")]
Saturation = Annotated[float, typer.Option(min=0, max=3, help="Factor on the colours; 1 leaves them.")]
Warmth = Annotated[float, typer.Option(min=-1, max=1, help="-1 is cool, 1 is warm.")]
Edges = Annotated[float, typer.Option(min=0, max=4, help="How strictly colour follows edges; 1 is normal.")]
LongestSide = Annotated[int | None, typer.Option(min=16, help="Make the copies smaller: pixels of the longer side.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON event a line.")]


def colourise(
    paths: Annotated[list[Path], typer.Argument(help="Folders and photos.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Output folder. By default “FOLDER colourised” beside FOLDER.")
    ] = None,
    variant: Annotated[
        str, typer.Option("--variant", "-v", help="Number, name, spec string, or the name of your own weights.")
    ] = variants.DEFAULT.name,
    format: Format = None,
    quality: Quality = None,
    colour_photos: Annotated[
        ColourPhotos, typer.Option(help="What to do with photos that are in colour already.")
    ] = ColourPhotos.SKIP,
    saturation: Saturation = 1.0,
    warmth: Warmth = 0.0,
    edges: Edges = 1.0,
    longest_side: LongestSide = None,
    side: Annotated[
        int | None, typer.Option(min=64, max=1024, help="Working size in pixels. By default what suits the weights.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="cuda, mps or cpu. By default the fastest.")] = None,
    precision: Annotated[str | None, typer.Option(help="fp32, bf16 or fp16. By default what suits the device.")] = None,
    as_json: AsJson = False,
) -> None:
    """Turn black-and-white photos into colour copies. The originals stay as they are."""
    from kmhc_engine.batch import CancelToken, run_batch
    from kmhc_engine.cli.progress import Watcher
    from kmhc_engine.outputs import OutputFolder, default_output
    from kmhc_engine.scan import scan

    for path in paths:
        if not path.exists():
            raise typer.BadParameter(f"{path} does not exist.")
    settings = _settings(format, quality, (saturation, warmth, edges), longest_side, colour_photos)
    target = out or default_output(paths)
    with OutputFolder(target) as folder:
        jobs = [folder.job(found) for found in scan(paths, output=folder.path)]
        watcher = Watcher(jobs, folder, as_json=as_json)
        if not jobs:
            raise typer.Exit(watcher.finish())
        watcher.say("Loading the network …")
        network = load_colouriser(variant, device, precision, side)
        token = CancelToken()
        raise typer.Exit(watcher.follow(run_batch(jobs, network, token, folder, settings), token))


def render(
    folder: Annotated[Path, typer.Argument(help="An output folder of `kmhc colourise`.", show_default=False)],
    format: Format = None,
    quality: Quality = None,
    saturation: Saturation = 1.0,
    warmth: Warmth = 0.0,
    edges: Edges = 1.0,
    longest_side: LongestSide = None,
    as_json: AsJson = False,
) -> None:
    """Make the colour copies anew from the stored colour, without the network: another format, size or saturation."""
    from kmhc_engine.batch import CancelToken, render_batch
    from kmhc_engine.cli.progress import Watcher
    from kmhc_engine.outputs import OutputFolder
    from kmhc_engine.scan import MARKER

    if not (folder / MARKER).is_dir():
        raise typer.BadParameter(f"{folder} is no output folder of KMHC.")
    settings = _settings(format, quality, (saturation, warmth, edges), longest_side, ColourPhotos.SKIP)
    with OutputFolder(folder) as outputs:
        jobs = list(outputs.recorded_jobs())
        token = CancelToken()
        watcher = Watcher(jobs, outputs, as_json=as_json)
        raise typer.Exit(watcher.follow(render_batch(jobs, token, outputs, settings), token))


def _settings(
    format: OutputFormat | None,
    quality: int | None,
    adjustments: tuple[float, float, float],
    longest_side: int | None,
    colour_photos: ColourPhotos,
) -> "Settings":
    from kmhc_engine.chroma import Adjustments
    from kmhc_engine.jobs import Settings
    from kmhc_engine.photos import Format

    return Settings(
        format=Format(format.value) if format else None,
        quality=quality,
        adjustments=Adjustments(*adjustments),
        longest_side=longest_side,
        colour_photos=colour_photos.value,
    )


def load_colouriser(variant: str, device: str | None, precision: str | None, side: int | None) -> "Colouriser":
    """Load a variant's weights and get its network ready; imports torch.

    Raises:
        VariantError, WeightsError, ComputeError: With the next step.
    """
    from kmhc_engine import weights

    found = weights.find(variant)  # before torch is imported: a wrong name is answered at once

    import cv2

    from kmhc_engine import devices, networks
    from kmhc_engine.colouriser import TorchColouriser

    cv2.setNumThreads(1)  # photos are worked on side by side
    devices.use_threads()
    network = networks.build(found.variant)
    weights.load_into(network, found)
    return TorchColouriser(found.variant, network, found.sha256, devices.choose(device, precision), side or found.side)
