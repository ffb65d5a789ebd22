"""``python -m benchmarks.screener STORE --face-model yunet.onnx --work DIR``.

Trains the screener, measures it, and writes ``screener.onnx`` and ``screener.json`` to DIR.
Finished stages are kept in DIR: run again to go on after an interruption.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch

from benchmarks.screener.card import Measured, write_card
from benchmarks.screener.figures import calibrate
from benchmarks.screener.lessons import FOLDS
from benchmarks.screener.material import CRITERIA
from benchmarks.screener.network import FaultsOnly, write_onnx
from benchmarks.screener.school import School, open_school, school_options

PACKAGE = Path(__file__).parents[2] / "fercurate" / "screening"


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screener", description=__doc__)
    parser.add_argument("store", type=Path, help="a store with fer2013.csv and fer2013new.csv")
    school_options(parser)
    parser.add_argument("--install", action="store_true", help="put the results into the package")
    options = parser.parse_args()
    if options.install and options.quick:
        parser.error("--install: not what a trial gives")
    _finish(open_school(options))
    if options.install:
        for name in ("screener.onnx", "screener.json"):
            shutil.copy(options.work / name, PACKAGE / name)


def _finish(school: School) -> None:
    """Calibrate on answers for pictures that were not seen, then write network and card."""
    unseen = np.zeros((len(school.folds), len(CRITERIA)))
    for fold in range(FOLDS):
        answers = school.answers(f"fold-{fold}", school.of_fold(fold))
        own, never = school.folds == fold, school.folds < 0
        unseen[own] = answers[own]
        unseen[never] += answers[never] / FOLDS
    final = school.of_all()
    material = school.material
    truth = material.targets()
    pairs = []
    for column in range(len(CRITERIA)):
        known = np.isfinite(truth[:, column]) & (material.random if column else material.train)
        pairs.append(calibrate(truth[known, column], unseen[known, column]))
    slope, shift = (np.array(values, dtype=np.float32) for values in zip(*pairs, strict=True))
    ready = FaultsOnly(final, torch.from_numpy(slope), torch.from_numpy(shift))
    write_onnx(ready, school.work / "screener.onnx")
    shipped = school.answers("final", final)
    measured = Measured(material, unseen * slope + shift, shipped * slope + shift, school.folds)
    write_card(measured, school.work / "screener.json")
    print(json.dumps(json.loads((school.work / "screener.json").read_text())["measured"], indent=1))


if __name__ == "__main__":
    main()
