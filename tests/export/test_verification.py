"""An export is read as it was built, or not at all: files, attributes, lock, papers, scripts."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.errors import ExportError
from fercurate.export.exported_files import is_export
from fercurate.export.lock import LOCK_FILE
from fercurate.export.reader import read_export
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe
from fercurate.training.shared import export as kit
from fercurate.training.shared.errors import ExportError as KitError
from fercurate.training.shared.lock import read_outputs
from tests.store.edits import flip


@pytest.fixture(scope="module")
def built(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("built") / "o"
    build(BuildRequest(load_recipe("fer2013_seven"), shared_store, output, framework="sklearn"))
    return output


@pytest.fixture
def export(built: Path, tmp_path: Path) -> Path:
    return copytree(built, tmp_path / "o")


def test_an_export_as_it_was_built_is_verified(run: Any, export: Path) -> None:
    found = run("stats", export, "--json")
    assert (found.code, found.err) == (0, "")
    assert json.loads(found.out)["verified"] is True
    assert json.loads(found.out)["changed_files"] == []


@pytest.mark.parametrize("verb", ["stats", "audit"])
@pytest.mark.parametrize("place", [12, 3000, -1])
def test_a_changed_file_is_named_and_not_read(
    run: Any, export: Path, verb: str, place: int
) -> None:
    flip(export / "test.h5", place)
    found = run(verb, export)
    assert found.code == 1
    assert "test.h5: changed since it was built" in found.err
    with pytest.raises(KitError, match=r"test\.h5: changed since it was built"):
        kit.read_export(export)


def test_every_byte_of_a_lock_counts(built: Path, tmp_path: Path) -> None:
    content = (built / LOCK_FILE).read_bytes()
    lock = tmp_path / LOCK_FILE
    for place in range(0, len(content), 11):
        lock.write_bytes(content)
        flip(lock, place, place % 8)
        with pytest.raises(KitError, match=r"recipe\.lock"):
            read_outputs(lock)
    for length in (0, 1, 100, len(content) - 1):
        lock.write_bytes(content[:length])
        with pytest.raises(KitError, match=r"recipe\.lock"):
            read_outputs(lock)


def test_a_lock_of_before_has_no_digest_and_is_read(export: Path) -> None:
    lock = json.loads((export / LOCK_FILE).read_text())
    del lock["lock_sha256"]
    (export / LOCK_FILE).write_text(json.dumps(lock | {"lock_version": 1}))
    assert len(read_export(export)) == 3
    (export / LOCK_FILE).write_text(json.dumps(lock))
    with pytest.raises(ExportError, match="damaged"):
        read_export(export)


LOCKS = {
    "no JSON": "{",
    "a list": "[]",
    "no outputs": '{"lock_version": 2}',
    "later": '{"lock_version": 9, "outputs": {}}',
    "no digest": '{"lock_version": 1, "outputs": {"train.h5": {"size": 3}}}',
    "outside": '{"lock_version": 1, "outputs": {"../a": {"sha256": "' + "0" * 64 + '"}}}',
    "deep": '{"lock_version": 1, "outputs": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "no digits": '{"lock_version": 1, "outputs": {"train.h5": {"sha256": "xyz"}}}',
}


@pytest.mark.parametrize("text", LOCKS.values(), ids=LOCKS)
def test_a_lock_that_is_none_is_one_line(run: Any, export: Path, text: str) -> None:
    (export / LOCK_FILE).write_text(text)
    found = run("stats", export)
    assert found.code == 1
    assert found.err.count("\n") == 1
    assert LOCK_FILE in found.err


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir], ids=["pipe", "folder"])
def test_a_lock_that_is_no_file_is_one_line(run: Any, export: Path, make: Callable) -> None:
    (export / LOCK_FILE).unlink()
    make(export / LOCK_FILE)
    for verb in ("stats", "audit"):
        found = run(verb, export)
        assert (found.code, found.err.count("\n")) == (1, 1)
        assert "recipe.lock: damaged" in found.err


def test_files_without_a_lock_are_said_to_be_unverified(run: Any, export: Path) -> None:
    (export / LOCK_FILE).unlink()
    found = run("stats", export, "--json")
    assert (found.code, json.loads(found.out)["verified"]) == (0, False)
    assert "not verified: there is no recipe.lock" in found.err
    assert "not verified" in run("audit", export / "train.h5").err


def test_a_file_that_the_lock_does_not_list_is_not_read(run: Any, export: Path) -> None:
    (export / "other.h5").write_bytes((export / "train.h5").read_bytes())
    found = run("stats", export)
    assert (found.code, "other.h5: recipe.lock does not list it" in found.err) == (1, True)


@pytest.mark.parametrize("name", ["datasheet.md", "train.py", "training/shared/export.py"])
def test_changed_papers_and_scripts_are_said(run: Any, export: Path, name: str) -> None:
    with (export / name).open("a") as file:
        file.write("\n")
    found = run("stats", export, "--json")
    assert found.code == 0
    assert f"{name}: changed since it was built" in found.err
    assert json.loads(found.out)["changed_files"] == [name]
    assert f"{name}: changed since it was built" in run("audit", export, "--max-leak", 1).err


def test_scripts_say_that_they_have_changed(export: Path) -> None:
    command = [sys.executable, str(export / "train.py"), "--describe"]
    clean = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (clean.returncode, clean.stderr) == (0, "")
    with (export / "training" / "shared" / "statistics.py").open("a") as file:
        file.write("\n")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "training/shared/statistics.py: changed since it was built" in done.stderr
    silent = [*command, "--no-verify"]
    assert subprocess.run(silent, capture_output=True, text=True, check=True).stderr == ""


Attributes = dict[str, Any]
ATTRIBUTES: dict[str, Attributes] = {
    "markup": {"class_names": ["<script>", *"bcdefg"]},
    "escapes": {"class_names": ["a\x1b[31m", *"bcdefg"]},
    "newline": {"class_names": ["a\nb", *"bcdefg"]},
    "integers": {"class_names": np.arange(7)},
    "one text": {"class_names": "angry"},
    "no names": {"class_names": h5py.Empty("S1")},
    "twice": {"class_names": ["a", "a", *"cdefg"]},
    "too few": {"class_names": ["a", "b"]},
    "long": {"class_names": ["a" * 1000, *"bcdefg"]},
    "splits": {"splits": ["../train"]},
    "splits of numbers": {"splits": [1, 2]},
    "layout": {"layout": "other"},
    "no layout": {"layout": None},
    "version": {"format_version": 99},
    "version of text": {"format_version": "1"},
    "type": {"type": "other"},
    "type of numbers": {"type": [1, 2]},
    "mean": {"mean": [np.nan]},
    "mean of text": {"mean": ["a"]},
    "weights": {"class_weights": [1.0, 2.0]},
    "recipe": {"recipe": "<b>x</b>"},
    "online": {"online_augmentation": "{"},
    "online list": {"online_augmentation": "[]"},
    "normalize": {"normalize": 7},
}


@pytest.mark.parametrize("changes", ATTRIBUTES.values(), ids=ATTRIBUTES)
def test_attributes_are_checked_by_both_readers(
    run: Any, export: Path, changes: Attributes
) -> None:
    with h5py.File(export / "train.h5", "r+") as file:
        for name, value in changes.items():
            del file.attrs[name]
            if value is not None:
                file.attrs[name] = value
    (export / LOCK_FILE).unlink()
    with pytest.raises(ExportError, match=r"train\.h5: "):
        read_export(export / "train.h5")
    with pytest.raises(KitError, match=r"train\.h5: "):
        kit.read_export(export, verify=False)
    found = run("stats", export)
    assert (found.code, found.err.count("\n")) == (1, 1)
    assert "train.h5" in found.err


def chunked(file: h5py.File) -> None:
    del file["labels"]
    file.create_dataset("labels", (10**11,), "i8", chunks=(10**6,), compression=9)


def linked(file: h5py.File) -> None:
    del file["op"]
    file["op"] = h5py.ExternalLink("/etc/other.h5", "/x")


def flat_pictures(file: h5py.File) -> None:
    shape = file["images"].shape
    del file["images"]
    file["images"] = np.zeros((shape[0], 4), np.uint8)


def float_pictures(file: h5py.File) -> None:
    shape = file["images"].shape
    del file["images"]
    file["images"] = np.zeros(shape, np.float32)


@pytest.mark.parametrize("change", [chunked, linked, flat_pictures, float_pictures])
def test_datasets_of_another_make_are_refused(export: Path, change: Callable) -> None:
    with h5py.File(export / "train.h5", "r+") as file:
        change(file)
    (export / LOCK_FILE).unlink()
    with pytest.raises(ExportError, match=r"train\.h5"):
        read_export(export / "train.h5")
    with pytest.raises(KitError, match=r"train\.h5"):
        kit.read_export(export, verify=False)


def test_what_is_an_export_is_told_without_reading_much(export: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "text.h5").write_text("no HDF5")
    assert is_export(export)
    assert is_export(export / "train.h5")
    assert not is_export(tmp_path / "pipe")
    assert not is_export(tmp_path / "text.h5")
    assert not is_export(tmp_path)
