"""Files of decisions of several people: as one, compared, taken over, and as CSV."""

import csv
import json
from pathlib import Path

import pytest
from sklearn.metrics import cohen_kappa_score

from fercurate.domain.decisions.decision import LABEL_ANSWERS, Decision
from fercurate.domain.decisions.lines import KEYS
from fercurate.domain.votes import VOTE_EXPRESSIONS, majority
from fercurate.errors import ConflictError, InputError
from fercurate.pipeline.decisions.agreement import agreement
from fercurate.pipeline.decisions.table import export_decisions
from fercurate.pipeline.decisions.transfer import transfer_decisions
from fercurate.pipeline.decisions.union import merge_decisions
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.store.decision_file import DecisionFile, store_decisions
from fercurate.store.store import Store
from tests.domain.decisions.made import told
from tests.pipeline.decisions.people import (
    AUTHORS,
    built,
    data,
    labels_in,
    last_answers,
    on,
    own_file,
    recipe,
    stored,
    three_people,
    written,
)


@pytest.fixture
def files(shared_store: Path, tmp_path: Path) -> list[Path]:
    """The files of three people."""
    people = three_people(shared_store)
    return [written(tmp_path / f"{name}.jsonl", people[name]) for name in AUTHORS]


def test_a_merge_is_the_same_for_any_order(files: list[Path], tmp_path: Path) -> None:
    first = merge_decisions(files, tmp_path / "one.jsonl")
    second = merge_decisions([files[2], files[0], files[1], files[0]], tmp_path / "two.jsonl")
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert first.history == second.history
    lines = {line for file in files for line in file.read_text("utf-8").splitlines()}
    assert set((tmp_path / "one.jsonl").read_text("utf-8").splitlines()) == lines
    assert (first.read, second.read - first.read) == (
        len(lines),
        len(files[0].read_text("utf-8").splitlines()),
    )
    assert first.to_json()["counted"] == len(last_answers(tmp_path / "one.jsonl"))
    assert first.to_json()["authors"] == sorted(AUTHORS)


def test_a_merge_may_go_into_one_of_its_files(files: list[Path], tmp_path: Path) -> None:
    merge_decisions(files, tmp_path / "all.jsonl")
    (tmp_path / "link.jsonl").symlink_to(files[1])
    merge_decisions(files, tmp_path / "link.jsonl")
    assert files[1].read_bytes() == (tmp_path / "all.jsonl").read_bytes()
    assert (tmp_path / "link.jsonl").is_symlink()


