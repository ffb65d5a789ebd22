"""Attributes and votes that another program wrote into a store: refused, and found by verify."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.annotations.attribute import stored_attribute
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.measurement import Measurements
from fercurate.errors import StoreError
from fercurate.pipeline.annotations.vote_sets import read_vote_set
from fercurate.pipeline.attributes.listing import list_attributes
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from fercurate.store.store import Store
from fercurate.store.writer import open_writer

COLUMNS = tuple(f"b{place}" for place in range(0, 24, 3))


def numbers(value: bytes) -> list[float]:
    padded = value.ljust(24, b"\0")
    return [float(int.from_bytes(padded[n : n + 3], "big")) for n in range(0, 24, 3)]


def put(store: Path, kind: str, method: str, columns: tuple[str, ...], row: list[float]) -> None:
    values = np.array([row], dtype=np.float32)
    entry = LineageEntry("x", "", "", "", "0", "2026-01-01T00:00:00+00:00", inputs=())
    with open_writer(store, "foreign") as writer:
        writer.add_measurements([Measurements(kind, method, columns, np.array([3]), values)])
        writer.commit(entry)


def faults(store: Path) -> list[str]:
    return [str(one) for one in verify(VerifyRequest(store)).findings]


ROWS = {
    "a line": numbers(b"a\nb"),
    "a terminal's": numbers(b"\x1b[31m"),
    "no UTF-8": numbers(b"\xff\xfe"),
    "NUL within": numbers(b"a\0b"),
    "turned": numbers("\u202ex".encode()),
    "blank": numbers(b" a"),
    "huge": [3e38] * 8,
    "half": [*numbers(b"abc")[:7], np.nan],
    "a fraction": [0.5] * 8,
    "below 0": [-1.0] * 8,
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_is_no_value_is_refused_by_name(store: Path, row: list[float]) -> None:
    put(store, "attribute.g", "text-1", COLUMNS, row)
    with pytest.raises(StoreError, match=r"the attribute g: .* Put back a copy of the store"):
        list_attributes(store)
    (fault, *_) = faults(store)
    assert "the attribute g" in fault


@pytest.mark.parametrize("value", ["", "\u0378", "a|b`<i>", "\ue000"], ids=ascii)
def test_any_other_value_is_read(value: str) -> None:
    found = stored_attribute("g", np.array([numbers(value.encode())], dtype=np.float32))
    assert found.text.tolist() == [value]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["votes", "shares", "readers"])
@pytest.mark.parametrize("number", [-5.0, 0.5, 3e38])
def test_votes_that_are_no_numbers_of_votes_are_refused(store: Path, kind: str, number) -> None:
    put(store, f"{kind}.crowd", f"{kind}.crowd-0", ("happy", "sad"), [number, 1.0])
    with Store.open(store) as opened, pytest.raises(StoreError, match="no whole numbers"):
        read_vote_set(opened, "crowd")
    (fault, *_) = faults(store)
    assert "votes" in fault
