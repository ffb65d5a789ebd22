"""Rows in tar files: what belongs together, what is a reject, what names of codes are taken."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from fercurate.domain.sample import Reject, Sample
from fercurate.errors import InputError
from fercurate.sources.registry import recognize
from fercurate.sources.web_dataset.source import WebDataset
from tests.corpora import draw, encode


def pack(path: Path, members: list[tuple[str, bytes | None]]) -> Path:
    """A tar of members by name; None is a symbolic link out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as out:
        for name, content in members:
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
                out.addfile(member)
            else:
                member.size = len(content)
                out.addfile(member, io.BytesIO(content))
    return path


def picture(number: int) -> bytes:
    return encode(draw(number))


def read(path: Path, **options: Any) -> tuple[list[Sample], list[Reject]]:
    recognition = recognize(path)[0]
    assert recognition.source == "webdataset"
    records = list(WebDataset().read(recognition, WebDataset.options(**options)))
    samples = [one for one in records if isinstance(one, Sample)]
    return samples, [one for one in records if isinstance(one, Reject)]


PLAIN = [("0.png", picture(0)), ("0.cls", b"happy"), ("1.png", picture(1)), ("1.cls", b"sad")]


@pytest.mark.parametrize("name", ["train-000.tar", "train.tar.gz"])
def test_rows_are_pictures_with_labels(tmp_path: Path, name: str) -> None:
    samples, rejects = read(pack(tmp_path / name, PLAIN))
    assert [(s.expression, s.native_split) for s in samples] == [
        ("happy", "Training"),
        ("sad", "Training"),
    ]
    assert rejects == []


def test_a_name_that_comes_twice_is_no_other_rows_label(tmp_path: Path) -> None:
    again = [*PLAIN, ("0.jpg", picture(2)), ("0.json", json.dumps({"class": "fear"}).encode())]
    samples, rejects = read(pack(tmp_path / "a.tar", again))
    assert [s.expression for s in samples] == ["happy", "sad"]
    assert [(r.code, r.message) for r in rejects] == [
        ("E_CONFLICT", "'0' comes twice in the archive")
    ]


@pytest.mark.parametrize("names", [("v.1.tar", "v.2.tar"), ("v1.0/a-0.tar", "v1.1/a-0.tar")])
def test_rows_of_every_shard_have_ids_of_their_own(tmp_path: Path, names: tuple[str, str]) -> None:
    for number, name in enumerate(names):
        pack(tmp_path / "s" / name, [("0.png", picture(number)), ("0.cls", b"happy")])
    samples, rejects = read(tmp_path / "s")
    assert len({s.id for s in samples}) == 2
    assert rejects == []


def test_shards_whose_ids_would_be_the_same_are_refused(tmp_path: Path) -> None:
    for name in ("a.tar", "a.tar.gz"):
        pack(tmp_path / "s" / name, PLAIN)
    with pytest.raises(InputError, match="would have the same ids"):
        read(tmp_path / "s")


FAULTS = {
    "no picture": ([("2.cls", b"sad")], "E_MISSING", "no picture beside it"),
    "no label": ([("2.png", picture(2))], "E_LABEL", "members of a row are neighbors"),
    "unknown word": (
        [("2.png", picture(2)), ("2.cls", b"smirk")], "E_LABEL", "label 'smirk'",
    ),
    "broken": ([("2.png", b"\x89PNG no"), ("2.cls", b"sad")], "E_DECODE", ""),
    "link": ([("2.png", picture(2)), ("2.cls", None)], "E_LABEL", "the label: a link"),
    "out": ([("../2.png", picture(2)), ("../2.cls", b"sad")], "E_LABEL", "leads out"),
    "large label": (
        [("2.png", picture(2)), ("2.cls", b"sad" + b" " * (2 << 20))], "E_LABEL", "at most",
    ),
    "no json": ([("2.png", picture(2)), ("2.json", b"{")], "E_LABEL", "label ''"),
    "deep json": ([("2.png", picture(2)), ("2.json", b"[" * 90_000)], "E_LABEL", "label ''"),
    "pickle": ([("2.png", picture(2)), ("2.cls", b"\x80\x04K\x01.")], "E_LABEL", "label"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_what_is_no_row_is_a_reject_with_its_reason(
    tmp_path: Path, case: tuple[list[tuple[str, bytes | None]], str, str]
) -> None:
    members, code, words = case
    samples, rejects = read(pack(tmp_path / "a.tar", [*PLAIN, *members]))
    assert [s.expression for s in samples] == ["happy", "sad"]
    assert [one.code for one in rejects] == [code]
    assert words in rejects[0].message


def test_codes_have_names_from_a_list_beside_them(tmp_path: Path) -> None:
    coded = [
        (name, {b"happy": b"1", b"sad": b"0"}.get(content, content)) for name, content in PLAIN
    ]
    pack(tmp_path / "s" / "a.tar", coded)
    with pytest.raises(InputError, match="codes without names"):
        read(tmp_path / "s")
    (tmp_path / "names.txt").write_text("sad\nhappy\n")
    (tmp_path / "s" / "classes.txt").symlink_to(tmp_path / "names.txt")
    with pytest.raises(InputError, match="codes without names"):
        read(tmp_path / "s")
    (tmp_path / "s" / "classes.txt").unlink()
    (tmp_path / "s" / "classes.txt").write_text("sad\nhappy\n")
    assert [s.expression for s in read(tmp_path / "s")[0]] == ["happy", "sad"]


def test_a_large_first_picture_hides_nothing(tmp_path: Path) -> None:
    large = encode(draw(0, (500, 500, 3)), "bmp")
    samples, _ = read(pack(tmp_path / "a.tar", [("0.bmp", large), ("0.cls", b"happy")]))
    assert samples[0].pixels.shape == (500, 500, 3)


def test_a_tar_of_class_folders_is_none(tmp_path: Path) -> None:
    members = [(f"train/{name}/{n}.png", picture(n)) for n, name in enumerate(("happy", "sad"))]
    assert recognize(pack(tmp_path / "a.tar", members))[0].source == "folder"
