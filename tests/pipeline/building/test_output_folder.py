"""The folder of a build: replaced only when told, and never what is not ours."""

from pathlib import Path

import pytest

from fercurate.errors import ConflictError, ExportError
from fercurate.export.folder import staged_export
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.shipped import load_recipe


def run_build(store: Path, output: Path, recipe: str | LoadedRecipe, **options: object) -> Path:
    loaded = load_recipe(recipe) if isinstance(recipe, str) else recipe
    build(BuildRequest(loaded, store, output, **options))  # type: ignore[arg-type]
    return output


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_output_is_only_replaced_when_told_and_ours(shared_store: Path, tmp_path: Path) -> None:
    output = run_build(shared_store, tmp_path / "o", "fer2013_seven")
    before = contents(output)
    with pytest.raises(ConflictError, match="--overwrite"):
        run_build(shared_store, output, "fer2013_seven")
    run_build(shared_store, output, "modified_fer", overwrite=True)
    assert contents(output) != before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["o"]
    compiled = output / "training" / "shared" / "__pycache__" / "export.cpython-311.pyc"
    compiled.parent.mkdir()
    compiled.write_bytes(b"compiled by a run of train.py")
    run_build(shared_store, output, "modified_fer", overwrite=True)
    assert not compiled.exists()
    (output / "notes.txt").write_text("mine")
    with pytest.raises(ConflictError, match=r"notes\.txt"):
        run_build(shared_store, output, "fer2013_seven", overwrite=True)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConflictError, match="not a folder"):
        run_build(shared_store, tmp_path / "file", "fer2013_seven", overwrite=True)


def test_files_inside_an_export_that_no_lock_lists_are_kept(
    merged_store: Path, tmp_path: Path
) -> None:
    text = load_recipe("ckplus_10fold").text.replace(
        "variant: ordered", "fold_files: true\n  variant: ordered"
    )
    output = run_build(merged_store, tmp_path / "o", parse_recipe(text, "folds"))
    (output / "fold-00" / "train.h5").unlink()
    (output / "fold-00" / "train.h5").mkdir()
    (output / "fold-00" / "train.h5" / "mine.txt").write_text("mine")
    with pytest.raises(ConflictError, match=r"mine\.txt"):
        run_build(merged_store, output, "ckplus_10fold", overwrite=True)
    for lock in ("x", '{"outputs": ["notes.txt"]}', '{"outputs": "n"}', "[]"):
        other = tmp_path / f"user{len(lock)}"
        other.mkdir()
        (other / "recipe.lock").write_text(lock)
        (other / "notes.txt").write_text("mine")
        with pytest.raises(ConflictError, match="no export made"):
            run_build(merged_store, other, "ckplus_10fold", overwrite=True)


def test_two_builds_into_one_folder_are_refused(shared_store: Path, tmp_path: Path) -> None:
    with (
        staged_export(tmp_path / "o", False),
        pytest.raises(ExportError, match="another process"),
    ):
        run_build(shared_store, tmp_path / "o", "fer2013_seven")
