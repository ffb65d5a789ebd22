"""What was laid out is ingested again: the same pixels, the same expressions, split by split."""

import shlex
from collections import Counter
from pathlib import Path

import pytest

from fercurate.api.exports import read_export
from fercurate.domain.sample import pixel_digest
from fercurate.layouts.presets import trainer_presets
from fercurate.layouts.registry import LAYOUTS
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutReport, LayoutRequest, export_layout
from fercurate.store.store import Store
from tests.conftest import Run
from tests.layouts.conftest import Exports
from tests.layouts.test_readers import KINDS, TRAINERS

NATIVE = {
    "train": "Training",
    "Training": "Training",
    "val": "Validation",
    "PublicTest": "Validation",
    "Validation": "Validation",
    "test": "Test",
    "Test": "Test",
    "PrivateTest": "Test",
}
"""What corpora call the same split; FER-2013 has its own words for val and test."""


def told(export: Path, report: LayoutReport) -> Counter[tuple[str, str]]:
    """Digest and class of every row that was laid out."""
    return Counter(
        (pixel_digest(picture), split.classes[label])
        for split in read_export(export)
        if split.name in report.facts["splits"]
        for picture, label in zip(split.images(), split.labels, strict=True)
    )


def kept(store: Path) -> Counter[tuple[str, str]]:
    """Digest and expression of every sample of a store."""
    with Store.open(store) as opened:
        manifest = opened.manifest
        return Counter(zip(manifest.text("digest"), manifest.text("expression"), strict=True))


def splits_of(store: Path) -> Counter[str]:
    """Samples by split, whatever the corpus calls it."""
    with Store.open(store) as opened:
        return Counter(NATIVE.get(name, name) for name in opened.manifest.text("native_split"))


def check(report: LayoutReport, export: Path, run: Run, tmp_path: Path) -> None:
    """Ingest a layout as its card says; compare every row."""
    options = shlex.split(report.facts["ingest"])
    done = run("ingest", report.output, *options, "--store", tmp_path / "again.h5")
    assert done.code == 0, done.err
    assert kept(tmp_path / "again.h5") == told(export, report)
    if not report.facts["remarks"]:
        wanted = Counter(
            {NATIVE[name]: split["rows"] for name, split in report.facts["splits"].items()}
        )
        assert splits_of(tmp_path / "again.h5") == wanted


@pytest.mark.parametrize("kind", [layout.kind for layout in LAYOUTS])
def test_a_layout_is_read_again(kind: str, exports: Exports, tmp_path: Path, run: Run) -> None:
    export = exports({"derived": "seven"}.get(KINDS[kind][3], KINDS[kind][3]))
    layout, _ = chosen_layout(kind, "", {})
    report = export_layout(LayoutRequest(export, layout, tmp_path / "out"))
    check(report, export, run, tmp_path)


@pytest.mark.parametrize(
    "name",
    [preset.name for preset in trainer_presets() if not getattr(preset.layout, "rgb", False)],
)
def test_what_a_trainer_reads_is_read_again(
    name: str, exports: Exports, tmp_path: Path, run: Run
) -> None:
    export = exports({"derived": "seven"}.get(TRAINERS[name][3], TRAINERS[name][3]))
    layout, preset = chosen_layout("", name, {})
    report = export_layout(LayoutRequest(export, layout, tmp_path / "out", preset))
    check(report, export, run, tmp_path)
