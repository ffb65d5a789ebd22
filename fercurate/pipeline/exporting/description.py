"""``croissant.json`` beside Parquet: a record set a split, with pictures and labels."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fercurate.export.croissant import croissant, file_objects
from fercurate.layouts.base import LayoutData, LayoutPlan, LayoutSplit, kept_splits

_KINDS = {"O": "sc:Text", "i": "sc:Integer", "f": "sc:Float", "u": "sc:Integer"}


def parquet_croissant(
    folder: Path, summary: Mapping[str, Any], data: LayoutData, plan: LayoutPlan
) -> dict[str, Any]:
    """Describe the Parquet files of a layout by the summary of its export."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.glob("data/*.parquet"))
    splits = kept_splits(data, plan)
    sets = [_files_of(plan.places[split.split]) for split in splits]
    records = [_records_of(split, plan.places[split.split]) for split in splits]
    return croissant(summary, [*file_objects(folder, files), *sets], records)


def _files_of(place: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{place}-files",
        "name": f"{place}-files",
        "encodingFormat": "application/x-parquet",
        "includes": f"data/{place}-*.parquet",
    }


def _records_of(split: LayoutSplit, place: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": place,
        "name": place,
        "description": f"The {len(split):,} rows of {place}.",
        "field": list(_fields(split, place)),
    }


def _fields(split: LayoutSplit, place: str) -> Iterator[dict[str, Any]]:
    image = _field(place, "image", "sc:ImageObject")
    image["source"]["transform"] = {"jsonPath": "bytes"}
    yield image
    yield _field(place, "label", "sc:Integer")
    for name, values in split.columns.items():
        field = _field(place, name, _KINDS[values.dtype.kind])
        yield field if values.ndim == 1 else {**field, "repeated": True}


def _field(place: str, column: str, kind: str) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{place}/{column}",
        "name": column,
        "dataType": kind,
        "source": {"fileSet": {"@id": f"{place}-files"}, "extract": {"column": column}},
    }
