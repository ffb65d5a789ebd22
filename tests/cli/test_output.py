"""The value that the shared options make, and where it prints."""

import io
import json
import sys
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import click
import pytest

from fercurate.cli.options import output_options
from fercurate.cli.output import Output, command_line
from fercurate.pipeline.events import Advanced, Finished, Notice, Started


def test_json_leaves_stdout_to_the_machine(run: Any, fer_folder: Path) -> None:
    result = run("ingest", fer_folder, "--store", "s.h5", "--json")
    json.loads(result.out)
    assert "a folder with fer2013.csv" in result.err
    built = run("build", "--recipe", "modified_fer", "--store", "s.h5", "--json")
    assert json.loads(built.out)["splits"]["test"]["derived"] == 180
    assert "warning: test holds changed copies" in built.err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def output_of(*flags: str) -> Output:
    """What the shared options make of flags."""
    made: list[Output] = []

    @click.command()
    @output_options
    def command(output: Output) -> None:
        made.append(output)

    command.main(list(flags), standalone_mode=False)
    (output,) = made
    return output


def test_the_shared_options_make_one_value() -> None:
    assert output_of() == Output()
    assert output_of("--json") == Output(as_json=True)
    assert output_of("-q", "--no-progress") == Output(quiet=True, progress=False)
    assert output_of("--debug") == Output(debug=True)
    with pytest.raises(FrozenInstanceError):
        Output().quiet = True  # type: ignore[misc]


def test_a_result_is_a_document_or_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Output().show({"a": "é"}, ["first", "second"])
    assert capsys.readouterr() == ("first\nsecond\n", "")
    Output(as_json=True).show({"a": "é"}, ["first", "second"])
    assert capsys.readouterr() == ('{\n  "a": "é"\n}\n', "")


def test_lines_are_not_made_for_a_document() -> None:
    lines = iter(["first"])
    Output(as_json=True).show({}, lines)
    assert next(lines) == "first"


def test_headings_and_prefaces_leave_a_document_alone(capsys: pytest.CaptureFixture[str]) -> None:
    for output in (Output(), Output(as_json=True)):
        output.heading("title")
        output.preface(["before"])
    assert capsys.readouterr() == ("\n== title\nbefore\n", "before\n")


def test_quiet_leaves_out_remarks_and_keeps_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    for output in (Output(), Output(quiet=True)):
        output.remark("a remark")
        output.warning("look out")
        output.listener()(Notice("a notice"))
        output.listener()(Notice("look here", warning=True))
    out, err = capsys.readouterr()
    assert not out
    warnings = ["warning: look out", "warning: look here"]
    assert err.splitlines() == ["a remark", warnings[0], "a notice", warnings[1], *warnings]


@pytest.mark.parametrize(
    ("output", "terminal", "shown"),
    [
        (Output(), True, True),
        (Output(as_json=True), True, True),
        (Output(), False, False),
        (Output(progress=False), True, False),
        (Output(quiet=True), True, False),
    ],
)
def test_bars_are_for_terminals(
    monkeypatch: pytest.MonkeyPatch, output: Output, terminal: bool, shown: bool
) -> None:
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    listen = output.listener()
    for event in (Started("reading", 10, "rows"), Advanced(5), Finished()):
        listen(event)
    assert ("reading" in stream.getvalue()) == shown


def test_the_command_line_can_be_typed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/fercurate", "stats", "my store.h5"])
    assert command_line() == "fercurate stats 'my store.h5'"
