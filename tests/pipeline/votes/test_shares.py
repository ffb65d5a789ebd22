"""Shares of votes, tables that name picture files, and codes of readers."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.annotations.vote_set import ANSWERS, SHARE_UNIT, parse_answer
from fercurate.domain.taxonomy import parse_label_map
from fercurate.errors import InputError
from fercurate.pipeline.annotations import joined_table
from fercurate.pipeline.annotations.vote_sets import read_vote_set
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.votes.add import AddVotesReport, AddVotesRequest, add_votes
from fercurate.pipeline.votes.agreement import vote_agreement
from fercurate.recipe.loader import parse_recipe
from fercurate.store.store import Store
from tests import corpora


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A store of pictures in folders; one name is there twice."""
    names = ("happy/a.png", "happy/b.png", "sad/c.png", "sad/b.png")
    root = corpora.plant(tmp_path / "faces", {f"train/{name}": n for n, name in enumerate(names)})
    ingest(IngestRequest((root,), tmp_path / "s.h5"))
    return tmp_path / "s.h5"


def give(store: Path, text: str, **more) -> AddVotesReport:
    file = store.with_name("crowd.csv")
    file.write_text(text, encoding="utf-8")
    return add_votes(AddVotesRequest(store, file, "crowd", **more))


def counts(store: Path) -> dict[str, dict[str, int]]:
    with Store.open(store) as opened:
        votes = read_vote_set(opened, "crowd")
        origins = opened.manifest.text("origin")
    return {
        str(origins[row]): {a: int(n) for a, n in zip(ANSWERS, votes.counts[row], strict=True) if n}
        for row in np.flatnonzero(votes.voted).tolist()
    }


def test_fractions_are_shares_and_come_back_in_millionths(folders: Path) -> None:
    report = give(folders, "file,happy,sad,unsure\na.png,0.25,0.5,.25\nc.png,1,0,\n")
    assert (report.kind, report.votes, report.samples) == ("shares", 0, 2)
    assert report.overview().tables[0].columns == ("answer", "millionths")
    assert counts(folders) == {
        "train/happy/a.png": {"happy": 250_000, "sad": 500_000, "unknown": 250_000},
        "train/sad/c.png": {"happy": SHARE_UNIT},
    }
    (agreement,) = vote_agreement(folders, "crowd").sets
    assert (agreement.answers, agreement.compared, agreement.equal) == ((), 2, 0)


def test_rounded_shares_are_scaled_to_one(folders: Path) -> None:
    give(folders, "file,happy,sad,fear\na.png,0.33,0.33,0.33\n")
    assert counts(folders)["train/happy/a.png"] == dict.fromkeys(("fear", "happy", "sad"), 333_333)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a.png,0.5,0.2", "line 2: shares that sum to 0.7; expected 1"),
        ("a.png,1.5,0", "line 2: '1.5' in the column happy; expected a share, 0 to 1"),
        ("a.png,0.5,-0.5", "'-0.5' in the column sad"),
        ("a.png,0.5,1e400", "'1e400' in the column sad"),
    ],
)
def test_what_is_no_share_is_refused(folders: Path, row: str, says: str) -> None:
    with pytest.raises(InputError) as caught:
        give(folders, f"file,happy,sad\n{row}\n")
    assert says in caught.value.message


