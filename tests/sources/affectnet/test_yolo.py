"""AffectNet in YOLO format."""

import pytest

from fercurate.domain.taxonomy import label_maps
from fercurate.errors import InputError
from fercurate.sources.affectnet.source import AffectNet
from fercurate.sources.affectnet.yaml_names import yaml_names

NAMES = ("Anger", "Contempt", "Disgust", "Fear", "Happy", "Neutral", "Sad", "Surprise")
YAML = f"train: ../train/images\nval: ../valid/images\nnc: 8\nnames: {list(NAMES)}\n"


@pytest.fixture
def read_yolo(plant, read):
    """Read one picture (8 high, 10 wide) with the given label file."""

    def call(text, yaml=YAML, split="train", **options):
        files = {f"{split}/images/a.png": None, f"{split}/labels/a.txt": text}
        return read(plant(files | ({} if yaml is None else {"data.yaml": yaml})), **options)

    return call


def test_a_picture_in_full(read_yolo, draw):
    reading = read_yolo("4 0.5 0.25 0.4 0.5\n")
    sample = reading.sample("a.png")
    assert sample.id == "affectnet:train/a.png"
    assert (sample.native_label, sample.expression) == ("Happy", "happy")
    assert (sample.native_split, sample.origin) == ("Training", "train/images/a.png")
    assert sample.box == pytest.approx((3.0, 0.0, 4.0, 4.0))
    assert sample.image.content == draw(0)
    assert reading.recognition.layout == "YOLO"
    assert "4=Happy" in reading.recognition.why


@pytest.mark.parametrize(("code", "name"), tuple(enumerate(NAMES)))
def test_codes_are_read_by_name(read_yolo, code, name):
    sample = read_yolo(f"{code} 0.5 0.5 1 1\n").sample("a.png")
    assert sample.native_label == name
    assert sample.expression == label_maps()["alphabetical-8"].expression(str(code))


@pytest.mark.parametrize(
    ("line", "box"),
    [
        ("4 0.5 0.5 1 1", (0, 0, 10, 8)),
        ("4.0 0.5 0.5 0.2 0.25", (4, 3, 2, 2)),
        ("4 0 0 0.4 0.5", (0, 0, 2, 2)),
        ("4 0.9 0.5 0.4 0.5", (7, 2, 3, 4)),
        ("4 0.5 0.5 3 3", (0, 0, 10, 8)),
        ("4 0.5 0.5 0.2 0.25 0.99", (4, 3, 2, 2)),
        ("4 1.5 0.5 0.2 0.2", None),
        ("4 0.5 0.5 0 0.2", None),
        ("4 0.5 0.5 -0.2 0.2", None),
        ("4 nan 0.5 0.2 0.2", None),
        ("4 0.5 0.5 inf 0.2", None),
        ("4 a b c d", None),
    ],
)
def test_boxes(read_yolo, line, box):
    sample = read_yolo(line).sample("a.png")
    assert (sample.box is None) if box is None else (sample.box == pytest.approx(box))


def test_several_faces(read_yolo):
    reading = read_yolo("4 0.5 0.5 1 1\n\n6 0.5 0.5 0.5 0.5\r\n0 0.5 0.5 1 1")
    assert reading.labels == {
        "affectnet:train/a.png": "happy",
        "affectnet:train/a.png#2": "sad",
        "affectnet:train/a.png#3": "angry",
    }


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("", "E_LABEL", "train/labels/a.txt"),
        ("\n \n", "E_LABEL", "train/labels/a.txt"),
        ("8 0.5 0.5 1 1", "E_LABEL", "train/labels/a.txt:1"),
        ("-1 0.5 0.5 1 1", "E_LABEL", "train/labels/a.txt:1"),
        ("1.5 0.5 0.5 1 1", "E_LABEL", "train/labels/a.txt:1"),
        ("x 0.5 0.5 1 1", "E_LABEL", "train/labels/a.txt:1"),
        ("4 0.5 0.5 1", "E_COLUMNS", "train/labels/a.txt:1"),
        ("4", "E_COLUMNS", "train/labels/a.txt:1"),
        ("4 0 0 0 1 1 1 1 0", "E_COLUMNS", "train/labels/a.txt:1"),
        ("\x00\x00", "E_COLUMNS", "train/labels/a.txt:1"),
        ("4 0.5 0.5 1 1 " * 6000, "E_DECODE", "train/labels/a.txt"),
    ],
)
def test_broken_labels(plant, read, text, code, where):
    files = {"train/images/a.png": None, "train/labels/a.txt": text, "data.yaml": YAML}
    files |= {"train/images/b.png": None, "train/labels/b.txt": "4 0.5 0.5 1 1"}
    reading = read(plant(files))
    assert reading.ids == ["affectnet:train/b.png"]
    assert reading.faults == [(code, where)]


