"""The folder of a layout: replaced only if asked, never with what others put there."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import ConflictError
from fercurate.pipeline.exporting.export import export_layout
from tests.layouts.conftest import Exports, exports
from tests.pipeline.exporting.asking import asked, tree

__all__ = ["exports"]


@pytest.mark.parametrize("name", ["imagefolder", "affectnet-2021", "hf"])
def test_a_layout_is_replaced_only_if_asked(name: str, exports: Exports, tmp_path: Path) -> None:
    request = asked(exports("seven"), name, tmp_path / "out")
    export_layout(request)
    before = tree(tmp_path / "out")
    with pytest.raises(ConflictError, match="a layout is there already"):
        export_layout(request)
    export_layout(asked(exports("seven"), "npz", tmp_path / "out", overwrite=True))
    assert sorted(tree(tmp_path / "out")) == ["README.md", "data.npz", "layout.json", "rows.csv"]
    export_layout(asked(exports("seven"), name, tmp_path / "out", overwrite=True))
    assert tree(tmp_path / "out") == before


@pytest.mark.parametrize("place", ["notes.txt", "train/happy/mine.png", "train/cache/x"])
def test_what_others_put_there_is_kept(place: str, exports: Exports, tmp_path: Path) -> None:
    request = asked(exports("seven"), "imagefolder", tmp_path / "out", overwrite=True)
    export_layout(request)
    mine = tmp_path / "out" / place
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(ConflictError, match="files that no layout made"):
        export_layout(request)
    assert mine.read_text() == "mine"


def test_an_export_is_not_taken_for_a_layout(exports: Exports, tmp_path: Path) -> None:
    shutil.copytree(exports("seven"), tmp_path / "copy")
    with pytest.raises(ConflictError, match="files that no layout made"):
        export_layout(asked(exports("seven"), "npz", tmp_path / "copy", overwrite=True))


FORGED = {
    "listed": ({"files": ["thesis.txt"]}, "file\n"),
    "digest": ({"files": {"thesis.txt": {"size": 4, "sha256": "0" * 64}}}, "file\n"),
    "row": ({"files": {}}, "file\nthesis.txt\n"),
    "out": ({"files": {"../x": {"size": 4, "sha256": "0"}}}, "file\n../../x\n"),
    "short": ({"files": {}}, "a,file\nx\n"),
    "no file": ({"files": {}}, ""),
}


@pytest.mark.parametrize("case", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize("kind", ["list", "affectnet-2021", "hf", "no-such"])
def test_a_forged_layout_makes_nothing_ours(
    case: tuple[dict[str, Any], str], kind: str, exports: Exports, tmp_path: Path
) -> None:
    facts = {"kind": "fercurate-layout", "empty_folders": [], "layout": {"kind": kind}}
    forged = tmp_path / "forged"
    forged.mkdir()
    (forged / "thesis.txt").write_text("mine")
    (forged / "layout.json").write_text(json.dumps({**facts, **case[0]}))
    (forged / "rows.csv").write_text(case[1])
    with pytest.raises(ConflictError, match=r"files that no layout made \((.*, )?thesis\.txt"):
        export_layout(asked(exports("seven"), "list", forged, overwrite=True))
    assert (forged / "thesis.txt").read_text() == "mine"
