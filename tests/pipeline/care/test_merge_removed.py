"""``merge`` of stores from which something was removed: it stays removed, and nothing else goes."""

from pathlib import Path

import h5py
import pytest

from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.store.store import Store
from tests.pipeline.care.stores import (
    digest,
    fill,
    ids,
    joined,
    picture,
    reject_lines,
    told,
    toy,
    toys,
    without,
)
from tests.store.edits import edit_head


def test_pictures_that_the_first_removed_do_not_come_back(small: Path, other: Path) -> None:
    remove(RemoveRequest(small, ids=("toy:no_0001", "toy:no_0002", "zoo:no_0010")))
    fill(other, [toy(70, name="yak", image=picture(10))])
    into, report = joined(small, other)
    assert not {"toy:no_0001", "toy:no_0002", "yak:no_0070"} & {*ids(into)}
    assert (report.rows.shared, report.rows.removed, report.rows.total) == (0, 3, 8)
    with Store.open(into) as store, Store.open(small) as first:
        assert store.tombstones == first.tombstones
        assert len(store.tombstones) == 3
    fill(into, [toy(1), toy(71, image=picture(10)), toy(72)])
    assert [code for _, _, code in reject_lines(into)].count("E_REMOVED") == 1  # of one line
    assert ids(into)[-1] == "toy:no_0072"


def test_pictures_that_the_second_removed_go(small: Path, other: Path) -> None:
    before = told(small)
    remove(RemoveRequest(other, ids=("toy:no_0001", "toy:no_0006")))
    into, report = joined(small, other)
    assert "toy:no_0001" not in ids(into)
    assert without(told(into), "0030", "0031") == without(before, "0001")
    assert report.rows.removed == 1
    with Store.open(into) as store, Store.open(other) as second:
        assert store.tombstones == second.tombstones
    compact(into)
    assert ids(into) == [*without(before, "0001"), "yak:no_0030", "yak:no_0031"]


def test_tombstones_of_both_are_kept(small: Path, other: Path) -> None:
    remove(RemoveRequest(small, ids=("toy:no_0000",)))
    remove(RemoveRequest(other, ids=("yak:no_0031",)))
    with Store.open(small) as first, Store.open(other) as second:
        both = first.tombstones | second.tombstones
    into, _ = joined(small, other)
    with Store.open(into) as store:
        assert store.tombstones == both
    assert len(both) == 2


def test_what_the_first_shows_of_a_removed_picture_is_shared(small: Path, other: Path) -> None:
    fill(small, [toy(60, image=picture(1))])  # the very picture of toy:no_0001
    remove(RemoveRequest(small, ids=("toy:no_0060",)))
    into, report = joined(small, other)
    assert "toy:no_0001" in ids(into)
    assert (report.rows.shared, report.rows.removed) == (2, 0)


def test_what_both_stores_show_is_shown(small: Path, other: Path) -> None:
    fill(other, [toy(60, image=picture(1))])  # the very picture of toy:no_0001
    remove(RemoveRequest(other, ids=("toy:no_0060",)))
    assert "toy:no_0001" in ids(small)
    assert "toy:no_0001" in ids(other)
    into, _ = joined(small, other)
    assert "toy:no_0001" in ids(into)


def test_rejects_of_the_first_stay_where_the_second_removed_the_source(
    small: Path, other: Path
) -> None:
    rejects = reject_lines(small)
    remove(RemoveRequest(other, source="toy", may_return=True))
    into, _ = joined(small, other)
    assert reject_lines(into) == [*rejects, ("yak", 9, "E_RANGE")]


def test_rejects_of_the_second_stay_where_the_first_removed_the_source(
    small: Path, other: Path
) -> None:
    remove(RemoveRequest(small, source="toy", may_return=True))
    into, _ = joined(small, other)
    assert reject_lines(into) == [("zoo", 7, "E_RANGE"), *reject_lines(other)]


def test_a_merge_into_an_empty_store_is_the_other_one(small: Path, tmp_path: Path) -> None:
    empty = fill(tmp_path / "second" / "b.h5", toys(0))
    remove(RemoveRequest(empty, source="toy", may_return=True))
    into, _ = joined(small, empty)
    assert (told(into), digest(into)) == (told(small), digest(small))


def test_a_change_that_is_not_known_stays_unknown(small: Path, other: Path) -> None:
    def forget(head: h5py.File) -> None:
        head["parts/change"][...] = -1

    for path in (small, other):
        edit_head(path, forget)
    into, _ = joined(small, other)
    with Store.open(into) as store:
        assert set(store.changes.tolist()) == {-1}


@pytest.mark.parametrize("order", [1, -1], ids=["removed by the first", "by the second"])
def test_what_was_removed_stays_removed_though_a_copy_of_it_is_shown(
    tmp_path: Path, order: int
) -> None:
    one = fill(tmp_path / "stores" / "a.h5", [toy(1), toy(2, image=picture(1))])
    remove(RemoveRequest(one, ids=("toy:no_0001",)))
    two = fill(tmp_path / "stores" / "b.h5", [toy(1), toy(7)])
    into, report = joined(*[one, two][::order])
    assert sorted(ids(into)) == ["toy:no_0002", "toy:no_0007"]  # as an ingest of it would say
    assert report.rows.removed == 1
