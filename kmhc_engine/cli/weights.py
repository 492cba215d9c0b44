"""`kmhc weights list | info | verify | import | remove`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kmhc_engine import variants

if TYPE_CHECKING:
    from kmhc_engine.weights import Weights

app = typer.Typer(help="List, show, verify, import or remove weights.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="A variant, the name of your own weights, or a file.", show_default=False)]


@app.command("list")
def list_() -> None:
    """List the weights on this computer."""
    from rich.console import Console
    from rich.table import Table

    from kmhc_engine import weights

    table = Table("Name", "Variant", "Precision", "MB", "From", "Interim", "Licence")
    for entry in weights.catalogue():
        table.add_row(
            entry.title,
            str(entry.variant),
            entry.precision,
            f"{entry.size / 1e6:.0f}",
            "KMHC" if entry.bundled else "you",
            "yes" if entry.interim else "",
            entry.licence,
        )
    console = Console(markup=False, emoji=False)
    console.print(table)
    for refused in weights.unusable():
        console.print(refused.reason, style="red")


@app.command()
def info(name: Name) -> None:
    """Show all that a weights file says of itself."""
    entry = _find(name)
    rows = {
        "name": entry.title,
        "variant": entry.variant,
        "file": entry.path,
        "sha256": entry.sha256,
        "precision": entry.precision,
        "working size": entry.side,
        "licence": entry.licence,
        "trained on": entry.trained_on,
        "made by": entry.created_by,
        "interim": "yes: better ones are to come" if entry.interim else "no",
        **{f"measured {measure.replace('_', ' ')}": f"{value:g}" for measure, value in entry.metrics.items()},
    }
    for key, value in rows.items():
        typer.echo(f"{key + ':':28}{value}")


@app.command()
def verify(
    name: Annotated[
        str | None, typer.Argument(help="A variant, the name of your own weights, or a file; all by default.")
    ] = None,
) -> None:
    """Compare weights with the SHA-256 in their headers."""
    from kmhc_engine import weights
    from kmhc_engine.errors import WeightsRefused

    bad = 0
    for entry in [_find(name)] if name else weights.catalogue():
        try:
            weights.verify(entry)
            typer.echo(f"good: {entry.title} ({entry.path.name})")
        except WeightsRefused as error:
            typer.echo(f"bad:  {error}", err=True)
            bad += 1
    for refused in [] if name else weights.unusable():
        typer.echo(f"bad:  {refused.reason}", err=True)
        bad += 1
    raise typer.Exit(1 if bad else 0)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A .safetensors, .pth, .pt or .ckpt file, or a folder of them.")],
    variant: Annotated[
        str | None,
        typer.Option("--variant", "-v", help="The variant they were trained for, if the file does not tell."),
    ] = None,
) -> None:
    """Check foreign weights and bring them in. No code in them is ever run."""
    from kmhc_engine.weights import Refused
    from kmhc_engine.weights_import import import_weights

    refusals = 0
    for entry in import_weights(path, variants.find(variant) if variant else None):
        if isinstance(entry, Refused):
            typer.echo(f"refused: {entry.reason}", err=True)
            refusals += 1
        else:
            typer.echo(f"imported: {entry.title} ({entry.variant.name})")
    raise typer.Exit(1 if refusals else 0)


@app.command()
def remove(name: Name) -> None:
    """Delete weights of your own. Photos that they coloured keep their colours."""
    from kmhc_engine import weights

    entry = _find(name)
    weights.remove(entry)
    typer.echo(f"removed: {entry.title} ({entry.path})")


def _find(name: str) -> "Weights":
    from kmhc_engine import weights

    path = Path(name)
    return weights.info(path) if path.suffix == ".safetensors" else weights.find(name)
