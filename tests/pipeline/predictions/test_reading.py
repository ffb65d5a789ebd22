"""Predictions from files: three kinds with the same numbers, and files that mean no good."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fercurate.errors import InputError
from fercurate.pipeline.predictions import reading
from fercurate.pipeline.predictions.reading import read_predictions
from fercurate.pipeline.predictions.table import (
    PredictionTable,
    check_probabilities,
    table_of_frame,
)
from fercurate.sources.tables import pyarrow_files
from tests.pipeline.predictions.made import write_table

IDS = ["a:1", 'a:"2",x', "a:é表"]
VALUES = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0, 0, 1]])
WORDS = ["Happiness", "p_angry", "Prob neutral"]


def read_checked(path: Path) -> PredictionTable:
    table = read_predictions(path)
    check_probabilities(table)
    return table


def write_npz(path: Path, **arrays: object) -> Path:
    given = {"probabilities": VALUES, "classes": np.array(["happy", "angry", "neutral"])} | arrays
    with path.open("wb") as file:
        np.savez(file, **given)  # type: ignore[arg-type]
    return path


def test_the_kinds_of_file_say_the_same(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(dict(zip(WORDS, VALUES.T, strict=True)) | {"ID": IDS, "predicted": "x"})
    table = write_table(tmp_path / "a.csv", IDS, VALUES, WORDS, "1")
    tabs = tmp_path / "a.tsv"
    tabs.write_text("\ufeff" + table.read_text().replace('"a:""2"",x"', "a:3").replace(",", "\t"))
    tables = [
        read_checked(table),
        read_checked(write_npz(tmp_path / "a.npz", ids=np.array(IDS))),
        table_of_frame(frame),
    ]
    if pyarrow_files.has_pyarrow():
        frame.to_parquet(tmp_path / "a.parquet")
        tables.append(read_checked(tmp_path / "a.parquet"))
    for one in tables:
        assert one.classes == ("angry", "happy", "neutral")
        assert one.ids == tuple(IDS)
        np.testing.assert_allclose(one.probabilities, VALUES[:, [1, 0, 2]])
    assert [one.out_of_fold is not None for one in tables] == [True, False, False, False][
        : len(tables)
    ]
    assert tables[0].place(2).endswith("a.csv: line 4")
    assert read_checked(tabs).ids == ("a:1", "a:3", "a:é表")


def test_arrays_may_be_bytes_single_precision_and_say_how(tmp_path: Path) -> None:
    classes = np.array([b"wut", b"freude", b"neutral"])
    said, values = np.array([1, 1, 0]), VALUES.astype(np.float32)
    path = write_npz(tmp_path / "a.npz", classes=classes, probabilities=values, out_of_fold=said)
    table = read_checked(path)
    assert table.classes == ("angry", "happy", "neutral")
    assert table.ids is None
    assert table.out_of_fold is not None
    assert table.out_of_fold.tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("", "the file is empty"),
        ("id,x,y\na,0.5,0.5\n", "0 columns are named after an expression (columns: id, x, y)"),
        ("id,happy\na,1\n", "1 columns are named after an expression"),
        ("id,happy,happiness,sad\na,1,0,0\n", "two columns of happy: 'happy' and 'happiness'"),
        ("id,p_hapy,p_sad\na,1,0\n", "'p_hapy' names no expression. Did you mean happy?"),
        ("id,p_nf,p_sad,p_happy\na,1,0,0\n", "'p_nf' names no expression. Leave it out"),
        ("id,happy,sad\n", "no rows; expected one a sample"),
        ("id,happy,sad\na,1,0\n\nb,1\n", "line 4: 2 columns; expected 3"),
        ("id,happy,sad\na,1,0\nb,high,0\n", "line 3: happy is 'high'; expected a probability"),
        ("id,happy,sad\na,nan,0\n", "line 2: happy is nan; expected a probability"),
        ("id,happy,sad\na,0,inf\n", "line 2: sad is inf; expected a probability"),
        ("id,happy,sad\na,4.5,-3.5\n", "sad is -3.5; expected a probability, 0 or more. If these"),
        ("id,happy,sad\na,60,40\n", "happy, sad sum to 100; expected 1 within 0.001. If these are"),
        ("id,happy,sad\na,1,0\nb,0.5,0.4\nc,0,0\n", "line 3: the probabilities of happy, sad sum "
         "to 0.9 (2 such rows)"),
        ("id,happy,sad,out_of_fold\na,1,0,maybe\n", "out_of_fold is 'maybe'; expected 1 or 0"),
        ("id,happy,sad\n" + "a" * 200_000 + ",1,0\n", "no line of a CSV (field larger than"),
        ("id," + "x," * 2000 + "happy,sad\n", "2,003 columns"),
        ("i" * 5_000_000 + "\na,1,0\n", "an overlong header line"),
        ("id,happy,sad\n" + "1" * 5_000_000 + "\n", "line 2: an overlong line"),
    ],
)  # fmt: skip
def test_a_table_that_is_not_as_expected(tmp_path: Path, lines: str, says: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(lines)
    with pytest.raises(InputError) as fault:
        read_checked(path)
    assert says in fault.value.message
    assert fault.value.message.startswith(str(path))


class Harmful:
    """Writes a file if it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self._path,)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    for name in ("probabilities", "classes", "ids", "out_of_fold"):
        harm = np.array([Harmful(touched)] * 3, dtype=object)
        path = write_npz(tmp_path / "a.npz", **{name: harm})
        with pytest.raises(InputError, match=f"{name}: pickled objects, which are never loaded"):
            read_predictions(path)
    (tmp_path / "a.pkl").write_bytes(b"\x80\x04.")
    with pytest.raises(InputError, match="another kind of file; expected one of"):
        read_predictions(tmp_path / "a.pkl")
    assert not touched.exists()


