"""``sources`` and ``rejects``: what lies in a store, counted and listed."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.domain.sample import Reject, RejectCode
from fercurate.errors import StoreError
from fercurate.pipeline.care.contents import list_rejects, list_sources
from fercurate.pipeline.care.merge import merge
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.ingest.report import REJECT_COLUMNS
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from tests.pipeline.care.stores import entry, files, fill, parts, reject_lines, toys


def test_sources_are_counted_as_they_are_stored(mixed: Path) -> None:
    listed = list_sources(mixed)
    assert [one.name for one in listed.sources] == ["affectnet", "fer2013", "ferplus"]
    with Store.open(mixed) as store:
        names, sizes = store.manifest.text("source"), store.picture_bytes
        rejects = store.reject_counts()
        assert listed.changes == store.lineage
    for one in listed.sources:
        own = names == one.name
        assert one.samples == own.sum()
        assert one.rejects == sum(rejects.get(one.name, {}).values())
        assert one.bytes == sizes[np.asarray(own)].sum()
    affectnet, fer, votes = listed.sources
    assert (affectnet.samples, fer.samples, votes.samples) == (32, 100, 0)
    assert fer.bytes == 100 * 48 * 48
    assert 0 < affectnet.bytes < 32 * 64 * 64 * 3
    assert (affectnet.rejects, fer.rejects) == (5, 3)
    assert fer.inputs == ("fer2013.csv",)
    assert (fer.readers, votes.readers) == (("fer2013",), ("ferplus",))
    assert fer.when == listed.changes[1].time


def test_bytes_are_those_of_all_parts(mixed: Path) -> None:
    folder = mixed.with_name("s.h5.parts")
    assert list_sources(mixed).bytes == sum((folder / name).stat().st_size for name in parts(mixed))


def test_what_was_removed_and_may_not_come_back_is_counted(small: Path) -> None:
    assert (list_sources(small).removed, list_sources(small).tombstones) == (0, 0)
    remove(RemoveRequest(small, source="zoo"))
    remove(RemoveRequest(small, ids=("toy:no_0000",), may_return=True))
    listed = list_sources(small)
    assert (listed.removed, listed.tombstones) == (3, 2)
    counts = {one.name: one.samples for one in listed.sources}
    assert counts == {"ferplus": 0, "toy": 5, "zoo": 0}
    assert [change.layout for change in listed.changes[-2:]] == ["removal", "removal"]


def test_several_ingests_of_a_source_are_one_line(small: Path) -> None:
    toy = next(one for one in list_sources(small).sources if one.name == "toy")
    assert (toy.samples, toy.rejects, toy.inputs, toy.variants) == (6, 2, ("toy.csv",), ("toys",))
    with open_writer(small, "more") as writer:
        writer.append(toys(70)[0])
        later = entry("toy", 1)
        writer.commit(type(later)(**{**_fields(later), "time": "2030-01-01", "variant": "more"}))
    toy = next(one for one in list_sources(small).sources if one.name == "toy")
    assert (toy.samples, toy.when, toy.variants) == (7, "2030-01-01", ("toys", "more"))


def _fields(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def test_a_source_of_rejects_alone_is_listed(tmp_path: Path) -> None:
    path = fill(tmp_path / "s.h5", [], rejects=[3, 4])
    (one,) = list_sources(path).sources
    assert (one.name, one.samples, one.rejects, one.bytes) == ("toy", 0, 2, 0)


def test_the_command_lists_sources(mixed: Path, run: Any) -> None:
    before = files(mixed)
    shown = run("sources", mixed)
    assert shown.code == 0
    assert "s.h5: 132 samples" in shown.out
    assert "changes, oldest first" in shown.out
    told = json.loads(run("sources", mixed, "--json").out)
    assert [one["samples"] for one in told["sources"]] == [32, 100, 0]
    assert [change["command"] for change in told["changes"]][-1] == "fercurate filter"
    assert (told["removed"], told["tombstones"]) == (0, 0)
    frame = list_sources(mixed).to_frame()
    assert frame["samples"].tolist() == [32, 100, 0]
    assert files(mixed) == before
    with pytest.raises(StoreError, match="no such store"):
        list_sources(mixed.with_name("no.h5"))


def test_rejects_are_listed_with_their_meaning(mixed: Path) -> None:
    listed = list_rejects(mixed)
    with Store.open(mixed) as store:
        stored = list(store.rejects())
    assert [(r[0], r[1], r[2], r[3], r[5]) for r in listed.rejects] == stored
    assert all(reject[4] for reject in listed.rejects)
    assert listed.counts()["fer2013"] == {"E_LABEL": 1, "E_PIXCOUNT": 1, "E_RANGE": 1}
    assert sum(listed.counts()["affectnet"].values()) == 5
    assert len(listed.rejects) == 8
    one = list_rejects(mixed, "fer2013")
    assert one.counts() == {"fer2013": listed.counts()["fer2013"]}
    assert list_rejects(mixed, "nobody").rejects == ()


def test_rejects_as_csv_are_read_back(mixed: Path, run: Any) -> None:
    done = run("rejects", mixed, "--csv", "r.csv")
    assert done.code == 0
    assert "8 rejects" in done.out
    meaning = "a pixel that is no whole number in 0..255, or votes or shares out of range"
    assert f"fer2013: E_RANGE 1 ({meaning})" in done.out
    with Path("r.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert tuple(rows[0]) == REJECT_COLUMNS
    told = json.loads(run("rejects", mixed, "--json").out)
    assert [{name: str(value) for name, value in one.items()} for one in told["rejects"]] == rows
    assert told["counts"] == list_rejects(mixed).counts()
    only = run("rejects", mixed, "--source", "affectnet", "--csv", "a.csv")
    assert only.code == 0
    assert len(Path("a.csv").read_text().splitlines()) == 6
    assert "fer2013" not in only.out
    frame = list_rejects(mixed).to_frame()
    assert frame["code"].tolist() == [row["code"] for row in rows]


def test_awkward_rejects_make_a_whole_csv(tmp_path: Path, run: Any) -> None:
    path = tmp_path / "s.h5"
    message = 'broken, said "it"\nand more'
    with open_writer(path, "s") as writer:
        writer.reject("toy", Reject(RejectCode.DECODE, message, "fo\udcff, ö.png"))
        writer.commit(entry("toy"))
    assert run("rejects", path, "--csv", "r.csv").code == 0
    with Path("r.csv").open(newline="", encoding="utf-8") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["message"], row["code"]) == (message, "E_DECODE")
    assert "ö.png" in row["origin"]


def test_rejects_after_a_merge_and_a_removal(small: Path, other: Path, tmp_path: Path) -> None:
    into = tmp_path / "into" / "c.h5"
    into.parent.mkdir()
    merge(small, other, into)
    assert list_rejects(into).counts() == {
        "toy": {"E_RANGE": 3},
        "yak": {"E_RANGE": 1},
        "zoo": {"E_RANGE": 1},
    }
    remove(RemoveRequest(into, source="toy"))
    assert [one[0] for one in list_rejects(into).rejects] == ["zoo", "yak"]
    assert len(reject_lines(into)) == 2
