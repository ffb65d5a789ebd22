"""Broken and hostile corpora: each fault has its code and place, and the rest is read."""

import os
import random
from contextlib import suppress

import pytest

from fercurate.domain.sample import Reject, Sample
from fercurate.errors import InputError
from fercurate.sources.expw import ExpW
from fercurate.sources.folder import Folder
from fercurate.sources.jaffe import Jaffe
from fercurate.sources.kdef import Kdef
from fercurate.sources.rafdb.source import RafDb

RAF_LIST, EXPW_LIST = "EmoLabel/list_patition_label.txt", "label/label.lst"
RAF_PICTURE = "Image/aligned/train_00001_aligned.jpg"
HTML = b"<!DOCTYPE html><html>404</html>"


def raf(line: str | bytes) -> dict:
    """One good row, the line in question, and a good last row."""
    line = line if isinstance(line, bytes) else line.encode()
    pictures = {f"Image/aligned/{name}_aligned.jpg": 1 for name in ("train_00001", "test_0001")}
    content = b"train_00001.jpg 5\n" + line + b"\ntest_0001.jpg 4\n"
    return {RAF_LIST: content, **pictures}


def raf_last(line: str) -> dict:
    return raf("") | {RAF_LIST: f"train_00001.jpg 5\ntest_0001.jpg 4\n{line}"}


def expw(line: str | bytes) -> dict:
    line = line if isinstance(line, bytes) else line.encode()
    content = b"a.jpg 0 1 2 3 4 9 3\n" + line + b"\nb.jpg 0 1 2 3 4 9 6\n"
    return {EXPW_LIST: content, "image/origin/a.jpg": 1, "image/origin/b.jpg": 2}


def expw_last(line: str) -> dict:
    return expw("") | {EXPW_LIST: f"a.jpg 0 1 2 3 4 9 3\nb.jpg 0 1 2 3 4 9 6\n{line}"}


def numbered() -> dict:
    return {
        "DATASET/train/5/train_00001_aligned.jpg": 1,
        "DATASET/test/4/test_0001_aligned.jpg": 2,
        "train_labels.csv": "image,label\ntrain_00001_aligned.jpg,5\n",
    }


def labels(rows: str) -> dict:
    return numbered() | {"train_labels.csv": f"image,label\ntrain_00001_aligned.jpg,5\n{rows}"}


def jaffe(name: str, content: object) -> dict:
    return {"KA.AN1.39.tiff": 1, "YM.NE1.49.tiff": 2, name: content}


def kdef(name: str, content: object = 3) -> dict:
    return {"AF01/AF01ANS.JPG": 1, "BM02/BM02AFS.JPG": 2, name: content}


