"""The source ``list``: spellings of columns, where pictures lie, what is asked about."""

import json

import pytest

from fercurate.domain.taxonomy import parse_label_map
from fercurate.errors import InputError, UsageError
from fercurate.sources.listing.source import PictureTables, parse_columns
from fercurate.sources.names.subject_rule import parse_subject_rule
from fercurate.sources.registry import recognize

LIST = PictureTables()
WORDS = ("happy", "sad", "angry")


def lines(header: str, row: str, count: int = 3, end: str = "\n") -> str:
    rows = [row.format(n=n, l=WORDS[n]) for n in range(count)]
    return end.join([*([header] if header else []), *rows]) + end


def pictures(where: str = "{n}.jpg", count: int = 3) -> dict[str, int]:
    return {where.format(n=n): n for n in range(count)}


SPELLINGS = {
    "comma": lines("path,label", "{n}.jpg,{l}"),
    "semicolon": lines("path;label", "{n}.jpg;{l}"),
    "tab": lines("image\temotion", "{n}.jpg\t{l}"),
    "bar": lines("image|emotion", "{n}.jpg|{l}"),
    "blanks, no header": lines("", "{n}.jpg {l}"),
    "many blanks": lines("", "{n}.jpg    {l}"),
    "comma, no header": lines("", "{n}.jpg,{l}"),
    "label first": lines("", "{l},{n}.jpg"),
    "CRLF and byte-order mark": "\ufeff" + lines("File Name,Expression", "{n}.jpg,{l}", end="\r\n"),
    "quoted": lines('"filename","label"', '"{n}.jpg","{l}"'),
    "index column": lines(",filename,class", "{n},{n}.jpg,{l}"),
    "upper case": lines("IMAGE_PATH,EMOTION", "{n}.jpg,{l}"),
    "backslashes": lines("path,label", ".\\{n}.jpg,{l}"),
    "no suffix": lines("name,label", "{n},{l}"),
    "another suffix": lines("name,label", "{n}.bmp,{l}"),
    "a machine path": lines("path,label", "/home/me/tree/{n}.jpg,{l}"),
    "decorated": lines("path,label", "{n}.jpg,1. {l}"),
    "one-hot": "filename, happy, sad, angry\n0.jpg, 1, 0, 0\n1.jpg, 0, 1, 0\n2.jpg, 0, 0, 1\n",
    "label and emotion": lines("path,label,emotion", "{n}.jpg,7,{l}"),
    "blank lines": lines("path,label", "\n{n}.jpg,{l}\n"),
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_a_list_is_read_in_every_spelling(text, plant, read) -> None:
    reading = read(LIST, {"list.csv": text, **pictures("tree/{n}.jpg")})
    assert reading.faults == []
    assert [s.expression for s in reading.samples] == list(WORDS)
    assert reading.ids == [f"list:tree/{n}.jpg" for n in range(3)]
    assert {s.origin for s in reading.samples} == {"list.csv"}
    assert "pictures of list.csv in" in reading.variant


PLACES = {
    "beside the list": ("list.csv", "{n}.jpg"),
    "in a folder named as the list": ("test.csv", "test/{n}.jpg"),
    "in a folder beside": ("lists/list.csv", "images/{n}.jpg"),
    "deeper": ("list.csv", "data/faces/aligned/{n}.jpg"),
    "aligned": ("list.csv", "aligned/{n}_aligned.jpg"),
    "another case": ("list.csv", "{n}.JPG"),
}


@pytest.mark.parametrize("place", PLACES)
def test_pictures_are_found_by_one_search(place, read) -> None:
    file, where = PLACES[place]
    reading = read(LIST, {file: SPELLINGS["comma"], **pictures(where)})
    assert reading.faults == []
    assert len(reading.samples) == 3


def test_the_same_names_in_split_folders_are_told_apart(read) -> None:
    text = "file,label,split\n0.jpg,happy,train\n0.jpg,sad,test\n"
    reading = read(LIST, {"list.csv": text, "train/0.jpg": 1, "test/0.jpg": 2})
    assert {s.id: (s.expression, s.native_split) for s in reading.samples} == {
        "list:train/0.jpg": ("happy", "Training"),
        "list:test/0.jpg": ("sad", "Test"),
    }


def test_json_lines(read) -> None:
    rows = '{"file_name": "0.jpg", "label": "happy"}\n{"file_name": "1.jpg", "label": 3}\nno\n'
    options = {"label_map": parse_label_map("3=fear")}
    reading = read(LIST, {"metadata.jsonl": rows, **pictures()}, **options)
    assert [s.expression for s in reading.samples] == ["happy", "fear"]
    assert reading.faults == [("E_COLUMNS", "metadata.jsonl:3")]


def test_everything_that_a_row_may_say(read) -> None:
    text = (
        "image,emotion,subset,person,xmin,ymin,xmax,ymax,valence,arousal\n"
        "0.jpg,happy,dev,anna,1,2,6,5,0.5,-3\n1.jpg,sad,7,,9,9,3,3,,\n"
    )
    first, second = read(LIST, {"list.csv": text, **pictures()}).samples
    assert (first.native_split, first.subject, first.box) == ("Validation", "anna", (1, 2, 5, 3))
    assert first.valence == 0.5
    assert first.arousal != first.arousal
    assert (second.native_split, second.subject, second.box) == ("fold7", "", None)


def test_subjects_by_column_pattern_and_level(read) -> None:
    text = "path,label,who\na/x_1.jpg,happy,eve\nb/x_2.jpg,sad,bob\n"
    tree = {"list.csv": text, "a/x_1.jpg": 1, "b/x_2.jpg": 2}
    for rule, people in (("who", ["eve", "bob"]), (r"x_(\d)", ["1", "2"]), ("1", ["a", "b"])):
        reading = read(LIST, tree, subject=parse_subject_rule(rule))
        assert [s.subject for s in reading.samples] == people
    with pytest.raises(UsageError, match="no column 'name'"):
        read(LIST, tree, subject=parse_subject_rule("name"))


REJECTS = {
    "E_LABEL": "1.jpg,grim\n",
    "E_MISSING": "9.jpg,happy\n",
    "E_PATH": "../../secret.jpg,happy\n",
    "E_COLUMNS": "1.jpg,happy,3\n",
    "E_CONFLICT": "0.jpg,sad\n",
    "E_TRUNCATED": "1.jp",
}


@pytest.mark.parametrize("code", REJECTS)
def test_a_broken_row_is_one_reject_with_its_line(code, read) -> None:
    reading = read(LIST, {"l.csv": "path,label\n0.jpg,happy\n" + REJECTS[code], **pictures()})
    assert reading.faults == [(code, "l.csv:3")]
    assert len(reading.samples) == 1


@pytest.mark.parametrize("prefix", ["happy/", ""])
def test_rows_of_pictures_in_the_folder_of_another_class_are_said(prefix, read) -> None:
    rows = [f"{prefix}{n}.jpg,{label}\n" for n, label in enumerate(("happy", "sad", "sad"))]
    reading = read(LIST, {"l.csv": "path,label\n" + "".join(rows), **pictures("happy/{n}.jpg")})
    assert [sample.expression for sample in reading.samples] == ["happy", "sad", "sad"]
    assert "2 rows name a picture in the folder of another class" in reading.variant


def test_rows_that_repeat_a_picture_are_read_once(read) -> None:
    text = "path,label\n0.jpg,happy\n0.jpg,happy\n1.jpg,sad\n"
    reading = read(LIST, {"l.csv": text, **pictures()})
    assert reading.ids == ["list:0.jpg", "list:1.jpg"]
    assert "1 row of l.csv name a picture again" in reading.variant


def test_two_lists_that_name_one_picture_in_two_splits_conflict(read) -> None:
    lists = {f"{split}.csv": "path,label\n0.jpg,happy\n" for split in ("train", "test")}
    reading = read(LIST, {**lists, **pictures()})
    assert reading.faults == [("E_CONFLICT", "train.csv:2")]
    assert "is 'happy' (Test) in test.csv:2" in reading.rejects[0].message


def test_a_root_named_for_a_split_gives_it(plant) -> None:
    root = plant({"train/l.csv": "path,label\n0.jpg,happy\n", "train/0.jpg": 1}) / "train"
    (sample,) = LIST.read(LIST.recognize(root), LIST.options())
    assert sample.native_split == "Training"


ASKED = {
    "codes": ("path,label\n0.jpg,0\n1.jpg,1\n2.jpg,6\n", "--label-map fer2013"),
    "codes from one": ("path,label\n0.jpg,1\n1.jpg,2\n2.jpg,7\n", "--label-map rafdb"),
    "three columns": ("0.jpg 1 2\n1.jpg 2 1\n2.jpg 3 2\n", "--columns path,label,-"),
    "two columns of one rank": ("path,label,class\n0.jpg,1,2\n", "--columns path,label,-"),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_could_be_several_things_is_asked_about(case, plant) -> None:
    text, option = ASKED[case]
    root = plant({"list.txt": text, **pictures()})
    with pytest.raises(InputError) as caught:
        list(LIST.read(LIST.recognize_asked(root / "list.txt"), LIST.options()))
    assert option in caught.value.fix


def test_columns_may_be_said(plant) -> None:
    root = plant({"list.txt": "a 0.jpg 9 happy\nb 1.jpg 9 sad\n", **pictures()})
    options = LIST.options(columns=parse_columns("subject,path,-,label"))
    samples = list(LIST.read(LIST.recognize_asked(root / "list.txt"), options))
    assert [(s.subject, s.expression) for s in samples] == [("a", "happy"), ("b", "sad")]


@pytest.mark.parametrize("text", ["path", "path,label,label", "path,what", "label,-", ""])
def test_columns_that_cannot_be(text) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        parse_columns(text)


FOLDERS = {
    "agrees": ("happy/0.jpg,happy\nsad/1.jpg,sad\n", "folder"),
    "agrees in other words": ("happy/0.jpg,joy\nsad/1.jpg,Traurig\n", "folder"),
    "contradicts": ("happy/0.jpg,sad\nsad/1.jpg,sad\n", "list"),
}


@pytest.mark.parametrize("case", FOLDERS)
def test_a_list_beside_class_folders_counts_if_it_says_more(case, plant) -> None:
    text, source = FOLDERS[case]
    root = plant({"l.csv": "path,label\n" + text, "happy/0.jpg": 1, "sad/1.jpg": 2})
    assert [r.source for r in recognize(root)] == [source]


NO_LISTS = {
    "no picture is there": {"l.csv": "path,label\nx.jpg,happy\n", "y.jpg": 1},
    "no label": {"l.csv": "path,size\n0.jpg,7\n", "0.jpg": 1},
    "words": {"notes.txt": "read me first\nthen run it\n", "0.jpg": 1},
    "binary": {"l.csv": b"\0\1\2\0", "0.jpg": 1},
    "a file alone": {"l.csv": ""},
}


@pytest.mark.parametrize("tree", NO_LISTS.values(), ids=NO_LISTS)
def test_other_trees_are_no_lists(tree, plant) -> None:
    assert LIST.recognize(plant(tree)) is None


def test_a_list_given_alone_finds_pictures_beside_and_above(plant) -> None:
    root = plant({"lists/l.csv": SPELLINGS["comma"], **pictures("images/{n}.jpg")})
    recognition = LIST.recognize(root / "lists/l.csv")
    assert recognition.root == root
    assert len(list(LIST.read(recognition, LIST.options()))) == 3


def test_links_out_of_the_corpus_are_not_followed(plant, tmp_path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    root = plant({"l.csv": SPELLINGS["comma"], "1.jpg": 1, "2.jpg": 2})
    (root / "0.jpg").symlink_to(tmp_path / "secret.jpg")
    records = list(LIST.read(LIST.recognize(root), LIST.options()))
    assert [str(getattr(r, "code", "")) for r in records] == ["E_PATH", "", ""]


def test_a_list_in_parquet(plant, read) -> None:
    arrow, parquet = (pytest.importorskip(f"pyarrow{end}") for end in ("", ".parquet"))
    root = plant(pictures("images/{n}.jpg"))
    table = arrow.table({"file_name": [f"{n}.jpg" for n in range(3)], "label": [2, 0, 1]})
    features = {"label": {"names": ["sad", "happy", "fear"], "_type": "ClassLabel"}}
    schema = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    parquet.write_table(table.replace_schema_metadata(schema), root / "train.parquet")
    reading = read(LIST, root)
    assert [s.expression for s in reading.samples] == ["fear", "sad", "happy"]
    assert {s.native_split for s in reading.samples} == {"Training"}


def test_several_faces_of_a_picture_are_told_apart_by_their_boxes(read) -> None:
    text = (
        "filename,width,height,class,xmin,ymin,xmax,ymax\n"
        "0.jpg,10,8,happy,0,0,4,4\n0.jpg,10,8,sad,5,0,9,4\n0.jpg,10,8,happy,0,0,4,4\n"
        "0.jpg,10,8,sad,0,0,4,4\n"
    )
    reading = read(LIST, {"_annotations.csv": text, **pictures()})
    assert reading.labels == {"list:0.jpg": "happy", "list:0.jpg#2": "sad"}
    assert [s.box for s in reading.samples] == [(0, 0, 4, 4), (5, 0, 4, 4)]
    assert reading.faults == [("E_CONFLICT", "_annotations.csv:5")]


def test_a_table_of_expw_with_a_header(read) -> None:
    header = (
        "image_name,face_id_in_image,face_box_top,face_box_left,face_box_right,face_box_bottom,"
        "face_box_cofidence,expression_label\n"
    )
    options = {"label_map": parse_label_map("fer2013")}
    reading = read(LIST, {"l.csv": header + "0.jpg,0,1,2,9,7,50,3\n", **pictures()}, **options)
    assert [(s.expression, s.box) for s in reading.samples] == [("happy", (2, 1, 7, 6))]
