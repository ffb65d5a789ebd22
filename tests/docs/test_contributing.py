"""The worked examples of CONTRIBUTING.md: written into a copy of the package, and run."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (Add a .+)\n((?:(?!## ).*\n?)*)", PAGE, re.MULTILINE))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Workshop:
    """A copy of the package, and a scratch folder in which commands run."""

    copy: Path
    scratch: Path

    def write(self, text: str) -> None:
        """Write a block whose first line names its file."""
        name, _, content = text.removeprefix("# ").partition("\n")
        path = self.path(name)
        assert not path.exists(), f"{name} is there already"
        path.write_text(content, "utf-8")

    def path(self, name: str) -> Path:
        """Where a file lies: in the copy, or in the scratch folder."""
        return (self.copy if name.startswith("fercurate/") else self.scratch) / name

    def change(self, text: str) -> None:
        """Apply a block of changes: between @@ lines, old lines give way to new ones."""
        name, _, changes = text.removeprefix("# ").partition("\n")
        path = self.path(name)
        for hunk in changes.split("@@\n"):
            lines = hunk.splitlines(keepends=True)
            old = "".join(line[1:] for line in lines if line[0] in " -")
            new = "".join(line[1:] for line in lines if line[0] in " +")
            content = path.read_text("utf-8")
            assert content.count(old) == 1, f"{name} has not, once:\n{old}"
            path.write_text(content.replace(old, new), "utf-8")

    def type_in(self, text: str) -> None:
        """Run commands; each line below one stands in what it prints."""
        for command in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            line, *expected = command.splitlines()
            done = self.run(line)
            assert done.returncode == 0, done.stderr[-2000:]
            for words in expected:
                assert words in done.stdout, done.stdout

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run one command with the copy in place of the package."""
        program, _, arguments = line.partition(" ")
        return self.run_python(f"-m fercurate {arguments}" if program == "fercurate" else arguments)

    def run_python(self, arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the copy in place of the package."""
        return subprocess.run(
            [sys.executable, *shlex.split(arguments)],
            cwd=self.scratch,
            env={**os.environ, "PYTHONPATH": str(self.copy)},
            capture_output=True,
            text=True,
            check=False,
        )

    def follow(self, section: str) -> list[str]:
        """Do what a section says, block by block; returns the kinds of blocks."""
        acts = {
            "python": self.write,
            "yaml": self.write,
            "diff": self.change,
            "console": self.type_in,
        }
        blocks = _BLOCK.findall(section)
        for kind, text in blocks:
            acts[kind](text)
        return [kind for kind, _ in blocks]


@pytest.fixture
def workshop(store: Path) -> Workshop:
    """A copy of the package; ``store.h5`` lies in the scratch folder."""
    copy = store.parent / "copy"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "fercurate", copy / "fercurate", ignore=ignored)
    return Workshop(copy, store.parent)


def test_the_page_has_every_kind() -> None:
    kinds = ("a corpus", "a criterion", "a transform", "a splitter", "a balance step")
    assert list(SECTIONS) == [f"Add {kind}" for kind in kinds]


@pytest.mark.parametrize("title", SECTIONS)
def test_an_example_works_as_it_is_written(title: str, workshop: Workshop) -> None:
    assert {"python", "diff", "console"} <= set(workshop.follow(SECTIONS[title]))


CONTRACTS: dict[str, tuple[str, dict[str, object]]] = {
    "Add a transform": ("test_transforms.py", {}),
    "Add a splitter": ("test_splitters.py", {"train": ("toy",), "test": ("other",)}),
    "Add a balance step": ("test_balance_steps.py", {"most": 12}),
}
"""The contract that an example falls under, and keys to make one with."""


@pytest.mark.parametrize("title", CONTRACTS)
def test_an_example_is_in_the_schema_and_under_the_contract(title: str, workshop: Workshop) -> None:
    before = json.loads(workshop.run("fercurate recipes --schema").stdout)["$defs"]
    workshop.follow(SECTIONS[title])
    after = json.loads(workshop.run("fercurate recipes --schema").stdout)["$defs"]
    (added,) = set(after) - set(before)
    kind = after[added]["properties"]["kind"]["const"]
    file, keys = CONTRACTS[title]
    contract = (ROOT / "tests" / "contracts" / file).read_text("utf-8")
    head = "KEYS: dict[str, dict[str, Any]] = {"
    assert contract.count(head) == 1
    (workshop.scratch / file).write_text(contract.replace(head, f"{head}{kind!r}: {keys!r}, "))
    done = workshop.run_python(f"-m pytest -p no:cacheprovider --rootdir . {file} -v -k {kind}")
    assert done.returncode == 0, done.stdout[-3000:]
    assert done.stdout.count("PASSED") >= 3


@pytest.mark.parametrize("title", SECTIONS)
def test_an_example_is_in_the_style_of_the_house(title: str, workshop: Workshop) -> None:
    pytest.importorskip("ruff")
    for kind, text in _BLOCK.findall(SECTIONS[title]):
        if kind == "python" and text.startswith("# fercurate/"):
            workshop.write(text)
            path = workshop.path(text.removeprefix("# ").partition("\n")[0])
            ruff = f"-m ruff check --no-cache --config {ROOT / 'pyproject.toml'} {path}"
            for command in (ruff, ruff.replace("check", "format --check", 1)):
                done = workshop.run_python(command)
                assert done.returncode == 0, done.stdout
