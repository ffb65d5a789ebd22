"""The release of 2017: lists in every spelling that circulates."""

from math import isnan

import numpy as np
import pytest

from fercurate.errors import InputError

ROW = "1/a.jpg,1,2,6,5,@points,1,0.25,-0.5\n"
B = "1/b.jpg,1,2,6,5,@points,6,0.25,-0.5\n"
QUOTED = '1/a.jpg;1,5;2;6;5;"@points";1;0,25;-0,5\n'


def test_a_row_in_full(read_list, draw):
    reading = read_list("@head\n" + ROW + "2/a.jpg,1.5,2,6,5.5,@points,7.0,1,-1\n")
    first, second = reading.samples
    assert (first.id, second.id) == ("affectnet:train/1/a.jpg", "affectnet:train/2/a.jpg")
    assert (first.source, first.native_label, first.expression) == ("affectnet", "1", "happy")
    assert (first.native_split, first.line, first.row) == ("Training", 2, -1)
    assert first.origin == "Manually_Annotated_file_lists/training.csv"
    assert (first.valence, first.arousal) == (0.25, -0.5)
    assert first.box == (1.0, 2.0, 6.0, 5.0)
    assert first.landmarks is not None
    assert (first.landmarks.shape, first.landmarks.dtype) == ((68, 2), np.float32)
    np.testing.assert_array_equal(first.landmarks[1], [1.0, 1.5])
    assert first.image.content == draw(0)
    assert first.pixels.shape == (8, 10, 3)
    assert (second.expression, second.box) == ("contempt", (1.5, 2.0, 6.0, 5.5))
    assert (second.valence, second.arousal) == (1.0, -1.0)
    assert reading.recognition.layout == "csv lists"


CODES = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt")


@pytest.mark.parametrize(("code", "expression"), tuple(enumerate(CODES)))
def test_codes(read_list, code, expression):
    reading = read_list(f"@head\n1/a.jpg,1,2,6,5,@points,{code},0,0\n")
    assert [s.expression for s in reading.samples] == [expression]


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        pytest.param("@head\n" + ROW + B, ["1/a.jpg", "1/b.jpg"], id="header"),
        pytest.param(ROW + B, ["1/a.jpg", "1/b.jpg"], id="no header"),
        pytest.param("#@head\n" + ROW, ["1/a.jpg"], id="commented header"),
        pytest.param("\ufeff@head\n" + ROW, ["1/a.jpg"], id="byte-order mark"),
        pytest.param("\ufeff" + ROW, ["1/a.jpg"], id="byte-order mark, no header"),
        pytest.param("@head\r\n" + ROW.replace("\n", "\r\n"), ["1/a.jpg"], id="CRLF"),
        pytest.param("@head\r" + (ROW + B).replace("\n", "\r"), ["1/a.jpg", "1/b.jpg"], id="CR"),
        pytest.param("\n\n@head\n\n" + ROW + "\n \n", ["1/a.jpg"], id="blank lines"),
        pytest.param("@head\n" + ROW + "@head\n" + B, ["1/a.jpg", "1/b.jpg"], id="header again"),
        pytest.param(ROW + "#@head\n" + B, ["1/a.jpg", "1/b.jpg"], id="header in the middle"),
        pytest.param("@head\n" + (ROW + B)[:-1], ["1/a.jpg", "1/b.jpg"], id="last line not ended"),
        pytest.param("@head\n" + ROW + ROW, ["1/a.jpg", "1/a.jpg#2"], id="two faces"),
        pytest.param("@head\n" + ROW * 3, ["1/a.jpg", "1/a.jpg#2", "1/a.jpg#3"], id="three"),
        pytest.param("@head\n" + ROW.replace("1/a", r".\1\a"), ["1/a.jpg"], id="backslashes"),
        pytest.param(ROW.replace("1/a", r"1\a"), ["1/a.jpg"], id="backslashes, no header"),
        pytest.param("@head\n" + ROW.replace("a.jpg", "A.JPG"), ["1/A.JPG"], id="other case"),
        pytest.param("@head\n" + ROW.replace("a.jpg", "a.bmp"), ["1/a.bmp"], id="was converted"),
        pytest.param("@head\n/x/y/" + ROW, ["1/a.jpg"], id="another machine's path"),
        pytest.param("@head\nC:\\x\\" + ROW, ["1/a.jpg"], id="another machine's drive"),
        pytest.param(
            "i,@head\n0," + ROW + "1," + B, ["1/a.jpg", "1/b.jpg"], id="unnamed index column"
        ),
        pytest.param("@head\n" + ROW.replace("1/a.jpg", '"1/a.jpg"'), ["1/a.jpg"], id="quoted"),
        pytest.param(
            "expression,subDirectory_filePath\n1,1/a.jpg\n", ["1/a.jpg"], id="two columns"
        ),
    ],
)
def test_spellings_of_a_list(read_list, content, ids):
    reading = read_list(content)
    assert reading.rejects == []
    assert reading.ids == [f"affectnet:train/{name}" for name in ids]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("@semicolon\n" + QUOTED, id="header"),
        pytest.param(QUOTED, id="no header"),
        pytest.param("@semicolon\n" + QUOTED.replace('"', ""), id="landmarks not quoted"),
    ],
)
def test_semicolons_and_decimal_commas(read_list, content):
    head = (
        "subDirectory_filePath;face_x;face_y;face_width;face_height;"
        "facial_landmarks;expression;valence;arousal"
    )
    sample = read_list(content.replace("@semicolon", head)).sample("1/a.jpg")
    assert (sample.box, sample.valence, sample.arousal) == ((1.5, 2.0, 6.0, 5.0), 0.25, -0.5)
    assert sample.landmarks is not None
    assert sample.landmarks[67].tolist() == [67.0, 67.5]


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ("1,2,6,5", (1.0, 2.0, 6.0, 5.0)),
        ("134.0,2.25,6.5,5", (134.0, 2.25, 6.5, 5.0)),
        ("-3,-4,6,5", (-3.0, -4.0, 6.0, 5.0)),
        ("1,2,-1,5", None),
        ("1,2,6,0", None),
        (",,6,5", None),
        ("NaN,2,6,5", None),
        ("NULL,2,6,5", None),
        ("1,2,inf,5", None),
        ("1,2,6,many", None),
    ],
)
def test_boxes(read_list, box, expected):
    reading = read_list(f"@head\n1/a.jpg,{box},@points,1,0,0\n")
    assert [s.box for s in reading.samples] == [expected]


