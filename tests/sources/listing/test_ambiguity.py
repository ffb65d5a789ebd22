"""Lists that could mean several pictures, columns or labels: told apart by evidence, or asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fercurate.domain.sample import Sample
from fercurate.errors import InputError
from fercurate.sources.base import RecordCounts
from fercurate.sources.listing.source import PictureTables
from fercurate.sources.registry import SOURCES, recognize
from tests.corpora import Tree, plant

LIST = PictureTables()
HEAD = "filename,label\n"


def numbered(*folders: str, count: int = 4) -> dict[str, None]:
    return {f"{folder}/{n}.jpg": None for folder in folders for n in range(count)}


def rows(label: str, *numbers: int) -> str:
    return "".join(f"{n}.jpg,{label}\n" for n in numbers)


SPLITS: dict[str, Tree] = {
    "lists apart from their pictures": {
        **numbered("images/train", "images/test"),
        "annotations/train.csv": HEAD + rows("happy", 0, 1, 2),
        "annotations/test.csv": HEAD + rows("sad", 3),
    },
    "lists above their pictures": {
        **numbered("train/images", "test/images"),
        "train/labels.csv": HEAD + rows("happy", 0, 1, 2),
        "test/labels.csv": HEAD + rows("sad", 3),
    },
    "a split for each row": {
        **numbered("train", "test"),
        "l.csv": "filename,label,split\n"
        + "".join(f"{n}.jpg,happy,train\n" for n in range(3))
        + "3.jpg,sad,test\n",
    },
    "names that tell it": {
        **numbered("train", "test"),
        "fer_train.csv": HEAD + rows("happy", 0, 1, 2),
        "fer_test.csv": HEAD + rows("sad", 3),
    },
}


@pytest.mark.parametrize("case", SPLITS)
def test_pictures_are_those_of_the_lists_own_split(case: str, read: Callable[..., Any]) -> None:
    reading = read(LIST, SPLITS[case])
    assert reading.faults == []
    facts = {(s.native_split, s.expression, s.image.file) for s in reading.samples}
    for split, expression, file in facts:
        word = {"Training": "train", "Test": "test"}[split]
        assert word in file.split("/")
        assert expression == {"train": "happy", "test": "sad"}[word]
    assert len(reading.samples) == 4


CELLS: dict[str, tuple[Tree, dict[str, str]]] = {
    "a person": (
        {**numbered("anna", "bob", count=2),
         "l.csv": "person,filename,label\nanna,0.jpg,happy\nbob,1.jpg,sad\n"},
        {"list:anna/0.jpg": "happy", "list:bob/1.jpg": "sad"},
    ),
    "a folder": (
        {**numbered("a", "b", count=2),
         "l.csv": "folder,file,emotion\na,0.jpg,happy\nb,0.jpg,sad\n"},
        {"list:a/0.jpg": "happy", "list:b/0.jpg": "sad"},
    ),
    "the class": (
        {**numbered("happy", "sad", count=2), "l.csv": HEAD + "0.jpg,happy\n0.jpg,sad\n"},
        {"list:happy/0.jpg": "happy", "list:sad/0.jpg": "sad"},
    ),
    "made in another way": (
        {**numbered("images", "images_aligned", count=2), "l.csv": HEAD + rows("happy", 0, 1)},
        {"list:images/0.jpg": "happy", "list:images/1.jpg": "happy"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CELLS)
def test_other_cells_tell_folders_apart(case: str, tmp_path: Path) -> None:
    tree, labels = CELLS[case]
    root = plant(tmp_path / "d", tree)
    recognition = LIST.recognize_asked(root)
    records = LIST.read(recognition, LIST.options())
    assert {r.id: r.expression for r in records if isinstance(r, Sample)} == labels


def test_a_name_in_several_folders_that_nothing_tells_apart(read: Callable[..., Any]) -> None:
    tree = {**numbered("mon", "tue", count=2), "l.csv": HEAD + rows("happy", 0, 1)}
    reading = read(LIST, tree)
    assert reading.faults == [("E_MISSING", "l.csv:2"), ("E_MISSING", "l.csv:3")]
    assert "2 files could be meant: mon/0.jpg, tue/0.jpg" in reading.rejects[0].message


def test_pictures_beyond_the_path_that_was_given_are_never_read(tmp_path: Path) -> None:
    plant(tmp_path, {**numbered("other"), "proj/l.csv": HEAD + rows("happy", 0, 1)})
    with pytest.raises(InputError, match="not recognized"):
        recognize(tmp_path / "proj")
    plant(tmp_path / "a", {"l.csv": HEAD + "../other/0.jpg,happy\n0.jpg,sad\n", "0.jpg": 1})
    records = list(LIST.read(LIST.recognize(tmp_path / "a"), LIST.options()))
    assert [getattr(r, "code", "") for r in records] == ["E_PATH", ""]


def test_pictures_of_later_rows_may_lie_elsewhere(read: Callable[..., Any]) -> None:
    first = {f"part1/{n}.jpg": None for n in range(40)}
    second = {f"part2/{n}.jpg": None for n in range(40, 80)}
    reading = read(LIST, {**first, **second, "l.csv": HEAD + rows("happy", *range(80))})
    assert (len(reading.samples), reading.faults) == (80, [])


COLUMNS: dict[str, tuple[str, str]] = {
    "label beside scores": ("path,label,angry,happy,sad\n0.jpg,angry,0.0,1.0,0.0\n", "angry"),
    "two that agree": ("path,label,emotion\n0.jpg,happy,joy\n", "happy"),
    "code and name": ("path,label,emotion\n0.jpg,3,sad\n", "sad"),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_the_column_of_the_label(case: str, read: Callable[..., Any]) -> None:
    text, expression = COLUMNS[case]
    (sample,) = read(LIST, {"l.csv": text, "0.jpg": 1}).samples
    assert sample.expression == expression


REFUSED: dict[str, tuple[Tree, str]] = {
    "two names that differ": (
        {"l.csv": "path,label,emotion\n0.jpg,happy,sad\n", "0.jpg": 1}, "several columns",
    ),
    "votes": (
        {"l.csv": "path,happy,sad\n0.jpg,3,7\n1.jpg,9,1\n", **numbered(".", count=2)},
        "votes or probabilities",
    ),
    "unknown words": (
        {"l.csv": "path,label\n0.jpg,bored\n1.jpg,calm\n", **numbered(".", count=2)},
        r"no known words \(rows by label: 'bored' 1, 'calm' 1\)",
    ),
    "lists that disagree": (
        {"a.csv": HEAD + rows("happy", 0, 1, 2), "b.csv": HEAD + rows("sad", 0, 1, 2),
         **numbered(".", count=3)},
        "a.csv, b.csv label 3 pictures otherwise",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_decided_is_refused(case: str, tmp_path: Path) -> None:
    tree, message = REFUSED[case]
    root = plant(tmp_path / "d", tree)
    with pytest.raises(InputError, match=message):
        list(LIST.read(LIST.recognize(root), LIST.options()))


def test_a_result_of_a_few_rows_is_no_corpus(tmp_path: Path) -> None:
    tree = numbered("train/happy", "train/sad", "test/sad")
    root = plant(tmp_path / "d", {**tree, "results.csv": "path,label\ntest/sad/0.jpg,happy\n"})
    (recognition,) = recognize(root)
    assert recognition.source == "folder"
    assert "not read, though it says otherwise: results.csv" in recognition.why


def test_a_list_that_disagrees_late_is_read(tmp_path: Path) -> None:
    lines = [f"{c}/{n}.jpg,{c if c == 'happy' else 'angry'}" for c in ("happy", "sad")
             for n in range(50)]  # fmt: skip
    tree = {**numbered("happy", "sad", count=50), "l.csv": "path,label\n" + "\n".join(lines)}
    assert [r.source for r in recognize(plant(tmp_path / "d", tree))] == ["list"]


def test_keys_of_later_json_lines_count(read: Callable[..., Any]) -> None:
    lines = '{"path": "0.jpg", "label": "sad"}\n{"path": "1.jpg", "label": "sad", "split": "test"}'
    reading = read(LIST, {"l.jsonl": lines, **numbered(".", count=2)})
    assert [s.native_split for s in reading.samples] == ["", "Test"]


def test_tables_of_pixels_in_folders_hold_their_path(tmp_path: Path) -> None:
    pixels = " ".join(["5"] * 2304)
    text = f"emotion,pixels\n3,{pixels}\n"
    root = plant(tmp_path / "d", {"a/faces.csv": text, "b/faces.csv": text})
    records = [r for one in recognize(root) for s in SOURCES if s.name == one.source
               for r in s.read(one, s.options())]  # fmt: skip
    assert sorted(r.id for r in records) == ["list:a/faces/0000000", "list:b/faces/0000000"]


@pytest.mark.parametrize("codes", ["01", "012", "12345"])
def test_few_codes_in_many_rows_are_asked_about(codes: str, tmp_path: Path) -> None:
    pixels = " ".join(["5"] * 2304)
    lines = "".join(f"{code},{pixels}\n" for code in codes * 20)
    root = plant(tmp_path / "d", {"t.csv": "emotion,pixels\n" + lines})
    with pytest.raises(InputError, match="only the codes"):
        list(LIST.read(LIST.recognize(root), LIST.options()))


def test_a_table_like_fer2013_without_usage_is_told_what_it_lacks(tmp_path: Path) -> None:
    row = "3," + " ".join(["7"] * 2304)
    (tmp_path / "fer2013.csv").write_text("emotion,pixels\n" + f"{row}\n" * 3)
    (recognition,) = recognize(tmp_path / "fer2013.csv")
    told = LIST.variant(recognition, RecordCounts(), "")
    assert "no column Usage, which recipes for it need" in told
