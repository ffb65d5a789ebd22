"""``fercurate votes``: from a table to agreement, and faults as one line and an exit code."""

import json
from pathlib import Path
from typing import Any

TWO = (
    "id,Ana,Bob\nfer2013:0000001,happy,Happiness\nfer2013:0000002,sad,happy\nfer2013:0000003,,sad\n"
)


def test_votes_are_added_listed_and_compared(run: Any, store: Path, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text(TWO)
    added = run("votes", "add", store, "two.csv", "--name", "two")
    assert added.code == 0, added.err
    assert "two: answers by reader; 5 votes on 3 of 200 samples" in added.out
    assert "readers: Ana, Bob" in added.out
    again = run("votes", "add", store, "two.csv", "--name", "two")
    assert "stored already, nothing was changed" in again.out
    listed = run("votes", "list", store)
    assert "2 sets of votes" in listed.out
    assert "two: 2 readers: Ana, Bob" in listed.out
    told = run("votes", "agreement", store, "--name", "two")
    assert "two: 5 votes by 2 readers on 3 samples" in told.out
    assert "Cohen's kappa" in told.out
    document = json.loads(run("votes", "agreement", store, "--name", "two", "--json").out)
    (found,) = document["sets"]
    assert found["agreement"][0]["votes_a_sample"] == [2, 2]
    assert found["classes"]["sad"]["votes"] == 2


def test_the_store_may_be_told_by_the_environment(run: Any, store: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("FERCURATE_STORE", str(store))
    assert run("votes", "list").out == run("votes", "list", store).out


def test_faults_are_one_line(run: Any, store: Path, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text(TWO + "fer2013:77,sad,sad\n")
    unknown = run("votes", "add", store, "two.csv", "--name", "two")
    assert (unknown.code, unknown.out) == (1, "")
    assert "two.csv, line 5: no sample has the id 'fer2013:77'" in unknown.err
    assert run("votes", "add", store, "two.csv", "--name", "Two").code == 2
    assert run("votes", "add", store, "two.csv").code == 2
    (tmp_path / "two.csv").write_text(TWO)
    assert run("votes", "add", store, "two.csv", "--name", "two").code == 0
    (tmp_path / "other.csv").write_text(TWO.replace("sad", "fear"))
    taken = run("votes", "add", store, "other.csv", "--name", "two")
    assert (taken.code, "--overwrite" in taken.err) == (2, True)
    assert run("votes", "add", store, "other.csv", "--name", "two", "--overwrite").code == 0
    lost = run("votes", "agreement", store, "--name", "tow")
    assert (lost.code, "did you mean 'two'?" in lost.err) == (1, True)


def test_a_recipe_takes_labels_from_them(run: Any, store: Path, tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text(TWO)
    run("votes", "add", store, "two.csv", "--name", "two")
    text = run("recipes", "fer2013_seven").out
    (tmp_path / "own.yaml").write_text(
        text.replace("name: fer2013_seven", "name: own").replace(
            "scheme: seven", "scheme: seven\n  votes: {set: two, mode: majority}"
        )
    )
    done = run("build", "--recipe", "own.yaml", "--store", store, "--dry-run", "--json")
    assert done.code == 0, done.err
    assert sum(json.loads(done.out)["dropped"]["votes undecided"].values()) == 1
