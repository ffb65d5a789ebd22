"""What ``fercurate preview`` prints."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fercurate.cli.options import setting
from fercurate.cli.render import json_text

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.preview.preview import PreviewReport


def previewed(report: "PreviewReport", output: Path) -> None:
    """Print which sheets were drawn, and of how many samples."""
    if setting("as_json"):
        samples = [{"sample_id": name, "class": one} for name, one in report.samples.items()]
        facts = {"name": report.name, "output": str(output), "files": list(report.files)}
        json_text({"schema_version": 1, "kind": "preview", **facts, "samples": samples})
        return
    count, classes = len(report.samples), len(set(report.samples.values()))
    click.echo(
        f"{report.name}: {count:,} sample{'s' * (count != 1)} of {classes} "
        f"class{'es' * (classes != 1)}"
    )
    click.echo(f"in {output}: {', '.join(report.files)}")
