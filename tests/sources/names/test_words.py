"""What names tell: expressions in many languages, splits, people, kinds of files."""

import pytest

from fercurate.domain.expression import (
    COMPOUND_EXPRESSIONS,
    EXPRESSIONS,
    expression_words,
    expressions_in,
    parse_label,
)
from fercurate.domain.expression import parse_expression as parse
from fercurate.sources.names.file_kinds import (
    FileKind,
    is_picture_file,
    kind_of_content,
    kind_of_name,
)
from fercurate.sources.names.people import is_person_folder, naming_of
from fercurate.sources.names.split_words import native_split
from fercurate.sources.reading.named_files import named_pictures
from tests.corpora import draw, encode, plant

DECORATED = {
    "0_angry": "angry", "1. Angry": "angry", "happy_faces": "happy", "surprise_1": "surprise",
    "03-Fear": "fear", "SAD (2)": "sad", "class_neutral": "neutral", "Contempt images": "contempt",
    "Dégoût": "disgust", "FELIZ": "happy", "Überraschung": "surprise", "KIZGIN": "angry",
    "Öfke": "angry", "гнев": "angry", "悲伤": "sad", "無表情": "neutral", "행복": "happy",
    "Tristezza": "sad", "  joy ": "happy", "PEUR_3": "fear", "raiva": "angry",
}  # fmt: skip
NONE = (
    *("not_happy", "sad_happy", "happy dogs", "0", "007", "train", "", "faces", "unhappyish"),
    *("angry" * 40, "none", "other", "emotion"),
)


@pytest.mark.parametrize(("name", "expression"), DECORATED.items())
def test_a_name_with_one_expression_is_that(name: str, expression: str) -> None:
    assert parse(name) == expression


@pytest.mark.parametrize("name", NONE)
def test_other_names_are_no_expression(name: str) -> None:
    assert parse(name) is None


def test_a_word_means_one_expression_in_all_languages() -> None:
    words = expression_words()
    assert set(words.values()) == set(EXPRESSIONS)
    assert len(words) > 200
    assert all(parse(word) == name for word, name in words.items())


def test_names_of_files_hold_words_beside_others() -> None:
    assert expressions_in("train_3_sad") == {"sad"}
    assert expressions_in("anna_happy_2_angry") == {"happy", "angry"}
    assert expressions_in("DSC_0001") == frozenset()


COMPOUND = {
    "happily_surprised": "happily_surprised", "Happily Surprised": "happily_surprised",
    "SADLY-ANGRY": "sadly_angry", "10_disgustedly_surprised": "disgustedly_surprised",
    "surprised happily": None, "happily": None, "happy surprised": None, "happily_sad": None,
    "happily surprised faces": None, "not_happily_surprised": None, "fearfully_surprise": None,
    "sad_sadly_angry": None, "happily_surprised" + " " * 100: None,
}  # fmt: skip


@pytest.mark.parametrize(("name", "expression"), COMPOUND.items())
def test_a_compound_name_is_read_exactly_and_never_as_a_simple_one(
    name: str, expression: str | None
) -> None:
    assert parse_label(name) == expression
    assert parse(name) is None


def test_simple_names_and_compound_ones_stay_apart() -> None:
    assert not set(EXPRESSIONS) & set(COMPOUND_EXPRESSIONS)
    assert len(COMPOUND_EXPRESSIONS) == 11
    assert {parse_label(name) for name in DECORATED} == set(DECORATED.values())
    assert expressions_in("train_3_happily_surprised") == {"happily_surprised"}
    assert expressions_in("happily_surprised_sad") == {"happily_surprised", "sad"}


def test_pictures_named_for_a_compound_expression_are_not_of_a_simple_one(tmp_path) -> None:
    tree = {"happily_surprised_1.png": 1, "sadly_angry_2.png": 2, "angry_3.png": 3}
    telling = named_pictures(plant(tmp_path, tree))
    assert {picture.expression for picture in telling} == {
        "happily_surprised", "sadly_angry", "angry",
    }  # fmt: skip


SPLITS = {
    "Training": "train Training TRAIN tr trn train_set training-set train_data TRAINSET"
    " train_images Manually_train_croped train_labels train_set_annotation_without_lnd",
    "Validation": "val valid validation dev eval val_set Valid-Images dev_data",
    "Test": "test testing Test test_set test-set test_data testing_images",
    "PublicTest": "PublicTest public_test Public-Test",
    "PrivateTest": "PrivateTest private_test",
    "": "images data trainval test2 happy 1 set faces a",
}