def test_a_box_is_left_top_width_height(read_list):
    content = (
        "subDirectory_filePath,face_height,face_width,face_y,face_x,expression\n1/a.jpg,5,6,2,1,1\n"
    )
    assert read_list(content).sample("a.jpg").box == (1.0, 2.0, 6.0, 5.0)


@pytest.mark.parametrize(
    ("affect", "expected"),
    [
        ("-2,-2", (None, None)),
        ("-2.0000,0.5", (None, 0.5)),
        ("-1,1", (-1.0, 1.0)),
        ("-1.5,2", (None, None)),
        (",", (None, None)),
        ("NaN,NULL", (None, None)),
        ("x,1e-1", (None, 0.1)),
    ],
)
def test_valence_and_arousal(read_list, affect, expected):
    sample = read_list(f"@head\n1/a.jpg,1,2,6,5,@points,1,{affect}\n").sample("a.jpg")
    found = tuple(None if isnan(v) else v for v in (sample.valence, sample.arousal))
    assert found == expected


@pytest.mark.parametrize(
    ("points", "whole"),
    [
        ("@points", True),
        ("@points;", True),
        ("", False),
        ("1;2;3", False),
        ("@points;1;2", False),
        (";".join(["nan"] * 136), False),
        (";".join(["1e300"] * 136), False),
        (";".join(["x"] * 136), False),
        (";".join(["1046"] * 136), True),
    ],
)
def test_landmarks(read_list, points, whole):
    sample = read_list(f"@head\n1/a.jpg,1,2,6,5,{points},1,0,0\n").sample("a.jpg")
    assert (sample.landmarks is not None) == whole


@pytest.mark.parametrize(
    ("lists", "images"),
    [
        ("Manually_Annotated_file_lists", "Manually_Annotated_Images"),
        ("manually_annotated_file_list", "manually_annotated_image"),
        ("Manually_Annotated_file_lists", "Manually_Annotated/Manually_Annotated_Images"),
        ("Manually_Annotated_file_lists", "Manually_Annotated_Images/Manually_Annotated_Images"),
        ("x/Manually_Annotated_file_lists", "x/Manually_Annotated"),
        (".", "images"),
        (".", "."),
        ("lists", "AffectNet/Manually_Annotated_compressed/Manually_Annotated_Images"),
    ],
)
def test_folders(plant, read, lists, images):
    root = plant({f"{images}/1/a.jpg": None, f"{lists}/training.csv": "@head\n" + ROW})
    assert read(root).ids == ["affectnet:train/1/a.jpg"]


