"""Files, functions, lists of parameters and folders stay as small as they are."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FILE_LINES = 300
BODY_LINES = 40
PARAMETERS = 5
FOLDER_FILES = 14

BY_NATURE: frozenset[str] = frozenset(
    {
        "fercurate/balance/synthesis.py:_generate_samples",
        "fercurate/training/keras/loading.py:__init__",
    }
)
"""What must stay as it is: imbalanced-learn calls it so, and Keras has options of its own."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*folders: str) -> Iterator[tuple[str, Path]]:
    """The Python files below folders, each with its name from the root of the repository."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path


@cache
def parsed(path: Path) -> ast.Module:
    """The tree of a file."""
    return ast.parse(path.read_text("utf-8"))


def functions(*folders: str) -> Iterator[tuple[str, Function]]:
    """The functions in these folders, each named ``path:function``."""
    for name, path in python_files(*folders):
        for node in ast.walk(parsed(path)):
            if isinstance(node, Function):
                yield f"{name}:{node.name}", node


def body_lines(function: Function) -> int:
    """Lines from the first statement to the last, without the docstring."""
    statements = function.body[ast.get_docstring(function) is not None :]
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def parameters(function: Function) -> int:
    """The number of parameters, without self and cls."""
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    stars = [star for star in (given.vararg, given.kwarg) if star is not None]
    return sum(one.arg not in {"self", "cls"} for one in (*named, *stars))


def folder_files() -> Counter[str]:
    """How many files lie in each folder of the package and of the tests; maps do not count."""
    counts: Counter[str] = Counter()
    for folder in ("fercurate", "tests"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix != ".pyc" and path.name != "__init__.py":
                counts[path.parent.relative_to(ROOT).as_posix()] += 1
    return counts


def test_the_rulers_measure() -> None:
    source = (
        'def f(self, a, /, b, *c, d=1, **e):\n    """Say."""\n    x = (\n        1)\n    return x\n'
    )
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    assert (body_lines(function), parameters(function)) == (3, 5)
    assert folder_files()["tests/house"] >= 3
    assert len(dict(functions("fercurate"))) > 1000


def test_no_file_is_long() -> None:
    long = {
        name
        for name, path in python_files("fercurate", "benchmarks", "tests")
        if len(path.read_text("utf-8").splitlines()) > FILE_LINES
    }
    assert long == set()


def test_no_function_is_long() -> None:
    long = {
        name
        for name, function in functions("fercurate", "benchmarks")
        if body_lines(function) > BODY_LINES
    }
    assert long == set()


def test_no_function_takes_many_parameters() -> None:
    many = {
        name
        for name, function in functions("fercurate", "benchmarks")
        if parameters(function) > PARAMETERS
        and not name.startswith(("fercurate/cli/commands/", "fercurate/api/"))
    }
    assert many == BY_NATURE


def test_no_folder_is_full() -> None:
    full = {name for name, count in folder_files().items() if count > FOLDER_FILES}
    assert full == set()
