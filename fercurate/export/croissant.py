"""``croissant.json``: a data set described for machines, in MLCommons' Croissant (JSON-LD).

HDF5 files are file objects with their SHA-256; what was decided on each sample is a record set on
``samples.csv``. Properties of responsible AI (``rai:``) are filled in from what is known, and left
out where nothing is.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fercurate.domain.sample_table import SAMPLE_COLUMNS, TRUE_CLASS
from fercurate.export.samples_file import SAMPLES
from fercurate.export.uses import USES
from fercurate.files.digest import sha256_of

CROISSANT_FILE = "croissant.json"

_OWN = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty"),
    *("fileObject", "fileSet", "format", "includes", "isLiveDataset", "jsonPath", "key", "md5"),
    *("parentField", "path", "recordSet", "references", "regex", "repeated", "replace"),
    *("samplingRate", "separator", "source", "subField", "transform"),
)
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    **{name: f"cr:{name}" for name in _OWN},
}
_KINDS = {
    ".h5": "application/x-hdf5",
    ".csv": "text/csv",
    ".parquet": "application/x-parquet",
    ".json": "application/json",
    ".md": "text/markdown",
}


def export_croissant(
    folder: Path, summary: Mapping[str, Any], files: Sequence[str]
) -> dict[str, Any]:
    """Describe an export by its summary and the files in its folder."""
    shown = [name for name in files if name.endswith(".h5") or name == SAMPLES]
    columns = (*SAMPLE_COLUMNS, *((TRUE_CLASS,) if summary.get("label_noise") else ()))
    fields = [_field("samples", SAMPLES, column) for column in columns]
    records = [_record_set("samples", "What was decided on each sample.", fields)]
    return croissant(summary, file_objects(folder, shown), records if SAMPLES in shown else [])


def croissant(
    summary: Mapping[str, Any],
    distribution: Sequence[Mapping[str, Any]],
    record_sets: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """A description of a built data set: its files, its record sets, and what is known of it."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": summary["name"],
        "description": summary["description"],
        "conformsTo": [
            "http://mlcommons.org/croissant/1.0",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        "license": _licenses(summary),
        "keywords": ["facial expression recognition", *summary["scheme"]["classes"]],
        **dict(_responsible(summary)),
        "distribution": list(distribution),
        "recordSet": list(record_sets),
    }


def file_objects(folder: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    """File objects for files of a folder, each with its size and SHA-256."""
    return [
        {
            "@type": "cr:FileObject",
            "@id": name,
            "name": name.replace("/", "-"),
            "contentUrl": name,
            "contentSize": f"{(folder / name).stat().st_size} B",
            "encodingFormat": _KINDS.get(Path(name).suffix, "application/octet-stream"),
            "sha256": sha256_of(folder / name),
        }
        for name in sorted(names)
    ]


def _record_set(name: str, said: str, fields: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": said,
        "field": list(fields),
    }


def _field(record: str, file: str, column: str, kind: str = "sc:Text") -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{record}/{column}",
        "name": column,
        "dataType": kind,
        "source": {"fileObject": {"@id": file}, "extract": {"column": column}},
    }


def _licenses(summary: Mapping[str, Any]) -> list[str]:
    told = {True: "may be passed on", False: "may not be passed on", None: "passing on: not stated"}
    return [
        f"{one['title']}: {one['license']} ({told[one.get('redistributable')]})"
        for one in summary["sources"].values()
    ] or ["not known"]


def _responsible(summary: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The properties of responsible AI that are known."""
    variants = [
        f"{source['title']}: {entry['variant']}"
        for source in summary["sources"].values()
        for entry in source["history"]
        if entry["variant"]
    ]
    yield "rai:dataCollection", "; ".join(variants) or "Not known."
    yield "rai:dataCollectionType", ["Existing datasets"]
    steps = list(summary.get("normalize", ()))
    yield "rai:dataPreprocessingProtocol", steps or ["Pictures are as the sources have them."]
    yield "rai:dataManipulationProtocol", list(summary["commands"])
    agreement = summary.get("agreement")
    if agreement:
        yield "rai:annotationsPerItem", str(agreement["votes"])
        kappa = f"Fleiss' kappa {agreement['kappa']:.3f} over {agreement['samples']:,} samples"
        yield "rai:dataAnnotationAnalysis", [kappa]
    counts = {name: split["classes"] for name, split in summary["splits"].items()}
    shares = "; ".join(
        f"{name}: " + ", ".join(f"{one} {n}" for one, n in classes.items())
        for name, classes in counts.items()
    )
    yield "rai:dataBiases", [f"Rows by class: {shares}", "No attributes of people are known."]
    yield "rai:dataLimitations", list(summary["warnings"]) or ["None is known."]
    yield "rai:dataSocialImpact", USES
    yield "rai:personalSensitiveInformation", ["Faces of people, who may be recognized."]
