"""What ``fercurate models`` prints."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.measure.models import ModelState


def show_models(output: Output, states: "Sequence[ModelState]") -> None:
    """Print every known model: what it is, whose, and whether it is there."""
    document = {"schema_version": 1, "kind": "models", "models": [_facts(one) for one in states]}
    absent = [state.model.name for state in states if state.state != "present"]
    fetch = [f"to fetch it: fercurate models fetch {name}" for name in absent]
    output.show(document, [*(line for state in states for line in _lines(state)), *fetch])


def show_offer(output: Output, state: "ModelState") -> None:
    """Say what would be fetched, from where, and under which license."""
    output.preface(_lines(state))


def show_model(output: Output, state: "ModelState") -> None:
    """Say where a model lies now, or would lie."""
    done = "in place" if state.state == "present" else "nothing was fetched (dry run)"
    document = {"schema_version": 1, "kind": "model", **_facts(state)}
    output.show(document, [f"{state.model.name}: {done}: {state.path}"])


def _facts(state: "ModelState") -> dict[str, Any]:
    return asdict(state.model) | {"path": str(state.path), "state": state.state}


def _lines(state: "ModelState") -> Iterator[str]:
    model = state.model
    yield f"{model.name}: {model.purpose}"
    for name, value in (
        ("license", f"{model.license}, {model.license_url}"),
        ("url", model.url),
        ("sha256", model.sha256),
        ("size", f"{model.size:,} bytes"),
        ("file", f"{state.path} ({state.state})"),
    ):
        yield f"  {name:<8} {value}"
