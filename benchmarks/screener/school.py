"""The school: networks of one material, each made once and kept in a folder."""

import argparse
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.screener.augment import Augmenter, Lesson
from benchmarks.screener.experts import ExpertSchool
from benchmarks.screener.lessons import Effort, fold_of, labeled, pretraining
from benchmarks.screener.material import Material, read_material
from benchmarks.screener.network import ScreenerNet
from benchmarks.screener.training import Teacher, predict


@dataclass(frozen=True)
class School:
    """Trains networks once; ``work`` keeps them, so that an interrupted run goes on."""

    material: Material
    work: Path
    effort: Effort

    @cached_property
    def folds(self) -> NDArray[np.int64]:
        """The fold (N,) of each Training row, -1 for the others."""
        return fold_of(self.material)

    def of_fold(self, fold: int) -> ScreenerNet:
        """The network that has seen nothing of a fold."""
        lesson = labeled(self.material, self.folds != fold, self.effort.labels)
        return self._trained(f"fold-{fold}", self._start, lesson)

    def of_all(self) -> ScreenerNet:
        """The network that learns from all labels."""
        everyone = np.ones(len(self.folds), dtype=bool)
        lesson = labeled(self.material, everyone, self.effort.final)
        return self._trained("final", self._start, lesson)

    def expert(self, fold: int, photographs: Path) -> NDArray[np.float64]:
        """What an expert that has seen nothing of a fold says of it: logits (N, 4), else NaN.

        ``photographs`` is the ONNX file of the network that it begins with.
        """
        lesson = labeled(self.material, self.folds != fold, self.effort.experts)
        experts = ExpertSchool(self.material, self._augmenter, photographs)
        name = f"expert-{fold}"
        return self._kept(name, partial(experts.answers, lesson, self.folds == fold, name))

    def answers(self, name: str, net: ScreenerNet) -> NDArray[np.float64]:
        """Logits (N, 4) of a network for all pictures."""
        return self._kept(name, partial(predict, net, self.material.images))

    @cached_property
    def _augmenter(self) -> Augmenter:
        return Augmenter(self.material, seed=1)

    @cached_property
    def _teacher(self) -> Teacher:
        return Teacher(self.material, self._augmenter)

    @cached_property
    def _start(self) -> ScreenerNet:
        torch.manual_seed(0)
        lesson = pretraining(self.material, self.effort.pretraining)
        return self._trained("start", ScreenerNet(), lesson)

    def _trained(self, name: str, start: ScreenerNet, lesson: Lesson) -> ScreenerNet:
        path, net = self.work / f"{name}.pt", ScreenerNet()
        if not path.exists():
            torch.manual_seed(0)
            trained = self._teacher.fit(start, lesson, name)
            torch.save(trained.state_dict(), path.with_suffix(".new"))
            path.with_suffix(".new").replace(path)
        net.load_state_dict(torch.load(path, weights_only=True))
        return net.eval()

    def _kept(self, name: str, ask: Callable[[], NDArray[np.float64]]) -> NDArray[np.float64]:
        path = self.work / f"{name}.npy"
        if not path.exists():
            given = ask()
            with path.with_suffix(".new").open("wb") as file:
                np.save(file, given)
            path.with_suffix(".new").replace(path)
        found: NDArray[np.float64] = np.load(path)
        return found


def school_options(parser: argparse.ArgumentParser) -> None:
    """Add what names a school's material and folder."""
    parser.add_argument("--face-model", type=Path, required=True, help="YuNet's ONNX file")
    parser.add_argument("--work", type=Path, required=True, help="folder to keep stages in")
    parser.add_argument("--quick", action="store_true", help="one epoch a stage: a trial")


def open_school(options: argparse.Namespace) -> School:
    """The school that options name, of the store ``options.store``."""
    options.work.mkdir(parents=True, exist_ok=True)
    material = read_material(options.store, options.face_model)
    effort = Effort(1, 1, 1, 1) if options.quick else Effort()
    school = School(material, options.work, effort)
    check_stages(school)
    return school


def check_stages(school: School) -> None:
    """Refuse a folder whose stages were made of something else.

    Raises:
        SystemExit: with what to do about it.
    """
    told, path = stages_of(school), school.work / "stages.json"
    if not path.exists() and not any(school.work.iterdir()):
        path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if kept != told:
        raise SystemExit(f"{school.work}: its stages were made otherwise: give another --work")


def stages_of(school: School) -> dict[str, Any]:
    """What the stages depend on: effort, and digests of pictures, labels and groups."""
    material, digest = school.material, hashlib.sha256()
    for values in (material.images, material.labels, material.votes, material.groups):
        digest.update(values.tobytes())
    return {"effort": asdict(school.effort), "material": digest.hexdigest()}
