"""``votes add``: what is stored, what is refused, and that the store stays what it was then."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.annotations.vote_set import ANSWERS
from fercurate.errors import ConflictError, InputError, StoreError, UsageError
from fercurate.pipeline.annotations.vote_sets import read_vote_set
from fercurate.pipeline.care.compact import compact
from fercurate.pipeline.care.merge import merge
from fercurate.pipeline.care.removal import RemoveRequest, remove
from fercurate.pipeline.votes.add import AddVotesReport, AddVotesRequest, add_votes
from fercurate.pipeline.votes.listing import list_votes
from fercurate.store.store import Store
from fercurate.store.writer import StoreWriter, open_writer

READERS = "id,Ana M.,Bob\nfer2013:0000007,happy,sad\nfer2013:0000003,NF,\n"


def give(store: Path, text: str, name: str = "lab", **more) -> AddVotesReport:
    file = store.with_name(f"{name}.csv")
    file.write_text(text, encoding="utf-8")
    return add_votes(AddVotesRequest(store, file, name, **more))


def bytes_of(store: Path) -> bytes:
    return store.read_bytes() + b"".join(
        path.read_bytes() for path in sorted(store.with_name(f"{store.name}.parts").glob("0*.h5"))
    )


def test_answers_of_readers_come_back_by_id(store: Path) -> None:
    report = give(store, READERS)
    assert (report.kind, report.samples, report.votes, report.changed) == ("readers", 2, 3, True)
    assert (report.readers, report.answers) == (
        ("Ana M.", "Bob"),
        {"happy": 1, "sad": 1, "not_face": 1},
    )
    with Store.open(store) as opened:
        found = read_vote_set(opened, "lab")
        ids = opened.manifest.text("id")
        entry = opened.lineage[-1]
    assert found.readers == ("ana_m", "bob")
    assert found.codes is not None
    said = {
        str(ids[row]): [ANSWERS[code] if code >= 0 else "" for code in found.codes[row]]
        for row in np.flatnonzero(found.voted)
    }
    assert said == {"fer2013:0000003": ["not_face", ""], "fer2013:0000007": ["happy", "sad"]}
    assert entry.command == "fercurate votes add store.h5 lab.csv --name lab"
    assert entry.options["method"] == found.method == report.method
    assert (entry.source, entry.inputs[0].name, entry.records) == ("", "lab.csv", 2)


def test_counts_without_ids_are_in_the_order_of_the_store(store: Path) -> None:
    with Store.open(store) as opened:
        count = len(opened)
    report = give(store, "happy,sad\n" + "".join(f"{n},1\n" for n in range(count)), "crowd")
    assert (report.kind, report.samples, report.stored) == ("counts", count, count)
    with Store.open(store) as opened:
        counts = read_vote_set(opened, "crowd").counts
    assert counts[:, ANSWERS.index("happy")].tolist() == list(range(count))
    assert counts.sum() == sum(range(count)) + count


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("happy\n1\n1\n", r"2 rows without ids; expected a column id or file, or exactly 200 rows"),
        ("happy\n" + "1\n" * 201, r"more than 200 rows without ids"),
        ("id,a\nfer2013:0000003,sad\nfer2013:9999999,sad\n", r"line 3: no sample has the id 'fer2"),
        ("id,a\nx,sad\ny,sad\nz,sad\nw,sad\n", r"'x', 'y', 'z' and 1 more; expected ids as fer201"),
        ("id,a\nfer2013:0000003,sad\n,sad\n", r"line 3: no id"),
        (
            "id,a\nfer2013:0000003,sad\nfer2013:0000007,sad\nfer2013:0000003,sad\n",
            r"line 4: fer2013:0000003 stands in line 2 already; expected one row a sample",
        ),
    ],
)
def test_rows_of_no_sample_are_refused_and_nothing_is_stored(
    store: Path, text: str, says: str
) -> None:
    before = bytes_of(store)
    with pytest.raises(InputError, match=says):
        give(store, text)
    assert bytes_of(store) == before


@pytest.mark.parametrize("name", ["ferplus", "Lab", "", "a b", "a.b", "../x", "ä", "x" * 65, "7"])
def test_names_that_no_set_may_have_are_refused(store: Path, name: str) -> None:
    file = store.with_name("votes.csv")
    file.write_text(READERS)
    with pytest.raises(UsageError, match="expected"):
        add_votes(AddVotesRequest(store, file, name))


def test_the_same_votes_again_change_nothing(store: Path) -> None:
    first, before = give(store, READERS), bytes_of(store)
    header, *rows = READERS.splitlines()
    again = give(store, "\n".join([header, *reversed(rows)]) + "\n")
    assert (again.method, again.changed) == (first.method, False)
    assert bytes_of(store) == before


def test_other_votes_need_to_be_told_to_overwrite(store: Path) -> None:
    first = give(store, READERS)
    other = READERS.replace("sad", "fear")
    with pytest.raises(ConflictError, match="there are other votes by the name lab"):
        give(store, other)
    second = give(store, other, overwrite=True)
    assert second.method != first.method
    counts = give(store, "id,happy\nfer2013:0000000,4\n", overwrite=True)
    with Store.open(store) as opened:
        found = read_vote_set(opened, "lab")
    assert (found.kind, found.method) == ("counts", counts.method)
    assert found.counts.sum() == 4
    assert give(store, READERS, overwrite=True).changed
    (lab,) = [one for one in list_votes(store).sets if one.name == "lab"]
    assert (lab.kind, lab.method, lab.readers) == ("readers", first.method, ("Ana M.", "Bob"))
    compact(store)
    assert list_votes(store).sets[-1] == lab


def test_a_dry_run_touches_nothing(store: Path) -> None:
    before = bytes_of(store)
    report = give(store, READERS, dry_run=True)
    assert (report.samples, report.changed) == (2, False)
    assert bytes_of(store) == before


def test_the_digest_of_a_store_is_that_of_its_samples_alone(store: Path) -> None:
    with Store.open(store) as opened:
        before = opened.digest()
    give(store, READERS)
    with Store.open(store) as opened:
        assert opened.digest() == before


def test_votes_go_with_their_samples(store: Path) -> None:
    give(store, READERS)
    remove(RemoveRequest(store, ids=("fer2013:0000003",)))
    for _ in range(2):
        with Store.open(store) as opened:
            found, ids = read_vote_set(opened, "lab"), opened.manifest.text("id")
            assert ids[found.voted].tolist() == ["fer2013:0000007"]
        compact(store)


def test_a_merged_store_has_the_votes_of_both(store: Path, shared_store: Path) -> None:
    give(store, READERS)
    merge(shared_store, store, store.with_name("both.h5"))
    facts = {one.name: one.votes for one in list_votes(store.with_name("both.h5")).sets}
    assert facts["lab"] == 3


def test_of_one_name_the_votes_of_the_second_store_count(store: Path, shared_store: Path) -> None:
    other = store.with_name("other.h5")
    merge(shared_store, store, other)
    give(store, READERS)
    second = give(other, "id,happy\nfer2013:0000000,4\n")
    merge(store, other, store.with_name("both.h5"))
    (lab,) = [one for one in list_votes(store.with_name("both.h5")).sets if one.name == "lab"]
    assert (lab.kind, lab.votes, lab.method) == ("counts", 4, second.method)


def test_an_interrupted_change_of_another_command_is_left_alone(store: Path) -> None:
    with open_writer(store, "filter") as writer, Store.open(store) as opened:
        rows = np.arange(2)
        votes = np.full((2, 10), 1, dtype=np.uint8)
        writer.set_votes(rows, votes)
        assert len(opened)
    with pytest.raises(StoreError, match="an interrupted change waits to be finished"):
        give(store, READERS)


def test_an_interrupted_change_goes_on(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(StoreWriter, "commit", interrupt)
        with pytest.raises(KeyboardInterrupt):
            give(store, READERS)
    assert [one.name for one in list_votes(store).sets] == ["ferplus"]
    assert give(store, READERS).changed
    with Store.open(store) as opened:
        assert [part.kind for part in opened.head.parts].count("measurements") == 1
        assert read_vote_set(opened, "lab").counts.sum() == 3


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_list_has_ferplus_and_the_others_by_name(store: Path) -> None:
    give(store, READERS, "zeta")
    give(store, "id,happy\nfer2013:0000000,4\n", "alpha")
    listed = list_votes(store)
    assert [one.name for one in listed.sets] == ["ferplus", "alpha", "zeta"]
    ferplus = listed.sets[0]
    assert (ferplus.kind, ferplus.samples, ferplus.votes) == ("counts", 200, 2000)
    assert listed.to_frame()["votes"].tolist() == [2000, 4, 3]
    assert "3 sets of votes" in str(listed)


def test_a_set_that_is_not_there_is_told_with_those_that_are(store: Path) -> None:
    give(store, READERS)
    with (
        Store.open(store) as opened,
        pytest.raises(
            InputError, match=r"'labs' \(did you mean 'lab'\?\); expected one of ferplus, lab"
        ),
    ):
        read_vote_set(opened, "labs")
