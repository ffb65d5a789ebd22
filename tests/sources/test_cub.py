"""The three lists of CUB-200: joined by numbers, named or asked for, nothing beyond the corpus."""

from pathlib import Path

import pytest

from fercurate.domain.sample import Sample
from fercurate.domain.taxonomy import parse_label_map
from fercurate.errors import InputError
from fercurate.sources.cub import Cub
from fercurate.sources.registry import recognize
from tests.corpora import Content, plant

TREE: dict[str, Content] = {
    "images.txt": "1 001.happy/a.png\n2 002.sad/b.png\n",
    "image_class_labels.txt": "1 1\n2 2\n",
    "train_test_split.txt": "1 1\n2 0\n",
    "classes.txt": "1 001.happy\n2 002.sad\n",
    "images/001.happy/a.png": 1,
    "images/002.sad/b.png": 2,
}


def read(path: Path, label_map: str = "") -> list[object]:
    recognition = recognize(path)[0]
    assert recognition.source == "cub"
    options = Cub.options(label_map=parse_label_map(label_map) if label_map else None)
    return [
        (one.expression, one.native_split) if isinstance(one, Sample) else (one.code, one.message)
        for one in Cub().read(recognition, options)
    ]


def test_lists_are_joined_by_numbers(tmp_path: Path) -> None:
    shuffled = TREE | {"image_class_labels.txt": "2 2\n1 1\n"}
    assert read(plant(tmp_path, shuffled)) == [("happy", "Training"), ("sad", "Test")]


def test_codes_need_names(tmp_path: Path) -> None:
    tree = {name: content for name, content in TREE.items() if name != "classes.txt"}
    with pytest.raises(InputError, match="codes without names"):
        read(plant(tmp_path, tree))
    assert read(tmp_path, "1=fear,2=sad") == [("fear", "Training"), ("sad", "Test")]


REFUSED = {
    "twice": ({"images.txt": "1 001.happy/a.png\n1 002.sad/b.png\n"}, "a number that comes once"),
    "no number": ({"train_test_split.txt": "a 1\n"}, "a number that comes once"),
    "no value": ({"image_class_labels.txt": "1\n"}, "a number that comes once"),
    "two names": ({"classes.txt": "1 001.happy\n1 001.sad\n"}, "the code 1 is 'happy' and 'sad'"),
    "too long": ({"images.txt": "1 " + "x" * 100_000 + "\n"}, "a line too long"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_lists_with_faults_are_refused(
    tmp_path: Path, case: tuple[dict[str, Content], str]
) -> None:
    with pytest.raises(InputError, match=case[1]):
        read(plant(tmp_path, TREE | case[0]))


REJECTED = {
    "out": ({"images.txt": "1 001.happy/a.png\n2 ../../b.png\n"}, "E_PATH"),
    "absolute": ({"images.txt": "1 001.happy/a.png\n2 /etc/passwd\n"}, "E_PATH"),
    "missing": ({"images.txt": "1 001.happy/a.png\n2 002.sad/c.png\n"}, "E_MISSING"),
    "same": ({"images.txt": "1 001.happy/a.png\n2 001.happy/a.png\n"}, "E_CONFLICT"),
    "no label": ({"image_class_labels.txt": "1 1\n"}, "E_LABEL"),
    "no split": ({"train_test_split.txt": "1 1\n2 7\n"}, "E_LABEL"),
}


@pytest.mark.parametrize("case", REJECTED.values(), ids=REJECTED)
def test_pictures_with_faults_are_rejects(
    tmp_path: Path, case: tuple[dict[str, Content], str]
) -> None:
    first, second = read(plant(tmp_path, TREE | case[0]))
    assert first == ("happy", "Training")
    assert isinstance(second, tuple)
    assert second[0] == case[1]


def test_a_list_of_classes_that_leads_out_is_refused(tmp_path: Path) -> None:
    tree = {name: content for name, content in TREE.items() if name != "classes.txt"}
    plant(tmp_path / "s", tree)
    (tmp_path / "classes.txt").write_text("1 001.happy\n2 002.sad\n")
    (tmp_path / "s" / "classes.txt").symlink_to(tmp_path / "classes.txt")
    with pytest.raises(InputError, match="leads out"):
        read(tmp_path / "s")
