"""Votes from Python: the words of the commands, results as tables, arguments checked."""

import inspect
from pathlib import Path

import click
import pytest

import fercurate
from fercurate.cli.commands.annotations.votes import command
from tests.api.test_parity import OUTPUT, OWN, comparable

FUNCTIONS = {
    "add": fercurate.add_votes,
    "list": fercurate.list_votes,
    "agreement": fercurate.vote_agreement,
}


@pytest.mark.parametrize("verb", FUNCTIONS)
def test_the_words_and_defaults_are_those_of_the_command(verb: str) -> None:
    told = command.get_command(click.Context(command), verb)
    offered = {
        "store" if one.name == "path" else one.name: one.default
        for one in told.params
        if one.expose_value and one.name not in OUTPUT
    }
    takes = inspect.signature(FUNCTIONS[verb]).parameters
    assert set(takes) - OWN == set(offered)
    for name, default in offered.items():
        if takes[name].default is not inspect.Parameter.empty:
            assert comparable(takes[name].default) == comparable(default), name
    document = inspect.getdoc(FUNCTIONS[verb]) or ""
    assert all(f"{name}:" in document for name in takes)


def test_votes_are_added_and_compared(store: Path, tmp_path: Path) -> None:
    (tmp_path / "lab.csv").write_text("id,a,b\nfer2013:0000001,sad,sad\nfer2013:0000002,sad,fear\n")
    report = fercurate.add_votes(store, tmp_path / "lab.csv", name="lab")
    assert str(report).startswith("votes lab: 4 votes on 2 samples")
    assert fercurate.list_votes(store).to_frame()["set"].tolist() == ["ferplus", "lab"]
    frame = fercurate.vote_agreement(store, name="lab").to_frame()
    assert frame[["class", "votes"]].values.tolist()[:2] == [["fear", 1], ["sad", 3]]


@pytest.mark.parametrize(
    "arguments",
    [{"name": 7}, {"name": "A b"}, {"name": "lab", "kind": "words"}, {"name": "lab", "file": ""}],
)
def test_wrong_arguments_are_usage_errors(store: Path, arguments: dict[str, object]) -> None:
    given = {"file": "lab.csv", **arguments}
    with pytest.raises(fercurate.UsageError):
        fercurate.add_votes(store, **given)
