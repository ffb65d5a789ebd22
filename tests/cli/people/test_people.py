"""``decide`` and ``decisions``: wrong use is told with an exit code, and JSON has stable keys."""

import json
import shlex
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

ONE, TWO = "fer2013:0000007", "fer2013:0000008"
USAGE = "name ids with --label, ids with --question and --answer, or --csv alone"

old_click = pytest.mark.skipif(
    tuple(map(int, version("click").split(".")[:2])) < (8, 3),
    reason="an older Click suggests no command",
)


@pytest.fixture
def files(run: Any, store: Path, tmp_path: Path) -> Path:
    """A folder with decisions of two people in ``anna.jsonl`` and ``ben.jsonl``."""
    for author, word in (("anna", "sad"), ("ben", "fear")):
        options = ("--by", author, "--decisions", f"{author}.jsonl")
        assert run("decide", store, ONE, "--label", word, *options).code == 0
        assert run("decide", store, TWO, "--label", "happy", *options).code == 0
    return tmp_path


ORDERS: dict[str, tuple[str, str]] = {
    "nothing": (ONE, USAGE),
    "no id": ("--label sad", USAGE),
    "an empty label": (f"{ONE} --label=", USAGE),
    "a question without its answer": (f"{ONE} --question keep", USAGE),
    "an answer without its question": (f"{ONE} --answer yes", USAGE),
    "a label and a question": (f"{ONE} --label sad --question keep --answer yes", USAGE),
    "ids beside a table": (f"{ONE} --csv a.csv", USAGE),
    "a label beside a table": ("--csv a.csv --label sad", USAGE),
    "one picture alone": (f"{ONE} --question same_picture --answer yes", "--other names the other"),
    "another for a label": (f"{ONE} --label sad --other {TWO}", "--other names the other sample"),
    "a typo in a label": (f"{ONE} --label hapy --by a", "did you mean 'happy'?"),
    "a typo in a question": (f"{ONE} --question ocluded --answer yes --by a", "mean 'occluded'?"),
    "a typo in an answer": (f"{ONE} --question keep --answer yess --by a", "did you mean 'yes'?"),
    "a sample twice": (f"{ONE} {TWO} {ONE} --label sad --by a", f"{ONE}: label is answered twice"),
    "no name": (f"{ONE} --label sad --by ' a'", "an author has a name, without spaces around it"),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_wrong_use_of_decide_is_two(run: Any, store: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.csv").write_text(f"id,label\n{ONE},sad\n")
    words, says = ORDERS[name]
    done = run("decide", store, *shlex.split(words))
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert not (tmp_path / "store.h5.decisions.jsonl").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("fer2013:77 --label sad", "1 sample not stored: fer2013:77. See the ids with: fercurate"),
        ("--csv gone.csv", "gone.csv: cannot be read"),
        ("--csv head.csv", "head.csv:1: the columns id, lable; expected id, and columns named by"),
        ("--csv word.csv", "word.csv:3: 'hapy' is no answer to label (did you mean 'happy'?"),
        (f"{ONE} --label sad --decisions word.csv", "no file of decisions; nothing was written"),
    ],
)
def test_wrong_input_of_decide_is_one(
    run: Any, store: Path, tmp_path: Path, words: str, says: str
) -> None:
    (tmp_path / "head.csv").write_text(f"id,lable\n{ONE},sad\n")
    (tmp_path / "word.csv").write_text(f"id,label\n{ONE},sad\n{TWO},hapy\n")
    done = run("decide", store, *words.split(), "--by", "anna")
    assert (done.code, done.out) == (1, "")
    assert says in done.err
    assert not (tmp_path / "store.h5.decisions.jsonl").exists()
    assert len((tmp_path / "word.csv").read_text().splitlines()) == 3


def test_a_store_that_is_not_there_is_told(run: Any, tmp_path: Path) -> None:
    done = run("decide", tmp_path / "gone.h5", ONE, "--label", "sad", "--by", "anna")
    assert (done.code, "gone.h5: no such store" in done.err) == (1, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("decide store.h5 --lable sad", "--label"),
        ("decide store.h5 --decision x", "--decisions"),
        ("decisions merge a --outpt b", "--output"),
        ("decisions apply a --stor b", "--store"),
        pytest.param("decisions merg a", "merge", marks=old_click),
        pytest.param("decisions aply a", "apply", marks=old_click),
    ],
)
def test_a_mistyped_word_is_guessed(run: Any, words: str, meant: str) -> None:
    done = run(*words.split())
    assert done.code == 2
    assert meant in done.err.partition("Did you mean")[2]


@pytest.mark.parametrize("word", ["decison", "decde"])
def test_a_mistyped_command_is_guessed(run: Any, word: str) -> None:
    assert "Did you mean 'deci" in run(word).err


MISSING = [
    ("decide", "STORE"),
    ("decisions merge", "FILE..."),
    ("decisions merge anna.jsonl", "'-o' / '--output'"),
    ("decisions agreement", "FILE..."),
    ("decisions apply anna.jsonl", "'--store'"),
    ("decisions export anna.jsonl", "'-o' / '--output'"),
]


