"""Codes that speak against the order they would be read in, however they are written."""

from pathlib import Path

import pytest

from fercurate.domain.taxonomy import label_maps
from fercurate.errors import InputError
from fercurate.sources.names.label_orders import is_code
from tests.corpora import plant

PIXELS = " ".join(["7"] * 2304)


def table(*labels: str) -> str:
    return "emotion,pixels\n" + "".join(f"{label},{PIXELS}\n" for label in labels)


@pytest.mark.parametrize("end", ["", ".0", ".000", ".0e+00"])
def test_codes_written_as_floats_are_codes(end: str, run, tmp_path: Path) -> None:
    tree = {"t.csv": table(*(f"{code}{end}" for code in range(1, 8)))}
    with pytest.raises(InputError, match="the codes count from 1"):
        run(tree)


@pytest.mark.parametrize("label", ["+-3", "9" * 5000, "--1", "1_0", "٣٣", "3.5", "1e9"])
def test_odd_labels_are_rejects(label: str, run) -> None:
    (corpus,) = run({"t.csv": table("0", "3", label)})
    assert corpus.rejects == {"E_LABEL": 1}
    assert corpus.added == 2


@pytest.mark.parametrize("label", ["3", "3.0", " +3 ", "3.0000000e+00", "-1"])
def test_whole_numbers_are_codes(label: str) -> None:
    assert is_code(label)


@pytest.mark.parametrize("label", ["", "happy", "3.5", "+-3", "9" * 40, "1 2"])
def test_other_labels_are_none(label: str) -> None:
    assert not is_code(label)


def test_a_published_order_may_lack_its_first_class(run, tmp_path: Path) -> None:
    """AffectNet without neutral, and CK+ without neutral frames, have codes from 1 on."""
    points = ";".join(["1"] * 136)
    header = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,"
    lines = [f"a/{c}.jpg,0,0,9,9,{points},{c},0.1,0.2" for c in range(1, 8)]
    text = "\n".join([header + "expression,valence,arousal", *lines]) + "\n"
    pictures = {f"Manually_Annotated_Images/a/{c}.jpg": c for c in range(1, 8)}
    assert run({"training.csv": text, **pictures})[0].added == 7
    names = {1: "anger", 2: "contempt", 3: "disgust", 4: "fear", 5: "happy", 6: "sadness"}
    names[7] = "surprise"
    assert set(names) == {int(code) for code in label_maps()["ckplus"].codes} - {0}
    root: dict[str, int | str] = {}
    for code in names:
        stem = f"S0{code:02d}/001/S0{code:02d}_001_0000000"
        root |= {f"cohn-kanade-images/{stem}{n}.png": code * 9 + n for n in (1, 2, 3, 4, 5)}
        root[f"Emotion/{stem}5_emotion.txt"] = f"   {code}.0000000e+00\n"
    tree = plant(tmp_path / "ck", root)
    (corpus,) = run(tree, options={"neutral": "none"})
    assert corpus.added == 21


def test_a_list_of_rafdb_that_counts_from_zero_is_asked_about(run) -> None:
    lines = "".join(f"train_{n:05d}.jpg {n % 7}\n" for n in range(14))
    pictures = {f"Image/aligned/train_{n:05d}_aligned.jpg": n for n in range(14)}
    with pytest.raises(InputError, match="rafdb has no code 0, and its 7 never occurs"):
        run({"EmoLabel/list_patition_label.txt": lines, **pictures})


def test_of_the_compound_set_only_compound_orders_are_offered(run) -> None:
    lines = "".join(f"train_{n:05d}.jpg {n % 11}\n" for n in range(22))
    pictures = {f"compound/Image/aligned/train_{n:05d}_aligned.jpg": n for n in range(22)}
    with pytest.raises(InputError, match="rafdb_compound has no code 0, and its 11") as caught:
        run({"compound/EmoLabel/list_patition_label.txt": lines, **pictures})
    assert "--label-map 0=happily_surprised" in str(caught.value.fix)
    assert "affectnet" not in str(caught.value.fix)


def test_two_inputs_then_one_of_them_store_nothing_twice(run, tmp_path: Path, rows) -> None:
    packs = [plant(tmp_path / n, {"sad/1.png": k}) for k, n in enumerate(("A", "B"))]
    run(*packs)
    before = rows()
    (again,) = run(packs[0])
    assert (again.added, again.unchanged) == (0, 1)
    assert rows() == before
