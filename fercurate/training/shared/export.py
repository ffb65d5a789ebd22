"""Reading an export: which files there are, what they say of themselves, and whether they match.

Needs h5py and numpy. Every fault is an ``ExportError`` of one line.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from .errors import ExportError
from .format import (
    EXPORT_TYPE,
    FORMAT_VERSION,
    LEGACY,
    LEGACY_FILE,
    ORIGINAL,
    SPLITS,
    STANDARD,
    dataset_names,
)


@dataclass(frozen=True)
class Split:
    """One split of an export without its pictures.

    ``labels`` (N,) int64; ``op`` (N,) text, what made each row; ``fold`` (N,) int64 in exports for
    cross-validation; ``targets`` (N, C) float32 where labels come from votes: distributions, or 1
    for every class that is as right as the others. The pictures,
    ``shape`` (N, H, W) or (N, H, W, 3) uint8, lie in ``path`` from the byte ``offset`` on.
    """

    name: str
    path: Path
    labels: NDArray[np.int64]
    op: NDArray[np.object_]
    shape: tuple[int, ...]
    offset: int
    fold: NDArray[np.int64] | None = None
    targets: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def original(self) -> NDArray[np.bool_]:
        """Mask (N,) of rows that are pictures of a corpus, not made from others."""
        return np.asarray(self.op == ORIGINAL)

    def pictures(self) -> NDArray[np.uint8]:
        """All pictures, mapped into memory: nothing is read before it is asked for."""
        return np.memmap(self.path, np.uint8, "r", self.offset, self.shape)

    def take(self, rows: NDArray[np.int64]) -> "Subset":
        """Some rows, in the order asked for."""
        return Subset(self, rows)

    def whole(self) -> "Subset":
        """All rows, as they stand."""
        return self.take(np.arange(len(self)))


@dataclass(frozen=True)
class Subset:
    """Rows (M,) of a split."""

    split: Split
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def first(self, most: int) -> "Subset":
        """The first rows, at most so many."""
        return Subset(self.split, self.rows[:most])

    @property
    def labels(self) -> NDArray[np.int64]:
        """Labels (M,)."""
        return self.split.labels[self.rows]

    @property
    def original(self) -> NDArray[np.bool_]:
        """Mask (M,) of rows that are pictures of a corpus."""
        return self.split.original[self.rows]

    @property
    def targets(self) -> NDArray[np.float32] | None:
        """Distributions (M, C) over the classes, or 1 for every class allowed; or None."""
        return None if self.split.targets is None else self.split.targets[self.rows]

    @property
    def allows_several(self) -> bool:
        """Whether ``targets`` allow some rows several classes, each with 1 (``multi_target``)."""
        targets = self.targets
        return targets is not None and bool((targets.sum(axis=1) > 1.5).any())


@dataclass(frozen=True)
class Export:
    """What all files of an export agree on, and its splits by name.

    ``mean`` and ``std`` (1,) or (3,) are of train's pixels on the scale 0..1; ``weights`` (C,)
    are class weights; ``online`` is the recipe's augmentation during training, ``normalize`` what
    it did to every picture, in words. ``identity`` tells this export from any other.
    """

    folder: Path
    recipe: str
    recipe_sha256: str
    scheme: str
    classes: tuple[str, ...]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    weights: NDArray[np.float64]
    weighting: str
    online: dict[str, Any]
    normalize: tuple[str, ...]
    identity: str
    splits: dict[str, Split]

    @property
    def channels(self) -> int:
        """1 for gray pictures, 3 for RGB."""
        return 3 if len(self.splits["train"].shape) == 4 else 1

    @property
    def size(self) -> int:
        """Height and width of a picture in pixels."""
        return self.splits["train"].shape[1]

    @property
    def folds(self) -> int:
        """How many folds there are; 0 if the export is not for cross-validation."""
        fold = self.splits["train"].fold
        return 0 if fold is None else int(fold.max()) + 1


def read_export(folder: Path, *, verify: bool = True) -> Export:
    """Read everything but the pictures of an export folder.

    With ``verify``, every file is compared with the SHA-256 in ``recipe.lock``.

    Raises:
        ExportError: a file is missing, of another kind or version, changed, or the files disagree.
    """
    legacy = folder / LEGACY_FILE
    files = [legacy] if legacy.is_file() else [folder / f"{name}.h5" for name in SPLITS]
    files = [path for path in files if path.is_file()]
    if not any(path.stem in ("train", "data") for path in files):
        raise ExportError(f"{folder}: no train.h5; expected an export of fercurate build")
    if verify:
        check_digests(folder, files)
    heads, splits = [], {}
    for path in files:
        head, found = _read_file(path)
        heads.append((path, head))
        splits.update(found)
    _check_agreement(heads)
    head = heads[0][1]
    return Export(
        folder=folder,
        recipe=str(head["recipe"]),
        recipe_sha256=str(head["recipe_sha256"]),
        scheme=str(head["scheme"]),
        classes=tuple(str(name) for name in head["class_names"]),
        mean=np.asarray(head["mean"], dtype=np.float64),
        std=np.asarray(head["std"], dtype=np.float64),
        weights=np.asarray(head["class_weights"], dtype=np.float64),
        weighting=str(head["class_weighting"]),
        online=json.loads(str(head["online_augmentation"])),
        normalize=tuple(json.loads(str(head["normalize"]))),
        identity=_identity(head, splits),
        splits={name: splits[name] for name in SPLITS if name in splits},
    )


def check_digests(folder: Path, files: Sequence[Path]) -> None:
    """Compare files with the SHA-256 that ``recipe.lock`` has of them.

    Raises:
        ExportError: one differs, or the lock is missing or does not know it.
    """
    root = folder if (folder / "recipe.lock").is_file() else folder.parent
    try:
        outputs = json.loads((root / "recipe.lock").read_text(encoding="utf-8"))["outputs"]
        expected = {path: outputs[path.relative_to(root).as_posix()]["sha256"] for path in files}
    except (OSError, ValueError, KeyError, TypeError):
        raise ExportError(
            f"{folder}: recipe.lock is missing or does not list these files; build the export "
            "again, or pass --no-verify"
        ) from None
    for path, digest in expected.items():
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != digest:
            raise ExportError(
                f"{path}: changed since it was built (SHA-256 {found[:12]}..., recipe.lock has "
                f"{digest[:12]}...); build it again, or pass --no-verify"
            )


def _read_file(path: Path) -> tuple[dict[str, Any], dict[str, Split]]:
    """The attributes of a file, and its splits."""
    try:
        with h5py.File(path, "r") as file:
            head = dict(file.attrs)
            if head.get("type") != EXPORT_TYPE:
                raise ExportError(f"{path}: no export of fercurate")
            if head["format_version"] != FORMAT_VERSION:
                raise ExportError(
                    f"{path}: format version {head['format_version']}, this script reads "
                    f"{FORMAT_VERSION}; use the script that was built with the export"
                )
            return head, {str(name): _read_split(file, str(name)) for name in head["splits"]}
    except (OSError, KeyError, ValueError) as error:
        raise ExportError(f"{path}: damaged: {str(error).splitlines()[0]}") from None


def _read_split(file: h5py.File, name: str) -> Split:
    names = dataset_names(name, str(file.attrs["layout"]))

    def dataset(column: str) -> h5py.Dataset | None:
        found = file.get(names[column])
        return found if isinstance(found, h5py.Dataset) else None

    images, labels, op = dataset("images"), dataset("labels"), dataset("op")
    fold, targets = dataset("fold"), dataset("targets")
    if images is None or labels is None or op is None or not len(labels) == len(images) == len(op):
        raise ExportError(f"{file.filename}: {name}: images, labels or op missing or uneven")
    offset = images.id.get_offset()
    if images.dtype != np.uint8 or offset is None:
        raise ExportError(f"{file.filename}: {name}: images are not plain uint8")
    codes = np.asarray(labels[:], dtype=np.int64)
    if codes.size and not 0 <= codes.min() <= codes.max() < len(file.attrs["class_names"]):
        raise ExportError(f"{file.filename}: {name}: a label outside the class names")
    return Split(
        name=name,
        path=Path(file.filename),
        labels=codes,
        op=np.asarray(op.asstr()[:], dtype=object),
        shape=images.shape,
        offset=offset,
        fold=None if fold is None else np.asarray(fold[:], dtype=np.int64),
        targets=None if targets is None else np.asarray(targets[:], dtype=np.float32),
    )


def _check_agreement(heads: Sequence[tuple[Path, dict[str, Any]]]) -> None:
    """All files name the same classes in the same order, and come from the same build."""
    first_path, first = heads[0]
    for path, head in heads[1:]:
        if list(head["class_names"]) != list(first["class_names"]):
            raise ExportError(
                f"{path}: classes {', '.join(head['class_names'])}, but {first_path.name} has "
                f"{', '.join(first['class_names'])}; the files are of different builds"
            )
        if head["recipe_sha256"] != first["recipe_sha256"]:
            raise ExportError(f"{path}: of another recipe than {first_path.name}; build again")


def _identity(head: dict[str, Any], splits: dict[str, Split]) -> str:
    """A digest of recipe, train's statistics and all labels."""
    found = hashlib.blake2b(str(head["recipe_sha256"]).encode(), digest_size=16)
    for name in ("mean", "std"):
        found.update(np.asarray(head[name], dtype="<f8").tobytes())
    for name in SPLITS:
        if name in splits:
            found.update(name.encode() + splits[name].labels.astype("<i8").tobytes())
    return found.hexdigest()


def text_columns(split: Split, names: Sequence[str]) -> dict[str, NDArray[np.object_]]:
    """Read text columns (N,) of a split by name.

    Raises:
        ExportError: the export lacks one.
    """
    stored = dataset_names(split.name, LEGACY if split.path.name == LEGACY_FILE else STANDARD)
    with h5py.File(split.path, "r") as file:
        missing = [name for name in names if stored[name] not in file]
        if missing:
            raise ExportError(f"{split.path}: no column {', '.join(missing)}; build it again")
        return {name: file[stored[name]].asstr()[:].astype(object) for name in names}