@pytest.mark.parametrize(("words", "what"), MISSING)
def test_what_is_missing_is_named(run: Any, words: str, what: str) -> None:
    done = run(*words.split())
    assert done.code == 2
    assert f"Missing {'option' if what.startswith(chr(39)) else 'argument'}" in done.err
    assert what in done.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("merge anna.jsonl gone.jsonl -o x", 1, "gone.jsonl: no such file of decisions"),
        ("merge anna.jsonl notes.txt -o x", 1, "notes.txt:2: no JSON object; expected a line as"),
        ("merge anna.jsonl -o notes.txt", 2, "notes.txt: it is there already. Pass --overwrite"),
        ("export anna.jsonl -o notes.txt", 2, "notes.txt: it is there already. Pass --overwrite"),
        ("export gone.jsonl -o x", 1, "gone.jsonl: no such file of decisions"),
        ("agreement anna.jsonl gone.jsonl", 1, "gone.jsonl: no such file of decisions"),
        ("agreement anna.jsonl --store gone.h5", 1, "gone.h5"),
        ("apply gone.jsonl --store store.h5", 1, "gone.jsonl: no such file of decisions"),
        ("apply anna.jsonl --store gone.h5", 1, "gone.h5"),
        ("apply anna.jsonl --store store.h5 --decisions notes.txt", 1, "notes.txt:2: no JSON"),
    ],
)
def test_wrong_use_of_decisions_changes_nothing(
    run: Any, files: Path, words: str, code: int, says: str
) -> None:
    (files / "notes.txt").write_text("\nnotes\n")
    before = {path.name: path.read_bytes() for path in files.iterdir() if path.is_file()}
    done = run("decisions", *words.split())
    assert (done.code, done.out) == (code, "")
    assert says in done.err
    after = {path.name: path.read_bytes() for path in files.iterdir() if path.is_file()}
    assert after == before


def test_a_broken_line_says_what_to_do(run: Any, files: Path) -> None:
    with (files / "anna.jsonl").open("a") as file:
        file.write("{}\n")
    done = run("decisions", "agreement", "anna.jsonl")
    assert done.err == (
        "fercurate: error: anna.jsonl:3: no object with the keys id, digest, question, answer, "
        "given, by, at, mode, queue, tool, each once; expected a line as fercurate writes it "
        "(docs/review.md). Restore the file, or take that line out\n"
    )


def document(run: Any, *words: object) -> dict[str, Any]:
    done = run(*words, "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert found["schema_version"] == 1
    return {key: value for key, value in found.items() if key != "schema_version"}


def test_the_document_of_decide(run: Any, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERCURATE_AUTHOR", "Zoë")
    words = ("decide", store, ONE, TWO, "--question", "occluded", "--answer", "no", "--blind")
    assert document(run, *words) == {
        "kind": "decide",
        "file": f"{store}.decisions.jsonl",
        "author": "Zoë",
        "written": 2,
        "answers": {"occluded": {"no": 2}},
    }
    lines = Path(f"{store}.decisions.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["mode"] for line in lines] == ["blind"] * 2
    assert document(run, "decide", store, ONE, "--label", "undo", "--by", "ben")["answers"] == {
        "label": {"undone": 1}
    }
    monkeypatch.setenv("FERCURATE_AUTHOR", " no name")
    refused = run("decide", store, ONE, "--label", "sad")
    assert (refused.code, "an author has a name" in refused.err) == (2, True)


def test_the_documents_of_decisions(run: Any, files: Path, store: Path) -> None:
    merged = document(run, "decisions", "merge", "anna.jsonl", "ben.jsonl", "-o", "both.jsonl")
    digest = merged.pop("sha256")
    assert merged == {
        "kind": "decisions-merge",
        "file": "both.jsonl",
        "read": 4,
        "lines": 4,
        "counted": 4,
        "authors": ["anna", "ben"],
    }
    again = document(run, "decisions", "merge", "ben.jsonl", "anna.jsonl", "-o", "two.jsonl")
    assert again["sha256"] == digest
    applied = document(run, "decisions", "apply", "both.jsonl", "--store", store, "--dry-run")
    assert applied == {
        "kind": "decisions-apply",
        "file": f"{store}.decisions.jsonl",
        "written": False,
        "taken": 4,
        "known": 0,
        "renamed": 0,
        "other_pixels": [],
        "not_stored": [],
    }
    assert not Path(f"{store}.decisions.jsonl").exists()
    exported = document(run, "decisions", "export", "both.jsonl", "-o", "both.csv")
    assert exported == {"kind": "decisions-export", "file": "both.csv", "decisions": 4}


def test_the_document_of_an_agreement(run: Any, files: Path, store: Path) -> None:
    found = document(run, "decisions", "agreement", "anna.jsonl", "ben.jsonl", "--store", store)
    (label,) = found.pop("questions")
    assert [one["author"] for one in found.pop("ferplus")] == ["anna", "ben"]
    assert found == {"kind": "decisions-agreement", "authors": ["anna", "ben"]}
    assert label["pairs"] == [{"first": "anna", "second": "ben", "both": 2, "cohen_kappa": 0.3333}]
    assert label["conflicts"] == [{"id": ONE, "answers": {"anna": "sad", "ben": "fear"}}]
    assert label["classes"] == {"fear": 0.0, "happy": 1.0, "sad": 0.0}
    alone = document(run, "decisions", "agreement", "anna.jsonl")
    assert (alone["questions"][0]["fleiss_kappa"], alone["questions"][0]["pairs"]) == (None, [])
    assert alone["ferplus"] == []
