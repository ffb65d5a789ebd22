"""Adding predictions: joined by id, kept under a name, all or nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fercurate.errors import FercurateError, InputError, StoreError, UsageError
from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.events import Event, Notice
from fercurate.pipeline.predictions import add as adding
from fercurate.pipeline.predictions.add import AddedPredictions, AddRequest, add_predictions
from fercurate.pipeline.predictions.names import fitting_name
from fercurate.pipeline.predictions.stored import list_predictions, stored_predictions
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from tests.pipeline.predictions.made import SEVEN, favoring, ids_and_labels, write_table


class Corner:
    """A store, and predictions for its samples."""

    def __init__(self, store: Path) -> None:
        self.store, self.folder = store, store.parent
        self.ids, labels = ids_and_labels(store)
        self.values = favoring(labels, SEVEN)
        self.said: list[str] = []

    def listen(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.said.append(event.text)

    def file(self, rows: Sequence[int], *said: str, name: str = "mine.csv") -> Path:
        ids = [self.ids[row] for row in rows]
        return write_table(self.folder / name, ids, self.values[list(rows)], SEVEN, *said)

    def add(self, source: Any, name: str = "", out_of_fold: bool | None = True) -> AddedPredictions:
        return add_predictions(AddRequest(self.store, source, name, out_of_fold), self.listen)

    def lineage(self) -> int:
        with Store.open(self.store) as store:
            return len(store.lineage)


@pytest.fixture
def corner(store: Path) -> Corner:
    return Corner(store)


def test_predictions_come_back_as_they_were(corner: Corner) -> None:
    rows = [7, 3, 150]
    added = corner.add(corner.file(rows))
    assert (added.name, added.samples, added.total, added.changed) == ("mine", 3, 200, True)
    assert added.method == f"mine-oof-{added.method[-8:]}"
    with Store.open(corner.store) as store:
        found = stored_predictions(store)
        assert found.classes == SEVEN
        assert np.flatnonzero(found.known).tolist() == sorted(rows)
        np.testing.assert_allclose(found.probabilities[rows], corner.values[rows], atol=1e-7)
        assert np.isnan(np.delete(found.probabilities, rows, axis=0)).all()
        entry = store.lineage[-1]
    assert (entry.command, entry.records) == ("fercurate predictions add", 3)
    assert [one.name for one in entry.inputs] == ["mine.csv"]
    assert corner.said == []


def test_the_order_of_rows_and_the_kind_of_file_do_not_count(corner: Corner) -> None:
    every = list(range(200))
    first = corner.add(corner.file(every))
    changes = corner.lineage()
    assert not corner.add(corner.file(every[::-1])).changed
    names = np.array(SEVEN)
    with (corner.folder / "mine.npz").open("wb") as file:  # no ids: the order of the store
        np.savez(file, probabilities=corner.values.round(8), classes=names)
    again = corner.add(corner.folder / "mine.npz")
    assert (again.method, again.changed, again.replaced) == (first.method, False, False)
    frame = pd.DataFrame(corner.values.round(8), columns=names).assign(sample_id=corner.ids)
    assert corner.add(frame, "mine").method == first.method
    assert corner.lineage() == changes


@pytest.mark.parametrize(
    ("said", "asked", "expected", "warns"),
    [
        (("1",), None, True, ""),
        (("0",), None, False, "3 of 3 rows are in-sample"),
        (
            (),
            None,
            False,
            "the file does not say whether it is out of fold; it is taken as in-sample",
        ),
        (("",), None, False, "does not say"),
        ((), False, False, ""),
        (("0",), True, True, "the file says that 3 of 3 rows are in-sample"),
        (("1",), False, False, ""),
    ],
)
def test_whether_they_are_out_of_fold(
    corner: Corner, said: tuple[str, ...], asked: bool | None, expected: bool, warns: str
) -> None:
    added = corner.add(corner.file([0, 1, 2], *said), out_of_fold=asked)
    assert added.out_of_fold is expected
    assert f"-{'oof' if expected else 'in'}-" in added.method
    assert len(corner.said) == bool(warns)
    assert all(warns in text for text in corner.said)


def test_a_name_stands_for_what_was_added_last(corner: Corner) -> None:
    first, other = corner.add(corner.file([0, 1])), corner.add(corner.file([5]), "other")
    second = corner.add(corner.file([2, 3, 4]))
    assert (first.replaced, other.replaced, second.replaced) == (False, False, True)
    listed = list_predictions(corner.store).predictions
    assert [(one["name"], one["samples"]) for one in listed] == [("other", 1), ("mine", 3)]
    back = corner.add(corner.file([0, 1]))
    assert (back.method, back.changed) == (first.method, True)
    with Store.open(corner.store) as store:
        assert int(stored_predictions(store, "mine").known.sum()) == 2
        assert stored_predictions(store).name == "mine"
        with pytest.raises(InputError, match=r"no predictions 'mien' \(did you mean 'mine'\?"):
            stored_predictions(store, "mien")


def test_a_compaction_keeps_every_name_and_only_what_it_stands_for(corner: Corner) -> None:
    superseded = corner.add(corner.file([0, 1]))
    corner.add(corner.file([5, 6]), "other")
    corner.add(corner.file([2, 3, 4, 9]))
    remove(RemoveRequest(corner.store, ids=(corner.ids[3], corner.ids[6]), may_return=True))
    before = list_predictions(corner.store).predictions
    assert [(one["name"], one["samples"]) for one in before] == [("other", 1), ("mine", 3)]
    done = compact(corner.store).done
    assert done.measurements == (f"predictions by {superseded.method}",)
    assert list_predictions(corner.store).predictions == before


def test_rows_of_derived_pictures_are_left_out_and_counted(corner: Corner) -> None:
    ids = [corner.ids[0], f"{corner.ids[0]}#flip", f"{corner.ids[1]}#smote/3"]
    added = corner.add(write_table(corner.folder / "m.csv", ids, corner.values[:3], SEVEN))
    assert (added.rows, added.derived, added.samples) == (3, 2, 1)
    with pytest.raises(InputError, match="only derived rows of an export"):
        corner.add(write_table(corner.folder / "m.csv", ids[1:], corner.values[:2], SEVEN))


def ids_of_nobody(corner: Corner) -> Path:
    ids = [corner.ids[0], "x:1", "x:2", "no#flip", "x:4"]
    return write_table(corner.folder / "m.csv", ids, corner.values[:5], SEVEN)


def ids_twice(corner: Corner) -> Path:
    return write_table(corner.folder / "m.csv", corner.ids[:1] * 2, corner.values[:2], SEVEN)


def rows_missing(corner: Corner) -> pd.DataFrame:
    return pd.DataFrame(corner.values[:199], columns=list(SEVEN))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (ids_of_nobody, r"4 of 5 ids are of no sample in store.h5 \(x:1, x:2, no#flip, \.\.\.\); "
         r"expected ids such as fer2013:0000000"),
        (ids_twice, r"line 2: the id fer2013:0000000 stands there twice \(also .+line 3\)"),
        (rows_missing, "this table: 199 rows without ids for the 200 samples of store.h5; "
         "expected a column sample_id or id, or one row a sample"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_store_is_not_stored(corner: Corner, make: Any, says: str) -> None:
    before = corner.lineage()
    with pytest.raises(InputError, match=says):
        corner.add(make(corner))
    assert corner.lineage() == before
    assert list_predictions(corner.store).predictions == ()


@pytest.mark.parametrize("name", ["Mine", "1st", "a b", "a/b", "x" * 81])
def test_a_name_that_a_store_cannot_have(corner: Corner, name: str) -> None:
    with pytest.raises(UsageError, match=r"name: .+ expected lower-case letters"):
        corner.add(corner.file([0]), name)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("predictions_out_of_fold", "predictions_out_of_fold"),
        ("My Model (v2)", "my-model-v2"),
        ("2026-run", "model-2026-run"),
        ("表情", "model"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_name_is_made_of_that_of_the_file(stem: str, name: str) -> None:
    assert fitting_name(stem) == name


def test_without_predictions_the_way_to_add_some_is_told(corner: Corner) -> None:
    with (
        Store.open(corner.store) as store,
        pytest.raises(InputError, match=r"no predictions are stored\. Add some with: fercurate"),
    ):
        stored_predictions(store)


def test_an_interrupted_change_is_finished_by_the_same_command_only(
    corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_entry(*_: object) -> None:
        raise KeyboardInterrupt

    file = corner.file([0, 1])
    with monkeypatch.context() as patched:
        patched.setattr(adding, "_entry", no_entry)
        with pytest.raises(KeyboardInterrupt):
            corner.add(file)
    with pytest.raises(StoreError, match="an interrupted change waits to be finished"):
        corner.add(corner.file([2], name="other.csv"))
    assert list_predictions(corner.store).predictions == ()
    assert corner.add(corner.file([0, 1])).changed
    assert [one["samples"] for one in list_predictions(corner.store).predictions] == [2]


def test_a_store_that_changed_meanwhile_is_left_alone(
    corner: Corner, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = adding.join_samples

    def slow(store: Store, table: Any) -> Any:
        joined = original(store, table)
        with open_writer(corner.store, "remove") as writer:
            writer.remove_ids([corner.ids[9]])
            writer.commit(store.lineage[0])
        return joined

    monkeypatch.setattr(adding, "join_samples", slow)
    with pytest.raises(FercurateError, match="another command has changed it meanwhile"):
        corner.add(corner.file([0, 1]))
    assert list_predictions(corner.store).predictions == ()
