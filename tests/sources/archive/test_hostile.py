"""Archives that are damaged, hostile or of another kind: nothing is written, all of it ends."""

import gzip
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from fercurate.files.archives import members
from tests.corpora import SMALL, draw, encode, fer_rows
from tests.sources.archive.conftest import KINDS

PICTURE = encode(draw(1, SMALL))
OUTSIDE = (
    "../happy/x.png",
    "../../../../tmp/happy/x.png",
    "/tmp/happy/x.png",
    "happy/../../sad/x.png",
    "C:\\happy\\x.png",
    "C:/happy/x.png",
    "..\\happy\\x.png",
)


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("kind", [".zip", ".tar.gz"])
def test_a_name_that_leads_out_is_rejected(pack, reading, tmp_path, name, kind) -> None:
    found = reading(pack(f"p{kind}", {"happy/a.png": 1, name: 2}))
    assert found.ids == ["folder:happy/a.png"]
    assert [str(r.code) for r in found.rejects] == ["E_PATH"]
    assert [p.name for p in tmp_path.iterdir()] == [f"p{kind}"]


@pytest.mark.parametrize("kind", [".zip", ".tar.gz"])
def test_a_member_without_a_name_is_passed_over(pack, reading, kind) -> None:
    assert reading(pack(f"p{kind}", {"happy/a.png": 1, "./.": 2})).ids == ["folder:happy/a.png"]


def test_backslashes_are_folders(pack, reading) -> None:
    found = reading(pack("p.zip", {"train\\happy\\a.png": 1, "train\\sad\\b.png": 2}))
    assert found.ids == ["folder:train/happy/a.png", "folder:train/sad/b.png"]


TAR_KINDS = {
    "a symbolic link": tarfile.SYMTYPE,
    "a hard link": tarfile.LNKTYPE,
    "a device": tarfile.CHRTYPE,
    "a disk": tarfile.BLKTYPE,
    "a pipe": tarfile.FIFOTYPE,
}


@pytest.mark.parametrize("case", TAR_KINDS)
def test_a_tar_member_that_is_no_file_is_rejected(pack, reading, tmp_path, case) -> None:
    path = pack("p.tar", {"happy/a.png": 1})
    with tarfile.open(path, "a") as archive:
        info = tarfile.TarInfo("sad/b.png")
        info.type, info.linkname = TAR_KINDS[case], "/etc/passwd"
        archive.addfile(info)
    found = reading(path)
    assert (found.ids, found.faults) == (["folder:happy/a.png"], [("E_PATH", "sad/b.png")])
    assert [p.name for p in tmp_path.iterdir()] == ["p.tar"]


def test_a_link_in_a_zip_is_rejected(pack, reading) -> None:
    path = pack("p.zip", {"happy/a.png": 1})
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("sad/b.png")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert reading(path).faults == [("E_PATH", "sad/b.png")]


def test_an_encrypted_zip_is_named(pack, refusal) -> None:
    path = pack("p.zip", {"happy/a.png": 1})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "an encrypted archive. Unpack it with its password first" in refusal(path)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != ".tar"])
def test_a_bomb_is_not_unpacked(pack, refusal, monkeypatch, kind) -> None:
    monkeypatch.setattr(members, "_LARGE", 1_000_000)
    path = pack(f"b{kind}", {"happy/a.png": 1, "happy/b.png": bytes(3_000_000)})
    assert "not unpacked" in refusal(path)


def test_a_packed_table_that_never_ends_is_not_unpacked(tmp_path, refusal, monkeypatch) -> None:
    monkeypatch.setattr(members, "_LARGE", 1_000_000)
    row = fer_rows().csv().encode()
    (tmp_path / "fer2013.csv.gz").write_bytes(gzip.compress(row + bytes(9_000_000)))
    assert "not unpacked" in refusal(tmp_path / "fer2013.csv.gz")


def test_a_size_that_is_not_true_is_rejected(pack, reading) -> None:
    path = pack("p.zip", {"happy/a.png": 1, "sad/b.png": 2})
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 150_000_000)
    path.write_bytes(content)
    found = reading(path)
    assert (found.ids, found.faults) == (["folder:happy/a.png"], [("E_DECODE", "sad/b.png")])


