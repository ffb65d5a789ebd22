"""Columns of a manifest: codes of repeated text, rows of other columns, texts that repeat."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain import columns as domain_columns
from fercurate.domain.columns import (
    CodedText,
    FittedColumns,
    HeldColumns,
    TakenColumns,
    TextCoder,
    repeated_texts,
)
from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.text import encode_text, text_hashes

texts = st.lists(st.text("abé/", max_size=11), max_size=40)


@given(st.lists(texts, max_size=4), st.integers(0, 3))
def test_codes_give_back_what_came_in_pieces(pieces: list[list[str]], compared: int) -> None:
    coder, whole = TextCoder(), [one for piece in pieces for one in piece]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(domain_columns, "_COMPARED", compared)
        for piece in pieces:
            coder.add(encode_text(piece))
    coded = coder.coded()
    assert coded.decoded().tolist() == whole
    assert [one.decode() for one in coded.encoded().tolist()] == whole
    assert coded.values.tolist() == sorted(set(encode_text(whole).tolist()))
    assert coder.different == len(coded.values)
    assert dict(zip(coded.values.tolist(), np.bincount(coded.codes).tolist(), strict=True)) == {
        one.encode(): whole.count(one) for one in set(whole)
    }


@given(texts, st.data())
def test_taken_codes_hold_the_values_that_are_left(column: list[str], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, max(len(column) - 1, 0)), max_size=20))
    rows = rows if column else []
    taken = CodedText.of(encode_text(column)).take(np.array(rows, dtype=np.int64))
    assert taken.decoded().tolist() == [column[row] for row in rows]
    assert len(taken.values) == len({column[row] for row in rows})
    wanted = encode_text(column[:2])
    assert taken.mask(wanted).tolist() == [column[row] in column[:2] for row in rows]


def test_many_samples_take_a_byte_each() -> None:
    coded = CodedText.of(encode_text(["happy", "sad"] * 5000))
    assert coded.codes.dtype == np.uint8
    assert len(coded) == 10_000


@given(st.lists(st.text("ab", max_size=3), max_size=30))
def test_texts_that_repeat_are_found(column: list[str]) -> None:
    encoded = encode_text(column)
    rows, found = repeated_texts(HeldColumns({"id": encoded}), "id")
    assert rows.tolist() == [row for row, one in enumerate(column) if column.count(one) > 1]
    assert [one.decode() for one in found.tolist()] == [column[row] for row in rows]


def test_equal_hashes_do_not_make_equal_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        domain_columns, "text_hashes", lambda encoded: np.zeros(len(encoded), np.uint64)
    )
    held = HeldColumns({"id": encode_text(["a", "b", "a", "c"])})
    assert repeated_texts(held, "id")[0].tolist() == [0, 2]


@given(texts)
def test_a_hash_does_not_depend_on_the_width_of_the_column(column: list[str]) -> None:
    narrow = encode_text([*column, ""])
    assert np.array_equal(text_hashes(narrow), text_hashes(narrow.astype("S77")))


def manifest() -> Manifest:
    rows = np.arange(4)
    columns = {
        name: np.array([f"{name}{row % 2}" for row in rows], object) for name in TEXT_COLUMNS
    }
    columns["id"] = np.array(["a", "bb", "ccc", "dddd"], dtype=object)
    numbers = {name: np.arange(4).astype(kind) for name, kind in NUMBER_COLUMNS.items()}
    return Manifest.from_columns(columns | numbers)


def test_rows_are_taken_of_what_was_taken() -> None:
    taken = manifest().take(np.array([3, 1, 0])).take(np.array([2, 0]))
    assert len(taken) == 2
    assert taken.text("id").tolist() == ["a", "dddd"]
    assert taken.numbers("row").tolist() == [0, 3]
    assert taken.coded("source").decoded().tolist() == ["source0", "source1"]
    assert taken.equal("digest").tolist() == [0, 1]
    assert isinstance(taken.columns, TakenColumns)
    assert taken.columns.at("id", np.array([1])).tolist() == [b"dddd"]
    assert "id" in taken.columns


def test_fitted_text_is_as_wide_as_its_rows_need() -> None:
    fitted = manifest().fitted(np.array([0, 1]))
    assert isinstance(fitted.columns, FittedColumns)
    assert fitted.encoded("id").dtype.itemsize == 2
    assert fitted.columns.at("id", np.array([1])).tolist() == [b"bb"]
    assert fitted.coded("source").values.dtype.itemsize == len("source0")
    assert np.array_equal(fitted.columns.hashes("id"), manifest().columns.hashes("id"))
    assert len(fitted) == 4
    assert "row" in fitted.columns


def test_equal_text_makes_groups() -> None:
    assert manifest().equal("subject").tolist() == [0, 1, 0, 1]
    assert manifest().equal("id").tolist() == [0, 1, 2, 3]
    assert manifest().counts("source", "subject") == {
        "source0": {"subject0": 2},
        "source1": {"subject1": 2},
    }
