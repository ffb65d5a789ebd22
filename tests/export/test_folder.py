"""The folder of an export: known by its lock, replaced only when told."""

import json
from pathlib import Path

import pytest

from fercurate.errors import ConflictError, ExportError
from fercurate.export.folder import check_output, staged_export
from fercurate.export.lock import LOCK_FILE, locked_files

LOCK = {"lock_version": 1, "outputs": {"train.h5": {"size": 1, "sha256": "0" * 64}}}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "train.h5").write_text("x")
    (tmp_path / "o" / LOCK_FILE).write_text(json.dumps(LOCK))
    return tmp_path / "o"


def test_the_files_of_an_export_are_those_of_its_lock(export: Path) -> None:
    assert locked_files(export) == {"train.h5", LOCK_FILE}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x", id="no JSON"),
        pytest.param("[]", id="a list"),
        pytest.param('{"outputs": {"train.h5": {"sha256": ""}}}', id="the lock of another tool"),
        pytest.param('{"lock_version": 1, "outputs": ["train.h5"]}', id="outputs without digests"),
        pytest.param("[" * 100_000, id="too deep"),
    ],
)
def test_a_lock_that_is_none_of_ours_marks_nothing(export: Path, text: str) -> None:
    (export / LOCK_FILE).write_text(text)
    assert locked_files(export) == set()
    with pytest.raises(ConflictError) as caught:
        check_output(export, overwrite=True)
    assert caught.value.message == (
        f"{export}: the folder holds files that no export made (recipe.lock, train.h5). "
        "Choose another --output; nothing was changed"
    )


def test_an_export_is_replaced_only_when_told(export: Path) -> None:
    with pytest.raises(ConflictError) as caught:
        check_output(export, overwrite=False)
    assert caught.value.message == (
        f"{export}: an export is there already. Pass --overwrite to replace it, "
        "choose another --output, or rename the recipe"
    )
    check_output(export, overwrite=True)


def test_what_python_compiled_is_nobodys(export: Path) -> None:
    cache = export / "training" / "__pycache__"
    cache.mkdir(parents=True)
    (cache / "export.cpython-311.pyc").write_bytes(b"compiled")
    check_output(export, overwrite=True)
    (cache / "notes.txt").write_text("mine")
    with pytest.raises(ConflictError, match=r"training/__pycache__/notes\.txt"):
        check_output(export, overwrite=True)


def test_a_link_to_an_export_is_not_followed(export: Path) -> None:
    export.with_name("link").symlink_to(export)
    with pytest.raises(ConflictError, match=r"link: not a folder\. Choose another --output$"):
        check_output(export.with_name("link"), overwrite=True)


def test_two_builds_of_one_export_are_refused(export: Path) -> None:
    with (
        staged_export(export, overwrite=True),
        pytest.raises(ExportError, match=f"^{export}: another process is writing this export$"),
        staged_export(export, overwrite=True),
    ):
        pytest.fail("two at once")
