"""One word an idea: names in code keep to ``docs/vocabulary.md``; words it retired stay away."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "vocabulary.md").read_text("utf-8")

RETIRED: dict[str, frozenset[str]] = {
    "fercurate": frozenset({"twin", "twins", "exhibit", "exhibits", "looking"}),
    "fercurate/sources": frozenset({"tally", "vetted"}),
    "fercurate/pipeline/building": frozenset({"places", "gathered"}),
    "fercurate/export": frozenset({"places"}),
    "fercurate/balance": frozenset({"surroundings"}),
    "fercurate/training": frozenset({"chance", "chances", "figures", "judge", "judged"}),
}
"""Words that no name of a package (and of what lies in it) may hold."""

PARTICIPLES = frozenset(
    {"built", "drawn", "found", "gathered", "looking", "made", "mixed", "prepared", "shown"}
)
"""What alone names nothing: no public class, function or value of a module is called so."""


def names(path: Path) -> Iterator[str]:
    """Every name that a module defines."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def words(name: str) -> set[str]:
    """The words of a name in either style of writing."""
    return set(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_"))


def public_names(path: Path) -> Iterator[str]:
    """Functions, classes and values that stand at the top of a module without an underscore."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("package", RETIRED)
def test_no_name_holds_a_retired_word(package: str) -> None:
    held = {
        f"{path.relative_to(ROOT).as_posix()}:{name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for name in names(path)
        if words(name) & RETIRED[package]
    }
    assert held == set()


def test_a_participle_alone_names_nothing() -> None:
    lonely = {
        f"{path.relative_to(ROOT).as_posix()}:{name}"
        for path in sorted((ROOT / "fercurate").rglob("*.py"))
        for name in public_names(path)
        if name.lower() in PARTICIPLES
    }
    assert lonely == set()


def test_the_page_defines_each_word_once() -> None:
    defined = [
        word.strip()
        for line in PAGE.splitlines()
        if line.startswith("| ") and not line.startswith(("| word", "| ---"))
        for word in line.split("|")[1].split(",")
    ]
    assert len(defined) >= 50
    assert len(defined) == len(set(defined))


def test_the_page_retires_what_is_looked_for() -> None:
    last = " ".join(line.rstrip(" |").split("|")[-1] for line in PAGE.splitlines() if "|" in line)
    assert {"twin", "place", "chance", "figures"} <= set(last.replace(",", " ").split())
