"""Tables of votes, whole and broken: what is read, and what a message says of a fault."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.annotations.vote_set import ANSWERS
from fercurate.errors import InputError
from fercurate.pipeline.annotations.joined_table import JoinedTable
from fercurate.pipeline.annotations.table_columns import MOST_COLUMNS, TableRequest
from fercurate.pipeline.votes.cells import VoteCells


def cells(tmp_path: Path, text: str | bytes, kind=None) -> VoteCells:
    return VoteCells.of(table(tmp_path, text), kind)


def table(tmp_path: Path, text: str | bytes, most: int = 1000) -> JoinedTable:
    path = tmp_path / "votes.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return JoinedTable.read(path, most, TableRequest("votes"))


def test_counts_are_recognized_and_put_in_order(tmp_path: Path) -> None:
    found = cells(tmp_path, "id,Happiness,anger,unsure,NF\na,3,,1.0,0\nb,0,2,+0, 4 \n")
    assert (found.kind, found.columns) == ("counts", ("angry", "happy", "unknown", "not_face"))
    assert found.values.tolist() == [[0, 3, 1, 0], [2, 0, 0, 4]]
    assert found.values.dtype == np.float32


def test_readers_are_recognized(tmp_path: Path) -> None:
    found = cells(tmp_path, "sample_id,Ana M.,Bob\na,Happy,colère\nb,,NF\nc,,\n")
    assert (found.kind, found.columns) == ("readers", ("ana_m", "bob"))
    told = [["" if np.isnan(v) else ANSWERS[int(v)] for v in row] for row in found.values]
    assert told == [["happy", "angry"], ["", "not_face"], ["", ""]]
    assert found.voted.tolist() == [True, True, False]
    assert found.written == {"ana_m": "Ana M.", "bob": "Bob"}


def test_readers_of_any_alphabet_have_a_name(tmp_path: Path) -> None:
    found = cells(tmp_path, "Анна,王,7,Zoë\nsad,sad,sad,sad\n")
    assert found.columns == ("reader1", "reader2", "reader_7", "zoe")


@pytest.mark.parametrize(
    "text",
    [
        "id;happy;sad\na;1;2\n",
        "id\thappy\tsad\na\t1\t2\n",
        "\ufeffid,happy,sad\r\na,1,2\r\n",
        "id,happy,sad\ra,1,2\r",
        '"id","happy","sad"\n"a","1","2"\n',
        "\n\nid,happy,sad\n\na,1,2\n\n\n",
    ],
    ids=["semicolons", "tabs", "mark", "old", "quoted", "blank-lines"],
)
def test_any_way_of_writing_a_table_is_read(tmp_path: Path, text: str) -> None:
    found = table(tmp_path, text)
    assert (found.columns, found.names, found.cells) == (("happy", "sad"), ("a",), (("1", "2"),))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the file is empty"),
        ("\n \n", "the file is empty"),
        ("id,happy\n", "there are no votes in it"),
        ("id,happy\na,\nb, \n", "there are no votes in it"),
        ("id\na\n", "header: no column of votes"),
        ("id,sample_id,happy\na,a,1\n", "header: two columns of ids: id and sample_id"),
        (",happy,sad\n0,1,2\n", "header: column 1 has no name"),
        ("id,happy\na,1\nb,1,2\n", "line 3: 3 fields; expected 2 fields as above"),
        ("id,happy\na\n", "line 2: 1 field; expected 2 fields"),
        (
            "id,happy,mood\na,1,2\n",
            "header: the column 'mood' is no expression; expected id or",
        ),
        ("id,happy,surprse\na,1,2\n", "'surprse' is no expression (did you mean 'surprise'?"),
        ("id,happy,joy,Happiness\na,1,2,3\n", "'happy' and 'joy' both mean happy"),
        ("3,4,0\n1,2,3\n", "header: the column '3' is no expression"),
        ("id,happy\na,1\nb,-1\n", "line 3: '-1' in the column happy; expected a number of votes"),
        ("id,happy\na,1\nb,2.5\n", "line 3: '2.5' in the column happy"),
        ("id,happy\na,1\nb,1e9\n", "line 3: '1e9' in the column happy"),
        ("id,happy\na,1\nb,99999999999\n", "line 3: '99999999999' in the column happy"),
        ("id,happy,sad\na,1,2\nb,1,x\n", "numbers ('1' in line 2) and words ('x' in line 3)"),
        ("id,Ana\na,happy\nb,hapy\n", "line 3: 'hapy' of the reader Ana is no expression (did"),
        ("id,Ana\na,happy sad\n", "line 2: 'happy sad' of the reader Ana is no expression"),
        ("id,Ana\na,nan\n", "line 2: 'nan' of the reader Ana is no expression"),
        ("id,Ana!,ana\na,sad,sad\n", "'Ana!' and 'ana' both are stored as ana"),
        (b"\xff\xfei\x00d\x00", "UTF-16 text"),
        (b"id,Ana\na,h\xe4ppy\n", "line 2: 'h\\udce4ppy' of the reader Ana is no expression"),
        (b"id,Ana\na,\0\n", "line 2: a NUL byte: this is no text; expected a CSV in UTF-8"),
        (b"id,Ana\0\na,sad\n", "line 1: a NUL byte"),
        ("id," + "x" * 300 + "\na,sad\n", "the name of column 2 has 300 characters"),
        (f"id,happy\na,{'9' * 5000}\n", f"line 2: '{'9' * 40}' in the column happy"),
        ("id," + ",".join(f"r{n}" for n in range(MOST_COLUMNS)) + "\n", "257 columns; expected at"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str | bytes, says: str) -> None:
    with pytest.raises(InputError) as caught:
        cells(tmp_path, text)
    assert caught.value.message.startswith(str(tmp_path / "votes.csv"))
    assert says in caught.value.message


def test_of_mixed_cells_the_kind_says_which_are_wrong(tmp_path: Path) -> None:
    text = "id,happy,sad\na,1,2\nb,1,x\n"
    with pytest.raises(InputError, match=r"pass --kind counts or --kind readers"):
        cells(tmp_path, text)
    with pytest.raises(InputError, match=r"line 3: 'x' in the column sad; expected a number"):
        cells(tmp_path, text, "counts")
    with pytest.raises(InputError, match=r"line 2: '1' of the reader happy is no expression"):
        cells(tmp_path, text, "readers")


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(InputError):
            JoinedTable.read(path, 10, TableRequest("votes"))


def test_no_more_is_read_than_samples_are_stored(tmp_path: Path) -> None:
    assert len(table(tmp_path, "happy\n" + "1\n" * 5000, most=7).cells) == 8
