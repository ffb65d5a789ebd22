"""Audits of near duplicates and changed copies: by kind, repaired, or said to be not looked for."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.sample import Sample
from fercurate.pipeline.audit.audit import audit
from fercurate.store.writer import open_writer
from tests.pipeline.audit.exports import export


def plant(store: Path, *samples: Sample) -> None:
    with open_writer(store, "x") as writer:
        for sample in samples:
            writer.append(sample)
        writer.commit(LineageEntry("test", "toy", "test", "", "0", "now"))


def toy(row: int, image: np.ndarray, split: str) -> Sample:
    return Sample(f"toy:{row}", "fer2013", image, "3", "happy", split, "toy.csv", row=row)


def grainy(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (12, 12), dtype=np.uint8).repeat(4, axis=0).repeat(4, axis=1)


CHANGES = {
    "mirrored": lambda image: np.ascontiguousarray(image[:, ::-1]),
    "turned": lambda image: np.ascontiguousarray(np.rot90(image)),
    "shifted": lambda image: np.roll(image, (4, -4), axis=(0, 1)),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_changed_copies_are_found_and_left_out(store: Path, tmp_path: Path, kind: str) -> None:
    image = grainy(1)
    plant(store, toy(1, image, "PrivateTest"), toy(2, CHANGES[kind](image), "Training"))
    report = audit(store)
    assert [p.other for p in report.pairs if p.sample == "toy:1"] == ["toy:2"]
    assert report.changed_pairs[kind] == 1
    assert report.leaked_by_kind[kind] == report.matrices[kind]["PrivateTest"]["Training"] == 1
    assert 1 <= report.leaked_by_change < report.leaked
    plain = audit(store, changed=False)
    assert plain.leaked == report.leaked - report.leaked_by_change
    assert set(plain.changed_pairs.values()) == {None}
    repaired = audit(export(store, tmp_path / "o", "leaks: drop_train\n"))
    assert repaired.leaked == 0
    assert set(repaired.changed_pairs.values()) == {0}


def test_moving_keeps_copies_together_that_stood_in_one_split(store: Path, tmp_path: Path) -> None:
    image = grainy(2)
    mirror = np.ascontiguousarray(image[:, ::-1])
    plant(
        store,
        toy(1, image, "PrivateTest"),
        toy(2, np.clip(image, 1, 255), "Training"),
        toy(3, mirror, "PrivateTest"),
    )
    report = audit(export(store, tmp_path / "o", "leaks: move\n"))
    assert report.leaked == 0


def test_near_duplicates_are_counted_pair_by_pair(store: Path) -> None:
    """A row whose near duplicate has one in another split does not leak for that."""
    before = audit(store, changed=False)
    start = grainy(3).astype(np.float64)
    rng = np.random.default_rng(4)
    steps = [rng.normal(0, 36, start.shape) for _ in range(2)]
    chain = [start, start + steps[0], start + steps[0] + steps[1]]
    first, second, third = (np.clip(one, 0, 255).astype(np.uint8) for one in chain)
    plant(store, toy(1, first, "PrivateTest"), toy(2, second, "PrivateTest"))
    plant(store, toy(3, third, "Training"))
    after = audit(store, changed=False)
    assert (before.near_pairs, after.near_pairs) == (0, 2)
    assert after.leaked_by_kind["near_identical"] == before.leaked_by_kind["near_identical"] + 1
    assert [p.sample for p in after.pairs if p.sample.startswith("toy")] == ["toy:2"]


def test_what_is_not_looked_for_is_not_said_to_be_none(run: Any, shared_store: Path) -> None:
    said = run("audit", shared_store, "--no-near")
    assert "nearly identical, not identical: not looked for" in said.out
    assert "0 pairs" not in said.out
    facts = json.loads(run("audit", shared_store, "--no-near", "--json").out)
    assert facts["near_pairs"] is None
    assert set(facts["changed_pairs"].values()) == {None}
    assert "near_identical" not in facts["matrices"]
    some = run("audit", shared_store, "--no-changed")
    assert "changed copies not looked for: mirrored, turned, shifted" in some.out


def test_without_splits_there_is_nothing_to_compare(run: Any, tmp_path: Path) -> None:
    store = tmp_path / "own.h5"
    with open_writer(store, "x") as writer:
        for row in range(3):
            writer.append(toy(row, grainy(row), ""))
        writer.commit(LineageEntry("test", "toy", "test", "", "0", "now"))
    said = run("audit", store)
    assert said.code == 0
    assert "own.h5: store with no splits" in said.out
    assert "no splits to compare" in said.out
    assert "passed" not in said.out
    assert "changed copies" not in said.out


def test_splits_that_were_processed_differently_are_compared_all_the_same(store: Path) -> None:
    """One split in color, enlarged, sharpened and paler than the other."""
    image = cv2.GaussianBlur(grainy(5), (0, 0), 1.5)
    large = cv2.resize(image, (120, 120), interpolation=cv2.INTER_CUBIC).astype(np.float64)
    sharp = large + 1.5 * (large - cv2.GaussianBlur(large, (0, 0), 2))
    pale = np.clip(0.6 * sharp + 60, 0, 255).astype(np.uint8)
    color = np.stack([pale, pale, pale], axis=2)
    plant(store, toy(1, image, "PrivateTest"), toy(2, color, "Training"))
    report = audit(store)
    assert [(p.other, p.kind) for p in report.pairs if p.sample == "toy:1"] == [
        ("toy:2", "near_identical")
    ]