@pytest.mark.parametrize(
    ("name", "split", "start"),
    [
        ("training.csv", "Training", "train"),
        ("Manually_training.csv", "Training", "train"),
        ("TRAINING.CSV", "Training", "train"),
        ("validation.csv", "Validation", "val"),
        ("Manually_validation.csv", "Validation", "val"),
        ("automatically_annotated.csv", "Automatic", "auto"),
        ("faces.csv", "", "faces"),
    ],
)
def test_names_of_lists(plant, read, name, split, start):
    root = plant({"images/1/a.jpg": None, f"lists/{name}": ROW})
    sample = read(root).samples[0]
    assert (sample.native_split, sample.id) == (split, f"affectnet:{start}/1/a.jpg")


def full(images=True):
    automatic = "Automatically_Annotated_Images/Automatically_Annotated_Images/9/z.jpg"
    files = {
        "Manually_Annotated_Images/1/a.jpg": None,
        "Manually_Annotated_Images/1/b.jpg": None,
        "Manually_Annotated_file_lists/validation.csv": B,
        "Manually_Annotated_file_lists/training.csv": "@head\n" + ROW,
        "Automatically_annotated_file_list/automatically_annotated.csv": ROW.replace("1/a", "9/z"),
    }
    return files | ({automatic: None} if images else {})


def test_all_three_lists(plant, read):
    reading = read(plant(full()))
    assert reading.ids == [
        "affectnet:train/1/a.jpg",
        "affectnet:val/1/b.jpg",
        "affectnet:auto/9/z.jpg",
    ]
    assert [s.native_split for s in reading.samples] == ["Training", "Validation", "Automatic"]
    assert [f.name for f in reading.recognition.files] == [
        "training.csv",
        "validation.csv",
        "automatically_annotated.csv",
    ]
    assert "validation.csv (no header)" in reading.recognition.why
    assert "training.csv (no header)" not in reading.recognition.why


def test_automatic_list_without_its_pictures_is_passed_over(plant, read):
    reading = read(plant(full(images=False)))
    assert len(reading.samples) == 2
    assert reading.rejects == []
    ignored = "Automatically_annotated_file_list/automatically_annotated.csv"
    assert reading.recognition.ignored == (ignored,)
    assert "automatically_annotated.csv is not read" in reading.recognition.why


def test_the_same_path_in_both_releases_of_pictures(plant, read, draw):
    files = full() | {
        "Automatically_annotated_file_list/automatically_annotated.csv": ROW,
        "Automatically_Annotated_Images/1/a.jpg": draw(77),
    }
    reading = read(plant(files))
    assert reading.sample("auto/1/a.jpg").image.content == draw(77)
    assert reading.sample("train/1/a.jpg").image.content == draw(0)


def test_of_two_training_lists_the_published_name_is_read(plant, read):
    files = {
        "images/1/a.jpg": None,
        "images/1/b.jpg": None,
        "lists/Manually_training.csv": B,
        "lists/training.csv": ROW,
        "lists/header.csv": "@head\n",
    }
    reading = read(plant(files))
    assert reading.ids == ["affectnet:train/1/a.jpg"]
    assert reading.recognition.ignored == ("lists/Manually_training.csv", "lists/header.csv")


def test_several_unnamed_lists_are_refused(plant, read):
    root = plant({"images/1/a.jpg": None, "one.csv": ROW, "two.csv": ROW})
    with pytest.raises(InputError, match=r"one\.csv, two\.csv"):
        read(root)


@pytest.mark.parametrize("given", ["training.csv", "."])
def test_a_list_alone_finds_the_pictures_beside_its_folder(plant, read, given):
    root = plant(full())
    reading = read(root / "Manually_Annotated_file_lists" / given)
    assert "affectnet:train/1/a.jpg" in reading.ids
    assert reading.recognition.root == root
    assert reading.samples[0].origin == "Manually_Annotated_file_lists/training.csv"


def test_name_and_label_map(read_list, plant):
    from fercurate.domain.taxonomy import parse_label_map

    reading = read_list(
        "@head\n" + ROW + B, name="training.csv", label_map=parse_label_map("1=sad,6=-")
    )
    assert reading.labels == {"affectnet:train/1/a.jpg": "sad"}
    assert "no expression" in reading.rejects[0].message


def test_prefix_is_the_given_name(plant, read):
    reading = read(plant(full()), name="mine")
    assert [s.source for s in reading.samples] == ["mine"] * 3
    assert reading.ids[0] == "mine:train/1/a.jpg"


def test_a_linked_list_out_of_the_folder_is_no_list(plant, tmp_path):
    from fercurate.sources.affectnet.source import AffectNet

    root = plant({"images/1/a.jpg": None})
    outside = plant({"training.csv": ROW}, "outside")
    (root / "training.csv").symlink_to(outside / "training.csv")
    assert AffectNet().recognize(root) is None
