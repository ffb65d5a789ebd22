"""``python -m benchmarks.screener STORE --face-model yunet.onnx --work DIR``.

Trains the screener, measures it, and writes ``screener.onnx`` and ``screener.json`` to DIR.
Finished stages are kept in DIR: run again to go on after an interruption.
"""

import argparse
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.screener.augment import Augmenter
from benchmarks.screener.card import Measured, write_card
from benchmarks.screener.figures import calibrate
from benchmarks.screener.lessons import FOLDS, Effort, fold_of, labeled, pretraining
from benchmarks.screener.material import CRITERIA, Material, read_material
from benchmarks.screener.network import FaultsOnly, ScreenerNet, write_onnx
from benchmarks.screener.training import Lesson, Teacher, predict

PACKAGE = Path(__file__).parents[2] / "fercurate" / "screening"


@dataclass
class School:
    """Trains networks once and keeps them in a folder."""

    material: Material
    teacher: Teacher
    work: Path

    def train(self, name: str, start: ScreenerNet, lesson: Lesson) -> ScreenerNet:
        """A network of this name: trained now, or as it was kept."""
        path, net = self.work / f"{name}.pt", ScreenerNet()
        if not path.exists():
            trained = self.teacher.fit(start, lesson, name)
            torch.save(trained.state_dict(), path.with_suffix(".new"))
            path.with_suffix(".new").replace(path)
        net.load_state_dict(torch.load(path, weights_only=True))
        return net.eval()

    def answers(self, name: str, net: ScreenerNet) -> NDArray[np.float64]:
        """Logits (N, 4) of a network for all pictures."""
        path = self.work / f"{name}.npy"
        if not path.exists():
            np.save(path, predict(net, self.material.images))
        found: NDArray[np.float64] = np.load(path)
        return found


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screener", description=__doc__)
    parser.add_argument("store", type=Path, help="a store with fer2013.csv and fer2013new.csv")
    parser.add_argument("--face-model", type=Path, required=True, help="YuNet's ONNX file")
    parser.add_argument("--work", type=Path, required=True, help="folder to keep stages in")
    parser.add_argument("--install", action="store_true", help="put the results into the package")
    parser.add_argument("--quick", action="store_true", help="one epoch a stage: a trial")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    material = read_material(options.store, options.face_model)
    effort = Effort(1, 1, 1) if options.quick else Effort()
    _school(material, options.work, effort)
    if options.install:
        for name in ("screener.onnx", "screener.json"):
            shutil.copy(options.work / name, PACKAGE / name)


def _school(material: Material, work: Path, effort: Effort) -> None:
    """One network a fold, to measure on what it has not seen; and the one that ships, of all."""
    torch.manual_seed(0)
    school = School(material, Teacher(material, Augmenter(material, seed=1)), work)
    start = school.train("start", ScreenerNet(), pretraining(material, effort.pretraining))
    folds = fold_of(material)
    unseen = np.zeros((len(material.images), len(CRITERIA)))
    for fold in range(FOLDS):
        name = f"fold-{fold}"
        net = school.train(name, start, labeled(material, folds != fold, effort.labels))
        answers = school.answers(name, net)
        unseen[folds == fold] = answers[folds == fold]
        unseen[folds < 0] += answers[folds < 0] / FOLDS
    everyone = np.ones(len(folds), dtype=bool)
    final = school.train("final", start, labeled(material, everyone, effort.final))
    _finish(school, final, unseen, folds)


def _finish(
    school: School, final: ScreenerNet, unseen: NDArray[np.float64], folds: NDArray[np.int64]
) -> None:
    """Calibrate on answers for pictures that were not seen, then write network and card."""
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
    measured = Measured(material, unseen * slope + shift, shipped * slope + shift, folds)
    write_card(measured, school.work / "screener.json")
    print(json.dumps(json.loads((school.work / "screener.json").read_text())["measured"], indent=1))


if __name__ == "__main__":
    main()
