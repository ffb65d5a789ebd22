"""What a corpus tells beside its pictures enters the store, also of samples stored before."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.annotations.vote_set import ANSWERS, SHARE_UNIT
from fercurate.pipeline.annotations.attributes import attribute_names, read_attribute
from fercurate.pipeline.annotations.vote_sets import read_vote_set
from fercurate.pipeline.attributes.add import AddAttributesRequest, add_attributes
from fercurate.pipeline.events import Listener, Notice, ignore
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.report import CorpusReport
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.ingest.told import shares_set
from fercurate.pipeline.votes.add import AddVotesRequest, add_votes
from fercurate.store.store import Store
from tests import corpora

NAMES = ("train_00001", "train_00002", "test_0001")
PLAIN = {
    "EmoLabel/list_patition_label.txt": "".join(f"{name}.jpg 5\n" for name in NAMES),
    **{f"Image/aligned/{name}_aligned.jpg": n for n, name in enumerate(NAMES)},
}
SHARES = {
    "EmoLabel/distribution_basic.txt": "".join(f"{n}.jpg 0.2 0 0 0 0.8 0 0\n" for n in NAMES[:2])
}
MANUAL = {
    f"Annotation/manual/{name}_manu_attri.txt": "1 2\n" * 5 + f"{n}\n{n}\n{n}\n"
    for n, name in enumerate(NAMES)
}


def run(tmp_path: Path, tree: dict, listen: Listener = ignore) -> CorpusReport:
    root = corpora.plant(tmp_path / "raf", tree)
    return ingest(IngestRequest((root,), tmp_path / "s.h5"), listen).corpora[0]


def genders(tmp_path: Path) -> dict[str, str]:
    with Store.open(tmp_path / "s.h5") as store:
        found = read_attribute(store, "gender")
        return dict(zip(store.manifest.text("id"), found.text, strict=True))


def test_attributes_and_shares_are_stored_with_the_pictures(tmp_path: Path) -> None:
    report = run(tmp_path, PLAIN | SHARES | MANUAL)
    assert report.variant.endswith(
        "; age, gender, race of 3 samples; shares of votes on 2 samples, as the votes rafdb"
    )
    assert genders(tmp_path) == {
        "rafdb:train_00001.jpg": "male",
        "rafdb:train_00002.jpg": "female",
        "rafdb:test_0001.jpg": "unsure",
    }
    with Store.open(tmp_path / "s.h5") as store:
        votes = read_vote_set(store, "rafdb")
    assert (votes.kind, votes.voted.tolist()) == ("shares", [True, True, False])
    sad, surprise = (ANSWERS.index(one) for one in ("sad", "surprise"))
    assert votes.counts[:2, [sad, surprise]].tolist() == [[0.8 * SHARE_UNIT, 0.2 * SHARE_UNIT]] * 2
    assert report.files.read == 3 + 1 + 1 + 3


def test_samples_stored_before_get_what_comes_later(tmp_path: Path) -> None:
    run(tmp_path, PLAIN)
    report = run(tmp_path, PLAIN | SHARES | MANUAL)
    assert (report.added, report.unchanged, report.changed) == (0, 3, True)
    assert list(genders(tmp_path).values()) == ["male", "female", "unsure"]
    again = run(tmp_path, PLAIN | SHARES | MANUAL)
    assert (again.added, again.unchanged, again.changed) == (0, 3, False)


def test_shares_of_an_earlier_ingest_stay_beside_new_ones(tmp_path: Path) -> None:
    run(tmp_path, PLAIN | SHARES)
    later = {"EmoLabel/distribution_basic.txt": "test_0001.jpg 1 0 0 0 0 0 0\n"}
    run(tmp_path, PLAIN | later)
    with Store.open(tmp_path / "s.h5") as store:
        votes = read_vote_set(store, "rafdb")
    assert votes.voted.all()
    assert np.all(votes.counts.sum(axis=1) == SHARE_UNIT)


def warned(tmp_path: Path, tree: dict) -> list[str]:
    events: list = []
    run(tmp_path, tree, events.append)
    return [one.text for one in events if isinstance(one, Notice) and one.warning]


@pytest.mark.parametrize("text", ["0.5,0.5", "3,4"], ids=["shares", "counts"])
def test_votes_of_a_table_are_never_replaced_by_an_ingest(tmp_path: Path, text: str) -> None:
    run(tmp_path, PLAIN | SHARES)
    store, table = tmp_path / "s.h5", tmp_path / "votes.csv"
    table.write_text(f"id,happy,sad\nrafdb:train_00001.jpg,{text}\n")
    own = add_votes(AddVotesRequest(store, table, "rafdb", overwrite=True))
    (warning,) = warned(tmp_path, PLAIN | SHARES)
    assert "the votes rafdb of the store came from a table, and stay as they are" in warning
    with Store.open(store) as opened:
        assert read_vote_set(opened, "rafdb").method == own.method


def test_values_that_an_ingest_replaces_are_counted(tmp_path: Path) -> None:
    run(tmp_path, PLAIN | MANUAL)
    table = tmp_path / "people.csv"
    table.write_text("id,gender\nrafdb:train_00001.jpg,female\nrafdb:train_00002.jpg,female\n")
    add_attributes(AddAttributesRequest(tmp_path / "s.h5", table))
    (warning,) = warned(tmp_path, PLAIN | MANUAL)
    assert warning.endswith("replaces 1 value of gender that the store had otherwise")
    assert warned(tmp_path, PLAIN | MANUAL) == []


def test_a_corpus_that_tells_nothing_leaves_nothing(tmp_path: Path) -> None:
    run(tmp_path, PLAIN)
    with Store.open(tmp_path / "s.h5") as store:
        assert attribute_names(store) == ()
        assert store.measured_kinds() == []


@pytest.mark.parametrize(
    ("source", "name"), [("rafdb", "rafdb"), ("RAF 2", "raf_2"), ("2raf", "set_2raf")]
)
def test_the_set_of_shares_has_the_name_of_the_source(source: str, name: str) -> None:
    assert shares_set(source) == name