R, X, J, K, F = RafDb(), ExpW(), Jaffe(), Kdef(), Folder()
BROKEN = {
    "raf: name alone": (R, raf("train_00002.jpg"), "E_COLUMNS", f"{RAF_LIST}:2"),
    "raf: four columns": (R, raf("a.jpg train 0 5"), "E_COLUMNS", f"{RAF_LIST}:2"),
    "raf: cut off at the end": (R, raf_last("train_00002.jp"), "E_TRUNCATED", f"{RAF_LIST}:3"),
    "raf: line without end": (R, raf("x " * 70_000), "E_COLUMNS", f"{RAF_LIST}:2"),
    "raf: fields after a long blank": (
        R, raf(" " * 70_000 + "train_00009.jpg 5"), "E_COLUMNS", f"{RAF_LIST}:2",
    ),
    "raf: code 0": (R, raf("train_00001.jpg 0"), "E_LABEL", f"{RAF_LIST}:2"),
    "raf: code 12": (R, raf("train_00001.jpg 12"), "E_LABEL", f"{RAF_LIST}:2"),
    "raf: code -1": (R, raf("train_00001.jpg -1"), "E_LABEL", f"{RAF_LIST}:2"),
    "raf: code of letters": (R, raf("train_00001.jpg five"), "E_LABEL", f"{RAF_LIST}:2"),
    "raf: code nan": (R, raf("train_00001.jpg nan"), "E_LABEL", f"{RAF_LIST}:2"),
    "raf: code inf": (R, raf("train_00001.jpg 1e999"), "E_LABEL", f"{RAF_LIST}:2"),
    "raf: a header": (R, raf("image label"), "E_LABEL", f"{RAF_LIST}:2"),
    "raf: no such picture": (R, raf("train_00009.jpg 5"), "E_MISSING", f"{RAF_LIST}:2"),
    "raf: NUL in the name": (R, raf("train\0.jpg 5"), "E_MISSING", f"{RAF_LIST}:2"),
    "raf: Latin-1 name": (R, raf(b"caf\xe9.jpg 5"), "E_MISSING", f"{RAF_LIST}:2"),
    "raf: name too long": (R, raf(f"{'a' * 5000}.jpg 5"), "E_MISSING", f"{RAF_LIST}:2"),
    "raf: path up": (R, raf("../../secret.jpg 5"), "E_PATH", f"{RAF_LIST}:2"),
    "raf: dots alone": (R, raf(".. 5"), "E_PATH", f"{RAF_LIST}:2"),
    "raf: one dot": (R, raf(". 5"), "E_PATH", f"{RAF_LIST}:2"),
    "raf: absolute path": (R, raf("/etc/passwd 5"), "E_PATH", f"{RAF_LIST}:2"),
    "raf: path of Windows": (R, raf("C:\\faces\\a.jpg 5"), "E_PATH", f"{RAF_LIST}:2"),
    "raf: path inside": (R, raf("aligned/train_00001.jpg 5"), "E_PATH", f"{RAF_LIST}:2"),
    "raf: other code again": (R, raf("train_00001.jpg 6"), "E_CONFLICT", f"{RAF_LIST}:2"),
    "raf: empty picture": (R, raf("") | {RAF_PICTURE: b""}, "E_DECODE", RAF_PICTURE),
    "raf: HTML": (R, raf("") | {RAF_PICTURE: HTML}, "E_DECODE", RAF_PICTURE),
    "raf csv: too few columns": (R, labels("a.jpg\n"), "E_COLUMNS", "train_labels.csv:3"),
    "raf csv: cut off": (R, labels("a.jpg"), "E_TRUNCATED", "train_labels.csv:3"),
    "raf csv: label 8": (R, labels("a.jpg,8\n"), "E_LABEL", "train_labels.csv:3"),
    "raf csv: no such picture": (R, labels("a.jpg,3\n"), "E_MISSING", "train_labels.csv:3"),
    "raf csv: path": (R, labels("../a.jpg,3\n"), "E_PATH", "train_labels.csv:3"),
    "raf csv: other label again": (
        R, labels("train_00001.jpg,3\n"), "E_CONFLICT", "train_labels.csv:3",
    ),
    "raf folders: other label in the list": (
        R, labels("x.jpg,3\n") | {"DATASET/train/2/x.jpg": 9},
        "E_CONFLICT", "DATASET/train/2/x.jpg",
    ),
    "raf folders: too deep": (
        R, numbered() | {"DATASET/train/5/2/b.jpg": 1},
        "E_LABEL", "DATASET/train/5/2/b.jpg",
    ),
    "raf folders: text": (
        R, numbered() | {"DATASET/train/1/a.jpg": b"text"}, "E_DECODE", "DATASET/train/1/a.jpg",
    ),
    "expw: seven columns": (X, expw("a.jpg 1 1 2 3 4 3"), "E_COLUMNS", f"{EXPW_LIST}:2"),
    "expw: nine columns": (X, expw("a b.jpg 1 1 2 3 4 9 3"), "E_COLUMNS", f"{EXPW_LIST}:2"),
    "expw: cut off": (X, expw_last("a.jpg 1 1 2 3"), "E_TRUNCATED", f"{EXPW_LIST}:3"),
    "expw: code 7": (X, expw("a.jpg 1 1 2 3 4 9 7"), "E_LABEL", f"{EXPW_LIST}:2"),
    "expw: code -2": (X, expw("a.jpg 1 1 2 3 4 9 -2"), "E_LABEL", f"{EXPW_LIST}:2"),
    "expw: face of letters": (X, expw("a.jpg x 1 2 3 4 9 3"), "E_DECODE", f"{EXPW_LIST}:2"),
    "expw: face -1": (X, expw("a.jpg -1 1 2 3 4 9 3"), "E_DECODE", f"{EXPW_LIST}:2"),
    "expw: huge face": (X, expw(f"a.jpg {'9' * 5000} 1 2 3 4 9 3"), "E_DECODE", f"{EXPW_LIST}:2"),
    "expw: edge of letters": (X, expw("a.jpg 1 1 b 3 4 9 3"), "E_DECODE", f"{EXPW_LIST}:2"),
    "expw: edge nan": (X, expw("a.jpg 1 1 nan 3 4 9 3"), "E_DECODE", f"{EXPW_LIST}:2"),
    "expw: edge inf": (X, expw("a.jpg 1 1 2 1e999 4 9 3"), "E_DECODE", f"{EXPW_LIST}:2"),
    "expw: no such picture": (X, expw("c.jpg 0 1 2 3 4 9 3"), "E_MISSING", f"{EXPW_LIST}:2"),
    "expw: path up": (X, expw("../a.jpg 0 1 2 3 4 9 3"), "E_PATH", f"{EXPW_LIST}:2"),
    "expw: backslash": (X, expw("origin\\a.jpg 0 1 2 3 4 9 3"), "E_PATH", f"{EXPW_LIST}:2"),
    "expw: backslash in the name of a file": (
        X, expw("a\\b.jpg 0 1 2 3 4 9 3") | {"image/origin/a\\b.jpg": 3},
        "E_PATH", f"{EXPW_LIST}:2",
    ),
    "expw: dots in a name": (X, expw("a..jpg 0 1 2 3 4 9 3"), "E_PATH", f"{EXPW_LIST}:2"),
    "expw: other code again": (X, expw("a.jpg 0 1 2 3 4 9 4"), "E_CONFLICT", f"{EXPW_LIST}:2"),
    "expw: broken picture": (
        X, expw("c.jpg 0 1 2 3 4 9 4") | {"image/origin/c.jpg": HTML},
        "E_DECODE", "image/origin/c.jpg",
    ),
    "jaffe: empty": (J, jaffe("KA.DI1.42.tiff", b""), "E_DECODE", "KA.DI1.42.tiff"),
    "jaffe: text": (J, jaffe("KA.DI1.42.tiff", b"text"), "E_DECODE", "KA.DI1.42.tiff"),
    "kdef: no angle": (K, kdef("AF01/AF01AF.JPG"), "E_LABEL", "AF01/AF01AF.JPG"),
    "kdef: no expression": (K, kdef("AF01/AF01S.JPG"), "E_LABEL", "AF01/AF01S.JPG"),
    "kdef: unknown angle": (K, kdef("AF01/AF01ANX.JPG"), "E_LABEL", "AF01/AF01ANX.JPG"),
    "kdef: unknown expression": (K, kdef("AF01/AF01FES.JPG"), "E_LABEL", "AF01/AF01FES.JPG"),
    "kdef: another person": (K, kdef("AF01/AF02ANS.JPG"), "E_LABEL", "AF01/AF02ANS.JPG"),
    "kdef: another session": (K, kdef("AF01/BF01ANS.JPG"), "E_LABEL", "AF01/BF01ANS.JPG"),
    "kdef: text": (K, kdef("AF01/AF01HAS.JPG", b"text"), "E_DECODE", "AF01/AF01HAS.JPG"),
    "folder: empty": (
        F, {"sad/1.png": 1, "sad/2.png": 2, "sad/3.png": b""}, "E_DECODE", "sad/3.png",
    ),
    "folder: HTML": (
        F, {"sad/1.png": 1, "sad/2.png": 2, "sad/0.png": HTML}, "E_DECODE", "sad/0.png",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "tree", "code", "where"), BROKEN.values(), ids=BROKEN)
