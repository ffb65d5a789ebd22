"""What ``fercurate preview`` prints."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.cli.output import Output
from fercurate.cli.render.tables import files_in_words

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.preview.preview import PreviewReport


def show_preview(output: Output, report: "PreviewReport", folder: Path) -> None:
    """Print which sheets were drawn, and of how many samples."""
    output.show(_document(report, folder), _lines(report, folder))


def _document(report: "PreviewReport", folder: Path) -> dict[str, Any]:
    samples = [{"sample_id": name, "class": one} for name, one in report.samples.items()]
    facts = {"name": report.name, "output": str(folder), "files": list(report.files)}
    faces = {"faces": dict(report.faces)} if report.faces else {}
    return {"schema_version": 1, "kind": "preview", **facts, "samples": samples, **faces}


def _lines(report: "PreviewReport", folder: Path) -> Iterator[str]:
    count, classes = len(report.samples), len(set(report.samples.values()))
    yield (
        f"{report.name}: {count:,} sample{'s' * (count != 1)} of {classes} "
        f"class{'es' * (classes != 1)}"
    )
    for group in ("by_source", "by_class") if report.faces else ():
        shares = [
            f"{name} {one['known']:,} of {one['samples']:,}"
            for name, one in report.faces[group].items()
        ]
        yield f"faces known {group.replace('_', ' ')}: {', '.join(shares)}"
    if report.faces.get("residual"):
        fit = report.faces["residual"]
        yield (
            f"five points stay {fit['median']} pixels of 112 from the template (90 %: {fit['p90']})"
        )
    yield f"in {folder}: {files_in_words(report.files)}"
    yield f"look at {folder / report.files[0]}; then: fercurate build, with the same --recipe"
