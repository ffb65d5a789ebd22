"""``merge``: all that two stores hold, what they share once, and what was removed not again."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.domain.sample import Sample
from fercurate.errors import ConflictError, StoreError, UsageError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.care.contents import list_sources
from fercurate.pipeline.care.merge import merge
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.measure.measure import lacking, measure
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.store.heads.head_format import PartEntry
from fercurate.store.staging import StagedChange
from fercurate.store.store import Store
from tests.pipeline.care.stores import (
    MEASURES,
    Stopped,
    files,
    fill,
    folder_of,
    ids,
    joined,
    measured,
    parts,
    picture,
    reject_lines,
    told,
    toy,
    toys,
    vote,
)


def test_all_of_both_is_there_and_what_they_share_once(small: Path, other: Path) -> None:
    mine, theirs = told(small), told(other)
    into, report = joined(small, other)
    added = ["yak:no_0030", "yak:no_0031", "toy:no_0006"]
    assert ids(into) == [*mine, *added]
    assert told(into) == mine | {name: theirs[name] for name in added}
    rows = report.rows
    assert (rows.first, rows.second, rows.shared, rows.removed, rows.total) == (8, 5, 2, 0, 11)
    assert reject_lines(into) == reject_lines(small) + reject_lines(other)
    with Store.open(into) as store:
        found = store.measured("light", "mean-1")
        assert found.known.tolist() == [True] * 8 + [True, True, True]
        means = [image.mean() for image in store.images(range(11))]
        np.testing.assert_allclose(found.values[:, 0], means, rtol=1e-6)


def test_the_lineage_is_that_of_both_and_tells_each_sample(small: Path, other: Path) -> None:
    with Store.open(small) as first, Store.open(other) as second:
        mine, theirs = first.lineage, second.lineage
        changes = [*first.changes.tolist(), *(second.changes[[0, 1, 4]] + len(mine)).tolist()]
    into, _ = joined(small, other)
    with Store.open(into) as store:
        assert store.lineage[:-1] == (*mine, *theirs)
        last = store.lineage[-1]
        assert (last.layout, last.records) == ("merge", 11)
        assert store.changes.tolist() == changes
        names = [store.lineage[number].source for number in store.changes]
        assert names == ["toy"] * 4 + ["zoo"] * 2 + ["toy"] * 2 + ["yak"] * 2 + ["toy"]
        assert store.head.generation == 1


def test_votes_of_the_second_survive_where_the_first_has_none(small: Path, other: Path) -> None:
    third = fill(other.parent / "third.h5", toys(3, 4, 0, 7))
    vote(third, range(4), 2)
    vote(third, [0], 8)
    into, _ = joined(small, third)  # in small, 0 has three votes; 3 and 4 have none
    with Store.open(into) as store:
        votes = dict(zip(ids(into), store.votes[:, 0].tolist(), strict=True))
    assert [votes[f"toy:no_000{number}"] for number in (3, 4, 0, 7)] == [8, 2, 3, 2]


def test_votes_that_came_with_the_samples_survive_too(small: Path, other: Path) -> None:
    third = fill(other.parent / "third.h5", toys(3, votes=(4,) * 10))
    into, _ = joined(small, third)
    assert told(into)["toy:no_0003"]["votes"] == bytes([4] * 10)


@pytest.mark.parametrize(
    "changed",
    [
        {"image": picture(99)},
        {"expression": "sad"},
        {"native_split": "PublicTest"},
        {"native_split": ""},
    ],
    ids=["picture", "label", "split", "no split"],
)
def test_an_id_of_two_things_is_a_conflict_and_leaves_no_trace(
    small: Path, tmp_path: Path, changed: dict[str, Any]
) -> None:
    second = fill(tmp_path / "b.h5", [toy(50), toy(1), toy(2, **changed)])
    before = files(small), files(second)
    here = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(ConflictError, match=r"1 ids .*toy:no_0002") as caught:
        merge(small, second, tmp_path / "c.h5")
    assert caught.value.exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == here
    assert (files(small), files(second)) == before


def test_what_cannot_be_merged_is_refused(small: Path, other: Path, tmp_path: Path) -> None:
    there, here = small.parent, sorted(tmp_path.rglob("*"))
    for first, second, into, error in (
        (small, small, there / "c.h5", UsageError),
        (small, there / ".." / "small" / "s.h5", there / "c.h5", UsageError),
        (small, other, other, ConflictError),
        (small, other, small, ConflictError),
        (small, there / "no.h5", there / "c.h5", StoreError),
        (there / "no.h5", small, there / "c.h5", StoreError),
    ):
        with pytest.raises(error):
            merge(first, second, into)
    part = folder_of(other) / next(iter(parts(other)))
    part.write_bytes(part.read_bytes()[:-1] + b"\xff")
    with pytest.raises(StoreError, match="other bytes"):
        merge(small, other, there / "c.h5")
    assert sorted(tmp_path.rglob("*")) == here


def test_a_reject_of_both_is_there_once(small: Path, tmp_path: Path) -> None:
    again: list[Sample] = toys(0, 1, 2, 3)
    second = fill(tmp_path / "second" / "b.h5", again, rejects=[5, 6])
    into, _ = joined(small, second)
    assert reject_lines(into) == reject_lines(small)


def interrupted(first: Path, second: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A merge that is interrupted after the first part of the second store."""
    stage, staged = StagedChange.stage, []

    def some(self: StagedChange, *entries: PartEntry, **named: Any) -> None:
        staged.append(entries)
        if len(staged) > len(parts(first)) + 1:
            raise Stopped
        stage(self, *entries, **named)

    monkeypatch.setattr(StagedChange, "stage", some)
    with pytest.raises(Stopped):
        joined(first, second)
    monkeypatch.undo()


