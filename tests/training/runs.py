"""Tiny runs to test with, and what they tell."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from kmhc_engine import variants
from kmhc_engine.networks import build
from kmhc_engine.weights_format import write_weights
from training.recipe import PERSONAL, STRONG, Run

SPEC = "linknet/tu-test_resnet/LAB/chroma"  # a fifth of a UNet's weights


class Told:
    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def __call__(self, event: str, **values: Any) -> None:
        self.events.append({"event": event, **values})

    def of(self, event: str) -> list[dict[str, Any]]:
        return [told for told in self.events if told["event"] == event]


def a_run(photos: Path, **changes: Any) -> Run:
    recipe = replace(STRONG, size=32, batch=4, warm_up=2, optimiser="adamw")  # Muon takes most of a tiny run's time
    return replace(Run(SPEC, "", "none", str(photos), "Mine", recipe, 3, 2, device="cpu"), **changes)


def fine_tuning(photos: Path, start: Path) -> Run:
    recipe = replace(PERSONAL, size=32, warm_up=1)
    return a_run(photos, recipe=recipe, start=str(start), start_kind="weights", epochs=1)


def start_weights(folder: Path, **header: str) -> Path:
    variant = variants.find(SPEC)
    return write_weights(folder / "start.safetensors", build(variant).state_dict(), variant, side=32, **header).path


def states(folder: Path) -> dict[str, torch.Tensor]:
    return torch.load(folder / "last.ckpt", weights_only=False)["state_dict"]


def command(*arguments: str | Path) -> list[str]:
    script = Path(__file__).parent / "train_program.py"
    return [sys.executable, str(script), *map(str, arguments)]


def environment(home: Path) -> dict[str, str]:
    root = str(Path(__file__).parents[2])
    return {**os.environ, "OMP_NUM_THREADS": "1", "KMHC_HOME": str(home), "PYTHONPATH": root}


def events(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


def arguments(folder: Path, run: Path, *more: str) -> list[str | Path]:
    small = ["--size", "32", "--batch", "4", "--device", "cpu", "--progress", "json", "--recipe", "strong"]
    return [folder, "--variant", SPEC, "--from", "none", "--out", run, *small, *more]


def beats_grey(run: Path) -> bool:
    """Whether a run's result may go among the user's weights: so few photos may teach nothing."""
    results = json.loads((run / "results.json").read_text())
    return results["weights"]["ciede2000"] < results["grey"]["ciede2000"]
