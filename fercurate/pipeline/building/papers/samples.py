"""``samples.csv`` of an export, and the picture of its funnel."""

from pathlib import Path
from typing import Any

from fercurate.export.datasheet.sheet import FUNNEL_PICTURE
from fercurate.export.samples_file import SAMPLES, write_samples
from fercurate.pipeline.building.prepare import PlannedBuild
from fercurate.planning.funnel import funnel
from fercurate.planning.sample_table import PlannedSamples
from fercurate.report.funnel import funnel_picture


def build_funnel(ready: PlannedBuild) -> dict[str, Any]:
    """How many samples of each class and source stand after each stage of a planned build."""
    return funnel(ready.store.manifest, ready.plan, ready.recipe)


def planned_samples(ready: PlannedBuild) -> PlannedSamples:
    """What a planned build decided on each sample of its sources."""
    copies = ready.basis.evidence.face_duplicates
    return PlannedSamples(ready.store.manifest, ready.plan, ready.recipe, copies)


def write_sample_table(folder: Path, ready: PlannedBuild) -> list[str]:
    """Write what was decided on each sample, and draw it; returns the names of the files."""
    write_samples(planned_samples(ready).tables(), folder / SAMPLES)
    picture = funnel_picture(build_funnel(ready), ready.recipe.name)
    (folder / FUNNEL_PICTURE).write_text(picture, encoding="utf-8")
    return [SAMPLES, FUNNEL_PICTURE]
