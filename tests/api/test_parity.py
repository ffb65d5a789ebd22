"""A function of the door offers what its command offers: the same words with the same defaults."""

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

import fercurate
from fercurate.cli.lazy import module_of

RENAMED = {
    ("filter", "path"): "store",
    ("build", "folder"): "output",
    ("preview", "folder"): "output",
    ("rebuild", "folder"): "output",
    ("build", "bundle_file"): "bundle",
    ("bundle", "target"): "output",
    ("sources", "path"): "store",
    ("rejects", "path"): "store",
    ("remove", "ids_file"): "ids",
    ("compact", "path"): "store",
}
LEFT_OUT = {
    "audit": {"max_leak": "report.findings(max_leak)"},
    "filter": {"explain": "report.explain(id)"},
    "stats": {"plot": "plot_class_balance(balance, path=...)", "funnel": "read_funnel(path)"},
    "trace": {
        "listed": "list_samples(store, where=...)",
        "where": "list_samples(store, where=...)",
        "table": "samples.write_csv(path)",
    },
    "diff": {"page": "report.to_frame()"},
    "rejects": {"table": "rejects.write_csv(path)"},
}
OWN = {"progress"}
OUTPUT = {"quiet", "no_progress", "debug", "as_json"}
"""What a command line says of its output; Python has ``progress`` and returns values."""

FUNCTIONS = {
    "inspect": fercurate.inspect,
    "ingest": fercurate.ingest,
    "stats": fercurate.count_classes,
    "filter": fercurate.filter_store,
    "audit": fercurate.audit,
    "preview": fercurate.preview,
    "build": fercurate.build,
    "trace": fercurate.trace,
    "verify": fercurate.verify,
    "rebuild": fercurate.rebuild,
    "diff": fercurate.diff,
    "bundle": fercurate.bundle,
    "sources": fercurate.list_sources,
    "rejects": fercurate.list_rejects,
    "remove": fercurate.remove_samples,
    "compact": fercurate.compact_store,
    "merge": fercurate.merge_stores,
}
POSITIONAL = {"diff": 2, "merge": 2}
"""How many arguments of a function have no name, where it is not one."""


def options(command: str) -> dict[str, Any]:
    """Defaults of a command's own parameters by name."""
    parameters = import_module(module_of(command)).command.params
    assert all(isinstance(one, click.Parameter) for one in parameters)
    return {
        RENAMED.get((command, one.name), one.name): one.default
        for one in parameters
        if one.expose_value and one.name not in OUTPUT
    }


def comparable(value: Any) -> Any:
    """A default as the user means it: what is empty or not set is one."""
    if isinstance(value, Path):
        return str(value)
    empty = (
        value is None or value is False or value in ("", (), []) or "UNSET" in repr(value).upper()
    )
    return None if empty else value


@pytest.mark.parametrize("command", FUNCTIONS)
def test_the_words_and_defaults_are_those_of_the_command(command: str) -> None:
    offered = options(command)
    for name in LEFT_OUT.get(command, ()):
        assert name in offered, name
        del offered[name]
    takes = inspect.signature(FUNCTIONS[command]).parameters
    assert set(takes) - OWN == set(offered)
    for name, default in offered.items():
        mine = takes[name].default
        if mine is not inspect.Parameter.empty:
            assert comparable(mine) == comparable(default), name


@pytest.mark.parametrize("command", FUNCTIONS)
def test_everything_but_the_first_argument_is_a_keyword(command: str) -> None:
    given = list(inspect.signature(FUNCTIONS[command]).parameters.values())
    others = given[POSITIONAL.get(command, 1) :]
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in others)


@pytest.mark.parametrize("command", FUNCTIONS)
def test_every_argument_is_documented(command: str) -> None:
    text = inspect.getdoc(FUNCTIONS[command]) or ""
    for name in inspect.signature(FUNCTIONS[command]).parameters:
        assert f"{name}:" in text or command == "stats", name
