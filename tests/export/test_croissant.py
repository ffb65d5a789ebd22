"""croissant.json: read by mlcroissant itself, against the files that it describes."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from fercurate.api.exports import read_export
from fercurate.domain.sample import pixel_digest
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from tests.layouts.conftest import Exports, exports

__all__ = ["exports"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
"""Those of mlcroissant's own packages."""

WARNED = {"citeAs", "datePublished", "version"}
"""What only a person can say."""


def test_an_export_is_described(exports: Exports) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    place = exports("eight") / "croissant.json"
    described = mlcroissant.Dataset(jsonld=str(place))
    issues = described.metadata.ctx.issues
    assert issues.errors == set()
    assert all(any(word in str(one) for word in WARNED) for one in issues.warnings)
    found = {one["contentUrl"]: one for one in json.loads(place.read_text())["distribution"]}
    assert set(found) == {"train.h5", "val.h5", "test.h5", "samples.csv"}
    for name, one in found.items():
        content = (exports("eight") / name).read_bytes()
        assert one["sha256"] == hashlib.sha256(content).hexdigest()
        assert one["contentSize"] == f"{len(content)} B"
    rows = list(described.records("samples"))
    assert len(rows) == 200
    assert {row["samples/source"] for row in rows} == {b"fer2013"}


def test_what_is_known_is_said_and_nothing_else(exports: Exports) -> None:
    facts = json.loads((exports("eight") / "croissant.json").read_text())
    summary = json.loads((exports("eight") / "summary.json").read_text())
    assert facts["rai:annotationsPerItem"] == str(summary["agreement"]["votes"]) == "10"
    assert f"{summary['agreement']['kappa']:.3f}" in facts["rai:dataAnnotationAnalysis"][0]
    assert "datePublished" not in facts
    colored = json.loads((exports("colored") / "croissant.json").read_text())
    assert "rai:annotationsPerItem" not in colored
    assert "may not be passed on" in colored["license"][0]


def test_parquet_is_described_with_its_pictures(exports: Exports, tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    layout, _ = chosen_layout("hf", "", {})
    export_layout(LayoutRequest(exports("seven"), layout, tmp_path / "hf"))
    described = mlcroissant.Dataset(jsonld=str(tmp_path / "hf" / "croissant.json"))
    assert described.metadata.ctx.issues.errors == set()
    split = read_export(exports("seven"))["val"]
    rows = list(described.records("validation"))
    assert [pixel_digest(np.asarray(row["validation/image"])) for row in rows] == [
        pixel_digest(one) for one in split.images()
    ]
    assert [row["validation/label"] for row in rows] == split.labels.tolist()


def test_the_datasheet_answers_seven_headings_and_shows_blanks(exports: Exports) -> None:
    text = (exports("colored") / "datasheet.md").read_text()
    headings = [line[4:] for line in text.splitlines() if line.startswith("### ")]
    assert headings == [
        "Motivation",
        "Composition",
        "Collection process",
        "Preprocessing, cleaning, labeling",
        "Uses",
        "Distribution",
        "Maintenance",
    ]
    assert text.count("_blank: for whoever publishes it_") == 4
    assert "No: it holds pictures that may not be." in text
    assert "`rgb`, `resize(size=40)`" in text
    assert "2024/1689" in text
    seven = (exports("seven") / "datasheet.md").read_text()
    assert "May all of it be passed on?" not in seven
