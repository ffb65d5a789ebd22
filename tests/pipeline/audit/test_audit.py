"""Audits: planted leaks found one by one, repairs that audit clean."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.manifest import Manifest
from fercurate.domain.sample import Sample
from fercurate.export.lock import LOCK_FILE
from fercurate.pipeline.audit.audit import audit
from fercurate.pipeline.audit.table import open_table
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from fercurate.synthetic.fer2013 import read_planted
from tests.pipeline.audit.exports import RECIPE, export


def planted_ids(fer_folder: Path, kind: str) -> list[set[str]]:
    return [{f"fer2013:{row:07d}" for row in g} for g in read_planted(fer_folder)[kind]]


def test_a_store_audit_finds_what_was_planted(shared_store: Path, fer_folder: Path) -> None:
    report = audit(shared_store)
    across = planted_ids(fer_folder, "duplicate_across_usages")
    found = [{p.sample, p.other} for p in report.pairs if p.kind == "identical"]
    for group in across:
        assert group in found
    assert report.identical["contradictory_groups"] >= len(
        planted_ids(fer_folder, "contradictory_label")
    )
    with Store.open(shared_store) as store:
        digest, split = store.manifest.text("digest"), store.manifest.text("native_split")
    train = set(digest[split == "Training"])
    twins = sum(d in train for d, s in zip(digest, split, strict=True) if s != "Training")
    assert report.with_train_duplicate == twins >= len(across)
    assert report.findings(0.0)
    assert not report.findings(1.0)


@pytest.mark.parametrize("policy", ["drop_train", "drop_eval", "move"])
def test_every_repair_audits_clean(shared_store: Path, tmp_path: Path, policy: str) -> None:
    plain = audit(export(shared_store, tmp_path / "plain"))
    assert plain.leaked > 0
    output = export(shared_store, tmp_path / policy, f"leaks: {policy}\n")
    report = audit(output)
    assert report.leaked == 0
    assert not any(n for m in report.matrices.values() for row in m.values() for n in row.values())
    test_rows = report.splits["test"]
    assert (test_rows == plain.splits["test"]) == (policy == "drop_train")
    note = json.loads((output / "summary.json").read_text())["notes"][0]
    assert note.startswith(f"leaks: {policy}")


def test_grouped_splits_audit_clean(shared_store: Path, tmp_path: Path) -> None:
    text = RECIPE.replace(
        "{kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}",
        "{kind: grouped_stratified, train: 0.7, val: 0.15, test: 0.15}",
    )
    build(BuildRequest(parse_recipe(text, "own"), shared_store, tmp_path / "o"))
    report = audit(tmp_path / "o")
    assert report.leaked == 0
    assert set(report.splits) == {"train", "val", "test"}


@pytest.mark.parametrize("policy", ["drop", "vote"])
def test_contradictions_are_resolved(shared_store: Path, tmp_path: Path, policy: str) -> None:
    before = audit(export(shared_store, tmp_path / "plain"))
    after = audit(export(shared_store, tmp_path / "o", f"contradictions: {policy}\n"))
    assert before.identical["contradictory_groups"] > 0
    assert after.identical["contradictory_groups"] == 0


def test_near_copies_are_found_and_can_be_left_out(store: Path, tmp_path: Path) -> None:
    with Store.open(store) as opened:
        split = opened.manifest.text("native_split")
        row = int(np.flatnonzero(split == "Training")[4])
        image = opened.images([row])[0]
    near = np.clip(image.astype(int) + 2, 0, 255).astype(np.uint8)
    with open_writer(store, "x") as writer:
        writer.append(
            Sample("toy:1", "fer2013", near, "3", "happy", "PrivateTest", "toy.csv", row=1)
        )
        writer.commit(LineageEntry("test", "toy", "test", "", "0", "now"))
    pairs = [p for p in audit(store).pairs if p.sample == "toy:1"]
    assert [p.kind for p in pairs] == ["near_identical"]
    assert not [p for p in audit(store, near=False).pairs if p.sample == "toy:1"]


def test_derived_rows_of_a_foreign_parent_are_leaks(shared_store: Path, tmp_path: Path) -> None:
    output = tmp_path / "o"
    build(BuildRequest(load_recipe("modified_fer"), shared_store, output))
    clean = audit(output).matrices["derived"]
    assert not any(n for row in clean.values() for n in row.values())
    with h5py.File(output / "train.h5") as train:
        foreign = train["sample_id"][0]
    with h5py.File(output / "test.h5", "r+") as test:
        last = len(test["op"]) - 1
        test["parent_a"][last] = foreign
    (output / LOCK_FILE).unlink()
    assert audit(output).matrices["derived"]["test"]["train"] == 1


def test_a_swapped_class_order_is_a_finding(shared_store: Path, tmp_path: Path) -> None:
    output = export(shared_store, tmp_path / "o", "leaks: drop_train\n")
    assert not audit(output).findings(0.0)
    with h5py.File(output / "test.h5", "r+") as file:
        names = list(file.attrs["class_names"])
        file.attrs["class_names"] = [names[1], names[0], *names[2:]]
    (output / LOCK_FILE).unlink()
    report = audit(output)
    assert "disagree about the order" in report.class_order
    assert report.findings(1.0)


def test_the_command_line_exits_with_3_on_findings(run: Any, shared_store: Path) -> None:
    found = run("audit", shared_store)
    assert found.code == 3
    assert "FOUND" in found.out
    report = json.loads(run("audit", shared_store, "--json").out)
    assert (report["schema_version"], report["kind"], report["of"]) == (1, "audit", "store")
    assert report["passed"] is False
    assert run("audit", shared_store, "--max-leak", 1).code == 0
    export(shared_store, Path("clean"), "leaks: drop_train\n")
    clean = run("audit", "clean")
    assert (clean.code, "passed: 0 of" in clean.out) == (0, True)


def test_a_train_row_made_from_a_test_picture_is_a_leak(shared_store: Path, tmp_path: Path) -> None:
    output = export(shared_store, tmp_path / "o", "leaks: drop_train\n" + COPIES)
    assert audit(output).leaked == 0
    with h5py.File(output / "test.h5") as test:
        foreign = test["sample_id"][0]
    with h5py.File(output / "train.h5", "r+") as train:
        last = len(train["op"]) - 1
        train["parent_a"][last] = foreign
    (output / LOCK_FILE).unlink()
    report = audit(output)
    assert report.leaked == 1
    assert [p.kind for p in report.pairs] == ["derived"]
    assert report.matrices["derived"]["train"]["test"] == 1


COPIES = "balance: [{kind: offline, copies: [{kind: flip}]}]\n"


def test_copies_of_leaking_test_pictures_leak_as_often(shared_store: Path, tmp_path: Path) -> None:
    build(BuildRequest(load_recipe("modified_fer"), shared_store, tmp_path / "o"))
    report = audit(tmp_path / "o")
    assert report.leaked % 4 == 0
    shared = {p.sample for p in report.pairs if p.split == "test" and p.kind != "derived"}
    store_share = len(shared) / (report.evaluation_rows / 4)
    assert report.share == pytest.approx(store_share)


def test_folds_are_audited_as_splits(merged_store: Path, tmp_path: Path) -> None:
    build(BuildRequest(load_recipe("ckplus_10fold"), merged_store, tmp_path / "o"))
    clean = audit(tmp_path / "o")
    assert (len(clean.splits), clean.leaked) == (10, 0)
    assert clean.evaluation_rows == sum(clean.splits.values())
    with h5py.File(tmp_path / "o" / "train.h5", "r+") as file:
        file["fold"][:] = np.arange(len(file["fold"])) % 10
    (tmp_path / "o" / LOCK_FILE).unlink()
    mixed = audit(tmp_path / "o")
    assert mixed.findings(0.0)
    assert mixed.matrices["sequence"]["fold-00"]


def test_rows_without_a_split_are_on_no_side(merged_store: Path) -> None:
    report = audit(merged_store)
    assert "(none)" not in report.splits
    assert report.evaluation_rows == sum(
        count for name, count in report.splits.items() if name != "Training"
    )


def test_a_store_is_opened_once(run: Any, shared_store: Path, opened: Counter[str]) -> None:
    assert run("audit", shared_store).code == 3
    assert opened["open"] == opened["head"] == 1


def test_no_column_of_a_store_is_read_twice(
    shared_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    for owner, way in ((Manifest, "coded"), (Manifest, "equal"), (Store, "array")):
        ask = getattr(owner, way)

        def counted(self: object, name: str, ask: Any = ask) -> Any:
            read.append(name)
            return ask(self, name)

        monkeypatch.setattr(owner, way, counted)
    with open_table(shared_store):
        pass
    assert {"source", "digest", "box", "native_split"} <= set(read)
    assert len(read) == len(set(read))


def test_a_filtered_store_is_audited_without_shrinking(
    shared_store: Path, shared_filtered: Path, shrunk: list[int]
) -> None:
    kept = audit(shared_filtered)
    assert shrunk == []
    assert audit(shared_store) == kept
    assert 0 < sum(shrunk) <= 200