def declared(shape: str, kind: str = "<f8") -> bytes:
    """A header of NumPy's format with no values behind it."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    head = text.ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head


@pytest.mark.parametrize(
    ("member", "says"),
    [
        (declared("(1000000000000, 3)"), "rows; at most 50,000,000 are read"),
        (declared("(2000001, 3)"), "its header says 2000001x3"),
        (declared("(3, 900)"), "its header says 3x900"),
        (declared("(3, 3)", "|O"), "pickled objects"),
        (b"no array at all", "no array of NumPy"),
    ],
)
def test_an_array_that_claims_too_much(tmp_path: Path, member: bytes, says: str) -> None:
    path = tmp_path / "a.npz"
    classes = io.BytesIO()
    np.save(classes, np.array(["happy", "angry", "neutral"]))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("probabilities.npy", member)
        archive.writestr("classes.npy", classes.getvalue())
    with pytest.raises(InputError, match=says):
        read_predictions(path)


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"probabilities": VALUES[0]}, r"probabilities \(3 float64\); expected \(M, K\)"),
        ({"probabilities": np.ones((2, 12))}, r"expected \(M, K\) with 2 to 11 classes"),
        ({"probabilities": VALUES.astype(int)}, r"probabilities \(3x3 int64\)"),
        ({"classes": np.array(["happy", "sad"])}, r"classes \(2 text\)"),
        ({"classes": np.array([3, 1, 6])}, r"classes \(3 int64\)"),
        ({"classes": np.array(["happy", "joy", "sad"])}, "two columns of happy: 'happy' and 'joy'"),
        ({"classes": np.array(["happy", "sad", "unknown"])}, "the class 'unknown'; expected"),
        ({"ids": np.array(["a", "b"])}, r"ids \(2 text\)"),
        ({"out_of_fold": np.array(True)}, r"out_of_fold \(a single value bool\)"),
    ],
)
def test_arrays_that_do_not_fit(tmp_path: Path, arrays: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_predictions(write_npz(tmp_path / "a.npz", **arrays))


def test_an_archive_without_the_arrays_says_what_it_has(tmp_path: Path) -> None:
    with (tmp_path / "a.npz").open("wb") as file:
        np.savez(file, logits=VALUES)
    with pytest.raises(InputError, match=r"no array probabilities and classes \(arrays: logits\)"):
        read_predictions(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["a.csv", "a.npz", "a.parquet"])
def test_only_regular_files_of_a_bounded_size_are_opened(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    with pytest.raises(InputError, match="No such file"):
        read_predictions(path)
    os.mkfifo(path)
    with pytest.raises(InputError, match="a named pipe; expected a regular file"):
        read_predictions(path)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(InputError, match="a device; expected a regular file"):
        read_predictions(path)
    path.unlink()
    path.write_bytes(b"PK no archive, and no table either")
    monkeypatch.setattr(reading, "_MOST_BYTES", 8)
    with pytest.raises(InputError, match="34 bytes; at most 8 are read"):
        read_predictions(path)


def test_parquet_without_pyarrow_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1PAR1")
    monkeypatch.setattr(pyarrow_files, "has_pyarrow", lambda: False)
    with pytest.raises(InputError, match=r"needs PyArrow. Install it with: pip install"):
        read_predictions(tmp_path / "a.parquet")


def test_too_many_rows_are_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fercurate.pipeline.predictions.table.MOST_ROWS", 2)
    path = write_table(tmp_path / "a.csv", IDS, VALUES, WORDS)
    with pytest.raises(InputError, match="over 2 rows"):
        read_predictions(path)
