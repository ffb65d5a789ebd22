"""Reading an export: which files there are, what they say of themselves, and whether they match.

Needs h5py and numpy. Every fault is an ``ExportError`` of one line.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import h5py
import numpy as np
from numpy.typing import NDArray

from .attributes import ExportAttributes, read_attributes
from .errors import ExportError
from .format import LEGACY, LEGACY_FILE, ORIGINAL, SPLITS, STANDARD, dataset_names
from .lock import Lock

Number = TypeVar("Number", np.int64, np.float32)

_DAMAGE = (
    *(OSError, LookupError, ValueError, TypeError, AttributeError),
    *(OverflowError, RecursionError, RuntimeError),
)
"""What a reader stumbles over in a damaged file."""


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
    it did to every picture, in words. ``identity`` tells this export from any other, ``protocol``
    names the published one that it follows, if any.
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
    protocol: str = ""

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
    if "train" not in splits:
        raise ExportError(f"{folder}: no split train; expected an export of fercurate build")
    return Export(
        folder=folder,
        recipe=head.recipe,
        recipe_sha256=head.recipe_sha256,
        scheme=head.scheme,
        classes=head.classes,
        mean=head.mean,
        std=head.std,
        weights=head.weights,
        weighting=head.weighting,
        online=head.online,
        normalize=head.normalize,
        identity=_identity(head, splits),
        splits={name: splits[name] for name in SPLITS if name in splits},
        protocol=head.protocol,
    )


def check_digests(folder: Path, files: Sequence[Path]) -> None:
    """Compare files with the SHA-256 that ``recipe.lock`` has of them.

    Raises:
        ExportError: one differs, or the lock is missing or does not know it.
    """
    lock = Lock.of(folder)
    if lock is None:
        raise ExportError(
            f"{folder}: recipe.lock is missing; build the export again, or pass --no-verify"
        )
    for path in files:
        lock.check(path)


def _read_file(path: Path) -> tuple[ExportAttributes, dict[str, Split]]:
    """The attributes of a file, and its splits."""
    try:
        with h5py.File(path, "r") as file:
            head = read_attributes(dict(file.attrs))
            return head, {name: _read_split(file, name, head) for name in head.splits}
    except ExportError as error:
        raise ExportError(f"{path}: {error}") from None
    except _DAMAGE as error:
        text = (str(error) or type(error).__name__).splitlines()[0]
        raise ExportError(f"{path}: damaged: {text}") from None


def _read_split(file: h5py.File, name: str, head: ExportAttributes) -> Split:
    names = dataset_names(name, head.layout)

    def dataset(column: str) -> h5py.Dataset | None:
        found = file.get(names[column])
        return _plain(found, column) if isinstance(found, h5py.Dataset) else None

    images, labels, op = dataset("images"), dataset("labels"), dataset("op")
    fold, targets = dataset("fold"), dataset("targets")
    if images is None or labels is None or op is None or not len(labels) == len(images) == len(op):
        raise ExportError(f"{name}: images, labels or op missing or uneven")
    offset = images.id.get_offset() or (None if len(images) else 0)
    pictures = images.ndim == 3 or (images.ndim == 4 and images.shape[3] == 3)
    if images.dtype != np.uint8 or offset is None or not pictures:
        raise ExportError(f"{name}: images are {images.dtype} {images.shape}; expected uint8")
    codes = np.asarray(labels[:], dtype=np.int64)
    if codes.size and not 0 <= codes.min() <= codes.max() < len(head.classes):
        raise ExportError(f"{name}: a label outside the class names")
    return Split(
        name=name,
        path=Path(file.filename),
        labels=codes,
        op=np.asarray(op.asstr()[:], dtype=object),
        shape=images.shape,
        offset=offset,
        fold=None if fold is None else _rows(fold, (len(codes),), np.int64),
        targets=None
        if targets is None
        else _rows(targets, (len(codes), len(head.classes)), np.float32),
    )


def _plain(found: h5py.Dataset, name: str) -> h5py.Dataset:
    """Refuse what is larger than it is stored, or lies in another file."""
    if found.chunks or found.is_virtual or found.external or found.dtype.hasobject:
        raise ExportError(f"{name}: no plain dataset of this file")
    return found


def _rows(found: h5py.Dataset, shape: tuple[int, ...], kind: type[Number]) -> NDArray[Number]:
    if found.shape != shape:
        raise ExportError(f"{found.name} is {found.shape}; expected {shape}")
    return np.asarray(found[:], dtype=kind)


def _check_agreement(heads: Sequence[tuple[Path, ExportAttributes]]) -> None:
    """All files name the same classes in the same order, and come from the same build."""
    first_path, first = heads[0]
    for path, head in heads[1:]:
        if head.classes != first.classes:
            raise ExportError(
                f"{path}: classes {', '.join(head.classes)}, but {first_path.name} has "
                f"{', '.join(first.classes)}; the files are of different builds"
            )
        if head.recipe_sha256 != first.recipe_sha256:
            raise ExportError(f"{path}: of another recipe than {first_path.name}; build again")


def _identity(head: ExportAttributes, splits: dict[str, Split]) -> str:
    """A digest of recipe, train's statistics and all labels."""
    found = hashlib.blake2b(head.recipe_sha256.encode(), digest_size=16)
    for values in (head.mean, head.std):
        found.update(values.astype("<f8").tobytes())
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
