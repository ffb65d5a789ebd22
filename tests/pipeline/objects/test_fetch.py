"""Corpora in an object store: fetched whole, compared, fetched again where they changed."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import InputError
from fercurate.files.remote.objects import ObjectFacts, ObjectPlace
from fercurate.pipeline.objects.fetch import fetch
from fercurate.pipeline.objects.sums import SUMS
from fercurate.store.store import Store
from fercurate.synthetic.affectnet import write_affectnet
from tests.pipeline.objects.far import contents, files_of


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the objects that were fetched."""
    names: list[str] = []
    own = ObjectPlace.fetch

    def noted(self: ObjectPlace, name: str, path: Path) -> None:
        names.append(name)
        own(self, name, path)

    monkeypatch.setattr(ObjectPlace, "fetch", noted)
    return names


def test_corpora_are_ingested_by_url(
    run: Callable[..., Any], bucket: str, fer_folder: Path, tmp_path: Path
) -> None:
    write_affectnet(tmp_path / "affectnet", per_class=2, seed=1, size=32)
    files = files_of(bucket)
    files.put(str(tmp_path / "affectnet"), f"{bucket}/raw/affectnet", recursive=True)
    files.put(str(fer_folder / "fer2013.csv"), f"{bucket}/raw/fer2013.csv")
    urls = f"{bucket}/raw/affectnet/", f"{bucket}/raw/fer2013.csv"
    assert run("ingest", *urls, "--store", "far.h5").code == 0
    paths = tmp_path / "affectnet", fer_folder / "fer2013.csv"
    assert run("ingest", *paths, "--store", "near.h5").code == 0
    with Store.open("far.h5") as far, Store.open("near.h5") as near:
        assert far.digest() == near.digest()
        assert [e.command for e in far.lineage] == [e.command for e in near.lineage]


def test_only_what_changed_is_fetched_again(bucket: str, fetched: list[str]) -> None:
    files = files_of(bucket)
    for name, content in (("a", b"one"), ("b/c", b"two"), ("d", b"three")):
        files.pipe(f"{bucket}/x/{name}", content)
    folder = fetch(f"{bucket}/x")
    assert contents(folder) == {"a": b"one", "b/c": b"two", "d": b"three"}
    fetched.clear()
    assert fetch(f"{bucket}/x") == folder
    assert fetched == []
    files.pipe(f"{bucket}/x/a", b"ONE")
    files.rm(f"{bucket}/x/d")
    (folder / "b" / "c").write_bytes(b"tvo")  # the copy was changed by somebody else
    fetch(f"{bucket}/x")
    assert sorted(fetched) == ["a", "b/c"]
    assert contents(folder) == {"a": b"ONE", "b/c": b"two"}


