"""Every block of docs/python.md runs, prints what it says, and every public name stands there."""

import re
from pathlib import Path

import pytest

import fercurate

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
MARK = "# >"


def shown(block: str) -> list[str]:
    """The output that a block says it has."""
    lines = [line for line in block.splitlines() if line.startswith(MARK)]
    return [line.removeprefix(MARK).removeprefix(" ").rstrip() for line in lines]


def printed(output: str) -> list[str]:
    return [line.rstrip() for line in output.splitlines()]


@pytest.mark.filterwarnings("default::fercurate.FercurateWarning")
def test_every_block_runs_and_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names: dict[str, object] = {}
    compared = 0
    for number, block in enumerate(BLOCKS):
        exec(compile(block, f"docs/python.md, block {number}", "exec"), names)
        output, expected = printed(capsys.readouterr().out), shown(block)
        assert output == expected, block
        compared += len(expected)
    assert compared >= 30
    for file in ("balance.png", "occluded.png", "scores.csv", "screening/index.html"):
        assert (tmp_path / file).is_file(), file


def test_every_public_name_is_on_the_page() -> None:
    for name in fercurate.__all__:
        assert re.search(rf"(`|fercurate\.){name}\b", PAGE), name


def test_every_public_function_is_called_in_a_block() -> None:
    code = "\n".join(BLOCKS)
    functions = [name for name in fercurate.__all__ if name[0].islower()]
    assert len(functions) >= 10
    for name in functions:
        assert f"fercurate.{name}(" in code, name
