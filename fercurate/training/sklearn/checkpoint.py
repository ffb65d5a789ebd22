"""A fitted classifier, and the file that keeps it.

The file is an .npz of plain arrays, never a pickle: loading a pickle can run any code that its
author put in, and breaks with other versions of scikit-learn. Loading arrays does neither.
"""

import argparse
import json
import zipfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from ..shared.errors import CheckpointError
from ..shared.evaluation.predictions import RowPredictions
from ..shared.evaluation.trained_model import CheckpointFormat, TrainedModel
from ..shared.export import Subset
from ..shared.outputs import whole_file
from .features import FEATURES, extract
from .grid import KERNELS, GridPoint
from .svm import Machines, Preparation

CHECKPOINT = "model.npz"
"""What train.py writes."""

_BLOCK = 1024
_FORMAT = 1
_PREPARATION = ("mean", "components", "shift", "scale")
_MACHINES = ("pairs", "vectors", "coefficients", "bias")
_ARRAYS = tuple(
    f"{part}_{name}"
    for part, names in (("prepare", _PREPARATION), ("machines", _MACHINES))
    for name in names
)


def add_options(_parser: argparse.ArgumentParser) -> None:
    """Add nothing."""


@dataclass(frozen=True)
class Classifier(TrainedModel):
    """A fitted machine for every pair of classes; ``features`` names what it looks at."""

    features: str
    prepare: Preparation
    machines: Machines

    def predict(self, rows: Subset) -> RowPredictions:
        """Return the classes of rows of an export: the same to the last one as in train.py.

        Machines for pairs of classes vote; they know no probabilities.
        """
        pictures = rows.split.pictures()
        found = np.empty(len(rows), dtype=np.int64)
        with threadpool_limits(1, "blas"):
            for start in range(0, len(rows), _BLOCK):
                part = slice(start, start + _BLOCK)
                features = extract(self.features, pictures, rows.rows[part])
                found[part] = self.machines.predict(self.prepare(features))
        return RowPredictions(found)

    def save(self, path: Path) -> None:
        """Write an .npz file, whole or not at all."""
        facts = {
            "format": _FORMAT,
            "features": self.features,
            "model": self.model,
            "classes": self.classes,
            "channels": self.channels,
            "size": self.size,
            "recipe_sha256": self.recipe_sha256,
            "identity": self.identity,
            "normalize": self.normalize,
            "fold": self.fold,
            "mean": self.mean,
            "std": self.std,
            "point": asdict(self.machines.point),
            "gamma": self.machines.gamma,
        }
        arrays = {f"prepare_{name}": getattr(self.prepare, name) for name in _PREPARATION}
        arrays |= {f"machines_{name}": getattr(self.machines, name) for name in _MACHINES}
        with whole_file(path) as staged, staged.open("wb") as file:
            np.savez(file, facts=np.array(json.dumps(facts)), **arrays)


def load_model(path: Path, _options: argparse.Namespace) -> Classifier:
    """Read a classifier; nothing but numbers and text is accepted.

    Raises:
        CheckpointError: there is no such file, or it is none of a classifier.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in _ARRAYS}
            facts = json.loads(str(file["facts"]))
        return _classifier(path, facts, arrays)
    except FileNotFoundError:
        raise CheckpointError(f"{path}: no such file; train.py writes {CHECKPOINT}") from None
    except (OSError, KeyError, TypeError, ValueError, EOFError, ArithmeticError, MemoryError):
        raise CheckpointError(f"{path}: damaged, or no model of train.py") from None
    except (RuntimeError, AttributeError, zipfile.BadZipFile, zlib.error):
        raise CheckpointError(f"{path}: damaged, or no model of train.py") from None


def _classifier(path: Path, facts: dict[str, Any], arrays: dict[str, Any]) -> Classifier:
    """Put a classifier together; a fault is one of the errors that `load_model` expects."""
    if facts["format"] != _FORMAT or facts["features"] not in FEATURES:
        raise ValueError
    prepare = Preparation(*(arrays[f"prepare_{name}"] for name in _PREPARATION))
    machines = Machines(
        GridPoint(**facts["point"]),
        float(facts["gamma"]),
        *(arrays[f"machines_{name}"] for name in _MACHINES),
    )
    _check_values(machines, arrays)
    _check_shapes(prepare, machines, len(facts["classes"]))
    return Classifier(
        path=path,
        model=str(facts["model"]),
        classes=tuple(facts["classes"]),
        channels=int(facts["channels"]),
        size=int(facts["size"]),
        recipe_sha256=str(facts["recipe_sha256"]),
        identity=str(facts["identity"]),
        normalize=tuple(facts["normalize"]),
        mean=tuple(facts["mean"]),
        std=tuple(facts["std"]),
        fold=None if facts["fold"] is None else int(facts["fold"]),
        features=str(facts["features"]),
        prepare=prepare,
        machines=machines,
    )


def _check_values(machines: Machines, arrays: dict[str, Any]) -> None:
    """Refuse what is no finite number, and kernels that there are not."""
    if machines.point.kernel not in KERNELS or not 0 < machines.gamma < float("inf"):
        raise ValueError
    for values in arrays.values():
        if values.dtype.kind not in "fi" or not np.isfinite(values).all():
            raise ValueError


def _check_shapes(prepare: Preparation, machines: Machines, classes: int) -> None:
    pairs, columns = len(machines.pairs), len(prepare.shift)
    expected = (
        (pairs, 2),
        (len(machines.vectors), columns),
        (pairs, len(machines.vectors)),
        (pairs,),
    )
    found = tuple(getattr(machines, name).shape for name in _MACHINES)
    if found != expected or prepare.scale.shape != (columns,):
        raise ValueError
    taken = prepare.components.shape
    if prepare.components.size and taken != (columns, len(prepare.mean)):
        raise ValueError
    if not 0 <= machines.pairs.min() <= machines.pairs.max() < classes:
        raise ValueError


CHECKPOINTS = CheckpointFormat(CHECKPOINT, add_options, load_model)
"""What evaluate.py reads."""
