"""Builds: the right rows, the same bytes, an honest datasheet."""

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.errors import InputError
from fercurate.export.reader import read_export
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.store.store import Store

CLASSES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]


def run_build(store: Path, output: Path, recipe: str | LoadedRecipe, **options: object) -> Path:
    loaded = load_recipe(recipe) if isinstance(recipe, str) else recipe
    build(BuildRequest(loaded, store, output, **options))  # type: ignore[arg-type]
    return output


@pytest.fixture(scope="session")
def modified(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_build(shared_store, tmp_path_factory.mktemp("out") / "modified", "modified_fer")


def test_modified_fer_has_four_rows_for_every_sample(modified: Path, shared_store: Path) -> None:
    with Store.open(shared_store) as store:
        split = store.manifest.text("native_split")
        train, test = int((split == "Training").sum()), int((split != "Training").sum())
    with h5py.File(modified / "train.h5") as file:
        assert len(file["labels"]) == 4 * train
        assert set(file["op"].asstr()[:]) == {
            "original",
            "rotate(degrees=90)",
            "rotate(degrees=-90)",
            "zoom(factor=1.7)",
        }
        assert list(file.attrs["class_names"]) == CLASSES
    with h5py.File(modified / "test.h5") as file:
        assert len(file["labels"]) == 4 * test


def test_every_row_is_what_its_columns_say(modified: Path, shared_store: Path) -> None:
    with Store.open(shared_store) as store, h5py.File(modified / "train.h5") as file:
        row_of = {name: row for row, name in enumerate(store.manifest.text("id"))}
        labels = store.manifest.text("expression")
        ids, ops = file["sample_id"].asstr()[:], file["op"].asstr()[:]
        parents = file["parent_a"].asstr()[:]
        for row in range(0, len(ids), 7):
            derived = ops[row] != "original"
            name = parents[row] if derived else ids[row]
            assert ids[row] == (f"{name}#{ops[row]}" if derived else name)
            assert derived == bool(parents[row])
            picture = store.images([row_of[name]])[0]
            if ops[row] == "rotate(degrees=90)":
                picture = np.rot90(picture)
            if ops[row] == "rotate(degrees=-90)":
                picture = np.rot90(picture, -1)
            if not ops[row].startswith("zoom"):
                np.testing.assert_array_equal(file["images"][row], picture)
            assert CLASSES[file["labels"][row]] == labels[row_of[name]]
            votes = store.votes[row_of[name]]
            np.testing.assert_array_equal(file["votes"][row], votes)


def test_root_datasets_have_one_length_and_types_of_the_format(modified: Path) -> None:
    with h5py.File(modified / "train.h5") as file:
        assert len({len(file[name]) for name in file}) == 1
        assert (file["images"].dtype, file["images"].shape[1:]) == (np.uint8, (48, 48))
        assert file["labels"].dtype == np.int64
        assert file["images"].chunks is None
        assert file["images"].compression is None
        pixels = file["images"][:] / 255
        np.testing.assert_allclose(file.attrs["mean"], [pixels.mean()], rtol=1e-12)
        np.testing.assert_allclose(file.attrs["std"], [pixels.std()], rtol=1e-9)
        means = file.attrs["mean"]
    with h5py.File(modified / "test.h5") as file:
        assert file.attrs["mean"] == means


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_builds_are_equal_to_the_byte_for_any_number_of_jobs(
    modified: Path, shared_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fercurate.files.blocks.MAX_BYTES", 17 * 48 * 48 * 3)
    one = run_build(shared_store, tmp_path / "one", "modified_fer", jobs=1)
    monkeypatch.setattr("fercurate.files.blocks.MAX_BYTES", 64 * 48 * 48 * 3)
    many = run_build(shared_store, tmp_path / "elsewhere" / "many", "modified_fer", jobs=5)
    assert contents(one) == contents(many) == contents(modified)


def test_the_lock_holds_true_digests(modified: Path) -> None:
    import hashlib

    lock = json.loads((modified / "recipe.lock").read_text())
    files = set(contents(modified)) - {"recipe.lock"}
    assert set(lock["outputs"]) == files
    for name, entry in lock["outputs"].items():
        assert hashlib.sha256((modified / name).read_bytes()).hexdigest() == entry["sha256"]
    assert {entry["name"] for entry in lock["inputs"]} == {"fer2013.csv", "fer2013new.csv"}


def test_datasheet_and_summary_state_the_derived_rows(modified: Path) -> None:
    summary = json.loads((modified / "summary.json").read_text())
    sheet = (modified / "datasheet.md").read_text()
    test = summary["splits"]["test"]
    assert (test["rows"], test["derived"]) == (240, 180)
    assert test["operations"]["original"] == {c: n // 4 for c, n in test["classes"].items()}
    assert "| test | " in sheet
    assert " 240 | 180 |" in sheet
    assert "Warning" in sheet
    assert summary["rejects"] == {"fer2013": {"E_LABEL": 1, "E_PIXCOUNT": 1, "E_RANGE": 1}}
    assert "/tmp" not in sheet
    assert "/tmp" not in json.dumps(summary)


def test_legacy_layout_has_the_names_of_older_code(shared_store: Path, tmp_path: Path) -> None:
    output = run_build(shared_store, tmp_path / "o", "fer2013_seven", layout="legacy")
    with h5py.File(output / "data.h5") as file:
        for name, rows in (("Training", 140), ("PublicTest", 30), ("PrivateTest", 30)):
            assert file[f"{name}_pixel"].shape == (rows, 48, 48)
            assert file[f"{name}_label"].shape == (rows,)
    assert [(r.split, len(r.labels)) for r in read_export(output)] == [
        ("train", 140), ("val", 30), ("test", 30),
    ]  # fmt: skip


REPLACEABLE = {
    "scheme": "scheme: seven",
    "source": "sources: [fer2013]",
    "train": "train: [Training]",
    "size": "size: 48",
}


def recipe(**changes: str) -> LoadedRecipe:
    text = load_recipe("fer2013_seven").text
    for old, new in changes.items():
        text = text.replace(REPLACEABLE[old], new)
    return parse_recipe(text, "own.yaml")


def test_what_lies_outside_the_scheme_is_dropped_by_name(
    shared_store: Path, tmp_path: Path
) -> None:
    output = run_build(shared_store, tmp_path / "o", recipe(scheme="scheme: five"))
    summary = json.loads((output / "summary.json").read_text())
    assert set(summary["dropped"]["outside the scheme"]) == {"disgust", "fear"}
    with h5py.File(output / "train.h5") as file:
        assert list(file.attrs["class_names"]) == ["angry", "happy", "neutral", "sad", "surprise"]


def test_own_scheme_and_size(shared_store: Path, tmp_path: Path) -> None:
    own = recipe(scheme="scheme: {name: pair, classes: [sad, happy]}", size="size: 64")
    with h5py.File(run_build(shared_store, tmp_path / "o", own) / "train.h5") as file:
        assert file["images"].shape[1:] == (64, 64)
        assert list(file.attrs["class_names"]) == ["sad", "happy"]
        assert set(file["labels"][:]) == {0, 1}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"source": "sources: [ckplus]"}, "needs the source ckplus"),
        ({"train": "train: [Trainung]"}, "train would be empty"),
    ],
)
def test_what_the_store_lacks_is_named(
    shared_store: Path, tmp_path: Path, changes: dict[str, str], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        run_build(shared_store, tmp_path / "o", recipe(**changes))
    assert not list(tmp_path.iterdir())


def test_a_dry_run_plans_the_same_counts_and_writes_nothing(
    modified: Path, shared_store: Path, tmp_path: Path
) -> None:
    request = BuildRequest(load_recipe("modified_fer"), shared_store, tmp_path / "o", dry_run=True)
    report = build(request)
    assert report.summary == json.loads((modified / "summary.json").read_text())
    assert not list(tmp_path.iterdir())


def test_folds_share_no_person_and_follow_the_convention(
    merged_store: Path, tmp_path: Path
) -> None:
    text = load_recipe("ckplus_10fold").text.replace(
        "variant: ordered", "fold_files: true\n  variant: ordered"
    )
    output = run_build(merged_store, tmp_path / "o", parse_recipe(text, "folds"))
    with h5py.File(output / "train.h5") as file:
        subject, fold = file["subject"].asstr()[:], file["fold"][:]
    order = sorted(set(subject))
    for k in range(10):
        assert sorted(set(subject[fold == k])) == order[k::10]
        with h5py.File(output / f"fold-{k:02d}" / "test.h5") as test:
            assert sorted(set(test["subject"].asstr()[:])) == order[k::10]
            assert len(test["labels"]) == int((fold == k).sum())
        with h5py.File(output / f"fold-{k:02d}" / "train.h5") as train:
            assert not set(train["subject"].asstr()[:]) & set(order[k::10])
            assert train.attrs["mean"][0] > 0
    lock = json.loads((output / "recipe.lock").read_text())
    assert "fold-09/test.h5" in lock["outputs"]
    assert "## Folds" in (output / "datasheet.md").read_text()
    run_build(merged_store, output, "ckplus_10fold", overwrite=True)
    assert not (output / "fold-00").exists()


def test_caps_take_the_same_samples_whatever_the_order(merged_store: Path, tmp_path: Path) -> None:
    text = load_recipe("merged_five").text.replace("train: 5000, test: 500", "train: 3, test: 1")
    output = run_build(merged_store, tmp_path / "o", parse_recipe(text, "capped"))
    with h5py.File(output / "train.h5") as file:
        source, labels = file["source"].asstr()[:], file["labels"][:]
        assert list(np.bincount(labels[source == "affectnet"])) == [3] * 5
    summary = json.loads((output / "summary.json").read_text())
    assert sum(summary["dropped"]["over the class cap"].values()) == 5 * (8 - 3) + 5 * (2 - 1)


def test_contempt_goes_where_the_recipe_says(merged_store: Path, tmp_path: Path) -> None:
    text = load_recipe("seven_class").text
    dropped = run_build(merged_store, tmp_path / "a", parse_recipe(text, "a"))
    kept = run_build(
        merged_store, tmp_path / "b", parse_recipe(text.replace("drop", "disgust"), "b")
    )
    with Store.open(merged_store) as store:
        contempt = int((store.manifest.text("expression") == "contempt").sum())
    first, second = (json.loads((o / "summary.json").read_text()) for o in (dropped, kept))
    assert first["dropped"]["outside the scheme"] == {"contempt": contempt}
    assert not second["dropped"]
    rows = [sum(split["rows"] for split in s["splits"].values()) for s in (first, second)]
    assert rows[1] - rows[0] == contempt


def test_soft_targets_follow_the_votes(shared_store: Path, tmp_path: Path) -> None:
    text = load_recipe("ferplus_majority").text.replace("mode: majority", "mode: probability")
    output = run_build(shared_store, tmp_path / "o", parse_recipe(text, "soft"))
    with h5py.File(output / "train.h5") as file:
        targets, votes = file["targets"][:], file["votes"][:]
        np.testing.assert_allclose(targets.sum(axis=1), 1, atol=1e-6)
        np.testing.assert_array_equal(targets.argmax(axis=1), file["labels"][:])
        assert file.attrs["class_names"][7] == "contempt"
        order = [6, 3, 5, 4, 0, 1, 2, 7]
        for row in range(0, len(targets), 5):
            assert (targets[row, order] > 0).sum() <= 3
            assert set(np.flatnonzero(targets[row, order])) <= set(np.flatnonzero(votes[row]))
    with h5py.File(output / "val.h5") as file:
        assert set(np.unique(file["targets"][:])) == {0.0, 1.0}


def test_votes_are_asked_for_when_they_are_missing(fer_folder: Path, tmp_path: Path) -> None:
    from fercurate.pipeline.ingest.ingest import ingest
    from fercurate.pipeline.ingest.request import IngestRequest

    ingest(IngestRequest((fer_folder / "fer2013.csv",), tmp_path / "s.h5"))
    with pytest.raises(InputError, match=r"fer2013new\.csv"):
        run_build(tmp_path / "s.h5", tmp_path / "o", "ferplus_majority")
