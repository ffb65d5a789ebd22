"""The commands and marks that people rely on."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from tests.marks import FOLDERS, SLOW, marks_of

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
FRAMEWORKS = re.compile(r"(^|\W)(import|from|importorskip\(|find_spec\()[ '\"]*(torch|keras)\b")


def test_help_lists_every_target() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.findall(r"^  make (\w+) +\w.*$", done.stdout, re.MULTILINE) == TARGETS
    assert {"help", "demo", "fix", "fast", "check", "test", "slow", "cov", "docs", "lowest"} <= set(
        TARGETS
    )


def test_hooks_call_make_and_need_no_network() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert {repository["repo"] for repository in hooks} == {"local"}
    for hook in hooks[0]["hooks"]:
        program, target = hook["entry"].split()
        assert (program, target in TARGETS, hook["language"]) == ("make", True, "system")


def test_every_dependency_and_pyarrow_have_a_lowest_version() -> None:
    script = Path(__file__).with_name("lowest.py")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == len(PROJECT["project"]["dependencies"]) + 1
    assert "pyarrow==17" in lines
    assert "click==8.1" in lines


def test_marked_tests_are_there_and_their_marks_are_declared() -> None:
    tests = ROOT / "tests"
    assert [place for place in FOLDERS if not (tests / place).exists()] == []
    for name in SLOW:
        path, _, test = name.partition("::")
        begun = test.partition("[")[0]
        end = r"\(" if "[" in test else ""
        assert re.search(
            rf"^def {begun or 'test_'}{end}", (tests / path).read_text("utf-8"), re.MULTILINE
        ), name
    declared = PROJECT["tool"]["pytest"]["ini_options"]["markers"]
    used = {*FOLDERS.values(), *marks_of(SLOW[0])}
    assert used <= {mark.partition(":")[0] for mark in declared}


def _marked(node: ast.AST, mark: str) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(f"mark.{mark}" in ast.unparse(decorator) for decorator in decorators)


def _unmarked(path: Path) -> list[str]:
    """The tests of a file that ask for PyTorch or Keras and do not bear the mark."""
    text = path.read_text("utf-8")
    if not FRAMEWORKS.search(text) or "pytestmark = pytest.mark.torch" in text:
        return []
    tests = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return [
        f"{path.name}: {test.name}"
        for test in tests
        if test.name.startswith("test_")
        and FRAMEWORKS.search(ast.unparse(test))
        and not _marked(test, "torch")
    ]


def test_tests_with_a_framework_are_marked() -> None:
    paths = [p for p in (ROOT / "tests").rglob("test_*.py") if "training" not in p.parts]
    assert [name for path in paths for name in _unmarked(path)] == []


def test_the_guard_sees_a_test_without_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "test_it.py"
    test = 'def test_learning():\n    torch = pytest.importorskip("torch")\n'
    path.write_text(test)
    assert _unmarked(path) == ["test_it.py: test_learning"]
    path.write_text(f"@pytest.mark.torch\n{test}")
    assert _unmarked(path) == []
