"""The door and the command line fail with the very same words."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import fercurate


@pytest.mark.parametrize(
    ("call", "command", "error"),
    [
        (
            lambda: fercurate.load_recipe("modifed_fer"),
            ["recipes", "modifed_fer"],
            fercurate.UsageError,
        ),
        (
            lambda: fercurate.build("fer2013_seven", store="none.h5"),
            ["build", "--recipe", "fer2013_seven", "--store", "none.h5"],
            fercurate.StoreError,
        ),
        (lambda: fercurate.filter_store("none.h5"), ["filter", "none.h5"], fercurate.StoreError),
        (lambda: fercurate.audit("none.h5"), ["audit", "none.h5"], fercurate.InputError),
        (lambda: fercurate.count_classes("none.h5"), ["stats", "none.h5"], fercurate.InputError),
        (lambda: fercurate.ingest("none.csv"), ["ingest", "none.csv"], fercurate.InputError),
        (fercurate.count_classes, ["stats"], fercurate.InputError),
        (
            lambda: fercurate.build("bad.yaml"),
            ["build", "--recipe", "bad.yaml"],
            fercurate.RecipeError,
        ),
        (lambda: fercurate.audit("folder"), ["audit", "folder"], fercurate.InputError),
        (
            lambda: fercurate.filter_store("none.h5", report="folder"),
            ["filter", "none.h5", "--report", "folder"],
            fercurate.ConflictError,
        ),
    ],
)
def test_the_message_is_that_of_the_command(
    run: Any, tmp_path: Path, call: Callable[[], Any], command: Sequence[str],
    error: type[fercurate.FercurateError],
) -> None:  # fmt: skip
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine.txt").write_text("mine")
    (tmp_path / "bad.yaml").write_text("version: 1\nname: bad\nsed: 3\n")
    with pytest.raises(error) as raised:
        call()
    result = run(*command)
    assert result.code == raised.value.exit_code
    assert result.err.strip() == f"fercurate: error: {raised.value.message}".strip()
