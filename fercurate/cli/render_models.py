"""What ``fercurate models`` prints."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from fercurate.cli.options import setting
from fercurate.cli.render import json_text

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.measure.models import ModelState


def models(states: "Sequence[ModelState]") -> None:
    """Print every known model: what it is, whose, and whether it is there."""
    if setting("as_json"):
        rows = [_facts(state) for state in states]
        json_text({"schema_version": 1, "kind": "models", "models": rows})
        return
    for state in states:
        _describe(state, err=False)


def offered(state: "ModelState") -> None:
    """Say what would be fetched, from where, and under which license."""
    _describe(state, err=setting("as_json"))


def fetched(state: "ModelState") -> None:
    """Say where a model lies now, or would lie."""
    if setting("as_json"):
        json_text({"schema_version": 1, "kind": "model", **_facts(state)})
        return
    done = "in place" if state.state == "present" else "nothing was fetched (dry run)"
    click.echo(f"{state.model.name}: {done}: {state.path}")


def _facts(state: "ModelState") -> dict[str, Any]:
    return asdict(state.model) | {"path": str(state.path), "state": state.state}


def _describe(state: "ModelState", err: bool) -> None:
    model = state.model
    click.echo(f"{model.name}: {model.purpose}", err=err)
    for name, value in (
        ("license", f"{model.license}, {model.license_url}"),
        ("url", model.url),
        ("sha256", model.sha256),
        ("size", f"{model.size:,} bytes"),
        ("file", f"{state.path} ({state.state})"),
    ):
        click.echo(f"  {name:<8} {value}", err=err)