def test_the_fault_is_rejected_and_the_rest_is_read(source, tree, code, where, read) -> None:
    reading = read(source, tree)
    assert reading.faults == [(code, where)]
    kept = 1 if where == RAF_PICTURE else 2
    assert len(reading.by_id()) == kept
    assert reading.rejects[0].message
    assert str(reading.recognition.root) not in reading.rejects[0].message


PLACES = {
    "rafdb": (R, raf(""), RAF_PICTURE, f"{RAF_LIST}:1"),
    "raf folders": (R, numbered(), "DATASET/train/5/train_00001_aligned.jpg", ""),
    "expw": (X, expw(""), "image/origin/a.jpg", f"{EXPW_LIST}:1"),
    "jaffe": (J, jaffe("x.txt", b"x"), "KA.AN1.39.tiff", ""),
    "kdef": (K, kdef("x.txt", b"x"), "AF01/AF01ANS.JPG", ""),
    "folder": (F, {"sad/1.png": 1, "sad/2.png": 2}, "sad/1.png", ""),
}
KINDS = {
    "link out": ("E_PATH", lambda path, outside: path.symlink_to(outside)),
    "link out to nothing": ("E_PATH", lambda path, outside: path.symlink_to("../../../../x")),
    "broken link": ("E_MISSING", lambda path, outside: path.symlink_to("nothing.png")),
    "link to itself": ("E_MISSING", lambda path, outside: path.symlink_to(path.name)),
    "pipe": ("E_MISSING", lambda path, outside: os.mkfifo(path)),
}
"""What stands in place of the first picture, and what it should give."""


