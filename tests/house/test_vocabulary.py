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
"""What alone names nothing: no public class, function, method or value is called so."""

MADE_BY_A_MAKER: frozenset[str] = frozenset(
    {
        "DrawnRows.drawn",
        "ExportSheets.mixed",
        "PictureMaker.mixed",
        "PreviewSheets.shown",
        "StoredPictureMaker.made",
        "StoredPictureMaker.mixed",
    }
)
"""Members that read as a sentence with their owner: ``maker.mixed(mixtures)`` are pictures."""


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


def public_names(body: list[ast.stmt], owner: str = "") -> Iterator[str]:
    """Functions, classes and values of a module, and as ``Owner.name`` what its classes hold."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield owner + node.name
        elif isinstance(node, ast.Assign):
            yield from (
                owner + target.id for target in node.targets if isinstance(target, ast.Name)
            )
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield owner + node.target.id
        if isinstance(node, ast.ClassDef):
            yield from public_names(node.body, f"{node.name}.")


def retired_on_the_page() -> set[str]:
    """The single words of the page's last column."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    last = [row.split("|")[3] for row in rows]
    return {word.strip() for cell in last for word in cell.split(",")}


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
        name
        for path in sorted((ROOT / "fercurate").rglob("*.py"))
        for name in public_names(ast.parse(path.read_text("utf-8")).body)
        if name.lower().rpartition(".")[2] in PARTICIPLES
    }
    assert lonely == MADE_BY_A_MAKER


def test_names_are_looked_for_in_classes_too() -> None:
    source = "a = 1\nb: int = 2\nclass C:\n    d: int\n    @property\n    def e(self): ...\n"
    assert list(public_names(ast.parse(source).body)) == ["a", "b", "C", "C.d", "C.e"]


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
    looked_for = set().union(*RETIRED.values())
    page = retired_on_the_page()
    assert looked_for <= page | {f"{word}s" for word in page} | {f"{word}d" for word in page}
