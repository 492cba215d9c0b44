"""`kmhc variants`."""

import json
from typing import Annotated

import typer

from kmhc_engine import variants


def show(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the variants and your own weights.

    These are the sixteen of the paper, the default, and what you trained or imported under a name of its own.
    """
    from kmhc_engine import weights

    known = weights.catalogue()
    here = {entry.variant for entry in known if not entry.named}
    rows = [
        {
            "name": variant.name,
            "architecture": variant.architecture_title,
            "encoder": variant.encoder,
            "loss": str(variant.loss),
            "space": str(variant.space),
            "embedding": str(variant.embedding),
            "parameters": variant.published.parameters if variant.published else None,
            "accuracy": variant.published.accuracy if variant.published else None,
            "weights": variant in here,
        }
        for variant in variants.NAMED
    ]
    rows += [
        {
            "name": entry.title,
            "architecture": entry.variant.architecture_title,
            "encoder": entry.variant.encoder,
            "loss": str(entry.variant.loss),
            "space": str(entry.variant.space),
            "embedding": str(entry.variant.embedding),
            "parameters": None,
            "accuracy": entry.metrics.get("accuracy"),
            "weights": True,
        }
        for entry in known
        if entry.named
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "Variant", "Architecture", "Encoder", "Loss", "Through", "M parameters", "Paper's accuracy %", "Weights"
    )
    for row in rows:
        table.add_row(
            str(row["name"]),
            str(row["architecture"]),
            str(row["encoder"]),
            f"{row['loss']} in {row['space']}",
            "" if row["embedding"] == "none" else str(row["embedding"]),
            "" if row["parameters"] is None else f"{row['parameters']:.2f}",
            "" if row["accuracy"] is None else f"{row['accuracy']:.2f}",
            "here" if row["weights"] else "import or train",
        )
    Console(markup=False, emoji=False).print(table)
