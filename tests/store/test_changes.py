"""Which change wrote a part: told by a head, or inferred from one of an earlier version."""

import shutil
from pathlib import Path

import h5py
import pytest

from fercurate.domain.lineage import LineageEntry
from fercurate.errors import FormatError
from fercurate.files.hdf5 import FileType, open_hdf5
from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.store.heads.head_format import PartEntry, with_changes
from fercurate.store.store import Store
from tests.pipeline.care.stores import entry, fill, ids, measured, reject_lines, toys, vote
from tests.store.edits import edit_head

OLD = Path(__file__).parents[1] / "end_to_end" / "last_version"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of the last version: FER-2013 (100), its votes, CK+ (8), filtered."""
    shutil.copy(OLD / "store.h5", tmp_path)
    shutil.copytree(OLD / "store.h5.parts", tmp_path / "store.h5.parts")
    return tmp_path / "store.h5"


def has_column(path: Path) -> bool:
    with h5py.File(path) as file:
        return "change" in file["parts"]


def format_version(path: Path) -> int:
    with h5py.File(path) as file:
        return int(file.attrs["format_version"])


def test_the_changes_of_an_older_store_are_inferred(old: Path) -> None:
    assert not has_column(old)
    with Store.open(old) as store:
        sources = store.manifest.text("source").tolist()
        told = [store.lineage[number] for number in store.changes]
        assert [one.source for one in told] == sources
        assert {name: sources.count(name) for name in set(sources)} == {"fer2013": 100, "ckplus": 8}
        for part in store.head.parts:
            wrote = store.lineage[part.change]
            if part.kind == "columns":
                assert wrote.source == "ferplus"
            else:
                assert (wrote.layout == "measurements") == (part.kind == "measurements")
        assert [part.change for part in store.head.parts] == sorted(
            part.change for part in store.head.parts
        )


def test_an_older_store_is_changed_and_then_tells_its_changes(old: Path) -> None:
    with Store.open(old) as store:
        before = store.changes.tolist()
    gone = ids(old)[3]
    remove(RemoveRequest(old, ids=(gone,)))
    compact(old)
    assert has_column(old)
    with Store.open(old) as store:
        store.verify()
        assert store.changes.tolist() == before[:3] + before[4:]
        assert gone not in store.manifest.text("id")
        assert len(store.images(range(107))) == 107


def part(number: int, kind: str, rows: int = 0) -> PartEntry:
    return PartEntry(f"{number:06d}.h5", kind, rows, 1, "0" * 64)


def of(*kinds: str | int) -> tuple[PartEntry, ...]:
    """Parts by kind; a number is a part of so many samples."""
    return tuple(
        part(n + 1, "samples", kind) if isinstance(kind, int) else part(n + 1, kind)
        for n, kind in enumerate(kinds)
    )


def by(*added: int | str) -> tuple[LineageEntry, ...]:
    """Changes by the samples they added, or by their layout; votes count what got them."""
    return tuple(
        entry("toy", one) if isinstance(one, int) else entry("toy", 5 * (one == VOTES), one)
        for one in added
    )


VOTES, FILTER = "ferplus csv", "measurements"


@pytest.mark.parametrize(
    ("parts", "lineage", "expected"),
    [
        (of(), by(), []),
        (of(5), by(5), [0]),
        (of(3, 2), by(5), [0, 0]),
        (of(5, 4), by(5, 4), [0, 1]),
        (of(3, 2, 4, 1), by(5, 5), [0, 0, 1, 1]),
        (of(5, "columns"), by(5, VOTES), [0, 1]),
        (of(5, "columns", "columns"), by(5, VOTES, VOTES), [0, 1, 2]),
        (of(5, "columns", 3), by(5, VOTES, 3), [0, 1, 2]),
        (of(5, "measurements", "measurements"), by(5, FILTER), [0, 1, 1]),
        (of(5, "measurements", 3, "measurements"), by(5, FILTER, 3, FILTER), [0, 1, 2, 3]),
        (of(5, "columns", "measurements", 2), by(5, VOTES, FILTER, 2), [0, 1, 2, 3]),
        (of(5, 0, "columns", 5), by(5, VOTES, 5), [0, 0, 1, 2]),
        (of(0, 5), by(0, 5), [0, 1]),
    ],
    ids=[
        "none",
        "one",
        "two parts",
        "two changes",
        "two of two",
        "votes",
        "votes twice",
        "votes between",
        "measurements",
        "measured between",
        "all",
        "votes with rejects",
        "rejects alone",
    ],
)
def test_every_part_gets_the_change_that_wrote_it(
    parts: tuple[PartEntry, ...], lineage: tuple[LineageEntry, ...], expected: list[int]
) -> None:
    told = with_changes(parts, lineage)
    assert [one.change for one in told] == expected
    assert [one.name for one in told] == [one.name for one in parts]


@pytest.mark.parametrize(
    ("parts", "lineage"),
    [
        (of(5), by(6)),
        (of(5), by(4)),
        (of(5), by()),
        (of(5, 5), by(5)),
        (of(3, 3), by(5)),
        (of(5, 4), by(5, 5)),
        (of(5, 4), by(4, 5)),
        (of(5, "columns"), by(5)),
        (of(5, "measurements"), by(5)),
        (of(5, "measurements"), by(5, 3)),
        (of(5, "columns"), by(5, FILTER)),
        (of(10), by(5, 10)),
        (of(5), by(5, 3)),
    ],
)
def test_nothing_is_told_where_counts_do_not_fit(
    parts: tuple[PartEntry, ...], lineage: tuple[LineageEntry, ...]
) -> None:
    assert {one.change for one in with_changes(parts, lineage)} == {-1}


def forget(head: h5py.File) -> None:
    """Make a head one of an earlier version."""
    del head["parts/change"]


def test_a_head_that_does_not_tell_is_read_as_one_that_does(tmp_path: Path) -> None:
    path = fill(tmp_path / "s.h5", toys(0, 1, 2), rejects=[4])
    fill(path, [], rejects=[5])
    vote(path, [0, 1], 3)
    fill(path, toys(10, 11, name="zoo"))
    measured(path, range(5))
    with Store.open(path) as store:
        told = store.changes.tolist(), [part.kind for part in store.head.parts]
    edit_head(path, forget)
    assert not has_column(path)
    with Store.open(path) as store:
        assert (store.changes.tolist(), [part.kind for part in store.head.parts]) == told
        assert [part.change for part in store.head.parts if part.rows] == [0, 3]
    assert told[0] == [0, 0, 0, 3, 3]
    assert [line[1] for line in reject_lines(path)] == [4, 5]


def test_where_it_does_not_fit_the_store_is_read_all_the_same(tmp_path: Path) -> None:
    path = fill(tmp_path / "s.h5", toys(0, 1, 2))

    def more(head: h5py.File) -> None:
        forget(head)
        lineage = head["lineage"].asstr()[:]
        text = lineage[0].replace('"added": 3', '"added": 4')
        assert text != lineage[0]
        head["lineage"][0] = text.encode()

    edit_head(path, more)
    with Store.open(path) as store:
        assert store.changes.tolist() == [-1, -1, -1]
        assert len(store.images(range(3))) == 3


def test_only_a_head_with_removals_is_of_the_second_version(tmp_path: Path) -> None:
    path = fill(tmp_path / "s.h5", toys(0, 1, 2))
    assert format_version(path) == 1
    remove(RemoveRequest(path, ids=("toy:no_0001",), may_return=True))
    assert format_version(path) == 2
    with pytest.raises(FormatError), open_hdf5(path, FileType("fercurate-store", 1, FormatError)):
        pass  # an earlier reader would show what was removed: it must not read it
    compact(path)
    assert format_version(path) == 1
    remove(RemoveRequest(path, ids=("toy:no_0002",)))
    compact(path)
    assert format_version(path) == 2  # for its tombstone, which an earlier one would not heed
