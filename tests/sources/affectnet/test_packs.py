"""Class folders with a ``labels.csv``, as on Kaggle."""

import pytest

HEAD = ",pth,label,relFCs\n"
FILES = ("anger/image1.jpg", "anger/image2.jpg", "happy/image1.jpg")
ROWS = (
    "0,anger/image1.jpg,anger,0.87\n1,anger/image2.jpg,surprise,0.8\n2,happy/image1.jpg,happy,0.9\n"
)


@pytest.fixture
def read_pack(plant, read):
    def call(rows, folder=".", csv="labels.csv", **options):
        files = {f"{folder}/{name}": None for name in FILES}
        return read(plant(files | {csv: HEAD + rows}), **options)

    return call


def test_the_row_counts_and_not_the_folder(read_pack, draw):
    reading = read_pack(ROWS)
    assert reading.labels == {
        "affectnet:anger/image1.jpg": "angry",
        "affectnet:anger/image2.jpg": "surprise",
        "affectnet:happy/image1.jpg": "happy",
    }
    sample = reading.sample("anger/image2.jpg")
    assert (sample.native_label, sample.native_split) == ("surprise", "")
    assert (sample.origin, sample.line, sample.box) == ("labels.csv", 3, None)
    assert sample.image.content == draw(1)
    assert reading.rejects == []
    assert reading.recognition.layout == "class folders with labels.csv"
    assert "3 rows (no split 3)" in reading.variant
    assert "1 row names a picture in the folder of another class" in reading.variant


@pytest.mark.parametrize(
    ("folder", "csv", "prefix"),
    [
        ("archive (3)/Train", "archive (3)/labels.csv", "archive (3)/Train/"),
        ("Train", "labels.csv", "Train/"),
        ("Train", "Train/labels.csv", "Train/"),
        ("a b", "a b/labels.csv", "a b/"),
    ],
)
def test_places_of_the_pictures(read_pack, folder, csv, prefix):
    reading = read_pack(ROWS, folder, csv)
    assert reading.ids == [f"affectnet:{prefix}{name}" for name in FILES]
    expected = "Training" if "Train" in prefix else ""
    assert {s.native_split for s in reading.samples} == {expected}


def test_train_and_test_folders(plant, read):
    files = {"Test/anger/image1.jpg": None, "Train/anger/image1.jpg": None}
    files |= {"Test/Anger/image9.jpg": None}
    rows = "0,anger/image1.jpg,anger,1\n1,anger/image9.jpg,sad,1\n"
    reading = read(plant(files | {"labels.csv": HEAD + rows}))
    assert {s.id: s.native_split for s in reading.samples} == {
        "affectnet:Train/anger/image1.jpg": "Training",
        "affectnet:Test/Anger/image9.jpg": "Test",
    }
    assert reading.faults == [("E_LABEL", "Test/anger/image1.jpg")]


def test_a_picture_of_two_rows(read_pack):
    reading = read_pack(ROWS + "3,anger/image1.jpg,fear,0.5\n")
    assert reading.ids[-1] == "affectnet:anger/image1.jpg#2"
    assert reading.samples[-1].expression == "fear"


CASES = {
    "unknown label": ("0,anger/image1.jpg,bored,1\n", "E_LABEL"),
    "a number is no label": ("0,anger/image1.jpg,3,1\n", "E_LABEL"),
    "empty label": ("0,anger/image1.jpg,,1\n", "E_LABEL"),
    "empty path": ("0,,anger,1\n", "E_MISSING"),
    "missing": ("0,anger/none.jpg,anger,1\n", "E_MISSING"),
    "traversal": ("0,../anger/../x.jpg,anger,1\n", "E_PATH"),
    "absolute": ("0,/etc/hostname,anger,1\n", "E_PATH"),
    "too few columns": ("0,anger/image1.jpg\n", "E_COLUMNS"),
    "too many columns": ("0,anger/image1.jpg,anger,1,2\n", "E_COLUMNS"),
    "endless line": ("9" * 4_100_000 + "\n", "E_COLUMNS"),
    "broken off": ("0,anger/image1.jp", "E_TRUNCATED"),
}


@pytest.mark.parametrize(("line", "code"), CASES.values(), ids=CASES)
def test_broken_rows(read_pack, line, code):
    reading = read_pack(ROWS + line)
    assert reading.ids == [f"affectnet:{name}" for name in FILES]
    assert reading.faults == [(code, "labels.csv:5")]


@pytest.mark.parametrize(
    "path",
    [r"anger\image1.jpg", r"C:\kaggle\anger\image1.jpg", "ANGER/IMAGE1.JPG", "./anger/image1.png"],
)
def test_spellings_of_a_path(read_pack, path):
    reading = read_pack(f"0,{path},anger,1\n")
    assert reading.ids == ["affectnet:anger/image1.jpg"]


def test_pictures_without_a_row_are_told(read_pack):
    reading = read_pack("0,happy/image1.jpg,happy,1\n")
    assert reading.faults == [("E_LABEL", "anger/image1.jpg"), ("E_LABEL", "anger/image2.jpg")]


def test_a_row_with_a_bad_label_still_names_its_picture(read_pack):
    reading = read_pack(ROWS.replace("image1.jpg,happy", "image1.jpg,bored"))
    assert reading.faults == [("E_LABEL", "labels.csv:4")]


def test_a_csv_given_alone(plant, read):
    root = plant(dict.fromkeys(FILES) | {"labels.csv": "pth,label\n" + FILES[0] + ",Anger\n"})
    reading = read(root / "labels.csv")
    assert reading.ids == ["affectnet:anger/image1.jpg"]
    assert reading.recognition.files == (root / "labels.csv",)


def test_header_again_and_label_map(read_pack):
    from fercurate.domain.taxonomy import parse_label_map

    rows = ROWS + HEAD + "3,happy/image1.jpg,12,1\n"
    reading = read_pack(rows, label_map=parse_label_map("12=contempt"))
    assert reading.samples[-1].expression == "contempt"
    assert (len(reading.samples), reading.samples[-1].line) == (4, 6)
