"""Small stores of toy pictures, and all that a store says of its samples."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.lineage import InputFile, LineageEntry
from fercurate.domain.manifest import ARRAY_COLUMNS, COLUMNS
from fercurate.domain.measurement import Measurements
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.pipeline.care.merge import MergeReport, merge
from fercurate.pipeline.measure.measure import MeasureRequest
from fercurate.pipeline.measure.whole_store import Duplicates
from fercurate.screening.duplicates.thumbnails import ThumbnailPixels
from fercurate.screening.exposure import Exposure
from fercurate.store.store import Store
from fercurate.store.writer import open_writer

MEASURES = MeasureRequest((Exposure(), ThumbnailPixels()), (Duplicates(),), jobs=1)
"""What is measured in the store of real layouts."""

Told = dict[str, dict[str, Any]]
"""What a store tells of each sample, by id, in store order."""


class Stopped(Exception):  # noqa: N818
    """What interrupts a change in a test."""


def picture(number: int) -> NDArray[np.uint8]:
    """A picture of noise: its bytes are found nowhere else."""
    return np.random.default_rng(number).integers(0, 256, (8, 8), dtype=np.uint8)


def toy(number: int, name: str = "toy", **changes: Any) -> Sample:
    """A sample whose id and picture are told by its number."""
    facts = {
        "id": f"{name}:no_{number:04d}",
        "source": name,
        "image": picture(number),
        "native_label": "3",
        "expression": "happy",
        "native_split": "Training",
        "origin": f"{name}.csv",
        "row": number,
    }
    return Sample(**(facts | changes))


def toys(*numbers: int, name: str = "toy", **changes: Any) -> list[Sample]:
    """Several of them."""
    return [toy(number, name, **changes) for number in numbers]


def entry(name: str, added: int = 0, layout: str = "csv") -> LineageEntry:
    """How the ingest of a toy corpus stands in the lineage."""
    inputs = (InputFile(f"{name}.csv", 1, "0" * 64),)
    time = "2026-01-01T00:00:00+00:00"
    command = f"fercurate ingest {name}.csv"
    return LineageEntry(command, name, layout, "toys", "1", time, added=added, inputs=inputs)


def fill(path: Path, samples: Sequence[Sample], rejects: Sequence[int] = ()) -> Path:
    """Store samples, and rejects at these lines, in one change."""
    name = samples[0].source if samples else "toy"
    with open_writer(path, f"fill {name}") as writer:
        for sample in samples:
            writer.append(sample)
        for line in rejects:
            writer.reject(name, Reject(RejectCode.RANGE, f"{name} 300", f"{name}.csv", line))
        writer.commit(entry(name, writer.change.added))
    return path


def vote(path: Path, rows: Sequence[int], count: int) -> None:
    """Give so many votes for neutral to samples at rows."""
    votes = np.zeros((len(rows), 10), np.uint8)
    votes[:, 0] = count
    with open_writer(path, "votes") as writer:
        writer.set_votes(np.array(rows, np.int64), votes)
        writer.commit(entry("ferplus"))


def measured(path: Path, rows: Sequence[int], method: str = "mean-1", factor: float = 1) -> None:
    """Store measurements of the kind ``light`` that differ by row."""
    with Store.open(path) as store:
        means = [[factor * image.mean()] for image in store.images(rows)]
    values = np.array(means, dtype=np.float32)
    with open_writer(path, "filter") as writer:
        numbers = np.array(rows, np.int64)
        writer.add_measurements([Measurements("light", method, ("mean",), numbers, values)])
        writer.commit(entry("", layout="measurements"))


def told(path: Path) -> Told:
    """All that a store says of each sample, but for where it stands."""
    with Store.open(path) as store:
        columns: dict[str, Iterable[Any]] = {
            name: store.manifest.columns[name].tolist() for name in COLUMNS
        }
        columns |= {name: map(_bytes, store.array(name)) for name in ARRAY_COLUMNS}
        columns["picture"] = map(_bytes, store.images(range(len(store))))
        for kind, method in store.measured_kinds():
            found = store.measured(kind, method)
            columns[f"{kind} by {method}"] = map(_bytes, found.values)
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    # NaN is not equal to itself, and a missing number is one
    return {row["id"].decode("utf-8", "surrogateescape"): _comparable(row) for row in rows}


def _bytes(values: NDArray[Any]) -> bytes:
    return values.tobytes()


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value != value else value for name, value in row.items()}  # noqa: PLR0124


def without(facts: Told, *endings: str, kinds: Sequence[str] = ()) -> Told:
    """The same without samples whose ids end so, and without measurements of some kinds."""
    return {
        name: {key: value for key, value in row.items() if key.partition(" by ")[0] not in kinds}
        for name, row in facts.items()
        if not name.endswith(tuple(endings) or ("\0",))
    }


def ids(path: Path) -> list[str]:
    """The ids in store order."""
    with Store.open(path) as store:
        return [str(name) for name in store.manifest.text("id")]


def digest(path: Path) -> str:
    """The digest of a store."""
    with Store.open(path) as store:
        return store.digest()


def parts(path: Path) -> dict[str, str]:
    """The names of its parts with their kinds, in their order."""
    with Store.open(path) as store:
        return {part.name: part.kind for part in store.head.parts}


def reject_lines(path: Path) -> list[tuple[str, int, str]]:
    """Source, line and code of each reject."""
    with Store.open(path) as store:
        return [(source, line, code) for source, _, line, code, _ in store.rejects()]


def folder_of(path: Path) -> Path:
    """The folder of its parts."""
    return path.with_name(f"{path.name}.parts")


def files(path: Path) -> dict[str, bytes]:
    """The bytes of every file of a store, by name; all that a store leaves on the disk."""
    found = [path, *folder_of(path).rglob("*")]
    return {file.name: file.read_bytes() for file in found if file.is_file()}


def holding(path: Path, piece: bytes | str) -> list[str]:
    """The files of a store in which some bytes are found."""
    wanted = piece.encode() if isinstance(piece, str) else piece
    return [name for name, content in files(path).items() if wanted in content]


def copied(path: Path, target: Path) -> Path:
    """A copy of a store, which a test may change."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, target)
    shutil.copytree(folder_of(path), folder_of(target))
    return target


def joined(first: Path, second: Path) -> tuple[Path, MergeReport]:
    """Merge two stores; both must stay as they are."""
    into = first.parents[1] / "into" / "c.h5"
    into.parent.mkdir(exist_ok=True)
    before = files(first), files(second)
    report = merge(first, second, into)
    assert (files(first), files(second)) == before
    with Store.open(into) as store:
        store.verify()
        assert report.rows.total == len(store)
    return into, report
