"""The demo: its steps as values, and folders that it leaves alone."""

from functools import partial
from pathlib import Path

import pytest

from fercurate.errors import ConflictError
from fercurate.pipeline import demo
from fercurate.pipeline.audit.report import AuditReport
from fercurate.pipeline.building.build import BuildReport
from fercurate.pipeline.demo import DemoRequest, DemoResult, DemoStep, run_demo
from fercurate.pipeline.ingest.report import IngestReport
from fercurate.pipeline.stats.class_balance import ClassBalance
from fercurate.synthetic.fer2013 import write_fer2013


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "write_fer2013", partial(write_fer2013, sizes=(70, 14, 14)))
    monkeypatch.setattr(demo, "RECIPES", ("fer2013_seven",))


def test_each_step_begins_and_gives_its_result(tmp_path: Path) -> None:
    request = DemoRequest(tmp_path / "d")
    steps = list(run_demo(request))
    assert [step.title for step in steps[::2] if isinstance(step, DemoStep)] == [
        "fercurate ingest",
        "fercurate stats (store)",
        "fercurate audit (store)",
        "fercurate build --recipe fer2013_seven",
        "fercurate stats fer2013_seven",
    ]
    results = [step for step in steps[1::2] if isinstance(step, DemoResult)]
    kinds = [IngestReport, ClassBalance, AuditReport, BuildReport, ClassBalance]
    assert [type(step.result) for step in results] == kinds
    export = request.folder / "fer2013_seven"
    assert [step.path for step in results] == [*[request.store] * 3, export, export]
    assert (export / "train.h5").is_file()


def test_a_step_waits_until_it_is_asked_for(tmp_path: Path) -> None:
    request = DemoRequest(tmp_path / "d")
    steps = run_demo(request)
    assert next(steps) == DemoStep("fercurate ingest")
    assert (request.raw / "fer2013" / "fer2013.csv").is_file()
    assert not request.store.exists()


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(ConflictError, match="something that is no demo"):
        next(run_demo(DemoRequest(tmp_path, overwrite=True)))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
