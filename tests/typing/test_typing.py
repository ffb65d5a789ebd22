"""The package is typed for those who use it: what is accepted, and what is refused."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def errors(name: str) -> set[tuple[int, str]]:
    """Lines and codes of the errors that mypy finds in a file beside this one."""
    pytest.importorskip("mypy")
    path = Path(__file__).with_name(name)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context",
         "--show-error-codes", str(path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    found = re.findall(rf"{name}:(\d+): error: .*\[([a-z-]+)\]$", done.stdout, re.MULTILINE)
    assert len(found) == done.stdout.count(" error: "), done.stdout
    return {(int(line), code) for line, code in found}


def test_what_users_see_has_the_types_that_are_promised() -> None:
    assert errors("accepted.py") == set()


def test_mistakes_are_found() -> None:
    lines = Path(__file__).with_name("refused.py").read_text("utf-8").splitlines()
    expected = {
        (number, line.partition("  # ")[2])
        for number, line in enumerate(lines, 1)
        if "  # " in line
    }
    assert len(expected) == 9
    assert errors("refused.py") == expected


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "fercurate" / "py.typed").is_file()
