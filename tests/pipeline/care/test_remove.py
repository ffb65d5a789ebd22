"""``remove``: hidden at once from everything, and nothing else is touched."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.domain.manifest import ARRAY_COLUMNS
from fercurate.errors import InputError, StoreError, UsageError
from fercurate.pipeline.care import removal
from fercurate.pipeline.care.contents import list_sources
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from tests.pipeline.care.stores import (
    digest,
    files,
    fill,
    folder_of,
    ids,
    measured,
    parts,
    picture,
    reject_lines,
    told,
    toy,
    toys,
    vote,
    without,
)

WHOLE = ("twins",)
"""Measurements of all pictures together, which a removal makes those of another store."""


def gone(path: Path, *names: str, **options: Any) -> Any:
    return remove(RemoveRequest(path, ids=names, **options))


def test_a_removed_source_is_hidden_from_everything_at_once(mixed: Path) -> None:
    before, order = told(mixed), ids(mixed)
    assert {name.partition(":")[0] for name in order} == {"affectnet", "fer2013"}
    assert order[0].startswith("affectnet")  # so that all others have other positions
    report = remove(RemoveRequest(mixed, source="affectnet"))
    left = {name: row for name, row in before.items() if name.startswith("fer2013")}
    assert (report.removed, report.left) == (len(order) - len(left), len(left))
    after = told(mixed)
    assert list(after) == list(left)
    assert without(after, kinds=WHOLE) == without(left, kinds=WHOLE)
    assert {line[0] for line in reject_lines(mixed)} == {"fer2013"}


def test_statistics_and_sources_count_what_is_left(mixed: Path) -> None:
    before = measure_balance(mixed)
    assert {*before.rejects} == {"affectnet", "fer2013"}
    remove(RemoveRequest(mixed, source="affectnet"))
    after = measure_balance(mixed)
    assert after.total == before.sources["fer2013"]
    assert after.sources == {"fer2013": before.sources["fer2013"]}
    splits = before.by_source["fer2013"]
    fewer = {
        s: {c: n for c, n in counts.items() if c != "contempt"} for s, counts in splits.items()
    }
    assert after.by_source == {"fer2013": fewer}  # contempt was AffectNet's alone
    assert after.rejects == {"fer2013": before.rejects["fer2013"]}
    listed = {one.name: one for one in list_sources(mixed).sources}
    assert (listed["affectnet"].samples, listed["affectnet"].rejects) == (0, 0)
    assert listed["affectnet"].bytes == 0
    assert listed["fer2013"].samples == after.total
    assert list_sources(mixed).removed == before.total - after.total


def test_rows_are_not_taken_for_others_if_the_store_changes_meanwhile(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, *rest = ids(small)

    def late(*given: Any) -> Any:
        monkeypatch.undo()
        remove(RemoveRequest(small, ids=(first,)))  # every row is another one now
        return open_writer(*given)

    monkeypatch.setattr(removal, "open_writer", late)
    with pytest.raises(StoreError, match="changed it meanwhile") as caught:
        remove(RemoveRequest(small, ids=(second,)))
    assert "run it again" in caught.value.fix
    assert ids(small) == [second, *rest]
    assert remove(RemoveRequest(small, ids=(second,))).removed == 1
    assert ids(small) == rest


def test_single_samples_go_and_their_source_keeps_its_rejects(small: Path) -> None:
    before, rejects = told(small), reject_lines(small)
    report = gone(small, "toy:no_0001", "zoo:no_0010")
    assert (report.removed, report.left, report.changed) == (2, 6, True)
    assert report.classes == {"toy": {"happy": 1}, "zoo": {"happy": 1}}
    assert told(small) == without(before, "0001", "0010")
    assert reject_lines(small) == rejects
    assert len(rejects) == 3


def test_every_array_is_that_of_the_rows_that_are_left(small: Path) -> None:
    with Store.open(small) as store:
        before = {name: store.array(name) for name in ARRAY_COLUMNS}
        light = store.measured("light", "mean-1")
        assert store.measured_row(7)["light", "mean-1"].values == light.values[7]
    gone(small, "toy:no_0000", "toy:no_0003")
    kept = [1, 2, 4, 5, 6, 7]
    with Store.open(small) as store:
        for name, values in before.items():
            np.testing.assert_array_equal(store.array(name), values[kept])
        np.testing.assert_array_equal(store.votes[:, 0], [3, 3, 0, 3, 0, 3])
        found = store.measured("light", "mean-1")
        assert found.known.all()
        np.testing.assert_array_equal(found.values, light.values[kept])
        assert store.measured_row(5)["light", "mean-1"].values == light.values[7]
        assert [int(image.sum()) for image in store.images([5, 2])] == [
            int(picture(number).sum()) for number in (5, 10)
        ]
        assert store.changes.tolist() == [0, 0, 1, 1, 2, 2]
        assert len(store.picture_bytes) == len(store) == len(store.manifest) == 6


def test_several_removals_one_after_the_other(small: Path) -> None:
    before = told(small)
    gone(small, "toy:no_0000", "toy:no_0004")
    assert told(small) == without(before, "0000", "0004")
    remove(RemoveRequest(small, source="zoo"))
    assert told(small) == without(before, "0000", "0004", "0010", "0011")
    assert reject_lines(small) == [("toy", 5, "E_RANGE"), ("toy", 6, "E_RANGE")]
    vote(small, [0], 9)  # positions are those of what is to be seen
    measured(small, [2], factor=2)
    gone(small, "toy:no_0002")
    with Store.open(small) as store:
        assert ids(small) == ["toy:no_0001", "toy:no_0003", "toy:no_0005"]
        assert store.votes[:, 0].tolist() == [9, 0, 3]
        light = store.measured("light", "mean-1").values[:, 0]
        means = [picture(number).mean() for number in (1, 3, 5)]
        np.testing.assert_allclose(light, [means[0], 2 * means[1], means[2]], rtol=1e-6)
    fill(small, toys(6))
    assert ids(small)[-1] == "toy:no_0006"
    with Store.open(small) as store:
        assert (store.images([3])[0] == picture(6)).all()


def test_all_that_is_there_may_go(small: Path) -> None:
    remove(RemoveRequest(small, source="toy"))
    report = remove(RemoveRequest(small, source="zoo"))
    assert (report.left, ids(small), reject_lines(small)) == (0, [], [])
    assert measure_balance(small).total == 0
    assert len(digest(small)) == 64
    fill(small, toys(8, name="zoo"), rejects=[7])
    assert (ids(small), reject_lines(small)) == (["zoo:no_0008"], [("zoo", 7, "E_RANGE")])


def test_a_source_that_gave_only_rejects_can_be_removed(tmp_path: Path) -> None:
    path = fill(tmp_path / "s.h5", toys(1, name="zoo"))
    fill(path, [], rejects=[3])
    assert [one[0] for one in reject_lines(path)] == ["toy"]
    report = remove(RemoveRequest(path, source="toy"))
    assert (report.removed, report.left, report.classes) == (0, 1, {"toy": {}})
    assert reject_lines(path) == []


def test_rejects_that_come_again_after_a_removal_are_seen(small: Path) -> None:
    remove(RemoveRequest(small, source="toy"))
    assert reject_lines(small) == [("zoo", 7, "E_RANGE")]
    fill(small, [], rejects=[5])
    assert reject_lines(small) == [("zoo", 7, "E_RANGE"), ("toy", 5, "E_RANGE")]


@pytest.mark.parametrize(
    "asked",
    [
        {"ids": ("toy:no_0001", "toy:no_9999")},
        {"ids": ("toy:no_000",)},
        {"source": "tou"},
        {"source": "TOY"},
        {"source": "toy", "ids": ("zoo:no_0010",)},
        {},
    ],
    ids=["one unknown id", "part of an id", "unknown source", "other case", "both", "neither"],
)
def test_a_refused_removal_changes_no_byte(small: Path, asked: dict[str, Any]) -> None:
    before, request = files(small), RemoveRequest(small, **asked)
    usage = bool(request.source) == bool(request.ids)
    with pytest.raises(UsageError if usage else InputError) as caught:
        remove(request)
    assert files(small) == before
    if request.source == "tou":
        assert "did you mean 'toy'" in str(caught.value)
    if len(request.ids) == 2:
        assert "1 of 2 ids" in str(caught.value)
        assert "toy:no_9999" in str(caught.value)


def test_a_removed_id_is_unknown_from_then_on(small: Path) -> None:
    gone(small, "toy:no_0001")
    with pytest.raises(InputError, match="toy:no_0001"):
        gone(small, "toy:no_0001", "toy:no_0002")
    remove(RemoveRequest(small, source="zoo"))
    with pytest.raises(InputError, match="no source 'zoo'"):
        remove(RemoveRequest(small, source="zoo"))


def test_a_dry_run_tells_the_same_and_changes_no_byte(small: Path) -> None:
    before = files(small)
    told_first = [
        remove(RemoveRequest(small, source="zoo", dry_run=True)).to_json(),
        gone(small, "toy:no_0001", dry_run=True).to_json(),
    ]
    assert files(small) == before
    told_then = [
        remove(RemoveRequest(small, source="zoo")).to_json(),
        gone(small, "toy:no_0001").to_json(),
    ]
    assert [one.pop("changed") for one in told_first + told_then] == [False, False, True, True]
    assert told_first[0] == told_then[0]
    assert told_first[1]["left"] == told_then[1]["left"] + 2
    assert told_first[1]["classes"] == told_then[1]["classes"]


def test_identical_pictures_that_stay_are_told(tmp_path: Path) -> None:
    same = [toy(number, image=picture(1)) for number in (1, 2, 3, 4, 5, 6)]
    path = fill(tmp_path / "s.h5", [*same, toy(7)])
    report = gone(path, "toy:no_0002", "toy:no_0006", "toy:no_0007")
    assert (report.identical, report.tombstones) == (4, 2)
    assert report.identical_ids == ("toy:no_0001", "toy:no_0003", "toy:no_0004")
    assert ids(path) == [f"toy:no_000{number}" for number in (1, 3, 4, 5)]
    assert gone(path, "toy:no_0001", "toy:no_0003", "toy:no_0004", "toy:no_0005").identical == 0


def test_an_interrupted_change_is_left_alone(small: Path) -> None:
    with open_writer(small, "ingest of more") as writer:
        writer.append(toy(40))
        writer.settle()
    with pytest.raises(StoreError, match="an interrupted change waits"):
        gone(small, "toy:no_0001")
    assert len(ids(small)) == 8
    with open_writer(small, "ingest of more") as writer:
        assert writer.resumes


def test_a_removal_is_one_change_that_names_no_id(small: Path) -> None:
    with Store.open(small) as store:
        generation, changes = store.head.generation, len(store.lineage)
    gone(small, "toy:no_0001", "zoo:no_0010")
    with Store.open(small) as store:
        assert (store.head.generation, len(store.lineage)) == (generation + 1, changes + 1)
        last = store.lineage[-1]
    assert (last.layout, last.source, last.records) == ("removal", "", 2)
    assert last.command.startswith("fercurate remove ")
    assert last.command.endswith(" --ids FILE")
    assert "no_" not in last.to_json()
    assert [*parts(small).values()][-1] == "removals"


def test_a_reader_keeps_what_it_has_opened(small: Path) -> None:
    with Store.open(small) as old:
        gone(small, "toy:no_0000")
        assert len(old) == len(old.manifest) == 8
        assert (old.images([0])[0] == picture(0)).all()


def test_the_commands_say_what_they_did(small: Path, run: Any) -> None:
    dry = run("remove", small, "--source", "zoo", "--dry-run")
    assert dry.code == 0
    assert "2 samples would be removed (nothing was changed), 6 left" in dry.out
    done = run("remove", small, "--source", "zoo")
    assert (done.code, len(ids(small))) == (0, 6)
    assert "2 samples removed, 6 left" in done.out
    assert "2 pictures may not come back" in done.out
    before = files(small)
    assert run("remove", small).code == 2
    assert run("remove", small, "--source", "nobody").code == 1
    assert run("remove", small.with_name("no.h5"), "--source", "toy").code == 1
    assert files(small) == before
    assert not folder_of(small.with_name("no.h5")).exists()
