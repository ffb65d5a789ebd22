"""Who is in an export, by the attributes that its corpora give: counts, and a table of samples."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.attribute import Attribute, ordered_values
from fercurate.domain.groups import distinct
from fercurate.domain.segments.base import Rows
from fercurate.domain.text import decode_text
from fercurate.files.csv_text import write_csv
from fercurate.pipeline.building.prepare import PlannedBuild
from fercurate.training.shared.evaluation.groups import ATTRIBUTES_FILE


def group_counts(ready: PlannedBuild) -> dict[str, Any]:
    """Samples by attribute, split, value and class, JSON-ready; "" counts those without a value."""
    labels, classes = ready.plan.labels, ready.recipe.scheme.classes
    return {
        one.name: {
            split.split: _by_value(one, split.originals.rows, labels, classes)
            for split in ready.plan.splits
        }
        for one in ready.basis.attributes
    }


def _by_value(
    attribute: Attribute, rows: Rows, labels: NDArray[np.int64], classes: tuple[str, ...]
) -> dict[str, dict[str, int]]:
    """Class counts by value of the samples ``rows`` (M,), those without one last."""
    values, codes = np.unique(attribute.values[rows], return_inverse=True)
    cells, shape = codes * len(classes) + labels[rows], (len(values), len(classes))
    table = np.bincount(cells, minlength=len(values) * len(classes)).reshape(shape)
    counts = dict(zip(decode_text(values).tolist(), table.tolist(), strict=True))
    return {v: dict(zip(classes, counts[v], strict=True)) for v in ordered_values(counts)}


def write_attributes(folder: Path, ready: PlannedBuild) -> list[str]:
    """Write what is known of the export's samples; returns the names of the files."""
    attributes = ready.basis.attributes
    if not attributes:
        return []
    rows = distinct(*(one.originals.rows for one in ready.plan.splits))
    known = np.any([one.known[rows] for one in attributes], axis=0)
    ids = decode_text(ready.store.manifest.encoded("id")[rows[known]])
    columns = [ids, *(decode_text(one.values[rows[known]]) for one in attributes)]
    header = ["sample_id", *(one.name for one in attributes)]
    with (folder / ATTRIBUTES_FILE).open(
        "w", newline="", encoding="utf-8", errors="surrogateescape"
    ) as out:
        write_csv(out, header, zip(*columns, strict=True))
    return [ATTRIBUTES_FILE]
