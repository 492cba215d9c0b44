"""`kmhc album`: colourised photos become an album."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kmhc_engine.album.options import Kind, Order, Paper, Theme

_KINDS = {".pdf": Kind.PDF, ".png": Kind.SHEET, ".zip": Kind.ZIP}


def album(
    folder: Annotated[Path, typer.Argument(help="The folder with the colourised photos.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where the album goes. By default beside the folder.")
    ] = None,
    kind: Annotated[
        Kind | None,
        typer.Option(help="What to make. By default what --out ends in (.pdf, .png, .zip), else a web album."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title; by default the folder's name.")] = None,
    author: Annotated[str | None, typer.Option(help="Shown on the cover.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of the album's own words, such as de or ar.")] = None,
    theme: Annotated[Theme | None, typer.Option(help="Colours of the web album.")] = None,
    order: Annotated[Order | None, typer.Option(help="By name, by date, or as in the window (hand).")] = None,
    captions: Annotated[
        Path | None, typer.Option(help="A CSV of file names and captions. By default captions.csv in the folder.")
    ] = None,
    favourites: Annotated[bool | None, typer.Option(help="Only photos with four stars or five.")] = None,
    before: Annotated[bool | None, typer.Option(help="Show the originals too.")] = None,
    downloads: Annotated[bool | None, typer.Option(help="Add the photos in full size.")] = None,
    webp: Annotated[bool | None, typer.Option(help="Add WebP pictures, for an album on a web site.")] = None,
    keep_metadata: Annotated[
        bool | None, typer.Option(help="Keep places, people and camera data in the pictures.")
    ] = None,
    footer: Annotated[bool | None, typer.Option(help="Say on the pages that KMHC coloured the photos.")] = None,
    paper: Annotated[Paper | None, typer.Option(help="Paper of PDF and contact sheet.")] = None,
    photos_per_page: Annotated[int | None, typer.Option(help="Photos on a page of the PDF: 1, 2 or 4.")] = None,
    replace: Annotated[bool, typer.Option(help="Replace a PDF, contact sheet or ZIP that is there.")] = False,
) -> None:
    """Make a web album, PDF, contact sheet or ZIP.

    What is not said is as in the last album of the folder.
    """
    from dataclasses import replace as changed

    from rich.console import Console
    from rich.progress import Progress

    from kmhc_engine.album.exporting import export
    from kmhc_engine.album.options import remembered
    from kmhc_engine.errors import Cancelled, KMHCError

    if kind is None:
        kind = _KINDS.get(out.suffix.lower(), Kind.WEB) if out else Kind.WEB
    said: dict[str, Any] = {
        "title": title, "author": author, "language": language, "theme": theme, "order": order,
        "favourites": favourites, "before": before, "downloads": downloads, "webp": webp,
        "keep_metadata": keep_metadata, "footer": footer, "paper": paper, "photos_per_page": photos_per_page,
    }  # fmt: skip
    console = Console(stderr=True)
    try:
        options = changed(remembered(folder), **{name: value for name, value in said.items() if value is not None})
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("Album", total=None)
            made = export(
                folder, kind, out, options, captions=captions, replace=replace,
                progress=lambda done, total, name: bar.update(task, completed=done, total=total),
            )  # fmt: skip
    except (KMHCError, ValueError) as error:
        console.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    except (Cancelled, KeyboardInterrupt):
        console.print("Cancelled. What was there before is as it was.")
        raise typer.Exit(130) from None
    for line in (*made.notes, *map(str, made.left_out)):
        console.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)
    typer.echo(f"Photos: {made.photos} ({made.fresh} made anew). Open: {made.path}")
    if made.left_out:
        console.print(f"Left out: {len(made.left_out)}.", style="yellow")
