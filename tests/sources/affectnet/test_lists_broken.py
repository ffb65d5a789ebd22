"""The release of 2017, broken and hostile: exact codes and lines, and what stays readable."""

import os

import numpy as np
import pytest
from PIL import Image

LIST = "Manually_Annotated_file_lists/training.csv"
GOOD = "1/a.jpg,1,2,6,5,@points,1,0.25,-0.5\n"


def broken(path="1/b.jpg", label="1", rest="0,0"):
    return f"{path},1,2,6,5,@points,{label},{rest}\n"


CASES = {
    "none": (broken(label="8"), "E_LABEL", "none"),
    "uncertain": (broken(label="9"), "E_LABEL", "uncertain"),
    "no face": (broken(label="10"), "E_LABEL", "no face"),
    "no face as a float": (broken(label="10.0"), "E_LABEL", "no face"),
    "no face and no file": (broken("9/z.jpg", "10"), "E_LABEL", "no face"),
    "code too high": (broken(label="11"), "E_LABEL", "'11'"),
    "negative code": (broken(label="-1"), "E_LABEL", "'-1'"),
    "fractional code": (broken(label="1.5"), "E_LABEL", "'1.5'"),
    "empty code": (broken(label=""), "E_LABEL", "''"),
    "NULL code": (broken(label="NULL"), "E_LABEL", "'NULL'"),
    "NaN code": (broken(label="nan"), "E_LABEL", "'nan'"),
    "infinite code": (broken(label="inf"), "E_LABEL", "'inf'"),
    "unknown name": (broken(label="bored"), "E_LABEL", "'bored'"),
    "NUL in the code": (broken(label="1\0"), "E_LABEL", "expected 0=neutral"),
    "missing file": (broken("1/none.jpg"), "E_MISSING", "1/none.jpg: no such file"),
    "empty path": (broken(""), "E_MISSING", "empty path"),
    "a folder": (broken("1"), "E_MISSING", "1: no regular file"),
    "too few columns": ("1/b.jpg,1,2,6,5\n", "E_COLUMNS", "5 columns; expected 9"),
    "too many columns": (broken(rest="0,0,"), "E_COLUMNS", "10 columns; expected 9"),
    "line of NULs": ("\0" * 50 + "\n", "E_COLUMNS", "1 columns"),
    "wrong delimiter": (broken().replace(",", "\t"), "E_COLUMNS", "1 columns"),
    "endless line": ("x" * 4_100_000 + "\n", "E_COLUMNS", "overlong"),
    "traversal": (broken("../../../etc/passwd"), "E_PATH", "leads out"),
    "traversal in the middle": (broken("1/../../../secret.jpg"), "E_PATH", "leads out"),
    "absolute": (broken("/etc/hostname"), "E_PATH", "leads out"),
    "drive letter": (broken(r"C:\faces\z.jpg"), "E_PATH", "leads out"),
    "drive-relative": (broken("C:b.jpg"), "E_PATH", "leads out"),
    "UNC": (broken(r"\\server\share\z.jpg"), "E_PATH", "leads out"),
    "URL": (broken("https://x.org/z.jpg"), "E_PATH", "leads out"),
    "NUL in the path": (broken("1/b.jpg\0"), "E_PATH", "NUL"),
    "path without end": (broken("x/" * 3000 + "b.jpg"), "E_PATH", "too long"),
    "escapes stay": (broken("1%2Fb.jpg"), "E_MISSING", "no such file"),
}


@pytest.mark.parametrize(("line", "code", "message"), CASES.values(), ids=CASES)
def test_a_broken_row_between_good_ones(read_list, line, code, message):
    reading = read_list("@head\n" + GOOD + line + GOOD.replace("1/a", "2/a"))
    assert reading.ids == ["affectnet:train/1/a.jpg", "affectnet:train/2/a.jpg"]
    assert reading.faults == [(code, f"{LIST}:3")]
    assert message in reading.rejects[0].message
    assert [sample.line for sample in reading.samples] == [2, 4]


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("1/b.jpg,1,2,6,5", "E_TRUNCATED"),
        ("1/b", "E_TRUNCATED"),
        ("1/b.jpg,1,2,6,5,@points,1,0.5,", "E_TRUNCATED"),
        ("1/b.jpg,1,2,6,5,@points,1,0.5,-", "E_TRUNCATED"),
        ("1/b.jpg,1,2,6,5,@points,1,0.5,0.5,9", "E_COLUMNS"),
        ("1/b.jpg,1,2,6,5,@points,10,0.5,0.5", "E_LABEL"),
    ],
)
def test_the_last_line_breaks_off(read_list, end, code):
    reading = read_list("@head\n" + GOOD + end)
    assert reading.ids == ["affectnet:train/1/a.jpg"]
    assert reading.faults == [(code, f"{LIST}:3")]