def test_a_table_may_name_files_as_ferplus_does(folders: Path) -> None:
    text = "Usage,Image name,happiness,sadness\nTraining,happy/b.png,7,3\nTraining,c.png,0,9\n"
    with pytest.raises(InputError, match=r"numbers \('7' in line 2\) and words.*--columns"):
        give(folders, text)
    report = give(folders, text, columns=("happiness", "sadness"))
    assert report.kind == "counts"
    assert counts(folders) == {
        "train/happy/b.png": {"happy": 7, "sad": 3},
        "train/sad/c.png": {"sad": 9},
    }


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("b.png",), "line 2: b.png is the file of 2 samples: train/happy/b.png and train/sad/b"),
        (("a.png", "happy/a.png"), "line 3: happy/a.png is the file of line 2 as well"),
        (("x.png",), "line 2: no sample has the file 'x.png'; expected files as train/happy/a.png"),
        (("../faces/train/happy/a.png",), "no sample has the file"),
        (("appy/a.png",), "no sample has the file"),
        (("",), "line 2: no id"),
    ],
)
def test_files_that_are_of_no_one_sample_are_refused(folders: Path, names, says: str) -> None:
    with pytest.raises(InputError) as caught:
        give(folders, "file,happy\n" + "".join(f"{name},1\n" for name in names))
    assert says in caught.value.message


@pytest.mark.parametrize(
    "name", [r"train\happy\a.png", "./train/happy/a.png", "/train/happy/a.png"]
)
def test_other_ways_to_write_a_path(folders: Path, name: str) -> None:
    give(folders, f"file,happy\n{name},1\n")
    assert counts(folders) == {"train/happy/a.png": {"happy": 1}}


def test_rows_of_no_sample_may_be_left_out(folders: Path) -> None:
    report = give(folders, "file,happy\nx.png,1\na.png,2\ny.png,1\n", skips_missing=True)
    assert (report.samples, report.missing) == (1, 2)
    assert counts(folders) == {"train/happy/a.png": {"happy": 2}}
    with pytest.raises(InputError, match="no sample has the file 'x"):
        give(folders, "file,happy\nx.png,1\n", skips_missing=True)
    with pytest.raises(InputError, match="no votes of stored samples"):
        give(folders, "file,happy\nx.png,1\na.png,\n", skips_missing=True, overwrite=True)


def test_a_longer_table_is_refused_and_not_cut(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joined_table, "_MOST_ROWS", 2)
    with pytest.raises(InputError, match="over 2 rows"):
        give(folders, "file,happy\na.png,1\nx.png,1\nc.png,1\n", skips_missing=True)


def test_codes_of_readers_mean_what_is_said(folders: Path) -> None:
    codes = parse_label_map("0=happy,1=sad,9=-")
    report = give(folders, "file,p0,p1,p2\na.png,0,1,9\nc.png,1,,sad\n", label_map=codes)
    assert report.kind == "readers"
    assert counts(folders) == {
        "train/happy/a.png": {"happy": 1, "sad": 1, "unknown": 1},
        "train/sad/c.png": {"sad": 2},
    }
    with pytest.raises(InputError, match="'4' of the reader p0 is no expression"):
        give(folders, "file,p0\na.png,4\n", label_map=codes, overwrite=True)
    with Store.open(folders) as opened:
        command = opened.lineage[-1].command
    assert command.endswith("--name crowd --label-map 0=happy,1=sad,9=-")


RECIPE = """\
version: 1
name: shared
description: labels from shares
sources: [folder]
labels: {scheme: seven, votes: {set: crowd, mode: MODE}}
splits: {kind: native, train: [Training]}
"""


def test_labels_come_from_shares_but_readers_cannot_be_weighed(folders: Path) -> None:
    give(folders, "file,happy,sad,fear\na.png,0.2,0.5,0.3\nc.png,0.6,0.4,0\n")
    output = folders.with_name("out")
    recipe = parse_recipe(RECIPE.replace("MODE", "probability"), "r.yaml")
    report = build(BuildRequest(recipe, folders, output, framework="none"))
    classes = report.summary["splits"]["train"]["classes"]
    assert (classes["sad"], classes["happy"]) == (2, 2)
    weighed = parse_recipe(RECIPE.replace("MODE", "dawid_skene"), "r.yaml")
    with pytest.raises(InputError, match="of crowd only shares are known"):
        build(BuildRequest(weighed, folders, output, framework="none", overwrite=True))


def test_a_word_for_an_answer_is_none_of_a_code() -> None:
    assert parse_answer("0") is None
