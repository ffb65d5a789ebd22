"""Each row of the table "What I have on disk" is read as it says, by the command it shows."""

import os
import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from fercurate.cli.commands.ingest import command
from fercurate.store.store import Store
from tests.corpora import plant
from tests.docs.layouts import LAYOUTS

PAGE = Path(__file__).parents[2] / "docs" / "corpora.md"
_ROW = re.compile(r"^\| (?P<layout>[^|]+?) \| `fercurate ingest (?P<rest>[^`]+)` \| `(\w+)` \|$")


def rows() -> dict[str, tuple[str, str]]:
    """Layout -> arguments and source, as the table has them."""
    matches = map(_ROW.match, PAGE.read_text(encoding="utf-8").splitlines())
    return {m["layout"]: (m["rest"], m[3]) for m in matches if m is not None}


def test_every_layout_has_its_row() -> None:
    assert set(rows()) == set(LAYOUTS)
    assert len(LAYOUTS) >= 40


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_row_is_read_by_its_command(name: str, tmp_path: Path, monkeypatch) -> None:
    layout, (rest, source) = LAYOUTS[name], rows()[name]
    if b"" in layout.tree.values():
        pytest.skip("PyArrow is not installed")
    plant(tmp_path / "data", layout.tree)
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(command, [*shlex.split(rest), "--store", "s.h5", "--no-progress"])
    assert shown.exit_code == 0, (shown.output, shown.exception)
    with Store.open(tmp_path / "s.h5") as store:
        manifest, entries = store.manifest, store.lineage
    assert source == layout.source
    assert set(manifest.text("source")) == {source}
    assert Counter(manifest.text("native_split")) == dict(layout.splits)
    assert len({s for s in manifest.text("subject") if s}) == layout.people
    assert set(layout.labels) <= set(manifest.text("expression"))
    assert all(entry.files.seen for entry in entries)
    if rest.split()[0] == "data":
        whole = sum(len(files) for _, _, files in os.walk(tmp_path / "data"))
        assert sum(entry.files.seen for entry in entries) == whole
