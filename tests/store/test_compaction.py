"""Compaction: the bytes of what was removed or superseded go, and nothing else changes."""

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.domain.sample import EncodedImage, Sample, pixel_digest
from fercurate.files.digest import ByteRanges
from fercurate.files.pictures.decode import decode_image
from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.store.parts.part_copy import RowsKept, copy_samples_part
from fercurate.store.store import Store
from tests.corpora import draw, encode
from tests.pipeline.care.stores import (
    Stopped,
    copied,
    digest,
    files,
    fill,
    holding,
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
from tests.store.edits import edit_head, parts_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parts 1 and 2: two sources; 3: no pictures, only rejects; 4: pictures of several kinds."""
    path = tmp_path_factory.mktemp("made") / "s.h5"
    fill(path, toys(0, 1, 2, 3), rejects=[5])
    fill(path, toys(10, 11, name="zoo"), rejects=[7])
    fill(path, [], rejects=[8])
    points = np.arange(136, dtype=np.float32).reshape(68, 2)
    boxed = toy(4, box=(1, 2, 3, 4), landmarks=points, votes=(1,) * 10)
    color = toy(5, image=np.stack([picture(5)] * 3, axis=2), box=(5, 6, 7, 8), votes=(2,) * 10)
    fill(path, [boxed, color, encoded(6), encoded(7), toy(8)])
    vote(path, range(4), 3)
    measured(path, range(11))
    return path


def encoded(number: int) -> Sample:
    pixels = draw(number, (9, 7))
    content = encode(pixels)
    return toy(number, image=EncodedImage(content, (9, 7), pixel_digest(pixels), decode_image))


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    return copied(made, tmp_path / "s.h5")


def gone(path: Path, *numbers: int, may_return: bool = False) -> None:
    names = tuple(name for name in ids(path) if int(name[-4:]) in numbers)
    assert len(names) == len(numbers)
    remove(RemoveRequest(path, ids=names, may_return=may_return))


def traces(path: Path, numbers: Sequence[int]) -> list[str]:
    """The files that hold a picture or an id of some samples."""
    found = []
    for number in numbers:
        name = "zoo" if number in (10, 11) else "toy"
        content = encode(draw(number, (9, 7))) if number in (6, 7) else picture(number).tobytes()
        content = np.repeat(picture(5), 3).tobytes() if number == 5 else content
        found += holding(path, content) + holding(path, f"{name}:no_{number:04d}")
    return found


@pytest.mark.parametrize(
    "numbers",
    [(0,), (3,), (1, 2), (4,), (5,), (6,), (7,), (6, 7), (0, 4, 11), (4, 5, 6, 7, 8), (10, 11)],
    ids=lambda numbers: ",".join(map(str, numbers)),
)
def test_what_was_removed_leaves_no_byte_and_the_rest_stays_as_it_was(
    store: Path, numbers: tuple[int, ...]
) -> None:
    before = told(store)
    assert len(traces(store, numbers)) == 2 * len(numbers)
    gone(store, *numbers)
    hidden, said, rejects = told(store), digest(store), reject_lines(store)
    assert hidden == without(before, *(f"{number:04d}" for number in numbers))
    assert len(traces(store, numbers)) == 2 * len(numbers)
    report = compact(store)
    assert (report.changed, report.done.samples) == (True, len(numbers))
    assert traces(store, numbers) == []
    assert (told(store), digest(store), reject_lines(store)) == (hidden, said, rejects)
    with Store.open(store) as opened:
        opened.verify()
        assert opened.visibility.stored is None


def test_the_digest_is_that_of_a_store_which_never_had_it(store: Path, tmp_path: Path) -> None:
    other = fill(tmp_path / "other" / "s.h5", toys(0, 3))
    vote(other, range(2), 3)
    for names in (("toy:no_0001", "toy:no_0002"), tuple(ids(store)[4:])):
        remove(RemoveRequest(store, ids=names))
    assert digest(store) == digest(other)
    compact(store)
    assert digest(store) == digest(other)


def test_rejects_of_a_removed_source_go(store: Path) -> None:
    assert len(holding(store, "zoo 300")) == 1
    names = list(parts(store))
    remove(RemoveRequest(store, source="zoo"))
    assert len(holding(store, "zoo 300")) == 1
    compact(store)
    assert list(parts(store))[:3] == [names[0], names[2], names[3]]  # they have none of its rejects
    assert holding(store, "zoo 300") == []
    assert holding(store, "zoo.csv") == ["s.h5"]  # the lineage says what was done
    assert reject_lines(store) == [("toy", 5, "E_RANGE"), ("toy", 8, "E_RANGE")]


def test_a_part_that_holds_only_rejects_of_what_was_removed_goes(store: Path) -> None:
    remove(RemoveRequest(store, source="toy"))
    compact(store)
    assert reject_lines(store) == [("zoo", 7, "E_RANGE")]
    assert [*parts(store).values()] == ["samples", "measurements", "removals"]


def test_only_parts_that_must_change_are_written(store: Path) -> None:
    names = list(parts(store))
    before = {name: (parts_of(store) / name).stat().st_mtime_ns for name in names}
    gone(store, 11)
    report = compact(store)
    after = list(parts(store))
    # the second part, whose row went; votes and measurements name rows: behind it they moved
    kinds = [kind for name, kind in parts(store).items() if name not in names]
    assert [name for name in after if name in names] == [names[0], names[2], names[3]]
    assert kinds == ["samples", "columns", "measurements", "removals"]
    assert report.done.written == len(kinds)
    for name in (names[0], names[2], names[3]):
        assert (parts_of(store) / name).stat().st_mtime_ns == before[name]
    assert {path.name for path in parts_of(store).glob("0*.h5")} == set(after)
    with Store.open(store) as opened:
        assert report.done.bytes_after == sum(part.size for part in opened.head.parts)


def test_a_clean_store_is_not_changed(store: Path) -> None:
    before = files(store)
    report = compact(store)
    assert (report.changed, report.done.saved, report.done.written) == (False, 0, 0)
    assert files(store) == before
    gone(store, 2, 10)
    assert compact(store).changed
    before = files(store)
    assert not compact(store).changed
    assert files(store) == before


def test_a_clean_store_with_tombstones_before_later_parts_is_not_changed(store: Path) -> None:
    gone(store, 2)
    compact(store)
    fill(store, toys(20, 21))
    vote(store, [9], 8)
    before = files(store)
    assert [*parts(store).values()][-3:] == ["removals", "samples", "columns"]
    assert not compact(store).changed
    assert files(store) == before


def test_superseded_votes_go(store: Path) -> None:
    vote(store, [0, 1], 7)
    vote(store, [2], 9)
    before, said = told(store), digest(store)
    assert [*parts(store).values()].count("columns") == 3
    report = compact(store)
    assert report.changed
    assert (told(store), digest(store)) == (before, said)
    columns = [name for name, kind in parts(store).items() if kind == "columns"]
    rows = []
    for name in columns:
        with h5py.File(parts_of(store) / name) as file:
            rows.append(file["rows"][:].tolist())
    assert rows == [[3], [0, 1], [2]]
    assert report.done.written == 1


def test_votes_that_are_superseded_in_whole_go_with_their_part(store: Path) -> None:
    name = next(name for name, kind in parts(store).items() if kind == "columns")
    vote(store, range(4), 6)
    before = told(store)
    report = compact(store)
    assert (report.changed, report.done.written) == (True, 0)
    assert name not in parts(store)
    assert told(store) == before


def test_measurements_of_an_older_method_go(store: Path) -> None:
    measured(store, range(11), "mean-2", factor=2)
    before = told(store)
    report = compact(store)
    assert report.changed
    assert report.done.measurements == ("light by mean-1",)
    with Store.open(store) as opened:
        assert opened.measured("light", "mean-1") is None
        assert opened.measured("light", "mean-2").known.all()
        assert opened.measured_kinds() == [("light", "mean-2")]
    older = {"light by mean-1"}
    assert told(store) == {
        name: {key: value for key, value in row.items() if key not in older}
        for name, row in before.items()
    }


def test_measurements_that_were_made_again_are_kept_once(store: Path) -> None:
    measured(store, [0, 1, 9], factor=3)
    before = told(store)
    report = compact(store)
    assert report.done.measurements == ()
    assert told(store) == before
    rows = []
    for name, kind in parts(store).items():
        if kind == "measurements":
            with h5py.File(parts_of(store) / name) as file:
                rows += file["measurements/light/rows"][:].tolist()
    assert sorted(rows) == list(range(11))


def test_all_samples_may_be_gone(store: Path) -> None:
    remove(RemoveRequest(store, source="toy", may_return=True))
    remove(RemoveRequest(store, source="zoo", may_return=True))
    compact(store)
    assert (parts(store), ids(store), reject_lines(store)) == ({}, [], [])
    assert {path.name for path in parts_of(store).iterdir()} == {"committed", "lock"}
    fill(store, toys(0))
    assert told(store)["toy:no_0000"]["picture"] == picture(0).tobytes()


def test_each_sample_is_still_told_by_which_change_it_came(store: Path) -> None:
    gone(store, 1, 10, 6)
    with Store.open(store) as opened:
        before = opened.changes.tolist()
    assert before == [0, 0, 0, 1, 3, 3, 3, 3]
    compact(store)
    with Store.open(store) as opened:
        assert opened.changes.tolist() == before
        assert opened.lineage[-1].layout == "compaction"


def test_a_change_that_is_not_known_stays_unknown(store: Path) -> None:
    def forget(head: h5py.File) -> None:
        head["parts/change"][...] = -1

    edit_head(store, forget)
    gone(store, 1)
    compact(store)
    with Store.open(store) as opened:
        assert set(opened.changes.tolist()) == {-1}


def test_an_interrupted_compaction_goes_on_where_it_stopped(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone(store, 1, 11, 5)
    other = copied(store, tmp_path / "other" / "s.h5")
    compact(other)
    written: list[str] = []

    def once(file: h5py.File, path: Path, kept: RowsKept) -> ByteRanges:
        if len(written) == 2:
            raise Stopped
        written.append(path.name)
        return copy_samples_part(file, path, kept)

    monkeypatch.setattr("fercurate.store.compaction.copy_samples_part", once)
    before = told(store)
    with pytest.raises(Stopped):
        compact(store)
    assert told(store) == before
    assert len(traces(store, [1])) == 2
    written[1:] = []
    compact(store)  # the two that were written are not written again: one more is one too few
    assert len(written) == 2
    assert (told(store), parts(store)) == (told(other), parts(other))
    assert traces(store, [1, 11, 5]) == []


def test_damaged_heads_that_were_set_aside_go(store: Path) -> None:
    damaged = parts_of(store) / "damaged-1-pending.h5"
    damaged.write_bytes(b"nothing")
    compact(store)
    assert not damaged.exists()
