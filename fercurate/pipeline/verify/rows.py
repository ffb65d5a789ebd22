"""The rows of an export, verified: lengths, labels, names, order, counts, parents, pixels."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import SUBSETS
from fercurate.domain.sample_table import SampleTable
from fercurate.errors import FercurateError
from fercurate.export.data_file import DataFile
from fercurate.export.reader import SplitRows
from fercurate.pipeline.building.named_rows import name_endings
from fercurate.pipeline.verify.files import ExportFiles
from fercurate.training.shared.attributes import ExportAttributes
from fercurate.training.shared.statistics import PixelStatistics

_BLOCK = 1024
_OF_SAMPLES = ("source", "subject", "sequence")


@dataclass(frozen=True)
class FileRows:
    """The rows of one split as they lie in a file of the export."""

    file: str
    rows: SplitRows
    attributes: ExportAttributes

    @property
    def folder(self) -> str:
        """The folder of a fold, or ""."""
        return self.file.rpartition("/")[0]

    @property
    def title(self) -> str:
        """The file, with the split where it holds several."""
        alone = Path(self.file).stem == self.rows.split
        return self.file if alone else f"{self.file}:{self.rows.split}"


def check_rows(files: ExportFiles) -> list[FileRows]:
    """Read and check the rows of all files; returned are those that could be read."""
    read: list[FileRows] = []
    for name in files.data_files:
        try:
            with DataFile(files.root / name) as file:
                attributes = file.attributes
                _check_attributes(files, name, attributes)
                found = [FileRows(name, file.rows(s), attributes) for s in attributes.splits]
                _check_statistics(files, name, file)
        except FercurateError as error:
            files.findings.add(name, error.found)
        except OSError:
            continue  # missing: that is said already
        else:
            read += found
    _check_alike(files, read)
    for one in read:
        _check_names(files, one)
        _check_counts(files, one)
        if files.samples is not None:
            _check_samples(files, one, files.samples)
    _check_table(files)
    files.checked["rows"] = sum(len(one.rows) for one in read)
    return read


def _check_attributes(files: ExportFiles, name: str, attributes: ExportAttributes) -> None:
    """Class names in their order, recipe and digest are the same everywhere."""
    recipe = files.recipe
    if recipe is None:
        return
    classes = recipe.recipe.scheme.classes
    if attributes.classes != classes:
        listed = ", ".join(attributes.classes)
        files.findings.add(f"{name}: class_names", f"{listed}; the recipe has {', '.join(classes)}")
    if attributes.recipe_sha256 != recipe.digest:
        files.findings.add(f"{name}: recipe_sha256", "not the digest of recipe.yaml")
    known = {
        "recipe": (attributes.recipe, recipe.recipe.name),
        "scheme": (attributes.scheme, recipe.recipe.scheme.name),
        "class_weighting": (attributes.weighting, recipe.recipe.class_weights),
        "layout": (attributes.layout, files.lock.get("layout", attributes.layout)),
    }
    for attribute, (told, expected) in known.items():
        if told != expected:
            files.findings.add(f"{name}: {attribute}", f"{told}; expected {expected}")


def _check_statistics(files: ExportFiles, name: str, file: DataFile) -> None:
    """Mean and std are those of train's pixels, where train lies in the file."""
    attributes = file.attributes
    if "train" not in attributes.splits:
        return
    rows = np.arange(len(file.rows("train")))
    statistics = PixelStatistics()
    for start in range(0, len(rows), _BLOCK):
        statistics.add(file.pictures("train", rows[start : start + _BLOCK]))
    mean, std = map(np.array, statistics.mean_std())
    if not (np.array_equal(mean, attributes.mean) and np.array_equal(std, attributes.std)):
        files.findings.add(f"{name}: mean, std", "not those of the pixels of train")


def _check_alike(files: ExportFiles, read: list[FileRows]) -> None:
    """The files of a folder say the same of train's pixels and of the weights of classes."""
    ordered = sorted(read, key=lambda one: one.rows.split != "train")
    for one in read:
        first = next(other for other in ordered if other.folder == one.folder)
        for name in ("mean", "std", "weights"):
            mine, theirs = (getattr(x.attributes, name) for x in (one, first))
            if not np.array_equal(mine, theirs):
                files.findings.add(f"{one.file}: {name}", f"not those of {first.file}")


def _check_counts(files: ExportFiles, one: FileRows) -> None:
    """As many rows of each class as the summary says."""
    known = files.summary.get("splits", {}).get(one.rows.split)
    if one.folder or known is None:
        return
    if known.get("rows") != len(one.rows):
        said = f"{len(one.rows)} rows; summary.json has {known.get('rows')}"
        files.findings.add(one.title, said)
    counts = np.bincount(one.rows.labels, minlength=len(one.rows.classes)).tolist()
    found = dict(zip(one.rows.classes, counts, strict=True))
    if found != known.get("classes"):
        said = f"classes of {found}; summary.json has {known.get('classes')}"
        files.findings.add(one.title, said)


def _check_names(files: ExportFiles, one: FileRows) -> None:
    """Each id stands there once; derived rows come from originals of the file, with their label."""
    rows, text = one.rows, one.rows.text
    ids = text["sample_id"]
    for name, count in Counter(ids.tolist()).items():
        if count > 1:
            files.findings.add(one.title, f"the id {name} stands there {count} times")
    originals = {str(ids[row]): int(rows.labels[row]) for row in np.flatnonzero(~rows.derived)}
    for row in np.flatnonzero(rows.derived).tolist():
        fault = _derived_fault(rows, row, originals)
        if fault:
            files.findings.add(one.title, fault, row)
    _check_mixtures(files, one)


