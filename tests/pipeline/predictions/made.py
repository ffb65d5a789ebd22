"""Predictions that tests make up: probabilities that favor given classes, and their files."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fercurate.store.store import Store

SEVEN = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def ids_and_labels(store: Path) -> tuple[list[str], list[str]]:
    """Ids and expressions of the samples of a store, in its order."""
    with Store.open(store) as opened:
        names = opened.manifest.text("id").tolist()
        return names, opened.manifest.text("expression").tolist()


def favoring(classes: Sequence[str], names: Sequence[str], least: float = 0.6) -> np.ndarray:
    """Probabilities (N, K) that give each named class at least 0.6, drawn by a seed."""
    rng = np.random.default_rng(7)
    values = rng.dirichlet(np.ones(len(names)), len(classes)) * (1 - least)
    values[np.arange(len(classes)), [names.index(name) for name in classes]] += least
    return values


def write_table(
    path: Path, ids: Sequence[str], values: np.ndarray, header: Sequence[str], *said: str
) -> Path:
    """A CSV of ids and probabilities; ``said`` is the out-of-fold column of every row."""
    with path.open("w", newline="", encoding="utf-8", errors="surrogateescape") as file:
        table = csv.writer(file)
        table.writerow(["sample_id", *header, *(["out_of_fold"] * len(said))])
        for name, row in zip(ids, values, strict=True):
            table.writerow([name, *(f"{value:.8f}" for value in row), *said])
    return path
