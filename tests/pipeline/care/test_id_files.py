"""``--ids``: plain lines, and the tables that other commands write."""

import csv
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import InputError
from fercurate.pipeline.care.removal import read_ids
from tests.pipeline.care.stores import files, fill, ids, toy

AWKWARD = ("toy:a, b.png", 'toy:"quoted".png', "toy:ä 日本.png", "toy:fo\udcff.png")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:1\nb:2\n", ("a:1", "b:2")),
        ("a:1\nb:2", ("a:1", "b:2")),
        ("\n  a:1 \n\n\tb:2\n\n", ("a:1", "b:2")),
        ("a:1\r\nb:2\r\n", ("a:1", "b:2")),
        ("\ufeffa:1\nb:2\n", ("a:1", "b:2")),
        ("a:x, y.png\n", ("a:x, y.png",)),
        ("id\na:1\nb:2\n", ("a:1", "b:2")),
        ("sample_id,score\na:1,0.5\nb:2,\n", ("a:1", "b:2")),
        ("\ufeffsample_id,score\r\na:1,0.5\r\n", ("a:1",)),
        ('"id","why"\n"a:x, y.png","said ""no"""\n', ("a:x, y.png",)),
        ('id,why\na:1,"over two\nlines"\nb:2,x\n', ("a:1", "b:2")),
        ("id\n\na:1\n", ("a:1",)),
        ("a:1\nid\n", ("a:1", "id")),
    ],
    ids=[
        "lines",
        "no last newline",
        "blanks",
        "crlf",
        "byte order mark",
        "a comma in a line",
        "one column",
        "table",
        "table with mark and crlf",
        "quoted",
        "a value over two lines",
        "empty row",
        "a word that is no heading",
    ],
)
def test_ids_are_lines_or_a_first_column(
    tmp_path: Path, text: str, expected: tuple[str, ...]
) -> None:
    path = tmp_path / "ids.txt"
    path.write_bytes(text.encode())
    assert read_ids(path) == expected


@pytest.mark.parametrize("text", ["", "\n \n", "sample_id,score\n", "id\n,1\n"])
def test_a_file_without_ids_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ids.txt"
    path.write_text(text)
    with pytest.raises(InputError, match="no ids"):
        read_ids(path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.txt"):
        read_ids(tmp_path / "no.txt")
    with pytest.raises(InputError, match="a folder"):
        read_ids(tmp_path)


def test_a_file_of_lines_removes_what_it_names(small: Path, run: Any) -> None:
    (small.parent / "ids.txt").write_text("zoo:no_0010\ntoy:no_0003\nzoo:no_0010\n")
    done = run("remove", small, "--ids", small.parent / "ids.txt")
    assert done.code == 0, done.err
    assert "2 samples removed, 6 left" in done.out
    assert not {"zoo:no_0010", "toy:no_0003"} & {*ids(small)}


def test_one_unknown_id_in_a_file_removes_nothing(small: Path, run: Any) -> None:
    (small.parent / "ids.txt").write_text("zoo:no_0010\nzoo:no_0099\n")
    before = files(small)
    done = run("remove", small, "--ids", small.parent / "ids.txt")
    assert done.code == 1
    assert "zoo:no_0099" in done.err
    assert "Nothing was removed" in done.err
    assert files(small) == before


def test_the_scores_of_a_filter_name_what_goes(mixed: Path, run: Any) -> None:
    filtered = run("filter", mixed, "--no-ease", "--scores", "scores.csv")
    assert filtered.code == 0, filtered.err
    table = Path("scores.csv")
    lines = table.read_text().splitlines()
    kept = [lines[0], *(line for line in lines[1:] if line.startswith("affectnet:"))]
    table.write_text("\n".join(kept) + "\n")
    done = run("remove", mixed, "--ids", table)
    assert done.code == 0, done.err
    assert f"{len(kept) - 1} samples removed" in done.out
    assert len(kept) > 20
    assert {name.partition(":")[0] for name in ids(mixed)} == {"fer2013"}


def test_a_list_of_samples_names_what_goes(mixed: Path, run: Any) -> None:
    happy = ("--store", mixed, "--where", "expression = 'happy'", "--csv", "l.csv")
    listed = run("trace", "--list", *happy)
    assert listed.code == 0, listed.err
    with Path("l.csv").open(newline="") as lines:
        names = [row["sample_id"] for row in csv.DictReader(lines)]
    assert len({name.partition(":")[0] for name in names}) == 2
    done = run("remove", mixed, "--ids", "l.csv")
    assert done.code == 0, done.err
    assert f"{len(names)} samples removed" in done.out
    assert not {*names} & {*ids(mixed)}
    assert run("trace", "--list", *happy).code == 0
    assert len(Path("l.csv").read_text().splitlines()) == 1


@pytest.mark.parametrize("kind", ["lines", "table"])
def test_awkward_names_are_found(tmp_path: Path, run: Any, kind: str) -> None:
    path = fill(tmp_path / "s.h5", [toy(n, id=name) for n, name in enumerate(AWKWARD)] + [toy(9)])
    if kind == "table":
        done = run("trace", "--list", "--store", path, "--where", "row < 9", "--csv", "ids.txt")
        assert done.code == 0, done.err
    else:
        text = "".join(f"{name}\n" for name in AWKWARD)
        Path("ids.txt").write_bytes(text.encode("utf-8", "surrogateescape"))
    done = run("remove", path, "--ids", "ids.txt")
    assert done.code == 0, done.err
    assert ids(path) == ["toy:no_0009"]


@pytest.mark.parametrize("mark", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_a_line_ends_where_a_file_says_so(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "ids.txt"
    path.write_bytes(f"a:1{mark}2.png\nb:3\n".encode())
    assert read_ids(path) == (f"a:1{mark}2.png", "b:3")


@pytest.mark.parametrize("mark", ["\n", "\x85", "\u2028"])
def test_a_table_names_an_id_with_an_end_of_line(tmp_path: Path, run: Any, mark: str) -> None:
    path = fill(tmp_path / "s.h5", [toy(1, id=f"toy:a{mark}b.png"), toy(2)])
    listed = run("trace", "--list", "--store", path, "--where", "row < 2", "--csv", "ids.csv")
    assert listed.code == 0, listed.err
    assert run("remove", path, "--ids", "ids.csv").code == 0
    assert ids(path) == ["toy:no_0002"]
