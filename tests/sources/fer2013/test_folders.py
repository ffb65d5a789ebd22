"""The image-folder copies of FER-2013: every layout, every class name."""

from collections import Counter

import numpy as np
import pytest

from fercurate.domain.sample import EncodedImage
from fercurate.domain.taxonomy import label_maps, parse_label_map
from fercurate.errors import InputError

T, P, V = "Training", "PublicTest", "PrivateTest"
LAYOUTS = {
    "msambare": {
        "test/angry/PrivateTest_10131363.jpg": ("angry", V),
        "test/angry/PublicTest_10131363.jpg": ("angry", P),
        "test/surprise/PublicTest_1.jpg": ("surprise", P),
        "train/angry/Training_8475486.jpg": ("angry", T),
        "train/neutral/Training_52789098.jpg": ("neutral", T),
        "train/surprise/Training_52789098.jpg": ("surprise", T),
        "train/surprise/Training_8475486.jpg": ("surprise", T),
    },
    "msambare, one split named itself": {
        "angry/Training_1.jpg": ("angry", T),
        "sad/Training_1.jpg": ("sad", T),
    },
    "atulapra": {
        "test/angry/im0.png": ("angry", "Test"),
        "test/disgusted/im0.png": ("disgust", "Test"),
        "train/angry/im0.png": ("angry", T),
        "train/fearful/im0.png": ("fear", T),
        "train/fearful/im1.png": ("fear", T),
        "train/happy/im0.png": ("happy", T),
        "train/surprised/im0.png": ("surprise", T),
    },
    "atulapra below data": {
        "data/test/disgusted/im0.png": ("disgust", "Test"),
        "data/train/surprised/im0.png": ("surprise", T),
    },
    "jonathanoheix": {
        "images/train/angry/123.jpg": ("angry", T),
        "images/train/sad/123.jpg": ("sad", T),
        "images/validation/sad/123.jpg": ("sad", "Validation"),
    },
    "no split folders": {"happy/1.png": ("happy", ""), "neutral/1.png": ("neutral", "")},
    "usage folders": {
        "PrivateTest/fear/00001.png": ("fear", V),
        "PublicTest/fear/00001.png": ("fear", P),
        "Training/fear/00001.png": ("fear", T),
    },
    "valid": {
        "val/joy/1.bmp": ("happy", "Validation"),
        "valid/joy/1.jpeg": ("happy", "Validation"),
    },
    "mixed case": {
        "Test/ANGER/1.JPG": ("angry", "Test"),
        "Train/Anger/1.jpg": ("angry", T),
        "Train/anger/1.jpg": ("angry", T),
    },
    "upper-case suffixes": {"train/sad/A.PNG": ("sad", T), "train/sad/B.Jpeg": ("sad", T)},
    "spaces and letters of all kinds": {
        "train/sad/a b (1)+#é表.png": ("sad", T),
        "train/sad/%20.png": ("sad", T),
    },
}  # fmt: skip


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_is_read_whole(files, plant, read, draw) -> None:
    reading = read(plant(*files))
    assert reading.rejects == []
    assert {s.origin: (s.expression, s.native_split) for s in reading.samples} == files
    assert reading.by_id().keys() == {f"fer2013:{name}" for name in files}
    for number, name in enumerate(files):
        sample = reading.by_id()[f"fer2013:{name}"]
        assert isinstance(sample.image, EncodedImage)
        assert sample.native_label == name.split("/")[-2]
        assert (sample.row, sample.line) == (-1, -1)
        assert sample.pixels.dtype == np.uint8
        assert sample.pixels.shape == (48, 48)
        lossy = name.lower().endswith(("jpg", "jpeg"))
        wrong = np.abs(sample.pixels.astype(int) - draw(number))
        assert wrong.mean() < 3 if lossy else not wrong.any()


def test_bytes_of_the_file_are_kept(plant, read) -> None:
    root = plant("train/sad/Training_1.jpg")
    (sample,) = read(root).samples
    assert sample.image.content == (root / "train/sad/Training_1.jpg").read_bytes()


def test_order_does_not_depend_on_the_file_system(plant, read) -> None:
    root = plant("train/sad/b.png", "test/sad/z.png", "train/angry/q.png", "train/sad/a.png")
    assert [sample.origin for sample in read(root).samples] == [
        "test/sad/z.png",
        "train/angry/q.png",
        "train/sad/a.png",
        "train/sad/b.png",
    ]


SYNONYMS = {
    "angry": "anger angry",
    "disgust": "disgust disgusted",
    "fear": "fear fearful scared",
    "happy": "happy happiness joy smile",
    "sad": "sad sadness",
    "surprise": "surprise surprised suprise surpris",
    "neutral": "neutral normal",
    "contempt": "contempt contemptuous",
}


def test_synonyms_of_class_names(plant, read) -> None:
    meaning = {word: name for name, words in SYNONYMS.items() for word in words.split()}
    files = [f"{word}/1.png" for word in meaning] + [f"T/{w.title()}/1.png" for w in meaning]
    reading = read(plant(*files))
    assert len(reading.samples) == 2 * len(meaning)
    assert all(s.expression == meaning[s.native_label.lower()] for s in reading.samples)


NUMERIC = [f"data/{split}/{code}/{n:05d}.png" for split in ("train", "val", "test")
           for code in range(7) for n in range(2)]  # fmt: skip


def test_numeric_folders_are_refused_without_a_label_map(plant, read) -> None:
    with pytest.raises(InputError, match="is a number") as caught:
        read(plant(*NUMERIC))
    assert caught.value.where == "data/test/0/00000.png"
    assert "--label-map (fer2013, " in caught.value.fix


def test_numeric_folders_with_a_label_map(plant, read) -> None:
    reading = read(plant(*NUMERIC), label_map=label_maps()["fer2013"])
    assert reading.rejects == []
    assert len(reading.by_id()) == 42
    assert Counter(s.native_split for s in reading.samples) == {T: 14, "Validation": 14, "Test": 14}
    meant = dict(enumerate(["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]))
    assert all(s.expression == meant[int(s.native_label)] for s in reading.samples)


def test_own_label_map_decides(plant, read) -> None:
    names = ("train/0/1.png", "train/1/1.png")
    reading = read(plant(*names), label_map=parse_label_map("0=happy,1=sad"))
    assert [s.expression for s in reading.samples] == ["happy", "sad"]


UNMAPPED = {
    "a code the map lacks": ("fer2013", "7", "class folder '7'; expected 0=angry, 1=disgust"),
    "a code for no expression": ("affectnet", "8", "class folder '8'; expected 0=neutral"),
}


@pytest.mark.parametrize(("name", "code", "message"), UNMAPPED.values(), ids=UNMAPPED)
def test_numeric_folder_outside_the_map(name, code, message, plant, read) -> None:
    reading = read(plant("train/3/a.png", f"train/{code}/b.png"), label_map=label_maps()[name])
    assert [s.origin for s in reading.samples] == ["train/3/a.png"]
    assert [(r.code, r.origin) for r in reading.rejects] == [("E_LABEL", f"train/{code}/b.png")]
    assert reading.rejects[0].message.startswith(message)
