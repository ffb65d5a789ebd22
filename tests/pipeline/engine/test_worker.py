"""What a worker answers: sealed, there already, other bytes, no shared folder, a fault."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.unit import Unit
from fercurate.pipeline.engine.worker import work
from fercurate.pipeline.measure.units import Tools, measure_units, measured
from fercurate.screening.exposure import Exposure
from fercurate.screening.sharpness import Sharpness
from fercurate.store.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> WorkFolder:
    return WorkFolder(tmp_path / "work")


@pytest.fixture
def unit(shared_store: Path) -> Unit:
    with Store.open(shared_store) as store:
        missing = {kind: np.ones(len(store), dtype=bool) for kind in ("exposure", "sharpness")}
        missing["sharpness"][3] = False
        (one,) = measure_units(store, [np.array([1, 2, 3, 7])], missing, TOOLS)
    return one


TOOLS = Tools((Exposure(), Sharpness()), None)


def answer(unit: Unit, folder: WorkFolder, probe: str | None = None) -> dict[str, object]:
    told = folder.write_probe() if probe is None else probe
    return json.loads(work(unit.to_text(), str(folder.path), told))


def test_a_unit_is_done_and_sealed_once(unit: Unit, folder: WorkFolder, shared_store: Path) -> None:
    assert answer(unit, folder) == {"sealed": True}
    assert answer(unit, folder) == {"again": True}
    content = folder.read(unit)
    assert content is not None
    exposure, sharpness = measured(unit, TOOLS, content)
    assert (exposure.rows.tolist(), sharpness.rows.tolist()) == ([1, 2, 3, 7], [1, 2, 7])
    with Store.open(shared_store) as store:
        gray = store.images([1, 2, 3, 7])
    assert np.array_equal(exposure.values, Exposure().measure(gray))
    assert np.array_equal(sharpness.values, Sharpness().measure([gray[0], gray[1], gray[3]]))


def test_a_folder_that_is_not_shared_is_told(unit: Unit, folder: WorkFolder) -> None:
    assert list(answer(unit, folder, "probe-0")) == ["unshared"]
    assert folder.read(unit) is None


def test_other_versions_are_refused(unit: Unit, folder: WorkFolder) -> None:
    versions = dict(unit.arguments["versions"]) | {"numpy": "0.1"}
    other = replace(unit, arguments={**unit.arguments, "versions": versions})
    reason = str(answer(other, folder)["refused"])
    assert f"numpy {np.__version__}, and the coordinator has 0.1" in reason


def test_other_bytes_of_the_canary_are_refused(unit: Unit, folder: WorkFolder) -> None:
    canary = dict(unit.arguments["canary"]) | {"digest": "0" * 64}
    other = replace(unit, arguments={**unit.arguments, "canary": canary})
    assert "other bytes on a drawn picture" in str(answer(other, folder)["refused"])
    assert folder.read(other) is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"head": "0" * 64}, "is not the store that the coordinator reads"),
        ({"methods": [["exposure", "exposure-0"], ["sharpness", "x"]]}, "is measured by exposure-"),
        ({"rows": {"exposure": [[0, 3]], "sharpness": [[0, 9]]}}, "bytes; expected"),
        ({"rows": {"exposure": [[0, 10**6]], "sharpness": []}}, "Error"),
    ],
)
def test_a_fault_is_an_answer(unit: Unit, folder: WorkFolder, change, says: str) -> None:
    told = {**unit.arguments, **change}
    if "methods" in change:
        told["canary"] = {"methods": change["methods"], "digest": "x"}
    found = answer(replace(unit, arguments=told), folder)
    assert says in str(found["fault"])


def test_a_store_that_is_not_there_is_told(unit: Unit, folder: WorkFolder, tmp_path: Path) -> None:
    other = replace(unit, context={**unit.context, "store": str(tmp_path / "none.h5")})
    assert "no such store" in str(answer(other, folder)["fault"])


def test_an_unknown_stage_runs_nothing(unit: Unit, folder: WorkFolder) -> None:
    assert "KeyError" in str(answer(replace(unit, stage="os:system"), folder)["fault"])