def test_an_interrupted_merge_goes_on_where_it_stopped(
    small: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, _ = joined(small, other)
    state = told(expected), reject_lines(expected), list(parts(expected).values())
    into = expected.rename(expected.with_name("kept.h5")).with_name("c.h5")
    folder_of(into).rename(folder_of(into).with_name("kept.h5.parts"))
    interrupted(small, other, monkeypatch)
    assert not into.exists()
    written = {path.name: path.stat().st_mtime_ns for path in folder_of(into).glob("0*.h5")}
    joined(small, other)
    assert (told(into), reject_lines(into), list(parts(into).values())) == state
    for name in list(parts(into))[: len(parts(small)) + 1]:
        assert (folder_of(into) / name).stat().st_mtime_ns == written[name]


def test_an_interrupted_merge_begins_anew_with_other_stores(
    small: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted(small, other, monkeypatch)
    measured(small, range(8), "mean-2")  # no other digest, but one more part
    into, _ = joined(small, other)
    assert len(ids(into)) == 11


BOTH = """
version: 1
name: both
description: two sources of a merged store
sources: [fer2013, affectnet]
labels: {scheme: seven, contempt: drop}
splits: {kind: native, train: [Training], test: [PublicTest, PrivateTest, Validation]}
normalize: [{kind: grayscale}, {kind: resize, size: 48}]
"""


def exported(recipe: LoadedRecipe, store: Path, folder: Path) -> dict[str, np.ndarray]:
    """The pictures and labels that a build gives."""
    build(BuildRequest(recipe, store, folder, jobs=1, framework="none"))
    found = {}
    for path in folder.glob("*.h5"):
        with h5py.File(path) as file:
            found |= {f"{path.name} {name}": file[name][:] for name in ("images", "labels")}
    return found


def test_a_merged_store_builds_what_its_parts_would(mixed: Path, raw: Path, tmp_path: Path) -> None:
    third = tmp_path / "third.h5"
    ingest(IngestRequest((raw / "affectnet",), third))
    remove(RemoveRequest(mixed, source="affectnet", may_return=True))
    into, report = joined(mixed, third)
    assert report.rows.total == 132
    recipe = load_recipe("fer2013_seven")
    one, two = (exported(recipe, p, tmp_path / p.stem) for p in (mixed, into))
    assert one.keys() == two.keys()
    assert [name for name in one if not np.array_equal(one[name], two[name])] == []
    together = exported(parse_recipe(BOTH, "both"), into, tmp_path / "both")
    assert len(together["train.h5 labels"]) + len(together["test.h5 labels"]) == 132 - 4
    with Store.open(into) as store:
        after = measure(store, MEASURES)
    with after:
        assert set(lacking(after, MEASURES).values()) == {0}


def test_a_merged_store_takes_in_what_it_has_as_unchanged(
    mixed: Path, raw: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second" / "b.h5"
    ingest(IngestRequest((raw / "fer2013",), second, name="twice"))
    into, _ = joined(mixed, second)
    again = ingest(IngestRequest((raw / "affectnet", raw / "fer2013"), into))
    assert [(corpus.added, corpus.changed) for corpus in again] == [(0, False)] * 3
    counts = {one.name: one.samples for one in list_sources(into).sources}
    assert counts == {"affectnet": 32, "fer2013": 100, "ferplus": 0, "twice": 100}


def test_the_command_says_what_it_merged(small: Path, other: Path, run: Any) -> None:
    done = run("merge", small, other, "--into", "c.h5")
    assert done.code == 0, done.err
    assert "c.h5: 11 samples" in done.out
    assert "2 are in both and kept once" in done.out
    assert run("merge", small, other, "--into", "c.h5").code == 2
    assert len(ids(Path("c.h5"))) == 11