@pytest.mark.parametrize("split", SPLITS)
def test_a_name_tells_its_split(split: str) -> None:
    assert {name: native_split(name) for name in SPLITS[split].split()} == dict.fromkeys(
        SPLITS[split].split(), split
    )
    assert native_split("test data") == "Test"
    assert native_split("x" * 100) == ""


PEOPLE = {
    "CK+": ("S010_004_00000017.png", "S010", ""),
    "KDEF": ("AF01ANS.JPG", "F01", "angry"),
    "JAFFE": ("KA.AN1.39.tiff", "KA", "angry"),
    "RaFD": ("Rafd090_01_Caucasian_female_angry_frontal.jpg", "01", "angry"),
    "CREMA-D": ("1001_DFA_ANG_XX_003.jpg", "1001", "angry"),
    "RAVDESS": ("01-01-06-02-01-01-12_0042.png", "12", "fear"),
    "MEAD": ("M003_front_happy_level_2_017.jpg", "M003", "happy"),
}


@pytest.mark.parametrize("corpus", PEOPLE)
def test_names_of_files_tell_people_and_expressions(corpus: str) -> None:
    name, subject, expression = PEOPLE[corpus]
    naming = naming_of([name] * 3)
    assert naming is not None
    assert naming.corpus == corpus
    stem = name.rpartition(".")[0]
    assert naming.subject(stem) == subject
    assert naming.expression(stem) == expression
    assert naming.subject("holiday") == ""
    assert naming_of([name, "a.png", "b.png"]) is None, "nine in ten must be named so"


def test_calm_of_ravdess_is_no_expression() -> None:
    naming = naming_of(["01-01-02-01-01-01-01.png"])
    assert naming is not None
    assert naming.expression("01-01-02-01-01-01-01") == ""


def test_calm_leaves_the_other_names_of_ravdess_telling(tmp_path) -> None:
    codes = ("01", "02", "03", "02")
    tree = {
        f"Actor_{n:02d}/01-01-{code}-01-01-01-{n:02d}.png": n for n, code in enumerate(codes, 1)
    }
    telling = named_pictures(plant(tmp_path, tree))
    assert [picture.expression for picture in telling] == ["neutral", "happy"]
    assert named_pictures(plant(tmp_path / "only", {"01-01-02-01-01-01-01.png": 1})) == []


def test_folders_of_people() -> None:
    people = ["S010", "subject_3", "Actor_03", "person-12", "id007", "007", "F01", "P3"]
    assert [name for name in people if not is_person_folder(name)] == []
    others = ["anna", "7", "happy", "train", "images2", "2013b"]
    assert [name for name in others if is_person_folder(name)] == []


KINDS = {
    "a.JPG": FileKind.PICTURE, "a.jfif": FileKind.PICTURE, "a.heic": FileKind.PICTURE,
    "a.csv": FileKind.TABLE, "a.md": FileKind.TEXT, "a.tar.gz": FileKind.ARCHIVE,
    "a.npz": FileKind.ARRAY, "a.mp4": FileKind.VIDEO, "._a.jpg": FileKind.DEBRIS,
    "Thumbs.db": FileKind.DEBRIS, "README": FileKind.OTHER, "a.dat": FileKind.OTHER,
}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_a_name_tells_the_kind(name: str, kind: FileKind) -> None:
    assert kind_of_name(name) is kind


def test_content_tells_what_a_name_does_not(tmp_path) -> None:
    picture = encode(draw(1, (16, 16)))
    files = {"b": picture, "g.dat": picture, "README": b"words", "h.dat": b"", "n.txt": picture}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert [n for n in sorted(files) if is_picture_file(tmp_path, n)] == ["b", "g.dat"]
    assert kind_of_content(b"version https://git-lfs.github.com/spec/v1\n") is FileKind.POINTER
    assert kind_of_content(b"\n<!DOCTYPE html><html>") is FileKind.WEB_PAGE
    assert kind_of_content(b"") is FileKind.EMPTY
    assert kind_of_content(b"emotion,pixels") is None
