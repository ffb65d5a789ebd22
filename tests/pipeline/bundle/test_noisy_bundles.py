"""A bundle of an export with label noise: the same wrong labels, the same truth beside them."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.domain.sample_table import SAMPLE_COLUMNS, SampleTable
from fercurate.errors import ExportError, InputError
from fercurate.export.samples_file import read_samples, write_samples
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.bundle.packing import BundleRequest, bundle
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.trace.trace import trace
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from tests.pipeline.bundle.test_hostile import Change, cells
from tests.pipeline.bundle.test_same_store import NOISY, bundled, data, rebuilt
from tests.pipeline.trace.test_world import World, columns, recipe, world_of
from tests.pipeline.verify.tampering import reseal


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def summary(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return found


def noise_section(folder: Path) -> str:
    return (
        (folder / "datasheet.md").read_text().partition("## Label noise")[2].partition("\n## ")[0]
    )


@pytest.mark.parametrize("name", NOISY)
def test_labels_truth_and_rates_are_those_of_the_export(
    world: World, tmp_path: Path, name: str
) -> None:
    export, place = bundled(world, name)
    rebuilt(world.part("fer"), place, tmp_path / "out")
    assert data(tmp_path / "out") == data(export)
    train = columns(export / "train.h5")
    assert (train["labels"] != train["true_label"]).any()
    for paper in ("samples.csv", "recipe.yaml"):
        assert (tmp_path / "out" / paper).read_bytes() == (export / paper).read_bytes()
    noise = summary(export)["label_noise"]
    assert summary(tmp_path / "out")["label_noise"] == noise
    assert noise["samples"] >= len(train["labels"][train["op"] == "original"])
    assert noise_section(tmp_path / "out") == noise_section(export) != ""
    told = f"label noise on purpose: {noise['changed']:,} of {noise['samples']:,} labels of train"
    assert any(told in note for note in summary(tmp_path / "out")["notes"])
    assert not verify(VerifyRequest(tmp_path / "out")).findings


def test_a_balanced_export_counts_those_who_were_left_out(world: World) -> None:
    export, _ = bundled(world, "noisy-made")
    table, noise = read_samples(export / "samples.csv"), summary(export)["label_noise"]
    out = table["stage"] == "balance"
    assert out.any()
    changed = (table["class"] != table["true_class"]) & (out | (table["split"] == "train"))
    assert int(changed.sum()) == noise["changed"]
    assert (table["class"] != table["true_class"])[out].any(), "known of no data file"


def test_lists_of_raf_basic_are_the_same(world: World, tmp_path: Path) -> None:
    export, place = bundled(world, "noisy")
    rebuilt(world.part("fer"), place, tmp_path / "out")
    layout, _ = chosen_layout("raf-basic", "", {})
    lists = []
    for number, folder in enumerate((export, tmp_path / "out")):
        export_layout(LayoutRequest(folder, layout, tmp_path / f"raf{number}"))
        lists.append(
            {p.name: p.read_bytes() for p in (tmp_path / f"raf{number}/EmoLabel").iterdir()}
        )
    assert lists[0] == lists[1]
    assert set(lists[0]) == {"list_patition_label.txt", "noise.txt", "noise_and_test.txt"}


def test_without_some_pictures_the_others_keep_their_labels(world: World, tmp_path: Path) -> None:
    lines = (world.root / "fer/fer2013.csv").read_text().splitlines(keepends=True)
    (tmp_path / "fer2013.csv").write_text("".join([*lines[:1], *lines[21:]]))
    ingest(IngestRequest((tmp_path / "fer2013.csv",), tmp_path / "s.h5"))
    export, place = bundled(world, "noisy")
    assert (rebuilt(tmp_path / "s.h5", place, tmp_path / "out").matches or {})["missing"] > 10
    wanted, found = (columns(one / "train.h5") for one in (export, tmp_path / "out"))
    stays = np.isin(wanted["sample_id"], found["sample_id"])
    assert 0 < stays.sum() == len(found["sample_id"]) < len(stays)
    for name in ("sample_id", "labels", "true_label"):
        np.testing.assert_array_equal(found[name], wanted[name][stays])
    noise = summary(tmp_path / "out")["label_noise"]
    assert (noise["samples"], noise["changed"]) == (
        len(found["labels"]),
        (found["labels"] != found["true_label"]).sum(),
    )


def test_only_a_bundle_with_noise_needs_the_later_version(world: World, tmp_path: Path) -> None:
    _, place = bundled(world, "noisy")
    with zipfile.ZipFile(place) as file:
        about, schema = (json.loads(file.read(f"{n}.json")) for n in ("bundle", "schema"))
    assert about["bundle_version"] == 2
    assert list(schema["samples.csv"]) == [*SAMPLE_COLUMNS, "true_class"]
    _, place = bundled(world, "plain")
    with zipfile.ZipFile(place) as file:
        assert json.loads(file.read("bundle.json"))["bundle_version"] == 1


def test_noise_of_rate_zero_is_noise_too(world: World, tmp_path: Path) -> None:
    loaded = recipe(label_noise={"kind": "symmetric", "rate": 0})
    build(BuildRequest(loaded, world.part("fer"), tmp_path / "o", framework="none"))
    bundle(BundleRequest(tmp_path / "o", tmp_path / "b.zip", world.part("fer")))
    rebuilt(world.part("fer"), tmp_path / "b.zip", tmp_path / "out")
    assert data(tmp_path / "out") == data(tmp_path / "o")


def test_an_export_whose_table_has_no_truth_is_built_again(world: World, tmp_path: Path) -> None:
    export = shutil.copytree(bundled(world, "noisy")[0], tmp_path / "o")
    table = read_samples(export / "samples.csv")
    older = SampleTable({name: table[name] for name in SAMPLE_COLUMNS})
    write_samples([older], export / "samples.csv")
    reseal(export)
    with pytest.raises(ExportError, match="no true_class, though labels were changed") as caught:
        bundle(BundleRequest(tmp_path / "o", tmp_path / "b.zip"))
    assert caught.value.fix == "Build it again"
    assert not (tmp_path / "b.zip").exists()


def forged(world: World, path: Path, name: str, member: str, change: Change) -> Path:
    """The bundle of one of the recipes with a member changed."""
    with (
        zipfile.ZipFile(bundled(world, name)[1]) as file,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for one in file.namelist():
            content = file.read(one)
            out.writestr(one, change(content) or b"" if one == member else content)
    return path


def without_truth(content: bytes) -> bytes:
    lines = (line.rpartition(b",")[0] for line in content.splitlines())
    return b"\n".join([*lines, b""])


IN_TRAIN, IN_TEST, BALANCED = ("split", "train"), ("split", "test"), ("stage", "balance")
FORGED: dict[str, tuple[str, Change, str]] = {
    "no truth": ("noisy", without_truth, "no true_class, with label_noise"),
    "no class": (
        "noisy",
        cells("true_class", "evil", IN_TRAIN),
        "a class of train that the scheme does not have ('evil')",
    ),
    "test": (
        "noisy",
        cells("true_class", "disgust", IN_TEST),
        "a class that was changed outside of train",
    ),
    "left out": (
        "noisy-made",
        cells("class", "", BALANCED),
        "a class of train that the scheme does not have ('')",
    ),
}


@pytest.mark.parametrize("case", FORGED.values(), ids=FORGED)
def test_truth_that_cannot_be_is_refused(
    world: World, tmp_path: Path, case: tuple[str, Change, str]
) -> None:
    place = forged(world, tmp_path / "b.zip", case[0], "samples.csv", case[1])
    with pytest.raises(InputError) as caught:
        rebuilt(world.part("fer"), place, tmp_path / "out")
    assert caught.value.found == case[2]
    assert not (tmp_path / "out").exists()


def test_truth_without_noise_is_refused(world: World, tmp_path: Path) -> None:
    def quiet(content: bytes) -> bytes:
        told = json.loads(content)
        del told["label_noise"]
        return json.dumps(told).encode()

    place = forged(world, tmp_path / "b.zip", "noisy", "recipe.yaml", quiet)
    with pytest.raises(InputError, match="true_class, without label_noise"):
        rebuilt(world.part("fer"), place, tmp_path / "out")


def test_trace_says_that_a_label_was_changed(world: World, tmp_path: Path) -> None:
    export, _ = bundled(world, "noisy")
    table = read_samples(export / "samples.csv")
    row = int(np.flatnonzero(table["class"] != table["true_class"])[0])
    name, true = str(table["sample_id"][row]), str(table["true_class"][row])
    report = trace(TraceRequest(name, world.part("fer"), export=export))
    assert f"label_noise changed it on purpose: it was {true}" in json.dumps(report.to_json())