def test_a_broken_line_between_good_ones(read_yolo):
    reading = read_yolo("4 0.5 0.5 1 1\n9 0.5 0.5 1 1\n6 0.5 0.5 1 1\n")
    assert list(reading.labels.values()) == ["happy", "sad"]
    assert reading.ids == ["affectnet:train/a.png", "affectnet:train/a.png#2"]
    assert reading.faults == [("E_LABEL", "train/labels/a.txt:2")]


def test_orphans_and_litter(plant, read):
    files = {
        "train/images/a.png": None,
        "train/images/b.png": None,
        "train/images/._a.png": None,
        "train/labels/a.txt": "0 0.5 0.5 1 1",
        "train/labels/c.txt": "0 0.5 0.5 1 1",
        "train/labels/classes.txt": "Anger",
        "data.yaml": YAML,
    }
    reading = read(plant(files))
    assert reading.ids == ["affectnet:train/a.png"]
    assert reading.faults == [
        ("E_MISSING", "train/images/b.png"),
        ("E_MISSING", "train/labels/c.txt"),
    ]


@pytest.mark.parametrize(
    ("folder", "split", "word"),
    [
        ("train", "Training", "train"),
        ("valid", "Validation", "val"),
        ("val", "Validation", "val"),
        ("Test", "Test", "test"),
        ("YOLO_format/train", "Training", "train"),
    ],
)
def test_splits(plant, read, folder, split, word):
    yaml = "YOLO_format/data.yaml" if "/" in folder else "data.yaml"
    files = {f"{folder}/images/a.png": None, f"{folder}/labels/a.txt": "4 0.5 0.5 1 1", yaml: YAML}
    sample = read(plant(files)).samples[0]
    assert (sample.id, sample.native_split) == (f"affectnet:{word}/a.png", split)


@pytest.mark.parametrize("yaml", [None, "nc: 8\n", "names: *anchor\n"])
def test_numbers_without_names_need_a_label_map(read_yolo, yaml):
    with pytest.raises(InputError, match="--label-map"):
        read_yolo("4 0.5 0.5 1 1", yaml)


def test_a_label_map_stands_in_for_names_and_replaces_them(read_yolo):
    for yaml in (None, YAML):
        reading = read_yolo("4 0.5 0.5 1 1", yaml, label_map=label_maps()["affectnet"])
        assert [s.expression for s in reading.samples] == ["fear"]


def test_the_yaml_given_alone(plant, read):
    files = {"train/images/a.png": None, "train/labels/a.txt": "0 0.5 0.5 1 1", "data.yaml": YAML}
    assert read(plant(files) / "data.yaml").ids == ["affectnet:train/a.png"]


@pytest.mark.parametrize(
    ("yaml", "text"),
    [
        ("names: [cat, dog]\n", "0 0.5 0.5 1 1"),
        (None, "train_00001.jpg 5"),
        (None, "0 0.5 0.5 1 -1"),
        (None, ""),
    ],
)
def test_other_yolo_sets_are_not_recognized(plant, yaml, text):
    files = {"train/images/a.png": None, "train/labels/a.txt": text}
    root = plant(files | ({} if yaml is None else {"data.yaml": yaml}))
    assert AffectNet().recognize(root) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("names: [a, b]", {0: "a", 1: "b"}),
        ("names: ['a b', \"c\"]  # two", {0: "a b", 1: "c"}),
        ("names: [a,\n  b,\n  c]\nnc: 3", {0: "a", 1: "b", 2: "c"}),
        ("names: {0: a, 2: 'b'}", {0: "a", 2: "b"}),
        ("nc: 2\nnames:\n- a\n- b\npath: x", {0: "a", 1: "b"}),
        ("names:\n  - a  # first\n\n  # none\n  - 'b'\n", {0: "a", 1: "b"}),
        ('names:\r\n  0: a\r\n  1: "b"\r\nx: 1', {0: "a", 1: "b"}),
        ("\ufeffnames : [a]", {0: "a"}),
        ("names: [a, b", {}),
        ("names: !!python/object:os.system [a]", {}),
        ("names: 8", {}),
        ("names:", {}),
        ("other: [a]", {}),
        ("", {}),
    ],
)
def test_yaml_names(text, names):
    assert yaml_names(text) == names