def test_a_member_too_large_is_rejected_unread(pack, reading) -> None:
    path = pack("p.zip", {"happy/a.png": 1, "sad/b.png": 2})
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 900_000_000)
    path.write_bytes(content)
    assert "at most 200,000,000 are read" in reading(path).rejects[0].message


def test_a_member_whose_checksum_is_wrong_is_rejected(pack, reading) -> None:
    path = pack("p.zip", {"happy/a.png": 1, "sad/b.png": PICTURE})
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 16] ^= 1
    path.write_bytes(content)
    assert reading(path).faults == [("E_DECODE", "sad/b.png")]


@pytest.mark.parametrize("kind", [k for k in KINDS if k != ".zip"])
def test_a_tar_cut_short_is_named(pack, refusal, kind) -> None:
    tree = {f"happy/{n}.png": encode(draw(n, (200, 210, 3))) for n in range(9)}
    path = pack(f"p{kind}", tree)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    assert "damaged" in refusal(path)


def test_an_extended_header_that_claims_any_size_is_refused(tmp_path, refusal) -> None:
    info = tarfile.TarInfo("@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 900_000_000
    (tmp_path / "p.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    assert "a header of 900,000," in refusal(tmp_path / "p.tar")


def test_an_archive_in_an_archive_is_not_entered(pack, reading, refusal) -> None:
    inner = pack("inner.zip", {"happy/a.png": 1}).read_bytes()
    assert "It holds archive (1)" in refusal(pack("p.zip", {"inner.zip": inner}))
    found = reading(pack("q.zip", {"inner.zip": inner, "sad/b.png": 1}))
    assert found.ids == ["folder:sad/b.png"]


OTHERS = {
    "a list beside": ({"happy/a.png": 1, "labels.csv": "a,b\n"}, "lists beside the pictures"),
    "labels as text": ({"happy/a.png": 1, "list_of_all.txt": "a 1\n"}, "lists beside the pictures"),
    "no classes": ({"a.png": 1, "b.png": 2}, "It holds picture (2): pictures in no class folder"),
    "CK+": ({"anger/S010_004_00000017.png": 1}, "named as those of CK+"),
    "RAF-DB": ({"train/5/train_00001_aligned.jpg": 1}, "named as those of RAF-DB"),
    "KDEF": ({"happy/AF01HAS.JPG": 1}, "named as those of KDEF"),
    "papers": ({"README.md": "x"}, "It holds text (1)"),
    "nothing": ({}, "It holds nothing"),
}


@pytest.mark.parametrize("kind", [".zip", ".tar.gz"])
@pytest.mark.parametrize("case", OTHERS)
def test_anything_else_is_listed_and_to_be_unpacked(pack, refusal, case, kind) -> None:
    tree, message = OTHERS[case]
    text = refusal(pack(f"p{kind}", tree))
    assert message in text
    assert "Unpack it first, and ingest the folder" in text


FILES = {
    "a.7z": (b"7z\xbc\xaf\x27\x1c", ".7z is not read. Unpack it first"),
    "a.rar": (b"Rar!\x1a\x07\x00", ".rar is not read. Unpack it first"),
    "a.zip": (b"PK\x03\x04 and nothing", "no readable zip"),
    "b.zip": (b"no zip at all", "Unpack it first"),
    "a.png.gz": (gzip.compress(PICTURE), "Only a table of pixels is read from a packed file"),
    "a.csv.gz": (b"\x1f\x8b\x08 damaged", "damaged"),
    "a.tar.gz": (b"\x1f\x8b\x08 damaged", "damaged"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_not_read_gets_advice(tmp_path: Path, refusal, name) -> None:
    content, message = FILES[name]
    (tmp_path / name).write_bytes(content)
    assert message in refusal(tmp_path / name)


def test_a_packed_csv_that_breaks_off_is_named(tmp_path, refusal) -> None:
    rows = "\n".join(fer_rows().rows() * 60)
    content = gzip.compress(f"emotion,pixels,Usage\n{rows}\n".encode())
    (tmp_path / "fer2013.csv.gz").write_bytes(content[: len(content) - 2000])
    assert "fer2013.csv.gz/fer2013.csv: damaged" in refusal(tmp_path / "fer2013.csv.gz")