def test_another_file_is_replaced_only_if_that_is_said(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    with pytest.raises(ConflictError, match="it is there already"):
        merge_decisions(files, tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "notes"
    merge_decisions(files, tmp_path / "notes.txt", overwrite=True)
    assert len(last_answers(tmp_path / "notes.txt")) > 100
    with pytest.raises(InputError, match="no such file of decisions"):
        merge_decisions([*files, tmp_path / "gone"], tmp_path / "new.jsonl")
    assert not (tmp_path / "new.jsonl").exists()


def test_kappas_are_those_of_the_files(files: list[Path], shared_store: Path) -> None:
    report = agreement(files, shared_store)
    assert [one.question for one in report.questions] == ["label", "keep", "occluded"]
    for question in report.questions:
        by_author: dict[str, dict[str, str]] = {name: {} for name in AUTHORS}
        for file in files:
            for (sample, asked, author), answer in last_answers(file).items():
                if asked == question.question and answer != "unsure":
                    by_author[author][sample] = answer
        assert [(a, b) for a, b, _, _ in question.pairs] == [
            (a, b) for n, a in enumerate(sorted(AUTHORS)) for b in sorted(AUTHORS)[n + 1 :]
        ]
        for a, b, count, kappa in question.pairs:
            mine, theirs = by_author[a], by_author[b]
            both = sorted(mine.keys() & theirs.keys())
            assert count == len(both)
            if len({one[name] for one in (mine, theirs) for name in both}) > 1:
                wanted = cohen_kappa_score([mine[n] for n in both], [theirs[n] for n in both])
                assert kappa == pytest.approx(wanted)
        everybody = {one for said in by_author.values() for one in said}
        answers = {one: {who: said[one] for who, said in sorted(by_author.items()) if one in said}
                   for one in everybody}  # fmt: skip
        apart = {one: said for one, said in answers.items() if len(set(said.values())) > 1}
        assert dict(question.conflicts) == apart
        assert apart


def test_labels_are_compared_with_votes(files: list[Path], shared_store: Path) -> None:
    with Store.open(shared_store) as store:
        winner, ids = majority(store.votes), store.manifest.text("id")
    voted = {name: VOTE_EXPRESSIONS[code] for name, code in zip(ids, winner, strict=True)
             if code >= 0}  # fmt: skip
    report = agreement(files, shared_store)
    assert [one[0] for one in report.votes] == sorted(AUTHORS)
    for (author, _, count, kappa), file in zip(
        report.votes, sorted(files, key=lambda one: one.stem), strict=True
    ):
        said = {sample: answer for (sample, question, _), answer in last_answers(file).items()
                if question == "label" and answer != "unsure" and sample in voted}  # fmt: skip
        assert (author, count) == (file.stem, len(said))
        wanted = cohen_kappa_score(list(said.values()), [voted[one] for one in said],
                                   labels=[one for one in LABEL_ANSWERS if one])  # fmt: skip
        assert kappa == pytest.approx(wanted)
    assert agreement(files).votes == ()


@pytest.fixture
def renamed(fer_folder: Path, tmp_path: Path) -> Path:
    """A store of the same pictures under another source name."""
    ingest(IngestRequest((fer_folder / "fer2013.csv",), tmp_path / "mine.h5", name="mine"))
    return tmp_path / "mine.h5"


def test_decisions_are_found_by_pixels_under_other_names(
    files: list[Path], shared_store: Path, renamed: Path, tmp_path: Path
) -> None:
    report = transfer_decisions(files, renamed)
    mine, theirs = stored(renamed), stored(shared_store)
    copies = {one: [name for name, own in mine.items() if own == theirs[one]] for one in theirs}
    wanted = [
        (name, question, author)
        for file in files
        for (sample, question, author) in last_answers(file)
        for name in copies[sample]
    ]
    assert sorted(one.key for one in report.taken) == sorted(wanted)
    assert (report.known, report.renamed) == (0, len(wanted))
    assert len(wanted) > len(set(wanted)), "some pictures are stored twice"
    assert (report.other_pixels, report.not_stored) == ((), ())
    own = store_decisions(renamed)
    assert set(last_answers(own)) == set(wanted)
    assert {one.time for one in report.taken} <= {
        json.loads(line)["at"] for file in files for line in file.read_text("utf-8").splitlines()
    }
    assert transfer_decisions(files[::-1], renamed).taken == ()
    there = built(shared_store, tmp_path / "theirs", recipe({"drop": "none"}), files)
    here = built(renamed, tmp_path / "ours", recipe({"drop": "none"}, sources=["mine"]))
    plain = {name for name, own in copies.items() if len(own) == 1}
    assert {name: label for name, label in labels_in(there, "train").items() if name in plain} == {
        name.replace("mine:", "fer2013:"): label
        for name, label in labels_in(here, "train").items()
        if name.replace("mine:", "fer2013:") in plain
    }


def test_a_recipe_finds_them_without_taking_them_over(
    files: list[Path], renamed: Path, tmp_path: Path
) -> None:
    asked = recipe({}, sources=["mine"])
    before = built(renamed, tmp_path / "before", asked, files)
    transfer_decisions(files, renamed)
    assert data(built(renamed, tmp_path / "after", asked)) == data(before)


def test_a_dry_run_tells_the_same_and_writes_nothing(files: list[Path], store: Path) -> None:
    own = store_decisions(store)
    told_of = transfer_decisions(files, store, dry_run=True)
    assert (told_of.written, own.exists()) == (False, False)
    done = transfer_decisions(files, store)
    assert (done.taken, done.written, done.renamed) == (told_of.taken, True, 0)
    assert told_of.to_json() == done.to_json() | {"written": False}
    content = own.read_bytes()
    again = transfer_decisions(files, store)
    assert (again.taken, again.known, again.written) == ((), len(done.taken), False)
    assert own.read_bytes() == content


def test_what_is_about_other_pixels_or_not_stored_is_listed(store: Path, tmp_path: Path) -> None:
    digests = stored(store)
    first, second, third = sorted(digests)[:3]
    said = [on(digests, first, "sad"), told(second, "sad"), told("fer2013:99", "sad")]
    said += [told(second, "yes", question="occluded"), on(digests, third, "no", question="keep")]
    report = transfer_decisions([written(tmp_path / "d.jsonl", said)], store)
    assert {one.key for one in report.taken} == {said[0].key, said[4].key}
    told_of = report.to_json()
    assert (told_of["other_pixels"], told_of["not_stored"]) == ([second], ["fer2013:99"])
    assert {one.sample_id for one in DecisionFile(store_decisions(store)).read()} == {first, third}


def test_what_is_taken_over_does_not_overrule_a_later_answer(store: Path, tmp_path: Path) -> None:
    digests = stored(store)
    name = min(digests)
    own_file(store, [on(digests, name, "fear", moment=5), on(digests, name, "sad", author="ben")])
    theirs = [on(digests, name, "happy", moment=3), on(digests, name, "happy", author="carl")]
    transfer_decisions([written(tmp_path / "d.jsonl", theirs)], store)
    valid = DecisionFile(store_decisions(store)).read().valid
    assert {(one.author, one.answer) for one in valid} == {
        ("anna", "fear"),
        ("ben", "sad"),
        ("carl", "happy"),
    }


def test_what_was_undone_since_is_undone_here(store: Path, tmp_path: Path) -> None:
    digests = stored(store)
    name = min(digests)
    said = [on(digests, name, "fear", moment=1)]
    transfer_decisions([written(tmp_path / "d.jsonl", said)], store)
    said.append(on(digests, name, "", moment=2))
    transfer_decisions([written(tmp_path / "d.jsonl", said)], store)
    assert DecisionFile(store_decisions(store)).read().valid == ()


def test_pairs_under_other_names_are_pairs(
    renamed: Path, shared_store: Path, tmp_path: Path
) -> None:
    theirs, mine = stored(shared_store), list(stored(renamed).values())
    one, other = [name for name, digest in theirs.items() if mine.count(digest) == 1][:2]
    said = [on(theirs, one, "yes", question="same_picture", given=other)]
    said.append(on(theirs, other, "happy"))
    (pair,) = [one for one in transfer_decisions([written(tmp_path / "d.jsonl", said)],
                                                 renamed).taken if one.given]  # fmt: skip
    assert pair.given in stored(renamed)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        return list(csv.DictReader(file))


def test_a_table_holds_what_counts_and_is_read_back(files: list[Path], tmp_path: Path) -> None:
    count = export_decisions(files, tmp_path / "all.csv")
    rows = rows_of(tmp_path / "all.csv")
    wanted = {key: answer for file in files for key, answer in last_answers(file).items()}
    assert {(row["id"], row["question"], row["by"]): row["answer"] for row in rows} == wanted
    assert (list(rows[0]), len(rows)) == (list(KEYS), count)
    assert count == len(wanted)


def test_every_text_comes_back_from_a_table(tmp_path: Path) -> None:
    odd = ['a,"b"', "line\nend", "carriage\rreturn", "ü日本\u2028", "=1+1", " space ", ""]
    said: list[Decision] = [
        told(f"toy:{text}", "sad", 'An "A", na', given=text, moment=place)
        for place, text in enumerate(odd)
    ]
    export_decisions([written(tmp_path / "d.jsonl", said)], tmp_path / "d.csv")
    assert [tuple(row.values()) for row in rows_of(tmp_path / "d.csv")] == [
        tuple(one) for one in said
    ]


def test_a_table_is_replaced_only_if_that_is_said(files: list[Path], tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("notes")
    with pytest.raises(ConflictError, match="it is there already"):
        export_decisions(files, tmp_path / "d.csv")
    assert (tmp_path / "d.csv").read_text() == "notes"
    assert export_decisions(files[:1], tmp_path / "d.csv", overwrite=True) == len(
        last_answers(files[0])
    )


def test_a_table_is_in_the_order_of_time(files: list[Path], tmp_path: Path) -> None:
    export_decisions(files, tmp_path / "all.csv")
    times = [row["at"] for row in rows_of(tmp_path / "all.csv")]
    assert times == sorted(times)
