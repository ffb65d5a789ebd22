"""Inputs without measure end at once, and doubled names are told."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fercurate.files.pictures.decode import decode_image
from fercurate.sources.affectnet.npy_values import npy_texts

PIXELS = " ".join(["7"] * 2304)
ROWS = "".join(f"{label},{PIXELS},Training\n" for label in range(7))


def ingested(run: Any, path: Path, *options: object) -> Any:
    return run("ingest", path, "--store", path.with_name("s.h5"), *options)


@pytest.mark.parametrize(
    "header",
    [
        "emotion,emotion,pixels,Usage",
        "emotion,pixels,Usage,Emotion",
        "emotion,pixels,pixels,Usage",
        "emotion,pixels, Usage,usage",
    ],
)
def test_a_column_that_is_there_twice_is_told(run: Any, tmp_path: Path, header: str) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text(f"{header}\n3,{PIXELS},Training,Training\n")
    found = ingested(run, path)
    assert found.code == 1
    assert "fer2013.csv: 2 columns are named" in found.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("labels.csv", "path,label,label\na.png,happy,sad\n"),
        ("labels.csv", "path,label,split,Split\na.png,happy,train,test\n"),
        ("fer2013new.csv", "Usage,Image name,neutral,neutral,happiness\n"),
    ],
)
def test_a_list_with_a_column_twice_is_told(
    run: Any, tmp_path: Path, name: str, content: str
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    Image.fromarray(np.arange(2304, dtype=np.uint8).reshape(48, 48)).save(folder / "a.png")
    (folder / name).write_text(content)
    found = ingested(run, folder)
    assert found.code == 1
    assert f"{name}: 2 columns are named" in found.err


def test_a_key_that_is_there_twice_is_a_reject(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        Image.fromarray(np.full((48, 48), ord(name[0]), np.uint8)).save(folder / name)
    (folder / "labels.jsonl").write_text(
        '{"path": "a.png", "label": "happy"}\n{"path": "b.png", "label": "sad", "label": "happy"}\n'
    )
    found = ingested(run, folder)
    assert "1 added, 0 unchanged, 1 rejected" in found.out
    assert "a key twice" in found.out


def test_junk_without_end_is_no_corpus(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text("emotion,pixels,Usage\n" + ROWS + "junk,1 2 3,Foo\n" * 120_000)
    found = ingested(run, path)
    assert found.code == 1
    assert "rows cannot be read; look whether it is the right file" in found.err
    assert not (tmp_path / "s.h5").exists()


def test_blank_lines_without_end_are_no_table(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text("emotion,pixels,Usage\n" + ROWS + "\n" * 2_100_000)
    found = ingested(run, path)
    assert (found.code, "2,000,000 blank lines" in found.err) == (1, True)
    path.write_text("emotion,pixels,Usage\n" + "\n" * 9000 + ROWS)
    assert "7 added" in ingested(run, path).out


def test_a_picture_of_one_color_without_measure_is_refused() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8000, 8000), (1, 2, 3)).save(buffer, "WEBP", lossless=True)
    with pytest.raises(ValueError, match=r"8000x8000 pixels in [\d,]+ bytes: no photograph"):
        decode_image(buffer.getvalue())
    buffer = io.BytesIO()
    Image.new("L", (1500, 1500), 7).save(buffer, "PNG")
    assert decode_image(buffer.getvalue()).shape == (1500, 1500)


def test_text_of_numbers_that_are_no_characters_is_refused() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array("happy"))
    content = bytearray(buffer.getvalue())
    content[-4:] = b"\xff\xff\xff\x7f"
    with pytest.raises(ValueError, match="characters that do not exist"):
        npy_texts(bytes(content))


def test_an_array_in_fortrans_order_is_read_as_it_was_meant() -> None:
    values = np.arange(12.0).reshape(6, 2)
    for order in (np.ascontiguousarray, np.asfortranarray):
        buffer = io.BytesIO()
        np.save(buffer, order(values))
        assert npy_texts(buffer.getvalue()) == [str(value) for value in values.ravel()]


def test_a_changed_label_is_told_and_not_taken(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    path.write_text("emotion,pixels,Usage\n" + ROWS)
    assert ingested(run, path).code == 0
    path.write_text("emotion,pixels,Usage\n" + ROWS.replace("\n6,", "\n0,"))
    found = ingested(run, path)
    assert found.code == 3
    assert "1 row is stored already with another picture, label or split" in found.err
    assert "fer2013:0000006" in found.out


def test_a_misspelled_class_is_told(run: Any, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number, name in enumerate(("happy", "sad", "angry", "hapiness")):
        folder = tmp_path / "own" / "train" / name
        folder.mkdir(parents=True)
        for one in range(3):
            pixels = rng.integers(0, 256, (48, 48), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"Training_{number}{one}.png")
    found = ingested(run, tmp_path / "own")
    assert "hapiness is nearly 'happy'" in found.out
