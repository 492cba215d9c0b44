"""`kmhc doctor`."""

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Annotated

import typer

from kmhc_engine import __version__

_LIBRARIES = (
    "torch",
    "torchvision",
    "segmentation-models-pytorch",
    "kornia",
    "opencv-python-headless",
    "pillow",
    "PySide6-Essentials",
)


def doctor(
    networks: Annotated[bool, typer.Option("--networks", help="Build the network of every variant, too.")] = False,
) -> None:
    """Show what KMHC finds on this computer.

    Versions, devices, threads, weights, codecs and folders: what a report of a fault should have.
    """
    for key, value in _findings():
        typer.echo(f"{key + ':':30}{value}")
    if networks:
        for key, value in _networks():
            typer.echo(f"{key + ':':30}{value}")


def _findings() -> Iterator[tuple[str, str]]:
    yield "KMHC", __version__
    yield "Python", f"{platform.python_version()} ({sys.executable})"
    yield "System", platform.platform()
    for library in _LIBRARIES:
        try:
            yield library, version(library)
        except PackageNotFoundError:
            yield library, "not installed"
    yield from _compute()
    yield from _codecs()
    yield from _places()


def _compute() -> Iterator[tuple[str, str]]:
    from kmhc_engine import devices

    threads = devices.use_threads()
    chosen = devices.choose()
    yield "devices", ", ".join(devices.available())
    yield "chosen", f"{chosen.title}, {chosen.precision}. {chosen.reason}"
    yield "threads", str(threads)


def _networks() -> Iterator[tuple[str, str]]:
    from kmhc_engine.networks import parameter_count
    from kmhc_engine.variants import NAMED

    for variant in NAMED:
        yield variant.name, f"{parameter_count(variant):,} parameters"


def _codecs() -> Iterator[tuple[str, str]]:
    from PIL import features

    for codec, title in (
        ("jpg", "JPEG"),
        ("libtiff", "TIFF"),
        ("webp", "WebP"),
        ("avif", "AVIF"),
        ("littlecms2", "ICC"),
    ):
        yield title, str(features.version(codec) or "yes") if features.check(codec) else "missing"
    yield "HEIC", "yes" if find_spec("pillow_heif") else "missing: pip install kmhc[heif]"


def _places() -> Iterator[tuple[str, str]]:
    from kmhc_engine import resources, weights

    known = weights.catalogue()
    yield "weights", ", ".join(entry.title for entry in known) or "none"
    for refused in weights.unusable():
        yield "unusable weights", refused.reason
    yield "program's files", str(resources.folder())
    yield "your files", str(resources.user_folder())
