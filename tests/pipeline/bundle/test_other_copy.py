"""The export of somebody's bundle from one's own JPEG files: the same splits and labels."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image

from fercurate.domain.sample_table import SAMPLE_COLUMNS
from fercurate.errors import InputError
from fercurate.export.samples_file import read_samples
from fercurate.pipeline.building.build import BuildReport, BuildRequest, build
from fercurate.pipeline.bundle.assembling import build_bundle
from fercurate.pipeline.bundle.contents import BundleContents
from fercurate.pipeline.bundle.packing import BundleRequest, bundle
from fercurate.pipeline.events import Event, Notice
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from tests.pipeline.trace.test_world import World, columns, fer, recipe, world_of

MISSING = (3, 50, 85, 104)
STRANGERS = 3


class Copy(NamedTuple):
    """Somebody's copy of the world's pictures as JPEG, and a bundle of an export of the world."""

    store: Path
    bundle: Path
    export: Path
    equal: set[int]
    rows: set[int]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


@pytest.fixture(scope="module")
def copy(world: World, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp("copy")
    broken = {row for (row,) in world.planted["broken_row"]}
    rows = set(range(len(world.lines))) - broken
    equal = {row for row in rows - {*MISSING} if _is_equal(world, row, folder / "tree")}
    noise = np.random.default_rng(11).integers(0, 256, (STRANGERS, 48, 48), dtype=np.uint8)
    for number, picture in enumerate(noise):
        Image.fromarray(picture).save(folder / f"tree/sad/0{number}.jpg", quality=90)
    ingest(IngestRequest((folder / "tree",), folder / "s.h5", source="folder", name="mine"))
    export = world.export("made")
    bundle(BundleRequest(export, folder / "b.zip", world.store))
    return Copy(folder / "s.h5", folder / "b.zip", export, equal, rows)


def _is_equal(world: World, row: int, tree: Path) -> bool:
    """Write a picture as JPEG under another name; says whether it stayed the same."""
    label, _, _ = world.lines[row]
    path = tree / label / f"img_{(row * 37) % 1000:03d}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(world.picture(row)).save(path, quality=90)
    return bool((np.asarray(Image.open(path)) == world.picture(row)).all())


def made_of(copy: Copy, output: Path, said: list[Event] | None = None) -> BuildReport:
    loaded = BundleContents.read(copy.bundle).recipe
    request = BuildRequest(loaded, copy.store, output, framework="none")
    return build_bundle(copy.bundle, request, [].append if said is None else said.append)


@pytest.fixture(scope="module")
def output(copy: Copy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    place = tmp_path_factory.mktemp("made") / "out"
    return place, made_of(copy, place)


def test_it_is_counted_how_many_are_equal_nearly_equal_and_missing(
    copy: Copy, output: tuple[Path, BuildReport]
) -> None:
    matches = dict(output[1].matches or {})
    assert copy.equal, "a flat picture stays as it is"
    assert matches["missing_ids"] == [fer(row) for row in MISSING]
    assert matches["missing"] == len(MISSING)
    assert matches["equal"] == len(copy.equal)
    assert matches["nearly_equal"] == len(copy.rows) - len(MISSING) - len(copy.equal)


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_splits_and_labels_are_the_same(
    copy: Copy, output: tuple[Path, BuildReport], split: str
) -> None:
    wanted, found = columns(copy.export / f"{split}.h5"), columns(output[0] / f"{split}.h5")
    gone = {fer(row) for row in MISSING}
    stays = np.array(
        [
            not {str(name).partition("#")[0] for name in names} & gone
            for names in zip(*(wanted[c] for c in NAMED), strict=True)
        ]
    )
    assert (~stays).any()
    for name in (*NAMED, "op", "labels", "mix", "source", "votes"):
        np.testing.assert_array_equal(found[name], wanted[name][stays])
    apart = np.abs(found["images"].astype(int) - wanted["images"][stays])
    assert apart.mean(axis=(1, 2)).max() < 8, "some row shows another face"
    assert apart.max() > 0


NAMED = ("sample_id", "parent_a", "parent_b")


def test_what_is_missing_is_said(copy: Copy, tmp_path: Path) -> None:
    said: list[Event] = []
    made_of(copy, tmp_path / "out", said)
    texts = [one.text for one in said if isinstance(one, Notice) and one.warning]
    assert any("4 pictures of the bundle are not stored" in text for text in texts)
    sheet = (tmp_path / "out" / "datasheet.md").read_text()
    assert f"{len(copy.equal)} pictures are equal" in sheet
    assert "4 missing" in sheet


def test_the_command_names_the_missing(run: Any, copy: Copy) -> None:
    done = run("build", "--bundle", copy.bundle, "--store", copy.store, "-o", "out")
    assert done.code == 0, done.err
    assert f"missing: {', '.join(fer(row) for row in MISSING)}" in done.out


def test_samples_keep_what_the_bundle_says_of_them(
    copy: Copy, output: tuple[Path, BuildReport]
) -> None:
    wanted, found = (read_samples(one / "samples.csv") for one in (copy.export, output[0]))
    stays = ~np.isin(wanted["sample_id"].astype(str), [fer(row) for row in MISSING])
    for name in set(SAMPLE_COLUMNS) - {"digest", "line"}:
        assert found[name].tolist() == wanted[name][stays].tolist(), name
    nearly = len(copy.rows) - len(MISSING) - len(copy.equal)
    assert (found["digest"] != wanted["digest"][stays]).sum() == nearly


def test_origin_and_line_are_of_one_file(copy: Copy, output: tuple[Path, BuildReport]) -> None:
    wanted, found = (read_samples(one / "samples.csv") for one in (copy.export, output[0]))
    assert set(found["origin"]) == {"fer2013.csv"}
    stays = ~np.isin(wanted["sample_id"].astype(str), [fer(row) for row in MISSING])
    assert found["line"].tolist() == wanted["line"][stays].tolist()


def test_where_nothing_matches_nothing_is_built(copy: Copy, tmp_path: Path) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (6, 48, 48), dtype=np.uint8)
    for number, picture in enumerate(noise):
        path = tmp_path / "tree" / ("sad", "happy")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path)
    ingest(IngestRequest((tmp_path / "tree",), tmp_path / "s.h5", source="folder", name="mine"))
    with pytest.raises(InputError, match="none of its pictures is in the store") as caught:
        made_of(copy._replace(store=tmp_path / "s.h5"), tmp_path / "out")
    assert "Ingest your copy" in caught.value.fix
    assert not (tmp_path / "out").exists()


def test_a_split_of_which_nothing_is_there_is_empty(world: World, tmp_path: Path) -> None:
    lines = (world.root / "fer/fer2013.csv").read_text().splitlines()
    some = [line for line in lines if not line.endswith(",PublicTest")]
    (tmp_path / "fer2013.csv").write_text("\n".join(some) + "\n")
    ingest(IngestRequest((tmp_path / "fer2013.csv",), tmp_path / "s.h5"))
    bundle(BundleRequest(world.export("plain"), tmp_path / "b.zip", world.store))
    loaded = BundleContents.read(tmp_path / "b.zip").recipe
    request = BuildRequest(loaded, tmp_path / "s.h5", tmp_path / "out", framework="none")
    report = build_bundle(tmp_path / "b.zip", request)
    counts = {name: one["rows"] for name, one in report.summary["splits"].items()}
    assert counts == {"train": 82, "val": 0, "test": 20}
    assert (report.matches or {})["missing"] == 20
    assert not verify(VerifyRequest(tmp_path / "out")).findings


def test_mixtures_keep_their_numbers_where_some_are_missing(world: World, tmp_path: Path) -> None:
    made = recipe(balance=[{"kind": "smote", "k_neighbors": 2}])
    build(BuildRequest(made, world.store, tmp_path / "export", framework="none"))
    bundle(BundleRequest(tmp_path / "export", tmp_path / "b.zip", world.store))
    train = columns(tmp_path / "export" / "train.h5")
    parents = train["parent_a"][train["parent_b"] != ""]
    gone = int(str(parents[0]).partition(":")[2])
    lines = (world.root / "fer/fer2013.csv").read_text().splitlines()
    del lines[1 + gone]
    (tmp_path / "fer2013.csv").write_text("\n".join(lines) + "\n")
    ingest(IngestRequest((tmp_path / "fer2013.csv",), tmp_path / "s.h5"))
    request = BuildRequest(made, tmp_path / "s.h5", tmp_path / "out", framework="none")
    build_bundle(tmp_path / "b.zip", request)
    found = columns(tmp_path / "out" / "train.h5")
    names = found["sample_id"][found["parent_b"] != ""]
    assert 0 < len(names) < len(parents)
    assert not verify(VerifyRequest(tmp_path / "out")).findings


def test_copies_of_one_picture_are_told_apart_by_label_and_split(
    world: World, tmp_path: Path
) -> None:
    """Identical pictures in a CSV written anew, in another order, go to their own samples."""
    lines = (world.root / "fer/fer2013.csv").read_text().splitlines()
    head, *rows = lines
    (tmp_path / "fer2013.csv").write_text("\n".join([head, *rows[::-1]]) + "\n")
    ingest(IngestRequest((tmp_path / "fer2013.csv",), tmp_path / "s.h5", name="mine"))
    export = world.export("plain")
    bundle(BundleRequest(export, tmp_path / "b.zip"))
    loaded = BundleContents.read(tmp_path / "b.zip").recipe
    request = BuildRequest(loaded, tmp_path / "s.h5", tmp_path / "out", framework="none")
    matches = build_bundle(tmp_path / "b.zip", request).matches or {}
    assert (matches["equal"], matches["missing"]) == (122, 0)
    for split in ("train", "val", "test"):
        wanted, found = (columns(one / f"{split}.h5") for one in (export, tmp_path / "out"))
        for name in ("sample_id", "labels", "images"):
            np.testing.assert_array_equal(found[name], wanted[name])


def test_the_lock_says_that_it_is_of_a_bundle(copy: Copy, output: tuple[Path, BuildReport]) -> None:
    lock = json.loads((output[0] / "recipe.lock").read_text())
    theirs = json.loads((copy.export / "recipe.lock").read_text())
    assert lock["bundle"] == copy.bundle.name
    assert lock["recipe_sha256"] == theirs["recipe_sha256"]
    assert lock["store_sha256"] != theirs["store_sha256"]
