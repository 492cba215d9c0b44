"""`kmhc variants`."""

import json
from typing import Annotated, Any

import typer

from kmhc_engine import variants


def show(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the variants and your own weights.

    These are the sixteen of the paper, the default, and what you trained or imported under a name of its own.
    """
    from kmhc_engine import weights

    known = weights.catalogue()
    here = {entry.variant for entry in known if not entry.named}
    rows = []
    for variant in variants.NAMED:
        paper = variant.published
        parameters, accuracy = (paper.parameters, paper.accuracy) if paper else (None, None)
        rows.append(_row(variant.name, variant, parameters, accuracy, variant in here))
    for entry in known:
        if entry.named:
            rows.append(_row(entry.title, entry.variant, None, entry.metrics.get("accuracy"), True))
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("Variant", "Network, space and loss", "Size\nM", "Accuracy\n%", "Weights", box=None, pad_edge=False)
    table.padding = (0, 2, 0, 0)
    for row in rows:
        table.add_row(
            row["name"],
            row["spec"],
            "" if row["parameters"] is None else f"{row['parameters']:.2f}",
            "" if row["accuracy"] is None else f"{row['accuracy']:.2f}",
            "here" if row["weights"] else "",
        )
    console = Console(markup=False, emoji=False)
    console.print(table)
    console.print(
        "\nSize: million parameters. Accuracy: the paper's; of your own weights as measured. Where no weights "
        "are here, `kmhc weights import` brings them in and `kmhc train` makes them."
    )


def _row(
    name: str, variant: variants.Variant, parameters: float | None, accuracy: float | None, here: bool
) -> dict[str, Any]:
    return {
        "name": name,
        "spec": variant.spec.removesuffix("/none"),
        "architecture": variant.architecture_title,
        "encoder": variant.encoder,
        "loss": variant.loss,
        "space": variant.space,
        "embedding": variant.embedding,
        "parameters": parameters,
        "accuracy": accuracy,
        "weights": here,
    }