def cmyk(path):
    Image.new("CMYK", (6, 6), (10, 20, 30, 40)).save(path, "JPEG")


def huge(path):
    Image.fromarray(np.zeros((1, 1), np.uint8)).save(path, "PNG")
    content = bytearray(path.read_bytes())
    content[16:24] = (100_000).to_bytes(4, "big") * 2
    path.write_bytes(content)


FILES = {
    "0 bytes": (lambda p: p.write_bytes(b""), "E_DECODE", "0 bytes"),
    "HTML": (lambda p: p.write_bytes(b"<html>404"), "E_DECODE", "a web page"),
    "cut short": (lambda p: p.write_bytes(p.read_bytes()[:-40]), "E_DECODE", "1/b.jpg: "),
    "declares 10 gigapixels": (huge, "E_DECODE", "1/b.jpg: "),
    "a pickle": (lambda p: p.write_bytes(b"\x80\x04N."), "E_DECODE", "not an image"),
    "a pipe": (lambda p: (p.unlink(), os.mkfifo(p)), "E_MISSING", "no regular file"),
    "a broken link": (
        lambda p: (p.unlink(), p.symlink_to(p.parent / "gone.jpg")),
        "E_MISSING",
        "1/b.jpg: ",
    ),
    "a link out": (
        lambda p: (p.unlink(), p.symlink_to("/etc/hostname")),
        "E_PATH",
        "1/b.jpg: a link that leads out",
    ),
}


@pytest.fixture
def corpus(plant):
    images = "Manually_Annotated_Images/1"
    rows = "@head\n" + GOOD + broken() + GOOD.replace("a.jpg", "c.jpg")
    return plant({LIST: rows} | {f"{images}/{n}.jpg": None for n in "abc"})


@pytest.mark.parametrize(("damage", "code", "message"), FILES.values(), ids=FILES)
def test_a_broken_file(corpus, read, damage, code, message):
    damage(corpus / "Manually_Annotated_Images/1/b.jpg")
    reading = read(corpus)
    assert reading.ids == ["affectnet:train/1/a.jpg", "affectnet:train/1/c.jpg"]
    assert reading.faults == [(code, f"{LIST}:3")]
    assert reading.rejects[0].message.startswith("1/b.jpg: ")
    assert message in reading.rejects[0].message


def test_a_linked_image_folder_out_of_the_corpus(plant, read):
    outside = plant({"2/z.jpg": None}, "outside")
    root = plant({LIST: "@head\n" + GOOD + broken("2/z.jpg"), "images/1/a.jpg": None})
    (root / "images/2").symlink_to(outside / "2")
    reading = read(root)
    assert reading.ids == ["affectnet:train/1/a.jpg"]
    assert reading.faults == [("E_PATH", f"{LIST}:3")]


def test_suffix_does_not_matter(corpus, read):
    cmyk(corpus / "Manually_Annotated_Images/1/b.jpg")
    assert read(corpus).sample("1/b.jpg").pixels.shape == (6, 6, 3)


def test_latin1_bytes_and_unicode_names(read_list):
    content = b"subDirectory_filePath,expression\n1/a.jpg,1\n1/\xe9\xff.jpg,1\n1/b.jpg,2\n"
    reading = read_list(content)
    assert reading.ids == ["affectnet:train/1/a.jpg", "affectnet:train/1/b.jpg"]
    assert reading.faults == [("E_MISSING", f"{LIST}:3")]
    assert reading.rejects[0].message == "1/éÿ.jpg: no such file"


def test_an_unclosed_quote_spoils_its_line_only(read_list):
    reading = read_list("@head\n" + '"' + GOOD + GOOD.replace("1/a", "2/a"))
    assert reading.ids == ["affectnet:train/2/a.jpg"]
    assert reading.faults == [("E_COLUMNS", f"{LIST}:2")]


def test_order_is_that_of_the_list(read_list):
    names = ("2/a", "1/b", "1/a")
    content = "@head\n" + "".join(GOOD.replace("1/a", name) for name in names)
    assert read_list(content).ids == [f"affectnet:train/{name}.jpg" for name in names]
