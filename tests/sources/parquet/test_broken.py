"""Tables that are broken, of another kind, or not to be read here."""

from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import InputError
from fercurate.sources.parquet.source import Parquet
from fercurate.sources.registry import recognize
from fercurate.sources.tables import pyarrow_files
from tests.corpora import draw, encode


def refusal(path: Path) -> str:
    """What reading a path ends with."""

    def attempt() -> None:
        list(Parquet().read(recognize(path)[0], Parquet.options()))

    with pytest.raises(InputError) as caught:
        attempt()
    return caught.value.message


VALUES = {
    "no picture": (None, "E_MISSING"),
    "no bytes": ({"bytes": None, "path": "/etc/passwd"}, "E_MISSING"),
    "empty": ({"bytes": b"", "path": None}, "E_MISSING"),
    "a web page": ({"bytes": b"<html>404</html>", "path": None}, "E_DECODE"),
    "cut short": ({"bytes": encode(draw(1))[:60], "path": None}, "E_DECODE"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_row_without_a_picture_is_rejected(read, parquet, images, case) -> None:
    value, code = VALUES[case]
    path = parquet("a.parquet", {"image": [*images(2), value], "label": ["sad"] * 3})
    reading = read(Parquet(), path)
    assert (len(reading.samples), reading.faults) == (2, [(code, "a.parquet:3")])


LISTS: dict[str, Any] = {
    "a value too large": [[256] * 64],
    "a negative value": [[-1] * 64],
    "fractions": [[0.5] * 64],
    "no square": [[1] * 65],
    "no row": [[]],
    "far too small": [[1, 2, 3, 4]],
    "holes": [[1, None] * 32],
}


@pytest.mark.parametrize("case", LISTS)
def test_numbers_that_are_no_picture(read, parquet, case) -> None:
    rows = [[1.0] * 64, [float(v) if v is not None else None for v in LISTS[case][0]]]
    reading = read(Parquet(), parquet("a.parquet", {"pixels": rows, "label": ["sad"] * 2}))
    code = "E_MISSING" if case == "no row" else "E_DECODE"
    assert (len(reading.samples), reading.faults) == (1, [(code, "a.parquet:2")])


TEXTS = {"words": "a b c d", "too few": "1 2 3", "too large": " ".join(["300"] * 64)}


@pytest.mark.parametrize("case", TEXTS)
def test_text_that_is_no_picture(read, parquet, case) -> None:
    pixels = [" ".join(["7"] * 64), TEXTS[case]]
    reading = read(Parquet(), parquet("a.parquet", {"pixels": pixels, "label": ["sad"] * 2}))
    assert (len(reading.samples), reading.faults) == (1, [("E_DECODE", "a.parquet:2")])


def test_labels_that_are_none(read, parquet, images) -> None:
    columns = {"image": images(4), "label": [0, 1, -1, None]}
    reading = read(Parquet(), parquet("a.parquet", columns, ["sad", "happy"]))
    assert reading.faults == [("E_LABEL", "a.parquet:3"), ("E_LABEL", "a.parquet:4")]


TABLES: dict[str, Any] = {
    "no labels": {"image": [b"x"], "text": ["a"]},
    "paths": {"image": ["a.png"], "label": ["sad"]},
    "an embedding": {"embedding": [[0.1, 0.2]], "label": ["sad"]},
}


@pytest.mark.parametrize("case", TABLES)
def test_other_tables_name_their_columns(parquet, case) -> None:
    text = refusal(parquet("own/a.parquet", TABLES[case]))
    assert f"Its columns are {next(iter(TABLES[case]))} (" in text


def test_two_columns_of_pictures_are_named(parquet, images) -> None:
    columns = {"image": images(1), "face": images(1), "label": ["sad"]}
    assert "2 columns could be the pictures: image, face" in refusal(parquet("a.parquet", columns))


@pytest.mark.parametrize("schema", [b"{", b"[]", b'{"info": {"features": {"label": 1}}}', b"\xff"])
def test_a_schema_that_is_not_understood_names_nothing(parquet, images, schema) -> None:
    import pyarrow
    from pyarrow.parquet import read_table, write_table

    path = parquet("a.parquet", {"image": images(1), "label": [0]})
    table: pyarrow.Table = read_table(path).replace_schema_metadata({b"huggingface": schema})
    write_table(table, path)
    assert "the labels are codes without names (rows by code: 0: 1)" in refusal(path)


def test_two_orders_of_codes_are_named(parquet, images, tmp_path) -> None:
    for name, names in (("train", ["sad", "happy"]), ("test", ["happy", "sad"])):
        parquet(f"r/{name}.parquet", {"image": images(1), "label": [0]}, names)
    assert "codes have two orders" in refusal(tmp_path / "r")


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_damaged_shard_is_named(parquet, images, tmp_path, cut) -> None:
    parquet("r/train.parquet", {"image": images(9), "label": ["sad"] * 9})
    path = parquet("r/test.parquet", {"image": images(9), "label": ["sad"] * 9})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * cut)])
    assert "test.parquet: damaged" in refusal(tmp_path / "r")
    assert "not recognized" in refusal(path)


def test_bytes_that_are_changed_inside(parquet, images) -> None:
    path = parquet("a.parquet", {"image": images(9), "label": ["sad"] * 9}, compression="gzip")
    content = bytearray(path.read_bytes())
    content[100:160] = bytes(60)
    path.write_bytes(content)
    assert "a.parquet: damaged" in refusal(path)


def test_a_row_group_too_large_to_hold(parquet, images, monkeypatch) -> None:
    path = parquet("a.parquet", {"image": images(9), "label": ["sad"] * 9})
    monkeypatch.setattr(pyarrow_files, "_MAX_GROUP", 100)
    assert "Write it again with a smaller row_group_size" in refusal(path)


def test_without_pyarrow_the_message_says_what_to_install(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pyarrow_files, "find_spec", lambda name: None)
    (tmp_path / "train.parquet").write_bytes(b"PAR1....PAR1")
    text = refusal(tmp_path)
    assert "reading Parquet needs PyArrow" in text
    assert "pip install 'fercurate[parquet]'" in text


def test_files_of_the_same_ids_are_named(parquet, images, tmp_path) -> None:
    for folder in ("a", "b"):
        parquet(f"r/{folder}/0000.parquet", {"image": images(1), "label": ["sad"]})
    assert "would have the same ids" in refusal(tmp_path / "r")