@pytest.mark.parametrize(("code", "put"), KINDS.values(), ids=KINDS)
@pytest.mark.parametrize(("source", "tree", "name", "listed"), PLACES.values(), ids=PLACES)
def test_links_and_pipes(
    code, put, source, tree, name, listed, plant, read, tmp_path, encoded
) -> None:
    (tmp_path / "secret.png").write_bytes(encoded(9))
    root = plant(tree)
    (root / name).unlink()
    put(root / name, tmp_path / "secret.png")
    reading = read(source, root)
    assert reading.faults == [(code, listed if listed and code == "E_MISSING" else name)]
    assert len(reading.samples) == 1


FOLDERS = {
    "rafdb": (R, raf(""), "Image/aligned", ["E_PATH", "E_PATH"]),
    "expw": (X, expw(""), "image/origin", ["E_PATH", "E_PATH"]),
    "raf folders": (R, numbered(), "DATASET/test/4", ["E_PATH"]),
    "kdef": (K, kdef("x.txt", b"x"), "BM02", ["E_PATH"]),
}


@pytest.mark.parametrize(("source", "tree", "name", "codes"), FOLDERS.values(), ids=FOLDERS)
def test_linked_folder_of_pictures(source, tree, name, codes, plant, read, tmp_path) -> None:
    root = plant(tree)
    (root / name).rename(tmp_path / "outside")
    (root / name).symlink_to(tmp_path / "outside")
    reading = read(source, root)
    assert [code for code, _ in reading.faults] == codes
    assert len(reading.samples) == 2 - len(codes)


@pytest.mark.parametrize("tree", ["rafdb", "rafdb in folders", "expw", "jaffe", "kdef", "folder"])
def test_reading_ends_early_without_a_trace(tree, trees, plant) -> None:
    sources = {"rafdb": R, "expw": X, "jaffe": J, "kdef": K, "folder": F}
    source, root = sources[tree.split()[0]], plant(trees[tree])
    records = source.read(source.recognize(root), source.options(jobs=2))
    assert isinstance(next(records), Sample | Reject)
    records.close()


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    ("source", "name", "tree"),
    [(R, RAF_LIST, raf("")), (X, EXPW_LIST, expw("")), (R, "train_labels.csv", labels(""))],
    ids=["rafdb", "expw", "label list"],
)
def test_scrambled_lists_crash_nothing(seed, source, name, tree, plant) -> None:
    draw = random.Random(seed)
    content = tree[name] if isinstance(tree[name], bytes) else tree[name].encode()
    scrambled = bytearray(content * 2)
    for _ in range(draw.randrange(1, 12)):
        place = draw.randrange(len(scrambled))
        scrambled[place : place + draw.randrange(3)] = draw.randbytes(draw.randrange(4))
    root = plant(tree | {name: b"a.jpg 0 1 2 3 4 9 3\n" * (source is X) + bytes(scrambled)})
    found = source.recognize(root)
    if found is not None:
        with suppress(InputError):
            records = list(source.read(found, source.options(jobs=1)))
            assert all(isinstance(record, Sample | Reject) for record in records)
