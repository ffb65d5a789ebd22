"""Tombstones: a picture that was removed does not come back, whatever it is called then."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.errors import InputError
from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.report import CorpusReport
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.store.store import Store
from tests.corpora import SMALL, draw, encode, plant
from tests.pipeline.care.stores import ids, parts, reject_lines

SAD, HAPPY = "train/sad/sad_", "train/happy/happy_"
FIRST = {f"{start}{n}.png": n + len(start) for start in (SAD, HAPPY) for n in (1, 2, 3)}
GONE = "folder:train/sad/sad_2.png"
PICTURE = FIRST["train/sad/sad_2.png"]


def take_in(path: Path, folder: Path, **options: Any) -> CorpusReport:
    """Ingest a folder into the store at a path."""
    return ingest(IngestRequest((folder,), path, **options)).corpora[0]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of six pictures from which one was removed."""
    path = tmp_path / "s.h5"
    take_in(path, plant(tmp_path / "first", FIRST))
    remove(RemoveRequest(path, ids=(GONE,)))
    assert len(ids(path)) == 5
    return path


def test_the_same_input_again_is_refused_for_that_picture(store: Path, tmp_path: Path) -> None:
    before = ids(store)
    report = take_in(store, tmp_path / "first")
    assert (report.added, report.unchanged, report.rejects) == (0, 5, {"E_REMOVED": 1})
    assert ids(store) == before
    assert reject_lines(store) == [("folder", -1, "E_REMOVED")]
    with Store.open(store) as opened:
        ((_, origin, _, _, message),) = opened.rejects()
    assert origin == "train/sad/sad_2.png"
    assert "was removed from this store" in message
    take_in(store, tmp_path / "first")  # and once more
    assert len(reject_lines(store)) == 1


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("train/sad/sad_9.png", {}),
        ("train/angry/other.png", {}),
        ("test/sad/sad_2.png", {}),
        ("train/sad/sad_2.png", {"name": "mine"}),
        ("train/sad/sad_2.bmp", {"name": "mine"}),
    ],
    ids=["another id", "another label", "another split", "another name", "another kind of file"],
)
def test_the_picture_is_refused_under_another_id(
    store: Path, tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    tree: dict[str, Any] = {name: PICTURE, "train/sad/new.png": 99, "train/happy/new.png": 98}
    if name.endswith(".bmp"):
        tree[name] = encode(draw(PICTURE, SMALL), "bmp")
    report = take_in(store, plant(tmp_path / "second", tree), **options)
    assert (report.added, report.rejects) == (2, {"E_REMOVED": 1})
    assert len(ids(store)) == 7
    with Store.open(store) as opened:
        stored = opened.images(range(7))
    assert not any(np.array_equal(one, draw(PICTURE, SMALL)) for one in stored)


def test_another_picture_under_the_removed_id_is_welcome(store: Path, tmp_path: Path) -> None:
    plant(tmp_path / "first", {"train/sad/sad_2.png": 77})
    report = take_in(store, tmp_path / "first")
    assert (report.added, report.rejects) == (1, {})
    assert ids(store)[-1] == GONE
    with Store.open(store) as opened:
        assert np.array_equal(opened.images([5])[0], draw(77, SMALL))


def test_a_picture_that_may_return_comes_back(store: Path, tmp_path: Path) -> None:
    other = "folder:train/happy/happy_1.png"
    report = remove(RemoveRequest(store, ids=(other,), may_return=True))
    assert report.tombstones == 0
    assert other not in ids(store)
    report = take_in(store, tmp_path / "first")
    assert (report.added, report.unchanged, report.rejects) == (1, 4, {"E_REMOVED": 1})
    assert ids(store)[-1] == other


def test_a_whole_source_may_return(tmp_path: Path) -> None:
    path, folder = tmp_path / "s.h5", plant(tmp_path / "first", FIRST)
    take_in(path, folder)
    before = ids(path)
    remove(RemoveRequest(path, source="folder", may_return=True))
    assert ids(path) == []
    assert take_in(path, folder).added == 6
    assert ids(path) == before


def test_a_removed_source_cannot_return_in_whole(tmp_path: Path) -> None:
    path, folder = tmp_path / "s.h5", plant(tmp_path / "first", FIRST)
    take_in(path, folder)
    remove(RemoveRequest(path, source="folder"))
    with pytest.raises(InputError, match=r"all 6 rows were rejected.*was removed"):
        take_in(path, folder, name="again")
    assert ids(path) == []


def test_tombstones_outlast_compaction_and_further_removals(store: Path, tmp_path: Path) -> None:
    assert compact(store).changed
    second = "folder:train/happy/happy_3.png"
    remove(RemoveRequest(store, ids=(second,)))
    compact(store)
    assert [*parts(store).values()].count("removals") == 1
    with Store.open(store) as opened:
        assert len(opened.tombstones) == 2
    report = take_in(store, tmp_path / "first")
    assert (report.unchanged, report.rejects) == (4, {"E_REMOVED": 2})


def test_what_stays_of_identical_pictures_is_unchanged_by_another_ingest(tmp_path: Path) -> None:
    path = tmp_path / "s.h5"
    twice = plant(tmp_path / "first", FIRST | {"train/sad/copy.png": PICTURE})
    take_in(path, twice)
    assert remove(RemoveRequest(path, ids=(GONE,))).identical_ids == ("folder:train/sad/copy.png",)
    report = take_in(path, twice)
    assert (report.unchanged, report.added, report.rejects) == (6, 0, {"E_REMOVED": 1})
    assert "folder:train/sad/copy.png" in ids(path)


def test_an_update_does_not_bring_a_removed_picture_back(store: Path, tmp_path: Path) -> None:
    plant(tmp_path / "first", {"train/happy/happy_1.png": PICTURE})  # under an id that is stored
    report = take_in(store, tmp_path / "first", update=True)
    assert (report.replaced, report.rejects) == (0, {"E_REMOVED": 2})
    with Store.open(store) as opened:
        row = ids(store).index("folder:train/happy/happy_1.png")
        kept = draw(FIRST["train/happy/happy_1.png"], SMALL)
        assert np.array_equal(opened.images([row])[0], kept)


def test_what_is_refused_as_removed_is_not_told_as_gone(store: Path, tmp_path: Path) -> None:
    report = take_in(store, tmp_path / "first")
    assert report.remarks == ()
