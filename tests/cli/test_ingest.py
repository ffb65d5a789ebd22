"""``fercurate ingest``: what is said of what was read, and what is refused."""

import json
from pathlib import Path
from typing import Any


def test_ingest_then_stats(run: Any, fer_folder: Path) -> None:
    first = run("ingest", fer_folder, "--store", "s.h5")
    assert first.code == 0
    assert "203 rows read; 200 added, 0 unchanged, 3 rejected" in first.out
    assert "fer2013.csv:142: 2303 pixel values; expected 2304 (48x48) (E_PIXCOUNT)" in first.out
    again = run("ingest", fer_folder, "--store", "s.h5", "--json")
    report = json.loads(again.out)
    assert [r["changed"] for r in report["inputs"]] == [False, False]
    stats = json.loads(run("stats", "s.h5", "--json").out)
    assert (stats["schema_version"], stats["kind"], stats["total"]) == (1, "store", 200)
    assert stats["sources"] == {"fer2013": 200}
    assert list(stats["splits"]) == ["Training", "PublicTest", "PrivateTest"]
    assert sum(stats["splits"]["Training"].values()) == 140


def test_strict_stores_nothing(run: Any, fer_folder: Path, tmp_path: Path) -> None:
    result = run("ingest", fer_folder / "fer2013.csv", "--strict", "--store", "s.h5")
    assert result.code == 1
    assert "3 rows were rejected and --strict" in result.err
    assert not (tmp_path / "s.h5").exists()


def test_a_file_of_rejects_only_is_an_error(run: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("emotion,pixels,Usage\n0,1 2 3,Training\n")
    result = run("ingest", "bad.csv")
    assert result.code == 1
    assert "all 1 rows were rejected" in result.err
    assert "bad.csv:2" in result.err


def test_dry_runs_touch_nothing(run: Any, fer_folder: Path, tmp_path: Path) -> None:
    assert run("ingest", fer_folder, "--dry-run").code == 0
    assert not list(tmp_path.iterdir())
