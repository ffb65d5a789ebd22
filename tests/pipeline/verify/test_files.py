"""The files of an export: every changed byte is found and named, and nothing stops the search."""

import random
from pathlib import Path

import numpy as np
import pytest

from fercurate.errors import InputError
from fercurate.export.lock import LOCK_FILE
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from tests.pipeline.verify.tampering import (
    TRAIN,
    Change,
    attribute,
    cell,
    edited,
    finding,
    lines,
    replace,
    replayed,
    reseal,
)

probed_here = pytest.mark.usefixtures("probed_here")
FLIPS = 100
OF_DATA = 20


@pytest.mark.parametrize("name", ["shared_modified", "shared_smote", "shared_folds"])
def test_a_sound_export_passes(name: str, request: pytest.FixtureRequest) -> None:
    export = request.getfixturevalue(name)
    report = verify(VerifyRequest(export))
    assert (report.passed, report.kind, report.more) == (True, "export", 0)
    there = sum(path.is_file() for path in export.rglob("*"))
    assert report.checked["files by SHA-256"] == there - 1
    assert report.checked["rows"] > 0
    assert (report.remarks, report.replay) == ((), None)


def drawn_flips(export: Path) -> list[tuple[str, int, int]]:
    """File, place and bit of so many flips, a good part of them in data files; files in order."""
    draw = random.Random(5)
    files = sorted(p.relative_to(export).as_posix() for p in export.rglob("*") if p.is_file())
    data = [name for name in files if name.endswith(".h5")]
    filled = [name for name in files if (export / name).stat().st_size]
    names = draw.choices(data, k=OF_DATA) + draw.choices(filled, k=FLIPS - OF_DATA)
    sizes = {name: (export / name).stat().st_size for name in names}
    return sorted((name, draw.randrange(sizes[name]), draw.randrange(8)) for name in names)


def test_no_flipped_bit_is_silent(modified: Path) -> None:
    flips = drawn_flips(modified)
    assert (len(flips), len({name for name, _, _ in flips}) > 30) == (FLIPS, True)
    unnamed = []
    for name, place, bit in flips:
        content = (modified / name).read_bytes()
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        (modified / name).write_bytes(changed)
        report = verify(VerifyRequest(modified))
        if name not in {one.where for one in report.findings}:
            unnamed.append((name, place, bit, lines(report)))
        (modified / name).write_bytes(content)
    assert unnamed == []
    assert verify(VerifyRequest(modified)).passed


@probed_here
@pytest.mark.parametrize("sealed_again", [False, True])
@pytest.mark.parametrize("name", ["extra.h5", "fold-00/train.h5", "training/x.py"])
def test_a_file_put_beside_is_found(modified: Path, name: str, sealed_again: bool) -> None:
    (modified / name).parent.mkdir(exist_ok=True)
    (modified / name).write_text("mine")
    if sealed_again:
        reseal(modified)
    assert lines(verify(VerifyRequest(modified))) == [f"{name}: a file that the lock does not list"]


@probed_here
def test_what_python_compiled_is_nobodys(modified: Path) -> None:
    (modified / "training/__pycache__").mkdir()
    (modified / "training/__pycache__/x.cpython-311.pyc").write_bytes(b"\0")
    assert verify(VerifyRequest(modified)).passed


@probed_here
@pytest.mark.parametrize("name", ["test.h5", "recipe.yaml", "summary.json", "samples.csv"])
def test_a_file_that_is_gone_is_found(modified: Path, name: str) -> None:
    (modified / name).unlink()
    assert finding(verify(VerifyRequest(modified)), name, "missing")


@probed_here
def test_a_folder_in_the_place_of_a_file_is_found(modified: Path) -> None:
    (modified / TRAIN).unlink()
    (modified / TRAIN).mkdir()
    assert finding(verify(VerifyRequest(modified)), TRAIN, "missing, or no regular file")


@probed_here
@pytest.mark.parametrize("name", ["test.h5", "recipe.yaml", "summary.json"])
def test_a_file_that_is_gone_is_missed_though_the_lock_lists_it_no_more(
    modified: Path, name: str
) -> None:
    (modified / name).unlink()
    reseal(modified)
    assert not verify(VerifyRequest(modified)).passed


def columns(column: str, change: object) -> Change:
    """Put in a column's place what a callable makes of it."""
    assert callable(change)
    return edited(TRAIN, lambda file: replace(file, column, change(file[column][:])))


MALFORMED: dict[str, tuple[str, Change]] = {
    "no HDF5": (TRAIN, lambda export: (export / TRAIN).write_bytes(b"x" * 5000)),
    "an empty file": (TRAIN, lambda export: (export / TRAIN).write_bytes(b"")),
    "a column too short": (TRAIN, columns("op", lambda values: values[:5])),
    "a column gone": (TRAIN, edited(TRAIN, lambda file: file.__delitem__("op"))),
    "too few pictures": (TRAIN, columns("images", lambda values: values[:5])),
    "pictures of floats": (TRAIN, columns("images", lambda values: values / 255)),
    "pictures of another size": (TRAIN, columns("images", lambda values: values[:, 1:, 1:])),
    "a label out of range": (TRAIN, cell("labels", 2, 7)),
    "no rows": (
        TRAIN,
        edited(TRAIN, lambda file: [replace(file, c, file[c][:0]) for c in tuple(file)]),
    ),
    "a class twice": (TRAIN, attribute("class_names", lambda names: [*names[1:], names[1]])),
    "three means": (TRAIN, attribute("mean", lambda mean: np.repeat(mean, 3))),
    "a split of no file": (TRAIN, attribute("splits", lambda _: ["train", "val"])),
    "no table": ("samples.csv", lambda export: (export / "samples.csv").write_text("a,b\n1,2\n")),
    "no recipe": ("recipe.yaml", lambda export: (export / "recipe.yaml").write_text("version: 1")),
}


@probed_here
@pytest.mark.parametrize("name", MALFORMED)
def test_what_cannot_be_read_is_a_finding_and_no_error(
    name: str, modified: Path, shared_store: Path
) -> None:
    file, change = MALFORMED[name]
    change(modified)
    reseal(modified)
    report = replayed(modified, shared_store)
    assert any(one.where.startswith(file) for one in report.findings), lines(report)


SUMMARIES = {"null": "null", "cut": "{", "splits of another kind": '{"splits": []}'}


@probed_here
@pytest.mark.parametrize("name", SUMMARIES)
def test_a_summary_that_is_none_is_a_finding(name: str, modified: Path) -> None:
    (modified / "summary.json").write_text(SUMMARIES[name])
    reseal(modified)
    report = verify(VerifyRequest(modified))
    assert any(one.where == "summary.json" for one in report.findings)


@probed_here
def test_a_recipe_that_is_no_text_is_a_finding(modified: Path) -> None:
    (modified / "recipe.yaml").write_bytes(b"\xff\xfe")
    reseal(modified)
    assert not verify(VerifyRequest(modified)).passed


@probed_here
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[1]", b'{"lock_version": 2}'])
def test_a_lock_that_is_none_is_a_finding(modified: Path, content: bytes) -> None:
    (modified / LOCK_FILE).write_bytes(content)
    assert finding(verify(VerifyRequest(modified)), LOCK_FILE, "")


@pytest.mark.parametrize("name", ["nowhere", "folder", f"o/{TRAIN}"])
def test_what_is_neither_store_nor_export_is_refused(modified: Path, name: str) -> None:
    (modified.parent / "folder").mkdir()
    with pytest.raises(InputError):
        verify(VerifyRequest(modified.parent / name))
