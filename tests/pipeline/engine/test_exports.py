"""Files that others make of an export's pictures: the same layout, in parts or on a cluster."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.errors import EngineError, ExportError, PartDone, UsageError
from fercurate.export.open_export import OpenExport
from fercurate.layouts.encoding import Encoding
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.pipeline.exporting import units
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from fercurate.recipe.shipped import load_recipe
from tests.pipeline.engine.test_dask import LOCAL, AtFirst

SEAL = ClusterChoice(seals=True)
LAYOUTS: list[tuple[str, dict[str, Any]]] = [
    ("imagefolder", {"rgb": True, "pictures": "jpeg"}),
    ("webdataset", {"shard_rows": 37}),
    ("hf", {}),
]


@pytest.fixture(scope="module")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("export") / "fer"
    build(BuildRequest(load_recipe("fer2013_seven"), shared_store, place, framework="none"))
    return place


@pytest.fixture(autouse=True)
def small_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(units, "BYTES", 2304 * 11)


def laid_out(
    export: Path, output: Path, cluster: ClusterChoice | None, kind: str, keys: dict[str, Any]
) -> dict[str, bytes]:
    layout, _ = chosen_layout(kind, "", keys)
    work = output.with_name("work")
    chosen = None if cluster is None else replace(cluster, work_dir=work)
    export_layout(LayoutRequest(export, layout, output, jobs=1, cluster=chosen), AtFirst(list))
    assert not work.exists()
    files = sorted(path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize(("kind", "keys"), LAYOUTS)
def test_parts_give_the_same_layout(
    export: Path, tmp_path: Path, kind: str, keys: dict[str, Any]
) -> None:
    if kind == "hf":
        pytest.importorskip("pyarrow")
    wanted = laid_out(export, tmp_path / "threads", None, kind, keys)
    for number in (1, 2):
        with pytest.raises(PartDone, match=f"part {number} of 2: .* of 19 units are sealed"):
            laid_out(export, tmp_path / "seal", ClusterChoice(part=(number, 2)), kind, keys)
        assert not (tmp_path / "seal").exists()
    assert laid_out(export, tmp_path / "seal", SEAL, kind, keys) == wanted


def test_what_is_missing_is_told_and_nothing_laid_out(export: Path, tmp_path: Path) -> None:
    with pytest.raises(PartDone):
        laid_out(export, tmp_path / "o", ClusterChoice(part=(1, 3)), "imagefolder", {})
    with pytest.raises(EngineError, match="units are not sealed"):
        laid_out(export, tmp_path / "o", SEAL, "imagefolder", {})
    assert not (tmp_path / "o").exists()


def test_a_layout_without_picture_files_is_written_here(export: Path, tmp_path: Path) -> None:
    layout, _ = chosen_layout("npz", "", {})
    asked = LayoutRequest(export, layout, tmp_path / "o", cluster=SEAL)
    listen = AtFirst(lambda: None)
    export_layout(asked, listen)
    assert "the layout npz has no picture files: it is written by this process" in listen.notices
    part = replace(asked, output=tmp_path / "p", cluster=ClusterChoice(part=(1, 2)))
    with pytest.raises(UsageError, match="nothing else is made in parts"):
        export_layout(part)


def test_a_worker_refuses_another_export(export: Path, tmp_path: Path) -> None:
    with OpenExport(export) as opened:
        unit, *_ = units.encode_units(opened, "val", Encoding("png"))
    block = units._block(0, 11, units.done(unit))
    assert [len(file) for file in block.files] == [len(block.files[0])] * 11
    assert len(block.digests) == 11 * 32
    other = tmp_path / "other"
    shutil.copytree(export, other)
    (other / "recipe.lock").unlink()
    with pytest.raises(ExportError, match="is not the export that the coordinator reads"):
        units.done(replace(unit, context={"export": str(other)}))


def test_files_of_noise_keep_below_the_most_bytes() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (4, 64, 64), dtype=np.uint8)
    for form in ("png", "jpeg"):
        for file in Encoding(form, rgb=True).files_of(noise):
            assert len(file) < units._HEAD + units._MOST_PER_PIXEL * 3 * 64 * 64 / 2


@pytest.mark.xdist_group("dask")
def test_a_cluster_makes_the_same_files(export: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    kind, keys = LAYOUTS[0]
    wanted = laid_out(export, tmp_path / "threads", None, kind, keys)
    assert laid_out(export, tmp_path / "cluster", LOCAL, kind, keys) == wanted
