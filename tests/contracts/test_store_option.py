"""``--store`` names the store in every verb, also where it may stand first."""

import json
from pathlib import Path
from typing import Any

import click
import pytest

from fercurate.cli.lazy import COMMANDS
from fercurate.cli.main import main

WITHOUT = {
    "completion": "about shells",
    "demo": "makes one of its own",
    "diff": "about two of a kind",
    "export": "about an export",
    "inspect": "about anything",
    "merge": "about two stores",
    "models": "about models",
    "recipes": "about recipes",
    "decisions export": "about files of decisions",
    "decisions merge": "about files of decisions",
}
"""The verbs that do not read one store, and why."""


def leaves() -> list[tuple[str, click.Command]]:
    context = click.Context(main)
    found = []
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        inner = command.commands if isinstance(command, click.Group) else {}
        found += [(f"{name} {verb}", one) for verb, one in inner.items()] or [(name, command)]
    return found


@pytest.mark.parametrize(("name", "command"), leaves(), ids=str)
def test_every_verb_that_reads_a_store_has_the_option(name: str, command: click.Command) -> None:
    options = [opt for one in command.params for opt in one.opts]
    known = name in WITHOUT or name.partition(" ")[0] in WITHOUT
    assert ("--store" in options) != known


@pytest.mark.parametrize("verb", ["stats", "sources", "rejects", "votes list", "audit"])
def test_the_option_and_the_position_say_the_same(run: Any, store: Path, verb: str) -> None:
    placed = run(*verb.split(), store, "--json")
    named = run(*verb.split(), "--store", store, "--json")
    joined = run(*verb.split(), "--json", f"--store={store}")
    assert placed.code == named.code == joined.code
    assert placed.out == named.out == joined.out != ""


def test_what_stands_first_is_then_the_next_argument(run: Any, store: Path) -> None:
    done = run("decide", "--store", store, "fer2013:0000003", "--label", "sad", "--by", "anna")
    assert done.code == 0, done.err
    assert '"fer2013:0000003"' in Path(f"{store}.decisions.jsonl").read_text(encoding="utf-8")


def test_two_stores_are_one_too_many(run: Any, store: Path) -> None:
    done = run("sources", "--store", store, store)
    assert done.code == 2
    assert "unexpected extra argument" in done.err


@pytest.mark.parametrize("words", [["--store"], ["--store", "--json"], ["--store="]])
def test_an_option_without_a_value_is_said(run: Any, words: list[str]) -> None:
    done = run("sources", *words)
    assert done.code == 2
    assert "requires an argument" in done.err


def test_verify_and_bundle_are_about_the_store_where_nothing_else_is_named(
    run: Any, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FERCURATE_STORE", "another.h5")
    checked = run("verify", "--store", store, "--json")
    assert checked.code == 0, checked.err
    assert json.loads(checked.out)["path"] == str(store)
    packed = run("bundle", "--store", store, "--output", "labels.zip", "--json")
    assert packed.code == 0, packed.err
    assert json.loads(packed.out)["of"] == "store"
