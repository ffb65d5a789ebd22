"""From a bundle and the store that it was made of comes the same export, byte by byte."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.errors import ExportError, InputError, UsageError
from fercurate.export.samples_file import read_samples
from fercurate.pipeline.building.build import BuildReport, BuildRequest, build
from fercurate.pipeline.bundle.assembling import build_bundle
from fercurate.pipeline.bundle.contents import BundleContents
from fercurate.pipeline.bundle.packing import BundleRequest, bundle
from fercurate.pipeline.rebuild.rebuild import RebuildRequest, rebuild
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from tests.pipeline.trace.test_world import EXPORTS, SMALL, World, columns, recipe, world_of

SCREENED = {
    "screen": {
        "preset": "none",
        "criteria": {"low_contrast": "enhance", "constant": "drop", "too_dark": 0.7},
        "splits": ["train", "val"],
        "test_screened": True,
    },
    "class_weights": "balanced",
}
CROPPED = {
    "sources": ["ckplus"],
    "splits": {"kind": "subject_kfold", "folds": 2},
    "normalize": [{"kind": "crop", "by": "landmarks"}, *SMALL],
}
TRUE = {"kind": "asymmetric", "rate": 0.5, "to": {"fear": "surprise", "happy": "neutral"}}
NOISY: dict[str, dict[str, Any]] = {
    "noisy": {"label_noise": {"kind": "symmetric", "rate": 0.3}},
    "noisy-votes": {"label_noise": {"kind": "votes", "rate": 0.9}},
    "noisy-made": {
        "label_noise": TRUE,
        "balance": [
            {"kind": "random_under"},
            {"kind": "offline", "copies": [{"kind": "rotate", "degrees": 90}]},
        ],
    },
}
RECIPES: dict[str, dict[str, Any]] = {
    **NOISY,
    **{name: one for name, one in EXPORTS.items() if name != "legacy"},
    "soft": {"labels": {"scheme": "eight", "ferplus": {"mode": "probability"}}},
    "several": {"labels": {"scheme": "eight", "ferplus": {"mode": "multi_target"}}},
    "voted": {"contradictions": "vote", "leaks": "move"},
    "screened": SCREENED,
    "cropped": CROPPED,
    "repeated": {"balance": [{"kind": "random_over", "strategy": {"disgust": 9}}]},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def store_of(world: World, name: str) -> Path:
    """A store of the sources of a recipe alone."""
    own, ck = (one in RECIPES[name].get("sources", ()) for one in ("own", "ckplus"))
    return world.part("ck") if ck else world.part(*(["fer", "own"] if own else ["fer"]))


@cache
def bundled(world: World, name: str, layout: str = "standard") -> tuple[Path, Path]:
    """An export by one of the recipes, with scripts, and its bundle."""
    output = world.root / "bundled" / f"{name}-{layout}"
    build(BuildRequest(recipe(**RECIPES[name]), store_of(world, name), output, layout))
    place = output.with_suffix(".zip")
    bundle(BundleRequest(output, place, store_of(world, name)))
    return output, place


def rebuilt(store: Path, place: Path, output: Path, **options: Any) -> BuildReport:
    loaded = BundleContents.read(place).recipe
    return build_bundle(place, BuildRequest(loaded, store, output, **options))


def data(folder: Path) -> dict[str, bytes]:
    """The bytes of data files, and of what was drawn for their rows."""
    files = [path for path in folder.rglob("*") if path.suffix in {".h5", ".jsonl"}]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("name", RECIPES)
def test_data_files_are_equal_to_the_byte(world: World, tmp_path: Path, name: str) -> None:
    export, place = bundled(world, name)
    report = rebuilt(store_of(world, name), place, tmp_path / "out", jobs=3)
    wanted, found = data(export), data(tmp_path / "out")
    assert set(found) == set(wanted)
    assert [one for one in wanted if found[one] != wanted[one]] == []
    matches = dict(report.matches or {})
    assert (matches["nearly_equal"], matches["missing"], matches["missing_ids"]) == (0, 0, [])
    assert matches["equal"] == len(read_samples(export / "samples.csv"))


def test_other_sources_in_the_store_change_no_byte(world: World, tmp_path: Path) -> None:
    export = world.export("plain")
    bundle(BundleRequest(export, tmp_path / "b.zip", world.store))
    rebuilt(world.store, tmp_path / "b.zip", tmp_path / "out")
    assert data(tmp_path / "out") == data(export)


def test_other_sources_in_the_store_change_no_value(world: World, tmp_path: Path) -> None:
    export = world.export("made")
    bundle(BundleRequest(export, tmp_path / "b.zip", world.store))
    rebuilt(world.store, tmp_path / "b.zip", tmp_path / "out")
    for split in ("train", "val", "test"):
        here, there = columns(tmp_path / f"out/{split}.h5"), columns(export / f"{split}.h5")
        assert set(here) == set(there)
        for name, values in here.items():
            np.testing.assert_array_equal(values, there[name])


def test_a_legacy_export_comes_back_in_its_layout(world: World, tmp_path: Path) -> None:
    export, place = bundled(world, "plain", "legacy")
    store = store_of(world, "plain")
    rebuilt(store, place, tmp_path / "out", layout="legacy")
    assert list(data(export)) == ["data.h5"]
    assert data(tmp_path / "out") == data(export)
    rebuilt(store, place, tmp_path / "other")
    assert data(tmp_path / "other") == data(bundled(world, "plain")[0])


def test_what_was_decided_comes_along(world: World, tmp_path: Path) -> None:
    export, place = bundled(world, "plain")
    rebuilt(store_of(world, "plain"), place, tmp_path / "out")
    assert (tmp_path / "out/samples.csv").read_bytes() == (export / "samples.csv").read_bytes()
    assert (tmp_path / "out/recipe.yaml").read_bytes() == (export / "recipe.yaml").read_bytes()
    lock = json.loads((tmp_path / "out/recipe.lock").read_text())
    assert lock["bundle"] == place.name
    assert lock["command"] == f"fercurate build --bundle {place.name}"
    assert f"made from the bundle {place.name}" in (tmp_path / "out/datasheet.md").read_text()


def test_without_fingerprints_and_votes_equal_pictures_do(world: World, tmp_path: Path) -> None:
    export, _ = bundled(world, "made")
    bundle(BundleRequest(export, tmp_path / "b.zip"))
    report = rebuilt(store_of(world, "plain"), tmp_path / "b.zip", tmp_path / "out")
    assert (report.matches or {})["missing"] == 0
    for split in ("train", "val", "test"):
        here, there = columns(tmp_path / f"out/{split}.h5"), columns(export / f"{split}.h5")
        assert set(there) - set(here) == {"votes"}
        for name in here:
            np.testing.assert_array_equal(here[name], there[name])


def test_an_export_of_a_bundle_is_bundled_again(world: World, tmp_path: Path) -> None:
    _, place = bundled(world, "made")
    rebuilt(store_of(world, "plain"), place, tmp_path / "out")
    bundle(BundleRequest(tmp_path / "out", tmp_path / "again.zip", store_of(world, "made")))
    first, second = BundleContents.read(place), BundleContents.read(tmp_path / "again.zip")
    for name in ("rows.csv", "samples.csv", "fingerprints.csv", "votes.csv", "recipe.yaml"):
        assert first.members[name] == second.members[name]


def test_rebuild_and_replay_of_such_an_export_are_refused(world: World, tmp_path: Path) -> None:
    _, place = bundled(world, "plain")
    rebuilt(store_of(world, "plain"), place, tmp_path / "out")
    with pytest.raises(ExportError, match=r"it comes from the bundle plain-standard\.zip"):
        rebuild(RebuildRequest(tmp_path / "out", store_of(world, "plain"), tmp_path / "again"))
    assert not (tmp_path / "again").exists()
    with pytest.raises(UsageError, match="made from a bundle") as caught:
        verify(VerifyRequest(tmp_path / "out", 3, store_of(world, "plain")))
    assert "fercurate build --bundle" in caught.value.fix
    assert not verify(VerifyRequest(tmp_path / "out")).findings


def test_the_command_builds_from_a_bundle(run: Any, world: World, tmp_path: Path) -> None:
    _, place = bundled(world, "plain")
    options = ("build", "--bundle", place, "--store", store_of(world, "plain"))
    done = run(*options, "-o", "out")
    assert done.code == 0, done.err
    assert "pictures of the bundle: 122 equal, 0 nearly equal" in done.out
    told = json.loads(run(*options, "-o", "out", "--overwrite", "--json").out)
    assert told["bundle"] == {
        "equal": 122,
        "nearly_equal": 0,
        "tolerance": 6,
        "missing": 0,
        "missing_ids": [],
    }
    dry = run(*options, "-o", "never", "--dry-run")
    assert (dry.code, (tmp_path / "never").exists()) == (0, False)
    for wrong in (("--recipe", "clean_seven"), ()):
        both = () if not wrong else ("--bundle", place)
        assert run("build", *wrong, *both, "--store", store_of(world, "plain")).code == 2


def test_the_bundle_of_a_store_has_no_recipe(world: World, tmp_path: Path) -> None:
    bundle(BundleRequest(world.store, tmp_path / "b.zip"))
    with pytest.raises(InputError, match="it is the bundle of a store"):
        rebuilt(store_of(world, "plain"), tmp_path / "b.zip", tmp_path / "out")
