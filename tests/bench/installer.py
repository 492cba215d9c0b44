"""Rows about the installer, as `make installer-test` measured it; empty until that has run."""

import json
from pathlib import Path

from tests.bench.engine import Row

NUMBERS = Path("build/installer.json")
_NAME = "installed program"
BARS = {
    (_NAME, "installed MiB without weights"): "<= 700",
    (_NAME, "deb MiB without weights"): "<= 215 (zstd), 180 (xz)",
    (_NAME, "first paint s, warm"): "<= 1.0",
}


def measured() -> dict[str, float]:
    """Return sizes, seconds to the first paint, and memory at rest."""
    if not NUMBERS.is_file():
        return {}
    numbers: dict[str, float] = json.loads(NUMBERS.read_text("utf-8"))
    return numbers


ROWS: dict[str, Row] = {_NAME: measured}
