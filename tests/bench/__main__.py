"""`make bench`: every row in a process of its own, a table on the screen, JSON in build/bench.json.

Seconds are CPU seconds unless they say wall. Machines differ and are noisy: compare ratios within one run.
"""

import json
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import album_web, engine, installer, training, window

RESULT = Path("build/bench.json")
# Each has ROWS, name -> function that returns {measure: value}, and BARS, (name, measure) -> text.
PARTS = (engine, album_web, training, window, installer)
ROWS = {name: row for part in PARTS for name, row in part.ROWS.items()}
BARS = {measure: bar for part in PARTS for measure, bar in part.BARS.items()}


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--row":
        json.dump(ROWS[sys.argv[2]](), sys.stdout)
        return
    wanted = sys.argv[1:] or list(ROWS)
    if unknown := [name for name in wanted if name not in ROWS]:
        raise SystemExit(f"There is no row {unknown[0]!r}. Rows: {', '.join(ROWS)}.")
    console = Console()
    results = {}
    for name in wanted:
        console.print(f"{name} …", style="dim")
        run = subprocess.run(
            [sys.executable, "-m", "tests.bench", "--row", name], stdout=subprocess.PIPE, text=True, check=True
        )
        results[name] = json.loads(run.stdout)
    table = Table("Row", "Measured", "Value", "Bar")
    for name, values in results.items():
        for measure, value in values.items():
            table.add_row(name, measure, f"{value:,.3g}", BARS.get((name, measure), ""))
    console.print(table)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, indent=2) + "\n")
    console.print(f"Written to {RESULT}")


if __name__ == "__main__":
    main()
