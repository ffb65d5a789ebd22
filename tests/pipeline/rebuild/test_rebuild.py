"""An export built again from its lock is the same to the byte, or it is said why it cannot be."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from fercurate.errors import ConflictError, ExportError, StoreError
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.rebuild.rebuild import RebuildReport, RebuildRequest, rebuild
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from fercurate.recipe.shipped import load_recipe
from fercurate.synthetic.fer2013 import write_fer2013
from fercurate.training.shared.lock import read_outputs
from tests.pipeline.verify.tampering import AFFINE, built, copies, own, reseal, text

EVERYTHING = [
    {"kind": "smote", "strategy": "minority"},
    *copies({"kind": "rotate", "degrees": 15}, AFFINE, times=2),
]
NO_SCRIPTS = {"layout": "legacy", "framework": "none"}
FOLDS = {"kind": "stratified_kfold", "folds": 2, "fold_files": True}


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def again(export: Path, store: Path, **options: Any) -> RebuildReport:
    return rebuild(RebuildRequest(export, store, export.with_name("again"), **options))


CASES: dict[str, tuple[str, Callable[[], Any], dict[str, Any]]] = {
    "copies": ("shared_store", lambda: load_recipe("modified_fer"), {}),
    "synthetic and drawn": ("shared_store", lambda: own(balance=EVERYTHING), {}),
    "folds, scikit-learn": ("shared_store", lambda: own(splits=FOLDS), {"framework": "sklearn"}),
    "legacy, no scripts": ("shared_store", lambda: load_recipe("fer2013_seven"), NO_SCRIPTS),
    "screened": ("shared_filtered", lambda: load_recipe("clean_seven"), {}),
}


@pytest.mark.parametrize("name", CASES)
def test_everything_is_the_same_again(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    fixture, recipe, options = CASES[name]
    store = request.getfixturevalue(fixture)
    export = built(store, tmp_path / "o", recipe(), **options)
    report = again(export, store, jobs=3)
    assert (report.same, report.changed, report.missing, report.extra) == (True, (), (), ())
    assert report.equal == len(read_outputs(export / "recipe.lock"))
    assert contents(tmp_path / "again") == contents(export)


@pytest.fixture(scope="module")
def shared_export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("rebuild") / "o"
    return built(shared_store, output, own(balance=copies({"kind": "flip"}, AFFINE)))


@pytest.fixture
def export(shared_export: Path, tmp_path: Path) -> Path:
    """A copy of an export of ``shared_store`` with a recipe of its own."""
    return copytree(shared_export, tmp_path / "o")


def command(*arguments: object, seed: str = "0") -> subprocess.CompletedProcess[str]:
    """Run the command line in a fresh process."""
    words = [sys.executable, "-m", "fercurate", *map(str, arguments)]
    environment = os.environ | {"PYTHONHASHSEED": seed}
    return subprocess.run(words, capture_output=True, text=True, env=environment, check=False)


def test_a_fresh_process_makes_the_same(export: Path, shared_store: Path, tmp_path: Path) -> None:
    options = ("--store", shared_store, "--output", tmp_path / "fresh", "--json")
    done = command("rebuild", export, *options, seed="77")
    assert (done.returncode, json.loads(done.stdout)["same"]) == (0, True), done.stderr
    assert contents(tmp_path / "fresh") == contents(export)
    assert verify(VerifyRequest(tmp_path / "fresh")).passed


DIFFERENCES: dict[str, tuple[dict[str, Any], str]] = {
    "numpy": ({"numpy": "0.1"}, r"numpy: [\d.]+ here, 0\.1 in the lock"),
    "this tool": ({"fercurate": "0.0.1"}, r"fercurate: \S+ here, 0\.0\.1 in the lock"),
    "a version untold": ({"hdf5": None}, r"hdf5: [\d.]+ here, None in the lock"),
    "methods": ({"measured_by": ["yunet-9"]}, "measured by nothing here, by yunet-9 in the lock"),
    "the seed": ({"seed": 5}, "seed: 0 in the recipe, 5 in the lock"),
    "a bundle": ({"bundle": "b.zip"}, r"plan: it comes from the bundle b\.zip"),
    "the store": ({"store_sha256": "ab" * 32}, r"store: store\.h5 has the digest"),
}


def with_facts(export: Path, facts: dict[str, Any]) -> None:
    """Seal a lock with other facts; names of tools are entries of its versions."""
    lock = json.loads((export / "recipe.lock").read_text())
    versions = lock["versions"]
    changed = {key: facts[key] for key in facts if key in versions}
    others = {key: facts[key] for key in facts if key not in versions}
    reseal(export, versions=versions | changed, **others)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_what_can_change_a_byte_is_named_and_nothing_is_built(
    name: str, export: Path, shared_store: Path, tmp_path: Path
) -> None:
    facts, says = DIFFERENCES[name]
    with_facts(export, facts)
    with pytest.raises(ExportError, match=says) as caught:
        again(export, shared_store)
    assert "cannot be the same again" in caught.value.found
    assert "fercurate build --recipe" in caught.value.fix
    assert not (tmp_path / "again").exists()


def test_all_that_differs_is_named_at_once(export: Path, shared_store: Path) -> None:
    with_facts(export, {"numpy": "0.1", "h5py": "0.2", "seed": 5, "measured_by": ["x"]})
    with pytest.raises(ExportError) as caught:
        again(export, shared_store)
    assert all(f"{name}: " in caught.value.found for name in ("seed", "numpy", "h5py"))
    assert "measured by" in caught.value.found


def test_a_lock_that_is_sealed_again_as_it_was_is_the_same(
    export: Path, shared_store: Path
) -> None:
    with_facts(export, {})
    assert again(export, shared_store).same


def test_another_store_is_named(export: Path, tmp_path: Path) -> None:
    write_fer2013(tmp_path / "other", sizes=(20, 5, 5), seed=9)
    ingest(IngestRequest((tmp_path / "other",), tmp_path / "other.h5"))
    with pytest.raises(ExportError, match=r"store: other\.h5 has the digest"):
        again(export, tmp_path / "other.h5")
    with pytest.raises(StoreError):
        again(export, tmp_path / "none.h5")
    assert not (tmp_path / "again").exists()


def test_another_seed_is_another_recipe(export: Path, shared_store: Path, tmp_path: Path) -> None:
    text("recipe.yaml", '"version": 1', '"version": 1, "seed": 1')(export)
    with pytest.raises(ExportError, match="not the recipe of the lock"):
        again(export, shared_store)
    digest = hashlib.sha256((export / "recipe.yaml").read_bytes()).hexdigest()
    reseal(export, recipe_sha256=digest)
    with pytest.raises(ExportError, match="seed: 1 in the recipe, 0 in the lock"):
        again(export, shared_store)
    assert not (tmp_path / "again").exists()


BROKEN: dict[str, Callable[[Path], object]] = {
    "no lock": lambda export: (export / "recipe.lock").unlink(),
    "no recipe": lambda export: (export / "recipe.yaml").unlink(),
    "a recipe of bytes": lambda export: (export / "recipe.yaml").write_bytes(b"\xff"),
    "a changed lock": text("recipe.lock", '"seed": 0', '"seed": 1'),
    "a lock of nothing": lambda export: (export / "recipe.lock").write_text("{}"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_without_lock_or_recipe_nothing_is_built(
    name: str, export: Path, shared_store: Path, tmp_path: Path
) -> None:
    BROKEN[name](export)
    with pytest.raises(ExportError, match=r"recipe\.(lock|yaml)"):
        again(export, shared_store)
    assert not (tmp_path / "again").exists()


def test_a_file_that_comes_out_differently_is_named(export: Path, shared_store: Path) -> None:
    text("train.py", "import", "import  ")(export)
    (export / "samples.csv").unlink()
    reseal(export)
    report = again(export, shared_store)
    assert (report.same, report.changed, report.missing) == (False, ("train.py",), ())
    assert report.extra == ("samples.csv",)
    assert report.to_json()["equal"] == report.equal
    assert "files differ" in str(report.overview())


def test_what_is_there_is_kept_unless_it_may_be_replaced(export: Path, shared_store: Path) -> None:
    assert again(export, shared_store).same
    kept = contents(export.with_name("again"))
    with pytest.raises(ConflictError):
        again(export, shared_store)
    assert contents(export.with_name("again")) == kept
    assert again(export, shared_store, overwrite=True).same


def test_the_command_tells_by_its_exit_code(run: Any, export: Path, shared_store: Path) -> None:
    done = run("rebuild", export, "--store", shared_store, "--json")
    keys = ["schema_version", "kind", "export", "output", "same", "equal"]
    found = json.loads(done.out)
    assert (done.code, found["same"]) == (0, True)
    assert list(found) == [*keys, "changed", "missing", "extra"]
    assert Path(found["output"]).name == "o-rebuilt"
    text("train.py", "import", "import  ")(export)
    reseal(export)
    done = run("rebuild", export, "--store", shared_store, "-o", "other")
    assert done.code == 3
    assert "train.py" in done.out
    with_facts(export, {"numpy": "0.1"})
    done = run("rebuild", export, "--store", shared_store, "-o", "third")
    assert (done.code, done.out) == (1, "")
    assert "numpy" in done.err
    assert not (export.parent / "third").exists()


def test_a_recipe_whose_file_has_a_space_in_its_name_is_the_same_again(
    shared_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "my recipe.yaml").write_text(load_recipe("fer2013_seven").text)
    recipe = load_recipe(str(tmp_path / "my recipe.yaml"))
    assert again(built(shared_store, tmp_path / "o", recipe), shared_store).same


@pytest.mark.parametrize("methods", [5, [1]])
def test_methods_that_are_no_names_are_named(
    methods: object, export: Path, shared_store: Path
) -> None:
    with_facts(export, {"measured_by": methods})
    with pytest.raises(ExportError, match="measured by"):
        again(export, shared_store)