def test_an_interrupted_fetch_goes_on(
    bucket: str, fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = files_of(bucket)
    for number in range(4):
        files.pipe(f"{bucket}/x/{number}", bytes([number]) * 100)
    own = ObjectPlace.fetch

    def broken(self: ObjectPlace, name: str, path: Path) -> None:
        own(self, name, path)
        if name == "2":
            raise InputError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(ObjectPlace, "fetch", broken)
        with pytest.raises(InputError, match="gone"):
            fetch(f"{bucket}/x")
    index = next(Path(p) for p in [*_cache(bucket).glob("*/fetched.jsonl")])
    done = {json.loads(line)[0] for line in index.read_text().splitlines()}
    with index.open("a") as out:
        out.write('["3", 100, "half')  # as a kill leaves it
    fetched.clear()
    assert len(contents(fetch(f"{bucket}/x"))) == 4
    assert not done & set(fetched)
    assert "2" in fetched


def _cache(bucket: str) -> Path:
    del bucket
    return Path(os.environ["FERCURATE_CACHE"]) / "objects"


def test_digests_that_stand_beside_are_compared(bucket: str) -> None:
    files = files_of(bucket)
    files.pipe(f"{bucket}/x/a", b"one")
    told = hashlib.sha256(b"other").hexdigest()
    files.pipe(f"{bucket}/x/{SUMS}", f"{told}  a\n".encode())
    with pytest.raises(InputError, match="a: other bytes than SHA256SUMS says"):
        fetch(f"{bucket}/x")
    right = hashlib.sha256(b"one").hexdigest()
    files.pipe(f"{bucket}/x/{SUMS}", f"{right} *./a\n".encode())
    assert contents(fetch(f"{bucket}/x")) == {"a": b"one"}
    files.pipe(f"{bucket}/x/{SUMS}", f"{right}  a\n{right}  b\n".encode())
    with pytest.raises(InputError, match="names b, which is not there"):
        fetch(f"{bucket}/x")
    shouted = f"{right.upper()}  a\r\n\n{told}  {SUMS}\n"
    files.pipe(f"{bucket}/x/{SUMS}", shouted.encode())
    assert contents(fetch(f"{bucket}/x")) == {"a": b"one"}
    for line in (f"{right}  ../a", "a", f"{right}  /etc/passwd"):
        files.pipe(f"{bucket}/x/{SUMS}", f"{line}\n".encode())
        with pytest.raises(InputError, match="line 1 is none of sha256sum's"):
            fetch(f"{bucket}/x")


@pytest.mark.parametrize("name", ["../a", "/a", "b/../../a", "C:/a", "a\0", "..\\a", "./a"])
def test_a_name_that_leads_elsewhere_is_refused(
    bucket: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {name: ObjectFacts(1, "t")}
    monkeypatch.setattr(ObjectPlace, "objects", lambda _: listed)
    with pytest.raises(InputError, match="whose name leads elsewhere"):
        fetch(f"{bucket}/x")


def test_a_cut_object_is_no_object(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files_of(bucket).pipe(f"{bucket}/x/a", b"one")
    monkeypatch.setattr(ObjectPlace, "fetch", lambda _, __, path: path.write_bytes(b"on"))
    with pytest.raises(InputError, match="2 bytes came; expected 3 bytes"):
        fetch(f"{bucket}/x")
    assert not [path for path in _cache(bucket).rglob("*") if path.name == "a"]


def test_more_than_the_disk_holds_is_not_begun(
    bucket: str, fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ObjectPlace, "objects", lambda _: {"a": ObjectFacts(1 << 60, "t")})
    with pytest.raises(InputError, match=r"are to be fetched, and .* are free"):
        fetch(f"{bucket}/x")
    assert fetched == []


def test_what_is_not_there_is_said(bucket: str) -> None:
    with pytest.raises(InputError, match="no such object"):
        fetch(f"{bucket}/nothing")
    with pytest.raises(InputError, match="s3://no-such-bucket/x"):
        fetch("s3://no-such-bucket/x")


def test_what_stands_in_the_cache_besides_is_removed(bucket: str, tmp_path: Path) -> None:
    files = files_of(bucket)
    for name in ("a", "sad/b"):
        files.pipe(f"{bucket}/x/{name}", b"one")
    folder = fetch(f"{bucket}/x")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (folder / "left").write_text("of a run that was killed")
    (folder / "link").symlink_to(outside)
    index = folder.parent.parent / "fetched.jsonl"
    index.write_bytes(
        index.read_bytes() + f'["{outside}/kept", 4, "t", "0"]\n'.encode() + b"\xff\n"
    )
    files.rm(f"{bucket}/x/sad/b")
    assert contents(fetch(f"{bucket}/x")) == {"a": b"one"}
    assert sorted(path.name for path in folder.iterdir()) == ["a"]
    assert (outside / "kept").read_text() == "kept"


@pytest.mark.parametrize(("before", "after"), [("a", "a/b"), ("a/b", "a")])
def test_a_file_may_become_a_folder(bucket: str, before: str, after: str) -> None:
    files = files_of(bucket)
    files.pipe(f"{bucket}/x/{before}", b"one")
    fetch(f"{bucket}/x")
    files.rm(f"{bucket}/x/{before}")
    files.pipe(f"{bucket}/x/{after}", b"two")
    assert contents(fetch(f"{bucket}/x")) == {after: b"two"}


def test_an_object_that_is_also_a_folder_is_refused(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = {"x": ObjectFacts(1, "t"), "x/y": ObjectFacts(1, "t")}
    monkeypatch.setattr(ObjectPlace, "objects", lambda _: listed)
    with pytest.raises(InputError, match="'x' is an object, and others lie below it"):
        fetch(f"{bucket}/x")
    long = {"a" * 250: ObjectFacts(1, "t")}
    monkeypatch.setattr(ObjectPlace, "objects", lambda _: long)
    with pytest.raises(InputError, match="no name of a file"):
        fetch(f"{bucket}/x")
