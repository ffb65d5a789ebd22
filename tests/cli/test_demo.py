"""``fercurate demo``: the whole job, as text and as one document."""

from pathlib import Path
from typing import Any

import pytest


def test_demo_runs_the_whole_job(run: Any, tmp_path: Path) -> None:
    result = run("demo", "d")
    assert result.code == 0, result.err
    assert len(result.out.splitlines()) < 30
    assert "== fercurate build --recipe modified_fer" in result.out
    assert "look at d/modified_fer/sheet_real.png" in result.out
    assert (tmp_path / "d" / "modified_fer" / "train.h5").is_file()


@pytest.mark.usefixtures("small_demo")
def test_a_demo_that_is_there_is_replaced_when_told_and_says_all_when_asked(run: Any) -> None:
    assert run("demo", "d").code == 0
    assert run("demo", "d").code == 2
    again = run("demo", "d", "--overwrite", "--verbose")
    assert again.code == 0
    assert "fer2013_seven: written" in again.out
    assert "test: 14 rows" in again.out