def _check_mixtures(files: ExportFiles, one: FileRows) -> None:
    """Synthetic rows are numbered from 1 in their order, and lie between their parents.

    An export of a bundle keeps the numbers that rows had: some may be missing.
    """
    rows = one.rows
    mixed = np.flatnonzero(rows.text["parent_b"] != "")
    for op in dict.fromkeys(rows.op[mixed].tolist()):
        last = 0
        for number, row in enumerate(mixed[rows.op[mixed] == op].tolist(), 1):
            name = str(rows.text["sample_id"][row])
            begun, _, told = name.rpartition("/")
            said = int(told) if told.isdecimal() and begun.endswith(f"#{op}") else 0
            if said != number and not (files.lock.get("bundle") and said > last):
                files.findings.add(one.title, f"{name} is the {number}. row of {op}", row)
            last = said
    if rows.mix is not None:
        between = np.isfinite(rows.mix) & (rows.mix >= 0) & (rows.mix <= 1)
        for row in np.flatnonzero(~between).tolist():
            files.findings.add(one.title, f"its mix is {rows.mix[row]}; expected 0..1", row)


def _derived_fault(rows: SplitRows, row: int, originals: dict[str, int]) -> str:
    name, op = str(rows.text["sample_id"][row]), str(rows.op[row])
    parent = str(rows.text["parent_a"][row])
    if not any(end[:2] == (parent, op) for end in name_endings(name)):
        return f"{name} is not named after its parent {parent} and its operation {op}"
    for column in ("parent_a", "parent_b"):
        parent = str(rows.text[column][row])
        if not parent:
            continue
        base = _base(parent, originals)
        if base is None:
            return f"its {column} {parent} comes from no original row of the file"
        if originals[base] != rows.labels[row]:
            given, other = (rows.classes[k] for k in (int(rows.labels[row]), originals[base]))
            return f"its label is {given}, but its {column} {parent} is {other}"
    return ""


def _base(name: str, originals: dict[str, int]) -> str | None:
    """The original row that a row was made from in the end."""
    bases = (str(end[0]) for end in name_endings(name))
    return next((one for one in (name, *bases) if one in originals), None)


def _check_samples(files: ExportFiles, one: FileRows, samples: SampleTable) -> None:
    """The original rows are the samples of the split, all of them, in their order, as labelled."""
    rows = one.rows
    originals = np.flatnonzero(~rows.derived)
    places = np.array(
        [samples.positions.get(str(name), -1) for name in rows.text["sample_id"][originals]],
        dtype=np.int64,
    )
    for row in originals[places < 0].tolist():
        name = rows.text["sample_id"][row]
        files.findings.add(one.title, f"samples.csv does not know {name}", row)
    known = places >= 0
    _check_columns(files, one, samples, (originals[known], places[known]))
    _check_order(files, one, samples, (originals[known], places[known]))


Matched = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Original rows (M,) of a file, and the places (M,) of their samples in the table."""


def _check_columns(
    files: ExportFiles, one: FileRows, samples: SampleTable, matched: Matched
) -> None:
    rows, (originals, places) = one.rows, matched
    classes = np.array(rows.classes, dtype=object)[rows.labels[originals]]
    split = SUBSETS.get(rows.split, rows.split)
    expected = {name: (rows.text[name][originals], samples[name][places]) for name in _OF_SAMPLES}
    expected["class"] = (classes, samples["class"][places])
    for name in ("fold", "enhanced"):
        numbers = getattr(rows, name)
        if numbers is not None:
            texts = np.array([str(number) for number in numbers[originals]], dtype=object)
            expected[name] = (texts, samples[name][places])
    if not one.folder:
        expected["split"] = (np.full(len(originals), split, dtype=object), samples["split"][places])
    for name, (found, known) in expected.items():
        for at in np.flatnonzero(found != known).tolist():
            text = f"{rows.text['sample_id'][originals[at]]}: its {name} is {found[at]!r}; "
            files.findings.add(one.title, f"{text}samples.csv has {known[at]!r}", originals[at])


def _check_order(files: ExportFiles, one: FileRows, samples: SampleTable, matched: Matched) -> None:
    rows, (originals, places) = one.rows, matched
    for at in np.flatnonzero(np.diff(places) < 0).tolist():
        names = rows.text["sample_id"][originals[[at, at + 1]]]
        text = f"{names[1]} stands behind {names[0]}: rows are out of order"
        files.findings.add(one.title, text, int(originals[at + 1]))
    if rows.split in SUBSETS:
        return
    missing = set(np.flatnonzero(_expected(one, samples)).tolist()) - set(places.tolist())
    for place in sorted(missing):
        files.findings.add(one.title, f"no row of {samples['sample_id'][place]}, which is in it")


def _expected(one: FileRows, samples: SampleTable) -> NDArray[np.bool_]:
    """Which samples (M,) the file of a split, or of a fold, holds."""
    fold = one.folder.rpartition("-")[2]
    if not fold.isdecimal():
        return np.asarray(samples["split"] == one.rows.split)
    tested = samples["fold"] == str(int(fold))
    inside = tested if one.rows.split == "test" else ~tested
    return np.asarray(inside & (samples["split"] == "train"))


def _check_table(files: ExportFiles) -> None:
    """``samples.csv`` holds as many samples as the funnel says that the sources have."""
    funnel, recipe = files.summary.get("funnel"), files.recipe
    if files.samples is None or recipe is None or not isinstance(funnel, dict):
        return
    try:
        stored = funnel["stages"][0]["sources"]
        known = sum(stored.get(name, 0) for name in recipe.recipe.source_names)
    except (LookupError, TypeError, AttributeError):
        files.findings.add("summary.json", "a funnel that is none")
        return
    if known != len(files.samples):
        said = f"{len(files.samples)} samples; summary.json has {known}"
        files.findings.add("samples.csv", said)
